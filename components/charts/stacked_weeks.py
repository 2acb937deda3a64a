"""Amounts per week in parts that add up, each part named at the last bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa

from components import numbers
from components.charts import grammar as g
from components.numbers import Unit

HEIGHT = 210


@dataclass(frozen=True)
class Part:
    """One part of every bar, drawn from the bottom up in the order given; `role` is its colour."""

    name: str
    role: str


@dataclass(frozen=True)
class Bar:
    """One week: the amounts of the parts; `hollow` where days of it are missing."""

    id: str
    start: date
    amounts: tuple[float, ...]
    hollow: bool = False


_TEXTS = ("role", "text", "id", "when", "shown", "parts")
_NUMBERS = ("x", "x2", "y", "y2")


def _build(unit: Unit) -> g.Spec:
    x, y = g.x_date(), g.y_value(unit)
    x2, y2 = g.end_of("x2"), g.end_of("y2")
    tip = g.tooltip(when="Week", shown="In all", parts="Parts")
    end = {"value": {"expr": "width + 6"}}
    return g.chart(
        [
            g.extent_layer(y),
            g.layer("bar", {"type": "rect"}, x=x, x2=x2, y=y, y2=y2, color=g.ROLE_OF_ROW),
            g.layer("faint", {"type": "rect", "opacity": 0.35}, x=x, x2=x2, y=y, y2=y2, color=g.ROLE_OF_ROW),
            g.layer("named", g.text_mark(), x=end, y=y, text=g.text_of(), color=g.ROLE_OF_ROW),
            g.hit_layer(x, x2, tip),
        ],
        HEIGHT,
    )


SPECS: dict[Unit, g.Spec] = {unit: _build(unit) for unit in g.UNITS}


def table(bars: Sequence[Bar], parts: Sequence[Part], unit: Unit) -> pa.Table:
    """The rows of the chart, weeks oldest first.

    Raises ValueError when a bar has another number of amounts than there are parts.
    """
    if any(len(bar.amounts) != len(parts) for bar in bars):
        raise ValueError("every bar needs an amount of every part")
    top = g.nice_range([*(sum(bar.amounts) for bar in bars)], zero=True)
    rows: list[g.Row] = [{"layer": "extent", "y": top.low}, {"layer": "extent", "y": top.high}]
    for bar in bars:
        starts, ends = g.millis(bar.start), g.millis(bar.start + timedelta(days=7))
        inset = (ends - starts) * 0.1
        at = 0.0
        for part, amount in zip(parts, bar.amounts, strict=True):
            box = {"x": starts + inset, "x2": ends - inset, "y": at, "y2": at + amount, "role": part.role}
            if amount:
                rows.append({"layer": "faint" if bar.hollow else "bar", **box})
            at += amount
        written = _written(bar.amounts, unit)
        words = " · ".join(f"{part.name} {text}" for part, text in zip(parts, written, strict=True))
        rows.append(
            {
                "layer": "hit",
                "x": starts,
                "x2": ends,
                "id": bar.id,
                "when": numbers.week_point(bar.start),
                "shown": numbers.value(at, unit),
                "parts": words,
            }
        )
    if bars:
        rows += _names(bars[-1], parts, top, unit)
    return g.rows_table(rows, _TEXTS, _NUMBERS)


def _written(amounts: Sequence[float], unit: Unit) -> list[str]:
    """The amounts of a bar; of money they add up to what is written for the bar."""
    if unit == "money":
        return numbers.money_parts(amounts)
    return [numbers.value(amount, unit) for amount in amounts]


def _names(last: Bar, parts: Sequence[Part], top: g.Range, unit: Unit) -> list[g.Row]:
    """Names at the middle of the last bar's parts, moved apart where they would touch."""
    middles, at = [], 0.0
    for amount in last.amounts:
        middles.append(top.pixels(at + amount / 2, HEIGHT))
        at += amount
    placed = g.apart(middles)
    return [
        {
            "layer": "named",
            "role": "ink" if part.role in ("grey", "band", "tint") else part.role,
            "y": top.high - pixels / HEIGHT * (top.high - top.low),
            "text": f"{part.name} {text}",
        }
        for part, text, pixels in zip(parts, _written(last.amounts, unit), placed, strict=True)
    ]
