"""Hiring: planned positions per month, and a requisition for every one that fell empty or is new."""

from __future__ import annotations

import datetime as dt

import numpy as np

from sample_data.operation import TEAM_NAMES
from sample_data.people import SEATS, STILL, People, leaves_in_story

GROWN_FROM = 0.45  # part of the span after which the teams that grow were planned one larger
NOTICE_DAYS = 14  # from accepting to the first day, at least
NEW_POSITIONS = 7  # of the next year's that are advertised by the end
Rows = list[dict[str, object]]


def headcount_plan(people: People) -> Rows:
    """Rows of `headcount_plan`: the seats of each team, its manager's among them, to a year after the end.

    One seat more from the month after the end.
    """
    span = people.span
    month = span.start.replace(day=1)
    rows: Rows = []
    while month < span.end + dt.timedelta(days=365):
        for index, team in enumerate(TEAM_NAMES):
            to_grow = index % 2 == 0 and span.index(month) <= span.days * GROWN_FROM
            rows.append({"team": team, "month": month, "fte": SEATS - to_grow + float(month > span.end)})
        month = (month + dt.timedelta(days=32)).replace(day=1)
    return rows


def requisitions(random: np.random.Generator, people: People) -> Rows:
    """Rows of `requisitions`: one per leaver, per seat added, and some of the next year's positions.

    Filled by the next occupant of the seat; else open, or filled by somebody whose first day is yet to come.
    """
    span = people.span
    rows: Rows = []
    for person in range(len(people.ids)):
        left, hired = int(people.left[person]), int(people.hired[person])
        team = int(people.home[person])
        if hired > 0 and people.ids[person].endswith("a"):
            _advertise(rows, people, team, hired - int(random.integers(50, 110)), person)
        if 0 < left < span.days:
            follower = _follower(people, person)
            held = follower is None and leaves_in_story(team, int(people.seat[person]))
            _advertise(rows, people, team, max(left - 20, 0), follower, None if held else random)
    for team in random.choice(len(TEAM_NAMES), NEW_POSITIONS, replace=False).tolist():
        _advertise(rows, people, team, span.days - int(random.integers(10, 100)), None, random)
    rows.sort(key=lambda row: (str(row["opened_on"]), str(row["team"])))
    return [{"requisition_id": f"R{number:04d}", **row} for number, row in enumerate(rows, start=1)]


def _follower(people: People, person: int) -> int | None:
    """Who took the seat next, if anybody has."""
    same = (people.home == people.home[person]) & (people.seat == people.seat[person])
    later = np.flatnonzero(same & (people.hired >= people.left[person]))
    return int(later[np.argmin(people.hired[later])]) if len(later) else None


def _advertise(
    rows: Rows,
    people: People,
    team: int,
    opened: int,
    follower: int | None,
    random: np.random.Generator | None = None,
) -> None:
    """Add a requisition; without a follower somebody may have accepted by the end if `random` is given."""
    span = people.span
    filled, starts = STILL, STILL
    if follower is not None:
        starts = int(people.hired[follower])
        filled = starts - NOTICE_DAYS
    elif random is not None:
        accepted = opened + int(random.gamma(6.0, 11.0))
        if accepted < span.days:
            filled = accepted
            starts = max(accepted + NOTICE_DAYS, span.days + int(random.integers(3, 60)))
    rows.append(
        {
            "team": TEAM_NAMES[team],
            "opened_on": span.date(max(opened, 0)),
            "filled_on": span.date(filled) if filled < STILL else None,
            "starts_on": span.date(starts) if starts < STILL else None,
            "specialist_id": None if follower is None else people.ids[follower],
        }
    )
