"""Work facts: escalations, appeals, enforcements, investigations, reviews and their derived tables."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column

from store.outcomes import APPEAL_OUTCOMES
from store.schema.columns import business_day, day, fact_table, flag, moment, number, text, whole

END_KINDS = ("resolved", "cancelled", "merged")
EVENT_KINDS = ("opened", "work", "wait", "pause", "transfer", "response", "reopened", "ended", "note")


def stamps(clock: str) -> list[Column[Any]]:
    """What was true of seller and owner at the clock; supplied by the source, else stamped from history."""
    return [
        text("seller_id", "seller the row is about", refers="sellers"),
        text("marketplace", f"seller's marketplace at {clock}"),
        text("category", f"seller's category at {clock}"),
        text("tier", f"seller's tier at {clock}"),
        text("account_manager", f"seller's account manager at {clock}"),
        text("team", "owning team (for an escalation: the last owner)", refers="teams"),
        text("specialist_id", "owning specialist", refers="specialists"),
        text("site", f"site of the owner at {clock}"),
    ]


SELLER_GROUPS = 1_024
"""Random groups of sellers: enough that the variance between them is known to 4 % (√(2 ÷ groups))."""


def _seller_group() -> list[Column[Any]]:
    """The random group of a row's seller, by which the variance between sellers is estimated."""
    return [
        whole(
            "seller_group",
            f"random group of the seller, 0 to {SELLER_GROUPS - 1}; of a row without seller, of the row",
            derived=True,
        )
    ]


def _standard(arrives: str) -> list[Column[Any]]:
    """The work a row brings by the standard time of its type."""
    return [
        number(
            "standard_hours",
            f"standard time of its type of work at {arrives}; null: none known",
            unit="h",
            derived=True,
        ),
        text("standard_origin", "standard time, or the median of how many cases", derived=True),
    ]


def _audit() -> list[Column[Any]]:
    """What became of the random audit of a row; reviews drawn because of a complaint never count."""
    return [
        flag("audit_drawn", "drawn for a random audit, done or not; null: not drawn", derived=True),
        flag("audit_wrong", "verdict of the random audit; null: none yet", derived=True),
        text("audit_error", "kind of error, where judged wrong", derived=True),
        number("audit_weight", "design weight the source gave the audit; null: none, or 0", derived=True),
    ]


ESCALATIONS = fact_table(
    "escalations",
    "one row per cycle of an escalation; a reopening after the end starts a new cycle",
    ("escalation_id", "cycle"),
    ("opened_month", "team", "opened_at"),
    text("escalation_id", "number of the case in its source", required=True),
    whole("cycle", "1 for the first cycle, 2 after the first reopening", required=True),
    *stamps("opened_at"),
    text("severity", "severity or priority"),
    text("reason", "reason of the escalation"),
    text("root_cause", "root cause, once tagged"),
    flag("preventable", "tagged preventable; null: not tagged"),
    text("enforcement_id", "enforcement it follows from", refers="enforcements"),
    text("summary", "one line of text a person can search"),
    moment("opened_at", "when the cycle began", required=True),
    moment("first_response_at", "first answer to the person who escalated"),
    moment("first_response_due_at", "when the first response was due"),
    moment("due_at", "when the resolution is due, pauses included"),
    moment("due_at_without_pauses", "when it would have been due without pauses"),
    moment("resolved_at", "when the cycle ended"),
    text("end_kind", "how it ended", values=END_KINDS),
    moment("solution_at", "when a solution was proposed"),
    flag("sla_met", "the source's own flag, for sources without due times"),
    whole("transfers", "changes of owning team", positive=True),
    whole("reopenings", "reopenings counted by the source before the end", positive=True),
    number("our_hours", "hours in our hands", unit="h", positive=True),
    number("seller_hours", "hours waiting on the seller", unit="h", positive=True),
    number("partner_hours", "hours waiting on partners, overlaps united", unit="h", positive=True),
    moment("blocked_since", "since when senior help is needed"),
    text("blocked_on", "who must act"),
    text("decision_needed", "the decision that is needed"),
    text("audit_stratum", "stratum of the random audit frame"),
    number("value_at_stake", "value at stake in the organisation's currency", unit="money", positive=True),
    # derived
    day("opened_month", "first day of the month of opened_on", derived=True),
    *business_day("opened", "opened_at"),
    *business_day("resolved", "resolved_at"),
    *business_day("due", "due_at"),
    *business_day("first_response_due", "first_response_due_at"),
    number("resolve_hours", "resolved_at − opened_at", unit="h", derived=True),
    whole(
        "resolve_bucket", "log bucket of hours to the end, to through_at while open (censored)", derived=True
    ),
    flag(
        "resolution_met",
        "due and resolved in time; false when open past due; null: not yet due or no due time",
        derived=True,
    ),
    flag(
        "first_response_met",
        "first response in time; false when still missing past due; null: not yet due",
        derived=True,
    ),
    flag("met_only_by_pauses", "met, and would have missed without pauses", derived=True),
    number("reopened_after_days", "days from the end to the next cycle", unit="d", derived=True),
    number(
        "repeated_after_days", "days from the end to the seller's next escalation", unit="d", derived=True
    ),
    flag("returned_to_earlier_team", "ownership came back to an earlier team", derived=True),
    *_standard("opened_at"),
    *_audit(),
    *_seller_group(),
)

ESCALATION_EVENTS = fact_table(
    "escalation_events",
    "intervals in the life of an escalation, half-open [starts_at, ends_at)",
    ("escalation_id", "cycle", "position"),
    ("escalation_id", "cycle", "position"),
    text("escalation_id", "case", required=True),
    whole("cycle", "cycle", required=True),
    whole("position", "order within the cycle; the source's order where moments tie", required=True),
    text("kind", "what it was", required=True, values=EVENT_KINDS),
    text("party", "who had it: a partner, seller or us"),
    moment("starts_at", "start", required=True),
    moment("ends_at", "end; null while it lasts"),
    text("from_team", "for a transfer"),
    text("to_team", "for a transfer"),
    text("specialist_id", "who did it"),
    text("note", "text of the source"),
)

PARTNER_WAITS = fact_table(
    "partner_waits",
    "one row per wait of an escalation on a partner, with the attributes of the case (derived)",
    ("escalation_id", "cycle", "position"),
    ("starts_at",),
    text("escalation_id", "case", required=True, derived=True),
    whole("cycle", "cycle", required=True, derived=True),
    whole("position", "event it came from", required=True, derived=True),
    text("partner", "partner waited on", derived=True),
    *(column for column in stamps("opened_at")),
    text("severity", "severity of the case", derived=True),
    text("reason", "reason of the case", derived=True),
    text("root_cause", "root cause of the case", derived=True),
    text("end_kind", "how the case ended; null while open or where the source does not say", derived=True),
    moment("starts_at", "start of the wait", derived=True),
    moment("ends_at", "end of the wait; null while it lasts", derived=True),
    moment("due_at", "starts_at plus the time agreed with the partner", derived=True),
    flag(
        "on_time",
        "ended within the agreed time; false when past it; null: not yet due or nothing agreed",
        derived=True,
    ),
    number("wait_hours", "calendar hours waited, to data_through while open", unit="h", derived=True),
    number(
        "split_hours", "each instant split equally among the partners waited on then", unit="h", derived=True
    ),
    whole("wait_bucket", "log bucket of wait_hours", derived=True),
    flag("first_on_partner", "the first wait of the case on this partner", derived=True),
    *business_day("resolved", "the case's resolved_at"),
    *business_day("due", "due_at"),
    *business_day("started", "starts_at"),
)

CASE_FLOW = fact_table(
    "case_flow",
    "±1 flows of the escalation backlog (derived)",
    ("escalation_id", "cycle", "flow"),
    ("on_day", "team"),
    text("escalation_id", "case", required=True, derived=True),
    whole("cycle", "cycle", required=True, derived=True),
    text("flow", "opened, reopened, resolved, cancelled or merged", derived=True),
    whole("delta", "+1 into the backlog, −1 out of it", derived=True),
    moment("at", "moment of the flow", derived=True),
    day("on_day", "its business date", derived=True),
    day("on_week", "first day of its business week", derived=True),
    *(column for column in stamps("opened_at")),
    text("severity", "severity of the case", derived=True),
    text("reason", "reason of the case", derived=True),
    text("root_cause", "root cause of the case", derived=True),
)

INVESTIGATIONS = fact_table(
    "investigations",
    "one row per investigation of a seller",
    ("investigation_id",),
    ("opened_at",),
    text("investigation_id", "number of the investigation", required=True),
    *stamps("opened_at"),
    text("case_type", "type of case"),
    text("playbook", "playbook followed"),
    moment("opened_at", "start", required=True),
    moment("closed_at", "end; null while open"),
    text("outcome", "what was found"),
    text("audit_stratum", "stratum of the random audit frame"),
    *business_day("opened", "opened_at"),
    *business_day("closed", "closed_at"),
    number("investigation_hours", "closed_at − opened_at", unit="h", derived=True),
    whole("investigation_bucket", "log bucket of hours to the end, to through_at while open", derived=True),
    *_standard("opened_at"),
    *_audit(),
)

ENFORCEMENTS = fact_table(
    "enforcements",
    "one row per enforcement",
    ("enforcement_id",),
    ("enforced_month", "team", "enforced_at"),
    text("enforcement_id", "number of the enforcement", required=True),
    *stamps("enforced_at"),
    moment("enforced_at", "when it took effect", required=True),
    text("level", "account or listing", values=("account", "listing")),
    text("enforcement_team", "upstream team: SLM, SPIV, TSI"),
    text("detection_source", "what detected it: SOCR and others"),
    text("policy", "policy enforced"),
    number("risk_score", "model score, 0 to 1", positive=True),
    moment("reversed_at", "when it was lifted"),
    text("reversal_kind", "why it was lifted", values=APPEAL_OUTCOMES),
    text("audit_stratum", "stratum of the random audit frame"),
    text("risk_band", "tenth the risk score falls in, as 0.7 to 0.8", derived=True),
    flag("appeal_decided", "an appeal against it was decided and not withdrawn", derived=True),
    day("enforced_month", "first day of the month of enforced_on", derived=True),
    *business_day("enforced", "enforced_at"),
    *business_day("reversed", "reversed_at"),
    *_audit(),
    *_seller_group(),
    whole("kind", "which of the enforcement_kinds it is", derived=True),
)

APPEALS = fact_table(
    "appeals",
    "one row per appeal against an enforcement",
    ("appeal_id",),
    ("decided_month", "team", "decided_at"),
    text("appeal_id", "number of the appeal", required=True),
    *stamps("decided_at (submitted_at while open)"),
    text("enforcement_id", "enforcement appealed against", refers="enforcements"),
    text("previous_appeal_id", "the appeal before it"),
    whole("level", "1 first, 2 second level"),
    moment("submitted_at", "when it came in", required=True),
    moment("due_at", "when the decision is due"),
    moment("decided_at", "when it was decided; null while open"),
    text("outcome", "decision", values=APPEAL_OUTCOMES),
    text("reason", "reason given for the decision"),
    text("audit_stratum", "stratum of the random audit frame"),
    text("enforcement_team", "upstream team that enforced", derived=True),
    text("detection_source", "what detected the enforcement", derived=True),
    text("policy", "policy of the enforcement", derived=True),
    text("risk_band", "tenth the enforcement's risk score falls in", derived=True),
    day("decided_month", "first day of the month of decided_on, of submitted_on while open", derived=True),
    *business_day("submitted", "submitted_at"),
    *business_day("decided", "decided_at"),
    *business_day("due", "due_at"),
    number("decision_hours", "decided_at − submitted_at", unit="h", derived=True),
    whole("decision_bucket", "log bucket of hours to the decision, to through_at while open", derived=True),
    flag(
        "decision_met",
        "decided in time; false when open past due; null: not yet due or no due time",
        derived=True,
    ),
    *_standard("submitted_at"),
    *_audit(),
    *_seller_group(),
    text("audit_side", "over or under: which way a decision judged wrong went; null: neither", derived=True),
    text(
        "decision_pattern",
        "what everyone decided who decided it, sorted, parted by U+001F: first decision, second decisions, "
        "calibration; null: fewer than two decisions",
        derived=True,
    ),
    flag("calibrated", "decided again in a calibration session", derived=True),
    flag("recheck_drawn", "denial drawn at random to be checked again; null: not drawn", derived=True),
    flag("recheck_wrong", "the recheck would have reinstated; null: no verdict yet", derived=True),
    number("recheck_weight", "design weight the source gave the recheck; null: none, or 0", derived=True),
    flag("second_level_wrong", "denial reversed by a second-level review; null: none yet", derived=True),
    whole(
        "restumbled_after_days",
        "days to the next account-level enforcement not reversed as our error",
        unit="d",
        derived=True,
    ),
    whole(
        "restumbled_gross_after_days",
        "days to the next account-level enforcement, whatever became of it",
        unit="d",
        derived=True,
    ),
    whole(
        "restumbled_same_policy_after_days",
        "days to the next one of the policy appealed against, not reversed as our error",
        unit="d",
        derived=True,
    ),
    whole("closed_after_days", "days to the seller's closing; 0: closed before", unit="d", derived=True),
    whole("followed_days", "whole days a reinstatement could be followed", unit="d", derived=True),
    flag(
        "restumble_under_appeal",
        "the enforcement of restumbled_after_days has an open appeal; null: no restumble",
        derived=True,
    ),
    flag(
        "latest_of_episode",
        "false: the seller was reinstated again with no enforcement between; "
        "null: no reinstatement that can be followed",
        derived=True,
    ),
    whole("kind", "which of the appeal_kinds it is", derived=True),
)

REVIEWS = fact_table(
    "reviews",
    "one row per audit, peer review or calibration decision",
    ("review_id",),
    ("selected_at",),
    text("review_id", "number of the review", required=True),
    text(
        "subject_kind",
        "what was reviewed",
        required=True,
        values=("escalation", "appeal", "enforcement", "investigation"),
    ),
    text("subject_id", "its number", required=True),
    text(
        "purpose",
        "why it was drawn",
        values=("random", "complaint", "double", "calibration", "denial_recheck", "second_level"),
    ),
    moment("selected_at", "when it was drawn", required=True),
    moment("reviewed_at", "when it was done"),
    text("reviewer_id", "who reviewed", refers="specialists"),
    flag("blind", "the reviewer did not see the decision"),
    text("own_decision", "the reviewer's own decision"),
    flag("judged_wrong", "the decision was judged wrong"),
    text("error_type", "kind of error; over_reinstated and under_reinstated say to which side it went"),
    number("weight", "design weight; null or 0: from the frame", positive=True),
)

WORK_ITEMS = fact_table(
    "work_items",
    "minutes spent per case and person",
    ("work_item_id",),
    ("worked_on",),
    text("work_item_id", "number", required=True),
    text("case_kind", "escalation, appeal, enforcement or investigation"),
    text("case_id", "its number"),
    text("work_type", "type of work"),
    text("specialist_id", "who worked", refers="specialists"),
    day("worked_on", "business date", required=True),
    number("minutes", "minutes spent", unit="min", positive=True),
)

STANDARD_TIMES = fact_table(
    "standard_times",
    "standard minutes per type of work and period of validity",
    ("work_type", "valid_from"),
    ("work_type", "valid_from"),
    text("work_type", "type of work", required=True),
    day("valid_from", "first day", required=True),
    number("minutes", "standard minutes", unit="min", positive=True),
)
