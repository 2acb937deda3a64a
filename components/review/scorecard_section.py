"""The scorecard of the Weekly review, and the further metrics behind it."""

from __future__ import annotations

import streamlit as st

from components import drawer, mini_lines, wording
from components.charts.minis import data_uri, spark_svg
from components.kept import kept
from components.review.board import Board, read_lines
from components.scorecard import ScorecardArea, ScorecardRow, scorecard
from components.theme import section
from components.view import View
from queries.catalog import METRICS
from queries.scorecard import ScoreLine

KEY = (
    "Line: 26 weeks. Band: usual range. Thin line: target. Dot: signal. "
    "Changes in points for rates, in % for counts and times. A row opens the metric."
)


def scorecard_section(view: View, board: Board) -> None:
    """One table of all areas."""
    section("Scorecard", rest=KEY)
    scorecard(
        areas(view, tuple(line.metric.key for line in board.lines)),
        key="scorecard",
        alt=f"Scorecard of {len(board.lines)} metrics, {len(board.signals)} with a signal",
        on_metric=lambda key: drawer.ask(view, key),
        last_head="Last week" if view.is_newest else "The week",
    )


def further_metrics(view: View, board: Board) -> None:
    """Metrics that are not headlines: shown on demand, not tested for change on this page."""
    shown = {line.metric.key for line in board.lines}
    rest = [key for key in METRICS if key not in shown]
    box = st.expander(
        f"{len(rest)} further metrics, not tested here",
        icon=":material/check:",
        key="further",
        on_change="rerun",
    )
    if not box.open:
        return
    with box:
        scorecard(
            areas(view, tuple(rest)),
            key="further-scorecard",
            alt=f"{len(rest)} further metrics",
            on_metric=lambda key: drawer.ask(view, key),
            last_head="Last week" if view.is_newest else "The week",
        )


@kept(16)
def areas(view: View, keys: tuple[str, ...]) -> list[ScorecardArea]:
    """The lines of some metrics as rows under their areas."""
    rows: dict[str, list[ScorecardRow]] = {}
    lines = read_lines(view, keys)
    absent = {guard for line in lines for guard in line.metric.guards} - set(keys)
    at_hand = {line.metric.key: line for line in (*lines, *read_lines(view, sorted(absent)))}
    for line in lines:
        row = row_of(view, line, wording.guard_text(line, at_hand))
        rows.setdefault(line.metric.area, []).append(row)
    return [ScorecardArea(title, found) for title, found in rows.items()]


def row_of(view: View, line: ScoreLine, guard: str = "") -> ScorecardRow:
    """One line as the table shows it; `guard` is what its value is never shown without."""
    metric = line.metric
    note = line.series.reason or " · ".join(
        part for part in (wording.maturity_note(line, view.week), guard) if part
    )
    return ScorecardRow(
        metric.key,
        metric.label,
        data_uri(spark_svg(mini_lines.series_of(line), f"{metric.label}, 26 weeks")),
        wording.at_text(line.series, line.place),
        wording.change_text(metric, line.week_change),
        wording.value_text(metric, line.four_weeks),
        wording.change_text(metric, line.year_change),
        wording.target_text(line),
        wording.status_of(line, short=True),
        note,
        metric.definition,
    )
