"""How long a case takes by type of work: the standard given, and the median of the minutes recorded."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final, NamedTuple

import numpy as np
from sqlalchemy import Integer, String, and_, case, cast, func, literal, null, select

from analysis.intervals import order_statistic_interval
from queries.capacity.arrivals import NAMES
from queries.measure import Reader
from queries.remembering import remembered
from queries.scope import open_scope
from queries.time import WEEK, Period

MEASURED_WEEKS: Final = 26
FEWEST_CASES: Final = 30
"""Cases a median must rest on to be told."""


class StandardTime(NamedTuple):
    """One type of work: minutes of the standard in force with its first day, and of the median case.

    `low` and `high` are the 95 % order-statistic interval of the median over `cases` cases with recorded
    minutes. Each is None where it is not known, the median below 30 cases.
    """

    work: str
    given: float | None
    since: dt.date | None
    median: float | None
    low: float | None
    high: float | None
    cases: int

    @property
    def minutes(self) -> float | None:
        """What a case counts as: the standard, else the median."""
        return self.median if self.given is None else self.given

    @property
    def out_of_line(self) -> bool:
        """Whether the standard lies outside of the median's interval."""
        known = self.given is not None and self.low is not None and self.high is not None
        return known and not self.low <= self.given <= self.high  # type: ignore[operator]


@remembered(2)
def standard_times(reader: Reader, last: Period) -> tuple[StandardTime, ...]:
    """Each type of work at the end of a week, medians over the 26 weeks to it, of everyone together."""
    given = _given(reader)
    spent = _spent(reader, last)
    return tuple(_of(work, given.get(work, []), spent.get(work, []), last.last_day) for work in NAMES)


@remembered(1)
def minutes_from(reader: Reader, last: Period) -> dict[str, tuple[tuple[dt.date, float], ...]]:
    """Minutes a case counts as, by type of work, each with the first day it holds from, oldest first.

    Standards agreed for later are among them; a type without any counts at its median from the first day on.
    """
    given = _given(reader)
    found = {}
    for one in standard_times(reader, last):
        steps = tuple(given.get(one.work, []))
        if not steps and one.median is not None:
            steps = ((dt.date.min, one.median),)
        found[one.work] = steps
    return found


def _of(
    work: str, given: list[tuple[dt.date, float]], spent: list[tuple[int, int]], day: dt.date
) -> StandardTime:
    held = [step for step in given if step[0] <= day]
    since, minutes = held[-1] if held else (None, None)
    cases = sum(count for _, count in spent)
    if cases < FEWEST_CASES:
        return StandardTime(work, minutes, since, None, None, None, cases)
    reached = np.cumsum([count for _, count in spent])
    ranks = order_statistic_interval(cases, 0.5)

    def at(rank: int | None) -> float | None:
        return None if rank is None else float(spent[int(np.searchsorted(reached, rank))][0])

    return StandardTime(work, minutes, since, at((cases + 1) // 2), at(ranks.low), at(ranks.high), cases)


@remembered(1)
def _given(reader: Reader) -> dict[str, list[tuple[dt.date, float]]]:
    """Standards above 0 by type of work, by first day; types are compared without case."""
    table = open_scope().table("standard_times")
    work = func.lower(func.trim(table.c.work_type)).label("work")
    rows = open_scope().read(
        reader.facts,
        select(work, table.c.valid_from, func.max(table.c.minutes).label("minutes"))
        .where(table.c.minutes > 0)
        .group_by(work, table.c.valid_from)
        .order_by(work, table.c.valid_from),
    )
    found: dict[str, list[tuple[dt.date, float]]] = {}
    for row in rows.to_pylist():
        found.setdefault(row["work"], []).append((row["valid_from"], float(row["minutes"])))
    return found


def _spent(reader: Reader, last: Period) -> dict[str, list[tuple[int, int]]]:
    """Cases by type of work and whole minutes that all their people together spent, fewest minutes first."""
    if not reader.scope.reaches("work_items"):
        return {}
    table = reader.scope.table("work_items")
    work = func.lower(func.trim(func.coalesce(table.c.work_type, table.c.case_kind)))
    alone: Any = case((table.c.case_id.is_(None), table.c.work_item_id), else_=cast(null(), String))
    each = (
        select(work.label("work"), cast(func.round(func.sum(table.c.minutes)), Integer).label("minutes"))
        .where(
            and_(
                table.c.minutes > 0,
                table.c.worked_on >= literal(last.end - MEASURED_WEEKS * WEEK),
                table.c.worked_on < literal(last.end),
            )
        )
        .group_by(work, table.c.case_kind, table.c.case_id, alone)
        .subquery()
    )
    rows = reader.scope.read(
        reader.facts,
        select(each.c.work, each.c.minutes, func.count().label("cases"))
        .group_by(each.c.work, each.c.minutes)
        .order_by(each.c.work, each.c.minutes),
    )
    found: dict[str, list[tuple[int, int]]] = {}
    for row in rows.to_pylist():
        found.setdefault(row["work"], []).append((int(row["minutes"]), int(row["cases"])))
    return found
