"""Completeness by day: a column per week, a cell per day, stronger with more rows; missing ones dashed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa

from components import numbers
from components.charts import grammar as g

CELL = 20  # px height of a day
_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class Day:
    """One day: how many rows fall on it, and why it is not complete ("" when it is)."""

    day: date
    rows: int
    missing: str = ""


_TEXTS = ("role", "text", "weekday", "when", "count", "words")
_NUMBERS = ("week", "row", "rows")


def _build() -> g.Spec:
    x: g.Spec = {
        "field": "week",
        "type": "ordinal",
        "axis": None,
        "title": None,
        "scale": {"paddingInner": 0.12, "paddingOuter": 0.06},
    }
    y: g.Spec = {
        "field": "row",
        "type": "ordinal",
        "axis": None,
        "title": None,
        "scale": {"domain": list(range(7)), "paddingInner": 0.12, "paddingOuter": 0.06},
    }
    tip = g.tooltip(when="Day", count="Rows", words="State")
    return g.chart(
        [
            g.layer(
                "day",
                {"type": "rect"},
                x=x,
                y=y,
                fill={
                    "field": "rows",
                    "type": "quantitative",
                    "scale": {"type": "quantize", "range": "heatmap"},
                    "legend": None,
                },
                tooltip=tip,
            ),
            g.layer(
                "missing",
                {"type": "rect", "filled": False, "strokeDash": [3, 2], "strokeWidth": 1.6},
                x=x,
                y=y,
                stroke=g.slot("bad"),
                tooltip=tip,
            ),
            g.layer(
                "weekday",
                g.text_mark(align="right"),
                x={"value": -8},
                y=y,
                text=g.text_of("weekday"),
                color=g.slot("muted"),
            ),
            g.layer(
                "month",
                g.text_mark(baseline="top", align="center"),
                x=x,
                y={"value": {"expr": "height + 6"}},
                text=g.text_of(),
                color=g.slot("muted"),
            ),
        ],
        7 * CELL,
    )


SPEC = _build()


def table(days: Sequence[Day], week_start: int) -> pa.Table:
    """The rows of the chart; `week_start` is the first weekday of the organisation, 0 for Monday."""
    rows: list[g.Row] = [
        {"layer": "weekday", "row": float(place), "weekday": _NAMES[(week_start + place) % 7]}
        for place in (0, 2, 4, 6)
    ]
    weeks = sorted({_week_of(day.day, week_start) for day in days})
    for day in days:
        monday = _week_of(day.day, week_start)
        rows.append(
            {
                "layer": "missing" if day.missing else "day",
                "week": g.millis(monday),
                "row": float((day.day - monday).days),
                "rows": float(day.rows),
                "when": numbers.weekday(day.day),
                "count": numbers.count(day.rows),
                "words": day.missing or "Complete",
            }
        )
    for before, week in zip([None, *weeks], weeks, strict=False):
        if before is not None and before.month != week.month:
            rows.append({"layer": "month", "week": g.millis(week), "text": numbers.month_label(week)})
    return g.rows_table(rows, _TEXTS, _NUMBERS)


def _week_of(day: date, week_start: int) -> date:
    return day - timedelta(days=(day.weekday() - week_start) % 7)
