"""Rows open at the ends of periods, without joining every row with every end.

A row is open at an end when it began before it and its own end, if any, lies in a later period. So SQL only
counts rows by the day they began and the period they ended in, a few thousand combinations of a million rows,
and `spread` puts each combination at the period ends it was open at. Rows that end in the period they began
in are open at no end and never leave the scan.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Date, Double, FromClause, Integer, cast, extract, func, literal, or_, type_coerce

from queries.branch_columns import key_in
from queries.tallies import Snapshot
from queries.time import Grain, Period
from store.schema import fact

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

EPOCH = dt.date(1970, 1, 1)
STILL_OPEN = 2**31 - 1
_MONTHS = (Grain.month, Grain.quarter)


def began(table: FromClause, snapshot: Snapshot) -> Any:
    """The day a row began, in days since 1970."""
    return _days(table.c[f"{snapshot.starts}_on"])


def ended(table: FromClause, snapshot: Snapshot, grain: Grain) -> Any:
    """The period a row ended in, as a number; STILL_OPEN for rows without an end."""
    return func.coalesce(_number(_key(table, snapshot.ends, grain), grain), STILL_OPEN)


def since(table: FromClause, name: str, grain: Grain) -> Any:
    """When a row came to count: the period of the stored business date, else the moment in epoch seconds."""
    clock = _clock(table, name)
    if clock is None:
        return cast(extract("epoch", table.c[name]), Double)
    return cast(_number(_key(table, clock, grain), grain), Double)


def seen(table: FromClause, snapshot: Snapshot, periods: Sequence[Period]) -> list[Any]:
    """Conditions of rows that can be open at the end of one of `periods`."""
    starts, ends = table.c[f"{snapshot.starts}_on"], table.c[f"{snapshot.ends}_on"]
    grain = periods[0].grain
    first = key_in(starts, table.c[f"{snapshot.starts}_week"], grain)
    last = key_in(ends, table.c[f"{snapshot.ends}_week"], grain)
    return [
        starts < periods[-1].end,
        or_(ends.is_(None), ends >= periods[0].end),
        or_(ends.is_(None), last != first),
    ]


class OpenRows(NamedTuple):
    """Rows at period ends: group, place of the period, age in days begun (from 1), and how many."""

    group: Integers
    period: Integers
    age: Integers
    cases: Floats


def spread(
    group: Integers,
    began_on: Integers,
    ended_in: Integers,
    since_when: Floats | None,
    count: Floats,
    bounds: Bounds,
) -> OpenRows:
    """Each combination at every period end it was open at; combinations of equal age are added up."""
    first = np.searchsorted(bounds.days, began_on, side="right")
    if since_when is not None:
        first = np.maximum(first, np.searchsorted(bounds.since, since_when, side="right"))
    stop = np.searchsorted(bounds.keys, ended_in, side="right")
    times = np.maximum(stop - first, 0)
    row = np.repeat(np.arange(times.size), times)
    before = np.cumsum(times) - times
    period = first[row] + np.arange(row.size) - before[row]
    age = bounds.days[period] - began_on[row]
    if row.size == 0:
        return OpenRows(group[row], period, age, count[row])
    oldest = int(age.max()) + 1
    cells, cell = np.unique((group[row] * bounds.days.size + period) * oldest + age, return_inverse=True)
    groups_and_periods, ages = np.divmod(cells, oldest)
    groups, periods = np.divmod(groups_and_periods, bounds.days.size)
    return OpenRows(groups, periods, ages, np.bincount(cell, count[row]).astype(np.float64))


class Bounds(NamedTuple):
    """Ends of periods, ascending: in days since 1970, as keys of their grain, and in the unit of `since`."""

    days: Integers
    keys: Integers
    since: Floats


def bounds_of(snapshot: Snapshot, periods: Sequence[Period], moments: Sequence[dt.datetime]) -> Bounds:
    """The ends of `periods`, which begin at the UTC `moments`."""
    days = np.array([(period.end - EPOCH).days for period in periods], dtype=np.int64)
    keys = days
    if periods[0].grain in _MONTHS:
        keys = np.array([period.end.year * 12 + period.end.month - 1 for period in periods], dtype=np.int64)
    if snapshot.since is not None and _clock(fact(snapshot.fact), snapshot.since) is None:
        epoch = dt.datetime(1970, 1, 1)
        return Bounds(days, keys, np.array([(moment - epoch).total_seconds() for moment in moments]))
    return Bounds(days, keys, keys.astype(np.float64))


def _clock(table: FromClause, name: str) -> str | None:
    """The clock whose business date is stored for a moment column; None when there is none."""
    clock = name.removesuffix("_at")
    return clock if clock != name and f"{clock}_on" in table.c else None


def _key(table: FromClause, clock: str, grain: Grain) -> Any:
    return key_in(table.c[f"{clock}_on"], table.c[f"{clock}_week"], grain)


def _number(key: Any, grain: Grain) -> Any:
    return key if grain in _MONTHS else _days(key)


def _days(day: Any) -> Any:
    return type_coerce(day - cast(literal(EPOCH), Date), Integer)
