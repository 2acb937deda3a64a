"""The metrics of how sellers fare, strategic ones beside the other tiers. Adding one is adding one object."""

from __future__ import annotations

from typing import Any

from queries.catalog import strategic_parts as parts
from queries.catalog.enforcements import ENFORCED, FLOOR_FOLLOW_UP
from queries.formulas import Accrued, Audited, Expected, Formula, OpenCount, Quantile, Ratio
from queries.model import Good, Metric, Unit
from queries.tallies import Accrual

AREA = "Strategic sellers"
SURVEY_DRILL = ("tier", "outcome", "marketplace", "category", "account_manager", "team", "site")
BLOCK_DRILL = (
    "tier",
    "marketplace",
    "category",
    "account_manager",
    "enforcement_team",
    "detection_source",
    "policy",
)
SCORE_DRILL = ("risk_band", "detection_source", "enforcement_team", "policy", "tier", "marketplace")
INVESTIGATION_DRILL = ("case_type", "tier", "marketplace", "category", "team", "site", "member")


def _metric(
    key: str, label: str, formula: Formula, unit: Unit, good: Good, definition: str, clock: str, **more: Any
) -> Metric:
    more.setdefault("owner", "Strategic sellers lead")
    return Metric(key, label, AREA, formula, unit, good, definition, clock, **more)


def _blocked(key: str, label: str, accrual: Accrual, good: Good, words: str, **more: Any) -> Metric:
    """GMV held back per blocked day; a block counts on each of its days, while it lasts as well."""
    return _metric(
        key,
        label,
        Accrued(accrual, parts.OPEN_BLOCKS),
        "money",
        good,
        "Days sellers' accounts were blocked in the period, times the median daily GMV of their 90 unblocked "
        f"days before, days without sales included{words}.",
        "blocked day",
        needs=("account_blocks.daily_gmv",),
        drill=BLOCK_DRILL,
        **more,
    )


def _investigated(key: str, label: str, p: float, follow_up: int, words: str, **more: Any) -> Metric:
    return _metric(
        key,
        label,
        Quantile(parts.TIME_TO_INVESTIGATE, p),
        "hours",
        "down",
        f"Hours until {words} of the investigations opened in the period were closed, "
        "those still open counted as censored.",
        "opened",
        needs=("investigations.opened_at", "investigations.closed_at"),
        follow_up=follow_up,
        beside=("investigation_defect_rate",),
        drill=INVESTIGATION_DRILL,
        **more,
    )


METRICS: tuple[Metric, ...] = (
    _metric(
        "enforcement_rate",
        "Enforcements per 1,000 seller-months",
        Ratio(ENFORCED, parts.SELLER_MONTHS, per=1000, spread="poisson"),
        "per_1000",
        "down",
        "Enforcements of the period per 1,000 active seller-months: active days ÷ 30.4375, of each day in the period.",
        "enforced, sellers by active day",
        needs=("enforcements.enforced_at", "seller_activity.seller_months"),
        headline=True,
        drill=("tier", "marketplace", "category"),
    ),
    _metric(
        "seller_satisfaction",
        "Seller satisfaction",
        Ratio(parts.SATISFIED, parts.RESPONSES),
        "share",
        "up",
        "Share of the answers to surveys sent in the period that score 4 or 5 of 5.",
        "sent",
        flagged="scored 3 or less",
        needs=("surveys.score",),
        follow_up=14,
        headline=True,
        beside=("survey_response_rate",),
        drill=SURVEY_DRILL,
    ),
    _metric(
        "survey_response_rate",
        "Surveys answered",
        Ratio(parts.RESPONSES, parts.SURVEYED),
        "share",
        "up",
        "Share of the surveys sent in the period that were answered with a score.",
        "sent",
        flagged="not answered",
        needs=("surveys.score",),
        follow_up=14,
        drill=SURVEY_DRILL,
    ),
    _blocked(
        "gmv_days_blocked",
        "GMV blocked",
        parts.BLOCKED,
        "down",
        "",
        headline=True,
        importance=2.0,
        beside=("gmv_days_blocked_wrongly", "gmv_days_blocked_rightly", "gmv_days_blocked_unknown"),
    ),
    _blocked(
        "gmv_days_blocked_wrongly",
        "GMV blocked wrongly",
        parts.BLOCKED_WRONGLY,
        "down",
        "; only blocks reversed as our error",
        follow_up=FLOOR_FOLLOW_UP,
        followed_in=("appeals",),
    ),
    _blocked(
        "gmv_days_blocked_rightly",
        "GMV blocked rightly",
        parts.BLOCKED_RIGHTLY,
        "neutral",
        "; only blocks lifted for another reason, upheld on appeal, or standing after 210 days",
        follow_up=FLOOR_FOLLOW_UP,
        followed_in=("appeals",),
    ),
    _blocked(
        "gmv_days_blocked_unknown",
        "GMV blocked, verdict not yet known",
        parts.BLOCKED_UNJUDGED,
        "neutral",
        "; only blocks that may still be appealed or whose appeal is open",
        note="the newest weeks hold the most: their verdicts are still to come",
    ),
    _metric(
        "blocks_open",
        "Blocked accounts",
        OpenCount(parts.OPEN_BLOCKS),
        "count",
        "down",
        "Sellers' accounts blocked at the end of the period.",
        "period end",
        needs=("account_blocks.blocked_at",),
        drill=BLOCK_DRILL,
    ),
    _metric(
        "gmv_at_risk",
        "GMV at risk in 90 days",
        Expected(parts.AT_RISK),
        "money",
        "down",
        "Daily GMV of the accounts blocked at the end of the period, times the days each block is still expected "
        "to last given its age, at most 90.",
        "period end",
        needs=("account_blocks.daily_gmv",),
        headline=True,
        importance=2.0,
        drill=BLOCK_DRILL,
    ),
    _investigated("investigation_hours_p50", "Time to investigate, median", 0.5, 14, "half", headline=True),
    _investigated("investigation_hours_p90", "Time to investigate, slowest tenth", 0.9, 45, "nine in ten"),
    _metric(
        "investigation_defect_rate",
        "Investigations judged wrong in audits",
        Audited(parts.INVESTIGATION_AUDITS),
        "share",
        "down",
        "Share of the investigations closed in the period judged wrong in random audits, weighted by stratum.",
        "closed",
        needs=("investigations.audit_wrong",),
        follow_up=28,
        headline=True,
        drill=INVESTIGATION_DRILL,
    ),
    _metric(
        "precision_by_score",
        "Scored enforcements confirmed",
        Ratio(parts.CONFIRMED, parts.SCORED),
        "share",
        "up",
        "Share of the enforcements with a risk score that were not reversed as our error; at most this share was right.",
        "enforced",
        flagged="reversed as our error",
        needs=("enforcements.risk_score", "enforcements.reversal_kind"),
        follow_up=FLOOR_FOLLOW_UP,
        followed_in=("appeals",),
        drill=SCORE_DRILL,
    ),
    _metric(
        "brier_score",
        "Brier score of the risk model",
        Ratio(parts.SCORE_MISS, parts.SCORED, spread="mean", squares=parts.SCORE_MISS_SQUARED),
        "mean",
        "down",
        "Mean squared distance of the risk score from what became of the enforcement: 1 confirmed, 0 reversed as our error.",
        "enforced",
        needs=("enforcements.risk_score", "enforcements.reversal_kind"),
        follow_up=FLOOR_FOLLOW_UP,
        followed_in=("appeals",),
        drill=SCORE_DRILL,
    ),
)
