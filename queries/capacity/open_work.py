"""Who holds what open work, how many hours each has for it, who is away soon, and who holds which skill."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final, NamedTuple

from sqlalchemy import String, and_, case, cast, func, literal, null, or_, select

from queries.capacity.cover import qualifications, requirements
from queries.capacity.standing import of_known_people, standing
from queries.catalog.capacity_parts import WORK
from queries.measure import Reader
from queries.remembering import remembered
from queries.time import BLOCK_WEEKS, DAY, WEEK, Period

SOON: Final = 2 * WEEK
"""How far ahead hours and leave are looked at: what lies open now is worked on then."""
FEWEST_DAYS: Final = 10
"""Days of work below which a person's usual hours are those of the team."""


class Held(NamedTuple):
    """Alike open cases of one person: type of work, the skill they name, hours each, and how many.

    `skill` is "" where the case names none.
    """

    work: str
    skill: str
    hours: float
    cases: int


class Holder(NamedTuple):
    """One person of a team: open work, hours available over the next two weeks, leave and skills.

    `away` are days of agreed leave in the next two weeks, `back` the first day after the leave that covers
    the first of them, None without one. `untimed` open cases have no standard time and weigh nothing here.
    """

    specialist_id: str
    team: str
    held: tuple[Held, ...]
    untimed: int
    available: float
    away: int
    back: dt.date | None
    skills: frozenset[str]

    @property
    def work(self) -> float:
        """Hours of open work."""
        return sum(lot.hours * lot.cases for lot in self.held)

    @property
    def cases(self) -> int:
        """Open cases."""
        return sum(lot.cases for lot in self.held) + self.untimed

    @property
    def load(self) -> float:
        """Hours of open work per hour available; nan without hours."""
        return self.work / self.available if self.available > 0 else float("nan")


@remembered(4)
def holders(reader: Reader, teams: tuple[str, ...], last: Period) -> tuple[Holder, ...]:
    """Everyone who stands in one of the teams at the end of a week and works on cases, by team and number.

    Left out are people without a day of work in 13 weeks and without open work: they carry no cases.
    """
    day = last.end
    there = standing(reader, teams, last.last_day)
    held, untimed = _held(reader, teams, last)
    hours, by_team = _hours(reader, last)
    leave = _leave(reader, day)
    skills: dict[str, set[str]] = {}
    for one in qualifications(reader):
        if one.holds(last.last_day):
            skills.setdefault(one.skill, set()).add(one.specialist_id)
    found = []
    for person, spell in there.items():
        if person not in hours and person not in held:
            continue
        away, back = leave.get(person, (0, None))
        working = max(SOON.days * 5 // 7 - away, 0)
        usual = hours.get(person) or by_team.get(spell.team, 0.0)
        found.append(
            Holder(
                person,
                spell.team,
                tuple(held.get(person, ())),
                untimed.get(person, 0),
                usual * working,
                away,
                back,
                frozenset(skill for skill, people in skills.items() if person in people),
            )
        )
    order = {team: place for place, team in enumerate(teams)}
    return tuple(sorted(found, key=lambda one: (order[one.team], one.specialist_id)))


def skills_needed(reader: Reader, team: str) -> frozenset[str]:
    """The skills a team needs somebody for."""
    return frozenset(
        skill for (owner, skill), people in requirements(reader).items() if owner == team and people
    )


def _held(
    reader: Reader, teams: tuple[str, ...], last: Period
) -> tuple[dict[str, list[Held]], dict[str, int]]:
    """Open cases of each person at the end of a week, and how many of them have no standard time."""
    held: dict[str, list[Held]] = {}
    untimed: dict[str, int] = {}
    known = sorted({one.skill for one in qualifications(reader)})
    for name, work in zip(("escalation", "appeal", "investigation"), WORK, strict=True):
        if work.came not in reader.coverage.known_columns:
            continue
        rows = work.held.rows
        table = reader.scope.table(work.fact)
        starts, ends = table.c[f"{rows.starts}_on"], table.c[f"{rows.ends}_on"]
        words: Any = table.c.policy if "policy" in table.c else table.c.get("reason", cast(null(), String))
        skill = case((words.in_(known), words), else_="") if known else literal("")
        # Engines refuse to group or to order by a constant.
        by = [table.c.specialist_id, *([skill] if known else []), table.c.standard_hours]
        answer = reader.scope.read(
            reader.facts,
            select(
                table.c.specialist_id,
                skill.label("skill"),
                table.c.standard_hours,
                func.count().label("cases"),
            )
            .where(
                and_(
                    table.c.team.in_(teams),
                    table.c.specialist_id.is_not(None),
                    starts < last.end,
                    or_(ends.is_(None), ends >= last.end),
                )
            )
            .group_by(*by)
            .order_by(*by),
        )
        for row in answer.to_pylist():
            person, hours = row["specialist_id"], row["standard_hours"]
            if hours is None:
                untimed[person] = untimed.get(person, 0) + int(row["cases"])
                continue
            lot = Held(name, row["skill"], float(hours), int(row["cases"]))
            held.setdefault(person, []).append(lot)
    return held, untimed


def _hours(reader: Reader, last: Period) -> tuple[dict[str, float], dict[str, float]]:
    """Available hours of a usual day at work over the 13 weeks before, by person and by team."""
    if reader.coverage.loaded(("work_days",)) is None:
        return {}, {}
    table = reader.scope.table("work_days")
    rows = reader.scope.read(
        reader.facts,
        select(
            table.c.specialist_id,
            table.c.team,
            func.count().label("days"),
            func.sum(table.c.available_hours).label("hours"),
        )
        .where(
            table.c.worked_on >= last.end - BLOCK_WEEKS * WEEK,
            table.c.worked_on < last.end,
            table.c.available_hours > 0,
        )
        .group_by(table.c.specialist_id, table.c.team),
    ).to_pylist()
    people: dict[str, list[float]] = {}
    teams: dict[str, list[float]] = {}
    for row in rows:
        for sums, key in ((people, row["specialist_id"]), (teams, row["team"])):
            sums.setdefault(key, [0.0, 0.0])
            sums[key][0] += row["days"]
            sums[key][1] += row["hours"]
    of_team = {team: hours / days for team, (days, hours) in teams.items()}
    latest = {row["specialist_id"]: row["team"] for row in rows}
    of_person = {
        person: hours / days if days >= FEWEST_DAYS else of_team.get(latest[person], hours / days)
        for person, (days, hours) in people.items()
    }
    return of_person, of_team


def _leave(reader: Reader, first: dt.date) -> dict[str, tuple[int, dt.date | None]]:
    """Weekdays of agreed leave in the two weeks from `first`, and the day after the leave begun first."""
    rows = reader.scope.read(
        reader.facts, of_known_people(reader, "planned_leave", "specialist_id", "starts_on", "ends_on")
    ).to_pylist()
    found: dict[str, tuple[int, dt.date | None]] = {}
    for row in sorted(rows, key=lambda row: row["starts_on"]):
        if row["ends_on"] < row["starts_on"]:
            continue
        starts, ends = max(row["starts_on"], first), min(row["ends_on"], first + SOON - DAY)
        days = sum((starts + place * DAY).weekday() < 5 for place in range((ends - starts).days + 1))
        if days:
            before, back = found.get(row["specialist_id"], (0, None))
            found[row["specialist_id"]] = (before + days, back or row["ends_on"] + DAY)
    return found
