"""The life of a case: a lane per party with stretches as bars, milestones as points, due times as rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import pyarrow as pa

from components.charts import grammar as g

LANE = 26  # px per lane
LABEL_WIDTH = 104  # px left of the plot
LABEL_DISTANCE = 10  # px between a label and the plot
_NARROW = "width < 480"  # on a phone the names of milestones give way; the table has them
_LETTER = 6.2  # px of a letter of 12 px, and of a usual plot, to keep names apart
_PLOT = 1000.0

Role = Literal["grey", "muted", "c1", "c2", "bad"]


@dataclass(frozen=True)
class Stretch:
    """What lasted: a bar in a lane. Moments are those of one zone, without zone."""

    lane: str
    starts: dt.datetime
    ends: dt.datetime
    role: Role
    what: str
    lasted: str
    when: str


@dataclass(frozen=True)
class Milestone:
    """What happened: a point in the first lane. Names of the most important are written, if they fit."""

    at: dt.datetime
    what: str
    when: str
    importance: int = 0


@dataclass(frozen=True)
class Due:
    """A due time: a rule over all lanes with its words above it."""

    at: dt.datetime
    what: str
    when: str


_TEXTS = ("role", "text", "lane", "what", "when", "lasted")
_NUMBERS = ("x", "x2", "row")
_TICKS = (
    "utchours(datum.value) || utcminutes(datum.value) ? utcFormat(datum.value, '%H:%M') "
    ": utcFormat(datum.value, '%-d\u00a0%b')"
)


_MONTHS = "utcFormat(datum.value, '%b\u00a0%Y')"


def time_axis(years: bool) -> g.Spec:
    """The axis of a timeline: days and hours, or over `years` months with their year."""
    return g.plain_axis(
        labelExpr=_MONTHS if years else _TICKS,
        tickCount=6,
        grid=True,
        gridOpacity=0.6,
        labelOverlap=True,
        labelPadding=6,
    )


@lru_cache(maxsize=32)
def spec(lanes: int, years: bool = False) -> g.Spec:
    """The spec of a timeline with so many lanes."""
    x = g.x_date(axis=time_axis(years))
    y: g.Spec = {
        "field": "row",
        "type": "ordinal",
        "axis": None,
        "title": None,
        "scale": {"domain": list(range(lanes)), "paddingInner": 0, "paddingOuter": 0},
    }
    tip = g.tooltip(what="What", when="When", lasted="Lasted")
    bar: g.Spec = {"type": "bar", "height": {"band": 0.5}, "minBandSize": 2}
    names = [
        g.layer(
            f"name-{side}",
            g.text_mark(align=align, baseline="bottom", dy=-7, opacity={"expr": f"{_NARROW} ? 0 : 1"}),
            x=x,
            y=y,
            text=g.text_of(),
            color=g.slot("ink"),
        )
        for side, align in (("left", "left"), ("middle", "center"), ("right", "right"))
    ]
    dues = [
        part
        for level in (0, 1)
        for align in ("left", "right")
        for part in g.outlined(
            g.layer(
                f"due-{level}-{align}",
                g.text_mark(align=align, dx=4 if align == "left" else -4),
                x=x,
                y={"value": -12 - 16 * level},
                text=g.text_of(),
                color=g.slot("ink"),
            )
        )
    ]
    return g.chart(
        [
            g.layer("extent", {"type": "point", "opacity": 0, "size": 0}, x=x, y=y),
            g.layer("bar", bar, x=x, x2=g.end_of("x2"), y=y, color=g.ROLE_OF_ROW, tooltip=tip),
            g.layer(
                "due",
                {"type": "rule", "strokeWidth": 1.4},
                x=x,
                y={"value": -18},
                y2={"value": "height"},
                color=g.slot("ink"),
                tooltip=tip,
            ),
            g.layer(
                "point",
                {"type": "point", "filled": True, "size": 62, "strokeWidth": 1.6, "opacity": 1},
                x=x,
                y=y,
                color=g.slot("paper"),
                stroke=g.ROLE_OF_ROW,
                tooltip=tip,
            ),
            *names,
            *dues,
            _room_left(LABEL_WIDTH + LABEL_DISTANCE),
            g.layer(
                "label",
                g.text_mark(align="right", limit=LABEL_WIDTH),
                x={"value": -LABEL_DISTANCE},
                y=y,
                text=g.text_of("lane"),
                color=g.slot("muted"),
            ),
        ],
        LANE * lanes,
    )


def table(
    lanes: Sequence[str],
    stretches: Sequence[Stretch],
    milestones: Sequence[Milestone],
    dues: Sequence[Due],
    span: Sequence[dt.datetime] = (),
) -> pa.Table:
    """The rows of the chart. Lanes are drawn in their order below one free line for names; the first one
    carries the milestones. The time axis reaches to the moments of `span` at least.

    Raises ValueError for a stretch in a lane that is not among them.
    """
    row_of = {lane: float(place + 1) for place, lane in enumerate(lanes)}
    moments = [s.starts for s in stretches] + [s.ends for s in stretches]
    moments += [m.at for m in milestones] + [d.at for d in dues] + list(span)
    if not moments:
        return g.rows_table([], _TEXTS, _NUMBERS)
    first, last = min(moments), max(moments)
    if first == last:
        last = first + dt.timedelta(hours=1)
    rows: list[g.Row] = [{"layer": "extent", "x": _ms(at), "row": 1.0} for at in (first, last)]
    rows += [{"layer": "label", "lane": lane, "row": row} for lane, row in row_of.items()]
    for s in stretches:
        if s.lane not in row_of:
            raise ValueError(f"{s.lane!r} is none of the lanes {', '.join(lanes)}")
        told = {"what": s.what, "when": s.when, "lasted": s.lasted}
        rows.append(
            {"layer": "bar", "x": _ms(s.starts), "x2": _ms(s.ends), "row": row_of[s.lane], "role": s.role}
            | told
        )
    for m in milestones:
        rows.append(
            {"layer": "point", "x": _ms(m.at), "row": 1.0, "role": "ink", "what": m.what, "when": m.when}
        )
    rows += _names(milestones, first, last)
    for level, due in enumerate(sorted(dues, key=lambda due: due.at)[:2]):
        side = "left" if _share(due.at, first, last) < 0.5 else "right"
        rows.append({"layer": "due", "x": _ms(due.at), "what": due.what, "when": due.when})
        rows.append({"layer": f"due-{level}-{side}", "x": _ms(due.at), "text": f"{due.what} {due.when}"})
    return g.rows_table(rows, _TEXTS, _NUMBERS)


def _names(milestones: Sequence[Milestone], first: dt.datetime, last: dt.datetime) -> list[g.Row]:
    """Names of milestones that do not touch each other, the most important first."""
    taken: list[tuple[float, float]] = []
    rows: list[g.Row] = []
    for m in sorted(milestones, key=lambda m: (-m.importance, m.at)):
        share = _share(m.at, first, last)
        side, align = ("left", 0.0) if share < 0.1 else ("right", 1.0) if share > 0.9 else ("middle", 0.5)
        width = len(m.what) * _LETTER / _PLOT
        begins = share - align * width
        if any(begins < end + 0.01 and start < begins + width + 0.01 for start, end in taken):
            continue
        taken.append((begins, begins + width))
        rows.append({"layer": f"name-{side}", "x": _ms(m.at), "row": 1.0, "text": m.what})
    return rows


def _share(at: dt.datetime, first: dt.datetime, last: dt.datetime) -> float:
    return (at - first) / (last - first)


def _room_left(pixels: int) -> g.Spec:
    """An invisible mark that keeps `pixels` left of the plot, so that a chart below gets an equal plot."""
    return {
        "data": {"values": [{}]},
        "mark": {"type": "point", "opacity": 0, "size": 0},
        "encoding": {"x": {"value": -pixels}, "y": {"value": 0}},
    }


def _ms(at: dt.datetime) -> float:
    """Milliseconds since 1970 as if the moment were UTC, so that the axis shows the zone's own clocks."""
    return at.replace(tzinfo=dt.UTC).timestamp() * 1000
