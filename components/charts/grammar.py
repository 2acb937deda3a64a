"""The shared grammar of all charts: one colour scale, axes, texts, selection, exact vertical positions.

A chart module builds its Vega-Lite specs once, at import, with these pieces, and turns plain values into one
Arrow table whose rows are the marks. Nothing is computed in the browser but scales: texts, roles and label
positions are columns. Colours are slots of the theme's palette (UI.md section 4), so no hex stands in a spec.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

import pyarrow as pa

from components.charts.palette import ROLE_COLOURS
from components.numbers import HOURS_SHOWN_AS_DAYS, Unit

Spec = dict[str, Any]
Row = Mapping[str, object]

ROLES = tuple(ROLE_COLOURS)
"""The slots of the theme's chartCategoricalColors, in order."""

PICK = "pick"
"""Name of the selection of every chart: a click yields [{"id": …}] of the mark."""

_EPOCH = date(1970, 1, 1).toordinal()
SCALE: Spec = {"domain": list(ROLES)}
GUTTER = 44  # px left of the plot, so that stacked charts align
LABEL_GAP = 14  # px two labels must be apart

# Axis texts per unit; a spec is built for each, because an axis cannot read its unit from the rows.
_AXIS_TEXT: dict[Unit, str] = {
    "percent": "format(datum.value * 100, '~r') + '\u00a0%'",
    "count": "format(datum.value, ',~r')",
    "number": "format(datum.value, ',~r')",
    "per_1000": "format(datum.value, ',~r')",
    "work_hours": "format(datum.value, ',~r') + '\u00a0h'",
    "days": "format(datum.value, ',~r') + '\u00a0d'",
    "money": "'$\u00a0' + (abs(datum.value) >= 1e9 ? format(datum.value / 1e9, ',~r') + '\u00a0B'"
    " : abs(datum.value) >= 1e6 ? format(datum.value / 1e6, ',~r') + '\u00a0M'"
    " : abs(datum.value) >= 1e3 ? format(datum.value / 1e3, ',~r') + '\u00a0k' : format(datum.value, ',~r'))",
}
UNITS: tuple[Unit, ...] = get_args(Unit)


def axis_unit(unit: Unit, scale: str, ticks: int = 5) -> Spec:
    """What an axis of the scale `scale` ("x" or "y") needs to write values of `unit`, about `ticks` of them.

    Texts carry the true minus. Hours are all written in one unit, in days where the axis reaches 48 hours,
    with ticks round in that unit: of hours alone d3 makes 50, 100 and 150, which are 2.1, 4.2 and 6.3 days.
    """
    if unit != "hours":
        whole: Spec = {"tickMinStep": 1} if unit == "count" else {}
        return {"labelExpr": f"replace({_AXIS_TEXT[unit]}, '-', '\u2212')", "tickCount": ticks, **whole}
    low, high = f"domain('{scale}')[0]", f"domain('{scale}')[1]"
    in_days = f"{high} >= {HOURS_SHOWN_AS_DAYS:.0f}"
    one = f"({in_days} ? 24 : 1)"
    raw = f"(({high} - {low}) / {one} / {ticks})"
    power = f"pow(10, floor(log({raw}) / LN10))"
    error = f"({raw} / {power})"
    # The steps of `nice_range`: 1, 2 or 5 × 10ⁿ.
    step = (
        f"({one} * {power} * ({error} >= sqrt(50) ? 10 : {error} >= sqrt(10) ? 5 : {error} >= SQRT2 ? 2 : 1))"
    )
    return {
        "labelExpr": f"replace(format(datum.value / {one}, ',~r') + ({in_days} ? '\u00a0d' : '\u00a0h'), "
        "'-', '\u2212')",
        "values": {"expr": f"sequence(ceil({low} / {step} - 1e-6) * {step}, {high} + {step} * 1e-6, {step})"},
        "tickCount": 2 * ticks,  # with more values than this Vega leaves every other one out
    }


def slot(role: str) -> Spec:
    """A constant colour: the theme's slot `role`."""
    return {"datum": role, "type": "nominal"}


ROLE_OF_ROW: Spec = {"field": "role", "type": "nominal", "scale": SCALE}


def plain_axis(**own: object) -> Spec:
    """An axis without title, line, ticks or grid, its texts in muted 12 px; `own` adds or overrides."""
    return {
        "title": None,
        "labelColor": {"expr": "scale('color','muted')"},
        "labelFlush": False,
        "labelFontSize": 12,
        "domain": False,
        "ticks": False,
        "grid": False,
        **own,
    }


def value_axis(unit: Unit, ticks: int = 5, grid: bool = True) -> Spec:
    """A vertical value axis with horizontal grid in a fixed gutter."""
    return plain_axis(
        **axis_unit(unit, "y", ticks),
        grid=grid,
        gridOpacity=0.6,
        minExtent=GUTTER,
        maxExtent=GUTTER,
        labelPadding=8,
    )


def date_axis() -> Spec:
    """A horizontal date axis, "1 Jun", at month starts.

    Where it spans two years or more, the first and each January say theirs: "1 Nov ’25".
    """
    two_years = "utcyear(domain('x')[0]) !== utcyear(domain('x')[1])"
    says_year = f"{two_years} && (datum.index === 0 || utcmonth(datum.value) === 0)"
    return plain_axis(
        labelExpr=f"utcFormat(datum.value, {says_year} ? '%-d\u00a0%b\u00a0’%y' : '%-d\u00a0%b')",
        tickCount={"interval": "month", "step": 1},
        labelOverlap=True,
        labelPadding=6,
        ticks=True,
        tickSize=4,
    )


def x_date(field: str = "x", axis: Spec | None = None) -> Spec:
    """A date position; rows carry milliseconds since 1970 as UTC, see `millis`."""
    return {
        "field": field,
        "type": "temporal",
        "scale": {"type": "utc"},
        "axis": axis or date_axis(),
        "title": None,
    }


def y_value(unit: Unit, field: str = "y", ticks: int = 5) -> Spec:
    """A value position whose domain is exactly what the rows of layer "extent" span."""
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"zero": False, "nice": False},
        "axis": value_axis(unit, ticks),
        "title": None,
    }


def end_of(field: str) -> Spec:
    """The second position of a bar, band or rule."""
    return {"field": field, "title": None}


def layer(name: str, mark: Spec, **encoding: Spec | list[Spec]) -> Spec:
    """One layer drawing the rows whose column "layer" is `name`."""
    return {"transform": [{"filter": f"datum.layer === '{name}'"}], "mark": mark, "encoding": encoding}


def text_mark(**own: object) -> Spec:
    """A text of 12 px, vertically centred on its position."""
    return {"type": "text", "fontSize": 12, "baseline": "middle", "align": "left", **own}


def outlined(words: Spec) -> list[Spec]:
    """`words`, a layer of text, over its own outline in the page's colour: readable across a line."""
    paper = slot("paper")
    behind = {
        "mark": {**words["mark"], "strokeWidth": 3, "strokeJoin": "round"},
        "encoding": {**words["encoding"], "color": paper, "stroke": paper},
    }
    return [words | behind, words]


def text_of(field: str = "text") -> Spec:
    """The text channel."""
    return {"field": field, "type": "nominal"}


def tooltip(**titles: str) -> list[Spec]:
    """Tooltip lines: column = title. All columns hold finished texts."""
    return [{"field": field, "type": "nominal", "title": title} for field, title in titles.items()]


def clickable(target: Spec) -> Spec:
    """`target`, a layer, whose marks can be clicked: yields the row's "id" under the name `PICK`."""
    select = {"type": "point", "fields": ["id"], "on": "click", "clear": "dblclick", "toggle": False}
    return {**target, "params": [{"name": PICK, "select": select}]}


def hit_layer(x: Spec, x2: Spec, tip: list[Spec]) -> Spec:
    """Invisible full-height strips, one per period, that carry tooltip and click."""
    strip: Spec = {"type": "rect", "opacity": 0, "cursor": "pointer"}
    whole_height: Spec = {"y": {"value": 0}, "y2": {"value": "height"}}
    return clickable(layer("hit", strip, x=x, x2=x2, **whole_height, tooltip=tip))


def target_layer(x: Spec, y: Spec) -> Spec:
    """A line per stretch of time for which a target holds, from x to x2."""
    return layer("target", {"type": "rule", "strokeWidth": 1.2}, x=x, x2=end_of("x2"), y=y, color=slot("ink"))


def chosen_layer(x: Spec, x2: Spec) -> Spec:
    """A full-height strip behind everything: the days a reader chose."""
    strip: Spec = {"type": "rect", "opacity": 0.45}
    whole_height: Spec = {"y": {"value": 0}, "y2": {"value": "height"}}
    return layer("chosen", strip, x=x, x2=x2, **whole_height, color=slot("tint"))


def chosen_rows(days: tuple[date, date] | None, first: float, last: float) -> list[Row]:
    """The row of `chosen_layer` for the days [start, end), cut to what the axis spans, in milliseconds."""
    if days is None or millis(days[1]) <= first or millis(days[0]) >= last:
        return []
    return [{"layer": "chosen", "x": max(first, millis(days[0])), "x2": min(last, millis(days[1]))}]


def hollow_layer(x: Spec, y: Spec, stroke: Spec) -> Spec:
    """Hollow dots of partial and immature periods."""
    dot: Spec = {"type": "point", "filled": True, "size": 46, "strokeWidth": 1.8, "opacity": 1}
    return layer("hollow", dot, x=x, y=y, color=slot("paper"), stroke=stroke)


def value_layer(x: Spec, y: Spec) -> Spec:
    """The newest value, written in bold at the right end."""
    return layer("value", text_mark(fontSize=13, fontWeight=600), x=x, y=y, text=text_of(), color=ROLE_OF_ROW)


def extent_layer(y: Spec) -> Spec:
    """Invisible points that fix the domain of the value axis to the rows of layer "extent"."""
    return layer("extent", {"type": "point", "opacity": 0, "size": 0}, y=y)


def room_right(pixels: int) -> Spec:
    """An invisible mark that keeps `pixels` right of the plot, so stacked charts get equal plots."""
    return {
        "data": {"values": [{}]},
        "mark": {"type": "point", "opacity": 0, "size": 0},
        "encoding": {"x": {"value": {"expr": f"width + {pixels}"}}, "y": {"value": 0}},
    }


# These state the palette's domain for all layers: constant colours ("datum") cannot carry a scale themselves.
_NOTHING: Spec = {"type": "point", "opacity": 0, "size": 0}
_PALETTE = [layer("", _NOTHING, color=ROLE_OF_ROW), layer("", _NOTHING, stroke=ROLE_OF_ROW)]


def chart(layers: Sequence[Spec], height: int) -> Spec:
    """The whole spec: `height` is the plot's, without axis, so that label positions are exact."""
    outlined = any("stroke" in one["encoding"] for one in layers)
    return {
        "layer": _said_once([*_PALETTE[: 1 + outlined], *layers]),
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "padding": {"left": 0, "right": 4, "top": 6, "bottom": 8},
        "config": {"view": {"stroke": None}, "legend": {"disable": True}},
    }


def _said_once(layers: Sequence[Spec]) -> list[Spec]:
    """Layers with each axis and each colour domain stated by the first that has it.

    Layers share their scales and merge their axes, so repeating them only makes the message to the browser
    longer: 16 kB against 6 kB for a trend, and most of the time of attaching it.
    """
    said: set[tuple[str, str]] = set()
    lean: list[Spec] = []
    for one in layers:
        encoding = {}
        for channel, definition in one["encoding"].items():
            kept = dict(definition) if isinstance(definition, dict) else definition
            for part in ("axis", "scale"):
                if isinstance(kept, dict) and kept.get(part) and (channel, part) in said:
                    del kept[part]
                elif isinstance(kept, dict) and kept.get(part):
                    said.add((channel, part))
            encoding[channel] = kept
        lean.append({**one, "encoding": encoding})
    return lean


@dataclass(frozen=True)
class Range:
    """The drawn span of a value axis."""

    low: float
    high: float

    def pixels(self, value: float, height: int) -> float:
        """Distance of `value` from the top of a plot `height` px high."""
        return (self.high - value) / (self.high - self.low) * height

    def shifted(self, value: float, down: float, height: int) -> float:
        """The value that lies `down` px below `value`."""
        return value - down / height * (self.high - self.low)


def nice_range(values: Iterable[float | None], ticks: int = 5, zero: bool = False) -> Range:
    """The smallest span of round steps (1, 2 or 5 × 10ⁿ) that holds all values, as d3's `nice` gives.

    No values at all: 0 to 1. `zero` makes zero part of it.
    """
    seen = [float(v) for v in values if v is not None and math.isfinite(v)]
    if zero:
        seen.append(0.0)
    if not seen:
        return Range(0.0, 1.0)
    low, high = min(seen), max(seen)
    if high - low < 1e-9 * max(abs(low), abs(high), 1e-9):
        pad = abs(high) * 0.1 or 1.0
        low, high = (0.0 if zero and low >= 0 else low - pad), high + pad
    raw = (high - low) / ticks
    power = 10 ** math.floor(math.log10(raw))
    error = raw / power
    factor = (
        10 if error >= math.sqrt(50) else 5 if error >= math.sqrt(10) else 2 if error >= math.sqrt(2) else 1
    )
    step = factor * power
    return Range(math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step)


def apart(wanted: Sequence[float], gap: float = LABEL_GAP) -> list[float]:
    """Label positions in px moved so that none is nearer than `gap` to another; the first one stays.

    Labels keep the order of their wanted positions on each side of the first.
    """
    if not wanted:
        return []
    placed = list(wanted)
    anchor = wanted[0]
    above = sorted((i for i in range(1, len(wanted)) if wanted[i] < anchor), key=lambda i: -wanted[i])
    below = sorted((i for i in range(1, len(wanted)) if wanted[i] >= anchor), key=lambda i: wanted[i])
    edge = anchor
    for i in above:
        placed[i] = edge = min(wanted[i], edge - gap)
    edge = anchor
    for i in below:
        placed[i] = edge = max(wanted[i], edge + gap)
    return placed


def line_pieces(hollow: Sequence[bool], place: int) -> tuple[bool, bool]:
    """Whether a point belongs to the solid line, and whether to a dashed one.

    Dashed are the stretches to, from and between hollow points; every other point breaks the dashed line,
    so a gap inside the past does not dash all that follows it.
    """
    beside = any(hollow[near] for near in (place - 1, place, place + 1) if 0 <= near < len(hollow))
    return not hollow[place], beside


def millis(day: date) -> float:
    """Milliseconds since 1970 of a date's start, as UTC."""
    return (day.toordinal() - _EPOCH) * 86_400_000.0


def rows_table(rows: Sequence[Row], texts: Sequence[str], numbers: Sequence[str]) -> pa.Table:
    """Rows as an Arrow table with exactly the columns layer, `texts` (string) and `numbers` (float64)."""
    schema = pa.schema(
        [("layer", pa.string())]
        + [(name, pa.string()) for name in texts]
        + [(name, pa.float64()) for name in numbers]
    )
    columns = [pa.array([row.get(f.name) for row in rows], type=f.type) for f in schema]
    return pa.Table.from_arrays(columns, schema=schema)
