"""Six weeks beside twelve months on one scale: this year, prior year, target, usual range of the weeks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from components import numbers
from components.charts import grammar as g
from components.charts.minis import Tone
from components.numbers import Unit

HEIGHT = 260
SLIDE_HEIGHT = 480
WEEKS, MONTHS, BLANKS = 6, 12, 1


@dataclass(frozen=True)
class Period:
    """One week or full month: label ("wk 46", "Oct"), this year, prior year, target; None where missing."""

    id: str
    label: str
    value: float | None
    prior: float | None = None
    target: float | None = None
    signal: Tone | None = None
    direction: Literal["up", "down"] | None = None
    hollow: bool = False


_NARROW = "width < 560"
_TEXTS = ("role", "text", "id", "series", "period", "shown", "was", "goal")
_NUMBERS = ("x", "x2", "y", "y2")


def _build(unit: Unit, height: int, size: int) -> g.Spec:
    x: g.Spec = {
        "field": "x",
        "type": "quantitative",
        "axis": None,
        "title": None,
        "scale": {"domain": [-0.6, WEEKS + BLANKS + MONTHS - 0.4], "nice": False, "zero": False},
    }
    y = g.y_value(unit)
    y["axis"] = {**y["axis"], "labelFontSize": size}
    part: g.Spec = {"field": "series", "type": "nominal"}
    end = {"value": {"expr": "width + 6"}}
    x2, y2 = g.end_of("x2"), g.end_of("y2")
    tip = g.tooltip(period="Period", shown="This year", was="Prior year", goal="Target")
    foot, top = {"value": {"expr": "height + 10"}}, {"value": -14}
    return g.chart(
        [
            g.extent_layer(y),
            g.layer("band", {"type": "rect", "opacity": 0.75}, x=x, x2=x2, y=y, y2=y2, color=g.slot("band")),
            g.layer(
                "prior",
                {"type": "line", "strokeWidth": 2, "strokeDash": [5, 4]},
                x=x,
                y=y,
                detail=part,
                color=g.slot("grey"),
            ),
            g.layer("target", {"type": "rule", "strokeWidth": 1.4}, x=x, x2=x2, y=y, color=g.slot("ink")),
            g.layer("line", {"type": "line", "strokeWidth": 3}, x=x, y=y, detail=part, color=g.slot("c1")),
            g.layer("dot", {"type": "circle", "size": 70, "opacity": 1}, x=x, y=y, color=g.ROLE_OF_ROW),
            g.layer(
                "hollow",
                {"type": "point", "filled": True, "size": 60, "strokeWidth": 2, "opacity": 1},
                x=x,
                y=y,
                color=g.slot("paper"),
                stroke=g.slot("c1"),
            ),
            *_figures(x, y, size),
            g.layer(
                "period",
                g.text_mark(
                    align={"expr": f"{_NARROW} ? 'right' : 'center'"},
                    angle={"expr": f"{_NARROW} ? -45 : 0"},
                    baseline="top",
                    fontSize=size,
                ),
                x=x,
                y=foot,
                text=g.text_of(),
                color=g.slot("muted"),
            ),
            g.layer(
                "head",
                g.text_mark(fontWeight=600, fontSize=size),
                x=x,
                y=top,
                text=g.text_of(),
                color=g.slot("muted"),
            ),
            g.layer(
                "range",
                g.text_mark(fontSize=size, dx=4, dy=-9),
                x=x,
                y=y,
                text=g.text_of(),
                color=g.slot("muted"),
            ),
            g.layer("end", g.text_mark(fontSize=size), x=end, y=y, text=g.text_of(), color=g.ROLE_OF_ROW),
            g.hit_layer(x, x2, tip),
        ],
        height,
    )


def _figures(x: g.Spec, y: g.Spec, size: int) -> list[g.Spec]:
    """Values above and below the line; where it is narrow only the newest week and month keep theirs."""
    layers = []
    for side, baseline, dy in (("over", "bottom", -8), ("under", "top", 9)):
        for name, px in (
            (side, {"expr": f"{_NARROW} ? 0 : {size + 1}"}),
            (f"{side}-newest", {"expr": f"{size + 1}"}),
        ):
            mark = g.text_mark(baseline=baseline, dy=dy, fontSize=px, fontWeight=600, align="center")
            layers.append(g.layer(name, mark, x=x, y=y, text=g.text_of(), color=g.ROLE_OF_ROW))
    return layers


SPECS: dict[Unit, g.Spec] = {unit: _build(unit, HEIGHT, 12) for unit in g.UNITS}
SLIDES: dict[Unit, g.Spec] = {unit: _build(unit, SLIDE_HEIGHT, 16) for unit in g.UNITS}


def spec(unit: Unit, slide: bool = False) -> g.Spec:
    """The spec for values of `unit`, for a section or for a slide; shared, not to be changed."""
    return (SLIDES if slide else SPECS)[unit]


def table(
    weeks: Sequence[Period],
    months: Sequence[Period],
    unit: Unit,
    usual_range: tuple[float, float] | None = None,
    target_text: str = "",
    decimals: int | None = None,
    slide: bool = False,
) -> pa.Table:
    """The rows of the chart: at most six weeks and twelve months, the newest last.

    `usual_range` only where the signal rules ran. Weeks and months share the axis for rates and averages
    only: a count goes in as its mean per week.
    Raises ValueError for more periods than there is room for.
    """
    if len(weeks) > WEEKS or len(months) > MONTHS:
        raise ValueError(f"at most {WEEKS} weeks and {MONTHS} months, not {len(weeks)} and {len(months)}")
    height = SLIDE_HEIGHT if slide else HEIGHT
    every = [*weeks, *months]
    span = _span(every, usual_range, height)
    rows: list[g.Row] = [{"layer": "extent", "y": span.low}, {"layer": "extent", "y": span.high}]
    parts = (("weeks", WEEKS - len(weeks), weeks), ("months", WEEKS + BLANKS + MONTHS - len(months), months))
    for series, first, periods in parts:
        for i, period in enumerate(periods):
            newest = i == len(periods) - 1
            rows += _period_rows(period, float(first + i), series, unit, decimals, newest)
    if weeks:
        rows.append({"layer": "head", "x": WEEKS - len(weeks) - 0.3, "text": f"Last {len(weeks)} weeks"})
    if months:
        at = WEEKS + BLANKS + MONTHS - len(months) - 0.3
        rows.append({"layer": "head", "x": at, "text": f"Last {len(months)} full months"})
    if usual_range is not None and weeks:
        low, high = usual_range
        ends = {"x": float(WEEKS - len(weeks)), "x2": float(WEEKS - 1)}
        text = f"Usual range {numbers.value(low, unit, decimals)} to {numbers.value(high, unit, decimals)}"
        rows.append({"layer": "band", "y": low, "y2": high, **ends})
        rows.append({"layer": "range", "x": ends["x"], "y": low, "text": text})
    return g.rows_table([*rows, *_end_rows(every, span, height, target_text)], _TEXTS, _NUMBERS)


def _span(every: Sequence[Period], usual_range: tuple[float, float] | None, height: int) -> g.Range:
    """A range that leaves room for the figure above the highest and below the lowest point."""
    seen = [v for p in every for v in (p.value, p.prior, p.target) if v is not None]
    seen += usual_range or ()
    room = (max(seen) - min(seen)) * 26 / height if seen else 0.0
    values = [p.value for p in every if p.value is not None]
    edges = [min(values) - room, max(values) + room] if values else []
    if edges and min(seen) >= 0:
        edges[0] = max(edges[0], 0.0)
    return g.nice_range([*seen, *edges])


def _period_rows(
    p: Period, x: float, series: str, unit: Unit, decimals: int | None, newest: bool
) -> list[g.Row]:
    rows: list[g.Row] = [
        {"layer": "period", "x": x, "text": p.label},
        {"layer": "line", "x": x, "y": p.value, "series": series},
        {"layer": "prior", "x": x, "y": p.prior, "series": series},
        {
            "layer": "hit",
            "id": p.id,
            "x": x - 0.5,
            "x2": x + 0.5,
            "period": p.label,
            "shown": numbers.value(p.value, unit, decimals),
            "was": numbers.value(p.prior, unit, decimals) if p.prior is not None else "no prior year",
            "goal": numbers.value(p.target, unit, decimals),
        },
    ]
    if p.target is not None:
        rows.append({"layer": "target", "x": x - 0.27, "x2": x + 0.27, "y": p.target})
    if p.value is not None:
        under = p.target is not None and p.value < p.target
        arrow = {"up": "▲\u00a0", "down": "▼\u00a0", None: ""}[p.direction if p.signal else None]
        bare = numbers.value(p.value, unit, decimals).removesuffix("\u00a0%")
        text = {"x": x, "y": p.value, "text": arrow + bare, "role": p.signal or "ink"}
        side = "under" if under else "over"
        rows.append({"layer": f"{side}-newest" if newest else side, **text})
        rows.append(
            {"layer": "hollow" if p.hollow else "dot", "x": x, "y": p.value, "role": p.signal or "c1"}
        )
    return rows


def _end_rows(every: Sequence[Period], span: g.Range, height: int, target_text: str) -> list[g.Row]:
    """Series names at the right end, moved apart; the target's text only where a target is drawn."""
    if not every:
        return []
    last = every[-1]
    wanted = [] if last.value is None else [(last.value, "c1", "This year")]
    if last.target is not None and target_text:
        wanted.append((last.target, "ink", target_text))
    if last.prior is not None:
        wanted.append((last.prior, "muted", "Prior year"))
    tops = g.apart([span.pixels(v, height) for v, _, _ in wanted], gap=g.LABEL_GAP + 4)
    return [
        {"layer": "end", "y": span.shifted(span.high, top, height), "role": role, "text": text}
        for (_, role, text), top in zip(wanted, tops, strict=True)
    ]
