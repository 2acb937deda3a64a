"""Pace by weeks since the first day: one cohort with its interval, the usual ramp dashed behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from components import numbers
from components.charts import grammar as g

HEIGHT = 220
LAST_WEEK = 26


@dataclass(frozen=True)
class Stretch:
    """Weeks [first, end) since the first day, counted from 0; `value` None where nothing can be told."""

    first: int
    end: int
    value: float | None
    low: float | None
    high: float | None
    cases: int


@dataclass(frozen=True)
class Ramp:
    """One line: its name at the end, and its stretches in order."""

    name: str
    stretches: Sequence[Stretch]


_TEXTS = ("role", "text", "id", "group", "when", "shown", "span", "count")
_NUMBERS = ("x", "x2", "y", "y2")


def _build() -> g.Spec:
    x: g.Spec = {
        "field": "x",
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [0, LAST_WEEK], "nice": False},
        "axis": g.plain_axis(
            values=[4, 8, 12, 16, 20, 26],
            labelExpr="'week\u00a0' + datum.value",
            labelOverlap=True,
            labelPadding=6,
            ticks=True,
            tickSize=4,
        ),
    }
    y, y2 = g.y_value("percent"), g.end_of("y2")
    tip = g.tooltip(group="Who", when="Weeks", shown="Pace", span="95 % interval", count="Cases ended")
    end = {"value": {"expr": "width + 6"}}
    rule: g.Spec = {"type": "rule", "strokeWidth": 2, "opacity": 0.55}
    hit: g.Spec = {"type": "point", "filled": True, "size": 420, "opacity": 0}
    return g.chart(
        [
            g.extent_layer(y),
            g.layer("experienced", {"type": "rule", "strokeWidth": 1.2}, y=y, color=g.slot("ink")),
            g.layer(
                "usual",
                {"type": "line", "strokeWidth": 1.6, "strokeDash": [4, 3]},
                x=x,
                y=y,
                color=g.slot("grey"),
            ),
            g.layer("span", rule, x=x, y=y, y2=y2, color=g.slot("c1")),
            g.layer("own", {"type": "line", "strokeWidth": 2}, x=x, y=y, color=g.slot("c1")),
            g.layer("own", {"type": "circle", "size": 60, "opacity": 1}, x=x, y=y, color=g.slot("c1")),
            g.layer("named", g.text_mark(limit=150), x=end, y=y, text=g.text_of(), color=g.ROLE_OF_ROW),
            g.clickable(g.layer("hit", hit, x=x, y=y, tooltip=tip)),
            g.room_right(140),
        ],
        HEIGHT,
    )


SPEC = _build()


def table(own: Ramp | None, usual: Ramp) -> pa.Table:
    """The rows of the chart: one cohort in front of the usual ramp, 100 % being experienced colleagues.

    A click yields "own-8" or "usual-8" for the stretch that begins with the 9th week.
    """
    ramps = [("usual", usual)] if own is None else [("usual", usual), ("own", own)]
    seen = [
        value
        for kind, ramp in ramps
        for one in ramp.stretches
        for value in ((one.low, one.value, one.high) if kind == "own" else (one.value,))
    ]
    span = g.nice_range([*seen, 1.0], zero=True)
    rows: list[g.Row] = [{"layer": "extent", "y": span.low}, {"layer": "extent", "y": span.high}]
    rows.append({"layer": "experienced", "y": 1.0})
    for kind, ramp in ramps:
        for one in ramp.stretches:
            at = {"x": (one.first + one.end) / 2, "y": one.value}
            rows.append({"layer": kind, **at})
            if one.value is None:
                continue
            rows.append({"layer": "hit", **at, "id": f"{kind}-{one.first}", **_told(ramp.name, one)})
            if kind == "own" and one.low is not None and one.high is not None:
                rows.append({"layer": "span", "x": at["x"], "y": one.low, "y2": one.high})
    return g.rows_table([*rows, *_names(ramps, span)], _TEXTS, _NUMBERS)


def _told(name: str, one: Stretch) -> dict[str, str]:
    known = one.low is not None and one.high is not None
    interval = f"{numbers.percent(one.low, 0)} to {numbers.percent(one.high, 0)}"
    return {
        "group": name,
        "when": f"{one.first + 1} to {one.end}",
        "shown": numbers.percent(one.value, 0),
        "span": interval if known else numbers.MISSING,
        "count": numbers.count(one.cases),
    }


def _names(ramps: Sequence[tuple[str, Ramp]], span: g.Range) -> list[g.Row]:
    """Names at the right, beside the last value of each line, the chosen cohort keeping its place."""
    named = [("ink", 1.0, "Experienced")]
    for kind, ramp in ramps:
        values = [one.value for one in ramp.stretches if one.value is not None]
        if values:
            role = "c1" if kind == "own" else "muted"
            named.insert(0, (role, values[-1], f"{numbers.percent(values[-1], 0)} {ramp.name}"))
    tops = g.apart([span.pixels(value, HEIGHT) for _, value, _ in named])
    return [
        {"layer": "named", "role": role, "y": span.shifted(span.high, top, HEIGHT), "text": text}
        for (role, _, text), top in zip(named, tops, strict=True)
    ]
