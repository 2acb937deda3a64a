"""Trend with its usual range (an XmR chart): line, band, centre, signals, target, dividers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa

from components import numbers
from components.charts import grammar as g
from components.charts.minis import Tone
from components.numbers import Unit

HEIGHT = 190
TARGET_GAP = 8  # px between the target's line and the middle of its text
TARGET_TEXT, PLOT = 90, 600  # px the text and the plot are about wide


@dataclass(frozen=True)
class Point:
    """One period. `start` is its first day; `value` None leaves a gap.

    `lower`, `centre`, `upper` are the usual range that applied to it. `signal` is the tone of a signal and
    `rule` its words. `hollow` says partial or immature, `remark` why ("5 of 7 days", "matures 20 Dec").
    `id` is what a click yields ("2026-W46").
    """

    id: str
    start: date
    value: float | None
    n: int | None = None
    lower: float | None = None
    centre: float | None = None
    upper: float | None = None
    signal: Tone | None = None
    rule: str = ""
    hollow: bool = False
    remark: str = ""


@dataclass(frozen=True)
class Divider:
    """A dated event or baseline divider drawn as a dotted rule with its text."""

    day: date
    text: str


_TEXTS = ("role", "text", "id", "when", "shown", "count", "words")
_NUMBERS = ("x", "x2", "y", "y2")


def _build(unit: Unit) -> g.Spec:
    x, y = g.x_date(), g.y_value(unit)
    tip = g.tooltip(when="Week", shown="Value", count="n", words="Note")
    end = {"value": {"expr": "width + 6"}}
    return g.chart(
        [
            g.extent_layer(y),
            g.chosen_layer(x, g.end_of("x2")),
            g.layer(
                "band",
                {"type": "rect", "opacity": 0.75},
                x=x,
                x2=g.end_of("x2"),
                y=y,
                y2=g.end_of("y2"),
                color=g.slot("band"),
            ),
            g.layer(
                "centre",
                {"type": "rule", "strokeWidth": 1},
                x=x,
                x2=g.end_of("x2"),
                y=y,
                color=g.slot("grey"),
            ),
            g.target_layer(x, y),
            g.layer(
                "divider", {"type": "rule", "strokeDash": [2, 2], "strokeWidth": 1}, x=x, color=g.slot("ink")
            ),
            g.layer(
                "divider",
                g.text_mark(dx=4, baseline="top"),
                x=x,
                y={"value": 0},
                text=g.text_of(),
                color=g.slot("ink"),
            ),
            g.layer(
                "young",
                {"type": "line", "strokeWidth": 2, "strokeDash": [2, 3]},
                x=x,
                y=y,
                color=g.slot("c1"),
            ),
            g.layer("line", {"type": "line", "strokeWidth": 2}, x=x, y=y, color=g.slot("c1")),
            g.layer("dot", {"type": "circle", "size": 26, "opacity": 1}, x=x, y=y, color=g.slot("c1")),
            g.layer("signal", {"type": "circle", "size": 80, "opacity": 1}, x=x, y=y, color=g.ROLE_OF_ROW),
            g.hollow_layer(x, y, g.slot("c1")),
            *g.outlined(
                g.layer("target-text", g.text_mark(dx=4), x=x, y=y, text=g.text_of(), color=g.slot("ink"))
            ),
            g.layer("limit", g.text_mark(), x=end, y=y, text=g.text_of(), color=g.slot("muted")),
            g.value_layer(end, y),
            g.hit_layer(x, g.end_of("x2"), tip),
            g.room_right(58),
        ],
        HEIGHT,
    )


SPECS: dict[Unit, g.Spec] = {unit: _build(unit) for unit in g.UNITS}


def spec(unit: Unit) -> g.Spec:
    """The spec for values of `unit`; shared, not to be changed."""
    return SPECS[unit]


def table(
    points: Sequence[Point],
    unit: Unit,
    target: float | None = None,
    target_text: str = "",
    dividers: Sequence[Divider] = (),
    decimals: int | None = None,
    days_per_point: int = 7,
    chosen: tuple[date, date] | None = None,
) -> pa.Table:
    """The rows of the chart.

    `points` in order of time; values in `unit` (shares 0..1). `target_text` is written on the target's line
    ("Target 90.0 %"). `days_per_point` is the length of a period. `chosen` days [start, end) are shaded.
    Columns: see `_TEXTS` and `_NUMBERS`.
    """
    spread = [v for p in points for v in (p.value, p.lower, p.upper)]
    span = g.nice_range([*spread, target])
    half = timedelta(days=days_per_point / 2)
    rows: list[g.Row] = [{"layer": "extent", "y": span.low}, {"layer": "extent", "y": span.high}]
    if points:
        rows += _range_rows(points, half)
        rows += _line_rows(points)
        rows += [_hit_row(p, unit, decimals, half, days_per_point) for p in points]
        rows += _label_rows(points, unit, decimals, span, days_per_point)
        ends = {"x": g.millis(points[0].start), "x2": g.millis(points[-1].start)}
        rows += g.chosen_rows(chosen, ends["x"], ends["x2"] + half.total_seconds() * 1000)
        if target is not None:
            rows.append({"layer": "target", "y": target, **ends})
            side = _free_side(points, target, span)
            at = span.shifted(target, side * TARGET_GAP, HEIGHT)
            rows.append({"layer": "target-text", "x": ends["x"], "y": at, "text": target_text})
        rows += [{"layer": "divider", "x": g.millis(d.day), "text": d.text} for d in dividers]
    return g.rows_table(rows, _TEXTS, _NUMBERS)


def _free_side(points: Sequence[Point], target: float, span: g.Range) -> int:
    """Where the target's text crosses least: −1 above its line, 1 below.

    The centre line runs under all of the text, so it counts more than the dots of the first weeks. A side
    outside of the plot is no side.
    """
    line = span.pixels(target, HEIGHT)
    first = points[: max(2, round(len(points) * TARGET_TEXT / PLOT))]

    def crossed(side: int) -> int:
        low, high = sorted((line, line + side * 2 * TARGET_GAP))
        if low < 0 or high > HEIGHT:
            return 1000
        hits = [1 for p in first if p.value is not None and low <= span.pixels(p.value, HEIGHT) <= high]
        hits += [100 for p in first if p.centre is not None and low <= span.pixels(p.centre, HEIGHT) <= high]
        return sum(hits)

    return -1 if crossed(-1) <= crossed(1) else 1


def _range_rows(points: Sequence[Point], half: timedelta) -> list[g.Row]:
    """Band and centre, one row per stretch of equal limits: constant limits are one rectangle."""
    rows: list[g.Row] = []
    first = 0
    for i in range(1, len(points) + 1):
        start = points[first]
        same = i < len(points) and (points[i].lower, points[i].centre, points[i].upper) == (
            start.lower,
            start.centre,
            start.upper,
        )
        if same:
            continue
        at = g.millis(start.start) - (half.total_seconds() * 1000 if first else 0)
        to = g.millis(points[i - 1].start) + (half.total_seconds() * 1000 if i < len(points) else 0)
        if start.lower is not None and start.upper is not None:
            rows.append({"layer": "band", "x": at, "x2": to, "y": start.lower, "y2": start.upper})
        if start.centre is not None:
            rows.append({"layer": "centre", "x": at, "x2": to, "y": start.centre})
        first = i
    return rows


def _line_rows(points: Sequence[Point]) -> list[g.Row]:
    """Solid line between settled points, dashed to and from hollow ones; dots on top."""
    rows: list[g.Row] = []
    hollow = [p.hollow for p in points]
    for i, p in enumerate(points):
        at = {"x": g.millis(p.start), "y": p.value}
        solid, dashed = g.line_pieces(hollow, i)
        rows.append({"layer": "line", **at, "y": p.value if solid else None})
        if any(hollow):
            rows.append({"layer": "young", **at, "y": p.value if dashed else None})
        if p.value is None:
            continue
        if p.hollow:
            rows.append({"layer": "hollow", **at})
        elif p.signal:
            rows.append({"layer": "signal", "role": p.signal, **at})
        else:
            rows.append({"layer": "dot", **at})
    return rows


def _hit_row(p: Point, unit: Unit, decimals: int | None, half: timedelta, days: int) -> g.Row:
    known = p.lower is not None and p.upper is not None and p.value is not None and not p.hollow
    return {
        "layer": "hit",
        "id": p.id,
        "x": g.millis(p.start) - half.total_seconds() * 1000,
        "x2": g.millis(p.start) + half.total_seconds() * 1000,
        "when": numbers.week_point(p.start) if days == 7 else p.id,
        "shown": numbers.value(p.value, unit, decimals),
        "count": numbers.count(p.n),
        "words": p.rule or p.remark or ("usual" if known else ""),
    }


def _label_rows(
    points: Sequence[Point], unit: Unit, decimals: int | None, span: g.Range, days: int
) -> list[g.Row]:
    """Last value and limits at the right end, moved apart where they would touch.

    A value older than the last point says its period: it is not what the right end shows.
    """
    last = next((p for p in reversed(points) if p.value is not None), None)
    if last is None or last.value is None:
        return []
    wanted = [("value", last.value, last.signal or ("muted" if last.hollow else "ink"))]
    wanted += [("limit", limit, "muted") for limit in (last.upper, last.lower) if limit is not None]
    pixels = g.apart([span.pixels(value, HEIGHT) for _, value, _ in wanted])
    named = numbers.short_week(last.start) if days == 7 else last.id
    older = "" if last is points[-1] else f"{numbers.NBSP}· {named}"
    return [
        {
            "layer": kind,
            "y": span.high - top / HEIGHT * (span.high - span.low),
            "role": role,
            "text": numbers.value(value, unit, decimals) + (older if kind == "value" else ""),
        }
        for (kind, value, role), top in zip(wanted, pixels, strict=True)
    ]
