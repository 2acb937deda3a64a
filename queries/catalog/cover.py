"""The metrics of new people and of cover. One object each."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_

from queries.formulas import Ratio
from queries.model import Metric
from queries.tallies import Columns, Quantity, Tally

NEW_WEEKS = 26


def is_new(c: Columns) -> ColumnElement[bool]:
    """Days in a person's first 26 weeks beside which the usual pace of the team is known."""
    return and_(c.tenure_weeks >= 0, c.tenure_weeks < NEW_WEEKS, c.usual_hours.is_not(None))


def _paced(key: str, quantity: Quantity) -> Tally:
    return Tally(key, "work_pace", "worked", is_new, quantity)


DONE = _paced("hours_done_by_new", lambda c: c.done_hours)
DONE_SQUARES = _paced("hours_done_by_new_squared", lambda c: c.done_squares)
DONE_CASES = _paced("cases_ended_by_new", lambda c: c.done_cases)
USUAL = _paced("hours_usual_for_new", lambda c: c.usual_hours)


def every_day(c: Columns) -> ColumnElement[bool]:
    """Days on which the team needs anybody."""
    flag: ColumnElement[bool] = c.required > 0
    return flag


REQUIRED = Tally("qualified_needed", "cover_days", "covered", every_day, lambda c: c.required)
COVERED = Tally("qualified_there", "cover_days", "covered", every_day, lambda c: c.covered)

METRICS: tuple[Metric, ...] = (
    Metric(
        "ramp",
        "Pace of new people",
        "Capacity",
        Ratio(DONE, USUAL, spread="hours", squares=DONE_SQUARES, rows=DONE_CASES),
        "share",
        "up",
        "What people in their first 26 weeks get done, by the standard hours of the cases they end, out of what "
        "experienced colleagues of their team end in as many available hours in the weeks around.",
        "worked",
        needs=("work_pace.usual_hours",),
        drill=("team", "site"),
        owner="Capacity lead",
        beside=("audit_defect_rate",),
        guards=("audit_defect_rate",),
    ),
    Metric(
        "skill_cover",
        "Skill cover",
        "Capacity",
        Ratio(COVERED, REQUIRED, spread="none"),
        "share",
        "up",
        "Of the qualified people teams need, skill by skill, the share they have, over the days of the period. "
        "More than needed of one skill makes up for no other; people on leave count as there.",
        "covered",
        needs=("cover_days.required",),
        drill=("team", "site"),
        owner="Capacity lead",
    ),
)
