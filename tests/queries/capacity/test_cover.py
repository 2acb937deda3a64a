"""Skills, minimum cover and leave ahead against the raw rows, day by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pandas as pd
import pytest
from sqlalchemy import select

from queries.capacity.cover import Held, cover_on
from queries.capacity.leave import leave_ahead
from queries.filters import Filters
from queries.measure import measure, open_reader
from queries.scope import open_scope
from queries.time import Grain, Period
from store.facts import open_facts
from store.location import Location
from tests.queries.capacity.conftest import Staff
from tests.queries.capacity.random_staff import SKILLS, TEAMS, TODAY
from tests.queries.random_capacity import capacity_operation

DAY = dt.timedelta(days=1)
DAYS = (TODAY - DAY * 300, TODAY, TODAY + DAY * 60)


def needed(staff: Staff) -> dict[tuple[str, str], int]:
    rows = staff.tables["skill_requirements"]
    return {(row["team"], row["skill"]): int(row["people"]) for row in rows.to_dict("records")}


@pytest.mark.parametrize("day", DAYS)
def test_qualified_people_are_those_in_the_team_whose_qualification_holds(staff: Staff, day: dt.date) -> None:
    found = cover_on(staff.reader, staff.teams, day)
    required = needed(staff)
    for team in TEAMS:
        for skill in SKILLS:
            cell = found.cell(team, skill)
            able = {person for person in staff.members(team, day) if staff.able(person, skill, day)}
            assert set(cell.qualified) == able, (team, skill)
            assert cell.required == required.get((team, skill), 0)
            assert cell.short == (len(able) < cell.required)
            assert cell.thin == (len(able) == cell.required > 0)
            later = {person for person in able if not staff.able(person, skill, day + DAY * 91)}
            assert set(cell.expiring) == later


def test_the_number_of_absences_that_break_cover_is_the_fewest_that_do(staff: Staff) -> None:
    for cell in cover_on(staff.reader, staff.teams, TODAY).cells:
        if cell.required == 0:
            assert cell.losses_to_break is None
            assert not cell.short and not cell.thin
            continue
        gone = next(k for k in range(100) if len(cell.qualified) - k < cell.required)
        assert cell.losses_to_break == gone


def test_a_skill_nobody_has_is_short_wherever_it_is_needed(staff: Staff) -> None:
    cells = [cell for cell in cover_on(staff.reader, staff.teams, TODAY).cells if cell.skill == "nobody_has"]
    assert any(cell.required for cell in cells)
    assert all(cell.short == (cell.required > 0) for cell in cells)


def test_who_left_covers_nothing_and_is_counted(staff: Staff) -> None:
    found = cover_on(staff.reader, staff.teams, TODAY)
    rows = staff.tables["specialist_skills"].to_dict("records")
    gone = [
        row
        for row in rows
        if staff.place(row["specialist_id"], TODAY) is None
        and staff.able(row["specialist_id"], row["skill"], TODAY)
    ]
    assert len(gone) > 0
    assert found.of_leavers == len(gone)
    people = {person.specialist_id for person in found.people}
    assert not people & {row["specialist_id"] for row in gone}


def test_each_persons_qualifications_stand_as_their_dates_say(staff: Staff) -> None:
    found = cover_on(staff.reader, staff.teams, TODAY)
    dates = staff.tables["specialist_skills"].set_index(["specialist_id", "skill"])
    seen = set()
    for person in found.people:
        for skill, held in person.held.items():
            since, until = dates.loc[(person.specialist_id, skill), ["qualified_on", "expires_on"]]
            if not pd.isna(since) and since > TODAY:
                wanted = Held.later
            elif not pd.isna(until) and until <= TODAY:
                wanted = Held.expired
            elif not pd.isna(until) and until <= TODAY + DAY * 91:
                wanted = Held.expiring
            else:
                wanted = Held.valid
            assert held is wanted
            seen.add(held)
    assert {Held.valid, Held.expired} <= seen
    assert [person.name for person in found.people] == sorted(person.name for person in found.people)


def test_leave_ahead_counts_who_is_away_and_what_it_breaks(staff: Staff) -> None:
    last = TODAY + DAY * 60
    found = leave_ahead(staff.reader, staff.teams, TODAY, last)
    required = needed(staff)
    leave = staff.tables["planned_leave"]
    breaks = 0
    for one in found.days:
        members = staff.members(one.team, one.day)
        rows = leave[(leave["starts_on"] <= one.day) & (leave["ends_on"] >= one.day)]
        away = members & set(rows["specialist_id"])
        assert set(one.away) == away, (one.team, one.day)
        assert one.people == len(members)
        below = {}
        for (team, skill), people in required.items():
            able = {person for person in members if staff.able(person, skill, one.day)}
            if team == one.team and len(able) >= people > len(able - away):
                below[skill] = len(able - away)
        assert {skill.skill: skill.present for skill in one.below} == below
        breaks += bool(below)
    assert breaks > 0
    assert len(found.days_below) == breaks


def test_no_day_off_of_the_teams_calendar_is_a_day_of_leave(staff: Staff) -> None:
    found = leave_ahead(staff.reader, staff.teams, TODAY, TODAY + DAY * 30)
    settings = staff.reader.facts.settings
    calendars = {team.team: settings.calendar_for(team.calendar) for team in staff.reader.directory.teams}
    for one in found.days:
        calendar = calendars[one.team]
        if calendar is not None:
            assert one.day.weekday() in calendar.weekday_numbers
            assert one.day not in calendar.holidays


def test_skill_cover_is_the_share_of_needed_people_there_over_the_days(staff: Staff) -> None:
    last = staff.reader.coverage.tables["work_days"].last_day
    periods = [
        Period(last - DAY * 13, last - DAY * 6, Grain.range),
        Period(last - DAY * 6, last + DAY, Grain.range),
    ]
    measures = measure(staff.reader, ("skill_cover",), periods, ("team",), Filters())
    assert measures.reasons == {}
    required = needed(staff)
    total_top = total_bottom = 0.0
    for team in TEAMS:
        series = measures.group("skill_cover", (team,))
        for place, period in enumerate(periods):
            top = bottom = 0
            for offset in range(period.days):
                day = period.start + DAY * offset
                members = staff.members(team, day)
                for (of_team, skill), people in required.items():
                    if of_team == team and people > 0:
                        able = sum(staff.able(person, skill, day) for person in members)
                        top, bottom = top + min(able, people), bottom + people
            if bottom:
                assert series.value[place] == pytest.approx(top / bottom), (team, place)
            if place == 1:
                total_top, total_bottom = total_top + top, total_bottom + bottom
    assert measures.total("skill_cover").value[1] == pytest.approx(total_top / total_bottom)
    assert 0 < total_top < total_bottom


def test_thin_skills_are_those_of_the_cells(staff: Staff) -> None:
    table = staff.reader.scope.table("cover_days")
    last = staff.reader.coverage.tables["work_days"].last_day
    rows = staff.reader.scope.read(
        staff.reader.facts, select(table.c.team, table.c.thin_skills).where(table.c.covered_on == last)
    ).to_pylist()
    cells = cover_on(staff.reader, staff.teams, last).required
    for row in rows:
        wanted = sum(cell.thin or cell.short for cell in cells if cell.team == row["team"])
        assert row["thin_skills"] == wanted


def test_a_store_without_skills_says_what_is_not_supplied(build_store: Callable[..., Location]) -> None:
    operation = capacity_operation(1)
    location = build_store(operation.arrow(), operation.settings_toml)
    reader = open_reader(open_facts(location), open_scope())
    week = reader.coverage.rules.week_of(TODAY)
    reasons = measure(reader, ("skill_cover",), [week]).reasons
    assert reasons == {"skill_cover": "not supplied: the skills each team needs"}
    assert cover_on(reader, ("emea-1",), TODAY).required == ()
    reader.facts.close()
