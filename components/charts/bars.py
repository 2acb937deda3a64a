"""Simple vertical bars over ordered classes: backlog by age, what falls due in the next 48 hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from components import numbers
from components.charts import grammar as g

HEIGHT = 150


@dataclass(frozen=True)
class Bar:
    """One class and its count; `remark` is the tooltip's second line ("31 already past due")."""

    id: str
    label: str
    amount: int
    role: Literal["c1", "grey", "bad", "warn"] = "grey"
    remark: str = ""


_TEXTS = ("role", "figure", "id", "group", "shown", "words")
_NUMBERS = ("row", "y", "y2")


def _build() -> g.Spec:
    x: g.Spec = {
        "field": "row",
        "type": "ordinal",
        "axis": None,
        "title": None,
        "scale": {"paddingInner": 0.35, "paddingOuter": 0.2},
    }
    y: g.Spec = {
        "field": "y",
        "type": "quantitative",
        "axis": None,
        "title": None,
        "scale": {"zero": True, "nice": False},
    }
    tip = g.tooltip(group="Group", shown="Cases", words="Note")
    return g.chart(
        [
            g.layer("bar", {"type": "bar"}, x=x, y=y, y2=g.end_of("y2"), color=g.ROLE_OF_ROW),
            g.layer(
                "bar",
                g.text_mark(align="center", baseline="bottom", dy=-4, fontSize=13, fontWeight=600),
                x=x,
                y=y,
                text=g.text_of("shown"),
                color={**g.ROLE_OF_ROW, "field": "figure"},
            ),
            g.layer(
                "bar",
                g.text_mark(align="center", baseline="top", limit=90),
                x=x,
                y={"value": {"expr": "height + 8"}},
                text=g.text_of("group"),
                color=g.slot("muted"),
            ),
            g.clickable(
                g.layer(
                    "bar",
                    {"type": "bar", "opacity": 0, "cursor": "pointer"},
                    x=x,
                    y={"value": 0},
                    y2={"value": "height"},
                    tooltip=tip,
                )
            ),
        ],
        HEIGHT,
    )


SPEC = _build()


def table(bars: Sequence[Bar]) -> pa.Table:
    """The rows of the chart, bars in the order given."""
    rows: list[g.Row] = [
        {
            "layer": "bar",
            "row": i,
            "id": bar.id,
            "group": bar.label,
            "role": bar.role,
            "figure": bar.role if bar.role in ("bad", "warn") else "ink",
            "y": bar.amount,
            "y2": 0.0,
            "shown": numbers.count(bar.amount),
            "words": bar.remark,
        }
        for i, bar in enumerate(bars)
    ]
    return g.rows_table(rows, _TEXTS, _NUMBERS)
