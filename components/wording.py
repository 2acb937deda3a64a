"""Metrics in words: values, changes, statuses and sentences as every page writes them. Pure, no Streamlit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np

from analysis.review import Change
from components import numbers
from components.numbers import MINUS, NBSP, Unit
from components.status import Status
from queries.agreement import INDICATIVE_BELOW
from queries.formulas import Agreed
from queries.model import Metric
from queries.scan import Finding
from queries.scorecard import ScoreLine
from queries.series import Series
from queries.time import DAY, WEEK, Grain, Period, weeks_back

UNITS: dict[str, Unit] = {
    "count": "count",
    "share": "percent",
    "per_1000": "per_1000",
    "hours": "hours",
    "work_hours": "work_hours",
    "days": "days",
    "mean": "number",
    "money": "money",
    "fte": "number",
}


def unit_of(metric: Metric) -> Unit:
    """The written unit of a metric."""
    return UNITS[metric.unit]


def value_text(metric: Metric, value: float | None) -> str:
    """A value in its unit; a mean keeps two decimals."""
    decimals = 2 if metric.unit == "mean" else None
    return numbers.value(value, unit_of(metric), decimals)


def at_text(series: Series, place: int | None) -> str:
    """The value of one period, or why there is none: "1 of 4", "≥ 9.1 d", "n/a", "–"."""
    if place is None or series.reason:
        return numbers.MISSING
    metric = series.metric
    if series.withheld[place]:
        return few_text(series, place)
    if np.isfinite(series.at_least[place]):
        return f"≥{NBSP}{value_text(metric, float(series.at_least[place]))}"
    if not np.isfinite(series.value[place]):
        return "n/a" if series.days[place] else numbers.MISSING
    return value_text(metric, float(series.value[place]))


def few_text(series: Series, place: int) -> str:
    """What stands instead of a rate on too few rows: the rows themselves."""
    n, hits = series.n[place], series.numerator[place]
    if np.isfinite(hits):
        return f"{numbers.count(hits)} of{NBSP}{numbers.count(n)}"
    return things(n, "case")


def things(n: float, word: str) -> str:
    """A count with its noun: "1 case", "1,284 cases"."""
    return f"{numbers.count(n)}{NBSP}{word}" + ("" if n == 1 else "s")


def change_text(metric: Metric, change: Change) -> str:
    """A change with its sign and unit; "–" when there is nothing to compare with."""
    if change.value is None:
        return numbers.MISSING
    if change.unit == "points":
        return numbers.points(change.value / 100)
    if change.unit == "%":
        return numbers.signed(numbers.percent(change.value / 100))
    return numbers.signed(value_text(metric, change.value))


def period_text(period: Period) -> str:
    """A period as sentences name it: "week 46", "October 2026", "the 45 days 1 Sep – 15 Oct 2026"."""
    if period.grain is Grain.week:
        return numbers.short_week(period.start).replace("wk", "week")
    if period.grain is Grain.month:
        return numbers.month_label(period.start, with_year=True)
    if period.grain is Grain.block:
        return f"the 13 weeks to {numbers.day_month(period.last_day)}"
    span = numbers.date_span(period.start, period.last_day)
    if period.grain is Grain.range:
        return f"the {numbers.count(period.days)}{NBSP}days {span}" if period.days > 1 else f"the day {span}"
    return span


def range_before(span: Period) -> str:
    """What a chosen range is compared with: "the 14 days before", "the same weekdays a week before"."""
    weeks = weeks_back(span)
    if span.days == weeks * 7:
        return f"the {numbers.count(span.days)}{NBSP}days before"
    same = "the same weekdays" if span.days > 1 else "the same weekday"
    return f"{same} {'a week' if weeks == 1 else f'{numbers.count(weeks)}{NBSP}weeks'} before"


def year_note(line: ScoreLine) -> str:
    """The change of a range against the same weekdays a year earlier; "" where there is none."""
    change = change_text(line.metric, line.year_change)
    return "" if change == numbers.MISSING else f"{change} on 52 weeks earlier"


def earlier_text(earlier: Period, later: Period) -> str:
    """A period compared with `later`: a week of another year says so, "week 46 of 2025"."""
    year = numbers.iso_week(earlier.start)[0]
    if earlier.grain is not Grain.week or year == numbers.iso_week(later.start)[0]:
        return period_text(earlier)
    return f"{period_text(earlier)} of{NBSP}{year}"


def rule_words(line: ScoreLine, *, short: bool = False) -> str:
    """The rule that fired, in plain words; "" without a signal."""
    signal, stock = line.assessment.signal, line.metric.is_stock
    if signal is None:
        return ""
    above = signal.side == "above"
    if signal.rule == "a":
        if stock:
            return "grew more than usual" if above else "fell more than usual"
        return f"{'above' if above else 'below'} usual range"
    if signal.rule == "b":
        if stock:
            return f"{signal.length} weeks {_stock_run(line, above=above)}"
        average = "average" if not short else "avg"
        return f"{signal.length} weeks {'above' if above else 'below'} {average}"
    if stock:
        return f"{'growing' if above else 'falling'} fast, 3 of 4 weeks"
    edge = "top" if above else "bottom"
    return f"3 of 4 weeks near the {edge}" if short else f"3 of 4 weeks near the {edge} of its usual range"


def _stock_run(line: ScoreLine, *, above: bool) -> str:
    """What a run of changes on one side of the usual change is: not every one is a growth or a fall."""
    changes = line.assessment.values[line.assessment.signal_points]
    if above and (changes > 0).all():
        return "growing"
    if not above and (changes < 0).all():
        return "falling"
    return f"{'above' if above else 'below'} its usual change"


def status_of(line: ScoreLine, *, short: bool = False) -> Status:
    """The status of a scorecard line as shape, word and tone."""
    if line.series.reason:
        return Status(
            "Not supplied" if line.series.reason.startswith("not supplied") else "Not split", "early"
        )
    if line.place is None:
        if line.series.periods[-1].grain is Grain.range:
            return _range_status(line)
        return Status("Too early" if line.series.days.any() else "Not loaded", "early")
    if line.series.withheld[line.place]:
        return Status("Too few", "neutral")
    signal = line.assessment.signal
    if signal is not None:
        direction: Literal["up", "down"] = "up" if signal.side == "above" else "down"
        words = rule_words(line, short=short)
        if line.tone == "neutral":
            return Status(f"Changed · {words}", "neutral", direction)
        verdict = "Worse" if line.tone == "bad" else "Better"
        return Status(f"{verdict} · {words}", "bad" if line.tone == "bad" else "good", direction)
    if not np.isfinite(line.value) and not np.isfinite(line.series.at_least[line.place]):
        return Status("Not tested", "neutral")
    usual = "Usual" if line.assessment.tested else "Not tested"
    if line.target is None or not np.isfinite(line.value):
        return Status(usual, "neutral")
    if line.misses_target:
        return Status(f"{usual} · {gap_text(line)}", "warn")
    return Status(f"{usual} · on target", "neutral")


def _range_status(line: ScoreLine) -> Status:
    """Why a range has no value: none of its days is loaded, its last one is not, or it is too young."""
    if not line.series.days[-1]:
        return Status("Not loaded", "early")
    return Status("Incomplete" if line.metric.is_stock else "Too early", "early")


def group_status(line: ScoreLine, found: Finding | None) -> Status:
    """The status of one of many groups: `found` is what a scan over all of them left standing.

    A target counts as missed only when the whole interval is on its wrong side.
    """
    if line.place is None or line.series.reason or line.series.withheld[line.place]:
        return status_of(line, short=True)
    if found is not None:
        words = f"{found} own range"
        direction: Literal["up", "down"] = "up" if found == "above" else "down"
        if line.metric.good == "neutral":
            return Status(f"Changed · {words}", "neutral", direction)
        better = (found == "above") == (line.metric.good == "up")
        return Status(f"{'Better' if better else 'Worse'} · {words}", "good" if better else "bad", direction)
    if not np.isfinite(line.value) and not np.isfinite(line.series.at_least[line.place]):
        return Status("Not tested", "neutral")
    if line.target is None or not np.isfinite(line.value):
        return Status("Usual", "neutral")
    if not line.misses_target:
        return Status("Usual · on target", "neutral")
    low, high = line.series.low[line.place], line.series.high[line.place]
    if np.isfinite(low) and np.isfinite(high) and low <= line.target.value <= high:
        return Status("Usual · cannot tell from on target", "neutral")
    return Status(f"Usual · {gap_text(line)}", "warn")


def gap_text(line: ScoreLine) -> str:
    """How far a value is off its target: "0.1 pts under target"."""
    gap = abs(line.target_gap)
    side = "under" if line.metric.good == "up" else "over"
    size = numbers.points(gap).lstrip("+") if line.metric.unit == "share" else value_text(line.metric, gap)
    return f"{size} {side} target"


def target_text(line: ScoreLine) -> str:
    """The target with its direction: "≥ 90.0 %"."""
    if line.target is None:
        return numbers.MISSING
    return f"{'≥' if line.metric.good == 'up' else '≤'}{NBSP}{value_text(line.metric, line.target.value)}"


def guard_text(line: ScoreLine, others: Mapping[str, ScoreLine]) -> str:
    """What a value is never shown without: "judged wrong in audits 6.3 %"; "" where it has no guard.

    `others` are the lines at hand, by key.
    """
    words = []
    for key in line.metric.guards:
        guard = others.get(key)
        if guard is not None and guard.place is not None and not guard.series.reason:
            label = guard.metric.label
            words.append(f"{label[:1].lower()}{label[1:]} {at_text(guard.series, guard.place)}")
    return ", ".join(words)


def maturity_note(line: ScoreLine, newest: Period) -> str:
    """What to know of the period a line shows: "wk 41, newest complete", "41 of 45 days", "indicative"."""
    return " · ".join(part for part in (_period_note(line, newest), _indicative_note(line)) if part)


def _indicative_note(line: ScoreLine) -> str:
    """That agreement rests on few cases; "" where it does not."""
    if line.place is None or not isinstance(line.metric.formula, Agreed):
        return ""
    n = line.series.n[line.place]
    return f"indicative, n{NBSP}={NBSP}{numbers.count(n)}" if 0 < n < INDICATIVE_BELOW else ""


def _period_note(line: ScoreLine, newest: Period) -> str:
    if line.series.periods[-1].grain is Grain.range:
        return _range_note(line)
    if line.period is not None and line.period.grain is Grain.block:
        days = int(line.series.days[line.place or 0])
        gap = (
            ""
            if days == line.period.days
            else f" ({numbers.count(days)} of {numbers.count(line.period.days)} days)"
        )
        return f"13 weeks to {numbers.short_week(line.period.end - WEEK)}{gap}"
    if line.period is None or line.period == newest:
        return line.metric.note
    return f"{numbers.short_week(line.period.start)}, newest complete"


def _range_note(line: ScoreLine) -> str:
    """How much of a range is loaded, or when its follow-up is over."""
    series, span = line.series, line.series.periods[-1]
    loaded = int(series.days[-1])
    if loaded and not series.mature[-1] and line.metric.follow_up:
        return f"too early, complete {numbers.full_date(span.last_day + line.metric.follow_up * DAY)}"
    if line.metric.is_stock:
        return line.metric.note if series.complete[-1] else "its last day is not complete"
    return (
        line.metric.note
        if loaded == span.days
        else f"{numbers.count(loaded)} of {numbers.count(span.days)}{NBSP}days"
    )


def nothing_text(line: ScoreLine) -> str:
    """Why a line has no period to show, as a sentence."""
    if line.series.periods[-1].grain is Grain.range and not line.series.reason:
        why = _range_note(line) if line.series.days[-1] else "none of these days is loaded"
        return f"{why[0].upper()}{why[1:]}."
    return f"{line.series.reason.capitalize() or 'No complete period yet'}."


def lead_text(line: ScoreLine) -> str:
    """Value and change, the bold start of a sentence: "86.1 %, −5.2 pts vs the week before"."""
    change = change_text(line.metric, line.week_change)
    newest = line.series.periods[-1]
    before = "the 13 weeks before" if newest.grain is Grain.block else f"the {newest.grain} before"
    if newest.grain is Grain.range:
        before = range_before(newest)
    return at_text(line.series, line.place) + ("" if change == numbers.MISSING else f", {change} vs {before}")


def range_text(line: ScoreLine) -> str:
    """The usual range of the newest point in words; "" where none exists."""
    place = line.assessment.tested_index
    if place is None or not np.isfinite(line.assessment.lower[place]):
        return ""
    low, high = (
        value_text(line.metric, float(edge[place])) for edge in (line.assessment.lower, line.assessment.upper)
    )
    return f"{low} to {high}" if not low.startswith(MINUS) else f"{low} to +{high}"
