"""Why a rate moved: per group the mix effect (grey) and the rate effect (blue), from zero, total last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from components import numbers
from components.charts import grammar as g

ROW = 26


@dataclass(frozen=True)
class Effect:
    """One group's contributions, as shares (0.01 is one point); `n` counts its rows in the later period."""

    id: str
    label: str
    mix: float
    rate: float
    n: int | None = None


_TEXTS = ("role", "id", "group", "mix", "rate", "both", "count")
_NUMBERS = ("x", "x2", "row")
_Y: g.Spec = {
    "field": "row",
    "type": "ordinal",
    "axis": None,
    "title": None,
    "scale": {"paddingInner": 0.5, "paddingOuter": 0.25},
}
_COLUMNS = (
    ("mix", "Mix", 44, "muted"),
    ("rate", "Rate", 88, "c1"),
    ("both", "Sum", 138, "ink"),
    ("count", "n", 190, "muted"),
)


def _build() -> g.Spec:
    x: g.Spec = {
        "field": "x",
        "type": "quantitative",
        "title": None,
        "scale": {"zero": True, "nice": False},
        "axis": g.plain_axis(
            labelExpr="replace(format(datum.value * 100, '~r'), '-', '\u2212')",
            grid=True,
            gridOpacity=0.6,
            tickCount=6,
            labelPadding=6,
        ),
    }
    tip = g.tooltip(group="Group", mix="Mix", rate="Rate", both="Sum, points", count="n")
    layers = [
        g.layer("extent", {"type": "point", "opacity": 0, "size": 0}, x=x),
        g.layer("bar", {"type": "bar"}, x=x, x2=g.end_of("x2"), y=_Y, color=g.ROLE_OF_ROW),
        g.layer("zero", {"type": "rule", "strokeWidth": 1}, x=x, color=g.slot("ink")),
        g.layer(
            "group",
            g.text_mark(align="right", limit=150),
            x={"value": -8},
            y=_Y,
            text=g.text_of("group"),
            color=g.slot("muted"),
        ),
    ]
    for field, _, right, role in _COLUMNS:
        place: g.Spec = {"value": {"expr": f"width + {right}"}}
        weight = 600 if field == "both" else 400
        cell = g.text_mark(align="right", fontWeight=weight)
        head = g.text_mark(align="right", baseline="bottom")
        colour = g.slot(role)
        layers.append(g.layer("group", cell, x=place, y=_Y, text=g.text_of(field), color=colour))
        layers.append(g.layer("head", head, x=place, y={"value": -4}, text=g.text_of(field), color=colour))
    layers.append(
        g.clickable(
            g.layer(
                "group",
                {"type": "bar", "opacity": 0, "cursor": "pointer"},
                x={"value": -4},
                x2={"value": {"expr": "width + 190"}},
                y=_Y,
                tooltip=tip,
            )
        )
    )
    return g.chart(layers, ROW)


SPEC = _build()


def spec(effects: int) -> g.Spec:
    """The spec for a number of groups and their total; its parts are shared, not to be changed."""
    return {**SPEC, "height": ROW * (effects + 1)}


def written_points(effects: Sequence[Effect], decimals: int = 1) -> tuple[list[float], list[float]]:
    """Mix and rate effects in points as they are written: rounded by largest remainder over all of them."""
    parts = numbers.largest_remainder([100 * v for e in effects for v in (e.mix, e.rate)], decimals)
    return parts[0::2], parts[1::2]


def table(effects: Sequence[Effect], total_label: str = "Total", decimals: int = 1) -> pa.Table:
    """The rows of the chart, in the order given (largest effect first), the total last.

    Written points are rounded by largest remainder over all mix and rate effects, so columns and rows add
    up to the written total exactly.
    """
    count = len(effects)
    mixes, rates = written_points(effects, decimals)
    rows: list[g.Row] = [{"layer": "head", **{field: title for field, title, _, _ in _COLUMNS}}]
    rows.append({"layer": "zero", "x": 0.0})
    drawn = [
        *effects,
        Effect("total", total_label, sum(e.mix for e in effects), sum(e.rate for e in effects)),
    ]
    whole = sum(e.n for e in effects if e.n is not None) if any(e.n is not None for e in effects) else None
    ends = [end for e in drawn for end in _ends(e)]
    span = g.nice_range(ends, ticks=6, zero=True)
    rows += [{"layer": "extent", "x": span.low}, {"layer": "extent", "x": span.high}]
    for i, effect in enumerate(drawn):
        mix, rate = (mixes[i], rates[i]) if i < count else (sum(mixes), sum(rates))
        n = effect.n if i < count else whole
        texts = {
            "id": effect.id,
            "group": effect.label,
            "mix": numbers.signed(numbers.fixed(mix, decimals)),
            "rate": numbers.signed(numbers.fixed(rate, decimals)),
            "both": numbers.signed(numbers.fixed(mix + rate, decimals)),
            "count": numbers.count(n),
        }
        rows.append({"layer": "group", "row": i, **texts})
        same_side = effect.mix * effect.rate > 0
        start = effect.rate if same_side else 0.0
        rows.append({"layer": "bar", "role": "c1", "row": i, "x": 0.0, "x2": effect.rate, **texts})
        rows.append({"layer": "bar", "role": "grey", "row": i, "x": start, "x2": start + effect.mix, **texts})
    return g.rows_table(rows, _TEXTS, _NUMBERS)


def _ends(effect: Effect) -> tuple[float, ...]:
    """How far the two bars of a group reach: stacked when they point the same way."""
    if effect.mix * effect.rate > 0:
        return (effect.mix + effect.rate,)
    return (effect.mix, effect.rate)
