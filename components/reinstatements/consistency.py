"""Are we consistent? Whether people who decide the same appeal decide it alike, and what splits them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import streamlit as st

from components import link, numbers, theme, wording
from components.cases_link import cases_text, open_cases
from components.charts import dot_interval, rate_interval
from components.figure import figure, rows_behind
from components.numbers import NBSP, finite
from components.rate_points import rate_points
from components.reinstatements.pooled import apart, dot, interval_table, interval_text, why_missing
from components.reinstatements.spans import span_to, young, young_until
from components.tables import Column, small_table
from components.trends import newest_period
from components.view import View
from queries.agreement import INDICATIVE_BELOW
from queries.filters import NONE_VALUE
from queries.measure import Measures, measure
from queries.scan import apart_from_the_rest
from queries.series import Series
from queries.time import DAY, Grain, Period

PAIRS, AC1, ALPHA, CALIBRATION = ("agreement", "agreement_ac1", "agreement_alpha", "calibration_agreement")
MONTHS, QUARTERS = 13, 8
RECENT = 7
MOST_REASONS = 12


def section(view: View) -> None:
    """The answer, the reasons that split reviewers, the coefficients, and both over time."""
    recent = _recent(view)
    place = recent.newest()
    span = span_to(view, None if place is None else recent.periods[place])
    if recent.reason or span is None:
        theme.section("Are we consistent?", "", "No complete period yet." if not recent.reason else "")
        why_missing(recent)
        return
    whole = measure(view.reader, (PAIRS, AC1, ALPHA), (span,), (), view.filters)
    by_reason = measure(view.reader, (PAIRS,), (span,), ("appeal_reason",), view.filters)
    theme.section("Are we consistent?", *answer(view, whole, by_reason))
    left, right = st.columns([3, 2], gap="large")
    with left:
        _reasons(view, by_reason)
    with right:
        _coefficients(view, whole)
    left, right = st.columns(2, gap="large")
    with left:
        _over_time(view, PAIRS, "Decided alike, double decisions and calibration", span)
    with right:
        _over_time(view, CALIBRATION, "Calibration sessions", span)


def _recent(view: View) -> Series:
    """Agreement over the newest periods, as many as reviews may take; each costs a thousand resamples."""
    rules = view.reader.coverage.rules
    newest = newest_period(view)
    if view.filters.values("member"):
        newest = rules.period_of(newest.last_day, Grain.block)
    periods = [newest] if newest.grain is Grain.range else rules.last(newest, RECENT)
    return measure(view.reader, (PAIRS,), periods, (), view.filters).total(PAIRS)


def answer(view: View, whole: Measures, by_reason: Measures) -> tuple[str, str]:
    """How often two people decide alike, beyond chance, and which reasons split them."""
    pairs = whole.total(PAIRS)
    when, n = wording.period_text(whole.periods[0]), pairs.n[0]
    if not np.isfinite(pairs.value[0]):
        few = wording.things(n, "appeal") if n else "No appeal"
        return f"{few} of {when} {'was' if n <= 1 else 'were'} decided by two people: too few to say.", ""
    lead = (
        f"Two people who decide the same appeal decide it alike in {wording.at_text(pairs, 0)} of pairs "
        f"(95{NBSP}% interval {interval_text(pairs, 0)}, n{NBSP}={NBSP}{numbers.count(n)} appeals, {when})"
        f"{_indicative(pairs)}."
    )
    ac1 = whole.total(AC1)
    beyond = ""
    if np.isfinite(ac1.value[0]):
        beyond = f"Beyond chance: AC1 {wording.at_text(ac1, 0)} ({interval_text(ac1, 0)}). "
    split = splitting(view, by_reason)
    if not split:
        return lead, f"{beyond}No reason splits the reviewers more than the others."
    named = ", ".join(f"{name} ({wording.at_text(series, 0)})" for name, series in split)
    return lead, f"{beyond}Reviewers split most over {named}."


def splitting(view: View, by_reason: Measures) -> list[tuple[str, Series]]:
    """Reasons over which people agree less than over all others, worst first."""
    if PAIRS in by_reason.reasons:
        return []
    found = [
        series
        for series, side in zip(by_reason.series(PAIRS), apart_from_the_rest(by_reason, PAIRS), strict=True)
        if side == "below"
    ]
    found.sort(key=lambda series: float(series.value[0]))
    return [(view.name_of("appeal_reason", series.group[0]), series) for series in found]


def _young_words(series: Series) -> str:
    return f"reviews still to come, complete {young_until(series)}, or " if young(series) else ""


def _indicative(series: Series) -> str:
    return f", indicative: fewer than {INDICATIVE_BELOW} appeals" if series.n[0] < INDICATIVE_BELOW else ""


def _reasons(view: View, by_reason: Measures) -> None:
    """Each reason with its interval, those that split people marked; a click narrows the page to it."""
    theme.subtitle("Which reasons split the reviewers")
    if PAIRS in by_reason.reasons:
        theme.note(f"{by_reason.metrics[PAIRS].label}: {by_reason.reasons[PAIRS]}.")
        return
    sides = apart_from_the_rest(by_reason, PAIRS)
    shown = [
        (series, side)
        for series, side in zip(by_reason.series(PAIRS), sides, strict=True)
        if np.nan_to_num(series.n[0]) > 0
    ]
    if not shown:
        theme.note("No appeal was decided by two people.")
        return
    shown.sort(key=lambda item: float(np.nan_to_num(item[0].value[0], nan=2.0)))
    shown = shown[:MOST_REASONS]
    total = by_reason.total(PAIRS)
    labels = [view.name_of("appeal_reason", series.group[0]) for series, _ in shown]
    groups = [
        replace(
            apart(dot(series, series.group[0] or NONE_VALUE, label), side, worse="below"),
            hollow=young(series) or bool(series.n[0] < INDICATIVE_BELOW),
        )
        for (series, side), label in zip(shown, labels, strict=True)
    ]
    figure(
        dot_interval.table(groups, "percent", finite(total.value[0]), f"All {wording.at_text(total, 0)}"),
        dot_interval.spec("percent", len(groups)),
        alt="; ".join(
            f"{label} {wording.at_text(series, 0)}" for label, (series, _) in zip(labels, shown, strict=True)
        ),
        key="split-reasons",
        remark=f"Dot: share of pairs that decide alike. Line: 95{NBSP}% interval over resampled appeals. "
        "▼ and red, ▲ and green: less or more than over all other reasons, looking at all at once. "
        f"Hollow: {_young_words(total)}indicative, fewer than {INDICATIVE_BELOW} appeals. "
        "A click filters by the reason.",
        on_pick=lambda reason: link.go(view.filters.with_values("appeal_reason", (reason,))),
    )
    interval_table(labels, [series for series, _ in shown], "Appeal reason", "split-reasons")


def _coefficients(view: View, whole: Measures) -> None:
    """The share of pairs and what is left of it beyond chance."""
    shown = [whole.total(key) for key in (PAIRS, AC1, ALPHA)]
    theme.subtitle(f"Agreement, {wording.period_text(whole.periods[0])}")
    small_table(
        [
            Column("Coefficient"),
            Column("Value", "right"),
            Column("95 % interval", "right"),
            Column("Appeals", "right"),
        ],
        [
            (
                series.metric.label,
                wording.at_text(series, 0),
                interval_text(series, 0),
                numbers.count(series.n[0]),
            )
            for series in shown
        ],
        "; ".join(f"{series.metric.label} {wording.at_text(series, 0)}" for series in shown),
    )
    theme.note(
        "AC1 and alpha: 1 is full agreement, 0 what chance alone gives. Alpha falls where nearly all "
        "decisions are of one kind, however well people agree; AC1 does not."
        + ("" if not _indicative(shown[0]) else f" Indicative: fewer than {INDICATIVE_BELOW} appeals.")
    )
    rows = cases_text(shown[0], 0)
    if rows:
        st.button(
            f"{rows} decided twice or more",
            icon=":material/list:",
            key="agreement-cases",
            type="tertiary",
            on_click=open_cases,
            args=(view, shown[0].metric, whole.periods[0]),
        )


def _over_time(view: View, key: str, title: str, span: Period) -> None:
    """Agreement by month (quarter where the view asks so), young months hollow."""
    rules = view.reader.coverage.rules
    grain = Grain.quarter if view.filters.grain is Grain.quarter else Grain.month
    newest = rules.period_of(view.week.last_day, grain)
    about_person = bool(view.filters.values("member"))
    periods = rules.last(newest, QUARTERS if grain is Grain.quarter else MONTHS)
    if about_person:
        periods = rules.last(rules.period_of(span.last_day, Grain.block), 5)
    measures = measure(view.reader, (key,), periods, (), view.filters)
    series = measures.total(key)
    theme.subtitle(title)
    if series.reason:
        theme.note(f"{series.metric.label}: {series.reason}.")
        return
    if not np.isfinite(series.value).any():
        theme.note("No appeal was decided by two people.")
        return
    points = rate_points(series, range(len(periods)), lambda place: _remark(series, place), INDICATIVE_BELOW)
    figure(
        rate_interval.table(points, "percent", days_per_point=periods[-1].days),
        rate_interval.spec("percent"),
        alt=f"{title}: {wording.at_text(series, series.newest())}",
        key=f"over-time-{key}",
        remark=f"By {grain.value} of the decision. Band: 95{NBSP}% interval. Hollow: reviews still to come, "
        f"or indicative, fewer than {INDICATIVE_BELOW} appeals.",
    )
    columns = [
        Column("Period"),
        Column("Decided alike", "right"),
        Column("95 % interval", "right"),
        Column("Appeals", "right"),
    ]
    shown = range(len(periods))
    rows_behind(
        columns,
        [
            (
                wording.period_text(periods[place]),
                wording.at_text(series, place),
                interval_text(series, place),
                numbers.count(series.n[place]),
            )
            for place in shown
        ],
        [
            (
                periods[place].label,
                finite(series.value[place]),
                interval_text(series, place),
                None if series.withheld[place] else finite(series.n[place]),
            )
            for place in shown
        ],
        f"over-time-{key}",
        key,
        title,
    )


def _remark(series: Series, place: int) -> str:
    if not series.complete[place]:
        return f"{series.days[place]} of {series.periods[place].days} days"
    if not series.mature[place]:
        matures = series.periods[place].last_day + series.metric.follow_up * DAY
        return f"reviews complete {numbers.day_month(matures)}"
    if series.n[place] < INDICATIVE_BELOW:
        return f"indicative: fewer than {INDICATIVE_BELOW} appeals"
    return ""
