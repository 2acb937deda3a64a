"""Causes by size: blue until 80 % of the whole, then grey; figures in columns instead of a curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from components import numbers
from components.charts import grammar as g

ROW = 26
VITAL_SHARE = 0.8


@dataclass(frozen=True)
class Cause:
    """One cause and its amount (cases, or hours) in this and the earlier span; None: no earlier span.

    `other` marks the remainder ("Other (14 causes)"), which stands last whatever its size.
    """

    id: str
    label: str
    amount: float
    before: float | None = None
    other: bool = False


_TEXTS = ("role", "id", "cause", "shown", "running", "change")
_NUMBERS = ("x", "x2", "row")


def _column(field: str, right: int, role: str, weight: int = 400) -> g.Spec:
    return g.layer(
        "bar",
        g.text_mark(align="right", fontWeight=weight, fontSize=13 if weight == 600 else 12),
        x={"value": {"expr": f"width + {right}"}},
        y=_Y,
        text=g.text_of(field),
        color=g.slot(role),
    )


def _head(field: str, right: int, role: str = "muted") -> g.Spec:
    return g.layer(
        "head",
        g.text_mark(align="right", baseline="bottom"),
        x={"value": {"expr": f"width + {right}"}},
        y={"value": -4},
        text=g.text_of(field),
        color=g.slot(role),
    )


_Y: g.Spec = {
    "field": "row",
    "type": "ordinal",
    "axis": None,
    "title": None,
    "scale": {"paddingInner": 0.42, "paddingOuter": 0.2},
}


def _build() -> g.Spec:
    x: g.Spec = {
        "field": "x",
        "type": "quantitative",
        "axis": None,
        "title": None,
        "scale": {"zero": True, "nice": False},
    }
    tip = g.tooltip(cause="Cause", shown="Amount", running="Running share", change="Change")
    return g.chart(
        [
            g.layer("bar", {"type": "bar"}, x=x, x2=g.end_of("x2"), y=_Y, color=g.ROLE_OF_ROW),
            g.layer(
                "bar",
                g.text_mark(align="right", limit=150),
                x={"value": -8},
                y=_Y,
                text=g.text_of("cause"),
                color=g.slot("muted"),
            ),
            _column("shown", 56, "ink", 600),
            _column("running", 106, "muted"),
            _column("change", 160, "muted"),
            _head("shown", 56, "ink"),
            _head("running", 106),
            _head("change", 160),
            g.clickable(
                g.layer(
                    "bar",
                    {"type": "bar", "opacity": 0, "cursor": "pointer"},
                    x={"value": -4},
                    x2={"value": {"expr": "width + 160"}},
                    y=_Y,
                    tooltip=tip,
                )
            ),
        ],
        ROW,
    )


SPEC = _build()


def spec(causes: int) -> g.Spec:
    """The spec for a number of causes; its parts are shared, not to be changed."""
    return {**SPEC, "height": ROW * max(causes, 1)}


def ordered(causes: Sequence[Cause]) -> list[Cause]:
    """Largest first, the remainder last; equal amounts by name, so that the order never flickers."""
    return sorted(causes, key=lambda c: (c.other, -c.amount, c.label))


def table(causes: Sequence[Cause], amount_head: str = "Cases", decimals: int = 0) -> pa.Table:
    """The rows of the chart. Running shares are of the sum of all causes; the last one is 100 %."""
    whole = sum(cause.amount for cause in causes)
    rows: list[g.Row] = [{"layer": "head", "shown": amount_head, "running": "Running", "change": "Change"}]
    running = 0.0
    for i, cause in enumerate(ordered(causes)):
        running += cause.amount
        # the largest cause is always among the vital few, even when it alone exceeds 80 %
        vital = not cause.other and (i == 0 or running <= VITAL_SHARE * whole)
        rows.append(
            {
                "layer": "bar",
                "id": cause.id,
                "cause": cause.label,
                "role": "c1" if vital else "grey",
                "x": 0.0,
                "x2": cause.amount,
                "row": i,
                "shown": numbers.number(cause.amount, decimals),
                "running": numbers.percent(running / whole, 0) if whole else numbers.MISSING,
                "change": _change(cause),
            }
        )
    return g.rows_table(rows, _TEXTS, _NUMBERS)


def _change(cause: Cause) -> str:
    if cause.before is None:
        return numbers.MISSING
    if min(cause.amount, cause.before) < numbers.SMALL_COUNT:
        return numbers.signed(numbers.count(cause.amount - cause.before))
    return numbers.relative(cause.amount, cause.before, 0)
