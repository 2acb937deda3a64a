"""The 6-12 review of a metric: six weeks beside twelve months, the year before, and the box."""

from __future__ import annotations

import datetime as dt

import numpy as np

from analysis.review import Aggregate, Change, Comparison, Figure, SixTwelve, change, six_twelve, year_earlier
from queries.filters import Filters
from queries.formulas import Accrued, Count, Level, Ratio, Summed
from queries.measure import Reader, measure
from queries.model import Metric
from queries.scorecard import unit_of
from queries.series import Series
from queries.time import DAY, WEEK, Grain, Period, TimeRules

WEEKS, MONTHS, WEEKS_OF_YEAR = 6, 12, 52


def review_of(reader: Reader, key: str, week: Period, filters: Filters) -> SixTwelve:
    """The review of one metric in `week`.

    Counts, ratios and balances come from daily parts, so every figure of the box is pooled from days.
    Quantiles, ages and weighted shares do not add up over days: their weeks and months are measured as such
    and the to-date figures of the box are left blank with the reason.
    """
    metric = reader.available(key).metric
    if isinstance(metric.formula, Count | Ratio | Summed | Level | Accrued):
        return _from_days(reader, key, metric, week, filters)
    return _from_periods(reader, key, metric, week, filters)


def _from_days(reader: Reader, key: str, metric: Metric, week: Period, filters: Filters) -> SixTwelve:
    rules = reader.coverage.rules
    first = year_earlier(year_earlier(week.start)) - 7 * WEEK
    days = rules.between(first, week.last_day, Grain.day)
    series = measure(reader, (key,), days, (), filters).total(key)
    loaded = series.complete & np.isfinite(series.numerator)
    aggregate: Aggregate = "last" if isinstance(metric.formula, Level) else "sum"
    ratio = isinstance(metric.formula, Ratio)
    return six_twelve(
        [day.start for day in days],
        np.where(loaded, series.numerator, np.nan),
        np.where(loaded, series.denominator, np.nan) if ratio else None,
        as_of=week.start,
        unit=unit_of(metric),
        aggregate="ratio" if ratio else aggregate,
        week_start=rules.week_start,
        fiscal_year_end_month=rules.fiscal_year_end_month,
        per=metric.formula.per if isinstance(metric.formula, Ratio) else 1.0,
    )


def _from_periods(reader: Reader, key: str, metric: Metric, week: Period, filters: Filters) -> SixTwelve:
    rules = reader.coverage.rules
    weeks = rules.last(week, WEEKS + WEEKS_OF_YEAR)
    by_week = measure(reader, (key,), weeks, (), filters).total(key)
    months = rules.last(_last_closed_month(rules, week), 2 * MONTHS)
    by_month = measure(reader, (key,), months, (), filters).total(key)
    shown_weeks = tuple(
        _comparison(metric, by_week, place, place - WEEKS_OF_YEAR)
        for place in range(WEEKS_OF_YEAR, len(weeks))
    )
    shown_months = tuple(
        _comparison(metric, by_month, place, place - MONTHS) for place in range(MONTHS, 2 * MONTHS)
    )
    now, before = shown_weeks[-1].now, shown_weeks[-2].now
    blank = _blank_to_date(metric, week)
    return SixTwelve(shown_weeks, shown_months, _change(metric, now, before), blank, blank, blank)


def _last_closed_month(rules: TimeRules, week: Period) -> Period:
    month = rules.month_of(week.last_day)
    return month if month.last_day == week.last_day else rules.before(month)


def _figure(series: Series, place: int) -> Figure:
    if place < 0 or not series.complete[place]:
        return Figure(None, None, None, "not loaded" if place < 0 or not series.days[place] else "incomplete")
    if not series.mature[place]:
        return Figure(None, None, None, "too early")
    value = float(series.value[place])
    if not np.isfinite(value):
        return Figure(None, None, None, "too few" if series.withheld[place] else "n/a")
    return Figure(value, None, None, "")


def _comparison(metric: Metric, series: Series, place: int, prior: int) -> Comparison:
    now, before = _figure(series, place), _figure(series, prior)
    period = series.periods[place]
    return Comparison(period.start, period.last_day, now, before, _change(metric, now, before))


def _change(metric: Metric, now: Figure, before: Figure) -> Change:
    return change(now.value, before.value, unit_of(metric))


def _blank_to_date(metric: Metric, week: Period) -> Comparison:
    nothing = Figure(None, None, None, "does not add up over days")
    start: dt.date = week.last_day.replace(day=1)
    return Comparison(start, week.end - DAY, nothing, nothing, _change(metric, nothing, nothing))
