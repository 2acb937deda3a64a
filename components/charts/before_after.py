"""Did a dated action work: level and usual range before and after it, beside a comparison group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import pyarrow as pa

from components import numbers
from components.charts import grammar as g
from components.numbers import Unit

HEIGHT = 200
Phase = Literal["before", "settling", "after"]


@dataclass(frozen=True)
class ActionPoint:
    """One week of the metric and of the comparison group. Settling weeks count for neither level."""

    id: str
    start: date
    value: float | None
    phase: Phase
    comparison: float | None = None


@dataclass(frozen=True)
class Level:
    """Mean and usual range of one phase, and its words ("Before: mean 142")."""

    mean: float
    lower: float | None
    upper: float | None
    text: str


_PHASE_WORDS: dict[Phase, str] = {"before": "before", "settling": "settling in, left out", "after": "after"}
_TEXTS = ("role", "text", "id", "when", "shown", "other", "phase")
_NUMBERS = ("x", "x2", "y", "y2")


def _level(x: g.Spec, y: g.Spec, name: str, baseline: str, dy: int) -> list[g.Spec]:
    """The words of a level, above or below its line."""
    words = g.text_mark(baseline=baseline, dy=dy, fontWeight=600)
    return g.outlined(g.layer(name, words, x=x, y=y, text=g.text_of(), color=g.ROLE_OF_ROW))


def _build(unit: Unit) -> g.Spec:
    x, y = g.x_date(), g.y_value(unit)
    end = {"value": {"expr": "width + 6"}}
    tip = g.tooltip(when="Week", shown="Value", other="Comparison", phase="Period")
    x2, y2 = g.end_of("x2"), g.end_of("y2")
    return g.chart(
        [
            g.extent_layer(y),
            g.layer("band", {"type": "rect", "opacity": 0.75}, x=x, x2=x2, y=y, y2=y2, color=g.slot("band")),
            g.layer("mean", {"type": "rule", "strokeWidth": 1}, x=x, x2=x2, y=y, color=g.slot("grey")),
            g.layer(
                "comparison",
                {"type": "line", "strokeWidth": 1.2, "strokeDash": [4, 3]},
                x=x,
                y=y,
                color=g.slot("grey"),
            ),
            g.layer("action", {"type": "rule", "strokeWidth": 1.4}, x=x, color=g.slot("ink")),
            g.layer(
                "action",
                g.text_mark(dx=5, baseline="top", fontWeight=600),
                x=x,
                y={"value": 0},
                text=g.text_of(),
                color=g.slot("ink"),
            ),
            g.layer("line", {"type": "line", "strokeWidth": 2}, x=x, y=y, color=g.slot("c1")),
            g.layer("dot", {"type": "circle", "size": 26, "opacity": 1}, x=x, y=y, color=g.slot("c1")),
            *_level(x, y, "above", "bottom", -4),
            *_level(x, y, "below", "top", 4),
            g.layer(
                "value",
                g.text_mark(fontSize=13, fontWeight=600),
                x=end,
                y=y,
                text=g.text_of(),
                color=g.slot("ink"),
            ),
            g.layer("name", g.text_mark(limit=110), x=end, y=y, text=g.text_of(), color=g.slot("muted")),
            g.hit_layer(x, x2, tip),
        ],
        HEIGHT,
    )


SPECS: dict[Unit, g.Spec] = {unit: _build(unit) for unit in g.UNITS}


def spec(unit: Unit) -> g.Spec:
    """The spec for values of `unit`; shared, not to be changed."""
    return SPECS[unit]


def table(
    points: Sequence[ActionPoint],
    unit: Unit,
    action_day: date,
    action_text: str,
    before: Level,
    after: Level | None,
    comparison_name: str = "",
    verdict: Literal["good", "bad", "ink"] = "ink",
    decimals: int | None = None,
) -> pa.Table:
    """The rows of the chart.

    `action_text` stands at the dated rule ("17 Aug · auto-hold live"). `after` is None while it is too early.
    `verdict` colours the words of the later level: "good" or "bad" only where an effect is shown.
    """
    levels = [level for level in (before, after) if level is not None]
    seen = [v for p in points for v in (p.value, p.comparison)]
    seen += [v for level in levels for v in (level.mean, level.lower, level.upper)]
    span = g.nice_range(seen)
    rows: list[g.Row] = [{"layer": "extent", "y": span.low}, {"layer": "extent", "y": span.high}]
    rows += _level_rows(points, "before", before, "above", "ink")
    if after is not None:
        rows += _level_rows(points, "after", after, "below", verdict)
    rows.append({"layer": "action", "x": g.millis(action_day), "text": action_text})
    half = 3.5 * 86_400_000
    for p in points:
        at = g.millis(p.start)
        rows.append({"layer": "line", "x": at, "y": p.value})
        if p.value is not None:
            rows.append({"layer": "dot", "x": at, "y": p.value})
        if comparison_name:
            rows.append({"layer": "comparison", "x": at, "y": p.comparison})
        rows.append(
            {
                "layer": "hit",
                "id": p.id,
                "x": at - half,
                "x2": at + half,
                "when": numbers.week_point(p.start),
                "shown": numbers.value(p.value, unit, decimals),
                "other": numbers.value(p.comparison, unit, decimals),
                "phase": _PHASE_WORDS[p.phase],
            }
        )
    return g.rows_table([*rows, *_end_rows(points, unit, decimals, comparison_name, span)], _TEXTS, _NUMBERS)


def _level_rows(
    points: Sequence[ActionPoint], phase: Phase, level: Level, side: str, role: str
) -> list[g.Row]:
    days = [g.millis(p.start) for p in points if p.phase == phase]
    if not days:
        return []
    over: dict[str, object] = {"x": days[0], "x2": days[-1]}
    rows: list[g.Row] = [{"layer": "mean", "y": level.mean, **over}]
    edge = level.mean
    if level.lower is not None and level.upper is not None:
        rows.append({"layer": "band", "y": level.lower, "y2": level.upper, **over})
        edge = level.upper if side == "above" else level.lower
    rows.append({"layer": side, "x": days[0], "y": edge, "text": level.text, "role": role})
    return rows


def _end_rows(
    points: Sequence[ActionPoint], unit: Unit, decimals: int | None, name: str, span: g.Range
) -> list[g.Row]:
    """The last value and the comparison group's name at the right end, moved apart."""
    last = next((p.value for p in reversed(points) if p.value is not None), None)
    other = next((p.comparison for p in reversed(points) if p.comparison is not None), None)
    wanted = [] if last is None else [(last, "value", numbers.value(last, unit, decimals))]
    if name and other is not None:
        wanted.append((other, "name", name))
    tops = g.apart([span.pixels(value, HEIGHT) for value, _, _ in wanted])
    return [
        {"layer": kind, "y": span.shifted(span.high, top, HEIGHT), "text": text}
        for (_, kind, text), top in zip(wanted, tops, strict=True)
    ]
