"""Components of the capacity metrics: what SQL adds up, one object per sum."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, literal

from queries.catalog.escalation_parts import OPEN
from queries.catalog.reinstatement_parts import OPEN_APPEALS
from queries.catalog.strategic_parts import every
from queries.tallies import (
    Accrual,
    Columns,
    Holding,
    PerPerson,
    Predicate,
    Quantity,
    Snapshot,
    Tally,
    Trailing,
)


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


RAMPED = _worked("ramped_hours", with_hours, lambda c: c.ramped_hours)
LAST_4_WEEKS = Trailing("available_hours_of_4_weeks", AVAILABLE, 28)
STAFF = Accrual("staff", "staff_flow", every)
CAPACITY_OF_EACH = PerPerson("available_hours_of_each", AVAILABLE)


class Work(NamedTuple):
    """A type of work: its table, the column that says when a row came, and the hours its rows bring.

    `hours` are those of arrivals, `held` those of open rows and `of_each` those of arrivals by person; the
    others count rows without standard time, and open rows.
    """

    fact: str
    came: str
    hours: Tally
    unknown: Tally
    held: Holding
    held_unknown: Holding
    held_rows: Holding
    of_each: PerPerson
    unknown_of_each: PerPerson


def _work(name: str, rows: Snapshot) -> Work:
    clock = rows.starts
    hours = Tally(f"{name}_work", rows.fact, clock, every, lambda c: c.standard_hours)
    unknown = Tally(f"{name}_work_unknown", rows.fact, clock, without_standard)
    return Work(
        rows.fact,
        f"{rows.fact}.{clock}_at",
        hours,
        unknown,
        Holding(f"{name}_work_open", rows, lambda c: c.standard_hours, lasting=False),
        Holding(
            f"{name}_work_open_unknown",
            rows,
            lambda c: case((without_standard(c), 1), else_=0),
            lasting=False,
        ),
        Holding(f"{name}_rows_open", rows, lambda c: literal(1), lasting=False),
        PerPerson(f"{name}_work_of_each", hours),
        PerPerson(f"{name}_work_of_each_unknown", unknown),
    )


OPEN_INVESTIGATIONS = Snapshot("investigations_open", "investigations", "opened", "closed")
WORK = (
    _work("escalation", OPEN),
    _work("appeal", OPEN_APPEALS),
    _work("investigation", OPEN_INVESTIGATIONS),
)
"""The types of work cases bring."""
