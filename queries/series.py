"""A metric over periods, evaluated from parts: value, numerator, denominator, interval and n."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.buckets import FEW_ROWS, midpoint
from analysis.cohorts import CohortQuantiles, cohort_quantiles
from analysis.intervals import mean_interval, poisson_rate, wilson
from analysis.ramp_pace import hours_ratio
from queries import agreement, audit_frames, staffing, sums, team_spread
from queries.formulas import (
    Accrued,
    Agreed,
    Audited,
    Count,
    DaysOfWork,
    Expected,
    Formula,
    HeadcountGap,
    Level,
    OpenAge,
    OpenCount,
    Quantile,
    Ratio,
    Spread,
    Summed,
)
from queries.model import Metric
from queries.parts import Histogram, Parts, whole_of
from queries.sums import Found
from queries.time import Period

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Integers = NDArray[np.int64]

HALF_A_DAY = 0.5


@dataclass(frozen=True)
class Series:
    """One metric of one group over periods; all arrays have one entry per period.

    `value`, `low` and `high` are nan where there is none; `at_least` holds the longest observed time where a
    quantile is not reached. `n` is the rows the value rests on, `effective_n` what they are worth. `days` is
    the complete days loaded of each period, `places` the groups of the measure it merges. `reason` says why
    the whole series has no value ("" if it has), and `withheld` marks values hidden because n is too small.
    """

    metric: Metric
    group: tuple[str | None, ...]
    periods: tuple[Period, ...]
    numerator: Floats
    denominator: Floats
    value: Floats
    low: Floats
    high: Floats
    n: Floats
    effective_n: Floats
    at_least: Floats
    complete: Bools
    mature: Bools
    withheld: Bools
    days: Integers
    places: tuple[int, ...] = ()
    reason: str = ""

    @property
    def usable(self) -> Bools:
        """Periods that may be compared and tested: complete, mature, with a value."""
        return self.complete & self.mature & np.isfinite(self.value)

    def newest(self) -> int | None:
        """Index of the newest complete and mature period; None when there is none."""
        places = np.flatnonzero(self.complete & self.mature)
        return int(places[-1]) if places.size else None


@dataclass(frozen=True)
class Estimate:
    """What a formula yields per period, before completeness and maturity are known.

    `settled` marks periods of whose follow-up enough is done already, where a formula can tell.
    """

    numerator: Floats
    denominator: Floats
    value: Floats
    low: Floats
    high: Floats
    n: Floats
    effective_n: Floats
    at_least: Floats
    settled: Bools | None = None


def evaluate(metric: Metric, parts: Parts, groups: Sequence[int]) -> Estimate:
    """A metric over all periods for the union of `groups`; parts are merged first, the ratio taken last."""
    formula: Formula = metric.formula
    chosen = np.asarray(groups, dtype=np.int64)
    if isinstance(formula, Ratio):
        return _ratio(formula, parts, chosen)
    if isinstance(formula, Summed):
        return _amount(sums.total(formula, parts, chosen), parts)
    if isinstance(formula, DaysOfWork):
        return _found(staffing.days_of_work(formula, parts, chosen), parts)
    if isinstance(formula, HeadcountGap):
        return _found(staffing.headcount_gap(formula, parts, chosen), parts)
    if isinstance(formula, Spread):
        return _found(team_spread.spread(formula, parts, chosen), parts)
    if isinstance(formula, Quantile):
        return _quantile(formula, parts, chosen)
    if isinstance(formula, OpenAge):
        return _open_age(formula, parts, chosen)
    if isinstance(formula, Audited):
        return _audited(formula, parts, chosen)
    if isinstance(formula, Agreed):
        return _agreed(formula, parts, chosen)
    if isinstance(formula, Accrued | Expected):
        amount = formula.accrual if isinstance(formula, Accrued) else formula.holding
        return _amount(parts.amounts[amount][chosen].sum(axis=0), parts)
    return _count(formula, parts, chosen)


def _blank(parts: Parts) -> Floats:
    return np.full(len(parts.periods), np.nan)


def _count(formula: Count | Level | OpenCount, parts: Parts, groups: Integers) -> Estimate:
    if isinstance(formula, Count):
        total = parts.sums[formula.tally][groups].sum(axis=0)
    elif isinstance(formula, Level):
        flows = parts.balances[formula.balance]
        change = sum(
            (grid[groups].sum(axis=0) for grid in flows.by_kind.values()), np.zeros(len(parts.periods))
        )
        total = flows.before[groups].sum() + np.cumsum(change + flows.between[groups].sum(axis=0))
    else:
        histogram = parts.histograms[formula.snapshot]
        inside = np.isin(histogram.group, groups)
        total = np.bincount(histogram.period[inside], histogram.count[inside], minlength=len(parts.periods))
    blank = _blank(parts)
    total = np.asarray(total, dtype=np.float64)
    return Estimate(total, blank, total, blank, blank, total, total, blank)


def _amount(total: Floats, parts: Parts) -> Estimate:
    blank = _blank(parts)
    return Estimate(total, blank, total, blank, blank, total, total, blank)


def _found(found: Found, parts: Parts) -> Estimate:
    """A value computed from sums without sampling model: it has no interval."""
    blank = _blank(parts)
    return Estimate(found.top, found.bottom, found.value, blank, blank, found.n, found.n, blank)


def _ratio(formula: Ratio, parts: Parts, groups: Integers) -> Estimate:
    top = parts.sums[formula.numerator][groups].sum(axis=0)
    if formula.denominator in parts.wholes:
        bottom = whole_of(formula.denominator, parts, groups)
    else:
        bottom = parts.sums[formula.denominator][groups].sum(axis=0)
    value = formula.per * np.divide(top, bottom, out=_blank(parts), where=bottom > 0)
    blank = _blank(parts)
    if formula.spread == "wilson":
        low, high = wilson(top, bottom)
    elif formula.spread == "poisson":
        low, high = poisson_rate(top, bottom, per=formula.per)
    elif formula.spread == "mean" and formula.squares is not None:
        low, high = mean_interval(bottom, top, parts.sums[formula.squares][groups].sum(axis=0))
    elif formula.spread == "hours" and formula.squares is not None:
        done = hours_ratio(top, parts.sums[formula.squares][groups].sum(axis=0), bottom)
        low, high = done.low, done.high
    else:
        low, high = blank, blank
    n = bottom if formula.rows is None else parts.sums[formula.rows][groups].sum(axis=0)
    return Estimate(top, bottom, value, low, high, n, n, blank)


def _quantile(formula: Quantile, parts: Parts, groups: Integers) -> Estimate:
    histogram = parts.histograms[formula.durations]
    chosen = histogram.of(np.isin(histogram.group, groups))
    found = _quantiles(chosen, midpoint(chosen.bucket), len(parts.periods), formula.p)
    few = (found.n > 0) & (found.n < FEW_ROWS)
    if few.any() and chosen.hours is not None:
        rows = few[chosen.period]
        exact = _quantiles(chosen.of(rows), chosen.hours[rows], len(parts.periods), formula.p)
        found = CohortQuantiles(*(np.where(few, new, old) for new, old in zip(exact, found, strict=True)))
    at_least = np.where(np.isnan(found.value), found.longest, np.nan)
    blank = _blank(parts)
    return Estimate(blank, blank, found.value, found.low, found.high, found.n, found.n, at_least)


def _quantiles(histogram: Histogram, hours: Floats, periods: int, p: float) -> CohortQuantiles:
    return cohort_quantiles(histogram.period, hours, histogram.ended, histogram.count, periods, p)


def _open_age(formula: OpenAge, parts: Parts, groups: Integers) -> Estimate:
    """Ages are counted in days begun: one of three is two to three days old and is read at the middle."""
    histogram = parts.histograms[formula.snapshot]
    inside = np.isin(histogram.group, groups)
    found = cohort_quantiles(
        histogram.period[inside],
        histogram.bucket[inside] - HALF_A_DAY,
        np.ones(int(inside.sum()), dtype=bool),
        histogram.count[inside],
        len(parts.periods),
        formula.p,
    )
    blank = _blank(parts)
    return Estimate(blank, blank, found.value, found.low, found.high, found.n, found.n, blank)


def _audited(formula: Audited, parts: Parts, groups: Integers) -> Estimate:
    """Weighted share per period; numerator and denominator are the audits as drawn, unweighted."""
    found = audit_frames.estimate(parts.frames[formula.frame], groups, len(parts.periods))
    return Estimate(
        found.found,
        found.audited,
        found.share,
        found.low,
        found.high,
        found.audited,
        found.effective_n,
        _blank(parts),
        found.settled,
    )


def _agreed(formula: Agreed, parts: Parts, groups: Integers) -> Estimate:
    """A coefficient of agreement per period; what it rests on are cases, not decisions."""
    found = agreement.estimate(formula, parts.decisions[formula.decisions], groups, len(parts.periods))
    blank = _blank(parts)
    return Estimate(blank, blank, found.value, found.low, found.high, found.cases, found.cases, blank)
