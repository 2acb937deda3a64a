"""Periods of the organisation: days, weeks, months, quarters, 13-week blocks and free ranges, with labels."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from store.settings import Organisation

DAY = dt.timedelta(days=1)
WEEK = dt.timedelta(days=7)
BLOCK_WEEKS = 13


class Grain(StrEnum):
    """Length of a period."""

    day = "day"
    week = "week"
    month = "month"
    quarter = "quarter"
    block = "block"  # 13 weeks: the only period in which a rate about one person exists
    range = "range"  # any days a reader chose: one period, with no neighbours but those of its own length


CALENDAR_GRAINS = tuple(grain for grain in Grain if grain is not Grain.range)
"""Grains whose periods follow from a day alone."""


class TimeError(ValueError):
    """A period that cannot be read; the message says how to write it."""


@dataclass(frozen=True, order=True)
class Period:
    """A half-open range of business days [start, end)."""

    start: dt.date
    end: dt.date
    grain: Grain

    def __hash__(self) -> int:
        """Of the days alone: dozens of periods stand in the key of every answer."""
        return hash((self.start, self.end))

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.end - self.start).days

    @property
    def last_day(self) -> dt.date:
        """Last day inside."""
        return self.end - DAY

    @property
    def label(self) -> str:
        """Short name: "2026-W46", "2026-11", "2026-10 to 2026-12", "2026-11-15"; a block's last week."""
        if self.grain is Grain.range:
            return f"{self.start.isoformat()} to {self.last_day.isoformat()}"
        if self.grain is Grain.day:
            return self.start.isoformat()
        if self.grain is Grain.week:
            return week_name(self.start)
        if self.grain is Grain.month:
            return f"{self.start:%Y-%m}"
        if self.grain is Grain.quarter:
            return f"{self.start:%Y-%m} to {self.last_day:%Y-%m}"
        return f"13 weeks to {week_name(self.end - WEEK)}"


@dataclass(frozen=True)
class TimeRules:
    """Week start (0 Monday) and the last month of the fiscal year."""

    week_start: int = 0
    fiscal_year_end_month: int = 12

    @classmethod
    def of(cls, organisation: Organisation) -> TimeRules:
        """The rules in the settings."""
        return cls(organisation.week_start, organisation.fiscal_year_ends_in)

    def week_of(self, day: dt.date) -> Period:
        """The business week that holds `day`."""
        start = day - dt.timedelta(days=(day.weekday() - self.week_start) % 7)
        return Period(start, start + WEEK, Grain.week)

    def month_of(self, day: dt.date) -> Period:
        """The calendar month that holds `day`."""
        start = day.replace(day=1)
        return Period(start, add_months(start, 1), Grain.month)

    def quarter_of(self, day: dt.date) -> Period:
        """The fiscal quarter that holds `day`."""
        offset = (day.month - 1 - self.fiscal_year_end_month) % 3
        start = add_months(day.replace(day=1), -offset)
        return Period(start, add_months(start, 3), Grain.quarter)

    def period_of(self, day: dt.date, grain: Grain) -> Period:
        """The period of `grain` that holds `day`; a block is the 13 weeks that end with the day's week.

        Raises TimeError for a range, which does not follow from a day.
        """
        if grain is Grain.range:
            raise TimeError("a range needs its first and its last day")
        if grain is Grain.day:
            return Period(day, day + DAY, Grain.day)
        if grain is Grain.week:
            return self.week_of(day)
        if grain is Grain.month:
            return self.month_of(day)
        if grain is Grain.quarter:
            return self.quarter_of(day)
        week = self.week_of(day)
        return Period(week.end - BLOCK_WEEKS * WEEK, week.end, Grain.block)

    def before(self, period: Period) -> Period:
        """The period just before; of a range the newest earlier one of the same weekdays.

        The days just before half a week are others of the week: Monday to Wednesday after Friday to Sunday.
        """
        if period.grain is Grain.block:
            return Period(period.start - period.days * DAY, period.start, period.grain)
        if period.grain is Grain.range:
            back = weeks_back(period) * WEEK
            return Period(period.start - back, period.end - back, period.grain)
        return self.period_of(period.start - DAY, period.grain)

    def last(self, period: Period, count: int) -> list[Period]:
        """`count` consecutive periods ending with `period`, oldest first."""
        return list(_last(self, period, count))

    def between(self, first: dt.date, last: dt.date, grain: Grain) -> list[Period]:
        """All periods that hold a day of first..last, oldest first; blocks are counted back from `last`.

        As a range: those days themselves, as one period.
        """
        if last < first:
            raise TimeError(f"the range ends ({last}) before it starts ({first}); swap them")
        if grain is Grain.range:
            return [Period(first, last + DAY, grain)]
        periods = [self.period_of(last, grain)]
        while periods[-1].start > first:
            periods.append(self.before(periods[-1]))
        return periods[::-1]

    def parse_week(self, text: str) -> Period:
        """The week written "2026-W46" (ISO number of its fourth day) or as any date in it.

        Raises TimeError for anything else, week 53 of a year without one included.
        """
        named = re.fullmatch(r"(\d{4})-W(\d{2})", text)
        try:
            if named:
                thursday = dt.date.fromisocalendar(int(named[1]), int(named[2]), 4)
                return self._week_with_fourth_day(thursday)
            return self.week_of(dt.date.fromisoformat(text))
        except (ValueError, OverflowError):
            raise TimeError(f"{text[:20]!r} is no week; write it as 2026-W46 or 2026-11-09") from None

    def _week_with_fourth_day(self, thursday: dt.date) -> Period:
        iso = thursday.isocalendar()[:2]
        week = self.week_of(thursday)
        for candidate in (week, self.before(week), self.week_of(week.end)):
            if (candidate.start + 3 * DAY).isocalendar()[:2] == iso:
                return candidate
        raise TimeError(f"no week holds {thursday}")  # pragma: no cover - three candidates always suffice


@lru_cache(maxsize=256)
def _last(rules: TimeRules, period: Period, count: int) -> tuple[Period, ...]:
    """Kept, so that the same periods are the same objects and keys made of them are compared at once."""
    periods = [period]
    while len(periods) < count:
        periods.append(rules.before(periods[-1]))
    return tuple(periods[::-1])


def weeks_back(span: Period) -> int:
    """Whole weeks from a range to the newest earlier one of the same weekdays that shares no day with it."""
    return -(-span.days // WEEK.days)


def span_a_year_earlier(period: Period) -> Period:
    """The same number of days 52 weeks earlier, so that the same weekdays are compared."""
    return Period(period.start - 52 * WEEK, period.end - 52 * WEEK, period.grain)


def add_months(day: dt.date, months: int) -> dt.date:
    """The first of the month `months` after the month of `day`."""
    index = day.year * 12 + day.month - 1 + months
    return dt.date(index // 12, index % 12 + 1, 1)


def week_number(start: dt.date) -> tuple[int, int]:
    """ISO year and number of a week: those of its fourth day, whatever day it starts on."""
    iso = (start + 3 * DAY).isocalendar()
    return iso.year, iso.week


@lru_cache(maxsize=2048)
def week_name(start: dt.date) -> str:
    """The week as links write it: "2026-W46"."""
    year, week = week_number(start)
    return f"{year}-W{week:02d}"
