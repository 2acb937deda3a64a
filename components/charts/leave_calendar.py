"""Leave in the weeks ahead: a row per team or person, a cell per working day, a mark where cover breaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa

from components import numbers
from components.charts import grammar as g

ROW = 22  # px per row
STEPS = 10


@dataclass(frozen=True)
class Day:
    """One working day: how strong its cell is, 0 to 1 (0: none), its words, and whether cover breaks."""

    day: date
    strength: float
    words: str
    breaks: str = ""


@dataclass(frozen=True)
class Line:
    """One row: `id` is what a click yields."""

    id: str
    label: str
    days: Sequence[Day]


_TEXTS = ("role", "text", "id", "group", "when", "words", "breaks")
_NUMBERS = ("x", "x2", "row", "step")


def _build() -> g.Spec:
    axis = g.plain_axis(
        labelExpr="utcFormat(datum.value, '%-d\u00a0%b')",
        tickCount={"interval": "week", "step": 2},
        labelOverlap=True,
        labelPadding=6,
        ticks=True,
        tickSize=4,
    )
    x, x2 = g.x_date(axis=axis), g.end_of("x2")
    y: g.Spec = {
        "field": "row",
        "type": "ordinal",
        "axis": None,
        "title": None,
        "scale": {"paddingInner": 0.14, "paddingOuter": 0},
    }
    fill: g.Spec = {
        "field": "step",
        "type": "quantitative",
        "scale": {"type": "quantize", "range": "heatmap", "domain": [0, STEPS]},
        "legend": None,
    }
    tip = g.tooltip(group="Who", when="Day", words="Away", breaks="Cover")
    mark: g.Spec = {
        "type": "point",
        "shape": "triangle-down",
        "filled": True,
        "size": 46,
        "strokeWidth": 1,
        "opacity": 1,
        "xOffset": 4,
    }
    return g.chart(
        [
            g.layer("day", {"type": "rect"}, x=x, x2=x2, y=y, fill=fill),
            g.layer(
                "none",
                {"type": "rect", "filled": False, "strokeWidth": 0.6, "opacity": 0.5},
                x=x,
                x2=x2,
                y=y,
                stroke=g.slot("band"),
            ),
            g.layer("breaks", mark, x=x, y=y, color=g.slot("bad"), stroke=g.slot("paper")),
            g.layer(
                "label",
                g.text_mark(align="right", limit=150),
                x={"value": -8},
                y=y,
                text=g.text_of("group"),
                color=g.slot("muted"),
            ),
            g.clickable(
                g.layer(
                    "hit", {"type": "rect", "opacity": 0, "cursor": "pointer"}, x=x, x2=x2, y=y, tooltip=tip
                )
            ),
        ],
        ROW,
    )


_SPEC = _build()


def spec(lines: int) -> g.Spec:
    """The spec for so many rows; its parts are shared, not to be changed."""
    return {**_SPEC, "height": ROW * max(lines, 1)}


def table(lines: Sequence[Line]) -> pa.Table:
    """The rows of the chart, from top to bottom as given."""
    rows: list[g.Row] = []
    for place, line in enumerate(lines):
        rows.append({"layer": "label", "row": float(place), "group": line.label})
        for day in line.days:
            box = {
                "row": float(place),
                "x": g.millis(day.day),
                "x2": g.millis(day.day + timedelta(days=1)),
                "id": line.id,
                "group": line.label,
                "when": numbers.weekday(day.day),
                "words": day.words,
                "breaks": day.breaks or "holds",
            }
            if day.strength > 0:
                step = min(STEPS - 1, int(day.strength * STEPS)) + 0.5
                rows.append({"layer": "day", **box, "step": step})
            else:
                rows.append({"layer": "none", **box})
            if day.breaks:
                rows.append({"layer": "breaks", **box})
            rows.append({"layer": "hit", **box})
    return g.rows_table(rows, _TEXTS, _NUMBERS)
