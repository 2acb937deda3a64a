"""Hours of work per week in parts that add up, the hours there are as a tick, weeks ahead with a band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa

from components import numbers
from components.charts import grammar as g

HEIGHT = 250


@dataclass(frozen=True)
class Part:
    """One part of every bar, drawn from the bottom up in the order given; `role` is its colour."""

    name: str
    role: str


@dataclass(frozen=True)
class Week:
    """One week: hours of work by part, hours available (None: not known), and what makes it special.

    `low` and `high` are the band of a week ahead, None for a week that was. `hollow`: days of it are missing.
    `warns`: a text above the bar, for the newest week only where it is over the usual band.
    """

    id: str
    start: date
    hours: tuple[float, ...]
    available: float | None
    low: float | None = None
    high: float | None = None
    hollow: bool = False
    warns: str = ""

    @property
    def ahead(self) -> bool:
        """Whether the week is expected, not counted."""
        return self.high is not None


_TEXTS = ("role", "text", "id", "when", "shown", "parts", "there", "load")
_NUMBERS = ("x", "x2", "y", "y2")


def _build() -> g.Spec:
    x, y = g.x_date(), g.y_value("work_hours")
    x2, y2 = g.end_of("x2"), g.end_of("y2")
    tip = g.tooltip(when="Week", shown="Work", parts="Parts", there="Available", load="Work ÷ available")
    end = {"value": {"expr": "width + 6"}}
    tick: g.Spec = {"type": "rule", "strokeWidth": 2.5}
    return g.chart(
        [
            g.extent_layer(y),
            g.layer("bar", {"type": "rect"}, x=x, x2=x2, y=y, y2=y2, color=g.ROLE_OF_ROW),
            g.layer("faint", {"type": "rect", "opacity": 0.4}, x=x, x2=x2, y=y, y2=y2, color=g.ROLE_OF_ROW),
            g.layer("band", {"type": "rule", "strokeWidth": 1.6}, x=x, y=y, y2=y2, color=g.slot("muted")),
            g.layer("there", tick, x=x, x2=x2, y=y, color=g.slot("ink")),
            g.layer(
                "edge",
                {"type": "rule", "strokeDash": [4, 3], "strokeWidth": 1.2},
                x=x,
                y={"value": 0},
                y2={"value": "height"},
                color=g.slot("muted"),
            ),
            g.layer(
                "edge-text", g.text_mark(dx=5), x=x, y={"value": 6}, text=g.text_of(), color=g.slot("muted")
            ),
            g.layer(
                "warn",
                g.text_mark(fontWeight=600, fontSize=13, align="center", dy=-10),
                x=x,
                y=y,
                text=g.text_of(),
                color=g.slot("warn"),
            ),
            g.layer("named", g.text_mark(), x=end, y=y, text=g.text_of(), color=g.ROLE_OF_ROW),
            g.hit_layer(x, x2, tip),
        ],
        HEIGHT,
    )


SPEC: g.Spec = _build()


def table(weeks: Sequence[Week], parts: Sequence[Part]) -> pa.Table:
    """The rows of the chart, weeks oldest first.

    Raises ValueError when a week has another number of hours than there are parts.
    """
    if any(len(week.hours) != len(parts) for week in weeks):
        raise ValueError("every week needs the hours of every part")
    tops = [value for week in weeks for value in (sum(week.hours), week.available, week.high)]
    top = g.nice_range(tops, zero=True)
    rows: list[g.Row] = [{"layer": "extent", "y": top.low}, {"layer": "extent", "y": top.high}]
    for week in weeks:
        rows += _week(week, parts)
    first = next((week for week in weeks if week.ahead), None)
    if first is not None and first is not weeks[0]:
        rows.append({"layer": "edge", "x": g.millis(first.start)})
        rows.append({"layer": "edge-text", "x": g.millis(first.start), "text": "expected"})
    if weeks:
        rows += _names(weeks[-1], parts, top)
    return g.rows_table(rows, _TEXTS, _NUMBERS)


def load_text(week: Week) -> str:
    """Work as a share of the hours available; "–" where these are not known."""
    if not week.available:
        return numbers.MISSING
    return numbers.percent(sum(week.hours) / week.available, 0)


def _week(week: Week, parts: Sequence[Part]) -> list[g.Row]:
    starts, ends = g.millis(week.start), g.millis(week.start + timedelta(days=7))
    inset = (ends - starts) * 0.12
    middle = (starts + ends) / 2
    rows: list[g.Row] = []
    at = 0.0
    for part, hours in zip(parts, week.hours, strict=True):
        if hours:
            rows.append(
                {
                    "layer": "faint" if week.hollow or week.ahead else "bar",
                    "x": starts + inset,
                    "x2": ends - inset,
                    "y": at,
                    "y2": at + hours,
                    "role": part.role,
                }
            )
        at += hours
    if week.high is not None:
        rows.append({"layer": "band", "x": middle, "y": week.low, "y2": week.high})
    if week.available is not None:
        wide = (ends - starts) * 0.04
        rows.append({"layer": "there", "x": starts + wide, "x2": ends - wide, "y": week.available})
    if week.warns:
        over = max(at, week.available or 0.0)
        rows.append({"layer": "warn", "x": middle, "y": over, "text": week.warns})
    shown = numbers.work_hours(at)
    if week.low is not None and week.high is not None:
        shown += f" ({numbers.work_hours(week.low)} to {numbers.work_hours(week.high)})"
    rows.append(
        {
            "layer": "hit",
            "x": starts,
            "x2": ends,
            "id": week.id,
            "when": numbers.week_point(week.start) + (", expected" if week.ahead else ""),
            "shown": shown,
            "parts": " · ".join(
                f"{part.name} {numbers.work_hours(hours)}"
                for part, hours in zip(parts, week.hours, strict=True)
            ),
            "there": numbers.work_hours(week.available),
            "load": load_text(week),
        }
    )
    return rows


def _names(last: Week, parts: Sequence[Part], top: g.Range) -> list[g.Row]:
    """The hours available and the parts, named at the last week, moved apart where they would touch."""
    texts: list[tuple[float, str, str]] = []
    if last.available is not None:
        texts.append((last.available, "ink", f"Available {numbers.work_hours(last.available)}"))
    at = 0.0
    for part, hours in zip(parts, last.hours, strict=True):
        role = "ink" if part.role in ("grey", "band", "tint") else part.role
        texts.append((at + hours / 2, role, f"{part.name} {numbers.work_hours(hours)}"))
        at += hours
    placed = g.apart([top.pixels(value, HEIGHT) for value, _, _ in texts])
    return [
        {
            "layer": "named",
            "role": role,
            "y": top.high - pixels / HEIGHT * (top.high - top.low),
            "text": text,
        }
        for (_, role, text), pixels in zip(texts, placed, strict=True)
    ]
