"""What comes in on the days ahead: a simple forecast per team and type of work, with the error it has made.

The mean of the last eight weeks with the weekday pattern of the last thirteen. Its error at each distance is
what the same rule would have got wrong at every earlier week of the history, less what chance alone explains:
a rolling origin (Tashman, "Out-of-sample tests of forecasting accuracy", IJF 16 (2000)).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Integer, func, literal_column, select, type_coerce

from queries.capacity.days import Ahead
from queries.measure import Reader
from queries.remembering import remembered
from queries.time import WEEK

Floats = NDArray[np.float64]
LEVEL_WEEKS: Final = 8
PATTERN: Final = 13 * WEEK
HISTORY_WEEKS: Final = 156
FEWEST_ORIGINS: Final = 8


@dataclass(frozen=True)
class Coming:
    """Arrivals expected per simulated day, their error, and what they rest on.

    `level_error`: standard deviation of the level as a share, per day; `dispersion`: variance ÷ mean a day.
    `by_weekday`: shares of a week, Monday first. `origins`: earlier weeks the error was measured at.
    """

    per_week: float
    by_weekday: tuple[float, ...]
    expected: Floats
    level_error: Floats
    dispersion: float
    origins: int


@remembered(4)
def coming(reader: Reader, table_name: str, came: str, ahead: Ahead) -> dict[str, Coming]:
    """Arrivals ahead by team, of a table whose business date of arrival is `came`."""
    weekly = _weekly(reader, table_name, came, ahead.first)
    pattern, dispersion = _by_weekday(reader, table_name, came, ahead.first)
    weekday = np.array([ahead.date(day).weekday() for day in range(ahead.days)])
    found = {}
    for team, counts in weekly.items():
        level = float(counts[-LEVEL_WEEKS:].mean())
        errors, origins = level_errors(counts, dispersion, len(ahead.weeks))
        found[team] = Coming(
            level,
            tuple(pattern.tolist()),
            level * pattern[weekday],
            errors[np.minimum(np.arange(ahead.days) // 7, len(errors) - 1)],
            dispersion,
            origins,
        )
    return found


def level_errors(counts: Floats, dispersion: float, weeks: int) -> tuple[Floats, int]:
    """Relative standard deviation of the mean of eight weeks as forecast of each of the next `weeks`.

    Never falling with distance. With fewer than 8 origins at a distance it grows as that of a random walk
    from the farthest distance that has them; without any it is what chance explains of eight weeks' mean.
    """
    squares: list[float] = []
    origins = 0
    starts = np.arange(LEVEL_WEEKS, len(counts))
    sums = np.concatenate([[0.0], np.cumsum(counts)])
    means = (sums[starts] - sums[starts - LEVEL_WEEKS]) / LEVEL_WEEKS
    usable = means > 0
    for ahead in range(1, weeks + 1):
        here = usable & (starts + ahead - 1 < len(counts))
        if here.sum() < FEWEST_ORIGINS:
            break
        forecast, truth = means[here], counts[starts[here] + ahead - 1]
        chance = dispersion * forecast
        squares.append(float(np.mean(((truth - forecast) ** 2 - chance) / forecast**2)))
        origins = max(origins, int(here.sum()))
    level = counts[-LEVEL_WEEKS:].mean() if len(counts) else 0.0
    at_least = dispersion / (LEVEL_WEEKS * level) if level > 0 else 0.0
    known = np.maximum.accumulate(np.maximum(squares, 0.0)) if squares else np.array([at_least])
    reached = np.arange(1, weeks + 1)
    last = len(known)
    variance = np.concatenate([known, known[-1] * reached[last:] / last])[:weeks]
    return np.sqrt(np.maximum(variance, at_least)), origins


def _weekly(reader: Reader, table_name: str, came: str, first: dt.date) -> dict[str, Floats]:
    """Cases per whole week of seven days back from `first`, oldest first, by team."""
    loaded = reader.coverage.loaded((table_name,))
    weeks = min(HISTORY_WEEKS, (first - loaded.first_day).days // 7) if loaded else 0
    table = reader.scope.table(table_name)
    start = first - weeks * WEEK
    day = type_coerce(table.c[came] - literal_column(f"date '{start}'"), Integer).label("day")
    rows = reader.scope.read(
        reader.facts,
        select(table.c.team, day, func.count().label("cases"))
        .where(table.c[came] >= start, table.c[came] < first, table.c.team.is_not(None))
        .group_by(table.c.team, day),
    ).to_pylist()
    found: dict[str, Floats] = defaultdict(lambda: np.zeros(weeks))
    for row in rows:
        found[row["team"]][int(row["day"]) // 7] += row["cases"]
    return dict(found)


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
