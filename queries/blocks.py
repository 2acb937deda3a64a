"""The accounts blocked at a moment: what each holds back a day and in 90 days, and who manages it."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Integer,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    type_coerce,
)

from queries.conditions import matches, unknown_to
from queries.filters import DIMENSIONS, Filters
from queries.measure import Reader
from queries.remembering import remembered

MOST_LISTED = 2_000


class OpenBlock(NamedTuple):
    """One blocked account. `at_risk` is daily GMV × the days still expected, at most 90.

    Both are None where no sales are known.
    """

    enforcement_id: str
    seller_id: str | None
    seller_name: str | None
    tier: str | None
    marketplace: str | None
    account_manager: str | None
    policy: str | None
    detection_source: str | None
    enforcement_team: str | None
    verdict: str
    blocked_on: dt.date
    days: int
    daily_gmv: float | None
    at_risk: float | None


class BlockSum(NamedTuple):
    """Blocked accounts of one group: how many, of how many sales are known, a day's GMV, what is at risk."""

    name: str | None
    blocks: int
    known: int
    daily_gmv: float
    at_risk: float


@remembered(8)
def open_blocks(
    reader: Reader, end: dt.date, filters: Filters, most: int, verdict: str = ""
) -> tuple[OpenBlock, ...]:
    """The `most` blocks open at the start of the day `end` with the most at risk first, unknown sales last.

    `verdict` narrows to one of them. Empty where a filter cannot be obeyed: `refused` says so.
    """
    if refused(filters):
        return ()
    table, columns, is_open = _open(reader, end, filters)
    if verdict:
        is_open = [*is_open, table.c.verdict == verdict]
    own = [name for name in OpenBlock._fields if name not in ("seller_name", "days", "at_risk")]
    listed = (
        select(*(table.c[name] for name in own), *(column.label(name) for name, column in columns.items()))
        .select_from(_with_outlook(reader, table, columns["days"]))
        .where(*is_open)
        .order_by(*_largest_first(columns["at_risk"], table))
        .limit(most)
        .subquery("listed")
    )
    # Names of the few that are listed alone: of all that are open it would cost most of the time.
    sellers = reader.scope.table("sellers") if reader.scope.reaches("sellers") else None
    statement = select(*listed.c, (literal(None) if sellers is None else sellers.c.name).label("seller_name"))
    if sellers is not None:
        with_names = listed.outerjoin(sellers, sellers.c.seller_id == listed.c.seller_id)
        statement = statement.select_from(with_names)
    rows = reader.scope.read(reader.facts, statement.order_by(*_largest_first(listed.c.at_risk, listed)))
    return tuple(OpenBlock(**row) for row in rows.to_pylist())


def _largest_first(at_risk: ColumnElement[Any], blocks: FromClause) -> tuple[ColumnElement[Any], ...]:
    """What open blocks are listed by: the sales at risk, unknown last, then since when."""
    return at_risk.desc().nulls_last(), blocks.c.blocked_on, blocks.c.enforcement_id


@remembered(4)
def block_sums(reader: Reader, end: dt.date, filters: Filters, by: str) -> tuple[BlockSum, ...]:
    """Open blocks summed per value of a column (`verdict`, `account_manager`), the most at risk first."""
    if refused(filters):
        return ()
    table, columns, is_open = _open(reader, end, filters)
    at_risk = func.coalesce(func.sum(columns["at_risk"]), 0.0).label("at_risk")
    statement = (
        select(
            table.c[by].label("name"),
            func.count().label("blocks"),
            func.count(table.c.daily_gmv).label("known"),
            func.coalesce(func.sum(table.c.daily_gmv), 0.0).label("daily_gmv"),
            at_risk,
        )
        .select_from(_with_outlook(reader, table, columns["days"]))
        .where(*is_open)
        .group_by(table.c[by])
        .order_by(at_risk.desc(), table.c[by])
    )
    return tuple(BlockSum(**row) for row in reader.scope.read(reader.facts, statement).to_pylist())


def refused(filters: Filters) -> str:
    """Why blocks cannot be narrowed as asked; "" when they can."""
    unknown = unknown_to("account_blocks", filters.dimensions)
    return f"cannot be narrowed by {DIMENSIONS[unknown[0]].label.lower()}" if unknown else ""


def _open(reader: Reader, end: dt.date, filters: Filters) -> tuple[Any, dict[str, Any], list[Any]]:
    table, outlook = reader.scope.table("account_blocks"), reader.scope.table("block_outlook")
    days = type_coerce(cast(literal(end), Date) - table.c.blocked_on, Integer)
    columns = {"days": days, "at_risk": table.c.daily_gmv * outlook.c.expected_days}
    is_open = [
        table.c.blocked_on < end,
        or_(table.c.lifted_on.is_(None), table.c.lifted_on >= end),
        matches(table, filters, reader.directory),
    ]
    return table, columns, is_open


def _with_outlook(reader: Reader, table: Any, days: Any) -> Any:
    """Each block with the outlook of its age; the oldest age known stands for all beyond it."""
    outlook = reader.scope.table("block_outlook")
    oldest = select(func.max(outlook.c.age_days)).scalar_subquery()
    age = case((days > oldest, oldest), else_=days)
    return table.outerjoin(outlook, outlook.c.age_days == age)
