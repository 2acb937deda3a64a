"""A few plans side by side, week by week: one line each, named at its end; the base in grey.

Values in percent are chances, 0 to 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import pyarrow as pa

from components import numbers
from components.charts import grammar as g
from components.numbers import Unit

HEIGHT = 170
LABEL_ROOM = 150  # px right of the plot for names and values
LONGEST_NAME = 15
Role = Literal["grey", "c1", "c2", "c3"]
ROLES: Final[tuple[Role, ...]] = ("grey", "c1", "c2", "c3")
"""Colours of the lines in order: the base first. Four hues at most stay apart for everybody."""
_DASHES: Final = {"grey": [1, 0], "c1": [1, 0], "c2": [6, 3], "c3": [2, 3]}


@dataclass(frozen=True)
class Line:
    """One plan: its name and a value per week, None where there is none."""

    name: str
    values: tuple[float | None, ...]


_SHOWN = ("first", "second", "third", "fourth")
_TEXTS = ("role", "text", "id", "when", *_SHOWN)
_NUMBERS = ("x", "x2", "y")


def _build(unit: Unit) -> g.Spec:
    x, y = g.x_date(), g.y_value(unit, ticks=4)
    # A tooltip line names its plan in the value: the heads of a spec cannot follow the rows.
    tip = g.tooltip(when="Week", first="1", second="2", third="3", fourth="4")
    return g.chart(
        [
            g.extent_layer(y),
            g.target_layer(x, y),
            g.layer("target", g.text_mark(dx=4, dy=-8), x=x, y=y, text=g.text_of(), color=g.slot("ink")),
            *(
                g.layer(
                    f"line-{role}",
                    {"type": "line", "strokeWidth": 2, "strokeDash": _DASHES[role]},
                    x=x,
                    y=y,
                    color=g.slot(role),
                )
                for role in ROLES
            ),
            g.layer(
                "value",
                g.text_mark(fontWeight=600, limit=LABEL_ROOM - 10),
                x={"value": {"expr": "width + 6"}},
                y=y,
                text=g.text_of(),
                color=g.ROLE_OF_ROW,
            ),
            g.hit_layer(x, g.end_of("x2"), tip),
            g.room_right(LABEL_ROOM),
        ],
        HEIGHT,
    )


SPECS: Final[dict[Unit, g.Spec]] = {unit: _build(unit) for unit in ("percent", "count")}


def table(
    weeks: Sequence[date],
    lines: Sequence[Line],
    unit: Unit,
    target: float | None = None,
    target_text: str = "",
) -> pa.Table:
    """The rows of up to four lines over weeks given by their first days; raises ValueError for more lines.

    The first line is the base. `target` is a level drawn across, named at its left end.
    """
    if len(lines) > len(ROLES):
        raise ValueError(f"{len(lines)} lines cannot be told apart; {len(ROLES)} can")
    reached = [*(value for line in lines for value in line.values), target]
    # Chances fill their whole scale: a line at 1 % must not look like one at 100 %.
    span = g.Range(0.0, 1.0) if unit == "percent" else g.nice_range(reached, ticks=4, zero=True)
    rows: list[g.Row] = [{"layer": "extent", "y": span.low}, {"layer": "extent", "y": span.high}]
    half = 3.5 * 86_400_000
    if target is not None and weeks:
        ends = {"x": g.millis(weeks[0]) - half, "x2": g.millis(weeks[-1]) + half}
        rows.append({"layer": "target", "y": target, "text": target_text, **ends})
    ends_of: list[tuple[float, str, str]] = []
    for role, line in zip(ROLES, lines, strict=False):
        for week, value in zip(weeks, line.values, strict=True):
            rows.append({"layer": f"line-{role}", "x": g.millis(week), "y": value})
        last = next((value for value in reversed(line.values) if value is not None), None)
        if last is not None:
            colour = "muted" if role == "grey" else role
            ends_of.append((last, colour, f"{_short(line.name)}\u00a0{numbers.value(last, unit, 0)}"))
    tops = _inside(g.apart([span.pixels(value, HEIGHT) for value, _, _ in ends_of], gap=15), gap=15)
    for (_, shade, text), top in zip(ends_of, tops, strict=True):
        at = span.shifted(span.high, top, HEIGHT)
        rows.append({"layer": "value", "y": at, "role": shade, "text": text})
    for place, week in enumerate(weeks):
        told = {
            name: f"{line.name}: {numbers.value(line.values[place], unit, 0)}"
            for name, line in zip(_SHOWN, lines, strict=False)
        }
        strip = {"x": g.millis(week) - half, "x2": g.millis(week) + half}
        rows.append(
            {"layer": "hit", "id": numbers.week_key(week), "when": numbers.week_point(week), **strip, **told}
        )
    return g.rows_table(rows, _TEXTS, _NUMBERS)


def _inside(tops: list[float], gap: float) -> list[float]:
    """Places of labels in px moved up as far as they would stand below the plot."""
    held, floor = list(tops), float(HEIGHT)
    for place in sorted(range(len(tops)), key=lambda place: -tops[place]):
        held[place] = min(held[place], floor)
        floor = held[place] - gap
    return held


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + "…"
