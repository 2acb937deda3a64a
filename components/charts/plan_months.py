"""People there and people planned: a bar per month, a tick for the plan, bars to come hollow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from components import numbers
from components.charts import grammar as g

HEIGHT = 210


@dataclass(frozen=True)
class Month:
    """One month: FTE there (`ahead`: as agreed so far) and planned FTE, None without a plan."""

    id: str
    start: date
    end: date
    active: float
    planned: float | None
    ahead: bool


_TEXTS = ("role", "text", "id", "when", "shown", "plan", "gap")
_NUMBERS = ("x", "x2", "y", "y2")


def _build() -> g.Spec:
    x, y = g.x_date(), g.y_value("number", ticks=4)
    x2, y2 = g.end_of("x2"), g.end_of("y2")
    tip = g.tooltip(when="Month", shown="FTE", plan="Planned", gap="Difference")
    end = {"value": {"expr": "width + 6"}}
    return g.chart(
        [
            g.extent_layer(y),
            g.layer("bar", {"type": "rect"}, x=x, x2=x2, y=y, y2=y2, color=g.slot("c1")),
            g.layer(
                "hollow",
                {"type": "rect", "filled": False, "strokeDash": [3, 2], "strokeWidth": 1.2},
                x=x,
                x2=x2,
                y=y,
                y2=y2,
                stroke=g.slot("c1"),
            ),
            g.layer("plan", {"type": "rule", "strokeWidth": 2.4}, x=x, x2=x2, y=y, color=g.slot("ink")),
            g.layer("named", g.text_mark(), x=end, y=y, text=g.text_of(), color=g.ROLE_OF_ROW),
            g.hit_layer(x, x2, tip),
            g.room_right(96),
        ],
        HEIGHT,
    )


SPEC = _build()


def table(months: Sequence[Month]) -> pa.Table:
    """The rows of the chart, months oldest first. Bars begin at zero."""
    span = g.nice_range([value for one in months for value in (one.active, one.planned)], zero=True)
    rows: list[g.Row] = [{"layer": "extent", "y": span.low}, {"layer": "extent", "y": span.high}]
    for month in months:
        starts, ends = g.millis(month.start), g.millis(month.end)
        inset = (ends - starts) * 0.12
        box = {"x": starts + inset, "x2": ends - inset}
        rows.append({"layer": "hollow" if month.ahead else "bar", **box, "y": 0.0, "y2": month.active})
        if month.planned is not None:
            tick = {"x": starts + inset / 2, "x2": ends - inset / 2}
            rows.append({"layer": "plan", **tick, "y": month.planned})
        rows.append({"layer": "hit", "x": starts, "x2": ends, "id": month.id, **_told(month)})
    return g.rows_table([*rows, *_names(months, span)], _TEXTS, _NUMBERS)


def _told(month: Month) -> dict[str, str]:
    known = month.planned is not None
    gap = month.active - (month.planned or 0.0)
    words = " agreed so far" if month.ahead else ""
    return {
        "when": numbers.month_label(month.start, with_year=True),
        "shown": numbers.number(month.active) + words,
        "plan": numbers.number(month.planned),
        "gap": numbers.signed(numbers.number(gap)) if known else numbers.MISSING,
    }


def _names(months: Sequence[Month], span: g.Range) -> list[g.Row]:
    """What the last bar and the last tick are, moved apart where they would touch."""
    if not months:
        return []
    last = months[-1]
    named = [("c1", last.active, "agreed" if last.ahead else "there")]
    if last.planned is not None:
        named.append(("ink", last.planned, "planned"))
    tops = g.apart([span.pixels(value, HEIGHT) for _, value, _ in named])
    return [
        {
            "layer": "named",
            "role": role,
            "y": span.shifted(span.high, top, HEIGHT),
            "text": f"{numbers.number(value)} {word}",
        }
        for (role, value, word), top in zip(named, tops, strict=True)
    ]
