"""The organisation as the store knows it: teams in its own order, and people by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select

from queries.scope import Scope, open_scope
from store.facts import Facts


class Team(NamedTuple):
    """One team; `position` is the organisation's own order."""

    team: str
    name: str
    parent: str | None
    site: str | None
    calendar: str | None
    manager_id: str | None


@dataclass(frozen=True)
class Directory:
    """Teams in the organisation's order, and names by specialist number."""

    teams: tuple[Team, ...]
    names: dict[str, str]

    def teams_below(self, parents: Iterable[str]) -> list[str]:
        """The teams that are, or belong to, any of `parents`, at any depth; an unknown parent has none."""
        found = set(parents)
        while True:
            more = {team.team for team in self.teams if team.parent in found} - found
            if not more:
                return sorted(found)
            found |= more

    def team_order(self) -> dict[str, int]:
        """Place of each team in the organisation's order."""
        return {team.team: place for place, team in enumerate(self.teams)}

    def name_of(self, dimension: str, value: str) -> str:
        """The name a person reads for a value: people and teams by name, the rest as written."""
        if dimension == "member":
            return self.names.get(value, value)
        if dimension in ("team", "org"):
            return next((team.name for team in self.teams if team.team == value), value)
        return value


def read_directory(facts: Facts, scope: Scope) -> Directory:
    """Everyone's teams, and the names of the people the viewer may see."""
    table = open_scope().table("teams")
    statement = select(
        table.c.team, table.c.name, table.c.parent, table.c.site, table.c.calendar, table.c.manager_id
    ).order_by(table.c.position, table.c.team)
    teams = tuple(
        Team(
            row["team"],
            row["name"] or row["team"],
            row["parent"],
            row["site"],
            row["calendar"],
            row["manager_id"],
        )
        for row in open_scope().read(facts, statement).to_pylist()
    )
    people = open_scope().table("specialists")
    named = select(people.c.specialist_id, people.c.name)
    if not scope.sees_everything:
        history = scope.table("specialist_history")
        named = named.where(people.c.specialist_id.in_(select(history.c.specialist_id)))
    names = open_scope().read(facts, named).to_pylist()
    return Directory(teams, {row["specialist_id"]: row["name"] or row["specialist_id"] for row in names})
