"""Views of at most one dimension over whole weeks are read from the counts by week, not from the cases.

The counts stand in for the fact table: they offer its columns, so far as they tell them apart, and `cases`,
how many rows a row is. What asks for more than they tell is read from the fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import FromClause, false, func, select

from queries.branches import Branch
from queries.conditions import column_name
from queries.coverage import Coverage
from queries.filters import Filters
from queries.kinds import KindColumns, NotOfKind
from queries.scope import Scope
from queries.tallies import AuditFrame, Component, Durations, Snapshot, Tally
from queries.time import Grain, Period
from store.schema.weekly import EVERYONE, WEEKLY, Weekly, weight_columns

_OF_WEEKS = (Grain.week, Grain.block, Grain.range)
NEEDED = tuple(f"{weekly.name}.week" for weekly in WEEKLY)
"""Columns that hold a value where the facts are so many that they were counted."""


def usable(
    scope: Scope, coverage: Coverage, periods: Sequence[Period], by: Iterable[str], filters: Filters
) -> tuple[Weekly, ...]:
    """The counts that can answer a question: of who sees everything, over whole weeks, of one dimension."""
    if not scope.sees_everything or periods[0].grain not in _OF_WEEKS:
        return ()
    if any(
        coverage.rules.week_of(day).start != day for period in periods for day in (period.start, period.end)
    ):
        return ()
    column = asked_by(by, filters)
    return tuple(
        weekly
        for weekly, needed in zip(WEEKLY, NEEDED, strict=True)
        if needed in coverage.known_columns and column in (EVERYONE, *weekly.dimensions)
    )


def asked_by(by: Iterable[str], filters: Filters) -> str | None:
    """The one column a question is narrowed or split by, EVERYONE for none; None for several."""
    columns = {column_name(dimension) for dimension in (*by, *filters.dimensions)}
    if len(columns) > 1:
        return None
    return next(iter(columns), EVERYONE)


def table_of(branch: Branch, usable: Iterable[Weekly], column: str | None, scope: Scope) -> FromClause | None:
    """What stands in for the branch's fact; None where no counts tell what its components ask."""
    for weekly in usable:
        if column is not None and all(
            _told(weekly, part, by_kind=branch.by_kind) for part in branch.components
        ):
            return _stand_in(scope.table(weekly.name), weekly, column)
    return None


def clocks_of_kinds(usable: Iterable[Weekly]) -> frozenset[tuple[str, str]]:
    """Facts and clocks whose kinds are counted by week."""
    return frozenset((weekly.fact, weekly.clock) for weekly in usable if "kind" in weekly.exact)


@lru_cache(maxsize=1024)
def _told(weekly: Weekly, component: Component, *, by_kind: bool) -> bool:
    """Whether the counts tell all that a component asks of the fact."""
    if component.fact != weekly.fact:
        return False
    if isinstance(component, Snapshot):
        counted = {f"{component.starts}_on", f"{component.ends}_week"} <= set(weekly.exact)
        return counted and component.starts == weekly.clock and component.since is None
    if not isinstance(component, Tally | AuditFrame | Durations) or component.clock != weekly.clock:
        return False
    if by_kind:
        of_sample = not isinstance(component, AuditFrame) or component.sample in weekly.samples
        return "kind" in weekly.exact and of_sample
    columns = KindColumns(weekly, weekly.table.c)
    try:
        if isinstance(component, Durations):
            component.where(columns)
            component.ended(columns)
            return component.bucket in weekly.exact
        if isinstance(component, Tally):
            component.where(columns)
            return component.quantity is None and not component.of_all
    except NotOfKind:
        return False
    return False


@lru_cache(maxsize=64)
def _stand_in(counts: FromClause, weekly: Weekly, column: str) -> FromClause:
    """The counts of one dimension under the names of the fact's columns.

    A date that is only known to the week is the week's first day; a value only known to exist is True.
    """
    c = counts.c
    offered: dict[str, Any] = {f"{weekly.clock}_week": c.week, f"{weekly.clock}_on": c.week}
    for name in weekly.exact:
        if name.endswith("_week"):
            offered[f"{name.removesuffix('_week')}_on"] = c[name]
        offered[name] = c[name]
    offered |= {name: func.nullif(c[flag], false()) for name, flag in weekly.known.items()}
    if column != EVERYONE:
        offered[column] = c.value
    offered["cases"] = c.cases
    offered |= {name: c[name] for sample in weekly.samples for name in weight_columns(sample)}
    columns = (value.label(name) for name, value in offered.items())
    return select(*columns).where(c.dimension == column).subquery(weekly.fact)
