"""Leave agreed for the 13 weeks ahead, and the days on which it breaks cover."""

from __future__ import annotations

import datetime as dt

from components import numbers
from components.charts import leave_calendar
from components.choosing import go
from components.figure import figure, rows_behind
from components.tables import Column
from components.theme import note, subtitle
from components.view import View
from components.wording import things
from queries.capacity.cover import Cover
from queries.capacity.leave import Absence, LeaveAhead, TeamDay
from queries.time import DAY, WEEK

AHEAD = 13 * WEEK


def leave_text(leave: LeaveAhead) -> str:
    """How many teams agreed leave takes below minimum cover, and on how many days."""
    below = leave.days_below
    if not leave.days:
        return ""
    if not below:
        return "Leave agreed for the next 13 weeks takes no team below its minimum cover."
    days = len({one.day for one in below})
    teams = len({one.team for one in below})
    return (
        f"Agreed leave takes {things(teams, 'team')} below minimum cover on {things(days, 'working day')} "
        "of the next 13 weeks."
    )


def calendar(view: View, day: dt.date, cover: Cover, ahead: LeaveAhead, named: bool) -> None:
    """Working days of the next 13 weeks: who is away, and where that breaks cover.

    Without `named` nobody is told by name: a line per team, and how many of it are away.
    """
    needed = {cell.team for cell in cover.required}
    days = tuple(one for one in ahead.days if not needed or one.team in needed)
    if not days:
        return
    teams = list(dict.fromkeys(one.team for one in days))
    alone = len(teams) == 1
    by_person = alone and named
    lines = _lines_of_people(view, cover, ahead) if by_person else _lines_of_teams(view, cover, days)
    span = numbers.date_span(day + DAY, day + AHEAD)
    if not any(one.strength > 0 for line in lines for one in line.days):
        subtitle(f"Leave agreed, {span}")
        note("No leave is agreed for these weeks.")
        return
    told = "A row per person on leave." if by_person else "Stronger: a larger share of the team is away."
    figure(
        leave_calendar.table(lines),
        leave_calendar.spec(len(lines)),
        alt=f"Leave agreed, {span}: {leave_text(ahead)}",
        key="leave-calendar",
        title=f"Leave agreed, {span}",
        remark=f"{told} ▼ A day on which leave takes a needed skill below its minimum. Working days only.",
        on_pick=None if alone else lambda team: go(view, view.filters.with_values("team", (team,))),
    )
    columns = [Column("Day"), Column("Team"), Column("Away"), Column("Below minimum cover")]
    rows = [_row(view, cover, one, named) for one in sorted(days, key=lambda one: one.day) if one.away]
    rows_behind(columns, rows, rows, "leave", "leave-agreed", "Leave agreed, by day and team")


def _row(view: View, cover: Cover, one: TeamDay, named: bool) -> list[str]:
    away = sorted(view.name_of("member", person) for person in one.away)
    return [
        numbers.full_date(one.day),
        view.name_of("team", one.team),
        ", ".join(away) if named else f"{numbers.count(len(away))} of {numbers.count(one.people)}",
        _breaks(cover, one) or "holds",
    ]


def _lines_of_teams(view: View, cover: Cover, days: tuple[TeamDay, ...]) -> list[leave_calendar.Line]:
    return [
        leave_calendar.Line(
            team, view.name_of("team", team), [_day_of_team(cover, one) for one in days if one.team == team]
        )
        for team in dict.fromkeys(one.team for one in days)
    ]


def _day_of_team(cover: Cover, one: TeamDay) -> leave_calendar.Day:
    words = f"{numbers.count(len(one.away))} of {numbers.count(one.people)} away"
    return leave_calendar.Day(
        one.day, len(one.away) / one.people if one.people else 0.0, words, _breaks(cover, one)
    )


def _breaks(cover: Cover, one: TeamDay) -> str:
    names = dict(cover.skills)
    return "; ".join(
        f"{names.get(skill.skill, skill.skill)} {numbers.count(skill.present)} of "
        f"{numbers.count(skill.required)}"
        for skill in one.below
    )


def _lines_of_people(view: View, cover: Cover, ahead: LeaveAhead) -> list[leave_calendar.Line]:
    """One row per person on leave, by name; a day breaks cover where that person's skill is missed."""
    by_person: dict[str, list[Absence]] = {}
    for absence in ahead.absences:
        by_person.setdefault(absence.specialist_id, []).append(absence)
    lines = []
    for person, absences in by_person.items():
        days = []
        for one in ahead.days:
            away = next((gone for gone in absences if gone.first <= one.day <= gone.last), None)
            missed = one._replace(below=tuple(skill for skill in one.below if person in skill.away))
            words = "at work" if away is None else "on leave"
            days.append(
                leave_calendar.Day(one.day, 0.0 if away is None else 0.5, words, _breaks(cover, missed))
            )
        lines.append(leave_calendar.Line(person, view.name_of("member", person), days))
    return lines
