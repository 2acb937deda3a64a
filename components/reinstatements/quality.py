"""Are decisions right? The weighted defect rate, which way and how decisions went wrong, and where."""

from __future__ import annotations

import numpy as np
import streamlit as st

from components import link, numbers, theme, wording
from components.cases_link import cases_text, open_cases
from components.charts import dot_interval, rate_interval
from components.figure import figure
from components.numbers import NBSP, finite
from components.rate_points import rate_points
from components.reinstatements.errors import kinds_of_error
from components.reinstatements.pooled import apart, dot, interval_table, interval_text, unsupplied
from components.reinstatements.spans import settled_span, young, young_until
from components.trends import (
    band_words,
    drawn_line,
    grain_word,
    newest_period,
    remark_of,
    trend_figure,
    trend_lines,
)
from components.view import View
from queries.filters import NONE_VALUE
from queries.measure import measure
from queries.scan import apart_from_the_rest
from queries.scorecard import ScoreLine
from queries.series import Series
from queries.time import Period

RATE, OVER, UNDER, COVERAGE = (
    "audit_defect_rate",
    "audit_over_reinstated",
    "audit_under_reinstated",
    "audit_coverage",
)
PERIODS_WITH_INTERVAL = 13


def section(view: View) -> None:
    """The answer; the rate over time and which way it went wrong; kinds of error and audits by team."""
    lines = trend_lines(view, (RATE, OVER, UNDER, COVERAGE))
    line = lines[RATE]
    if line.series.reason:
        theme.section("Are decisions right?")
        unsupplied(line)
        return
    theme.section("Are decisions right?", *answer(view, lines))
    left, right = st.columns([3, 2], gap="large")
    with left:
        trend_figure(
            view,
            line,
            "quality-trend",
            f"Judged wrong in blind random audits, by {grain_word(view, line)} of the decision",
            _remark(view, line),
        )
        _ways_on(view, line)
    span = settled_span(view, line)
    if span is None:
        return
    with right:
        _which_way(view, span)
        _with_interval(view, line)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _by_team(view, span)
    with right:
        kinds_of_error(view, span)


def answer(view: View, lines: dict[str, ScoreLine]) -> tuple[str, str]:
    """The rate with its interval and rule, then which way, and how many were audited."""
    line = lines[RATE]
    if line.series.reason or line.place is None:
        return "", wording.nothing_text(line)
    place, series = line.place, line.series
    when = wording.period_text(series.periods[place])
    if series.n[place] == 0:
        return f"No decision of {when} was audited at random.", ""
    if series.withheld[place]:
        return (
            f"{wording.few_text(series, place)} audited decisions of {when} were wrong; too few for a rate.",
            "",
        )
    lead = (
        f"{_verdict(line)} {wording.at_text(series, place)} of the decisions of {when} were wrong, "
        f"as blind random audits judge (95{NBSP}% interval {interval_text(series, place)}, "
        f"n{NBSP}={NBSP}{numbers.count(series.n[place])})"
    ).strip()
    rule = wording.rule_words(line)
    lead += f", {rule}." if rule else "."
    if not rule and line.assessment.tested:
        lead += " No detectable change."
    return lead, " ".join(
        part for part in (_sides(lines, place), _coverage(lines, place), _young(view, line)) if part
    )


def _verdict(line: ScoreLine) -> str:
    """Yes or no only where the interval leaves no doubt about the target."""
    place = line.place
    if line.target is None or place is None:
        return ""
    low, high = line.series.low[place], line.series.high[place]
    if np.isfinite(high) and high <= line.target.value:
        return "Yes."
    if np.isfinite(low) and low > line.target.value:
        return "No."
    return "Cannot tell whether on target."


def _sides(lines: dict[str, ScoreLine], place: int) -> str:
    over, under = lines[OVER].series, lines[UNDER].series
    if (
        over.reason
        or under.reason
        or not np.isfinite(over.value[place])
        or not np.isfinite(under.value[place])
    ):
        return ""
    rest = float(lines[RATE].series.value[place] - over.value[place] - under.value[place])
    words = (
        f"{wording.at_text(over, place)} were wrongly reinstated, "
        f"{wording.at_text(under, place)} wrongly denied"
    )
    if rest > 5e-4:
        words += f", {wording.value_text(over.metric, rest)} wrong in another way"
    return f"{words}."


def _coverage(lines: dict[str, ScoreLine], place: int) -> str:
    series = lines[COVERAGE].series
    if series.reason or not np.isfinite(series.value[place]):
        return ""
    audited, decided = (numbers.count(part[place]) for part in (series.numerator, series.denominator))
    return f"{audited} of {decided} decisions were audited ({wording.at_text(series, place)})."


def _young(view: View, line: ScoreLine) -> str:
    """Why an older period is shown than the newest."""
    if view.span is not None or line.period is None or line.period.last_day == newest_period(view).last_day:
        return ""
    words = wording.period_text(line.period)
    return f"{words[:1].upper()}{words[1:]} is the newest whose audits are done."


def _remark(view: View, line: ScoreLine) -> str:
    place = line.place
    n = f"n{NBSP}={NBSP}{numbers.count(line.series.n[place])} audits. " if place is not None else ""
    return f"{n}Each stratum weighs by its decisions; complaints never count.{band_words(view, line)}"


def _ways_on(view: View, line: ScoreLine) -> None:
    """To the audits behind the newest figure."""
    if line.place is None or line.period is None:
        return
    rows = cases_text(line.series, line.place)
    if rows:
        st.button(
            rows,
            icon=":material/list:",
            key="quality-cases",
            type="tertiary",
            on_click=open_cases,
            args=(view, line.metric, line.period),
        )


def _which_way(view: View, span: Period) -> None:
    """All that was wrong beside too much and too little given back, pooled."""
    keys = (RATE, OVER, UNDER)
    measures = measure(view.reader, keys, (span,), (), view.filters)
    groups, rows = [], []
    for key in keys:
        series = measures.total(key)
        if series.reason:
            continue
        groups.append(dot(series, key, series.metric.label))
        rows.append((series.metric.label, series))
    if not groups:
        return
    line_metric = {key: measures.metrics[key] for key in keys}
    figure(
        dot_interval.table(groups, "percent", None, ""),
        dot_interval.spec("percent", len(groups)),
        alt="; ".join(f"{name} {wording.at_text(series, 0)}" for name, series in rows),
        key="which-way",
        title=f"Which way they went wrong, {wording.period_text(span)}",
        remark=f"Dot: weighted share of the decisions. Line: 95{NBSP}% interval. A click opens the audits."
        + _hollow_words(rows[0][1]),
        on_pick=lambda key: open_cases(view, line_metric[key], span),
    )
    interval_table([name for name, _ in rows], [series for _, series in rows], "Which way", "which-way")


def _hollow_words(series: Series) -> str:
    return f" Hollow: audits still to come, complete {young_until(series)}." if young(series) else ""


def _with_interval(view: View, line: ScoreLine) -> None:
    """The newest periods with what chance alone could have made of them."""
    drawn = drawn_line(view, line)
    series = drawn.series
    places = range(max(0, len(series.periods) - PERIODS_WITH_INTERVAL), len(series.periods))
    points = rate_points(series, places, lambda place: remark_of(drawn, place))
    if not any(point.value is not None for point in points):
        return
    target = None if line.target is None else line.target.value
    figure(
        rate_interval.table(
            points,
            "percent",
            target,
            "" if target is None else f"Target {wording.value_text(line.metric, target)}",
            days_per_point=series.periods[-1].days,
        ),
        rate_interval.spec("percent"),
        alt=f"Judged wrong with its interval: {wording.at_text(series, series.newest())}",
        key="quality-interval",
        title=f"The same with its 95{NBSP}% interval",
        remark="Hollow: audits still to come.",
    )


def _by_team(view: View, span: Period) -> None:
    """Each team's weighted rate with its interval; a click narrows the page to the team."""
    if len(view.filters.values("team")) == 1:
        return
    measures = measure(view.reader, (RATE,), (span,), ("team",), view.filters)
    theme.subtitle(f"By team, {wording.period_text(span)}")
    if RATE in measures.reasons:
        theme.note(f"{measures.metrics[RATE].label}: {measures.reasons[RATE]}.")
        return
    order = view.reader.directory.team_order()
    places = sorted(
        range(len(measures.groups)),
        key=lambda place: (
            measures.groups[place][0] is None,
            order.get(measures.groups[place][0] or "", len(order)),
        ),
    )
    sides = apart_from_the_rest(measures, RATE)
    every = [(measures.merged(RATE, (place,), measures.groups[place]), sides[place]) for place in places]
    every = [(series, side) for series, side in every if np.nan_to_num(series.n[0]) > 0]
    if not every:
        theme.note("No audit is done.")
        return
    shown = [series for series, _ in every]
    labels = [view.name_of("team", series.group[0]) for series in shown]
    total = measures.total(RATE)
    figure(
        dot_interval.table(
            [
                apart(dot(series, series.group[0] or NONE_VALUE, label), side, worse="above")
                for (series, side), label in zip(every, labels, strict=True)
            ],
            "percent",
            finite(total.value[0]),
            f"All {wording.at_text(total, 0)}",
        ),
        dot_interval.spec("percent", len(shown)),
        alt=f"Judged wrong by team, all {wording.at_text(total, 0)}",
        key="quality-teams",
        remark="The organisation's order, no ranking. ▲ and red, ▼ and green: more or fewer wrong than in "
        "all other teams, looking at all at once; the rest cannot be told apart. A click narrows the page."
        + _hollow_words(total),
        on_pick=lambda team: link.go(view.filters.with_values("team", (team,))),
    )
    interval_table(labels, shown, "Team", "quality-teams")
