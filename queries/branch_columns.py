"""The columns every branch of a statement has: which part it is, its period, its breakdown, its sums."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Double,
    FromClause,
    Integer,
    String,
    and_,
    case,
    cast,
    extract,
    func,
    literal,
    literal_column,
    null,
    or_,
)

from queries.conditions import column_name
from queries.tallies import Tally
from queries.time import Grain, Period

NO_VALUE = cast(null(), String)
"""The column of a dimension that a branch is not broken down by."""


def period_key(table: FromClause, clock: str, periods: Sequence[Period]) -> Any:
    """Week and day are stored; months count from year 0; quarters and blocks are merged outside SQL.

    Ranges are keyed by their first day; they must not overlap.
    """
    on = table.c[f"{clock}_on"]
    if periods[0].grain is Grain.range:
        held = ((and_(on >= period.start, on < period.end), _day(period.start)) for period in periods)
        return case(*held, else_=null())
    return key_in(on, table.c[f"{clock}_week"], periods[0].grain)


def key_and_groups(table: FromClause, clock: str, periods: Sequence[Period]) -> tuple[Any, tuple[Any, ...]]:
    """The key of rows `within` the periods, and what to group by for it.

    Of a single range all rows have one key: to work it out for each would be a fifth of the time.
    """
    if len(periods) == 1 and periods[0].grain is Grain.range:
        return _day(periods[0].start), ()
    key = period_key(table, clock, periods)
    return key, (key,)


def key_in(on: Any, week: Any, grain: Grain) -> Any:
    """The key of a business date: itself, its month counted from year 0, or its week."""
    if grain in (Grain.day, Grain.range):
        return on
    if grain in (Grain.month, Grain.quarter):
        return cast(extract("year", on) * 12 + extract("month", on) - 1, Integer)
    return week


def _day(day: dt.date) -> Any:
    return cast(literal(day), Date)


def within(on: Any, periods: Sequence[Period]) -> Any:
    """Days of any of the periods; neighbouring periods share one range."""
    ranges: list[tuple[dt.date, dt.date]] = []
    for period in sorted(periods):
        if ranges and ranges[-1][1] == period.start:
            ranges[-1] = (ranges[-1][0], period.end)
        else:
            ranges.append((period.start, period.end))
    return or_(*(and_(on >= start, on < end) for start, end in ranges))


def common_columns(
    part: str,
    key: Any,
    breakdown: Sequence[Any],
    sums: Sequence[Any],
    width: int,
    *,
    bucket: Any = None,
    ended: Any = None,
    label: Any = None,
) -> list[Any]:
    """The columns of a branch; absent ones are typed nulls, so that every engine can unite them."""
    return [
        literal_column(f"'{part}'", String).label("part"),
        key.label("key"),
        *(value.label(f"b{place}") for place, value in enumerate(breakdown)),
        _no_whole("bucket") if bucket is None else bucket.label("bucket"),
        _no_whole("ended") if ended is None else ended.label("ended"),
        _no_text("label") if label is None else label.label("label"),
        *(cast(total, Double).label(f"v{place}") for place, total in enumerate(sums)),
        *(_no_number(f"v{place}") for place in range(len(sums), width)),
    ]


def sum_of(tally: Tally, table: FromClause) -> Any:
    """What a tally adds up over the rows of a group."""
    counted = tally.where(table.c)
    if tally.quantity is None:
        return count_of(table, counted)
    return func.coalesce(func.sum(case((counted, cast(tally.quantity(table.c), Double)))), 0)


def count_of(table: FromClause, counted: ColumnElement[bool] | None = None) -> Any:
    """How many of a table's rows are `counted`, else all; of counted cases, how many cases these are."""
    if "cases" in table.c:
        cases = table.c.cases if counted is None else case((counted, table.c.cases))
        return func.coalesce(func.sum(cases), 0)
    return func.count() if counted is None else func.count(case((counted, 1)))


def breakdown_columns(table: FromClause, by: Sequence[str]) -> list[Any]:
    """The columns of the dimensions broken down by."""
    return [table.c[column_name(dimension)] for dimension in by]


# Built once: a statement holds a hundred of these, and they were most of the time it took to build.
@lru_cache(maxsize=64)
def _no_number(name: str) -> Any:
    return cast(null(), Double).label(name)


@lru_cache(maxsize=8)
def _no_whole(name: str) -> Any:
    return cast(null(), Integer).label(name)


@lru_cache(maxsize=8)
def _no_text(name: str) -> Any:
    return cast(null(), String).label(name)
