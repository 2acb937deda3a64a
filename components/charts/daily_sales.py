"""Daily sales under a timeline: one line, days of a block shaded, days not known left open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache

import pyarrow as pa

from components import numbers
from components.charts import grammar as g
from components.charts.timeline import LABEL_DISTANCE, LABEL_WIDTH, time_axis

HEIGHT = 92
_TEXTS = ("role", "when", "shown")
_NUMBERS = ("x", "x2", "y")
_DAY = dt.timedelta(days=1)


@lru_cache(maxsize=2)
def spec(years: bool) -> g.Spec:
    """The spec, its time axis as that of `timeline.spec`."""
    gutter = LABEL_WIDTH + LABEL_DISTANCE
    x = g.x_date(axis=time_axis(years))
    y: g.Spec = {
        "field": "y",
        "type": "quantitative",
        "scale": {"zero": True, "nice": False},
        "axis": g.plain_axis(
            **g.axis_unit("money", "y", 3), minExtent=gutter, maxExtent=gutter, labelPadding=8
        ),
        "title": None,
    }
    tip = g.tooltip(when="Day", shown="Sales")
    whole: g.Spec = {"y": {"value": 0}, "y2": {"value": "height"}}
    return g.chart(
        [
            g.extent_layer(y) | {"encoding": {"y": y, "x": x}},
            g.layer(
                "block",
                {"type": "rect", "opacity": 0.75},
                x=x,
                x2=g.end_of("x2"),
                **whole,
                color=g.slot("band"),
            ),
            g.layer("line", {"type": "line", "strokeWidth": 1.6}, x=x, y=y, color=g.slot("c1")),
            g.layer("hit", {"type": "point", "opacity": 0, "size": 60}, x=x, y=y, tooltip=tip),
        ],
        HEIGHT,
    )


def table(
    days: Sequence[tuple[dt.date, float]],
    blocks: Sequence[tuple[dt.datetime, dt.datetime]],
    first: dt.datetime,
    last: dt.datetime,
) -> pa.Table:
    """The rows: (day, sales) oldest first, blocks as local moments, and the ends of the time axis.

    The line breaks where a day is missing: not known is not zero.
    """
    highest = max((sales for _, sales in days), default=0.0)
    rows: list[g.Row] = [
        {"layer": "extent", "x": _ms(first), "y": 0.0},
        {"layer": "extent", "x": _ms(last), "y": highest or 1.0},
    ]
    rows += [{"layer": "block", "x": _ms(starts), "x2": _ms(ends)} for starts, ends in blocks]
    before: dt.date | None = None
    for day, sales in days:
        if before is not None and day - before > _DAY:
            rows.append({"layer": "line", "x": g.millis(before + _DAY), "y": None})
        told = {"when": numbers.weekday(day), "shown": numbers.money(sales)}
        rows += [{"layer": name, "x": g.millis(day), "y": sales, **told} for name in ("line", "hit")]
        before = day
    return g.rows_table(rows, _TEXTS, _NUMBERS)


def _ms(at: dt.datetime) -> float:
    """Milliseconds since 1970 as if the moment were UTC, so that the axis shows the zone's own clocks."""
    return at.replace(tzinfo=dt.UTC).timestamp() * 1000
