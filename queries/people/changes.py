"""One person's own course: counts a week, rates over 13 weeks, each beside the team's median."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from queries.filters import Filters
from queries.measure import Reader, measure, needs_block
from queries.model import Metric
from queries.people.comparison import mature_blocks
from queries.people.roster import member
from queries.remembering import remembered
from queries.scorecard import ScoreLine, lines
from queries.time import Grain, Period

Floats = NDArray[np.float64]

KEYS = ("appeals_decided", "audit_defect_rate", "decision_hours_p50", "restumble_rate_30")
"""What is followed, in the order it is shown."""
WEEKS = 52
BLOCKS = 12
FEWEST_PEOPLE = 5
"""People with a value below which a median would tell who they are."""


@dataclass(frozen=True)
class Course:
    """One metric of one person over periods; `team_median` is nan where too few have a value."""

    line: ScoreLine
    team_median: Floats

    @property
    def metric(self) -> Metric:
        """The metric."""
        return self.line.metric


def course(
    reader: Reader, specialist_id: str, team: str | None, week: Period, filters: Filters
) -> tuple[Course, ...]:
    """The person's course in every metric of KEYS up to `week`; the median is of `team`, or of everyone.

    Rates and times exist over 13 weeks only: blocks are counted back from the newest mature one. Periods
    before the first day or after the last one of the person are left out, as nothing could be done in them.
    A metric that cannot be told has the reason in its series.
    """
    return _course(reader, specialist_id, team, week, Filters(chosen=filters.chosen).without("member"))


@remembered(2)
def _course(
    reader: Reader, specialist_id: str, team: str | None, week: Period, filters: Filters
) -> tuple[Course, ...]:
    return tuple(_one(reader, key, specialist_id, team, week, filters) for key in KEYS)


def _one(
    reader: Reader, key: str, specialist_id: str, team: str | None, week: Period, filters: Filters
) -> Course:
    metric = reader.available(key).metric
    periods = reader.coverage.rules.last(week, WEEKS)
    if needs_block(metric):
        blocks = mature_blocks(reader, metric, week)
        last = (
            blocks[1] if blocks is not None else reader.coverage.rules.period_of(week.last_day, Grain.block)
        )
        periods = _loaded(reader, metric, reader.coverage.rules.last(last, BLOCKS))
    periods = _employed(reader, specialist_id, week, periods)
    own = measure(reader, (key,), periods, (), filters.with_values("member", (specialist_id,)))
    line = lines(own, (key,), (), ())[0]
    others = filters if team is None else filters.with_values("team", (team,))
    return Course(line, _median(reader, key, periods, others))


def _employed(reader: Reader, specialist_id: str, week: Period, periods: list[Period]) -> list[Period]:
    """Those periods in which the person was there, whole weeks and any part of a block; at least the last."""
    person = member(reader, specialist_id, week.last_day)
    if person is None:
        return periods
    first, left = person.hired_on or dt.date.min, person.left_on or dt.date.max
    inside = [
        period
        for period in periods
        if period.start <= left
        and first <= (period.last_day if period.grain is Grain.block else period.start)
    ]
    return inside or periods[-1:]


def _loaded(reader: Reader, metric: Metric, periods: list[Period]) -> list[Period]:
    """Those periods that begin within the data, at least the last."""
    loaded = reader.coverage.loaded(metric.facts)
    inside = [period for period in periods if loaded is not None and period.start >= loaded.first_day]
    return inside or periods[-1:]


def _median(reader: Reader, key: str, periods: list[Period], filters: Filters) -> Floats:
    """The median over people of a team, per period."""
    everyone = measure(reader, (key,), periods, ("member",), filters)
    if key in everyone.reasons:
        return np.full(len(periods), np.nan)
    values = [
        np.where(series.value > 0, series.value, np.nan) if not needs_block(series.metric) else series.value
        for series in everyone.series(key)
        if series.group[0] is not None
    ]
    if not values:
        return np.full(len(periods), np.nan)
    table = np.array(values)
    enough = np.isfinite(table).sum(axis=0) >= FEWEST_PEOPLE
    found = np.full(len(periods), np.nan)
    if enough.any():
        found[enough] = np.nanmedian(table[:, enough], axis=0)
    return found
