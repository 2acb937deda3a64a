"""The cases behind a number: exactly the rows it counts, sorted and paged in SQL; and one case's life."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
from sqlalchemy import FromClause, Select, and_, case, cast, false, func, or_, select, true
from sqlalchemy.types import Integer, String

from queries.conditions import matches, unknown_to
from queries.filters import Filters
from queries.measure import Reader
from queries.model import Audited, Count, Level, Metric, OpenAge, OpenCount, Quantile, Ratio, Tally
from queries.time import Period

PAGE_ROWS = 50
MOST_EXPORTED = 50_000
_EXPORT_ROWS = 5_000
LONGEST_SEARCH = 100

LISTED = {
    "escalations": (
        "escalation_id",
        "cycle",
        "severity",
        "reason",
        "team",
        "specialist_id",
        "seller_id",
        "marketplace",
        "tier",
        "opened_at",
        "due_at",
        "resolved_at",
        "end_kind",
        "resolve_hours",
        "summary",
    ),
    "partner_waits": (
        "escalation_id",
        "cycle",
        "partner",
        "severity",
        "reason",
        "team",
        "seller_id",
        "starts_at",
        "due_at",
        "ends_at",
        "wait_hours",
    ),
    "appeals": ("appeal_id", "team", "specialist_id", "seller_id", "submitted_at", "decided_at", "outcome"),
}
"""Columns of the case list per fact table, in order."""

KEYS = {"escalations": "escalation_id", "partner_waits": "escalation_id", "appeals": "appeal_id"}
SEARCHED = ("escalation_id", "seller_id", "summary", "reason", "specialist_id", "appeal_id")


@dataclass(frozen=True)
class Behind:
    """The number whose cases are wanted: a metric in a period under filters; None: any case under filters.

    `flagged_only` narrows to the rows worth looking at ("152 missed of 1,096"): those in the numerator of a
    rate that should be low, those not in it of a rate that should be high.
    """

    metric: Metric | None
    period: Period | None
    filters: Filters
    flagged_only: bool = False
    search: str = ""


@dataclass(frozen=True)
class CasePage:
    """One page of cases: rows, how many rows there are in all, and how many of them are flagged."""

    table: str
    rows: pa.Table
    total: int
    flagged: int
    flag_label: str


def fact_behind(metric: Metric | None) -> str:
    """The table whose rows a metric counts; of two, that of its numerator."""
    if metric is None:
        return "escalations"
    fact = metric.facts[0]
    return "escalations" if fact == "case_flow" else fact


def case_page(
    reader: Reader, behind: Behind, sort: str = "", descending: bool = True, page: int = 0
) -> CasePage:
    """Page `page` (from 0) of the rows behind a number.

    Raises ValueError for a column that cannot be sorted by, or a filter the rows do not have.
    """
    fact, table, rows, flagged = _behind(reader, behind)
    flag = case((flagged, 1), else_=0)
    counted = reader.scope.read(
        reader.facts,
        select(func.count().label("total"), cast(func.coalesce(func.sum(flag), 0), Integer).label("flagged"))
        .select_from(table)
        .where(rows),
    ).to_pylist()[0]
    listed = _listed(behind, fact, table, rows, flagged, sort, descending)
    return CasePage(
        fact,
        reader.scope.read(reader.facts, listed.limit(PAGE_ROWS).offset(max(0, page) * PAGE_ROWS)),
        int(counted["total"]),
        int(counted["flagged"]),
        flag_label(behind.metric),
    )


def counts_behind(reader: Reader, behind: Behind) -> tuple[int, int]:
    """How many rows a number rests on and how many of them are flagged, whatever is searched for."""
    found = case_page(reader, replace(behind, search="", flagged_only=False))
    return found.total, found.flagged


def exported_cases(
    reader: Reader, behind: Behind, sort: str = "", descending: bool = True
) -> Iterator[pa.Table]:
    """The list of cases in its order, in parts of 5,000 rows, at most 50,000 rows in all.

    Columns and errors as of `case_page`.
    """
    listed = _listed(behind, *_behind(reader, behind), sort, descending)
    for first in range(0, MOST_EXPORTED, _EXPORT_ROWS):
        rows = reader.scope.read(reader.facts, listed.limit(_EXPORT_ROWS).offset(first))
        if rows.num_rows or first == 0:
            yield rows
        if rows.num_rows < _EXPORT_ROWS:
            return


def default_sort(fact: str) -> str:
    """The column a list of this table is sorted by unless another is chosen: when the work began."""
    return next(name for name in ("opened_at", "starts_at", "submitted_at") if name in LISTED[fact])


def _behind(reader: Reader, behind: Behind) -> tuple[str, FromClause, Any, Any]:
    """The table of a number, its rows, and those of them that are flagged."""
    fact = fact_behind(behind.metric)
    refused = unknown_to(fact, behind.filters.dimensions)
    if refused:
        raise ValueError(f"these cases cannot be filtered by {', '.join(refused)}")
    table = reader.scope.table(fact)
    rows, flagged = _conditions(table, reader, behind)
    return fact, table, rows, flagged


def _listed(
    behind: Behind, fact: str, table: FromClause, rows: Any, flagged: Any, sort: str, descending: bool
) -> Select[Any]:
    """The rows in their order; keys break ties, so that every row stands on exactly one page."""
    columns = LISTED[fact]
    sort = sort or default_sort(fact)
    if sort not in columns:
        raise ValueError(f"cases cannot be sorted by {sort[:40]!r}")
    order = table.c[sort].desc() if descending else table.c[sort].asc()
    ties = (table.c[name] for name in (KEYS[fact], "cycle", "position") if name in table.c)
    return (
        select(*(table.c[name] for name in columns), case((flagged, 1), else_=0).label("flagged"))
        .where(and_(rows, flagged) if behind.flagged_only else rows)
        .order_by(order.nulls_last(), *ties)
    )


def flag_label(metric: Metric | None) -> str:
    """What a flagged row is: the numerator of a share, or its complement where higher is better.

    "" for other metrics: their rows are not told apart.
    """
    if metric is not None and isinstance(metric.formula, Audited):
        return "judged wrong"
    if metric is None or not isinstance(metric.formula, Ratio) or metric.formula.spread != "wilson":
        return ""
    if metric.flagged or metric.good == "up":
        return metric.flagged or "missed"
    return metric.label.lower()


def _conditions(table: FromClause, reader: Reader, behind: Behind) -> tuple[Any, Any]:
    """Conditions for the rows a number rests on, and for those that are flagged among them."""
    kept = and_(matches(table, behind.filters, reader.directory), _found(table, behind.search))
    metric, period = behind.metric, behind.period
    if metric is None:
        inside = (
            true()
            if period is None
            else and_(table.c.opened_on >= period.start, table.c.opened_on < period.end)
        )
        return and_(kept, inside), false()
    formula = metric.formula
    if isinstance(formula, Level | OpenCount | OpenAge):
        return and_(kept, _open_at_end(table, formula, reader, period)), false()
    if isinstance(formula, Ratio):
        base = (
            formula.denominator if formula.denominator.fact == formula.numerator.fact else formula.numerator
        )
        flagged = _flagged(formula, table, metric.good) if base is formula.denominator else false()
        return and_(kept, base.where(table.c), _in_period(table, base.clock, period)), flagged
    if isinstance(formula, Quantile):
        durations = formula.durations
        inside = and_(durations.where(table.c), table.c[durations.bucket].is_not(None))
        return and_(kept, inside, _in_period(table, durations.clock, period)), false()
    if isinstance(formula, Audited):
        audited = and_(formula.frame.where(table.c), table.c.audit_wrong.is_not(None))
        return and_(kept, audited, _in_period(table, formula.frame.clock, period)), table.c.audit_wrong.is_(
            True
        )
    return _counted(table, formula, kept, period), false()


def _counted(table: FromClause, formula: Count, kept: Any, period: Period | None) -> Any:
    tally: Tally = formula.tally
    rows = and_(kept, tally.where(table.c), _in_period(table, tally.clock, period))
    return rows if tally.quantity is None else and_(rows, tally.quantity(table.c) > 0)


def _flagged(formula: Ratio, table: FromClause, good: str) -> Any:
    """Rows worth looking at: the misses of a rate that should be high, the hits of one that should be low."""
    if formula.numerator.quantity is not None:
        return formula.numerator.quantity(table.c) > 0
    hit = case((formula.numerator.where(table.c), 1), else_=0)
    return hit == (0 if good == "up" else 1)


def _in_period(table: FromClause, clock: str, period: Period | None) -> Any:
    if period is None:
        return true()
    on = table.c[f"{clock}_on"]
    return and_(on >= period.start, on < period.end)


def _open_at_end(
    table: FromClause, formula: Level | OpenCount | OpenAge, reader: Reader, period: Period | None
) -> Any:
    if period is None:
        return table.c.resolved_at.is_(None)
    is_open = and_(
        table.c.opened_on < period.end, or_(table.c.resolved_on.is_(None), table.c.resolved_on >= period.end)
    )
    if isinstance(formula, OpenCount | OpenAge) and formula.snapshot.since is not None:
        return and_(is_open, table.c[formula.snapshot.since] < reader.coverage.end_of(period))
    return is_open


def _found(table: FromClause, search: str) -> Any:
    """Rows whose number, seller or text contains the words as typed; wildcards are ordinary characters."""
    words = search.strip()[:LONGEST_SEARCH]
    if not words:
        return true()
    columns = [table.c[name] for name in SEARCHED if name in table.c]
    return or_(*(cast(column, String).icontains(words, autoescape=True) for column in columns))
