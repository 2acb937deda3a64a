"""Who will be there on the days ahead, and what a day of theirs is worth: measured from the store."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    Integer,
    and_,
    case,
    func,
    literal_column,
    select,
    type_coerce,
)

from analysis.staffing import LONG_AGO, Absence, Person, Staff
from queries.capacity.absence import Habits, habits
from queries.capacity.days import Ahead, calendar_of, open_days, site_calendars
from queries.capacity.hiring import positions_on
from queries.capacity.standing import NEVER, Spell, of_known_people, spells
from queries.measure import Reader
from queries.remembering import remembered
from queries.time import DAY, WEEK

MEASURED = 13 * WEEK
"""Hours of a day at work are those of so long back."""
LEAST_SHARE, MOST_SHARE = 0.85, 0.95
"""The upper edge of the usual band of utilisation, and what nobody keeps up."""
BUSIEST = 0.9
WEEKS_MEASURED = 26
FEWEST_DAYS = 30
NEWCOMER = 4 * WEEK
MENTORING = (1.0,) * 4 + (0.5,) * 4
"""Hours a day a new hire takes from others, by week of tenure: an assumption, no source tells it."""
RAMP_STEP, RAMP_WEEKS = 4, 26
RAMP_BACK = 104 * WEEK
LEAVERS_BACK = 104 * WEEK


@dataclass(frozen=True)
class Worth:
    """What a day at work of a full FTE gives: available hours, share on cases, and days measured."""

    hours: float
    utilisation: float
    days: int
    pooled: bool


@dataclass(frozen=True)
class Ramp:
    """Productivity by week of tenure, and the days of work of new people it rests on; () where unknown."""

    by_week: tuple[float, ...]
    days: int


@dataclass(frozen=True)
class Leaving:
    """People who left, person-years they could have left in, and the yearly hazard; of everyone visible."""

    left: int
    years: float

    @property
    def hazard(self) -> float:
        """Share of people leaving per year, as a constant hazard."""
        return self.left / self.years if self.years > 0 else 0.0


@dataclass(frozen=True)
class Crew:
    """A team's people on the days ahead and what they are worth; `worth` None: no hours are known.

    `beginning` counts people with a first day ahead, `going` those with a last day ahead, `idle` people of
    the team who carry no cases (managers) and are left out.
    """

    team: str
    staff: Staff
    worth: Worth | None
    beginning: int
    going: int
    idle: int


def crews(reader: Reader, teams: Sequence[str], ahead: Ahead) -> tuple[Crew, ...]:
    """The people of some teams on the days ahead, in the order of `teams`."""
    worth = worth_of_a_day(reader, ahead.first)
    habit = habits(reader, ahead)
    share = busiest_share(reader, ahead.first)
    ramp, leaving = ramp_of(reader, ahead.first), leaving_of(reader, ahead.first)
    absences = tuple(
        Absence(rate, mean)
        for rate, mean in ((habit.ill, habit.ill_days), (habit.unbooked, habit.unbooked_days))
        if np.max(rate) > 0
    )
    found = []
    for team in teams:
        people, beginning, going, idle = _people(reader, team, ahead, habit)
        own = worth.get(team) or worth.get(None)
        staff = Staff(
            people,
            open_days(calendar_of(reader, team), ahead.first, ahead.days),
            min(own.hours, 24.0) if own else 0.0,
            share if own else 0.0,
            ramp.by_week,
            MENTORING,
            leaving.hazard,
            absences,
        )
        found.append(Crew(team, staff, own, beginning, going, idle))
    return tuple(found)


def _people(
    reader: Reader, team: str, ahead: Ahead, habit: Habits
) -> tuple[tuple[Person, ...], int, int, int]:
    """People of a team who carry cases, how many of them begin and end ahead, and who carries none."""
    hired = hired_on(reader)
    managers = {one.manager_id for one in reader.directory.teams}
    there = [
        spell
        for spell in spells(reader)
        if spell.team == team and spell.from_on <= ahead.last and spell.to_on > ahead.first
    ]
    own_calendar = calendar_of(reader, team)
    elsewhere = site_calendars(reader)
    people: list[Person] = []
    beginning = going = idle = 0
    for spell in there:
        if not _carries_cases(spell, habit, managers, ahead.first):
            idle += 1
            continue
        away = set(habit.booked.get(spell.specialist_id, ()))
        site = habit.sites.get(spell.specialist_id)
        calendar = elsewhere.get(site) if site is not None else None
        if calendar is not None and calendar is not own_calendar:
            closed = ~open_days(calendar, ahead.first, ahead.days)
            away.update(np.flatnonzero(closed).tolist())
        first_day = hired.get(spell.specialist_id)
        beginning += spell.from_on > ahead.first
        going += spell.to_on <= ahead.last
        people.append(
            Person(
                team,
                min(max(spell.fte, 0.0), 1.0),
                (spell.from_on - ahead.first).days,
                None if spell.to_on == NEVER else (spell.to_on - DAY - ahead.first).days,
                LONG_AGO if first_day is None else (first_day - ahead.first).days,
                tuple(sorted(away)),
            )
        )
    known = {(spell.from_on - ahead.first).days for spell in there}
    for position in positions_on(reader, (team,), ahead.first - DAY).agreed:
        if position.starts_on is None or position.starts_on > ahead.last:
            continue
        day = (position.starts_on - ahead.first).days
        if day not in known:  # else whoever fills it stands in history already
            people.append(Person(team, starts=day, hired=day))
            beginning += 1
    return tuple(people), beginning, going, idle


def _carries_cases(spell: Spell, habit: Habits, managers: set[str | None], first: dt.date) -> bool:
    """Recorded on cases or on leave lately, or too new to tell and no manager."""
    if spell.specialist_id in habit.working:
        return True
    return spell.from_on > first - NEWCOMER and spell.specialist_id not in managers


@remembered(1)
def hired_on(reader: Reader) -> dict[str, dt.date]:
    """The first day of everyone visible whose first day is known."""
    rows = reader.scope.read(
        reader.facts, of_known_people(reader, "specialists", "specialist_id", "hired_on")
    ).to_pylist()
    return {row["specialist_id"]: row["hired_on"] for row in rows if row["hired_on"] is not None}


@remembered(1)
def worth_of_a_day(reader: Reader, first: dt.date) -> dict[str | None, Worth]:
    """Hours of a full FTE's day at work over the 13 weeks before `first` by team; None: all together.

    A team with fewer than 30 days at work takes the hours of all.
    """
    table = reader.scope.table("work_days")
    at_work = and_(table.c.available_hours.is_not(None), table.c.available_hours > 0)
    rows = reader.scope.read(
        reader.facts,
        select(
            table.c.team,
            table.c.specialist_id,
            func.count(case((at_work, 1))).label("days"),
            func.sum(case((at_work, table.c.available_hours))).label("hours"),
            func.sum(case((and_(at_work, table.c.case_hours.is_not(None)), table.c.available_hours))).label(
                "recorded"
            ),
            func.sum(case((at_work, table.c.case_hours))).label("on_cases"),
        )
        .where(table.c.worked_on >= first - MEASURED, table.c.worked_on < first)
        .group_by(table.c.team, table.c.specialist_id),
    ).to_pylist()
    fte: dict[tuple[str, str], float] = {}
    for spell in spells(reader):
        if spell.to_on > first - MEASURED and spell.from_on < first:
            fte[(spell.team, spell.specialist_id)] = spell.fte
    sums: dict[str | None, NDArray[np.float64]] = defaultdict(lambda: np.zeros(5))
    for row in rows:
        part = fte.get((row["team"], row["specialist_id"]), 1.0)
        amounts = np.array(
            [row["hours"] or 0, row["days"] * part, row["days"], row["on_cases"] or 0, row["recorded"] or 0],
            float,
        )
        sums[row["team"]] += amounts
        if row["team"] is not None:
            sums[None] += amounts
    found: dict[str | None, Worth] = {}
    for team, (hours, fte_days, days, on_cases, recorded) in sums.items():
        if days >= FEWEST_DAYS and fte_days > 0:
            share = on_cases / recorded if recorded > 0 else 0.0
            found[team] = Worth(hours / fte_days, min(share, 1.0), int(days), team is None)
    return found


@remembered(1)
def busiest_share(reader: Reader, first: dt.date) -> float:
    """The largest part of available hours that goes to cases: what the busiest tenth of team-weeks reached.

    Of all visible teams over 26 weeks, within 85 to 95 %; 85 % where case hours are not known.
    """
    table = reader.scope.table("work_days")
    start = first - WEEKS_MEASURED * WEEK
    day = type_coerce(table.c.worked_on - literal_column(f"date '{start}'"), Integer).label("day")
    rows = reader.scope.read(
        reader.facts,
        select(
            table.c.team,
            day,
            func.sum(table.c.case_hours).label("on_cases"),
            func.sum(table.c.available_hours).label("hours"),
        )
        .where(table.c.worked_on >= start, table.c.worked_on < first, table.c.team.is_not(None))
        .where(table.c.available_hours > 0, table.c.case_hours.is_not(None))
        .group_by(table.c.team, day),
    ).to_pylist()
    weeks: dict[tuple[str, int], NDArray[np.float64]] = defaultdict(lambda: np.zeros(2))
    for row in rows:
        weeks[(row["team"], int(row["day"]) // 7)] += (row["on_cases"], row["hours"])
    if not weeks:
        return LEAST_SHARE
    reached = np.quantile([on_cases / hours for on_cases, hours in weeks.values()], BUSIEST)
    return float(np.clip(reached, LEAST_SHARE, MOST_SHARE))


@remembered(1)
def leaving_of(reader: Reader, first: dt.date) -> Leaving:
    """Everyone visible who left in the two years before `first`, and the years they were there."""
    rows = reader.scope.read(
        reader.facts, of_known_people(reader, "specialists", "specialist_id", "hired_on", "left_on")
    ).to_pylist()
    since = first - LEAVERS_BACK
    days = left = 0
    for row in rows:
        begins = max(row["hired_on"] or since, since)
        ends = min(row["left_on"] or first, first)
        days += max((ends - begins).days, 0)
        left += row["left_on"] is not None and since <= row["left_on"] < first
    return Leaving(left, days / 365.25)


@remembered(1)
def ramp_of(reader: Reader, first: dt.date) -> Ramp:
    """Standard hours new people ended ÷ those experienced colleagues of their team do in as many hours.

    In stretches of four weeks of tenure over the last two years, of all visible people; a stretch with fewer
    than 30 days of work counts as the one before, the first as fully trained. Never above 1, never falling.
    """
    table = reader.scope.table("work_pace")
    week = table.c.tenure_weeks
    bounds = range(RAMP_STEP, RAMP_WEEKS + RAMP_STEP, RAMP_STEP)
    step = case(*((week < bound, place) for place, bound in enumerate(bounds)), else_=len(bounds))
    placed = (
        select(step.label("step"), table.c.done_hours, table.c.usual_hours)
        .where(table.c.worked_on >= first - RAMP_BACK, table.c.worked_on < first)
        .where(week >= 0, week < RAMP_WEEKS, table.c.usual_hours.is_not(None))
        .subquery()
    )
    rows = reader.scope.read(
        reader.facts,
        select(
            placed.c.step,
            func.count(case((placed.c.usual_hours > 0, 1))).label("days"),
            func.sum(placed.c.done_hours).label("done"),
            func.sum(placed.c.usual_hours).label("usual"),
        ).group_by(placed.c.step),
    ).to_pylist()
    return _ramp({int(row["step"]): (row["days"], float(row["done"]), float(row["usual"])) for row in rows})


def _ramp(steps: dict[int, tuple[int, float, float]]) -> Ramp:
    """Days, hours done and hours usual by stretch of tenure, as productivity by week."""
    curve: list[float] = []
    for step in range(-(-RAMP_WEEKS // RAMP_STEP)):
        days, done, usual = steps.get(step, (0, 0.0, 0.0))
        enough = days >= FEWEST_DAYS and usual > 0
        known = min(done / usual, 1.0) if enough else (curve[-1] if curve else 1.0)
        curve.append(max(known, curve[-1]) if curve else known)
    new = sum(days for days, _, _ in steps.values())
    return Ramp(tuple(float(share) for share in np.repeat(curve, RAMP_STEP)[:RAMP_WEEKS]) if new else (), new)
