"""Components of the capacity metrics: what SQL adds up, one object per sum."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import ColumnElement, and_

from queries.catalog.strategic_parts import every
from queries.model import Columns, Predicate, Quantity, Tally


def with_hours(c: Columns) -> ColumnElement[bool]:
    """Days whose hours left for cases are known."""
    flag: ColumnElement[bool] = c.available_hours.is_not(None)
    return flag


def recorded(c: Columns) -> ColumnElement[bool]:
    """Days whose hours on cases are known too."""
    return and_(with_hours(c), c.case_hours.is_not(None))


def without_standard(c: Columns) -> ColumnElement[bool]:
    """Arrivals without standard time."""
    flag: ColumnElement[bool] = c.standard_hours.is_(None)
    return flag


def _worked(key: str, where: Predicate, quantity: Quantity | None = None) -> Tally:
    return Tally(key, "work_days", "worked", where, quantity)


AVAILABLE = _worked("available_hours", with_hours, lambda c: c.available_hours)
PAID = _worked("paid_hours", with_hours, lambda c: c.paid_hours)
LOST = _worked("lost_hours", with_hours, lambda c: c.paid_hours - c.available_hours)
LEAVE = _worked("leave_hours", with_hours, lambda c: c.lost_to_leave)
TRAINING = _worked("training_hours", with_hours, lambda c: c.lost_to_training)
MEETINGS = _worked("meeting_hours", with_hours, lambda c: c.lost_to_meetings)
CASE_HOURS = _worked("case_hours", recorded, lambda c: c.case_hours)
RECORDED = _worked("recorded_hours", recorded, lambda c: c.available_hours)
DAYS_WORKED = _worked("days_worked", with_hours)
DAYS_RECORDED = _worked("days_recorded", recorded)


class Work(NamedTuple):
    """A type of work: its table, the column that says when a row came, and the hours rows bring then."""

    fact: str
    came: str
    hours: Tally
    unknown: Tally


def _work(name: str, fact: str, clock: str) -> Work:
    return Work(
        fact,
        f"{fact}.{clock}_at",
        Tally(f"{name}_work", fact, clock, every, lambda c: c.standard_hours),
        Tally(f"{name}_work_unknown", fact, clock, without_standard),
    )


WORK = (
    _work("escalation", "escalations", "opened"),
    _work("appeal", "appeals", "submitted"),
    _work("investigation", "investigations", "opened"),
)
"""The types of work cases bring."""
