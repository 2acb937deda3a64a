"""The simulated period: its days in the organisation's zone, and the moments that belong to them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Moments = NDArray[np.datetime64]
Days = NDArray[np.int64]
DAY = dt.timedelta(days=1)
NEVER = np.datetime64("NaT", "us")


@dataclass(frozen=True)
class Span:
    """`weeks` weeks that end with the day `end`; day 0 is the first day, in the organisation's `zone`."""

    end: dt.date
    weeks: int
    zone: str

    @property
    def days(self) -> int:
        """Number of days."""
        return 7 * self.weeks

    @property
    def start(self) -> dt.date:
        """First day."""
        return self.end - dt.timedelta(days=self.days - 1)

    @cached_property
    def dates(self) -> NDArray[np.datetime64]:
        """The date of every day, and of the day after the end."""
        return np.datetime64(self.start, "D") + np.arange(self.days + 1)

    @cached_property
    def weekdays(self) -> NDArray[np.int64]:
        """Weekday of every day, 0 for Monday."""
        return (self.start.weekday() + np.arange(self.days)) % 7

    @cached_property
    def midnights(self) -> Moments:
        """UTC moments at which the days begin, and the end of the last one."""
        return local_midnights(self.zone, self.start, self.days + 1)

    @property
    def begins(self) -> np.datetime64:
        """First moment (UTC)."""
        return self.midnights[0]

    @property
    def through(self) -> np.datetime64:
        """Everything up to this moment (UTC), 23:59 of the last day, is known."""
        return self.midnights[-1] - np.timedelta64(60, "s")

    def day_of(self, moments: Moments) -> Days:
        """Index of the day each moment falls on; outside the period the nearest day."""
        return np.clip(np.searchsorted(self.midnights, moments, side="right") - 1, 0, self.days - 1)

    def index(self, day: dt.date) -> int:
        """Index of a date; negative before the first day."""
        return (day - self.start).days

    def date(self, day: int) -> dt.date:
        """The date of a day, also before the first and after the last."""
        return self.start + dt.timedelta(days=day)

    def weeks_before_end(self, weeks: float) -> np.datetime64:
        """The moment that lies `weeks` weeks of days before the end."""
        day = self.days - round(7 * weeks)
        return self.midnights[max(day, 0)]

    def known(self, moments: Moments) -> Moments:
        """The moments, NaT where they lie after what is known."""
        return np.where(moments <= self.through, moments, NEVER)


def local_midnights(zone: str, first: dt.date, count: int) -> Moments:
    """UTC moments of the midnights that begin `count` local days from `first`."""
    place = ZoneInfo(zone)
    moments = [
        dt.datetime.combine(first + index * DAY, dt.time(), tzinfo=place)
        .astimezone(dt.UTC)
        .replace(tzinfo=None)
        for index in range(count)
    ]
    return np.array(moments, dtype="datetime64[us]")


def default_end(week_start: int, zone: str) -> dt.date:
    """The last day of the newest business week that is over in `zone`."""
    today = dt.datetime.now(ZoneInfo(zone)).date()
    return today - DAY * ((today.weekday() - week_start) % 7 + 1)


def hours(values: NDArray[np.float64] | float) -> NDArray[np.timedelta64]:
    """Hours as microseconds that can be added to moments."""
    return (np.asarray(values, float) * 3_600_000_000).astype("timedelta64[us]")
