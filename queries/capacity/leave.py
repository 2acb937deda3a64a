"""Leave agreed for the days ahead, and the days on which it takes a team below its minimum cover."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from queries.capacity.cover import Qualification, qualifications, requirements
from queries.capacity.standing import Spell, of_known_people, spells
from queries.measure import Reader
from queries.remembering import remembered
from queries.time import DAY


class Below(NamedTuple):
    """A skill with fewer qualified people at work than required; `away` are the qualified who are not."""

    skill: str
    required: int
    present: int
    away: tuple[str, ...]


class TeamDay(NamedTuple):
    """One working day of one team: people who stand in it, who of them is away, and what falls below cover.

    A skill short even with everybody at work is not told again every day: `below` is what leave breaks.
    """

    team: str
    day: dt.date
    people: int
    away: tuple[str, ...]
    below: tuple[Below, ...]


class Absence(NamedTuple):
    """Leave of one person within the days asked for; both days are away."""

    specialist_id: str
    team: str
    first: dt.date
    last: dt.date
    kind: str | None


class LeaveAhead(NamedTuple):
    """Working days in order of team and day, and absences by name and day."""

    days: tuple[TeamDay, ...]
    absences: tuple[Absence, ...]

    @property
    def days_below(self) -> tuple[TeamDay, ...]:
        """Days on which leave takes some skill below its minimum."""
        return tuple(day for day in self.days if day.below)


@remembered(4)
def leave_ahead(reader: Reader, teams: tuple[str, ...], first: dt.date, last: dt.date) -> LeaveAhead:
    """Agreed leave from `first` to `last` on the working days of each team's business calendar.

    Leave that ends before it starts is none. Who has left, or stands in another team that day, is not missed.
    """
    wanted = set(teams)
    here = [
        spell
        for spell in spells(reader)
        if spell.team in wanted and spell.from_on <= last and spell.to_on > first
    ]
    members = {spell.specialist_id for spell in here}
    rows = reader.scope.read(
        reader.facts,
        of_known_people(reader, "planned_leave", "specialist_id", "starts_on", "ends_on", "leave_kind"),
    ).to_pylist()
    leave = [
        (row["specialist_id"], max(row["starts_on"], first), min(row["ends_on"], last), row["leave_kind"])
        for row in rows
        if row["specialist_id"] in members
        and row["starts_on"] <= row["ends_on"]
        and row["starts_on"] <= last
        and row["ends_on"] >= first
    ]
    away_on: dict[dt.date, set[str]] = {}
    for person, starts, ends, _ in leave:
        for offset in range((ends - starts).days + 1):
            away_on.setdefault(starts + offset * DAY, set()).add(person)
    held = [row for row in qualifications(reader) if row.specialist_id in members]
    days = tuple(
        _team_day(team, day, here, away_on.get(day, set()), held, requirements(reader))
        for team in teams
        for day in _working_days(reader, team, first, last)
        if any(spell.team == team for spell in here)
    )
    names = reader.directory.names
    absences = sorted(
        (
            Absence(person, spell.team, max(starts, spell.from_on), min(ends, spell.to_on - DAY), kind)
            for person, starts, ends, kind in leave
            for spell in here
            if spell.specialist_id == person and spell.from_on <= ends and spell.to_on > starts
        ),
        key=lambda one: (names.get(one.specialist_id, one.specialist_id), one.first),
    )
    return LeaveAhead(days, tuple(absences))


def _team_day(
    team: str,
    day: dt.date,
    here: list[Spell],
    away_today: set[str],
    held: list[Qualification],
    required: Mapping[tuple[str, str], int],
) -> TeamDay:
    members = {spell.specialist_id for spell in here if spell.team == team and spell.holds(day)}
    away = members & away_today
    below = []
    if away:
        able: dict[str, set[str]] = {}
        for row in held:
            if row.specialist_id in members and row.holds(day):
                able.setdefault(row.skill, set()).add(row.specialist_id)
        for (of_team, skill), people in sorted(required.items()):
            qualified = able.get(skill, set())
            if of_team == team and len(qualified) >= people > len(qualified - away):
                missing = tuple(sorted(qualified & away))
                below.append(Below(skill, people, len(qualified - away), missing))
    return TeamDay(team, day, len(members), tuple(sorted(away)), tuple(below))


def _working_days(reader: Reader, team: str, first: dt.date, last: dt.date) -> list[dt.date]:
    """Days the team's business calendar is open; without one every day."""
    named = next((one.calendar for one in reader.directory.teams if one.team == team), None)
    calendar = reader.facts.settings.calendar_for(named)
    every = [first + offset * DAY for offset in range((last - first).days + 1)]
    if calendar is None:
        return every
    return [
        day for day in every if day.weekday() in calendar.weekday_numbers and day not in calendar.holidays
    ]
