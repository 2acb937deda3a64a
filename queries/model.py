"""What a metric is: components that SQL can add up, and the formula that combines them.

A component names a fact table, a clock (the date that puts a row in a period), and what it adds up.
A metric combines components by a formula; everything on screen is derived from that one object.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_

Columns = Any  # the `.c` of a scoped table: attribute access by column name
Predicate = Callable[[Columns], ColumnElement[bool]]
Quantity = Callable[[Columns], ColumnElement[Any]]
Unit = Literal["count", "share", "per_1000", "hours", "work_hours", "days", "mean", "money", "fte"]
Good = Literal["up", "down", "neutral"]


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


@dataclass(frozen=True)
class Count:
    """A tally as it is."""

    tally: Tally


@dataclass(frozen=True)
class Ratio:
    """Numerator ÷ denominator × `per`.

    `spread` says where the interval comes from: Wilson for a share of cases, Poisson for events per
    exposure, the squares of the quantity for a mean, and for hours of the cases done; none where parts of
    hours have no sampling model.
    `rows` are what it rests on where the denominator counts no rows but adds up hours.
    `adds_up` is False where one row of the denominator stands in several groups of what it is `of_all`: then
    the groups cannot be taken together.
    """

    numerator: Tally
    denominator: Tally
    per: float = 1.0
    spread: Literal["wilson", "poisson", "mean", "hours", "none"] = "wilson"
    squares: Tally | None = None
    adds_up: bool = True
    rows: Tally | None = None


@dataclass(frozen=True)
class Summed:
    """Quantities of several facts added up; unknown where some row has none, which `unknown` count."""

    tallies: tuple[Tally, ...]
    unknown: tuple[Tally, ...]


@dataclass(frozen=True)
class Quantile:
    """A quantile of time to the end, Kaplan–Meier over the period's cohort, open cases censored."""

    durations: Durations
    p: float


@dataclass(frozen=True)
class Level:
    """What is left of a balance at period end; `rows` are the same cases one by one."""

    balance: Balance
    rows: Snapshot


@dataclass(frozen=True)
class OpenCount:
    """How many rows of a snapshot."""

    snapshot: Snapshot


@dataclass(frozen=True)
class OpenAge:
    """A quantile of the age, in days, of the rows of a snapshot."""

    snapshot: Snapshot
    p: float


@dataclass(frozen=True)
class Audited:
    """Share found so in random audits, weighted by stratum; `flagged` is the word for the rows it finds."""

    frame: AuditFrame
    flagged: str = "judged wrong"


@dataclass(frozen=True)
class Agreed:
    """How far people who decided the same rows agree: share of agreeing pairs, AC1, Krippendorff's alpha."""

    decisions: Decisions
    coefficient: Literal["observed", "ac1", "alpha"]


@dataclass(frozen=True)
class Accrued:
    """What accrued over the days of a period; `rows` are those it accrued on, by start and end."""

    accrual: Accrual
    rows: Snapshot


@dataclass(frozen=True)
class Expected:
    """What is expected still to accrue for the rows open at period end, within the horizon of the outlook."""

    holding: Holding


@dataclass(frozen=True)
class DaysOfWork:
    """Hours of work the open rows of several facts hold ÷ the mean hours available per day before.

    `unknown` and `open_rows` count, per fact, the open rows without hours and all of them.
    """

    held: tuple[Holding, ...]
    unknown: tuple[Holding, ...]
    open_rows: tuple[Holding, ...]
    hours: Trailing


@dataclass(frozen=True)
class Spread:
    """How unequally the people of a team are loaded: Gini of their load per hour of capacity."""

    load: tuple[PerPerson, ...]
    unknown: tuple[PerPerson, ...]
    capacity: PerPerson


@dataclass(frozen=True)
class HeadcountGap:
    """Full-time equivalents that arrivals and backlog need, less those there are.

    `arrived` is the work of the period and `backlog` what is open at its end. `ramped` are the hours
    available, those of new people counted at what they get done, and `staff` is whose hours they are.
    """

    arrived: Summed
    backlog: tuple[Holding, ...]
    unknown: tuple[Holding, ...]
    ramped: Tally
    staff: Accrual


Formula = (
    Count
    | Ratio
    | Summed
    | Quantile
    | Level
    | OpenCount
    | OpenAge
    | Audited
    | Agreed
    | Accrued
    | Expected
    | DaysOfWork
    | Spread
    | HeadcountGap
)


@dataclass(frozen=True)
class Metric:
    """One number of the operation, defined once.

    `needs` lists the source columns ("table.column") without which it is "not supplied"; `instead` is the
    metric to show under the same key when they are missing. `absent` lists source columns that must hold
    nothing: a metric that leaves out a kind of work stands only where there is none. `follow_up` is the days
    after a period's end before the period is mature, `followed_in` the tables besides its own that must go
    as far, because what follows is recorded there. `importance` orders what needs attention. `beside` names
    metrics read with it, `guards` those of them its value is never shown without: a speed alone would praise
    haste. `flagged` is the word for the rows worth looking at ("missed").
    """

    key: str
    label: str
    area: str
    formula: Formula
    unit: Unit
    good: Good
    definition: str
    clock: str
    needs: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    follow_up: int = 0
    followed_in: tuple[str, ...] = ()
    headline: bool = False
    importance: float = 1.0
    beside: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    drill: tuple[str, ...] = ()
    owner: str = "Escalations lead"
    instead: Metric | None = None
    note: str = ""
    flagged: str = ""

    @property
    def is_stock(self) -> bool:
        """A level at period end rather than a flow within the period."""
        return isinstance(self.formula, Level | OpenCount | OpenAge | Expected | DaysOfWork)

    @property
    def is_rate(self) -> bool:
        """A number that is withheld when it rests on too few cases."""
        counts = Count | Summed | Level | OpenCount | Accrued | Expected | HeadcountGap
        return not isinstance(self.formula, counts)

    @property
    def looks_back(self) -> Trailing | None:
        """What must be loaded for some days before a period's end, whatever its length."""
        return self.formula.hours if isinstance(self.formula, DaysOfWork) else None

    @property
    def components(self) -> tuple[Component, ...]:
        """The components its formula combines."""
        formula = self.formula
        if isinstance(formula, Count):
            return (formula.tally,)
        if isinstance(formula, Ratio):
            parts = (formula.numerator, formula.denominator, formula.squares, formula.rows)
            return tuple(part for part in parts if part is not None)
        if isinstance(formula, Summed):
            return formula.tallies + formula.unknown
        if isinstance(formula, Quantile):
            return (formula.durations,)
        if isinstance(formula, Level):
            return (formula.balance,)
        if isinstance(formula, Audited):
            return (formula.frame,)
        if isinstance(formula, Agreed):
            return (formula.decisions,)
        if isinstance(formula, Accrued):
            return (formula.accrual,)
        if isinstance(formula, Expected):
            return (formula.holding,)
        if isinstance(formula, DaysOfWork):
            return (*formula.held, *formula.unknown, *formula.open_rows, formula.hours)
        if isinstance(formula, Spread):
            return (*formula.load, *formula.unknown, formula.capacity)
        if isinstance(formula, HeadcountGap):
            arrived = formula.arrived.tallies + formula.arrived.unknown
            return (*arrived, *formula.backlog, *formula.unknown, formula.ramped, formula.staff)
        return (formula.snapshot,)

    @property
    def facts(self) -> tuple[str, ...]:
        """Fact tables it reads."""
        return tuple(dict.fromkeys(component.fact for component in self.components))
