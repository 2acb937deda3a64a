"""Metrics of the enforcements that reach us: how many, and how many of them were wrong, seen three ways."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, true

from queries.catalog.reinstatement_quality import AUDIT_FOLLOW_UP
from queries.formulas import Audited, Count, Formula, Ratio
from queries.model import Good, Metric, Unit
from queries.tallies import AuditFrame, Columns, Tally
from store.outcomes import OUR_ERROR

AREA = "Enforcement"
DRILL = (
    "enforcement_team",
    "detection_source",
    "policy",
    "marketplace",
    "tier",
    "category",
    "team",
    "site",
)
FLOOR_FOLLOW_UP = 210
"""Days until the floor of a period is complete: 180 to appeal and the time a decision takes."""


def _enforcement_metric(
    key: str, label: str, formula: Formula, unit: Unit, good: Good, definition: str, clock: str, **more: Any
) -> Metric:
    more.setdefault("drill", DRILL)
    more.setdefault("owner", "Upstream quality lead")
    return Metric(key, label, AREA, formula, unit, good, definition, clock, **more)


def every(_: Columns) -> ColumnElement[bool]:
    """All rows."""
    return true()


def reversed_as_error(c: Columns) -> ColumnElement[bool]:
    """Enforcements lifted because they were our error."""
    return c.reversal_kind == OUR_ERROR


ENFORCED = Tally("enforced", "enforcements", "enforced", every)
ENFORCED_IN_ERROR = Tally("enforced_in_error", "enforcements", "enforced", reversed_as_error)
HANDED_BACK = Tally("handed_back", "enforcements", "reversed", reversed_as_error)
OF_APPEALS = Tally("of_appeals_decided", "appeals", "decided", lambda c: c.decided_at.is_not(None))
OVERTURNED = Tally(
    "overturned", "appeals", "decided", lambda c: and_(c.decided_at.is_not(None), c.outcome == OUR_ERROR)
)
SETTLED = Tally(
    "settled",
    "enforcements",
    "enforced",
    lambda c: or_(c.appeal_decided.is_(True), reversed_as_error(c)),
)
AUDITED_RIGHT = AuditFrame(
    "enforcements_audited", "enforcements", "enforced", every, verdict=lambda c: c.audit_wrong.is_(False)
)

METRICS: tuple[Metric, ...] = (
    _enforcement_metric(
        "enforcements",
        "Enforcements",
        Count(ENFORCED),
        "count",
        "neutral",
        "Enforcements that took effect in the period, against accounts and against listings.",
        "enforced",
        needs=("enforcements.enforced_at",),
        headline=True,
    ),
    _enforcement_metric(
        "false_positive_floor",
        "Wrongly enforced, at least",
        Ratio(ENFORCED_IN_ERROR, ENFORCED),
        "share",
        "down",
        "Share of the enforcements of the period that were reversed as our error. At least this share was wrong: who did not appeal is not in it.",
        "enforced",
        flagged="reversed as our error",
        needs=("enforcements.reversal_kind",),
        follow_up=FLOOR_FOLLOW_UP,
        headline=True,
        beside=("overturned_on_appeal", "audited_precision"),
    ),
    _enforcement_metric(
        "enforcements_settled",
        "Enforcements known right or wrong",
        Count(SETTLED),
        "count",
        "neutral",
        "Enforcements of the period against which an appeal was decided, or that were reversed as our error without one: of all others appeals say nothing.",
        "enforced",
        needs=("enforcements.reversal_kind", "appeals.outcome"),
        follow_up=FLOOR_FOLLOW_UP,
        beside=("false_positive_floor", "audited_precision"),
    ),
    _enforcement_metric(
        "reversed_as_our_error",
        "Reversed as our error",
        Count(HANDED_BACK),
        "count",
        "down",
        "Enforcements lifted in the period because they were our error, whenever they took effect: the cases to hand back to the upstream team.",
        "reversed",
        needs=("enforcements.reversal_kind", "enforcements.reversed_at"),
    ),
    _enforcement_metric(
        "overturned_on_appeal",
        "Overturned, of those who appealed",
        Ratio(OVERTURNED, OF_APPEALS),
        "share",
        "down",
        "Share of the appeals decided in the period that reversed the enforcement as our error: of those who appealed, not of all who were enforced.",
        "decided",
        flagged="reversed as our error",
        needs=("appeals.outcome", "appeals.decided_at"),
        headline=True,
        beside=("false_positive_floor", "audited_precision"),
        drill=(*DRILL, "appeal_reason"),
    ),
    _enforcement_metric(
        "audited_precision",
        "Enforcements judged right",
        Audited(AUDITED_RIGHT, "judged right"),
        "share",
        "up",
        "Share of the enforcements of the period judged right in blind random audits, weighted by stratum. It speaks of all enforcements, appealed or not.",
        "enforced",
        needs=("enforcements.audit_wrong",),
        follow_up=AUDIT_FOLLOW_UP,
        followed_in=("reviews",),
        headline=True,
        importance=2.0,
        beside=("false_positive_floor", "overturned_on_appeal"),
    ),
)
