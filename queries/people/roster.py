"""Who is in a team on a day: people by name, with the teams, site, level and dates the directory holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from queries.directory import Directory
from queries.filters import NONE_VALUE, Filters
from queries.measure import Reader
from queries.remembering import remembered
from queries.scope import open_scope

ABOUT_PEOPLE = ("member", "org", "team", "site")
"""Filters that say who is meant; the others say which cases."""


@dataclass(frozen=True)
class Member:
    """One person as of a day. `teams` is empty for a person without a team and may name more than one.

    `site`, `level`, `manager_id` and `fte` are those of the newest line of their history that holds on the
    day; the shares of full time of several teams are added. `left_on` is the last day.
    """

    specialist_id: str
    name: str
    teams: tuple[str, ...]
    site: str | None
    level: str | None
    manager_id: str | None
    fte: float | None
    hired_on: dt.date | None
    left_on: dt.date | None

    def has_left(self, on: dt.date) -> bool:
        """Whether the last day was before `on`."""
        return self.left_on is not None and self.left_on < on

    def weeks_in(self, on: dt.date) -> float | None:
        """Weeks since the first day, to `on`; None where the first day is not known."""
        return None if self.hired_on is None else (on - self.hired_on).days / 7


@remembered(1)
def member(reader: Reader, specialist_id: str, on: dt.date) -> Member | None:
    """One person as of a day, employed then or not; None for one the viewer's directory does not know."""
    return next((found for found in _everyone(reader, on) if found.specialist_id == specialist_id), None)


@remembered(2)
def roster(reader: Reader, filters: Filters, on: dt.date) -> tuple[Member, ...]:
    """Everyone employed on a day whom the filters about people let through, by name.

    Who left before, or starts later, is not among them. Filters about cases are left aside.
    """
    return tuple(
        found
        for found in _everyone(reader, on)
        if not found.has_left(on)
        and not (found.hired_on is not None and found.hired_on > on)
        and _meant(found, filters, reader.directory)
    )


def leavers(reader: Reader, filters: Filters, on: dt.date, among: Collection[str]) -> tuple[Member, ...]:
    """Those of `among` who left before a day and whom the filters about people let through, by name.

    Each as of their last day: the team somebody left is the one that has to take over what they hold.
    """
    found = []
    for person in _everyone(reader, on):
        if person.specialist_id in among and person.left_on is not None and person.has_left(on):
            then = member(reader, person.specialist_id, person.left_on)
            if then is not None and _meant(then, filters, reader.directory):
                found.append(then)
    return tuple(found)


def _meant(person: Member, filters: Filters, directory: Directory) -> bool:
    orgs, teams, sites = (filters.values(name) for name in ("org", "team", "site"))
    own = person.teams or (NONE_VALUE,)
    members = filters.values("member")
    return (
        (not orgs or any(team in directory.teams_below(orgs) for team in own))
        and (not teams or any(team in teams for team in own))
        and (not sites or (person.site or NONE_VALUE) in sites)
        and (not members or person.specialist_id in members)
    )


@remembered(4)
def _everyone(reader: Reader, on: dt.date) -> tuple[Member, ...]:
    """Everyone the viewer's directory knows, as of a day, by name; namesakes by number."""
    people = open_scope().table("specialists")
    dated = select(people.c.specialist_id, people.c.hired_on, people.c.left_on)
    lines = _history(reader, on)
    found = []
    for row in open_scope().read(reader.facts, dated).to_pylist():
        who = row["specialist_id"]
        if who not in reader.directory.names:
            continue
        own = lines.get(who, [])
        newest: dict[str, Any] = own[-1] if own else {}
        shares = [line["fte"] for line in own if line["fte"] is not None]
        found.append(
            Member(
                who,
                reader.directory.names[who],
                tuple(dict.fromkeys(line["team"] for line in own if line["team"])),
                newest.get("site"),
                newest.get("level"),
                newest.get("manager_id"),
                sum(shares) if shares else None,
                row["hired_on"],
                row["left_on"],
            )
        )
    return tuple(sorted(found, key=lambda person: (person.name.casefold(), person.specialist_id)))


def _history(reader: Reader, on: dt.date) -> dict[str, list[dict[str, Any]]]:
    """The lines of everyone's history that hold on a day, the newest last."""
    history = reader.scope.table("specialist_history")
    held = (history.c.valid_from <= on) & or_(history.c.valid_to.is_(None), history.c.valid_to > on)
    query = (
        select(
            history.c.specialist_id,
            history.c.team,
            history.c.site,
            history.c.level,
            history.c.manager_id,
            history.c.fte,
        )
        .where(held)
        .order_by(history.c.specialist_id, history.c.valid_from, history.c.team)
    )
    lines: dict[str, list[dict[str, Any]]] = {}
    for row in reader.scope.read(reader.facts, query).to_pylist():
        lines.setdefault(row["specialist_id"], []).append(row)
    return lines
