"""The catalog: every metric by key, and which of them a store can supply."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from typing import NamedTuple

from queries.catalog import capacity, cover, enforcements, escalations, reinstatements, restumble, strategic
from queries.model import Metric

METRICS: dict[str, Metric] = {
    metric.key: metric
    for metric in (
        *escalations.METRICS,
        *reinstatements.METRICS,
        *restumble.METRICS,
        *enforcements.METRICS,
        *strategic.METRICS,
        *capacity.METRICS,
        *cover.METRICS,
    )
}


class Availability(NamedTuple):
    """A metric as a store can supply it: the metric (or the one instead), or the columns missing for it."""

    metric: Metric
    missing: tuple[str, ...]


def find_metric(key: str) -> Metric:
    """The metric called `key`; KeyError naming the nearest known keys otherwise."""
    try:
        return METRICS[key]
    except KeyError:
        near = difflib.get_close_matches(key, METRICS, n=3) or sorted(METRICS)
        raise KeyError(f"no metric {key[:60]!r}; did you mean {', '.join(near)}?") from None


def available(metric: Metric, known: Collection[str]) -> Availability:
    """The metric itself when every column it needs is known, else its substitute, else what is missing.

    `known` holds "table.column" names that carry at least one value in the store.
    """
    missing = tuple(column for column in metric.needs if column not in known)
    missing += tuple(column for column in metric.absent if column in known)
    if missing and metric.instead is not None:
        other = available(metric.instead, known)
        if not other.missing:
            return other
    return Availability(metric, missing)


SUPPLY_WORDS: dict[str, str] = {
    "escalations.resolution_met": "due times",
    "escalations.first_response_met": "first responses with due times",
    "escalations.sla_met": "SLA flags",
    "escalations.opened_at": "escalations",
    "escalations.resolved_at": "end times",
    "escalations.end_kind": "how cases end",
    "escalations.reopened_after_days": "reopenings as new cycles",
    "escalations.reopenings": "reopenings",
    "escalations.seller_id": "sellers",
    "escalations.transfers": "transfers",
    "escalations.returned_to_earlier_team": "the path between teams",
    "escalations.partner_hours": "waits",
    "escalations.met_only_by_pauses": "pauses",
    "escalations.preventable": "preventable tags",
    "escalations.audit_wrong": "random audits",
    "escalations.blocked_since": "blockers",
    "partner_waits.partner": "waits on partners",
    "partner_waits.on_time": "waits with agreed times",
    "appeals.submitted_at": "appeals",
    "appeals.decided_at": "decisions on appeals",
    "appeals.decision_met": "due times of appeals",
    "appeals.audit_wrong": "random audits of appeals",
    "appeals.audit_side": "which way wrong decisions went",
    "appeals.decision_pattern": "appeals decided by two people",
    "appeals.calibrated": "calibration sessions",
    "appeals.outcome": "outcomes of appeals",
    "appeals.level": "levels of appeals",
    "appeals.followed_days": "reinstatements of known sellers",
    "enforcements.enforced_at": "enforcements",
    "enforcements.level": "whether accounts or listings are enforced",
    "enforcements.policy": "policies of enforcements",
    "enforcements.reversal_kind": "why enforcements are lifted",
    "enforcements.reversed_at": "when enforcements are lifted",
    "enforcements.audit_wrong": "random audits of enforcements",
    "appeals.recheck_wrong": "random rechecks of denials",
    "appeals.second_level_wrong": "second-level reviews",
    "enforcements.risk_score": "risk scores",
    "seller_activity.seller_months": "active days of sellers",
    "surveys.score": "survey scores",
    "account_blocks.blocked_at": "enforcements of accounts",
    "account_blocks.daily_gmv": "daily sales of enforced sellers",
    "investigations.opened_at": "investigations",
    "investigations.closed_at": "ends of investigations",
    "investigations.audit_wrong": "random audits of investigations",
    "specialist_history.fte": "full-time equivalents",
    "work_days.paid_hours": "paid hours",
    "cover_days.required": "the skills each team needs",
    "work_pace.usual_hours": "hours of people, their first days and standard times",
    "work_days.leave_hours": "leave hours",
    "work_days.training_hours": "training hours",
    "work_days.meeting_hours": "meeting hours",
    "work_days.case_hours": "hours on cases",
    "escalations.standard_hours": "standard times of escalations",
    "appeals.standard_hours": "standard times of appeals",
    "investigations.standard_hours": "standard times of investigations",
}


def not_supplied(missing: Collection[str]) -> str:
    """The words for a metric whose columns are missing: "not supplied: pauses"."""
    return "not supplied: " + ", ".join(dict.fromkeys(SUPPLY_WORDS.get(column, column) for column in missing))


def all_needs(metric: Metric) -> tuple[str, ...]:
    """The columns a metric needs, those of its substitute included."""
    own = metric.needs + metric.absent
    return own + (all_needs(metric.instead) if metric.instead is not None else ())
