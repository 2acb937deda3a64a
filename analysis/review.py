"""The 6-12 review: six weeks beside twelve months, the year before, and the box of comparisons.

Source: Bryar & Carr, *Working Backwards* (2021), chapter 6, the weekly business review. A week compares with
the week 364 days earlier, everything else with the same calendar dates a year before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Dates = ArrayLike | Sequence[dt.date]
Numbers = ArrayLike | Sequence[float | None]
Aggregate = Literal["sum", "ratio", "mean", "last"]
Unit = Literal["count", "duration", "rate", "per_thousand"]
ChangeUnit = Literal["%", "points", "absolute"]

WEEK = dt.timedelta(days=7)
YEAR_OF_WEEKS = dt.timedelta(days=364)
SMALL_COUNT = 20
"""A count under this is compared in absolute terms: from 2 to 3 is one more, not +50 %."""


class Figure(NamedTuple):
    """A value over a period, or None and the reason; and the parts it was divided from, if any."""

    value: float | None
    numerator: float | None
    denominator: float | None
    reason: str


class Change(NamedTuple):
    """A difference in percent (−100 is all), percentage points or the metric's unit; else None and why."""

    value: float | None
    unit: ChangeUnit
    reason: str


class Comparison(NamedTuple):
    """A period, first to last day, with its value, that of the year before, and the change between them."""

    start: dt.date
    end: dt.date
    now: Figure
    prior: Figure
    change: Change


@dataclass(frozen=True)
class SixTwelve:
    """The review of one week: `weeks` and `months` oldest first, then the box.

    `months` are the twelve that closed by the week's last day. `mtd`, `qtd` and `ytd` end on that day.
    """

    weeks: tuple[Comparison, ...]
    months: tuple[Comparison, ...]
    wow: Change
    mtd: Comparison
    qtd: Comparison
    ytd: Comparison

    @property
    def last_week(self) -> Figure:
        """The value of the reviewed week."""
        return self.weeks[-1].now

    @property
    def yoy(self) -> Change:
        """The reviewed week against the week 52 weeks earlier."""
        return self.weeks[-1].change


def six_twelve(
    days: Dates,
    numerator: Numbers,
    denominator: Numbers | None = None,
    *,
    as_of: dt.date,
    unit: Unit,
    aggregate: Aggregate = "sum",
    week_start: int = 0,
    fiscal_year_end_month: int = 12,
    per: float = 1.0,
) -> SixTwelve:
    """The review of the week that holds `as_of`, from one row per day.

    days: distinct dates; a day that is absent, or nan or None in a number, is not loaded or incomplete.
    aggregate: "sum" of the numerator; "ratio" pools both and divides last, × `per`; "mean" of the daily
        numerators; "last" is the value of the period's last day (a stock), ÷ its denominator if given.
    week_start: 0 Monday to 6 Sunday. fiscal_year_end_month: 1 to 12.

    Raises ValueError for repeated days, unequal lengths, a ratio without denominator or a bad calendar.
    """
    if not 0 <= week_start <= 6 or not 1 <= fiscal_year_end_month <= 12:
        raise ValueError("week_start is 0 to 6 and fiscal_year_end_month 1 to 12")
    if aggregate == "ratio" and denominator is None:
        raise ValueError("a ratio needs denominators")
    calendar = _Days.read(days, numerator, denominator, aggregate, per)
    first = week_of(as_of, week_start)
    last = first + WEEK - dt.timedelta(days=1)

    def against_last_year(start: dt.date, end: dt.date) -> Comparison:
        return _compare(calendar, (start, end), (year_earlier(start), year_earlier(end)), unit)

    def week(start: dt.date) -> Comparison:
        end = start + WEEK - dt.timedelta(days=1)
        return _compare(calendar, (start, end), (start - YEAR_OF_WEEKS, end - YEAR_OF_WEEKS), unit)

    weeks = tuple(week(first - back * WEEK) for back in range(5, -1, -1))
    next_month = _month_start(last + dt.timedelta(days=1))
    starts = [_months_before(next_month, back) for back in range(12, -1, -1)]
    months = tuple(
        against_last_year(start, after - dt.timedelta(days=1)) for start, after in pairwise(starts)
    )
    into_year = (last.month - fiscal_year_end_month - 1) % 12
    this_month = _month_start(last)
    previous = weeks[-2].now
    return SixTwelve(
        weeks=weeks,
        months=months,
        wow=_figure_change(weeks[-1].now, previous, unit),
        mtd=against_last_year(this_month, last),
        qtd=against_last_year(_months_before(this_month, into_year % 3), last),
        ytd=against_last_year(_months_before(this_month, into_year), last),
    )


def change(current: float | None, previous: float | None, unit: Unit) -> Change:
    """The difference as the unit compares: rates (shares of 1) in points, else in % of the previous value.

    A count from under 20, or anything from 0, is compared in absolute terms. None when a side is missing.
    """
    if current is None or previous is None:
        return Change(None, _change_unit(previous, unit), "nothing to compare with")
    kind = _change_unit(previous, unit)
    difference = current - previous
    if kind == "points":
        return Change(100.0 * difference, kind, "")
    if kind == "absolute":
        return Change(difference, kind, "")
    return Change(100.0 * difference / abs(previous), kind, "")


def week_of(day: dt.date, week_start: int) -> dt.date:
    """First day of the week that holds `day`; week_start 0 is Monday, 6 Sunday."""
    return day - dt.timedelta(days=(day.weekday() - week_start) % 7)


def year_earlier(day: dt.date) -> dt.date:
    """The same calendar date one year earlier; 29 February becomes 28 February."""
    if (day.month, day.day) == (2, 29):
        return day.replace(year=day.year - 1, day=28)
    return day.replace(year=day.year - 1)


@dataclass(frozen=True)
class _Days:
    """Daily numbers on a gapless calendar from `first`; nan marks a day that is not loaded."""

    first: dt.date
    numerator: Floats
    denominator: Floats | None
    aggregate: Aggregate
    per: float

    @classmethod
    def read(
        cls,
        days: Dates,
        numerator: Numbers,
        denominator: Numbers | None,
        aggregate: Aggregate,
        per: float,
    ) -> _Days:
        dates = np.asarray(days, dtype="datetime64[D]")
        columns = [np.asarray(numerator, dtype=np.float64)]
        if denominator is not None:
            columns.append(np.asarray(denominator, dtype=np.float64))
        if any(column.shape != dates.shape for column in columns):
            raise ValueError(f"{dates.size} days need as many numerators and denominators")
        if np.unique(dates).size != dates.size:
            raise ValueError("a day is given twice")
        if not dates.size:
            empty = np.empty(0)
            return cls(dt.date.min, empty, empty if denominator is not None else None, aggregate, per)
        first = dates.min()
        offsets = (dates - first).astype(np.int64)
        missing = np.isnan(columns).any(axis=0)
        gapless = [np.full(int(offsets.max()) + 1, np.nan) for _ in columns]
        for target, column in zip(gapless, columns, strict=True):
            target[offsets] = np.where(missing, np.nan, column)
        start: dt.date = first.astype(dt.date)
        return cls(start, gapless[0], gapless[1] if denominator is not None else None, aggregate, per)

    def figure(self, start: dt.date, end: dt.date) -> Figure:
        if self.aggregate == "last":
            start = end
        length = (end - start).days + 1
        begin = (start - self.first).days
        inside = slice(max(0, begin), max(0, begin + length))
        numbers = self.numerator[inside]
        loaded = int(np.isfinite(numbers).sum())
        if loaded == 0:
            return Figure(None, None, None, "no data")
        if loaded < length:
            return Figure(None, None, None, f"incomplete: {loaded} of {length} days")
        total = float(numbers.sum())
        if self.aggregate == "mean":
            return Figure(total / length, total, float(length), "")
        if self.denominator is None or self.aggregate == "sum":
            return Figure(total, total, None, "")
        base = float(self.denominator[inside].sum())
        if base == 0:
            return Figure(None, total, base, "n/a: denominator is 0")
        return Figure(self.per * total / base, total, base, "")


def _compare(
    days: _Days, period: tuple[dt.date, dt.date], earlier: tuple[dt.date, dt.date], unit: Unit
) -> Comparison:
    now, prior = days.figure(*period), days.figure(*earlier)
    if prior.reason == "no data":
        prior = prior._replace(reason="no prior year")
    return Comparison(*period, now, prior, _figure_change(now, prior, unit))


def _figure_change(now: Figure, before: Figure, unit: Unit) -> Change:
    difference = change(now.value, before.value, unit)
    if difference.value is None:
        return difference._replace(reason=now.reason or before.reason)
    return difference


def _change_unit(previous: float | None, unit: Unit) -> ChangeUnit:
    if unit == "rate":
        return "points"
    small = previous is not None and (previous == 0 or (unit == "count" and abs(previous) < SMALL_COUNT))
    return "absolute" if small else "%"


def _month_start(day: dt.date) -> dt.date:
    return day.replace(day=1)


def _months_before(month: dt.date, back: int) -> dt.date:
    """The first day of the month `back` months before the month that starts on `month`."""
    whole = month.year * 12 + month.month - 1 - back
    return dt.date(whole // 12, whole % 12 + 1, 1)
