"""Metrics of whether reinstatements last, and of denials that should have been reinstatements."""

from __future__ import annotations

from queries.catalog import restumble_parts as parts
from queries.catalog.reinstatement_metric import reinstatement_metric
from queries.catalog.reinstatement_quality import AUDIT_FOLLOW_UP
from queries.formulas import Audited, Count, Ratio
from queries.model import Metric
from queries.tallies import Tally

DRILL = (
    "team",
    "site",
    "marketplace",
    "tier",
    "appeal_reason",
    "outcome",
    "policy",
    "enforcement_team",
    "detection_source",
    "category",
    "member",
)
_NEEDS = ("appeals.followed_days", "enforcements.level")
_GUARDS = ("reinstatement_rate", "wrongful_denial_rate")


def _restumble(
    days: int,
    suffix: str,
    words: str,
    hits: dict[int, Tally],
    of: Tally,
    definition: str,
    needs: tuple[str, ...] = _NEEDS,
) -> Metric:
    """One horizon of one variant; the plain one of 30 and 90 days is a headline."""
    net = f"restumble_rate_{days}"
    return reinstatement_metric(
        f"{net}{suffix}",
        f"Restumble within {days} days{words}",
        Ratio(hits[days], of),
        "share",
        "down",
        definition.format(days=days),
        "decided",
        flagged="restumbled",
        needs=needs,
        follow_up=days,
        followed_in=("enforcements",),
        headline=not suffix and days in (30, 90),
        importance=1.0 if suffix else 2.0,
        beside=(net, *_GUARDS) if suffix else (f"{net}_gross", f"{net}_same_policy", *_GUARDS),
        drill=DRILL,
    )


def _horizon(days: int) -> tuple[Metric, ...]:
    return (
        _restumble(
            days,
            "",
            "",
            parts.RESTUMBLED,
            parts.EPISODES,
            "Share of the reinstatements decided in the period whose seller's account was enforced again within {days} days, by an enforcement not since reversed as our error. Several reinstatements with no enforcement between them count once, from the latest.",
        ),
        _restumble(
            days,
            "_gross",
            ", reversed ones included",
            parts.RESTUMBLED_GROSS,
            parts.EPISODES,
            "Share of the reinstatements decided in the period whose seller's account was enforced again within {days} days, enforcements since reversed as our error included.",
        ),
        _restumble(
            days,
            "_same_policy",
            ", same policy",
            parts.RESTUMBLED_SAME_POLICY,
            parts.POLICY_EPISODES,
            "Share of the reinstatements decided in the period whose seller's account was enforced again within {days} days under the policy of the enforcement that was lifted, by an enforcement not since reversed as our error.",
            (*_NEEDS, "enforcements.policy"),
        ),
    )


_REINSTATED_AT_SECOND_LEVEL = reinstatement_metric(
    "second_level_reversal_rate",
    "Denials reversed at second level",
    Ratio(parts.SECOND_LEVEL_REINSTATED, parts.SECOND_LEVEL),
    "share",
    "down",
    "Share of the second-level appeals decided in the period, withdrawn ones aside, that reinstated the seller in full or in part, after a fix too. Only sellers who went on are in it, so it stands beside the random rechecks and is never pooled with them.",
    "decided",
    flagged="reversed",
    needs=("appeals.level", "appeals.outcome"),
    beside=("wrongful_denial_rate",),
    drill=DRILL,
    note="of second-level appeals, the source having no second-level reviews",
)

METRICS: tuple[Metric, ...] = (
    *(metric for days in parts.HORIZONS for metric in _horizon(days)),
    reinstatement_metric(
        "restumbles_under_appeal",
        "Restumbles under appeal",
        Count(parts.RESTUMBLES_UNDER_APPEAL),
        "count",
        "neutral",
        f"Of the reinstatements decided in the period, those enforced again within {parts.UNDER_APPEAL_WITHIN} days whose new enforcement is under appeal: they leave the restumble rate if it is reversed as our error.",
        "decided",
        needs=_NEEDS,
        drill=DRILL,
    ),
    reinstatement_metric(
        "wrongful_denial_rate",
        "Wrongful denials",
        Audited(parts.DENIALS_RECHECKED, "wrongly denied"),
        "share",
        "down",
        "Share of the denials decided in the period that a second person reversed, among those drawn at random to be checked again, weighted by stratum.",
        "decided",
        needs=("appeals.recheck_wrong",),
        follow_up=AUDIT_FOLLOW_UP,
        followed_in=("reviews",),
        headline=True,
        importance=2.0,
        beside=("reinstatement_rate", "second_level_reversal_rate"),
        drill=DRILL,
    ),
    reinstatement_metric(
        "second_level_reversal_rate",
        "Denials reversed at second level",
        Ratio(parts.DENIALS_REVERSED, parts.DENIALS_AT_SECOND_LEVEL),
        "share",
        "down",
        "Of the denials decided in the period that a second-level review has judged, the share it reversed. Only sellers who went on are in it, so it stands beside the random rechecks and is never pooled with them.",
        "decided",
        flagged="reversed",
        needs=("appeals.second_level_wrong",),
        follow_up=AUDIT_FOLLOW_UP,
        followed_in=("reviews",),
        beside=("wrongful_denial_rate",),
        drill=DRILL,
        instead=_REINSTATED_AT_SECOND_LEVEL,
    ),
)
