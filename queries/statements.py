"""One statement for all components a section asks for: one SELECT per clock, joined by UNION ALL.

Each branch has its own range predicate, because a CASE over clocks would defeat the pruning of a clustered
store. Every branch returns the same columns: part, key, one column per breakdown, bucket, ended, label and
the sums v0, v1, …; what a branch does not have is null.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Date,
    DateTime,
    Double,
    FromClause,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    column,
    extract,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    type_coerce,
    union_all,
    values,
)

from queries.conditions import column_name, matches
from queries.directory import Directory
from queries.filters import Filters
from queries.model import AuditFrame, Balance, Component, Durations, Snapshot, Tally
from queries.scope import Scope
from queries.time import Grain, Period

Key = int | dt.date


@dataclass(frozen=True)
class Question:
    """What a section asks: components over periods of one grain, broken down and filtered."""

    components: tuple[Component, ...]
    periods: tuple[Period, ...]
    by: tuple[str, ...]
    filters: Filters

    @property
    def grain(self) -> Grain:
        """Grain of the periods."""
        return self.periods[0].grain


@dataclass(frozen=True)
class Branch:
    """One SELECT of the union and which components its sums v0, v1, … are."""

    part: str
    kind: type[Component]
    components: tuple[Component, ...]


def branches_of(components: Sequence[Component]) -> list[Branch]:
    """Components in the fewest SELECTs: tallies share one per fact and clock, snapshots one per fact."""
    grouped: dict[tuple[object, ...], list[Component]] = {}
    for component in dict.fromkeys(components):
        if isinstance(component, Tally):
            group: tuple[object, ...] = (Tally, component.fact, component.clock)
        elif isinstance(component, Snapshot):
            group = (Snapshot, component.fact, component.starts, component.ends)
        else:
            group = (type(component), component.key)
        grouped.setdefault(group, []).append(component)
    return [
        Branch(f"p{place}", type(members[0]), tuple(members))
        for place, members in enumerate(grouped.values())
    ]


def statement_for(
    question: Question,
    branches: Sequence[Branch],
    scope: Scope,
    directory: Directory,
    moments: Sequence[dt.datetime],
) -> CompoundSelect[Any]:
    """The union of all branches. `moments` are the UTC ends of the periods, for snapshots."""
    width = max(_width(branch) for branch in branches)
    selects = []
    for branch in branches:
        table = scope.table(branch.components[0].fact)
        kept = matches(table, question.filters, directory)
        first = branch.components[0]
        if isinstance(first, Tally):
            selected = _tallies(branch, table, question, kept, width)
        elif isinstance(first, Durations):
            selected = _durations(branch.part, first, table, question, kept, width)
        elif isinstance(first, AuditFrame):
            selected = _audits(branch.part, first, table, question, kept, width)
        elif isinstance(first, Balance):
            selected = _balance(branch.part, table, question, kept, width)
        else:
            selected = _snapshots(branch, table, question, kept, width, moments)
        selects.append(selected)
    return union_all(*selects)


def exact_statement_for(
    question: Question,
    branches: Sequence[Branch],
    scope: Scope,
    directory: Directory,
    throughs: Mapping[str, dt.datetime],
) -> CompoundSelect[Any]:
    """The branches of durations alone, with the least, the sum and the greatest of the hours in each bucket.

    Three durations are known exactly from these; asked only where quantiles rest on few rows, because it
    reads a column more. `throughs` says up to when each fact is known.
    """
    selects = []
    for branch in branches:
        durations = branch.components[0]
        assert isinstance(durations, Durations)
        table = scope.table(durations.fact)
        through = cast(literal(throughs[durations.fact]), DateTime)
        hours = cast(durations.hours(table.c, through), Double)
        kept = matches(table, question.filters, directory)
        sums = [func.count(), func.min(hours), func.sum(hours), func.max(hours)]
        selects.append(_durations(branch.part, durations, table, question, kept, len(sums), sums))
    return union_all(*selects)


def key_of(period: Period) -> Key:
    """How a period's own rows are keyed when the grain is a day, week or month."""
    if period.grain in (Grain.month, Grain.quarter):
        return period.start.year * 12 + period.start.month - 1
    return period.start


def _width(branch: Branch) -> int:
    if branch.kind is AuditFrame:
        return 3
    return len(branch.components) if branch.kind in (Tally, Snapshot) else 1


def _period_key(table: FromClause, clock: str, grain: Grain) -> Any:
    """Week and day are stored; months count from year 0; quarters and blocks are merged outside SQL."""
    return _key_in(table.c[f"{clock}_on"], table.c[f"{clock}_week"], grain)


def _key_in(on: Any, week: Any, grain: Grain) -> Any:
    if grain is Grain.day:
        return on
    if grain in (Grain.month, Grain.quarter):
        return cast(extract("year", on) * 12 + extract("month", on) - 1, Integer)
    return week


def _within(on: Any, periods: Sequence[Period]) -> Any:
    """Days of any of the periods; neighbouring periods share one range."""
    ranges: list[tuple[dt.date, dt.date]] = []
    for period in sorted(periods):
        if ranges and ranges[-1][1] == period.start:
            ranges[-1] = (ranges[-1][0], period.end)
        else:
            ranges.append((period.start, period.end))
    return or_(*(and_(on >= start, on < end) for start, end in ranges))


def _row(
    part: str,
    key: Any,
    breakdown: Sequence[Any],
    sums: Sequence[Any],
    width: int,
    *,
    bucket: Any = None,
    ended: Any = None,
    label: Any = None,
) -> list[Any]:
    """The common columns of a branch; absent ones are typed nulls, so that every engine can unite them."""
    filled = [cast(total, Double).label(f"v{place}") for place, total in enumerate(sums)]
    filled += [cast(null(), Double).label(f"v{place}") for place in range(len(sums), width)]
    return [
        literal_column(f"'{part}'", String).label("part"),
        key.label("key"),
        *(value.label(f"b{place}") for place, value in enumerate(breakdown)),
        (cast(null(), Integer) if bucket is None else bucket).label("bucket"),
        (cast(null(), Integer) if ended is None else ended).label("ended"),
        (cast(null(), String) if label is None else label).label("label"),
        *filled,
    ]


def _breakdown(table: FromClause, by: Sequence[str]) -> list[Any]:
    return [table.c[column_name(dimension)] for dimension in by]


def _tallies(branch: Branch, table: FromClause, question: Question, kept: Any, width: int) -> Select[Any]:
    sums = []
    clock = ""
    for tally in branch.components:
        assert isinstance(tally, Tally)
        clock = tally.clock
        counted = tally.where(table.c)
        if tally.quantity is None:
            sums.append(func.count(case((counted, 1))))
        else:
            sums.append(func.coalesce(func.sum(case((counted, cast(tally.quantity(table.c), Double)))), 0))
    key = _period_key(table, clock, question.grain)
    breakdown = _breakdown(table, question.by)
    return (
        select(*_row(branch.part, key, breakdown, sums, width))
        .where(_within(table.c[f"{clock}_on"], question.periods), kept)
        .group_by(key, *breakdown)
    )


def _durations(
    part: str,
    durations: Durations,
    table: FromClause,
    question: Question,
    kept: Any,
    width: int,
    sums: Sequence[Any] = (),
) -> Select[Any]:
    key = _period_key(table, durations.clock, question.grain)
    breakdown = _breakdown(table, question.by)
    bucket = table.c[durations.bucket]
    ended = case((durations.ended(table.c), 1), else_=0)
    return (
        select(*_row(part, key, breakdown, sums or [func.count()], width, bucket=bucket, ended=ended))
        .where(
            _within(table.c[f"{durations.clock}_on"], question.periods),
            durations.where(table.c),
            bucket.is_not(None),
            kept,
        )
        .group_by(key, *breakdown, bucket, ended)
    )


def _audits(
    part: str, frame: AuditFrame, table: FromClause, question: Question, kept: Any, width: int
) -> Select[Any]:
    key = _period_key(table, frame.clock, question.grain)
    breakdown = _breakdown(table, question.by)
    sums = [
        func.count(),
        func.count(table.c.audit_wrong),
        func.count(case((table.c.audit_wrong.is_(True), 1))),
    ]
    return (
        select(*_row(part, key, breakdown, sums, width, label=table.c.audit_stratum))
        .where(_within(table.c[f"{frame.clock}_on"], question.periods), frame.where(table.c), kept)
        .group_by(key, *breakdown, table.c.audit_stratum)
    )


def _balance(part: str, table: FromClause, question: Question, kept: Any, width: int) -> Select[Any]:
    """Flows per period and kind; all history before the first period collapses into one row of key null."""
    first, last = question.periods[0].start, question.periods[-1].end
    key = case(
        (table.c.on_day >= first, _key_in(table.c.on_day, table.c.on_week, question.grain)), else_=null()
    )
    breakdown = _breakdown(table, question.by)
    flow = case((table.c.on_day >= first, table.c.flow), else_=null())
    return (
        select(*_row(part, key, breakdown, [func.sum(table.c.delta)], width, label=flow))
        .where(table.c.on_day < last, kept)
        .group_by(key, *breakdown, flow)
    )


def _snapshots(
    branch: Branch,
    table: FromClause,
    question: Question,
    kept: Any,
    width: int,
    moments: Sequence[dt.datetime],
) -> Select[Any]:
    """Rows open at each period end, by age in days, through a small table of ends."""
    first = branch.components[0]
    assert isinstance(first, Snapshot)
    starts, ends = table.c[f"{first.starts}_on"], table.c[f"{first.ends}_on"]
    ends_at = values(
        column("key", Integer), column("end_on", Date), column("moment", DateTime), name="ends_at"
    ).data([(place, period.end, moments[place]) for place, period in enumerate(question.periods)])
    end_on = cast(ends_at.c.end_on, Date)
    age = type_coerce(end_on - starts, Integer)
    sums = []
    for snapshot in branch.components:
        assert isinstance(snapshot, Snapshot)
        if snapshot.also is None:
            sums.append(func.count())
        else:
            sums.append(func.count(case((snapshot.also(table.c, cast(ends_at.c.moment, DateTime)), 1))))
    breakdown = _breakdown(table, question.by)
    # `key` must keep the type of the other branches, so the period's place stands in the free column `ended`.
    key = cast(null(), Integer if question.grain in (Grain.month, Grain.quarter) else Date)
    return (
        select(*_row(branch.part, key, breakdown, sums, width, bucket=age, ended=ends_at.c.key))
        .select_from(table.join(ends_at, and_(starts < end_on, or_(ends.is_(None), ends >= end_on))))
        .where(
            starts < literal(question.periods[-1].end),
            or_(ends.is_(None), ends >= literal(question.periods[0].end)),
            kept,
        )
        .group_by(ends_at.c.key, *breakdown, age)
    )
