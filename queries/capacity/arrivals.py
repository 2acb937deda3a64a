"""Cases that arrived per week by type of work, as far back as they are loaded, and what is expected ahead."""

from __future__ import annotations

import datetime as dt
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.forecasting import Forecast, forecast
from queries import catalog
from queries.branches import branches_of
from queries.capacity.standing import HEEDED
from queries.catalog.capacity_parts import WORK, Work
from queries.catalog.strategic_parts import every
from queries.conditions import unknown_to
from queries.filters import DIMENSIONS, Filters
from queries.measure import Reader, question_of
from queries.parts import read_parts
from queries.remembering import remembered
from queries.statements import statement_for
from queries.tallies import Tally
from queries.time import Grain, Period

Floats = NDArray[np.float64]

MOST_WEEKS: Final = 156
"""Weeks of history a forecast looks at: three years."""
WEEKS_AHEAD: Final = 13
"""Weeks ahead that are shown, and that methods are tested over."""
FARTHEST: Final = 27
"""Weeks ahead that are expected: as many as the simulation of the backlog may reach into."""
SEASON: Final = 52
NAMES: Final = ("escalation", "appeal", "investigation")


class Arrivals(NamedTuple):
    """Cases of one type of work per week, oldest first; `counts` is nan for a week that is not wholly loaded.

    `reason` says why they are not known under these filters; there are then no weeks.
    """

    work: str
    weeks: tuple[Period, ...]
    counts: Floats
    reason: str = ""


class Expected(NamedTuple):
    """The forecast of one type of work for the weeks from `first` on; None where it has no weeks.

    `filled` weeks of its past had gaps. `counts` are the weeks it rests on, `gaps` those that were filled.
    """

    work: str
    forecast: Forecast | None
    filled: int
    reason: str = ""
    counts: Floats = np.empty(0)
    gaps: NDArray[np.bool_] = np.empty(0, bool)
    first: dt.date = dt.date.min


def tally_of(work: Work) -> Tally:
    """The arrivals of a type of work, counted."""
    return Tally(f"{work.fact}_arrivals", work.fact, work.hours.clock, every)


@remembered(8)
def arrivals(reader: Reader, last: Period, filters: Filters) -> tuple[Arrivals, ...]:
    """Arrivals of each type of work over the weeks to `last`, from the first that is wholly loaded."""
    found = [_nothing(reader, name, work, filters) for name, work in zip(NAMES, WORK, strict=True)]
    asked = [work for work, one in zip(WORK, found, strict=True) if one is None]
    if not asked:
        return tuple(one for one in found if one is not None)
    weeks = tuple(reader.coverage.rules.last(last, MOST_WEEKS))
    question = question_of(
        reader, [tally_of(work) for work in asked], weeks, (), Filters(chosen=filters.chosen)
    )
    branches = branches_of(question.components)
    rows = reader.scope.read(reader.facts, statement_for(question, branches, reader.scope, reader.directory))
    sums = read_parts(question, branches, rows).sums
    return tuple(
        one or _counted(reader, name, work, weeks, sums.get(tally_of(work)))
        for name, work, one in zip(NAMES, WORK, found, strict=True)
    )


def expected(reader: Reader, last: Period, filters: Filters) -> tuple[Expected, ...]:
    """What is expected of each type of work in the 13 weeks after `last`."""
    return tuple(
        one if one.forecast is None else one._replace(forecast=one.forecast.to(WEEKS_AHEAD))
        for one in expected_far(reader, last, filters)
    )


@remembered(8)
def expected_far(reader: Reader, last: Period, filters: Filters) -> tuple[Expected, ...]:
    """What is expected of each type of work in the `FARTHEST` weeks after `last`.

    Weeks of the past with days missing are taken from the straight line between those around them. Filters
    that choose teams and nothing else take their share of what is expected of all, so that teams add up and
    the simulation of their backlog expects the same; under others the series is forecast by itself.
    """
    found = arrivals(reader, last, filters)
    if filters.dimensions and set(filters.dimensions) <= set(HEEDED):
        every = {one.work: one for one in arrivals(reader, last, Filters())}
        return tuple(_expected(one, every[one.work]) for one in found)
    return tuple(_expected(one) for one in found)


def _expected(one: Arrivals, whole: Arrivals | None = None) -> Expected:
    if one.reason or not one.weeks:
        return Expected(one.work, None, 0, one.reason)
    counts, gaps = filled(one.counts)
    if whole is None:
        found = forecast(counts, FARTHEST, SEASON, WEEKS_AHEAD)
    else:
        found = forecast(filled(whole.counts)[0], FARTHEST, SEASON, WEEKS_AHEAD, counts)
    return Expected(one.work, found, gaps, "", counts, np.isnan(one.counts), one.weeks[-1].end)


def filled(counts: Floats) -> tuple[Floats, int]:
    """Counts with gaps on the straight line between what is around them, and how many gaps there were."""
    gaps = np.isnan(counts)
    if not gaps.any():
        return counts, 0
    places = np.arange(counts.size)
    return np.interp(places, places[~gaps], counts[~gaps]), int(gaps.sum())


def _nothing(reader: Reader, name: str, work: Work, filters: Filters) -> Arrivals | None:
    """Why the arrivals of a type of work cannot be counted; None where they can."""
    unknown = unknown_to(work.fact, filters.dimensions)
    reason = ""
    if reader.coverage.loaded((work.fact,)) is None or work.came not in reader.coverage.known_columns:
        reason = catalog.not_supplied((work.came,))
    elif unknown:
        reason = "cannot be narrowed by " + ", ".join(DIMENSIONS[key].label.lower() for key in unknown)
    elif not reader.scope.reaches(work.fact):
        reason = "is known for the whole operation only"
    return Arrivals(name, (), np.empty(0), reason) if reason else None


def _counted(
    reader: Reader, name: str, work: Work, weeks: tuple[Period, ...], sums: Floats | None
) -> Arrivals:
    """The counts from the first whole week on, weeks with days missing as nan."""
    assert all(week.grain is Grain.week for week in weeks)
    counts = np.zeros(len(weeks)) if sums is None else sums.sum(axis=0)
    whole = reader.coverage.days_loaded((work.fact,), weeks) == np.array([week.days for week in weeks])
    if not whole.any():
        return Arrivals(name, (), np.empty(0))
    first, end = int(np.flatnonzero(whole)[0]), int(np.flatnonzero(whole)[-1]) + 1
    return Arrivals(name, weeks[first:end], np.where(whole, counts, np.nan)[first:end].astype(np.float64))
