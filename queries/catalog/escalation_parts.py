"""Components of the escalation metrics: what SQL adds up, one object per sum."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, and_, case, extract, func, or_, true

from queries.tallies import AuditFrame, Balance, Columns, Durations, Predicate, Quantity, Snapshot, Tally


def every(_: Columns) -> ColumnElement[bool]:
    """All rows."""
    return true()


def resolved(c: Columns) -> ColumnElement[bool]:
    """Ended by a resolution; a source that does not say how cases end only has resolutions."""
    return and_(c.resolved_at.is_not(None), or_(c.end_kind.is_(None), c.end_kind == "resolved"))


def _with(condition: Callable[[Columns], ColumnElement[bool]]) -> Predicate:
    """Resolved rows that also meet `condition`."""
    return lambda c: and_(resolved(c), condition(c))


def _waited_case_resolved(c: Columns) -> ColumnElement[bool]:
    """Waits of cases that were resolved; a case still open has no resolved_on."""
    return and_(c.resolved_on.is_not(None), or_(c.end_kind.is_(None), c.end_kind == "resolved"))


def _elapsed_hours(c: Columns, through: ColumnElement[Any]) -> ColumnElement[Any]:
    """Hours from open to end, to `through` while open; a case opened after it has not begun to wait."""
    so_far = extract("epoch", through - c.opened_at) / 3600
    return case((c.resolved_at.is_not(None), c.resolve_hours), (c.opened_at < through, so_far), else_=0.0)


def _tally(key: str, clock: str, where: Predicate, quantity: Quantity | None = None) -> Tally:
    return Tally(key, "escalations", clock, where, quantity)


def _reopenings_of(c: Columns) -> ColumnElement[Any]:
    """Reopenings the source counted before the end, plus the one that started the next cycle."""
    return func.coalesce(c.reopenings, 0) + case((c.reopened_after_days.is_not(None), 1), else_=0)


OPENED = _tally("opened", "opened", every)
RESOLVED = _tally("resolved", "resolved", resolved)
CANCELLED = _tally("cancelled", "resolved", lambda c: c.end_kind == "cancelled")
MERGED = _tally("merged", "resolved", lambda c: c.end_kind == "merged")

DUE = _tally("due", "due", lambda c: c.resolution_met.is_not(None))
DUE_MET = _tally("due_met", "due", lambda c: c.resolution_met.is_(True))
CLOSED_DUE = _tally(
    "closed_due", "due", lambda c: and_(c.resolution_met.is_not(None), c.resolved_at.is_not(None))
)
FIRST_DUE = _tally("first_due", "first_response_due", lambda c: c.first_response_met.is_not(None))
FIRST_MET = _tally("first_met", "first_response_due", lambda c: c.first_response_met.is_(True))
FLAGGED = _tally("flagged", "resolved", _with(lambda c: c.sla_met.is_not(None)))
FLAG_MET = _tally("flag_met", "resolved", _with(lambda c: c.sla_met.is_(True)))
UNFLAGGED = _tally("unflagged", "resolved", _with(lambda c: c.sla_met.is_(None)))
MET_TWO_WAYS = _tally(
    "met_two_ways",
    "resolved",
    _with(lambda c: and_(c.resolution_met.is_(True), c.due_at_without_pauses.is_not(None))),
)
MET_BY_PAUSES = _tally("met_by_pauses", "resolved", _with(lambda c: c.met_only_by_pauses.is_(True)))

REOPENED_14 = _tally("reopened_14", "resolved", _with(lambda c: c.reopened_after_days <= 14))
EVER_REOPENED = _tally(
    "ever_reopened", "resolved", _with(lambda c: or_(c.reopenings > 0, c.reopened_after_days.is_not(None)))
)
REOPENINGS = _tally("reopenings", "resolved", resolved, _reopenings_of)
OF_KNOWN_SELLER = _tally("of_known_seller", "resolved", _with(lambda c: c.seller_id.is_not(None)))
REPEATED_90 = _tally("repeated_90", "resolved", _with(lambda c: c.repeated_after_days <= 90))

TRANSFERS_KNOWN = _tally("transfers_known", "resolved", _with(lambda c: c.transfers.is_not(None)))
TRANSFERS = _tally("transfers", "resolved", _with(lambda c: c.transfers.is_not(None)), lambda c: c.transfers)
TRANSFERS_SQUARED = _tally(
    "transfers_squared",
    "resolved",
    _with(lambda c: c.transfers.is_not(None)),
    lambda c: c.transfers * c.transfers,
)
PATH_KNOWN = _tally("path_known", "resolved", _with(lambda c: c.returned_to_earlier_team.is_not(None)))
SENT_BACK = _tally("sent_back", "resolved", _with(lambda c: c.returned_to_earlier_team.is_(True)))

OUR_HOURS = _tally(
    "our_hours", "resolved", _with(lambda c: c.partner_hours.is_not(None)), lambda c: c.our_hours
)
SELLER_HOURS = _tally(
    "seller_hours", "resolved", _with(lambda c: c.partner_hours.is_not(None)), lambda c: c.seller_hours
)
PARTNER_HOURS = _tally(
    "partner_hours", "resolved", _with(lambda c: c.partner_hours.is_not(None)), lambda c: c.partner_hours
)
ELAPSED_HOURS = _tally(
    "elapsed_hours", "resolved", _with(lambda c: c.partner_hours.is_not(None)), lambda c: c.resolve_hours
)
CLOSED_HOURS = _tally("closed_hours", "resolved", resolved, lambda c: c.resolve_hours)
PATHS_TIMED = _tally("paths_timed", "resolved", _with(lambda c: c.partner_hours.is_not(None)))
SPLIT_HOURS = Tally(
    "split_hours", "partner_waits", "resolved", _waited_case_resolved, lambda c: c.split_hours
)
PARTNERS_HELD = Tally(
    "partners_held",
    "partner_waits",
    "resolved",
    lambda c: and_(_waited_case_resolved(c), c.first_on_partner.is_(True)),
)
OF_ALL_PARTNERS = ("partner",)
PATHS_TIMED_OF_ALL = replace(PATHS_TIMED, key="paths_timed_of_all", of_all=OF_ALL_PARTNERS)
ELAPSED_OF_ALL = replace(ELAPSED_HOURS, key="elapsed_hours_of_all", of_all=OF_ALL_PARTNERS)
WAITS_DUE = Tally("waits_due", "partner_waits", "due", lambda c: c.on_time.is_not(None))
WAITS_ON_TIME = Tally("waits_on_time", "partner_waits", "due", lambda c: c.on_time.is_(True))

PREVENTABLE = _tally("preventable", "opened", lambda c: c.preventable.is_(True))
PREVENTABLE_TAGGED = _tally("preventable_tagged", "opened", lambda c: c.preventable.is_not(None))

BALANCE = Balance("balance", "case_flow")
OPEN = Snapshot("open", "escalations", "opened", "resolved")
OPEN_PAST_DUE = Snapshot("open_past_due", "escalations", "opened", "resolved", since="due_at")
OPEN_BLOCKED = Snapshot("open_blocked", "escalations", "opened", "resolved", since="blocked_since")
TIME_TO_RESOLVE = Durations(
    "time_to_resolve", "escalations", "opened", "resolve_bucket", resolved, every, _elapsed_hours
)
WAITS = Durations(
    "waits",
    "partner_waits",
    "resolved",
    "wait_bucket",
    lambda c: c.ends_at.is_not(None),
    _waited_case_resolved,
    lambda c, _: c.wait_hours,
)
AUDITS = AuditFrame("escalation_audits", "escalations", "resolved", resolved)
