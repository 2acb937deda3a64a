"""Work that came in against the hours there were, and what is expected of both."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.forecasting import together
from analysis.staffing import expected_hours
from queries import catalog
from queries.capacity.arrivals import NAMES, WEEKS_AHEAD, Expected, expected
from queries.capacity.days import days_ahead
from queries.capacity.people import crews
from queries.capacity.standard_times import minutes_from
from queries.capacity.standing import teams_chosen
from queries.catalog.capacity_parts import WORK
from queries.filters import DIMENSIONS, Filters
from queries.formulas import Summed
from queries.measure import Reader, measure
from queries.remembering import remembered
from queries.time import Period

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

WEEKS_BACK: Final = 13
PEOPLE_HEEDED: Final = frozenset({"org", "team", "site"})
"""Filters under which hours ahead are known: they choose teams."""


class Behind(NamedTuple):
    """Weeks that were: hours of work by type and hours available, nan where not known.

    `reason` says why there is no work to tell, `no_hours` why there are no hours; "" where there are.
    """

    weeks: tuple[Period, ...]
    work: dict[str, Floats]
    available: Floats
    complete: Bools
    reason: str
    no_hours: str

    @property
    def total(self) -> Floats:
        """Hours of work per week."""
        return np.sum(list(self.work.values()), axis=0) if self.work else np.full(len(self.weeks), np.nan)


class Ahead(NamedTuple):
    """Weeks to come: hours of work expected by type, the 80 % band of their sum, and hours expected.

    `untimed` are types of work that come in but have no time per case. `available` is nan, and `no_hours`
    says why, where hours ahead are not known.
    """

    weeks: tuple[Period, ...]
    work: dict[str, Floats]
    mean: Floats
    low: Floats
    high: Floats
    available: Floats
    no_hours: str
    forecasts: tuple[Expected, ...]
    untimed: tuple[str, ...]


@remembered(8)
def behind(reader: Reader, last: Period, filters: Filters) -> Behind:
    """The 13 weeks to `last`."""
    weeks = tuple(reader.coverage.rules.last(last, WEEKS_BACK))
    measures = measure(reader, ("workload_hours", "available_hours"), weeks, (), filters)
    work, hours = measures.total("workload_hours"), measures.total("available_hours")
    by_type: dict[str, Floats] = {}
    formula = work.metric.formula
    if not work.reason and isinstance(formula, Summed):
        for name, kind in zip(NAMES, WORK, strict=True):
            if kind.hours in formula.tallies:
                summed = measures.parts.sums[kind.hours].sum(axis=0)
                by_type[name] = np.where(np.isfinite(work.value), summed, np.nan)
    return Behind(
        weeks, by_type, hours.value.astype(np.float64), work.complete & work.mature, work.reason, hours.reason
    )


@remembered(8)
def ahead(reader: Reader, last: Period, filters: Filters) -> Ahead | None:
    """The 13 weeks after `last`; None where nothing can be expected of any type of work."""
    rules = reader.coverage.rules
    weeks = [rules.week_of(last.end)]
    while len(weeks) < WEEKS_AHEAD:
        weeks.append(rules.week_of(weeks[-1].end))
    coming = expected(reader, last, filters)
    times = minutes_from(reader, last)
    work: dict[str, Floats] = {}
    weighed, hours_each, untimed = [], [], []
    for one in coming:
        if one.forecast is None:
            continue
        each = _hours_each(times.get(one.work, ()), weeks)
        if each is None:
            untimed.append(one.work)
            continue
        work[one.work] = one.forecast.mean * each
        weighed.append(one.forecast)
        hours_each.append(float(each.mean()))
    if not weighed:
        return None
    mean, low, high = together(weighed, hours_each)
    total = np.sum(list(work.values()), axis=0)
    # A standard that changes within the weeks ahead moves the band with the sum.
    moved = np.divide(total, mean, out=np.ones_like(total), where=mean > 0)
    available, why = hours_ahead(reader, tuple(weeks), filters)
    return Ahead(tuple(weeks), work, total, low * moved, high * moved, available, why, coming, tuple(untimed))


def hours_ahead(reader: Reader, weeks: tuple[Period, ...], filters: Filters) -> tuple[Floats, str]:
    """Hours expected to be available in each week, or nan and why.

    People of the teams and positions with an agreed start, on the days their calendars are open, less leave
    agreed, the absence and leaving usual so far; days already loaded as they were.
    """
    nothing = np.full(len(weeks), np.nan)
    unheeded = [key for key in filters.dimensions if key not in PEOPLE_HEEDED]
    if unheeded:
        labels = ", ".join(DIMENSIONS[key].label.lower() for key in unheeded)
        return nothing, f"hours ahead are known for teams, not by {labels}"
    if reader.available("available_hours").missing:
        return nothing, catalog.not_supplied(reader.available("available_hours").missing)
    days = days_ahead(reader, len(weeks) + 2)
    if days is None or days.weeks[-1].end < weeks[-1].end:
        return nothing, "the days are not loaded that far"
    known = [crew for crew in crews(reader, _teams(reader, filters), days) if crew.worth is not None]
    if not any(crew.staff.people for crew in known):
        return nothing, "nobody is known to work in these teams"
    per_day = np.sum(
        [expected_hours(replace(crew.staff, case_share=1.0, ramp=(), mentoring=())) for crew in known], axis=0
    )
    place = {week.start: number for number, week in enumerate(days.weeks)}
    of_week = days.week_of()
    hours = np.array(
        [per_day[of_week == place[week.start]].sum() if week.start in place else 0.0 for week in weeks]
    )
    loaded = [number for number, week in enumerate(weeks) if week.start < days.first]
    if loaded:
        worked = measure(reader, ("available_hours",), [weeks[number] for number in loaded], (), filters)
        hours[loaded] += np.nan_to_num(worked.total("available_hours").numerator)
    return hours, ""


def _teams(reader: Reader, filters: Filters) -> tuple[str, ...]:
    return tuple(team.team for team in teams_chosen(reader, filters))


def _hours_each(steps: tuple[tuple[dt.date, float], ...], weeks: list[Period]) -> Floats | None:
    """Hours a case of a type counts as in each week, by the time in force on its first day; None: no time."""
    found = []
    for week in weeks:
        held = [minutes for since, minutes in steps if since <= week.start]
        if not held:
            return None
        found.append(held[-1] / 60)
    return np.array(found)
