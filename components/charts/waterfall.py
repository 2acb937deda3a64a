"""Steps that add up exactly: ours grey, partners blue, out of their usual range red with ▲, the total ink."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from components import numbers
from components.charts import grammar as g
from components.numbers import Unit

HEIGHT = 190
Kind = Literal["ours", "seller", "partner"]

_ROLE: dict[Kind, str] = {"ours": "grey", "seller": "c2", "partner": "c1"}


@dataclass(frozen=True)
class Step:
    """One additive part. `out_of_range` is "up" or "down" when it left its usual range for the worse."""

    id: str
    label: str
    amount: float
    kind: Kind
    n: int | None = None
    out_of_range: Literal["up", "down"] | None = None


_NARROW = "width < 620"  # on a phone the names of the steps stand slanted
_TEXTS = ("role", "text", "id", "step", "shown", "count")
_NUMBERS = ("x", "x2", "y", "y2", "middle")


def _build() -> g.Spec:
    x: g.Spec = {
        "field": "x",
        "type": "quantitative",
        "axis": None,
        "title": None,
        "scale": {"zero": False, "nice": False},
    }
    middle = {**x, "field": "middle"}
    y: g.Spec = {**x, "field": "y"}
    tip = g.tooltip(step="Step", shown="Mean", count="n")
    return g.chart(
        [
            g.layer("extent", {"type": "point", "opacity": 0, "size": 0}, x=x, y=y),
            g.layer(
                "bar", {"type": "rect"}, x=x, x2=g.end_of("x2"), y=y, y2=g.end_of("y2"), color=g.ROLE_OF_ROW
            ),
            g.layer(
                "link",
                {"type": "rule", "strokeDash": [2, 2], "strokeWidth": 1},
                x=x,
                x2=g.end_of("x2"),
                y=y,
                color=g.slot("grey"),
            ),
            g.layer(
                "value",
                g.text_mark(align="center", baseline="bottom", dy=-4, fontSize=13, fontWeight=600),
                x=middle,
                y=y,
                text=g.text_of(),
                color=g.ROLE_OF_ROW,
            ),
            g.layer(
                "bar",
                g.text_mark(
                    align={"expr": f"{_NARROW} ? 'right' : 'center'"},
                    angle={"expr": f"{_NARROW} ? -45 : 0"},
                    baseline="top",
                    limit=110,
                ),
                x=middle,
                y={"value": {"expr": "height + 8"}},
                text=g.text_of("step"),
                color=g.slot("muted"),
            ),
            g.clickable(
                g.layer(
                    "bar",
                    {"type": "rect", "opacity": 0, "cursor": "pointer"},
                    x=x,
                    x2=g.end_of("x2"),
                    y={"value": 0},
                    y2={"value": "height"},
                    tooltip=tip,
                )
            ),
        ],
        HEIGHT,
    )


SPEC = _build()


def table(steps: Sequence[Step], unit: Unit, total_label: str, decimals: int = 1) -> pa.Table:
    """The rows of the chart; `total_label` names the last bar ("Open to close").

    The amounts add up to the total bar. Written values are rounded by largest remainder, so they add up too.
    """
    total = sum(step.amount for step in steps)
    shown_in_days = unit == "hours" and abs(total) >= numbers.HOURS_SHOWN_AS_DAYS
    scale, shown_unit = (24.0, "days") if shown_in_days else (1.0, unit)
    percent = 100.0 if unit == "percent" else 1.0
    rounded = numbers.largest_remainder([s.amount / scale * percent for s in steps], decimals)
    span = g.nice_range([total, *(s.amount for s in steps), *_running(steps)], zero=True)
    rows: list[g.Row] = [
        {"layer": "extent", "x": 0.0, "y": min(span.low, 0.0)},
        {"layer": "extent", "x": float(len(steps) + 1), "y": max(_running(steps), default=1.0) * 1.02},
    ]
    at = 0.0
    for i, (step, amount) in enumerate(zip(steps, rounded, strict=True)):
        text = _shown(amount / percent, shown_unit, decimals)
        arrow = {"up": "\u00a0▲", "down": "\u00a0▼", None: ""}[step.out_of_range]
        role = "bad" if step.out_of_range else _ROLE[step.kind]
        rows += _bar(i, at, at + step.amount, role, text + arrow, step.id, step.label, numbers.count(step.n))
        at += step.amount
        rows.append({"layer": "link", "x": i + 0.86, "x2": i + 1.14, "y": at})
    whole = _shown(sum(rounded) / percent, shown_unit, decimals)
    rows += _bar(len(steps), 0.0, total, "ink", whole, "total", total_label, numbers.MISSING)
    return g.rows_table(rows, _TEXTS, _NUMBERS)


def _running(steps: Sequence[Step]) -> list[float]:
    heights, at = [], 0.0
    for step in steps:
        at += step.amount
        heights.append(at)
    return heights


def _shown(amount: float, unit: str, decimals: int) -> str:
    if unit == "days":
        return numbers.days(amount, decimals)
    if unit == "hours":  # all steps in one unit, also those of 48 hours and more
        return f"{numbers.fixed(amount, decimals)}{numbers.NBSP}h"
    return numbers.percent(amount, decimals) if unit == "percent" else numbers.number(amount, decimals)


def _bar(i: int, low: float, high: float, role: str, text: str, key: str, label: str, n: str) -> list[g.Row]:
    place = {
        "x": i + 0.14,
        "x2": i + 0.86,
        "middle": i + 0.5,
        "id": key,
        "step": label,
        "shown": text,
        "count": n,
    }
    figure = "bad" if role == "bad" else "ink"
    return [
        {"layer": "bar", "role": role, "y": low, "y2": high, **place},
        {"layer": "value", "role": figure, "text": text, "y": max(low, high), "middle": i + 0.5},
    ]
