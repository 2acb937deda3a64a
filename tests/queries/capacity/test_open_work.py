"""Open work of people, their leave and skills, and the moves suggested, checked against the raw rows."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from queries.capacity.moves import lots_of, moves
from queries.capacity.open_work import SOON, Held, Holder, holders, skills_needed
from queries.capacity.spread import spread_of, spreads
from queries.measure import Reader
from queries.time import DAY, WEEK, Period
from tests.queries.capacity.conftest import Staff

OPEN = {
    "escalation": ("escalations", "opened_at", "resolved_at"),
    "appeal": ("appeals", "submitted_at", "decided_at"),
    "investigation": ("investigations", "opened_at", "closed_at"),
}


def newest(reader: Reader) -> Period:
    week = reader.coverage.newest_week()
    assert week is not None
    return week


def open_of(staff: Staff, person: str, end: dt.date) -> int:
    """Open cases of a person in any team at the end of a day before `end`, from the raw rows."""
    zone = staff.reader.coverage.zone
    total = 0
    for table, came, went in OPEN.values():
        rows = staff.tables[table]
        if "specialist_id" not in rows:  # a source that does not say whose they are
            continue
        rows = rows[rows["specialist_id"] == person]
        for start, stop in zip(rows[came], rows[went], strict=True):
            first = pd.Timestamp(start).tz_localize("UTC").tz_convert(zone).date()
            last = None if pd.isna(stop) else pd.Timestamp(stop).tz_localize("UTC").tz_convert(zone).date()
            total += first < end and (last is None or last >= end)
    return total


def test_open_cases_are_those_of_the_raw_rows(staff: Staff) -> None:
    week = newest(staff.reader)
    found = holders(staff.reader, staff.teams, week)
    assert found
    for one in found:
        assert one.cases == open_of(staff, one.specialist_id, week.end)
        assert staff.place(one.specialist_id, week.last_day) is not None


def test_hours_are_those_of_a_usual_day_less_leave(staff: Staff) -> None:
    week = newest(staff.reader)
    leave = staff.tables["planned_leave"]
    for one in holders(staff.reader, staff.teams, week):
        mine = leave[leave["specialist_id"] == one.specialist_id]
        days = 0
        for starts, ends in zip(mine["starts_on"], mine["ends_on"], strict=True):
            every = [week.end + place * DAY for place in range(SOON.days)]
            days += sum(starts <= day <= ends and day.weekday() < 5 for day in every)
        assert one.away == days
        assert one.available >= 0
        if days >= 10:
            assert one.available == 0


def test_skills_are_those_that_hold_on_the_last_day(staff: Staff) -> None:
    week = newest(staff.reader)
    for one in holders(staff.reader, staff.teams, week):
        known = set(staff.tables["specialist_skills"]["skill"])
        assert one.skills == {skill for skill in known if staff.able(one.specialist_id, skill, week.last_day)}


def test_moves_never_go_to_someone_without_the_skill_or_on_leave(staff: Staff) -> None:
    week = newest(staff.reader)
    seen = 0
    for team in staff.teams:
        found = moves(staff.reader, team, week)
        needed = skills_needed(staff.reader, team)
        for one in found.suggestions:
            seen += one.cases
            assert one.taker.team == one.giver.team == team
            assert not one.taker.away
            wanted = {one.lot.skill} if one.lot.skill else one.giver.skills & needed
            assert wanted <= one.taker.skills
        evened = found.evened
        if np.isfinite(evened.spread_before):
            assert evened.spread_after <= evened.spread_before
    assert seen > 0


def person(number: int, held: tuple[Held, ...] = (), away: int = 0, skills: tuple[str, ...] = ()) -> Holder:
    return Holder(f"P{number}", "t", held, 0, 70.0 if away < 10 else 0.0, away, None, frozenset(skills))


def test_a_case_that_names_a_skill_needs_only_that_one() -> None:
    named, plain = Held("appeal", "identity", 1.0, 3), Held("appeal", "", 1.0, 3)
    giver = person(0, (named, plain), skills=("identity", "german", "unneeded"))
    people = (
        giver,
        person(1, skills=("identity",)),
        person(2, skills=("german", "identity")),
        person(3),
        person(4, away=1, skills=("german", "identity")),
    )
    lots, held = lots_of(people, frozenset({"identity", "german"}))
    assert held == [named, plain]
    assert lots[0].takers == {1, 2}
    assert lots[1].takers == {2}


def test_a_team_of_one_has_no_spread_and_no_moves() -> None:
    alone = spread_of("t", [person(0, (Held("appeal", "", 1.0, 3),))])
    assert len(alone.loads) == 1 and np.isnan(alone.spread) and np.isnan(alone.low)
    assert alone.load == pytest.approx(3 / 70)


def test_people_away_for_two_weeks_are_counted_apart() -> None:
    found = spread_of("t", [person(0, (Held("appeal", "", 1.0, 4),), away=10), person(1), person(2)])
    assert (found.absent, found.stuck, len(found.loads)) == (1, 4, 2)


def test_the_places_of_a_team_tell_nobody(staff: Staff) -> None:
    for team in spreads(staff.reader, staff.teams, newest(staff.reader)):
        assert list(team.loads) == sorted(team.loads)


def test_open_work_of_an_earlier_week_is_what_was_open_then(staff: Staff) -> None:
    week = newest(staff.reader)
    earlier = staff.reader.coverage.rules.week_of(week.start - 8 * WEEK)
    for one in holders(staff.reader, staff.teams, earlier):
        assert one.cases == open_of(staff, one.specialist_id, earlier.end)
