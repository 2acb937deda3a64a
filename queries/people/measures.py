"""What people are compared on: for each measure the cases, the event in them, and what makes cases alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, and_, not_

from queries.formulas import Audited, Ratio
from queries.model import Metric
from queries.tallies import Columns

Kind = Literal["share", "slow", "calibration"]


@dataclass(frozen=True)
class PersonMeasure:
    """One measure of a person's cases over 13 weeks: the share in which the event happened; fewer is better.

    `metric` is the key in the catalog whose cases and definition it has. `event` and `cases` are words in the
    plural, `alike` the columns within which cases are compared, `alike_words` the same in words.
    """

    key: str
    label: str
    metric: str
    event: str
    cases: str
    alike: tuple[str, ...]
    alike_words: str
    kind: Kind = "share"


MEASURES: dict[str, PersonMeasure] = {
    measure.key: measure
    for measure in (
        PersonMeasure(
            "judged_wrong",
            "Judged wrong in random audits",
            "audit_defect_rate",
            "judged wrong",
            "audited decisions",
            ("audit_stratum", "reason"),
            "audit stratum and appeal reason",
        ),
        PersonMeasure(
            "restumbled",
            "Restumble within 30 days",
            "restumble_rate_30",
            "restumbled",
            "reinstatements",
            ("tier", "reason"),
            "seller tier and appeal reason",
        ),
        PersonMeasure(
            "slow",
            "Slowest quarter of decisions",
            "decision_hours_p50",
            "in the slowest quarter",
            "appeals submitted",
            ("tier", "policy"),
            "seller tier and policy",
            "slow",
        ),
        PersonMeasure(
            "sla_missed",
            "Escalations that missed the resolution SLA",
            "resolution_sla",
            "missed",
            "escalations due",
            ("severity", "reason"),
            "severity and reason",
        ),
        PersonMeasure(
            "other_than_calibration",
            "Decided otherwise than most in calibration",
            "calibration_agreement",
            "decided otherwise",
            "calibration decisions",
            ("reason",),
            "appeal reason",
            "calibration",
        ),
    )
}
"""Every measure, in the order they are shown."""


@dataclass(frozen=True)
class Counting:
    """How the cases of a share are counted: table, clock, cases and the event among them."""

    fact: str
    clock: str
    cases: Callable[[Columns], ColumnElement[bool]]
    events: Callable[[Columns], ColumnElement[bool]]


def counting_of(metric: Metric) -> Counting:
    """The cases and events of a catalog metric; where more is better the event is that it did not happen.

    Raises ValueError for a metric that is no share of its cases.
    """
    formula = metric.formula
    if isinstance(formula, Audited):
        frame = formula.frame
        return Counting(
            frame.fact,
            frame.clock,
            lambda c: and_(frame.where(c), frame.audited(c)),
            lambda c: and_(frame.where(c), frame.found(c)),
        )
    if not isinstance(formula, Ratio) or formula.numerator.fact != formula.denominator.fact:
        raise ValueError(f"{metric.key} is no share of its cases")
    of, hit = formula.denominator, formula.numerator
    if metric.good == "up":
        return Counting(of.fact, of.clock, of.where, lambda c: and_(of.where(c), not_(hit.where(c))))
    return Counting(of.fact, of.clock, of.where, lambda c: and_(of.where(c), hit.where(c)))
