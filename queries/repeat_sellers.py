"""Sellers who escalate again and again."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import func, select

from queries.conditions import matches, unknown_to
from queries.filters import Filters
from queries.measure import Reader
from queries.remembering import remembered
from queries.time import Period


class RepeatSeller(NamedTuple):
    """One seller's escalations opened in a period, their number and how many different reasons."""

    seller_id: str
    tier: str | None
    marketplace: str | None
    cases: int
    reasons: int


@remembered(4)
def repeat_sellers(reader: Reader, period: Period, filters: Filters, most: int = 8) -> list[RepeatSeller]:
    """Sellers with at least two escalations opened in `period`, the most cases first."""
    table = reader.scope.table("escalations")
    if unknown_to("escalations", filters.dimensions):
        return []
    cases = func.count(func.distinct(table.c.escalation_id)).label("cases")
    rows = reader.scope.read(
        reader.facts,
        select(
            table.c.seller_id,
            func.max(table.c.tier).label("tier"),
            func.max(table.c.marketplace).label("marketplace"),
            cases,
            func.count(func.distinct(table.c.reason)).label("reasons"),
        )
        .where(
            table.c.opened_on >= period.start,
            table.c.opened_on < period.end,
            table.c.seller_id.is_not(None),
            matches(table, filters, reader.directory),
        )
        .group_by(table.c.seller_id)
        .having(cases >= 2)
        .order_by(cases.desc(), table.c.seller_id)
        .limit(most),
    ).to_pylist()
    return [RepeatSeller(**row) for row in rows]
