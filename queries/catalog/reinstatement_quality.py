"""Reinstatement metrics of whether decisions are right and whether people decide alike."""

from __future__ import annotations

from queries.catalog import reinstatement_parts as parts
from queries.catalog.reinstatement_metric import DRILL, reinstatement_metric
from queries.formulas import Agreed, Audited, Count, Ratio
from queries.model import Metric

AUDIT_FOLLOW_UP = 28
"""Days until reviews of a period's decisions are done."""
_NEEDS = ("appeals.audit_wrong",)
_SIDES = ("appeals.audit_wrong", "appeals.audit_side")
_TWICE = ("appeals.decision_pattern",)


def _agreement(key: str, label: str, formula: Agreed, definition: str, beside: tuple[str, ...]) -> Metric:
    return reinstatement_metric(
        key,
        label,
        formula,
        "share" if formula.coefficient == "observed" else "mean",
        "up",
        definition,
        "decided",
        needs=_TWICE if formula.decisions is parts.DECIDED_TWICE else (*_TWICE, "appeals.calibrated"),
        follow_up=AUDIT_FOLLOW_UP,
        followed_in=("reviews",),
        beside=beside,
    )


METRICS: tuple[Metric, ...] = (
    reinstatement_metric(
        "audit_defect_rate",
        "Judged wrong in audits",
        Audited(parts.AUDITS),
        "share",
        "down",
        "Share of the appeals decided in the period judged wrong in blind random audits, weighted by stratum. Reviews asked for by a complaint are not in it.",
        "decided",
        needs=_NEEDS,
        follow_up=AUDIT_FOLLOW_UP,
        followed_in=("reviews",),
        headline=True,
        importance=3.0,
        beside=("audit_coverage", "audit_over_reinstated", "audit_under_reinstated"),
    ),
    reinstatement_metric(
        "audit_over_reinstated",
        "Wrongly reinstated",
        Audited(parts.AUDITS_OVER, "wrongly reinstated"),
        "share",
        "down",
        "Share of the appeals decided in the period that gave back too much, as blind random audits judged, weighted by stratum.",
        "decided",
        needs=_SIDES,
        follow_up=AUDIT_FOLLOW_UP,
        followed_in=("reviews",),
        beside=("audit_defect_rate",),
    ),
    reinstatement_metric(
        "audit_under_reinstated",
        "Wrongly denied",
        Audited(parts.AUDITS_UNDER, "wrongly denied"),
        "share",
        "down",
        "Share of the appeals decided in the period that gave back too little, as blind random audits judged, weighted by stratum.",
        "decided",
        needs=_SIDES,
        follow_up=AUDIT_FOLLOW_UP,
        followed_in=("reviews",),
        beside=("audit_defect_rate",),
    ),
    reinstatement_metric(
        "audit_coverage",
        "Audited",
        Ratio(parts.AUDITED, parts.APPEALS_DECIDED),
        "share",
        "up",
        "Share of the appeals decided in the period whose blind random audit is done.",
        "decided",
        flagged="not audited",
        needs=_NEEDS,
        follow_up=AUDIT_FOLLOW_UP,
        followed_in=("reviews",),
    ),
    reinstatement_metric(
        "decisions_judged_wrong",
        "Decisions judged wrong",
        Count(parts.JUDGED_WRONG),
        "count",
        "neutral",
        "Appeals decided in the period that a blind random audit judged wrong, as found and not weighted.",
        "decided",
        needs=_NEEDS,
        follow_up=AUDIT_FOLLOW_UP,
        followed_in=("reviews",),
        beside=("audit_defect_rate", "audit_coverage"),
        drill=("error_type", *DRILL),
    ),
    _agreement(
        "agreement",
        "Decided alike",
        Agreed(parts.DECIDED_TWICE, "observed"),
        "Chance that two people who decided the same appeal decided it alike, over the appeals of the period decided twice or more; under 30 of them it is indicative.",
        ("agreement_ac1", "agreement_alpha"),
    ),
    _agreement(
        "agreement_ac1",
        "Agreement beyond chance, AC1",
        Agreed(parts.DECIDED_TWICE, "ac1"),
        "Agreement on the appeals decided twice or more beyond what chance alone gives, by Gwet's AC1: 1 is full agreement, 0 chance. It holds where most decisions are of one kind.",
        ("agreement",),
    ),
    _agreement(
        "agreement_alpha",
        "Agreement beyond chance, alpha",
        Agreed(parts.DECIDED_TWICE, "alpha"),
        "Agreement on the appeals decided twice or more beyond what chance alone gives, by Krippendorff's alpha: 1 is full agreement, 0 chance.",
        ("agreement",),
    ),
    _agreement(
        "calibration_agreement",
        "Decided alike in calibration",
        Agreed(parts.CALIBRATED, "observed"),
        "Chance that two people who decided the same appeal decided it alike, over the appeals of the period taken to a calibration session.",
        ("agreement",),
    ),
)
