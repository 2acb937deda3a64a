"""What a metric is: what SQL can add up, and the formula that combines it.

Everything on screen is derived from that one object.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from queries.formulas import (
    Accrued,
    Agreed,
    Audited,
    Count,
    DaysOfWork,
    Expected,
    Formula,
    HeadcountGap,
    Level,
    OpenAge,
    OpenCount,
    Quantile,
    Ratio,
    Spread,
    Summed,
)
from queries.tallies import Component, Trailing

Unit = Literal["count", "share", "per_1000", "hours", "work_hours", "days", "mean", "money", "fte"]
Good = Literal["up", "down", "neutral"]


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
