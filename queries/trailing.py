"""Sums over the days before the end of a period, the same number of them for a day as for a quarter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Date, FromClause, Integer, Select, cast, literal, null, select, type_coerce

from queries.branch_columns import breakdown_columns, common_columns, sum_of, within
from queries.snapshots import EPOCH
from queries.tallies import Trailing
from queries.time import DAY, Grain, Period

if TYPE_CHECKING:
    from queries.statements import Branch, Question

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def select_sums(branch: Branch, table: FromClause, question: Question, kept: Any, width: int) -> Select[Any]:
    """The sums of every day some period looks back on, the day in days since 1970 as the bucket."""
    trailing = [component for component in branch.components if isinstance(component, Trailing)]
    on = table.c[f"{trailing[0].tally.clock}_on"]
    bucket = type_coerce(on - cast(literal(EPOCH), Date), Integer)
    breakdown = breakdown_columns(table, question.by)
    sums = [sum_of(component.tally, table) for component in trailing]
    # `key` must have the type it has in the other branches.
    key = cast(null(), Integer if question.grain in (Grain.month, Grain.quarter) else Date)
    return (
        select(*common_columns(branch.part, key, breakdown, sums, width, bucket=bucket))
        .where(within(on, looked_back_on(question.periods, trailing[0].days)), kept)
        .group_by(*breakdown, on)
    )


def looked_back_on(periods: Sequence[Period], days: int) -> list[Period]:
    """The spans of days before the ends of `periods`, those that touch taken as one."""
    spans: list[Period] = []
    for period in sorted(periods):
        start = period.end - days * DAY
        if spans and start <= spans[-1].end:
            spans[-1] = Period(spans[-1].start, period.end, Grain.range)
        else:
            spans.append(Period(start, period.end, Grain.range))
    return spans


def amounts(
    groups: int, group: Integers, day: Integers, sums: Floats, periods: Sequence[Period], days: int
) -> Floats:
    """The sum over the days before each period's end, (group, period)."""
    found = np.zeros((groups, len(periods)))
    for place, period in enumerate(periods):
        end = (period.end - EPOCH).days
        inside = (day >= end - days) & (day < end)
        found[:, place] = np.bincount(group[inside], sums[inside], minlength=groups)
    return found
