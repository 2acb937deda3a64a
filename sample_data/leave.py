"""Leave: vacation in summer and at the turn of the year, sickness, parental leave."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sample_data.source_tables import source_table
from sample_data.span import Span

LEAVE_KINDS = ("none", "vacation", "sick", "parental", "other")
VACATION, SICK, PARENTAL, OTHER = 1, 2, 3, 4
AHEAD_DAYS = 112  # leave already agreed beyond the end
VACATION_DAYS = (15, 9, 9, 5)  # calendar days of a year's vacations
SICK_SPELLS_PER_YEAR = 3.4
PARENTAL_PER_YEAR = 0.03


def leave_days(
    random: np.random.Generator, span: Span, hired: NDArray[np.int64], left: NDArray[np.int64]
) -> NDArray[np.int8]:
    """Person × day, to AHEAD_DAYS after the end: index into LEAVE_KINDS (public holidays not included)."""
    kinds = np.zeros((len(hired), span.days + AHEAD_DAYS), np.int8)
    years = range(span.start.year, span.end.year + 2)
    for person in range(len(hired)):
        for year in years:
            first = span.index(dt.date(year, 1, 1))
            for start in first + random.integers(0, 365, random.poisson(SICK_SPELLS_PER_YEAR)):
                _away(kinds[person], start, int(random.integers(1, 6)), SICK, until=span.days)
            for length in VACATION_DAYS:
                _away(kinds[person], first + _vacation_start(random), length, VACATION)
            if random.random() < PARENTAL_PER_YEAR:
                start = first + int(random.integers(0, 365))
                _away(kinds[person], start, int(random.integers(60, 120)), PARENTAL)
    days = np.arange(kinds.shape[1])
    kinds[(days < hired[:, None] + 30) | (days >= left[:, None])] = 0
    return kinds


def _vacation_start(random: np.random.Generator) -> int:
    draw = random.random()
    if draw < 0.3:
        return int(random.integers(180, 240))
    if draw < 0.42:
        return int(random.integers(352, 362))
    return int(random.integers(0, 365))


def _away(row: NDArray[np.int8], start: int, length: int, kind: int, until: int | None = None) -> None:
    first, stop = max(int(start), 0), max(int(start) + length, 0)
    row[first : min(stop, until or len(row))] = kind


def planned_leave_table(span: Span, ids: list[str], kinds: NDArray[np.int8]) -> pa.Table:
    """Agreed vacation and parental leave that ends in the last four weeks or later."""
    rows: list[tuple[str, np.datetime64, np.datetime64, str]] = []
    for person, employee in enumerate(ids):
        agreed = np.where(np.isin(kinds[person], (VACATION, PARENTAL)), kinds[person], 0).astype(int)
        cuts = np.flatnonzero(np.diff(agreed, prepend=0, append=0))
        for start, stop in pairwise(cuts):
            if agreed[start] and stop > span.days - 28:
                rows.append(
                    (
                        employee,
                        span.dates[0] + int(start),
                        span.dates[0] + int(stop) - 1,
                        LEAVE_KINDS[agreed[start]],
                    )
                )
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    return source_table(
        "planned_leave",
        specialist_id=list(columns[0]),
        starts_on=np.array(columns[1], "datetime64[D]"),
        ends_on=np.array(columns[2], "datetime64[D]"),
        leave_kind=list(columns[3]),
    )
