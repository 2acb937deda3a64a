"""Succession: which roles have somebody who is ready now or within a year, and which have nobody."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from queries.development import Career, everyone
from queries.filters import Filters
from queries.measure import Reader
from queries.people.roster import Member, roster

MANAGER_OF = "team:"
"""Begins a role that is the manager's of a team: "team:emea-1"."""


@dataclass(frozen=True)
class RoleCover:
    """One role: a team's manager's, or one in words; who holds it, and who is ready when, by name."""

    role: str
    name: str
    holder: str
    now: tuple[str, ...]
    in_a_year: tuple[str, ...]
    later: tuple[str, ...]

    @property
    def is_covered(self) -> bool:
        """Whether anybody is ready now or within a year."""
        return bool(self.now or self.in_a_year)


def role_name(reader: Reader, role: str) -> str:
    """A role as a person reads it: "Manager, EMEA 1" for "team:emea-1", else as written."""
    if role.startswith(MANAGER_OF):
        return f"Manager, {reader.directory.name_of('team', role.removeprefix(MANAGER_OF))}"
    return role


def roles(reader: Reader, filters: Filters) -> tuple[str, ...]:
    """The managers' roles of the teams within the filters, in the organisation's order.

    Teams are filtered by organisation, team and site; other filters say nothing about a role.
    """
    directory = reader.directory
    orgs, teams, sites = (filters.values(name) for name in ("org", "team", "site"))
    below = set(directory.teams_below(orgs)) if orgs else None
    return tuple(
        MANAGER_OF + team.team
        for team in directory.teams
        if (below is None or team.team in below)
        and (not teams or team.team in teams)
        and (not sites or team.site in sites)
    )


def succession(reader: Reader, filters: Filters, on: dt.date) -> tuple[RoleCover, ...]:
    """Cover of every manager's role within the filters, then of the roles named in words, alphabetically.

    Only people employed on the day count, and nobody covers a role they hold. Roles in words are shown where
    somebody within the filters is named for them.
    """
    location = reader.facts.location
    here = {person.specialist_id: person for person in roster(reader, Filters(), on)}
    asked = {
        person.specialist_id for person in roster(reader, filters.only(("org", "team", "site", "member")), on)
    }
    held = {team.team: team.manager_id for team in reader.directory.teams}
    named = [career for career in everyone(location).careers if career.covers and career.person in here]
    words = sorted(
        {
            career.covers
            for career in named
            if not career.covers.startswith(MANAGER_OF) and career.person in asked
        },
        key=str.casefold,
    )
    return tuple(
        _cover(reader, role, held.get(role.removeprefix(MANAGER_OF)), named, here)
        for role in (*roles(reader, filters), *words)
    )


def _cover(
    reader: Reader, role: str, holder: str | None, named: list[Career], here: dict[str, Member]
) -> RoleCover:
    ready: dict[str, set[str]] = {"now": set(), "in_a_year": set(), "later": set()}
    for career in named:
        if career.covers == role and career.person != holder:
            ready[career.ready].add(here[career.person].name)
    now = ready["now"]
    year = ready["in_a_year"] - now
    return RoleCover(
        role,
        role_name(reader, role),
        here[holder].name if holder in here else "",
        *(tuple(sorted(names, key=str.casefold)) for names in (now, year, ready["later"] - now - year)),
    )
