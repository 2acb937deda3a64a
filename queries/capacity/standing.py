"""Who stands in which team on which day: history cut into spells that do not overlap, ended by leaving."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import FromClause, Select, select

from queries.directory import Team
from queries.filters import Filters
from queries.measure import Reader
from queries.remembering import remembered
from queries.scope import open_scope
from queries.time import DAY

HEEDED = ("org", "team", "site")
"""Filters that choose teams. Plans, skills and positions belong to teams; nothing else narrows them."""
NEVER = dt.date.max


class Spell(NamedTuple):
    """One person in one team, [from_on, to_on); `fte` is 1 where the source gives none."""

    specialist_id: str
    team: str
    fte: float
    from_on: dt.date
    to_on: dt.date

    def holds(self, day: dt.date) -> bool:
        """Whether the person stands there that day."""
        return self.from_on <= day < self.to_on


def unheeded(filters: Filters) -> tuple[str, ...]:
    """The filtered dimensions that choose no teams, in their order."""
    return tuple(dimension for dimension in filters.dimensions if dimension not in HEEDED)


def teams_chosen(reader: Reader, filters: Filters) -> tuple[Team, ...]:
    """The teams the filters choose, in the organisation's order; a team's site is its home site."""
    directory = reader.directory
    teams = directory.teams
    if orgs := filters.values("org"):
        below = set(directory.teams_below(orgs))
        teams = tuple(team for team in teams if team.team in below)
    if named := filters.values("team"):
        teams = tuple(team for team in teams if team.team in named)
    if sites := filters.values("site"):
        teams = tuple(team for team in teams if team.site in sites)
    return teams


@remembered(4)
def spells(reader: Reader) -> tuple[Spell, ...]:
    """All spells in teams the viewer may see, by person and day.

    Where entries of one person overlap, the one that began last holds, as in every stamped number. A spell
    ends with the person's last day, whatever history says; a person without team has none.
    """
    history = reader.scope.table("specialist_history")
    people = open_scope().table("specialists")
    rows = reader.scope.read(
        reader.facts,
        select(
            history.c.specialist_id,
            history.c.team,
            history.c.fte,
            history.c.valid_from,
            history.c.valid_to,
            people.c.left_on,
        )
        .select_from(history.outerjoin(people, people.c.specialist_id == history.c.specialist_id))
        .order_by(history.c.specialist_id, history.c.valid_from),
    ).to_pylist()
    by_person: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_person.setdefault(row["specialist_id"], []).append(row)
    return tuple(spell for entries in by_person.values() for spell in _disjoint(entries))


def _disjoint(entries: list[dict[str, Any]]) -> Iterable[Spell]:
    """The spells of one person from history entries in order of their first day."""
    left_on = entries[0]["left_on"]
    gone = NEVER if left_on is None else left_on + DAY
    edges = {entry["valid_from"] for entry in entries}
    edges |= {entry["valid_to"] for entry in entries if entry["valid_to"] is not None}
    bounds = [*sorted(edges), NEVER]
    for start, end in pairwise(bounds):
        holding = [
            entry
            for entry in entries
            if entry["valid_from"] <= start and (entry["valid_to"] is None or entry["valid_to"] > start)
        ]
        if not holding or start >= gone or holding[-1]["team"] is None:
            continue
        entry = holding[-1]
        fte = 1.0 if entry["fte"] is None else float(entry["fte"])
        yield Spell(entry["specialist_id"], entry["team"], fte, start, min(end, gone))


def of_known_people(reader: Reader, name: str, *columns: str) -> Select[Any]:
    """SELECT of some columns of a table about persons, for the people of teams the viewer may see."""
    table: FromClause = open_scope().table(name)
    chosen = select(*(table.c[column] for column in columns))
    if reader.scope.sees_everything:
        return chosen
    history = reader.scope.table("specialist_history")
    return chosen.where(table.c.specialist_id.in_(select(history.c.specialist_id)))


def standing(reader: Reader, teams: Iterable[str], day: dt.date) -> dict[str, Spell]:
    """Who stands in any of the teams on a day, by person."""
    wanted = set(teams)
    return {
        spell.specialist_id: spell for spell in spells(reader) if spell.team in wanted and spell.holds(day)
    }


def active_fte(reader: Reader, teams: Iterable[str], day: dt.date) -> dict[str, float]:
    """Full-time equivalents of everyone who stands in each team on a day, managers among them."""
    found: dict[str, float] = dict.fromkeys(teams, 0.0)
    for spell in standing(reader, found, day).values():
        found[spell.team] += spell.fte
    return found
