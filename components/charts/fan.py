"""What may come: a median line with its 50 and 80 % bands ahead of now, and the level to get below."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from components import numbers
from components.charts import grammar as g

HEIGHT = 220
TEXT_GAP = 11  # px between a level's line and the middle of its text
TEXT_ROOM = 8  # px from the middle of the text that stay free of the fan
TEXT_SHARE = 0.45  # of the width, as much as the text takes on a phone


@dataclass(frozen=True)
class FanPoint:
    """One week ahead. `end` is its last day; 10, 25, 50, 75 and 90 of 100 runs lie at or below the five."""

    id: str
    end: date
    p10: float
    p25: float
    p50: float
    p75: float
    p90: float
    remark: str = ""


_TEXTS = ("role", "text", "id", "when", "shown", "half", "most", "words")
_NUMBERS = ("x", "x2", "y", "y2")


def _build() -> g.Spec:
    x, y = g.x_date(), g.y_value("count")
    tip = g.tooltip(
        when="Week", shown="Middle run", half="Half of the runs", most="80 of 100 runs", words="Note"
    )
    end = {"value": {"expr": "width + 6"}}
    area: g.Spec = {"type": "area", "interpolate": "monotone"}
    return g.chart(
        [
            g.extent_layer(y),
            g.layer("most", {**area, "opacity": 0.9}, x=x, y=y, y2=g.end_of("y2"), color=g.slot("band")),
            g.layer("half", {**area, "opacity": 0.9}, x=x, y=y, y2=g.end_of("y2"), color=g.slot("tint")),
            g.layer(
                "level",
                {"type": "rule", "strokeWidth": 1.2},
                x=x,
                x2=g.end_of("x2"),
                y=y,
                color=g.slot("ink"),
            ),
            g.layer(
                "line",
                {"type": "line", "strokeWidth": 2, "interpolate": "monotone"},
                x=x,
                y=y,
                color=g.slot("c1"),
            ),
            # Where the fan leaves no place free, the words stand across it.
            *g.outlined(
                g.layer("level-text", g.text_mark(dx=4), x=x, y=y, text=g.text_of(), color=g.slot("ink"))
            ),
            *g.outlined(
                g.layer(
                    "level-text-end",
                    g.text_mark(dx=-4, align="right"),
                    x=x,
                    y=y,
                    text=g.text_of(),
                    color=g.slot("ink"),
                )
            ),
            g.layer("now", {"type": "circle", "size": 60, "opacity": 1}, x=x, y=y, color=g.slot("c1")),
            g.layer("label", g.text_mark(), x=end, y=y, text=g.text_of(), color=g.slot("muted")),
            g.layer(
                "value",
                g.text_mark(fontSize=13, fontWeight=600),
                x=end,
                y=y,
                text=g.text_of(),
                color=g.slot("c1"),
            ),
            g.hit_layer(x, g.end_of("x2"), tip),
            g.room_right(70),
        ],
        HEIGHT,
    )


SPEC = _build()


def table(
    now: float, start: date, points: Sequence[FanPoint], level: float | None = None, level_text: str = ""
) -> pa.Table:
    """The rows of the chart: `now` is the number on the day `start`, from which the fan opens.

    `points` in order of time; `level_text` is written on the line of `level`. Columns: see `_TEXTS`,
    `_NUMBERS`.
    """
    span = g.nice_range([now, level, *(v for p in points for v in (p.p10, p.p90))], zero=True)
    rows: list[g.Row] = [{"layer": "extent", "y": span.low}, {"layer": "extent", "y": span.high}]
    at = g.millis(start)
    places = [(at, now, now, now, now, now)]
    places += [(g.millis(p.end), p.p10, p.p25, p.p50, p.p75, p.p90) for p in points]
    for x, p10, p25, p50, p75, p90 in places:
        rows.append({"layer": "most", "x": x, "y": p10, "y2": p90})
        rows.append({"layer": "half", "x": x, "y": p25, "y2": p75})
        rows.append({"layer": "line", "x": x, "y": p50})
    rows.append({"layer": "now", "x": at, "y": now})
    before = at
    for p in points:
        rows.append(_hit(p, before))
        before = g.millis(p.end)
    if points:
        rows += _labels(points[-1], span)
    if level is not None and points:
        rows.append({"layer": "level", "x": at, "x2": g.millis(points[-1].end), "y": level})
        side, at_end = _free_place(now, points, level, span)
        rows.append(
            {
                "layer": "level-text-end" if at_end else "level-text",
                "x": g.millis(points[-1].end) if at_end else at,
                "y": span.shifted(level, side * TEXT_GAP, HEIGHT),
                "text": level_text,
            }
        )
    return g.rows_table(rows, _TEXTS, _NUMBERS)


def _free_place(now: float, points: Sequence[FanPoint], level: float, span: g.Range) -> tuple[int, bool]:
    """Above (−1) or below (1) the line of the level, at its start or its end: the first place off the fan.

    Where none is, the one farthest from it.
    """
    covered = math.ceil(TEXT_SHARE * len(points))
    start = [(now, now), *((p.p10, p.p90) for p in points[:covered])]
    end = [(p.p10, p.p90) for p in points[-covered:]]

    def room(place: tuple[int, bool]) -> float:
        middle = span.pixels(level, HEIGHT) + place[0] * TEXT_GAP
        if not TEXT_GAP <= middle <= HEIGHT - TEXT_GAP:
            return -1.0
        bands = [
            (span.pixels(high, HEIGHT), span.pixels(low, HEIGHT))
            for low, high in (end if place[1] else start)
        ]
        return min(max(top - middle, middle - bottom, 0.0) for top, bottom in bands)

    places = [(side, at_end) for at_end in (False, True) for side in (-1, 1)]
    return next((place for place in places if room(place) >= TEXT_ROOM), max(places, key=room))


def _hit(p: FanPoint, before: float) -> g.Row:
    return {
        "layer": "hit",
        "x": before,
        "x2": g.millis(p.end),
        "id": p.id,
        "when": f"{p.id}, ends {numbers.weekday(p.end)}",
        "shown": numbers.count(p.p50),
        "half": f"{numbers.count(p.p25)}–{numbers.count(p.p75)}",
        "most": f"{numbers.count(p.p10)}–{numbers.count(p.p90)}",
        "words": p.remark or numbers.MISSING,
    }


def _labels(last: FanPoint, span: g.Range) -> list[g.Row]:
    """The middle run's last value, and the ends of the 80 % band where there is room."""
    values = [last.p50, last.p10, last.p90]
    tops = g.apart([span.pixels(value, HEIGHT) for value in values])
    names = ("value", "label", "label")
    return [
        {"layer": name, "y": span.shifted(span.high, top, HEIGHT), "text": numbers.count(value)}
        for name, value, top in zip(names, values, tops, strict=True)
    ]
