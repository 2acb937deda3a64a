"""The days ahead that are simulated: from the first unknown day on, by week, open or closed per calendar."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from queries.measure import Reader
from queries.time import DAY, Period
from store.settings import BusinessCalendar

WEEKS_AHEAD = 26
FACTS = ("appeals", "escalations", "investigations")


@dataclass(frozen=True)
class Ahead:
    """Days from `first` on, in the organisation's weeks; of a week the data ends in, what is left."""

    first: dt.date
    weeks: tuple[Period, ...]

    @property
    def days(self) -> int:
        """How many days."""
        return (self.weeks[-1].end - self.first).days

    @property
    def last(self) -> dt.date:
        """The last day."""
        return self.weeks[-1].last_day

    def date(self, day: int) -> dt.date:
        """The date of a simulated day, counted from 0."""
        return self.first + day * DAY

    def week_of(self) -> NDArray[np.int64]:
        """The place of each day's week, from 0."""
        starts = [(week.start - self.first).days for week in self.weeks[1:]]
        return np.asarray(np.searchsorted(starts, np.arange(self.days), side="right"), np.int64)


def days_ahead(reader: Reader, weeks: int = WEEKS_AHEAD) -> Ahead | None:
    """The weeks after the last loaded day of the work there is; None where none is loaded."""
    present = [name for name in FACTS if reader.coverage.loaded((name,)) is not None]
    loaded = reader.coverage.loaded(present) if present else None
    if loaded is None:
        return None
    first = loaded.last_day + DAY
    rules = reader.coverage.rules
    week = rules.week_of(first)
    found = [week]
    while len(found) < weeks:
        found.append(rules.week_of(found[-1].end))
    return Ahead(first, tuple(found))


def calendar_of(reader: Reader, team: str) -> BusinessCalendar | None:
    """The business calendar of a team; None: open round the clock."""
    named = next((one.calendar for one in reader.directory.teams if one.team == team), None)
    return reader.facts.settings.calendar_for(named)


def open_days(calendar: BusinessCalendar | None, first: dt.date, days: int) -> NDArray[np.bool_]:
    """Whether the calendar is open on each of `days` days from `first` on."""
    if calendar is None:
        return np.ones(days, bool)
    every = (first + day * DAY for day in range(days))
    return np.array(
        [day.weekday() in calendar.weekday_numbers and day not in calendar.holidays for day in every], bool
    )


def site_calendars(reader: Reader) -> dict[str, BusinessCalendar | None]:
    """The calendar of each site: that of the first team at home there."""
    found: dict[str, BusinessCalendar | None] = {}
    for team in reader.directory.teams:
        if team.site is not None and team.site not in found:
            found[team.site] = reader.facts.settings.calendar_for(team.calendar)
    return found
