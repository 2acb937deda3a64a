"""The enforcements reversed as our error, one by one, for the upstream team that made them."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from sqlalchemy import func, select

from queries.catalog.enforcements import reversed_as_error
from queries.conditions import matches, unknown_to
from queries.filters import Filters
from queries.measure import Reader
from queries.remembering import remembered
from queries.time import Period
from store.outcomes import OUR_ERROR

MOST_LISTED = 5_000


class HandBack(NamedTuple):
    """One enforcement reversed as our error; `decision_reason` is that of the appeal that reversed it.

    Moments are UTC. `days` is how long it held.
    """

    enforcement_id: str
    enforcement_team: str | None
    detection_source: str | None
    policy: str | None
    level: str | None
    risk_score: float | None
    seller_id: str | None
    marketplace: str | None
    tier: str | None
    enforced_at: dt.datetime
    reversed_at: dt.datetime
    days: float
    appeal_id: str | None
    decision_reason: str | None


@remembered(8)
def cases_to_hand_back(
    reader: Reader, period: Period, filters: Filters, enforcement_team: str | None = None
) -> list[HandBack]:
    """Enforcements reversed as our error in `period`, the longest held first; of one upstream team, or all.

    At most 5,000 rows. Empty where a filter is not known to enforcements.
    """
    if unknown_to("enforcements", filters.dimensions):
        return []
    table, appeals = reader.scope.table("enforcements"), reader.scope.table("appeals")
    chosen = [
        table.c.reversed_on >= period.start,
        table.c.reversed_on < period.end,
        reversed_as_error(table.c),
        matches(table, filters, reader.directory),
    ]
    if enforcement_team is not None:
        chosen.append(table.c.enforcement_team == enforcement_team)
    own = [name for name in HandBack._fields if name not in ("days", "appeal_id", "decision_reason")]
    listed = (
        select(*(table.c[name] for name in (*own, "enforced_month")))
        .where(*chosen)
        .order_by(table.c.enforced_at, table.c.enforcement_id)
        .limit(MOST_LISTED)
        .cte("listed")
    )
    # Of several appeals that reversed it, the first one decided did. A source may tell the day of a decision
    # alone, so that it stands before its enforcement: months are compared, by which the store can skip rows.
    oldest = select(func.min(listed.c.enforced_month)).scalar_subquery()
    nth = func.row_number().over(
        partition_by=appeals.c.enforcement_id, order_by=(appeals.c.decided_at, appeals.c.appeal_id)
    )
    reversing = (
        select(appeals.c.enforcement_id, appeals.c.appeal_id, appeals.c.reason, nth.label("nth"))
        .join(listed, listed.c.enforcement_id == appeals.c.enforcement_id)
        .where(
            appeals.c.outcome == OUR_ERROR,
            appeals.c.decided_at.is_not(None),
            appeals.c.decided_month >= oldest,
        )
        .subquery("reversing")
    )
    rows = reader.scope.read(
        reader.facts,
        select(
            *(listed.c[name] for name in own),
            reversing.c.appeal_id,
            reversing.c.reason.label("decision_reason"),
        )
        .select_from(
            listed.outerjoin(
                reversing,
                (reversing.c.enforcement_id == listed.c.enforcement_id) & (reversing.c.nth == 1),
            )
        )
        .order_by(listed.c.enforced_at, listed.c.enforcement_id),
    ).to_pylist()
    found = [
        HandBack(**row, days=(row["reversed_at"] - row["enforced_at"]).total_seconds() / 86400)
        for row in rows
    ]
    return sorted(found, key=lambda row: (-row.days, row.enforcement_id))
