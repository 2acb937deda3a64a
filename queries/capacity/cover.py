"""Cover: who is qualified for which skill, against what each team needs, and what runs out soon."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import select

from queries.capacity.standing import of_known_people, standing
from queries.measure import Reader
from queries.remembering import remembered
from queries.scope import open_scope
from queries.time import WEEK

AHEAD = 13 * WEEK


class Held(StrEnum):
    """A person's qualification for a skill on a day."""

    valid = "valid"
    expiring = "expiring"  # valid, and runs out within 13 weeks
    expired = "expired"
    later = "later"  # begins after the day


class Qualification(NamedTuple):
    """One row of who is qualified since when; `until` is the first day no longer."""

    specialist_id: str
    skill: str
    since: dt.date
    until: dt.date

    def holds(self, day: dt.date) -> bool:
        """Whether it is valid that day."""
        return self.since <= day < self.until

    def on(self, day: dt.date) -> Held:
        """How it stands on a day."""
        if self.since > day:
            return Held.later
        if self.until <= day:
            return Held.expired
        return Held.expiring if self.until <= day + AHEAD else Held.valid


class Cell(NamedTuple):
    """One skill of one team: people required (0: not required), and who is qualified, by number.

    `expiring` are those of the qualified whose qualification runs out within 13 weeks, `expired` people of
    the team whose has run out.
    """

    team: str
    skill: str
    required: int
    qualified: tuple[str, ...]
    expiring: tuple[str, ...]
    expired: tuple[str, ...]

    @property
    def short(self) -> bool:
        """Fewer qualified people than required."""
        return len(self.qualified) < self.required

    @property
    def thin(self) -> bool:
        """Just as many as required: one absence breaks cover."""
        return 0 < self.required == len(self.qualified)

    @property
    def losses_to_break(self) -> int | None:
        """How many of the qualified must be away until fewer than required are left; None: nothing breaks."""
        return None if self.required == 0 else max(len(self.qualified) - self.required + 1, 0)


class PersonSkills(NamedTuple):
    """One person of a team, and how the qualification for each skill stands; skills never held are absent."""

    specialist_id: str
    name: str
    team: str
    held: dict[str, Held]


class Cover(NamedTuple):
    """Skills in the store's order by name; cells of every team and skill required or held; people by name.

    `skills` is (key, name). `of_leavers` counts valid qualifications of people who stand in no team any more:
    they cover nothing.
    """

    skills: tuple[tuple[str, str], ...]
    cells: tuple[Cell, ...]
    people: tuple[PersonSkills, ...]
    of_leavers: int

    def cell(self, team: str, skill: str) -> Cell:
        """The cell of a team and skill; an empty one where nothing is required and nobody qualified."""
        for cell in self.cells:
            if (cell.team, cell.skill) == (team, skill):
                return cell
        return Cell(team, skill, 0, (), (), ())

    @property
    def required(self) -> tuple[Cell, ...]:
        """Cells of skills their team needs."""
        return tuple(cell for cell in self.cells if cell.required > 0)


@remembered(2)
def qualifications(reader: Reader) -> tuple[Qualification, ...]:
    """All qualifications of people the viewer may see; without a first day they hold since ever."""
    rows = reader.scope.read(
        reader.facts,
        of_known_people(reader, "specialist_skills", "specialist_id", "skill", "qualified_on", "expires_on"),
    ).to_pylist()
    return tuple(
        Qualification(
            row["specialist_id"],
            row["skill"],
            row["qualified_on"] or dt.date.min,
            row["expires_on"] or dt.date.max,
        )
        for row in rows
    )


@remembered(2)
def requirements(reader: Reader) -> dict[tuple[str, str], int]:
    """People required by team and skill; a row that gives no number is left out."""
    table = reader.scope.table("skill_requirements")
    rows = reader.scope.read(
        reader.facts,
        select(table.c.team, table.c.skill, table.c.people).where(table.c.people.is_not(None)),
    ).to_pylist()
    return {(row["team"], row["skill"]): int(row["people"]) for row in rows}


@remembered(2)
def cover_on(reader: Reader, teams: tuple[str, ...], day: dt.date) -> Cover:
    """Cover of some teams on a day, by those who stand in them that day, on leave or not."""
    here = standing(reader, teams, day)
    everywhere = standing(reader, (team.team for team in reader.directory.teams), day)
    needed = {key: count for key, count in requirements(reader).items() if key[0] in set(teams)}
    valid: dict[tuple[str, str], list[str]] = {}
    expiring: dict[tuple[str, str], list[str]] = {}
    expired: dict[tuple[str, str], list[str]] = {}
    by_person: dict[str, dict[str, Held]] = {person: {} for person in here}
    of_leavers = 0
    for row in qualifications(reader):
        spell = here.get(row.specialist_id)
        held = row.on(day)
        if spell is None:
            of_leavers += row.specialist_id not in everywhere and held in (Held.valid, Held.expiring)
            continue
        by_person[row.specialist_id][row.skill] = held
        place = (spell.team, row.skill)
        if row.holds(day):
            valid.setdefault(place, []).append(row.specialist_id)
        if held is Held.expiring:
            expiring.setdefault(place, []).append(row.specialist_id)
        if held is Held.expired:
            expired.setdefault(place, []).append(row.specialist_id)
    skills = _skills(reader, {skill for _, skill in [*needed, *valid, *expired]})
    order = {team: place for place, team in enumerate(teams)}
    rank = {skill: place for place, (skill, _) in enumerate(skills)}
    places = sorted({*needed, *valid, *expired}, key=lambda key: (order[key[0]], rank[key[1]]))
    cells = tuple(
        Cell(
            team,
            skill,
            needed.get((team, skill), 0),
            *(tuple(sorted(found.get((team, skill), ()))) for found in (valid, expiring, expired)),
        )
        for team, skill in places
    )
    names = reader.directory.names
    people = tuple(
        PersonSkills(person, names.get(person, person), here[person].team, held)
        for person, held in sorted(by_person.items(), key=lambda item: (names.get(item[0], item[0]), item[0]))
    )
    return Cover(skills, cells, people, of_leavers)


def _skills(reader: Reader, used: set[str]) -> tuple[tuple[str, str], ...]:
    """Key and name of the skills in use, and of those the organisation lists, by name."""
    table = open_scope().table("skills")
    rows = open_scope().read(reader.facts, select(table.c.skill, table.c.name)).to_pylist()
    named = {row["skill"]: row["name"] or row["skill"] for row in rows}
    named |= {skill: skill for skill in used if skill not in named}
    return tuple(sorted(named.items(), key=lambda item: (item[1], item[0])))
