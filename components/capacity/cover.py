"""Is cover thin? Skills against what teams need, who holds them, and where agreed leave breaks cover."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import streamlit as st

from components import numbers, states
from components.capacity import leave
from components.capacity.teams import no_team, note_unheeded, team_keys
from components.figure import rows_behind
from components.kept import kept
from components.security import single_leader_mode
from components.status import Status
from components.tables import Cell, Column, Plain, small_table
from components.theme import note, section, subtitle
from components.view import View
from components.wording import things
from queries.capacity.cover import Cell as SkillCell
from queries.capacity.cover import Cover, Held, PersonSkills, cover_on
from queries.capacity.leave import LeaveAhead, leave_ahead
from queries.time import DAY

QUESTION = "Is cover thin?"
HELD_WORDS: dict[Held, Cell] = {
    Held.valid: "qualified",
    Held.expiring: Status("runs out", "warn"),
    Held.expired: Status("expired", "bad", "down"),
    Held.later: Status("later", "early"),
}
WORDS = {held: cell.word if isinstance(cell, Status) else cell for held, cell in HELD_WORDS.items()}


class CoverNow(NamedTuple):
    """Cover on a day and leave of the 13 weeks after it."""

    day: dt.date
    cover: Cover
    leave: LeaveAhead


def cover(view: View) -> None:
    """Where one absence breaks cover, skills by team, people by skill of one team, and leave ahead.

    People are named for a known viewer only; anyone else sees how many they are.
    """
    found, named = contents(view), single_leader_mode()
    if found is None:
        section(QUESTION)
        states.empty(no_team(view))
        return
    if not found.cover.required:
        section(QUESTION)
        states.not_supplied("the skills each team needs")
        leave.calendar(view, found.day, found.cover, found.leave, named)
        return
    section(QUESTION, *answer(view, found))
    _skills_by_team(view, found)
    if named:
        _people_by_skill(view, found)
    else:
        note(
            "Who holds which qualification and who is away is named only where the app answers to this "
            "machine alone: without sign-in nobody could say who is looking."
        )
    leave.calendar(view, found.day, found.cover, found.leave, named)
    note_unheeded(view, "Skills and leave")


@kept(4)
def contents(view: View) -> CoverNow | None:
    """Cover at the end of the view's last day, and leave from the day after it; None without a team."""
    teams = team_keys(view)
    if not teams:
        return None
    day = view.period.last_day
    ahead = leave_ahead(view.reader, teams, day + DAY, day + leave.AHEAD)
    return CoverNow(day, cover_on(view.reader, teams, day), ahead)


def answer(view: View, found: CoverNow) -> tuple[str, str]:
    """How many needed skills are short or hang on one person, which, and how many days leave breaks cover."""
    required = found.cover.required
    short = [cell for cell in required if cell.short]
    thin = [cell for cell in required if cell.thin]
    if short:
        lead = f"{_of_all(len(short), len(required))} have fewer qualified people than the team needs"
        lead += f": {_named(view, found.cover, short)}."
    elif thin:
        lead = f"One absence breaks cover in {_of_all(len(thin), len(required))}: "
        lead += f"{_named(view, found.cover, thin)}."
    else:
        lead = "No: every team has at least one more qualified person than it needs of each skill."
    rest = ""
    if short and thin:
        rest = f"One absence breaks cover in {numbers.count(len(thin))} more: "
        rest += f"{_named(view, found.cover, thin)}. "
    return lead, rest + leave.leave_text(found.leave)


def _of_all(some: int, every: int) -> str:
    return f"{numbers.count(some)} of {numbers.count(every)} skills teams need"


def _named(view: View, cover: Cover, cells: list[SkillCell], most: int = 3) -> str:
    names = dict(cover.skills)
    told = [
        f"{names.get(cell.skill, cell.skill)} in {view.name_of('team', cell.team)} "
        f"({numbers.count(len(cell.qualified))} of {numbers.count(cell.required)})"
        for cell in cells[:most]
    ]
    more = len(cells) - most
    return "; ".join(told) + (f"; and {numbers.count(more)} more" if more > 0 else "")


def _skills_by_team(view: View, found: CoverNow) -> None:
    """Qualified of required per team and skill, with the fewest absences that break cover."""
    skills = [(key, name) for key, name in found.cover.skills if _used(found.cover, key)]
    teams = list(dict.fromkeys(cell.team for cell in found.cover.cells))
    subtitle("Qualified people of those needed, by team and skill")
    columns = [Column("Team"), *(Column(name) for _, name in skills)]
    rows: list[list[Cell]] = [
        [view.name_of("team", team), *(_cell(found.cover.cell(team, key)) for key, _ in skills)]
        for team in teams
    ]
    thin = sum(cell.thin or cell.short for cell in found.cover.required)
    small_table(columns, rows, f"Skills by team; {thin} of them thin or short")
    note(
        "▼ fewer than needed · ◆ one absence breaks cover · a number alone: qualified where none is needed. "
        "Counted are people who stand in the team that day with a qualification that has not run out."
    )
    if found.cover.of_leavers:
        note(
            f"{things(found.cover.of_leavers, 'qualification')} of people who have left "
            f"{'is' if found.cover.of_leavers == 1 else 'are'} still on record and cover nothing."
        )
    rows_behind(
        [Column("Team"), Column("Skill"), *_COUNTS],
        [_cell_texts(view, found.cover, cell) for cell in found.cover.cells],
        [_cell_plain(view, found.cover, cell) for cell in found.cover.cells],
        "skills-by-team",
        "cover-by-team-and-skill",
        "Qualified and required people by team and skill",
    )


_COUNTS = (
    Column("Needed", "right"),
    Column("Qualified", "right"),
    Column("Absences that break cover", "right"),
    Column("Run out in 13 weeks", "right"),
    Column("Expired", "right"),
)


def _used(cover: Cover, skill: str) -> bool:
    return any(cell.skill == skill for cell in cover.cells)


def _cell(cell: SkillCell) -> Cell:
    if cell.required == 0:
        return numbers.count(len(cell.qualified)) if cell.qualified else numbers.MISSING
    text = f"{numbers.count(len(cell.qualified))} of {numbers.count(cell.required)}"
    if cell.short:
        return Status(text, "bad", "down")
    return Status(text, "warn") if cell.thin else text


def _cell_texts(view: View, cover: Cover, cell: SkillCell) -> list[str]:
    return [
        numbers.count(part) if isinstance(part, int) else str(part or numbers.MISSING)
        for part in _cell_plain(view, cover, cell)
    ]


def _cell_plain(view: View, cover: Cover, cell: SkillCell) -> list[Plain]:
    return [
        view.name_of("team", cell.team),
        dict(cover.skills).get(cell.skill, cell.skill),
        cell.required,
        len(cell.qualified),
        cell.losses_to_break,
        len(cell.expiring),
        len(cell.expired),
    ]


def _people_by_skill(view: View, found: CoverNow) -> None:
    """Everyone of one team by name, and how each qualification stands."""
    teams = list(dict.fromkeys(person.team for person in found.cover.people))
    if not teams:
        return
    subtitle("People and their qualifications")
    team = teams[0]
    if len(teams) > 1:
        team = st.selectbox(
            "Team",
            teams,
            index=teams.index(_thinnest(found.cover, teams)),
            format_func=lambda key: view.name_of("team", key),
            key="cover-team",
            width=320,
        )
    skills = [(key, name) for key, name in found.cover.skills if _of_team(found.cover, team, key)]
    people = [person for person in found.cover.people if person.team == team and person.held]
    columns = [Column("Name"), *(Column(name) for _, name in skills)]
    if people:
        rows: list[list[Cell]] = [
            [person.name, *(_held(person, key) for key, _ in skills)] for person in people
        ]
        small_table(columns, rows, f"Qualifications of {view.name_of('team', team)}, by name")
    if any(Held.expiring in one.held.values() for one in people):
        note("◆ The qualification runs out within 13 weeks.")
    without = [one.name for one in found.cover.people if one.team == team and not one.held]
    if without:
        note(f"Without any qualification on record: {', '.join(without)}.")
    if people:
        rows_behind(
            columns,
            [[one.name, *(_held_word(one, key) for key, _ in skills)] for one in people],
            [[one.name, *(_held_word(one, key) for key, _ in skills)] for one in people],
            "people-by-skill",
            "qualifications",
            "Qualifications by name",
        )


def _thinnest(cover: Cover, teams: list[str]) -> str:
    """The team with the least to spare in some skill it needs; the first where none needs any."""
    spare = {
        team: min(
            (len(cell.qualified) - cell.required for cell in cover.required if cell.team == team), default=99
        )
        for team in teams
    }
    return min(teams, key=lambda team: spare[team])


def _of_team(cover: Cover, team: str, skill: str) -> bool:
    cell = cover.cell(team, skill)
    held = any(person.team == team and skill in person.held for person in cover.people)
    return cell.required > 0 or held


def _held(person: PersonSkills, skill: str) -> Cell:
    held = person.held.get(skill)
    return numbers.MISSING if held is None else HELD_WORDS[held]


def _held_word(person: PersonSkills, skill: str) -> str:
    held = person.held.get(skill)
    return "" if held is None else WORDS[held]
