"""Components of the strategic seller metrics: what SQL adds up, one object per sum."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Double, and_, case, cast, extract, true

from queries.tallies import (
    Accrual,
    AuditFrame,
    Columns,
    Durations,
    Holding,
    Predicate,
    Quantity,
    Snapshot,
    Tally,
)
from store.outcomes import OUR_ERROR


def every(_: Columns) -> ColumnElement[bool]:
    """All rows."""
    return true()


def closed(c: Columns) -> ColumnElement[bool]:
    """Investigations that ended."""
    flag: ColumnElement[bool] = c.closed_at.is_not(None)
    return flag


def answered(c: Columns) -> ColumnElement[bool]:
    """Surveys that came back with a score."""
    flag: ColumnElement[bool] = c.score.is_not(None)
    return flag


def scored(c: Columns) -> ColumnElement[bool]:
    """Enforcements with a risk score from 0 to 1."""
    flag: ColumnElement[bool] = c.risk_band.is_not(None)
    return flag


def confirmed(c: Columns) -> ColumnElement[bool]:
    """Scored enforcements that were not reversed as our error."""
    return and_(scored(c), c.reversal_kind.is_distinct_from(OUR_ERROR))


def _miss(c: Columns) -> ColumnElement[Any]:
    """How far a score was from what became of the enforcement."""
    return cast(c.risk_score, Double) - case((c.reversal_kind == OUR_ERROR, 0.0), else_=1.0)


def _elapsed_hours(c: Columns, through: ColumnElement[Any]) -> ColumnElement[Any]:
    """Hours from open to close, to `through` while open; what was opened after it has not begun to wait."""
    so_far = extract("epoch", through - c.opened_at) / 3600
    return case((c.closed_at.is_not(None), c.investigation_hours), (c.opened_at < through, so_far), else_=0.0)


def _judged(verdict: str) -> Predicate:
    return lambda c: c.verdict == verdict


def _survey(key: str, where: Predicate) -> Tally:
    return Tally(key, "surveys", "sent", where)


def _enforced(key: str, where: Predicate, quantity: Quantity | None = None) -> Tally:
    return Tally(key, "enforcements", "enforced", where, quantity)


SELLER_MONTHS = Tally("seller_months", "seller_activity", "active", every, lambda c: c.seller_months)

SURVEYED = _survey("surveyed", every)
RESPONSES = _survey("responses", answered)
SATISFIED = _survey("satisfied", lambda c: c.score >= 4)

SCORED = _enforced("scored", scored)
CONFIRMED = _enforced("confirmed", confirmed)
SCORE_MISS = _enforced("score_miss", scored, lambda c: _miss(c) * _miss(c))
SCORE_MISS_SQUARED = _enforced(
    "score_miss_squared", scored, lambda c: _miss(c) * _miss(c) * _miss(c) * _miss(c)
)

BLOCKED = Accrual("blocked_gmv", "block_flow", every)
BLOCKED_WRONGLY = Accrual("blocked_gmv_wrongly", "block_flow", _judged("wrongly"))
BLOCKED_RIGHTLY = Accrual("blocked_gmv_rightly", "block_flow", _judged("rightly"))
BLOCKED_UNJUDGED = Accrual("blocked_gmv_unjudged", "block_flow", _judged("not yet known"))
OPEN_BLOCKS = Snapshot("open_blocks", "account_blocks", "blocked", "lifted")
AT_RISK = Holding("gmv_at_risk", OPEN_BLOCKS, lambda c: c.daily_gmv)

TIME_TO_INVESTIGATE = Durations(
    "time_to_investigate",
    "investigations",
    "opened",
    "investigation_bucket",
    closed,
    every,
    _elapsed_hours,
)
INVESTIGATION_AUDITS = AuditFrame("investigation_audits", "investigations", "closed", closed)
