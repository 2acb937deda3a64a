"""What accrues day by day between flows: its sum over the days of any periods, from two sums per period.

A flow of +d on a day and −d on a later one hold d back on each day between. Up to day t that makes
Σ δ (t − day) over the flows before t, so Σ δ and Σ δ · day per period are all SQL has to add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Date, FromClause, Integer, case, cast, func, literal, null, type_coerce

from queries.branch_columns import key_in
from queries.tallies import Accrual
from queries.time import Period

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def flow_key(table: FromClause, periods: Sequence[Period]) -> Any:
    """The period of a flow; null for all history before the first."""
    key = key_in(table.c.on_day, table.c.on_week, periods[0].grain)
    return case((table.c.on_day >= periods[0].start, key), else_=null())


def sums(table: FromClause, accrual: Accrual, periods: Sequence[Period]) -> list[Any]:
    """Σ δ and Σ δ · day of the flows, days counted from the first period's start."""
    day = type_coerce(table.c.on_day - cast(literal(periods[0].start), Date), Integer)
    counted = accrual.where(table.c)
    return [
        func.coalesce(func.sum(case((counted, delta))), 0) for delta in (table.c.delta, table.c.delta * day)
    ]


def amounts(
    groups: int,
    group: Integers,
    place: Integers,
    inside: NDArray[np.bool_],
    deltas: Sequence[Floats],
    periods: Sequence[Period],
) -> Floats:
    """What accrued in each period, (group, period).

    `place` is the period a flow falls in where it is `inside` one, else the first period after it.
    """
    shape = (groups, len(periods))
    origin = periods[0].start
    starts = np.array([(period.start - origin).days for period in periods], dtype=np.float64)
    ends = np.array([(period.end - origin).days for period in periods], dtype=np.float64)
    cell = group * shape[1] + place

    def grid(sums: Floats, chosen: NDArray[np.bool_]) -> Floats:
        total = np.bincount(cell[chosen], sums[chosen], minlength=shape[0] * shape[1])
        return np.asarray(total.reshape(shape), dtype=np.float64)

    def up_to(sums: Floats) -> tuple[Floats, Floats]:
        """The sum of all flows before the start and before the end of each period."""
        within, before = grid(sums, inside), grid(sums, ~inside)
        at_end = np.cumsum(within + before, axis=1)
        return at_end - within, at_end

    (level_0, level_1), (moment_0, moment_1) = up_to(deltas[0]), up_to(deltas[1])
    accrued = (ends * level_1 - moment_1) - (starts * level_0 - moment_0)
    return np.asarray(np.round(np.maximum(accrued, 0.0), 6))
