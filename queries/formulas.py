"""How a metric combines what SQL added up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from queries.tallies import (
    Accrual,
    AuditFrame,
    Balance,
    Decisions,
    Durations,
    Holding,
    PerPerson,
    Snapshot,
    Tally,
    Trailing,
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
