"""Groups side by side: a dot for the value, a rule for its interval, one reference line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from components import numbers
from components.charts import grammar as g
from components.numbers import Unit

ROW = 22  # px per group


@dataclass(frozen=True)
class Group:
    """One group. `role` "bad" or "good" only when its interval excludes the reference and a rule says so.

    `value` None: withheld or not known; `remark` then says it ("1 of 6", "n/a"). `hollow`: partial.
    `low` and `high` are the 95 % interval. `id` is what a click yields.
    """

    id: str
    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    role: Literal["c1", "bad", "good"] = "c1"
    hollow: bool = False
    remark: str = ""


_TEXTS = ("role", "text", "id", "group", "shown", "span", "count")
_NUMBERS = ("x", "x2", "row")


def _build(unit: Unit) -> g.Spec:
    x: g.Spec = {
        "field": "x",
        "type": "quantitative",
        "scale": {"zero": False, "nice": False},
        "title": None,
        "axis": g.plain_axis(**g.axis_unit(unit, "x"), grid=True, gridOpacity=0.6, labelPadding=6),
    }
    y: g.Spec = {
        "field": "row",
        "type": "ordinal",
        "axis": None,
        "title": None,
        "scale": {"paddingInner": 0, "paddingOuter": 0},
    }
    tip = g.tooltip(group="Group", shown="Value", span="95 % interval", count="n")
    side = {"value": -10}
    return g.chart(
        [
            g.layer("extent", {"type": "point", "opacity": 0, "size": 0}, x=x),
            g.layer(
                "span",
                {"type": "rule", "strokeWidth": 2, "opacity": 0.55},
                x=x,
                x2=g.end_of("x2"),
                y=y,
                color=g.ROLE_OF_ROW,
            ),
            g.layer("reference", {"type": "rule", "strokeWidth": 1.2}, x=x, color=g.slot("ink")),
            g.layer(
                "reference",
                g.text_mark(align="center", baseline="bottom"),
                x=x,
                y={"value": -6},
                text=g.text_of(),
                color=g.slot("ink"),
            ),
            g.layer("dot", {"type": "circle", "size": 90, "opacity": 1}, x=x, y=y, color=g.ROLE_OF_ROW),
            g.layer(
                "hollow",
                {"type": "point", "filled": True, "size": 80, "strokeWidth": 1.8, "opacity": 1},
                x=x,
                y=y,
                color=g.slot("paper"),
                stroke=g.slot("c1"),
            ),
            g.layer(
                "label",
                g.text_mark(align="right", limit=160),
                x=side,
                y=y,
                text=g.text_of("group"),
                color=g.slot("muted"),
            ),
            g.layer(
                "shown",
                g.text_mark(align="right", fontSize=13, fontWeight=600),
                x={"value": {"expr": "width + 62"}},
                y=y,
                text=g.text_of("shown"),
                color=g.ROLE_OF_ROW,
            ),
            g.layer(
                "shown",
                g.text_mark(align="right"),
                x={"value": {"expr": "width + 130"}},
                y=y,
                text=g.text_of("count"),
                color=g.slot("muted"),
            ),
            g.clickable(
                g.layer(
                    "hit",
                    {"type": "rect", "opacity": 0, "cursor": "pointer"},
                    x={"value": -4},
                    x2={"value": {"expr": "width + 130"}},
                    y=y,
                    tooltip=tip,
                )
            ),
        ],
        ROW,
    )


SPECS: dict[Unit, g.Spec] = {unit: _build(unit) for unit in g.UNITS}


def spec(unit: Unit, groups: int) -> g.Spec:
    """The spec for `groups` values of `unit`; its parts are shared, not to be changed."""
    return {**SPECS[unit], "height": ROW * max(groups, 1)}


def table(
    groups: Sequence[Group],
    unit: Unit,
    reference: float | None = None,
    reference_text: str = "",
    decimals: int | None = None,
) -> pa.Table:
    """The rows of the chart, groups in the order given (the business's, or by value when unordered)."""
    span = g.nice_range([*(v for p in groups for v in (p.value, p.low, p.high)), reference])
    rows: list[g.Row] = [{"layer": "extent", "x": span.low}, {"layer": "extent", "x": span.high}]
    if reference is not None:
        rows.append({"layer": "reference", "x": reference, "text": reference_text})
    for i, group in enumerate(groups):
        shown = group.remark if group.value is None else numbers.value(group.value, unit, decimals)
        texts = {
            "id": group.id,
            "group": group.label,
            "shown": shown or numbers.MISSING,
            "count": f"n\u00a0=\u00a0{numbers.count(group.n)}" if group.n is not None else "",
            "span": _interval_text(group, unit, decimals),
        }
        at = {"row": i, **texts}
        rows.append({"layer": "label", **at})
        rows.append({"layer": "shown", "role": group.role if group.role != "c1" else "ink", **at})
        rows.append({"layer": "hit", **at})
        if group.low is not None and group.high is not None and group.value is not None:
            rows.append({"layer": "span", "role": group.role, "x": group.low, "x2": group.high, "row": i})
        if group.value is not None:
            kind = "hollow" if group.hollow else "dot"
            rows.append({"layer": kind, "role": group.role, "x": group.value, "row": i})
    return g.rows_table(rows, _TEXTS, _NUMBERS)


def _interval_text(group: Group, unit: Unit, decimals: int | None) -> str:
    if group.low is None or group.high is None or group.value is None:
        return numbers.MISSING
    return f"{numbers.value(group.low, unit, decimals)} to {numbers.value(group.high, unit, decimals)}"
