"""Components of the reinstatement metrics: what SQL adds up, one object per sum."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, case, extract, or_, true

from queries.tallies import AuditFrame, Columns, Decisions, Durations, Predicate, Snapshot, Tally
from store.outcomes import REINSTATING

"""The outcomes that give a seller back what the enforcement took, in part at least."""


def every(_: Columns) -> ColumnElement[bool]:
    """All rows."""
    return true()


def decided(c: Columns) -> ColumnElement[bool]:
    """Decided appeals, withdrawn ones among them."""
    return c.decided_at.is_not(None)


def judged(c: Columns) -> ColumnElement[bool]:
    """Decided with an outcome that somebody decided: nobody decides that an appeal is withdrawn."""
    return and_(c.decided_at.is_not(None), c.outcome.is_not(None), c.outcome != "withdrawn")


def reinstated(c: Columns) -> ColumnElement[bool]:
    """Decided appeals that gave something back."""
    return and_(c.decided_at.is_not(None), c.outcome.in_(REINSTATING))


def came_to_a_decision(c: Columns) -> ColumnElement[bool]:
    """Ended by a decision; a withdrawn appeal stops waiting without one."""
    return and_(c.decided_at.is_not(None), or_(c.outcome.is_(None), c.outcome != "withdrawn"))


def _waited_hours(c: Columns, through: ColumnElement[Any]) -> ColumnElement[Any]:
    """Hours from submission to the end, to `through` while open; submitted after it: none yet."""
    so_far = extract("epoch", through - c.submitted_at) / 3600
    return case((c.decided_at.is_not(None), c.decision_hours), (c.submitted_at < through, so_far), else_=0.0)


def _tally(key: str, clock: str, where: Predicate) -> Tally:
    return Tally(key, "appeals", clock, where)


APPEALS_SUBMITTED = _tally("appeals_submitted", "submitted", every)
APPEALS_DECIDED = _tally("appeals_decided", "decided", decided)
APPEALS_JUDGED = _tally("appeals_judged", "decided", judged)
REINSTATED = _tally("reinstated", "decided", reinstated)
AUDITED = _tally("appeals_audited", "decided", lambda c: and_(decided(c), c.audit_wrong.is_not(None)))
JUDGED_WRONG = _tally("appeals_judged_wrong", "decided", lambda c: and_(decided(c), c.audit_wrong.is_(True)))
DUE = _tally("appeals_due", "due", lambda c: c.decision_met.is_not(None))
DUE_MET = _tally("appeals_due_met", "due", lambda c: c.decision_met.is_(True))
DECISION_TIME = Durations(
    "decision_time", "appeals", "submitted", "decision_bucket", came_to_a_decision, every, _waited_hours
)
AUDITS = AuditFrame("appeal_audits", "appeals", "decided", decided)
AUDITS_OVER = AuditFrame(
    "appeal_audits_over", "appeals", "decided", decided, lambda c: c.audit_side == "over"
)
AUDITS_UNDER = AuditFrame(
    "appeal_audits_under", "appeals", "decided", decided, lambda c: c.audit_side == "under"
)
DECIDED_TWICE = Decisions("decided_twice", "appeals", "decided", decided)
CALIBRATED = Decisions("calibrated", "appeals", "decided", lambda c: and_(decided(c), c.calibrated.is_(True)))
OPEN_APPEALS = Snapshot("appeals_open", "appeals", "submitted", "decided")
