"""One statement for all components a section asks for: one SELECT per clock, joined by UNION ALL.

Each branch has its own range predicate, because a CASE over clocks would defeat the pruning of a clustered
store. Every branch returns the same columns: part, key, one column per breakdown, bucket, ended, label and
the sums v0, v1, …; what a branch does not have is null.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Date,
    DateTime,
    FromClause,
    Integer,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from queries import accruals, audit_frames, per_person, snapshots, trailing, weekly
from queries.branch_columns import (
    NO_VALUE,
    breakdown_columns,
    common_columns,
    count_of,
    key_and_groups,
    key_in,
    period_key,
    sum_of,
    within,
)
from queries.branches import Branch
from queries.conditions import matches, one_of
from queries.directory import Directory
from queries.filters import Filters
from queries.kinds import select_by_kind
from queries.scope import Scope
from queries.tallies import (
    Accrual,
    AuditFrame,
    Balance,
    Component,
    Decisions,
    Durations,
    Holding,
    PerPerson,
    Snapshot,
    Tally,
    Trailing,
)
from queries.time import Grain, Period
from store.schema.weekly import Weekly
from store.settings import Planning

Key = int | dt.date


@dataclass(frozen=True)
class Question:
    """What a section asks: components over periods of one grain, broken down and filtered.

    `moments` are the UTC ends of the periods, `throughs` says up to when each fact is known,
    `outlook` how many days rows are still expected to last, by their age, `planning` what the organisation
    plans with, `weekly` which counts by week may answer it.
    """

    components: tuple[Component, ...]
    periods: tuple[Period, ...]
    by: tuple[str, ...]
    filters: Filters
    moments: tuple[dt.datetime, ...]
    throughs: Mapping[str, dt.datetime]
    outlook: tuple[float, ...] = ()
    planning: Planning = field(default_factory=Planning)
    weekly: tuple[Weekly, ...] = ()

    @property
    def grain(self) -> Grain:
        """Grain of the periods."""
        return self.periods[0].grain


def statement_for(
    question: Question,
    branches: Sequence[Branch],
    scope: Scope,
    directory: Directory,
) -> CompoundSelect[Any]:
    """The union of all branches."""
    width = max(branch.width for branch in branches)
    selects = []
    for branch in branches:
        first = branch.components[0]
        counts = weekly.table_of(
            branch, question.weekly, weekly.asked_by(question.by, question.filters), scope
        )
        table = scope.table(first.fact) if counts is None else counts
        of_all = first.of_all if isinstance(first, Tally) else ()
        narrowing = question.filters.only(set(question.filters.dimensions) - set(of_all))
        kept = matches(table, narrowing, directory)
        if branch.by_kind:
            selected = select_by_kind(
                branch.part,
                branch.tallies,
                branch.frames,
                question.periods,
                question.by,
                kept,
                scope,
                table,
                width,
            )
        elif isinstance(first, PerPerson):
            selected = per_person.select_sums(branch, table, question, kept, width)
        elif isinstance(first, Trailing):
            selected = trailing.select_sums(branch, table, question, kept, width)
        else:
            throughs = tuple(question.throughs.items())
            whole = _unfiltered(
                branch, table, question.periods, question.by, question.moments, throughs, width
            )
            selected = whole.where(kept)
        selects.append(selected)
    return union_all(*selects)


@dataclass(frozen=True)
class FewRows:
    """Groups and periods of a question in which some durations are few."""

    groups: tuple[tuple[str | None, ...], ...]
    periods: tuple[Period, ...]


def exact_statement_for(
    question: Question,
    few: Sequence[tuple[Branch, FewRows]],
    scope: Scope,
    directory: Directory,
) -> CompoundSelect[Any]:
    """The branches of durations alone, one row per duration with its hours, where they are few."""
    selects = []
    for branch, cells in few:
        durations = branch.components[0]
        assert isinstance(durations, Durations)
        table = scope.table(durations.fact)
        breakdown = breakdown_columns(table, question.by)
        through = cast(literal(question.throughs[durations.fact]), DateTime)
        bucket, ended = _counted_by(durations, table)
        key = period_key(table, durations.clock, question.periods)
        hours = [durations.hours(table.c, through)]
        selects.append(
            select(
                *common_columns(branch.part, key, breakdown, hours, len(hours), bucket=bucket, ended=ended)
            ).where(
                _durations_within(durations, table, cells.periods),
                matches(table, question.filters, directory),
                *(
                    one_of(column, {group[place] for group in cells.groups})
                    for place, column in enumerate(breakdown)
                ),
            )
        )
    return union_all(*selects)


def key_of(period: Period) -> Key:
    """How a period's own rows are keyed when the grain is a day, week or month."""
    if period.grain in (Grain.month, Grain.quarter):
        return period.start.year * 12 + period.start.month - 1
    return period.start


@lru_cache(maxsize=96)
def _unfiltered(
    branch: Branch,
    table: FromClause,
    periods: tuple[Period, ...],
    by: tuple[str, ...],
    moments: tuple[dt.datetime, ...],
    throughs: tuple[tuple[str, dt.datetime], ...],
    width: int,
) -> Select[Any]:
    """The SELECT of a branch over all rows of its table. Kept: views differ in their filters alone."""
    first, part = branch.components[0], branch.part
    question = Question(branch.components, periods, by, Filters(), moments, dict(throughs))
    if isinstance(first, Tally):
        return _tallies(branch, table, question, width)
    if isinstance(first, Durations):
        return _durations(part, first, table, question, width)
    if isinstance(first, AuditFrame):
        return _audits(branch, table, question, width)
    if isinstance(first, Decisions):
        return _decisions(part, first, table, question, width)
    if isinstance(first, Balance):
        return _balance(part, table, question, width)
    if isinstance(first, Accrual):
        return _accruals(branch, table, question, width)
    if isinstance(first, Holding):
        return _snapshots(part, first.rows, table, question, width, branch.components)
    assert isinstance(first, Snapshot)
    return _snapshots(part, first, table, question, width)


def _tallies(branch: Branch, table: FromClause, question: Question, width: int) -> Select[Any]:
    sums: list[Any] = []
    clock = ""
    of_all: tuple[str, ...] = ()
    for tally in branch.components:
        assert isinstance(tally, Tally)
        clock, of_all = tally.clock, tally.of_all
        sums.append(sum_of(tally, table))
    key, groups = key_and_groups(table, clock, question.periods)
    breakdown = dict.fromkeys(question.by, NO_VALUE)
    grouped = [dimension for dimension in question.by if dimension not in of_all]
    breakdown |= zip(grouped, breakdown_columns(table, grouped), strict=True)
    return (
        select(*common_columns(branch.part, key, list(breakdown.values()), sums, width))
        .where(within(table.c[f"{clock}_on"], question.periods))
        .group_by(*groups, *(breakdown[dimension] for dimension in grouped))
    )


def _durations(
    part: str, durations: Durations, table: FromClause, question: Question, width: int
) -> Select[Any]:
    key, groups = key_and_groups(table, durations.clock, question.periods)
    breakdown = breakdown_columns(table, question.by)
    bucket, ended = _counted_by(durations, table)
    return (
        select(*common_columns(part, key, breakdown, [count_of(table)], width, bucket=bucket, ended=ended))
        .where(_durations_within(durations, table, question.periods))
        .group_by(*groups, *breakdown, bucket, ended)
    )


def _counted_by(durations: Durations, table: FromClause) -> tuple[Any, Any]:
    """The bucket of each duration, and 1 where it ended."""
    return table.c[durations.bucket], case((durations.ended(table.c), 1), else_=0)


def _durations_within(durations: Durations, table: FromClause, periods: Sequence[Period]) -> Any:
    return and_(
        within(table.c[f"{durations.clock}_on"], periods),
        durations.where(table.c),
        table.c[durations.bucket].is_not(None),
    )


def _audits(branch: Branch, table: FromClause, question: Question, width: int) -> Select[Any]:
    frames = [frame for frame in branch.components if isinstance(frame, AuditFrame)]
    first = frames[0]
    key, groups = key_and_groups(table, first.clock, question.periods)
    breakdown = breakdown_columns(table, question.by)
    sums = audit_frames.sums_of(frames, table)
    return (
        select(*common_columns(branch.part, key, breakdown, sums, width, label=table.c.audit_stratum))
        .where(within(table.c[f"{first.clock}_on"], question.periods), first.where(table.c))
        .group_by(*groups, *breakdown, table.c.audit_stratum)
    )


def _decisions(
    part: str, decisions: Decisions, table: FromClause, question: Question, width: int
) -> Select[Any]:
    key, groups = key_and_groups(table, decisions.clock, question.periods)
    breakdown = breakdown_columns(table, question.by)
    pattern = table.c.decision_pattern
    return (
        select(*common_columns(part, key, breakdown, [func.count()], width, label=pattern))
        .where(
            within(table.c[f"{decisions.clock}_on"], question.periods),
            decisions.where(table.c),
            pattern.is_not(None),
        )
        .group_by(*groups, *breakdown, pattern)
    )


def _balance(part: str, table: FromClause, question: Question, width: int) -> Select[Any]:
    """Flows per period and kind; all history before the first period collapses into one row of key null."""
    first, last = question.periods[0].start, question.periods[-1].end
    key = case(
        (table.c.on_day >= first, key_in(table.c.on_day, table.c.on_week, question.grain)), else_=null()
    )
    breakdown = breakdown_columns(table, question.by)
    flow = case((table.c.on_day >= first, table.c.flow), else_=null())
    return (
        select(*common_columns(part, key, breakdown, [func.sum(table.c.delta)], width, label=flow))
        .where(table.c.on_day < last)
        .group_by(key, *breakdown, flow)
    )


def _accruals(branch: Branch, table: FromClause, question: Question, width: int) -> Select[Any]:
    """Sums of flows per period; all history before the first period collapses into one row of key null."""
    key = accruals.flow_key(table, question.periods)
    breakdown = breakdown_columns(table, question.by)
    flows = (component for component in branch.components if isinstance(component, Accrual))
    sums = [total for accrual in flows for total in accruals.sums(table, accrual, question.periods)]
    return (
        select(*common_columns(branch.part, key, breakdown, sums, width))
        .where(table.c.on_day < question.periods[-1].end)
        .group_by(key, *breakdown)
    )


def _snapshots(
    part: str,
    snapshot: Snapshot,
    table: FromClause,
    question: Question,
    width: int,
    holdings: Sequence[Component] = (),
) -> Select[Any]:
    """Rows open at any period end, counted by when they began and ended; `snapshots.spread` spreads them.

    Quantities held by the rows are added up instead of their number.
    """
    bucket, ended = snapshots.began(table, snapshot), snapshots.ended(table, snapshot, question.grain)
    held = [holding.quantity(table.c) for holding in holdings if isinstance(holding, Holding)]
    sums: list[Any] = [func.coalesce(func.sum(quantity), 0) for quantity in held] or [count_of(table)]
    counted_by = [bucket, ended]
    open_at_an_end = snapshots.seen(table, snapshot, question.periods)
    if snapshot.since is not None:
        since = snapshots.since(table, snapshot.since, question.grain)
        sums.append(since)
        counted_by.append(since)
        # Business dates say in which period it was; what lies past the end of the data is in none yet.
        until = min(question.moments[-1], question.throughs.get(snapshot.fact, question.moments[-1]))
        open_at_an_end.append(table.c[snapshot.since] < until)
    # `key` must have the type it has in the other branches.
    key = cast(null(), Integer if question.grain in (Grain.month, Grain.quarter) else Date)
    breakdown = breakdown_columns(table, question.by)
    return (
        select(*common_columns(part, key, breakdown, sums, width, bucket=bucket, ended=ended))
        .where(*open_at_an_end)
        .group_by(*breakdown, *counted_by)
    )
