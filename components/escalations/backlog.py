"""Is the backlog healthy? What came in, what went out, what is left, how old it is."""

from __future__ import annotations

import streamlit as st

from components import numbers, theme, wording
from components.cases_link import open_cases
from components.charts import bars, flow
from components.charts.flow import FlowPoint
from components.figure import figure, rows_behind
from components.numbers import NBSP
from components.tables import Column
from components.trends import (
    chosen_days,
    drawn_line,
    newest_period,
    periods_of,
    shaded_words,
    shown_periods,
    trend_lines,
)
from components.view import View
from queries.flow import AGE_CLASSES, FlowSeries, age_classes, backlog_flow
from queries.scorecard import ScoreLine

KEYS = ("backlog_open", "backlog_past_due", "backlog_age_p50", "backlog_age_p90", "reopen_rate")


def section(view: View) -> None:
    """The answer, the flow with the backlog under it, the age beside it."""
    lines = trend_lines(view, KEYS)
    series = backlog_flow(view.reader, periods_of(view), view.filters)
    span = view.span
    asked = series if span is None else backlog_flow(view.reader, (span,), view.filters)
    theme.section("Is the backlog healthy?", *answer(view, asked, lines))
    left, right = st.columns([3, 2], gap="large")
    with left:
        _flow(view, series, drawn_line(view, lines["backlog_open"]))
    with right:
        _ages(view, lines)


def answer(view: View, series: FlowSeries, lines: dict[str, ScoreLine]) -> tuple[str, str]:
    """How the backlog moved and why, then how much of it is late."""
    line = lines["backlog_open"]
    if line.place is None:
        return "", wording.nothing_text(line)
    level = wording.at_text(line.series, line.place)
    run = growing_run(series)
    what = f"{view.filters.grain}s"
    place = series.place
    opened, ended = series.came_in[place], series.ended[place]
    net = opened - ended
    moved = (
        f"grew by {numbers.count(net)}"
        if net > 0
        else f"fell by {numbers.count(-net)}"
        if net < 0
        else "did not move"
    )
    cases = "case is" if level == "1" else "cases are"
    when = wording.period_text(series.periods[place])
    if not series.complete[place]:
        when += f", of which {series.days[place]} are loaded"
    lead = f"{'No case is' if level == '0' else f'{level} {cases}'} open; the backlog {moved} in {when}."
    parts = []
    if run >= 3:
        grown = series.level[place] - series.level[place - run]
        parts.append(f"More came in than went out for {run} {what} running, {numbers.count(grown)} in all.")
    past = lines["backlog_past_due"]
    if past.place is not None and not past.series.reason:
        late = wording.at_text(past.series, past.place)
        parts.append(
            "No case is past due." if late == "0" else f"{late} {'is' if late == '1' else 'are'} past due."
        )
    return lead, " ".join(parts)


def growing_run(series: FlowSeries) -> int:
    """For how many periods in a row, up to the newest, more came in than went out."""
    run = 0
    for place in range(series.place, 0, -1):
        if not series.complete[place] or series.came_in[place] <= series.ended[place]:
            break
        run += 1
    return run


def _flow(view: View, series: FlowSeries, line: ScoreLine) -> None:
    shown = range(max(0, len(series.periods) - shown_periods(view)), len(series.periods))
    points = [_point(series, place) for place in shown]
    figure(
        flow.lines_table(points, chosen_days(view)),
        flow.LINES,
        alt="Cases opened, reopenings included, and ended per period",
        key="flow",
        title=f"Opened and ended, per {view.filters.grain}",
        on_pick=lambda picked: _open_period(view, series, picked, "escalations_opened"),
    )
    target = None if line.target is None else line.target.value
    figure(
        flow.backlog_table(
            points,
            target,
            "" if target is None else f"Target ≤{NBSP}{numbers.count(target)}",
            chosen=chosen_days(view),
        ),
        flow.BACKLOG,
        alt="Open backlog at the end of each period",
        key="flow-backlog",
        title=f"Open backlog, end of {view.filters.grain}",
        remark="Opened counts reopenings, ended counts cancelled and merged cases: backlog = backlog before "
        "+ opened − ended, in every period shown."
        + (f" {shaded_words(view, 'the chosen range')}" if view.span is not None else ""),
        on_pick=lambda picked: _open_period(view, series, picked, "backlog_open"),
    )
    _rows(view, series, shown)


def _point(series: FlowSeries, place: int) -> FlowPoint:
    loaded = bool(series.days[place])
    partial = loaded and not series.complete[place]
    return FlowPoint(
        series.periods[place].label,
        series.periods[place].start,
        int(series.came_in[place]) if loaded else None,
        int(series.ended[place]) if loaded else None,
        int(series.level[place]) if loaded else None,
        hollow=partial,
        remark=f"{series.days[place]} of {series.periods[place].days} days" if partial else "",
    )


def _open_period(view: View, series: FlowSeries, label: str, key: str) -> None:
    period = next(period for period in series.periods if period.label == label)
    open_cases(view, view.reader.available(key).metric, period)


def _rows(view: View, series: FlowSeries, shown: range) -> None:
    columns = [
        Column("Period"),
        Column("Opened", "right"),
        Column("Reopened", "right"),
        Column("Resolved", "right"),
        Column("Cancelled or merged", "right"),
        Column("Backlog", "right"),
    ]
    kinds = series.by_kind
    plain: list[list[str | int]] = [
        [
            series.periods[place].label,
            *(
                int(value)
                for value in (kinds["opened"][place], kinds["reopened"][place], kinds["resolved"][place])
            ),
            int(kinds["cancelled"][place] + kinds["merged"][place]),
            int(series.level[place]),
        ]
        for place in reversed(shown)
    ]
    texts = [[str(row[0]), *(numbers.count(int(value)) for value in row[1:])] for row in plain]
    rows_behind(columns, texts, plain, "flow", "backlog", "Backlog by period")


def _ages(view: View, lines: dict[str, ScoreLine]) -> None:
    """How old the open cases are at the end of the shown period."""
    period = newest_period(view)
    classes = age_classes(view.reader, period, view.filters)
    p50, p90 = lines["backlog_age_p50"], lines["backlog_age_p90"]
    theme.subtitle("Age of the open cases")
    if not classes:
        theme.note("Ages are not known under these filters.")
        return
    figure(
        bars.table(
            [
                bars.Bar(
                    name,
                    name,
                    classes.cases[place],
                    "grey",
                    f"{numbers.count(classes.past_due[place])} past due",
                )
                for place, name in enumerate(AGE_CLASSES)
            ]
        ),
        bars.SPEC,
        alt="; ".join(f"{classes.cases[place]} {name}" for place, name in enumerate(AGE_CLASSES)),
        key="backlog-age",
        remark=f"At the end of {wording.period_text(period)}. {_old_words(p50, p90)}".strip(),
    )


def _old_words(p50: ScoreLine, p90: ScoreLine) -> str:
    """How old half and a tenth of the cases are; nothing where too few are open to say."""
    if p50.place is None or p90.place is None or p50.series.withheld[p50.place]:
        return ""
    if not p50.series.n[p50.place]:
        return "No case is open."
    half, tenth = (wording.at_text(line.series, line.place) for line in (p50, p90))
    return f"Half are older than {half}, one in ten is older than {tenth}."
