"""How a measured series is held against the oracle."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from queries.filters import NONE_VALUE, Filters
from queries.measure import Measures, measure
from queries.series import Series
from queries.time import Grain, Period
from tests.queries.conftest import World
from tests.queries.oracle import Answer, Oracle
from tests.queries.oracle_rows import OracleRows, Row


def keeper(
    world: World, filters: Filters, by: tuple[str, ...] = (), group: tuple[str | None, ...] = ()
) -> Callable[[Row], bool]:
    """Whether a row passes the filters and belongs to the group: the same function for the same question."""
    return _keeper(world.rows, filters, by, group)


@lru_cache(maxsize=4096)
def _keeper(
    rows: OracleRows, filters: Filters, by: tuple[str, ...], group: tuple[str | None, ...]
) -> Callable[[Row], bool]:
    below = {team: _teams_below(rows, team) for team in filters.values("org")}

    def keep(row: Row) -> bool:
        for dimension, values in filters.chosen:
            if dimension == "org":
                if not any(row["team"] in below[value] for value in values):
                    return False
            elif (NONE_VALUE if row.get(dimension) is None else row[dimension]) not in values:
                return False
        return all(row.get(dimension) == value for dimension, value in zip(by, group, strict=True))

    return keep


@lru_cache(maxsize=1 << 16)
def answered(oracle: Oracle, key: str, start: dt.date, end: dt.date, keep: Callable[[Row], bool]) -> Answer:
    """What the oracle answers; worked out once for both engines."""
    return oracle.answer(key, start, end, keep)


def _teams_below(rows: OracleRows, parent: str) -> set[str]:
    found = {parent}
    while True:
        more = {row["team"] for row in rows.rows("teams") if row["parent"] in found} - found
        if not more:
            return found
        found |= more


def last_periods(world: World, table: str, grain: Grain, count: int) -> list[Period]:
    """So many periods to the last day of a table."""
    rules = world.reader.coverage.rules
    return rules.last(rules.period_of(world.reader.coverage.tables[table].last_day, grain), count)


def compare(
    world: World,
    keys: tuple[str, ...],
    periods: list[Period],
    by: tuple[str, ...] = (),
    filters: Filters | None = None,
) -> list[str]:
    """Everything in which measure() and the second computation differ, totals and groups."""
    filters = filters or Filters()
    measures = measure(world.reader, keys, periods, by, filters)
    assert measures.reasons == {}
    found = []
    for key in keys:
        every = [((), measures.total(key))]
        every += [(group, measures.group(key, group)) for group in measures.groups] if by else []
        for group, series in every:
            keep = keeper(world, filters, by if group else (), group)
            minimum = 10 if group and "member" in by else 5
            found += differences(world, key, series, keep, minimum)
    return found


def differences(
    world: World, key: str, series: Series, keep: Callable[[Row], bool], minimum: int
) -> list[str]:
    """What differs between a series and the oracle; empty when all is well."""
    found = []
    for place, period in enumerate(series.periods):
        if series.days[place] == 0 or (series.metric.is_stock and not series.complete[place]):
            continue
        wanted = answered(world.oracle, key, period.start, period.end, keep)
        small = series.metric.is_rate and 0 < _rests_on(wanted, series) < minimum
        if bool(series.withheld[place]) != small:
            found.append(f"{key} {period.label} withheld {series.withheld[place]}, oracle {wanted}")
        if wanted.encloses and np.isfinite(series.value[place]):
            low, value, high = (float(part[place]) for part in (series.low, series.value, series.high))
            if not low - 1e-9 <= value <= high + 1e-9:
                found.append(f"{key} {series.group} {period.label}: {value} outside {low} to {high}")
        for part in ("value", "numerator", "denominator", "n", "low", "high", "at_least"):
            if wanted.encloses and part in ("low", "high"):
                continue
            expected = getattr(wanted, part)
            if small and part in ("value", "low", "high", "at_least"):
                expected = math.nan
            got = float(getattr(series, part)[place])
            if part == "n" and math.isnan(expected):
                continue
            if not _same(got, expected, key, part, wanted):
                found.append(
                    f"{key} {series.group} {period.label} {part}: {got}, oracle {expected} of {wanted}"
                )
    return found


def _rests_on(wanted: Answer, series: Series) -> float:
    return wanted.n if not math.isnan(wanted.n) else wanted.denominator


def _same(got: float, expected: float, key: str, part: str, wanted: Answer) -> bool:
    if part == "value" and wanted.around is not None and not _near(got, *wanted.around):
        return False
    if math.isnan(expected) or math.isnan(got):
        return math.isnan(expected) == math.isnan(got)
    return got == expected or abs(got - expected) <= 1e-9 + 1e-9 * abs(expected)


def _near(got: float, earliest: float, latest: float) -> bool:
    """Within 1.1 % of what the exact hours say; a quantile not reached has no latest."""
    reached = not (math.isnan(earliest) or math.isnan(latest))
    return not reached or earliest * 0.989 - 1 / 60 <= got <= latest * 1.011 + 1 / 60


def differences_of_some(
    world: World, measures: Measures, key: str, filters: Filters, by: tuple[str, ...], places: list[int]
) -> list[str]:
    """Where some groups taken as one, as "Others" are, differ from the oracle over the rows of them all."""
    passes, groups = keeper(world, filters), {measures.groups[place] for place in places}

    def keep(row: Row) -> bool:
        return passes(row) and tuple(row.get(dimension) for dimension in by) in groups

    return differences(world, key, measures.merged(key, places, ("Others",)), keep, 5)
