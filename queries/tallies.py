"""What SQL can add up: a fact table, a clock (the date that puts a row in a period), and what is added up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_

Columns = Any  # the `.c` of a scoped table: attribute access by column name
Predicate = Callable[[Columns], ColumnElement[bool]]
Quantity = Callable[[Columns], ColumnElement[Any]]


@dataclass(frozen=True)
class Tally:
    """Rows counted, or a quantity summed, in the period of their clock.

    `of_all` names dimensions that do not narrow or split it: as a denominator it is everyone's, and each
    group's share of it is a share of the whole.
    """

    key: str
    fact: str
    clock: str
    where: Predicate
    quantity: Quantity | None = None
    of_all: tuple[str, ...] = ()


@dataclass(frozen=True)
class Durations:
    """Rows counted per log bucket of a duration, ended and censored apart, in the period of their clock.

    `hours` is the duration itself, to the moment the facts go up to while it lasts (the second argument);
    it is only asked for where rows are so few that their quantiles are taken from it.
    """

    key: str
    fact: str
    clock: str
    bucket: str
    ended: Predicate
    where: Predicate
    hours: Callable[[Columns, ColumnElement[Any]], ColumnElement[Any]]


@dataclass(frozen=True)
class AuditFrame:
    """Rows, rows drawn, audited, and found so by the audit, per audit stratum, in the period of their clock.

    `sample` names its columns: <sample>_drawn, _wrong and _weight; all samples of a table share its strata.
    `verdict` says which of the audited rows are found so, else those judged wrong.
    """

    key: str
    fact: str
    clock: str
    where: Predicate
    verdict: Predicate | None = None
    sample: str = "audit"

    def audited(self, c: Columns) -> ColumnElement[bool]:
        """Rows with a verdict."""
        known: ColumnElement[bool] = c[f"{self.sample}_wrong"].is_not(None)
        return known

    def found(self, c: Columns) -> ColumnElement[bool]:
        """Rows the audit found so."""
        verdict = c[f"{self.sample}_wrong"].is_(True) if self.verdict is None else self.verdict(c)
        return and_(self.audited(c), verdict)


@dataclass(frozen=True)
class Decisions:
    """Rows that several people decided, counted by what they decided, in the period of their clock."""

    key: str
    fact: str
    clock: str
    where: Predicate


@dataclass(frozen=True)
class Balance:
    """A stock kept by ±1 flows (`case_flow`): what came in, what went out, what is left at period end."""

    key: str
    fact: str


@dataclass(frozen=True)
class Snapshot:
    """Rows open at the end of a period: opened before it and not ended before it, with their age buckets.

    `since` names a moment column: only rows that have it, before that end, count.
    """

    key: str
    fact: str
    starts: str
    ends: str
    since: str | None = None


@dataclass(frozen=True)
class Accrual:
    """What flows (`block_flow`) hold back each day between them, summed over the days of a period."""

    key: str
    fact: str
    where: Predicate


@dataclass(frozen=True)
class Holding:
    """A quantity of the rows open at the end of a period.

    `lasting`: times the days each is still expected to last.
    """

    key: str
    rows: Snapshot
    quantity: Quantity
    lasting: bool = True

    @property
    def fact(self) -> str:
        """Table of its rows."""
        return self.rows.fact


@dataclass(frozen=True)
class Trailing:
    """A tally over the last `days` days before the end of each period, whatever its length."""

    key: str
    tally: Tally
    days: int

    @property
    def fact(self) -> str:
        """Table of its rows."""
        return self.tally.fact


@dataclass(frozen=True)
class PerPerson:
    """A tally of each person in each team; rows without person or team are nobody's."""

    key: str
    tally: Tally

    @property
    def fact(self) -> str:
        """Table of its rows."""
        return self.tally.fact


Component = (
    Tally | Durations | AuditFrame | Decisions | Balance | Snapshot | Accrual | Holding | Trailing | PerPerson
)
