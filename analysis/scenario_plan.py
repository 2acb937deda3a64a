"""A scenario carried out on a plan: people who start, move or work longer, work that changes from a day on.

People who come are put behind those who are there, and who leaves a team keeps an empty place, so that
everybody else draws the same illness and the same leaving as in the plan before (see `analysis.staffing`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from analysis.backlog_simulation import Plan, Team, Work
from analysis.scenarios import (
    Change,
    DueShift,
    Hire,
    LessPreventable,
    Move,
    Overtime,
    Scenario,
    ScenarioError,
    StandardTime,
)
from analysis.staffing import LONG_AGO, Person, Staff, expected_hours, hours_of
from analysis.work_turns import Turn, kept_per_day, pace_per_day

_FOREVER: Final = 10**9


@dataclass(frozen=True)
class Effort:
    """What the people of a plan give over the days simulated, in hours.

    `case_hours` are those expected for cases, mentoring taken off; `mentoring` those new people take from
    others; `ramping` those they would give beside if they were trained from the first day.
    """

    case_hours: float
    mentoring: float
    ramping: float


def apply(
    plan: Plan, scenario: Scenario, first: dt.date, preventable: Mapping[str, float] | None = None
) -> Plan:
    """The plan with the scenario carried out; `first` is the date of simulated day 0.

    `preventable` is the preventable share of the arrivals per type of work. Teams a scenario does not touch
    are the same objects as before, and without changes so is the plan. Who moves is not named by a scenario:
    of those there on the day, those without a known end first, then the fullest time, then the longest
    service.

    Raises ScenarioError when a team has fewer people on the day of a move than are to move, KeyError for a
    team the plan does not have.
    """
    teams = {team.name: team for team in plan.teams}
    for change in sorted(scenario.changes, key=lambda change: change.on):
        day = (change.on - first).days
        if isinstance(change, Hire):
            beginners = (Person(change.team, starts=day, hired=day),) * change.people
            teams[change.team] = _joined(teams[change.team], beginners)
        elif isinstance(change, Move):
            _move(teams, change, day)
        elif isinstance(change, Overtime):
            until = (change.until - first).days
            teams[change.team] = _longer(teams[change.team], change.hours, day, until, plan)
        else:
            teams = {name: _turned(team, change, day, preventable or {}) for name, team in teams.items()}
    found = tuple(teams[team.name] for team in plan.teams)
    same = all(new is old for new, old in zip(found, plan.teams, strict=True))
    return plan if same else replace(plan, teams=found)


def effort(plan: Plan) -> Effort:
    """Hours of all teams of a plan over the days simulated."""
    case_hours = mentoring = ramping = 0.0
    for team in plan.teams:
        case_hours += float(np.sum(expected_hours(team.staff)))
        trained = replace(team.staff, ramp=())
        for person in team.staff.people:
            if person.hired == LONG_AGO:
                continue
            given, taken = hours_of(team.staff, person)
            mentoring += float(np.sum(taken))
            ramping += float(np.sum(hours_of(trained, person)[0] - given))
    return Effort(case_hours, mentoring, ramping)


def _joined(team: Team, people: tuple[Person, ...]) -> Team:
    return replace(team, staff=replace(team.staff, people=(*team.staff.people, *people)))


def _move(teams: dict[str, Team], change: Move, day: int) -> None:
    """Take people out of one team and put them into another, tenure and leave with them."""
    staff = teams[change.origin].staff
    there = [
        place
        for place, person in enumerate(staff.people)
        if person.fte > 0 and person.starts <= day and _end(person) >= day
    ]
    if len(there) < change.people:
        raise ScenarioError(
            f"Only {len(there)} people are in the team on the day of the move; {change.people} cannot move."
        )
    there.sort(key=lambda place: (-_end(staff.people[place]), -staff.people[place].fte, _rank(staff, place)))
    chosen = set(there[: change.people])
    moved = tuple(
        replace(staff.people[place], team=change.team, starts=day) for place in there[: change.people]
    )
    kept = tuple(
        _left(person, day) if place in chosen else person for place, person in enumerate(staff.people)
    )
    teams[change.origin] = replace(teams[change.origin], staff=replace(staff, people=kept))
    teams[change.team] = _joined(teams[change.team], moved)


def _left(person: Person, day: int) -> Person:
    """The person until the day before; an empty place where that is before the first day in the team."""
    return replace(person, ends=day - 1) if day - 1 >= person.starts else replace(person, fte=0.0)


def _end(person: Person) -> int:
    return _FOREVER if person.ends is None else person.ends


def _rank(staff: Staff, place: int) -> tuple[int, int]:
    return staff.people[place].hired, place


def _longer(team: Team, hours: float, day: int, until: int, plan: Plan) -> Team:
    """Overtime of `hours` a week for a full FTE: all of them go to cases, on the usual working days."""
    staff = team.staff
    usual = int(np.bincount(plan.week_of[staff.working]).max(initial=0))
    base = staff.hours * staff.case_share
    if not usual or not base:
        return team
    share = np.zeros(len(staff.working)) if staff.overtime is None else staff.overtime.copy()
    share[max(day, 0) : until + 1] += hours / (usual * base)
    return replace(team, staff=replace(staff, overtime=share))


def _turned(team: Team, change: Change, day: int, preventable: Mapping[str, float]) -> Team:
    """The team with the types of work that the change is about turned; the same object if it has none."""
    works = tuple(_work(work, change, day, preventable) for work in team.work)
    same = all(new is old for new, old in zip(works, team.work, strict=True))
    return team if same else replace(team, work=works)


def _work(work: Work, change: Change, day: int, preventable: Mapping[str, float]) -> Work:
    if isinstance(change, LessPreventable):
        # Only what an earlier cut left of the preventable cases can be cut.
        now = float(kept_per_day(work.turns, len(work.expected))[day])
        cut = change.share * max(now - (1 - preventable.get(work.name, 0.0)), 0.0)
        return replace(work, turns=(*work.turns, Turn(day, kept=1 - cut / now))) if cut else work
    if isinstance(change, StandardTime) and change.work == work.name:
        now = work.hours * float(pace_per_day(work.turns, len(work.expected))[day])
        return replace(work, turns=(*work.turns, Turn(day, pace=change.minutes / 60 / now)))
    if isinstance(change, DueShift) and change.work == work.name:
        return replace(work, turns=(*work.turns, Turn(day, promise=change.days)))
    return work
