"""The cases behind a number: exactly the rows it counts, sorted and paged in SQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import pyarrow as pa
from sqlalchemy import FromClause, Select, and_, case, cast, func, select
from sqlalchemy.types import Integer

from queries.case_search import found, understood
from queries.conditions import matches, unknown_to
from queries.filters import Filters
from queries.listing import KINDS, LISTINGS
from queries.measure import PEOPLE, Reader
from queries.model import Metric
from queries.remembering import remembered
from queries.rows_behind import counted, fact_behind, flag_label
from queries.time import Period

PAGE_ROWS = 50
MOST_EXPORTED = 50_000
_EXPORT_ROWS = 5_000


@dataclass(frozen=True)
class Behind:
    """The number whose cases are wanted: a metric in a period under filters; None: any case under filters.

    Where it is not to be `named` whose a row is, that is no column and nothing is found or sorted by it.
    `flagged_only` narrows to the rows worth looking at ("152 missed of 1,096"): those in the numerator of a
    rate that should be low, those not in it of a rate that should be high. `kind` is the table listed where
    there is no metric.
    """

    metric: Metric | None
    period: Period | None
    filters: Filters
    flagged_only: bool = False
    search: str = ""
    kind: str = KINDS[0]
    named: bool = True

    @property
    def fact(self) -> str:
        """The table whose rows are listed."""
        return self.kind if self.metric is None else fact_behind(self.metric)


@dataclass(frozen=True)
class CasePage:
    """One page of cases: rows, how many rows there are in all, and how many of them are flagged.

    `how` says what a search was taken for: "number", "seller", "words", or "" for none.
    """

    table: str
    rows: pa.Table
    total: int
    flagged: int
    flag_label: str
    how: str = ""


class _Rows(NamedTuple):
    """A table, the condition of the rows listed, and of those of them that are flagged."""

    table: FromClause
    listed: Any
    flagged: Any


def case_page(
    reader: Reader, behind: Behind, sort: str = "", descending: bool = True, page: int = 0
) -> CasePage:
    """Page `page` (from 0) of the rows behind a number.

    Raises ValueError for a column that cannot be sorted by, a filter the rows do not have, or where people
    are not to be named for rows about them.
    """
    listed = _listed(behind, _behind(reader, behind), sort, descending)
    rows = reader.scope.read(reader.facts, listed.limit(PAGE_ROWS).offset(max(0, page) * PAGE_ROWS))
    if page <= 0 and rows.num_rows < PAGE_ROWS and not behind.flagged_only:
        # All rows are here: counting them again would cost as much as finding them did.
        total, flagged = rows.num_rows, sum(rows.column("flagged").to_pylist())
    else:
        total, flagged = _counts(reader, replace(behind, flagged_only=False))
    how = understood(reader, behind.fact, behind.search, behind.named).how
    return CasePage(behind.fact, rows, total, flagged, flag_label(behind.metric), how)


def counts_behind(reader: Reader, behind: Behind) -> tuple[int, int]:
    """How many rows a number rests on and how many of them are flagged, whatever is searched for."""
    return _counts(reader, replace(behind, search="", flagged_only=False))


def exported_cases(
    reader: Reader, behind: Behind, sort: str = "", descending: bool = True
) -> Iterator[pa.Table]:
    """The list of cases in its order, in parts of 5,000 rows, at most 50,000 rows in all.

    Columns and errors as of `case_page`.
    """
    listed = _listed(behind, _behind(reader, behind), sort, descending)
    for first in range(0, MOST_EXPORTED, _EXPORT_ROWS):
        rows = reader.scope.read(reader.facts, listed.limit(_EXPORT_ROWS).offset(first))
        if rows.num_rows or first == 0:
            yield rows
        if rows.num_rows < _EXPORT_ROWS:
            return


def default_sort(fact: str) -> str:
    """The column a list of this table is sorted by unless another is chosen: when the work began."""
    return LISTINGS[fact].began


@remembered(1)
def _counts(reader: Reader, behind: Behind) -> tuple[int, int]:
    """Rows and flagged rows; kept, because turning pages asks again."""
    rows = _behind(reader, behind)
    flag = case((rows.flagged, 1), else_=0)
    statement = (
        select(func.count().label("total"), cast(func.coalesce(func.sum(flag), 0), Integer).label("flagged"))
        .select_from(rows.table)
        .where(rows.listed)
    )
    found_rows = reader.scope.read(reader.facts, statement).to_pylist()[0]
    return int(found_rows["total"]), int(found_rows["flagged"])


def _behind(reader: Reader, behind: Behind) -> _Rows:
    """The rows of a number; ValueError for a filter they do not have, or what is not to be told."""
    fact = behind.fact
    if LISTINGS[fact].of_people and not behind.named:
        raise ValueError("rows about people are not listed without naming them")
    refused = unknown_to(fact, behind.filters.dimensions)
    if not behind.named:
        refused = (*refused, *(person for person in PEOPLE if person in behind.filters.dimensions))
    if refused:
        raise ValueError(f"these cases cannot be filtered by {', '.join(refused)}")
    table = reader.scope.table(fact)
    inside, flagged = counted(table, reader, fact, behind.metric, behind.period)
    wanted = found(table, fact, understood(reader, fact, behind.search, behind.named))
    kept = and_(matches(table, behind.filters, reader.directory), wanted, inside)
    return _Rows(table, kept, flagged)


def _listed(behind: Behind, rows: _Rows, sort: str, descending: bool) -> Select[Any]:
    """The rows in their order; keys break ties, so that every row stands on exactly one page."""
    listing = LISTINGS[behind.fact]
    sort, told = sort or listing.began, listing.told(behind.named)
    if sort not in listing.orders(behind.named):
        raise ValueError(f"cases cannot be sorted by {sort[:40]!r}")
    columns = rows.table.c
    order = columns[sort].desc() if descending else columns[sort].asc()
    return (
        select(*(columns[name] for name in told), case((rows.flagged, 1), else_=0).label("flagged"))
        .where(and_(rows.listed, rows.flagged) if behind.flagged_only else rows.listed)
        .order_by(order.nulls_last(), *(columns[name] for name in listing.key))
    )
