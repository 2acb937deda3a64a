"""Do they last? How many reinstated sellers are enforced again: the curve, the cohorts, who differs."""

from __future__ import annotations

import streamlit as st

from components import numbers, theme, wording
from components.cases_link import cases_text, open_cases
from components.numbers import NBSP
from components.reinstatements import lasting_cohorts, lasting_curve, lasting_groups
from components.reinstatements.pooled import interval_text, unsupplied
from components.trends import newest_period, trend_lines
from components.view import View
from queries.measure import PEOPLE, measure
from queries.restumble_curve import difference_on, unknown_to_curves
from queries.scorecard import ScoreLine

RATE, UNDER_APPEAL = "restumble_rate_90", "restumbles_under_appeal"
DAYS = 90


def section(view: View) -> None:
    """The answer; the curve beside the cohort triangle; who differs, and what denials have to do with it."""
    line = trend_lines(view, (RATE,))[RATE]
    if line.series.reason:
        theme.section("Do they last?")
        unsupplied(line)
        return
    theme.section("Do they last?", *answer(view, line))
    left, right = st.columns([3, 2], gap="large")
    with left:
        lasting_curve.panel(view)
        _ways_on(view, line)
    with right:
        lasting_cohorts.panel(view)
    lasting_groups.panel(view, line)


def answer(view: View, line: ScoreLine) -> tuple[str, str]:
    """The newest period whose 90 days are over, its rule, and how much of it may still change."""
    if line.series.reason or line.place is None:
        return "", wording.nothing_text(line)
    place, series = line.place, line.series
    when = wording.period_text(series.periods[place])
    if series.n[place] == 0:
        return f"No seller was reinstated in {when}.", ""
    if series.withheld[place]:
        few = wording.few_text(series, place)
        return f"{few} reinstated sellers of {when} were enforced again; too few for a rate.", ""
    lead = (
        f"{wording.at_text(series, place)} of the sellers reinstated in {when} were enforced again within "
        f"90{NBSP}days (95{NBSP}% interval {interval_text(series, place)}, "
        f"n{NBSP}={NBSP}{numbers.count(series.n[place])})"
    )
    rule = wording.rule_words(line)
    lead += f", {rule}." if rule else "."
    if not rule and line.assessment.tested:
        lead += " No detectable change."
    return lead, " ".join(
        part for part in (_newest(view, line), _year(view), _open_appeals(view, line)) if part
    )


def _newest(view: View, line: ScoreLine) -> str:
    """Why an older period is shown than the newest."""
    if view.span is not None or line.period is None or line.period == newest_period(view):
        return ""
    words = wording.period_text(line.period)
    return f"{words[:1].upper()}{words[1:]} is the newest that was followed for 90{NBSP}days."


def _open_appeals(view: View, line: ScoreLine) -> str:
    """How many of the restumbles may be taken back."""
    if line.period is None:
        return ""
    found = measure(view.reader, (UNDER_APPEAL,), (line.period,), (), view.filters).total(UNDER_APPEAL)
    if found.reason or not found.value[0] > 0:
        return ""
    count, hits = found.value[0], numbers.count(line.series.numerator[line.place or 0])
    are, leave = ("is", "it leaves") if count == 1 else ("are", "they leave")
    return (
        f"{numbers.count(count)} of the {hits} new enforcements {are} under appeal; "
        f"reversed as our error, {leave} the figure."
    )


def _year(view: View) -> str:
    """The curve of the cohort against the one before, without claiming a change."""
    dimensions = view.filters.dimensions
    if any(person in dimensions for person in PEOPLE) or unknown_to_curves(dimensions):
        return ""
    span = lasting_curve.cohort(view)
    now = lasting_curve.period_curve(view, span, "net")
    before = lasting_curve.period_curve(view, view.reader.coverage.rules.before(span), "net")
    if now is None or before is None:
        return ""
    step = difference_on(now, before, DAYS)
    if step is None:
        return ""
    ends = f"{numbers.points(step.low)} to {numbers.points(step.high)}"
    earlier = "the year before" if view.span is None else wording.range_before(span)
    return (
        f"Of all reinstated {numbers.date_span(span.start, span.last_day)} it is "
        f"{numbers.percent(float(now.daily.share[DAYS]))}, {numbers.points(step.value)} on {earlier} "
        f"(95{NBSP}% interval {ends})."
    )


def _ways_on(view: View, line: ScoreLine) -> None:
    """To the reinstatements behind the answer."""
    rows = cases_text(line.series, line.place)
    if rows and line.period is not None:
        st.button(
            rows,
            icon=":material/list:",
            key="lasting-cases",
            type="tertiary",
            on_click=open_cases,
            args=(view, line.metric, line.period),
        )
