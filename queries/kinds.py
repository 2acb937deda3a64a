"""Sums of many conditions at once: cases are counted by their kind, and the conditions put to the kinds.

The store tells apart some thousand kinds of cases, see `store.schema.kinds`. Counting millions of cases by
kind takes about as long as counting them by week; forty conditions on each of them take ten times as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Double, FromClause, Select, case, cast, func, literal, select, union_all

from queries.branch_columns import breakdown_columns, common_columns, period_key, within
from queries.scope import Scope
from queries.tallies import AuditFrame, Tally
from queries.time import Period
from store.schema.kinds import HORIZONS, KINDS, Kinds
from store.schema.weekly import WEIGHTS, Weekly, weight_columns

CASES = "cases"
"""How many cases, among what is added up of the cases of a kind."""


class NotOfKind(Exception):
    """A condition that cannot be put to kinds: it asks for more than they tell apart."""


class _Partly:
    """A column of which kinds know a part; whatever asks for the rest of it raises NotOfKind."""

    def __init__(self, part: Any) -> None:
        self._part = part

    def _refuse(self, *_: object) -> Any:
        raise NotOfKind(str(self._part))

    __eq__ = __ne__ = __lt__ = __gt__ = __ge__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __getattr__ = _refuse
    __hash__ = object.__hash__

    def __le__(self, days: Any) -> Any:
        return self._refuse()


class _Known(_Partly):
    """A column of which kinds only know whether it has a value."""

    def is_not(self, value: None) -> Any:
        return self._part.is_(True) if value is None else self._refuse()

    def is_(self, value: None) -> Any:
        return self._part.is_(False) if value is None else self._refuse()


class _Within(_Partly):
    """A count of days of which kinds only know which of the horizons it does not exceed."""

    def __le__(self, days: Any) -> Any:
        return self._part <= days if days in HORIZONS else self._refuse()


class KindColumns:
    """The columns of kinds under the names they have on the cases; raises NotOfKind for any other."""

    def __init__(self, kinds: Kinds | Weekly, columns: Any) -> None:
        self._columns: dict[str, Any] = {name: columns[name] for name in kinds.exact}
        self._columns |= {name: _Known(columns[flag]) for name, flag in kinds.known.items()}
        self._columns |= {name: _Within(columns[days]) for name, days in kinds.within.items()}

    def __getitem__(self, name: str) -> Any:
        if name not in self._columns:
            raise NotOfKind(name)
        return self._columns[name]

    def __getattr__(self, name: str) -> Any:
        return self[name]


@lru_cache(maxsize=512)
def told_by_kind(component: Tally | AuditFrame) -> bool:
    """Whether the kind of a case says all the component asks of it."""
    kinds = KINDS.get(component.fact)
    if kinds is None:
        return False
    columns = KindColumns(kinds, kinds.table.c)
    try:
        component.where(columns)
        if isinstance(component, AuditFrame):
            _drawn(component, columns)
            component.found(columns)
            return True
    except NotOfKind:
        return False
    return component.quantity is None and not component.of_all


def select_by_kind(
    part: str,
    tallies: Sequence[Tally],
    frames: Sequence[Sequence[AuditFrame]],
    periods: Sequence[Period],
    by: Sequence[str],
    kept: ColumnElement[bool],
    scope: Scope,
    table: FromClause,
    width: int,
) -> Select[Any]:
    """The sums of components of one fact and clock: tallies, then those of frames as `audit_frames` has them.

    `table` is the fact or what stands in for it. Frames of one entry of `frames` are about the same rows and
    sample. One row per period, group and, where there are frames, audit stratum.
    """
    first: Tally | AuditFrame = tallies[0] if tallies else frames[0][0]
    of_kind, asked = sums_of_kinds(tallies, frames, scope)
    samples = tuple(dict.fromkeys(same[0].sample for same in frames))
    cases = _cases(table, first.clock, periods, by, kept, samples)

    def total(condition: ColumnElement[bool], name: str) -> Any:
        return func.coalesce(func.sum(case((condition, cases.c[name]))), 0)

    sums = [total(condition, name) for condition, name in asked]
    breakdown = [cases.c[f"b{place}"] for place in range(len(by))]
    stratum = of_kind.c.audit_stratum if frames else None
    strata = [] if stratum is None else [stratum]
    return (
        select(*common_columns(part, cases.c.key, breakdown, sums, width, label=stratum))
        .select_from(cases.join(of_kind, of_kind.c.kind == cases.c.kind))
        .group_by(cases.c.key, *breakdown, *strata)
    )


def sums_of_kinds(
    tallies: Sequence[Tally], frames: Sequence[Sequence[AuditFrame]], scope: Scope
) -> tuple[FromClause, list[tuple[ColumnElement[bool], str]]]:
    """The kinds of the components' fact, and per sum of `select_by_kind`, in its order, which of them it is
    of and what it adds up of their cases: CASES or one of `weight_sums`."""
    first: Tally | AuditFrame = tallies[0] if tallies else frames[0][0]
    kinds = KINDS[first.fact]
    of_kind = scope.table(kinds.name)
    columns = KindColumns(kinds, of_kind.c)
    sums = [(tally.where(columns), CASES) for tally in tallies]
    for same in frames:
        frame, sample = same[0], same[0].sample
        audited = frame.where(columns) & frame.audited(columns)
        sums += [
            (frame.where(columns), CASES),
            (frame.where(columns) & _drawn(frame, columns), CASES),
            (audited, CASES),
            *((audited, name) for name in weight_columns(sample)),
        ]
        for found in (other.where(columns) & other.found(columns) for other in same):
            sums += [(found, CASES), (found, f"{sample}_weight")]
    return of_kind, sums


def weight_sums(table: FromClause, sample: str) -> dict[str, Any]:
    """What is added up of a sample's audits with a weight, by the names of `weight_columns`."""
    weight = table.c[f"{sample}_weight"]
    sums = (func.count(weight), func.sum(weight), func.sum(weight * weight))
    return dict(zip(weight_columns(sample), sums, strict=True))


def _cases(
    table: FromClause,
    clock: str,
    periods: Sequence[Period],
    by: Sequence[str],
    kept: ColumnElement[bool],
    samples: Sequence[str],
) -> Any:
    """Cases per period, group and kind; apart from them the weights of the audits a source gave one."""
    key = period_key(table, clock, periods)
    breakdown = breakdown_columns(table, by)
    named = [column.label(f"b{place}") for place, column in enumerate(breakdown)]
    inside = [within(table.c[f"{clock}_on"], periods), kept]
    if "cases" in table.c:
        return (
            _counted(table, key, named, samples)
            .where(*inside)
            .group_by(key, *breakdown, table.c.kind)
            .subquery("cases")
        )
    none = cast(literal(0), Double)

    def counted(cases: Any, weighed: str | None, *conditions: Any) -> Select[Any]:
        weights = []
        for sample in samples:
            for name, value in weight_sums(table, sample).items():
                weights.append((cast(value, Double) if sample == weighed else none).label(name))
        return (
            select(key.label("key"), *named, table.c.kind.label("kind"), cases.label("cases"), *weights)
            .where(*inside, *conditions)
            .group_by(key, *breakdown, table.c.kind)
        )

    weighed = [
        counted(cast(literal(0), Double), sample, table.c[f"{sample}_weight"].is_not(None))
        for sample in samples
    ]
    everyone = counted(cast(func.count(), Double), None)
    return (union_all(everyone, *weighed) if weighed else everyone).subquery("cases")


def _counted(table: FromClause, key: Any, named: Sequence[Any], samples: Sequence[str]) -> Select[Any]:
    """The same of cases counted by week already, with the weights of all their audits."""
    names = ("cases", *(f"{sample}_{name}" for sample in samples for name in WEIGHTS))
    sums = (cast(func.coalesce(func.sum(table.c[name]), 0), Double).label(name) for name in names)
    return select(key.label("key"), *named, table.c.kind.label("kind"), *sums)


def _drawn(frame: AuditFrame, columns: Any) -> Any:
    return columns[f"{frame.sample}_drawn"].is_(True)
