"""What comes in on the days ahead per team and type of work: its part of the forecast, and how far that errs.

The forecast of all visible teams together, which the load of the weeks ahead shows too, times the share of
each team (`analysis.part_of_whole`). Two errors go with it: that of the forecast hits all teams at once, that
of the share each by itself.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Integer, func, literal_column, select, type_coerce

from analysis.forecasting import Forecast
from analysis.part_of_whole import share_errors, share_of
from queries.capacity.arrivals import Expected, expected_far, filled
from queries.capacity.days import Ahead
from queries.filters import Filters
from queries.measure import Reader
from queries.remembering import remembered
from queries.time import WEEK

Floats = NDArray[np.float64]
PATTERN: Final = 13 * WEEK


@dataclass(frozen=True)
class Coming:
    """Arrivals expected per simulated day, their errors, and what they rest on.

    `per_week`: mean over the weeks simulated. `level_error` and `common_error`: standard deviation of the
    level as a share, per day: of the team's share, and of the forecast of all teams together. `dispersion`:
    variance ÷ mean a day. `by_weekday`: shares of a week, Monday first. `origins`: earlier weeks the error of
    the share was measured at.
    """

    per_week: float
    by_weekday: tuple[float, ...]
    expected: Floats
    level_error: Floats
    common_error: Floats
    dispersion: float
    origins: int


@remembered(4)
def coming(reader: Reader, work: str, table_name: str, came: str, ahead: Ahead) -> dict[str, Coming]:
    """Arrivals ahead by team, of a type of work whose business date of arrival is `came` of a table.

    Empty where no whole week of it is loaded.
    """
    last = reader.coverage.rules.before(reader.coverage.rules.week_of(ahead.first))
    found = next(one for one in expected_far(reader, last, Filters()) if one.work == work)
    if found.forecast is None:
        return {}
    weekly = _weekly(reader, table_name, came, found)
    pattern, dispersion = _by_weekday(reader, table_name, came, ahead.first)
    weekday = np.array([ahead.date(day).weekday() for day in range(ahead.days)])
    week = np.minimum(
        (np.arange(ahead.days) + (ahead.first - found.first).days) // 7, found.forecast.mean.size - 1
    )
    common = common_errors(found.forecast, dispersion)[week]
    per_day = found.forecast.mean[week] * pattern[weekday]
    arrived = {}
    for team, counts in weekly.items():
        errors, origins = share_errors(counts, found.counts, dispersion, found.forecast.mean.size)
        own = share_of(counts, found.counts) * per_day
        arrived[team] = Coming(
            float(own.mean()) * 7,
            tuple(pattern.tolist()),
            own,
            errors[week],
            common,
            dispersion,
            origins,
        )
    return arrived


def common_errors(found: Forecast, dispersion: float) -> Floats:
    """Relative standard deviation of a forecast's level per point, never falling.

    What its interval holds beyond the chance of the counts themselves; of a forecast without an interval, as
    much as chance leaves unknown of a single point.
    """
    mean = np.maximum(found.mean, 1e-9)
    chance = dispersion / mean
    variance = np.where(np.isfinite(found.sd), (found.sd / mean) ** 2 - chance, chance)
    return np.sqrt(np.maximum.accumulate(np.where(found.mean > 0, np.maximum(variance, 0.0), 0.0)))


def _weekly(reader: Reader, table_name: str, came: str, found: Expected) -> dict[str, Floats]:
    """Cases per week of the past the forecast rests on, by team; weeks with days missing as in the whole."""
    weeks = len(found.counts)
    table = reader.scope.table(table_name)
    start = found.first - weeks * WEEK
    day = type_coerce(table.c[came] - literal_column(f"date '{start}'"), Integer).label("day")
    rows = reader.scope.read(
        reader.facts,
        select(table.c.team, day, func.count().label("cases"))
        .where(table.c[came] >= start, table.c[came] < found.first, table.c.team.is_not(None))
        .group_by(table.c.team, day),
    ).to_pylist()
    counts: dict[str, Floats] = defaultdict(lambda: np.zeros(weeks))
    for row in rows:
        counts[row["team"]][int(row["day"]) // 7] += row["cases"]
    return {team: filled(np.where(found.gaps, np.nan, own))[0] for team, own in counts.items()}


def _by_weekday(reader: Reader, table_name: str, came: str, first: dt.date) -> tuple[Floats, float]:
    """Share of a week's cases per weekday, and variance ÷ mean of a team's day around its weekday's mean."""
    table = reader.scope.table(table_name)
    day = type_coerce(table.c[came] - literal_column(f"date '{first - PATTERN}'"), Integer).label("day")
    rows = reader.scope.read(
        reader.facts,
        select(table.c.team, day, func.count().label("cases"))
        .where(table.c[came] >= first - PATTERN, table.c[came] < first, table.c.team.is_not(None))
        .group_by(table.c.team, day),
    ).to_pylist()
    teams = sorted({row["team"] for row in rows})
    counts = np.zeros((len(teams), PATTERN.days))
    shares = np.zeros(7)
    for row in rows:
        counts[teams.index(row["team"]), int(row["day"])] += row["cases"]
        shares[((first - PATTERN).weekday() + int(row["day"])) % 7] += row["cases"]
    if not rows:
        return np.full(7, 1 / 7), 1.0
    by_week = counts.reshape(len(teams), -1, 7)
    # Around each weekday's mean over the weeks, so that neither pattern nor team counts as chance.
    mean = by_week.mean(axis=1, keepdims=True)
    weeks = by_week.shape[1]
    spread = ((by_week - mean) ** 2).sum() / (weeks - 1)
    return shares / shares.sum(), float(max(spread / mean.sum(), 1.0))
