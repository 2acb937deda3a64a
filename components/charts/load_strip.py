"""The load of the people of each team as unnamed dots on one line per team, with the middle of the team."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from components import numbers
from components.charts import grammar as g

ROW = 26  # px per team


@dataclass(frozen=True)
class Team:
    """One team: loads of its people in any order, work per hour available, and what is said beside."""

    id: str
    label: str
    loads: tuple[float, ...]
    middle: float
    remark: str


_TEXTS = ("role", "text", "id", "team", "shown")
_NUMBERS = ("x", "row")


def _build() -> g.Spec:
    x: g.Spec = {
        "field": "x",
        "type": "quantitative",
        "scale": {"zero": True, "nice": False},
        "title": None,
        "axis": g.plain_axis(**g.axis_unit("percent", "x"), grid=True, gridOpacity=0.6, labelPadding=6),
    }
    y: g.Spec = {
        "field": "row",
        "type": "ordinal",
        "axis": None,
        "title": None,
        "scale": {"paddingInner": 0, "paddingOuter": 0},
    }
    dot: g.Spec = {"type": "point", "filled": True, "size": 60, "opacity": 0.6}
    tip = g.tooltip(team="Team", shown="Load of one person")
    return g.chart(
        [
            g.layer("extent", {"type": "point", "opacity": 0, "size": 0}, x=x),
            g.layer("dot", dot, x=x, y=y, color=g.slot("grey"), tooltip=tip),
            g.clickable(
                g.layer(
                    "middle",
                    {"type": "tick", "thickness": 2.5, "size": 18, "cursor": "pointer"},
                    x=x,
                    y=y,
                    color=g.slot("ink"),
                    tooltip=g.tooltip(team="Team", shown="Middle"),
                )
            ),
            g.layer(
                "name",
                g.text_mark(align="right"),
                x={"value": -10},
                y=y,
                text=g.text_of(),
                color=g.slot("ink"),
            ),
            g.layer(
                "remark",
                g.text_mark(),
                x={"value": {"expr": "width + 8"}},
                y=y,
                text=g.text_of(),
                color=g.slot("muted"),
            ),
        ],
        1,
    )


_SPEC: g.Spec = _build()


def spec(teams: int) -> g.Spec:
    """The spec for so many teams; height follows their number."""
    return {**_SPEC, "height": ROW * max(teams, 1)}


def table(teams: Sequence[Team]) -> pa.Table:
    """The rows of the chart, teams in the order given."""
    loads = [load for team in teams for load in team.loads]
    top = g.nice_range(loads, zero=True)
    rows: list[g.Row] = [{"layer": "extent", "x": top.low}, {"layer": "extent", "x": top.high}]
    for row, team in enumerate(teams):
        place: g.Row = {"row": float(row), "id": team.id, "team": team.label}
        rows += [
            {**place, "layer": "dot", "x": load, "shown": numbers.percent(load, 0)}
            for load in sorted(team.loads)
        ]
        if team.loads:
            shown = numbers.percent(team.middle, 0)
            rows.append({**place, "layer": "middle", "x": team.middle, "shown": shown})
        rows.append({**place, "layer": "name", "text": team.label})
        rows.append({**place, "layer": "remark", "text": team.remark})
    return g.rows_table(rows, _TEXTS, _NUMBERS)
