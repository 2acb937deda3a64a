"""Hiring: planned against active FTE by month and team, open positions and how long they take to fill."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from sqlalchemy import select

from analysis.cohorts import cohort_quantiles
from queries.capacity.standing import active_fte, spells
from queries.measure import Reader
from queries.remembering import remembered
from queries.time import DAY, add_months

FILL_DAYS = 730
"""Positions opened so many days back count for the time to fill."""


class TeamMonth(NamedTuple):
    """One team in one month: planned FTE (None: no plan), and FTE on its last day.

    `ahead`: the month ends after what is known. Then `active` is what is agreed: people there now less those
    whose last day is set, plus positions with an agreed first day.
    """

    team: str
    month: dt.date
    planned: float | None
    active: float
    ahead: bool


class Position(NamedTuple):
    """One requisition as it stood on a day; `age_days` None where it has no opening day.

    `filled_on` None: open. `starts_on` is the agreed first day, None while there is none.
    """

    requisition_id: str
    team: str | None
    opened_on: dt.date | None
    filled_on: dt.date | None
    starts_on: dt.date | None
    age_days: int | None


class TimeToFill(NamedTuple):
    """Days until half of the positions are filled (Kaplan–Meier, open ones censored), with 95 % interval.

    `median` None: not reached, at least `longest`. `n` positions, `waiting` of them still open.
    """

    median: float | None
    low: float | None
    high: float | None
    longest: float | None
    n: int
    waiting: int


class Positions(NamedTuple):
    """Open positions, the oldest first; those filled whose first day is yet to come; time to fill.

    `contradicting` counts requisitions filled before they were opened: they are in none of the others.
    """

    waiting: tuple[Position, ...]
    agreed: tuple[Position, ...]
    fill: TimeToFill
    contradicting: int


@remembered(2)
def plan_months(
    reader: Reader, teams: tuple[str, ...], first: dt.date, last: dt.date, through: dt.date
) -> tuple[TeamMonth, ...]:
    """Every month from `first` to `last` (first days) of every team that has a plan or people in them.

    FTE on the last day of a month, on `through` in the month that holds it; after it what is agreed.
    """
    planned = _plan(reader, teams, first, last)
    agreed = [
        position
        for position in positions_on(reader, teams, through).agreed
        if position.starts_on is not None and position.team is not None
    ]
    now = active_fte(reader, teams, through)
    rows: list[TeamMonth] = []
    month = first
    while month <= last:
        ends = add_months(month, 1) - DAY
        if month <= through:
            active = active_fte(reader, teams, min(ends, through))
        else:
            active = {team: fte - _net_leaving(reader, team, through, ends) for team, fte in now.items()}
            for position in agreed:
                if position.starts_on is not None and position.starts_on <= ends:
                    active[str(position.team)] += 1.0
        rows += [
            TeamMonth(team, month, planned.get((team, month)), active[team], month > through)
            for team in teams
        ]
        month = add_months(month, 1)
    known = {row.team for row in rows if row.planned is not None or row.active > 0}
    return tuple(row for row in rows if row.team in known)


def _plan(
    reader: Reader, teams: tuple[str, ...], first: dt.date, last: dt.date
) -> dict[tuple[str, dt.date], float]:
    table = reader.scope.table("headcount_plan")
    rows = reader.scope.read(
        reader.facts,
        select(table.c.team, table.c.month, table.c.fte).where(
            table.c.team.in_(teams),
            table.c.month >= first,
            table.c.month < add_months(last, 1),
            table.c.fte.is_not(None),
        ),
    ).to_pylist()
    return {(row["team"], row["month"].replace(day=1)): float(row["fte"]) for row in rows}


def _net_leaving(reader: Reader, team: str, after: dt.date, until: dt.date) -> float:
    """FTE in a team on `after` and no longer on `until`, less FTE that history has join it by then."""
    return sum(
        spell.fte
        for spell in spells(reader)
        if spell.team == team and spell.holds(after) and spell.to_on <= until
    ) - sum(
        spell.fte
        for spell in spells(reader)
        if spell.team == team and after < spell.from_on <= until < spell.to_on
    )


@remembered(2)
def positions_on(reader: Reader, teams: tuple[str, ...], day: dt.date) -> Positions:
    """Positions of some teams as they stood at the end of a day, and how long positions take to fill."""
    table = reader.scope.table("requisitions")
    rows = reader.scope.read(
        reader.facts,
        select(
            table.c.requisition_id, table.c.team, table.c.opened_on, table.c.filled_on, table.c.starts_on
        ).where(table.c.team.in_(teams)),
    ).to_pylist()
    waiting: list[Position] = []
    agreed: list[Position] = []
    taken: list[tuple[int, bool]] = []
    contradicting = 0
    for row in rows:
        opened, filled, starts = row["opened_on"], row["filled_on"], row["starts_on"]
        if opened is not None and filled is not None and filled < opened:
            contradicting += 1
            continue
        if opened is not None and opened > day:
            continue
        is_filled = filled is not None and filled <= day
        age = None if opened is None else (day - opened).days
        position = Position(
            row["requisition_id"], row["team"], opened, filled if is_filled else None, starts, age
        )
        if not is_filled:
            waiting.append(position if filled is None else position._replace(starts_on=None))
        elif starts is not None and starts > day:
            agreed.append(position)
        if opened is not None and (day - opened).days <= FILL_DAYS:
            taken.append(((filled - opened).days if is_filled else (day - opened).days, is_filled))
    waiting.sort(key=lambda one: (one.opened_on or dt.date.min, one.requisition_id))
    agreed.sort(key=lambda one: (one.starts_on or dt.date.max, one.requisition_id))
    return Positions(tuple(waiting), tuple(agreed), _time_to_fill(taken), contradicting)


def _time_to_fill(taken: list[tuple[int, bool]]) -> TimeToFill:
    waiting = sum(not filled for _, filled in taken)
    if not taken:
        return TimeToFill(None, None, None, None, 0, 0)
    days, filled = zip(*taken, strict=True)
    found = cohort_quantiles([0] * len(taken), days, filled, [1] * len(taken), 1, 0.5)
    ends = (_finite(found.value[0]), _finite(found.low[0]), _finite(found.high[0]), _finite(found.longest[0]))
    return TimeToFill(*ends, len(taken), waiting)


def _finite(value: float) -> float | None:
    return float(value) if value == value else None
