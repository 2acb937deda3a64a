"""Which team or site? One chosen metric side by side, each against the target and its own usual range."""

from __future__ import annotations

import numpy as np
import streamlit as st

from components import link, numbers, wording
from components.charts import dot_interval
from components.figure import figure
from components.kept import kept
from components.numbers import NBSP
from components.review.board import Board
from components.tables import Cell, Column, small_table
from components.theme import note, section
from components.view import View
from queries.filters import NONE_VALUE
from queries.measure import Measures, measure
from queries.scan import Finding, standing_out
from queries.scorecard import ScoreLine, line_of, target_for
from queries.series import Series
from queries.time import Period

WEEKS = 48
MOST_TEAMS, MOST_SITES = 20, 12
PARAM = "metric"
DEFAULT = "resolution_sla"


def by_team(view: View, board: Board) -> None:
    """The section: choose a metric, see it by team and by site in the organisation's own order."""
    known = [line.metric.key for line in board.known]
    if not known:
        return
    asked = link.own(PARAM)
    key = asked if asked in known else (DEFAULT if DEFAULT in known else known[0])
    line = next(line for line in board.known if line.metric.key == key)
    section("Which team or site?", rest=_sentence(line))
    _choose(view, board, key)
    if line.period is None:
        note(f"{line.metric.label} has no complete week yet.")
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        _table(view, key, "team", line.period)
    with right:
        _picture(view, key, "site", line)


def _sentence(line: ScoreLine) -> str:
    if line.period is None:
        return ""
    return (
        f"{line.metric.label} in {wording.period_text(line.period)}, "
        "in the organisation's order, each against its own past."
    )


def _choose(view: View, board: Board, key: str) -> None:
    labels = {line.metric.key: line.metric.label for line in board.known}
    st.session_state["by-team-metric"] = key
    st.selectbox(
        "Metric",
        list(labels),
        key="by-team-metric",
        width=360,
        format_func=lambda option: labels[option],
        label_visibility="collapsed",
        on_change=lambda: link.go(view.filters, metric=st.session_state["by-team-metric"]),
    )


def _measured(view: View, key: str, dimension: str, period: Period) -> Measures:
    weeks = view.reader.coverage.rules.last(period, WEEKS)
    return measure(view.reader, (key,), weeks, (dimension,), view.filters)


def _order(view: View, measures: Measures, dimension: str) -> list[int]:
    """Places of the groups: teams as the organisation lists them, the rest by name, unknown last."""
    rank = view.reader.directory.team_order() if dimension == "team" else {}
    return sorted(
        range(len(measures.groups)),
        key=lambda place: (
            measures.groups[place][0] is None,
            rank.get(measures.groups[place][0] or "", len(rank)),
            measures.groups[place][0] or "",
        ),
    )


def _table(view: View, key: str, dimension: str, period: Period) -> None:
    """Teams as a table: value, interval, n, own usual range, status."""
    metric = view.reader.available(key).metric
    found = _team_rows(view, key, dimension, period)
    if isinstance(found, str):
        note(f"{metric.label} {found}.")
        return
    if not found:
        note(f"{metric.label} has no teams.")
        return
    columns = [
        Column("Team"),
        Column("Value", "right"),
        Column("95 % interval", "right"),
        Column("n", "right"),
        Column("Own usual range", "right"),
        Column("Status"),
    ]
    small_table(columns, found, f"{metric.label} by team, {len(found)} teams")
    note("A team is marked only where it leaves its own past and stands out among all teams looked at.")


@kept(16)
def _team_rows(view: View, key: str, dimension: str, period: Period) -> list[list[Cell]] | str:
    """The rows of the table, or why there are none."""
    measures = _measured(view, key, dimension, period)
    if key in measures.reasons:
        return measures.reasons[key]
    places = [
        place
        for place in _order(view, measures, dimension)
        if np.nansum(measures.merged(key, (place,), measures.groups[place]).n) > 0
    ]
    shown, rest = _largest(measures, key, places, MOST_TEAMS)
    lines = [_line(view, measures, key, place, dimension) for place in shown]
    rows = [
        _row(view.name_of(dimension, measures.groups[place][0]), line, finding)
        for place, line, finding in zip(shown, lines, standing_out(lines), strict=True)
    ]
    if rest:
        others = line_of(measures, measures.merged(key, rest, ()), None, view.journal.dividers)
        rows.append(_row(f"Others ({len(rest)})", others, None))
    return rows


def _largest(measures: Measures, key: str, places: list[int], most: int) -> tuple[list[int], list[int]]:
    """The `most` groups with most cases in the newest period, in the order given, and the rest."""
    n = {
        place: float(np.nan_to_num(measures.merged(key, (place,), measures.groups[place]).n[-1]))
        for place in places
    }
    chosen = set(sorted(places, key=lambda place: -n[place])[:most])
    return [place for place in places if place in chosen], [place for place in places if place not in chosen]


def _row(name: str, line: ScoreLine, found: Finding | None) -> list[Cell]:
    series = line.series
    last = len(series.periods) - 1
    low, high = series.low[last], series.high[last]
    interval = (
        f"{wording.value_text(series.metric, low)} to {wording.value_text(series.metric, high)}"
        if np.isfinite(low) and np.isfinite(high)
        else numbers.MISSING
    )
    return [
        name,
        wording.at_text(series, last),
        interval,
        numbers.count(series.n[last]),
        wording.range_text(line) or numbers.MISSING,
        wording.group_status(line, found),
    ]


def _line(view: View, measures: Measures, key: str, place: int, dimension: str) -> ScoreLine:
    """The scorecard line of one group, so that it is judged exactly as the total is."""
    group = measures.groups[place]
    filters = view.filters if group[0] is None else view.filters.with_values(dimension, (group[0],))
    target = target_for(view.journal.targets, measures.metrics[key], filters, measures.periods[-1].last_day)
    return line_of(measures, measures.merged(key, (place,), group), target, view.journal.dividers)


def _picture(view: View, key: str, dimension: str, line: ScoreLine) -> None:
    """Sites as dots with intervals; a click narrows the page to the site."""
    assert line.period is not None
    metric = line.metric
    groups = _dots(view, key, dimension, line.period)
    if isinstance(groups, str):
        note(f"{metric.label} {groups}.")
        return
    target = line.target.value if line.target is not None else None
    unit = wording.unit_of(metric)
    figure(
        dot_interval.table(
            groups, unit, target, f"Target{NBSP}{wording.value_text(metric, target)}" if target else ""
        ),
        dot_interval.spec(unit, len(groups)),
        alt=f"{metric.label} by site in {wording.period_text(line.period)}",
        key="by-site",
        title=f"{metric.label} by site",
        remark="Dot: value. Line: 95 % interval. A click narrows the page to the site.",
        on_pick=lambda site: _narrow(view, dimension, site, key),
    )


@kept(8)
def _dots(view: View, key: str, dimension: str, period: Period) -> list[dot_interval.Group] | str:
    """The largest groups and the rest pooled, or why there are none."""
    measures = measure(view.reader, (key,), (period,), (dimension,), view.filters, clustered=True)
    if key in measures.reasons or not measures.groups:
        return measures.reasons.get(key, "has no sites")
    shown, rest = _largest(measures, key, _order(view, measures, dimension), MOST_SITES)
    groups = [
        _dot(
            measures.merged(key, (place,), measures.groups[place]),
            measures.groups[place][0] or NONE_VALUE,
            view.name_of(dimension, measures.groups[place][0]),
        )
        for place in shown
    ]
    if rest:
        groups.append(_dot(measures.merged(key, rest, ()), "", f"Others ({len(rest)})"))
    return groups


def _dot(series: Series, name: str, label: str) -> dot_interval.Group:
    value = numbers.finite(series.value[0])
    return dot_interval.Group(
        id=name,
        label=label,
        value=value,
        low=numbers.finite(series.low[0]),
        high=numbers.finite(series.high[0]),
        n=int(series.n[0]) if np.isfinite(series.n[0]) else None,
        remark="" if value is not None else wording.at_text(series, 0),
    )


def _narrow(view: View, dimension: str, site: str, key: str) -> None:
    if site:
        link.go(view.filters.with_values(dimension, (site,)), metric=key)
