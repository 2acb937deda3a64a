"""Who could step in? Each role with those who are ready now or within a year, and the roles with nobody."""

from __future__ import annotations

from components import numbers, theme, wording
from components.figure import rows_behind
from components.numbers import MISSING
from components.status import Status
from components.tables import Cell, Column, small_table
from components.team.entry_form import today
from components.view import View
from queries.succession import RoleCover, succession

COLUMNS = (
    Column("Role"),
    Column("Held by"),
    Column("Ready now"),
    Column("Ready in a year"),
    Column("Later"),
    Column("Cover"),
)
ABOUT_ROLES = ("org", "team", "site", "member")


def succession_cover(view: View) -> None:
    """The roles within the filters in the organisation's order, and which of them nobody covers."""
    roles = succession(view.reader, view.filters, today(view))
    theme.section("Who could step in?", *answer(roles))
    if not roles:
        return
    rows = [row_of(role) for role in roles]
    small_table(COLUMNS, rows, " ".join(answer(roles)))
    left_aside = [name for name in view.filters.dimensions if name not in ABOUT_ROLES]
    aside = " Filters about cases are left aside." if left_aside else ""
    theme.note(
        "As written under “Career and succession” of each person; people in a role do not cover their own."
        + aside
    )
    rows_behind(
        COLUMNS,
        [[cell.text if isinstance(cell, Status) else cell for cell in row] for row in rows],
        [
            [
                role.name,
                role.holder,
                *map("; ".join, (role.now, role.in_a_year, role.later)),
                _cover(role).word,
            ]
            for role in roles
        ],
        "succession",
        "succession",
        "Roles and who could step in",
    )


def answer(roles: tuple[RoleCover, ...]) -> tuple[str, str]:
    """How many roles have somebody ready now or within a year, and how many have nobody."""
    if not roles:
        return "", "No team is within the filters, so there is no role to cover."
    bare = [role for role in roles if not role.is_covered]
    ready = sum(bool(role.now) for role in roles)
    lead = (
        f"{numbers.count(len(bare))} of {wording.things(len(roles), 'role')} "
        f"{'has' if len(bare) == 1 else 'have'} nobody who could step in."
    )
    rest = (
        f"{wording.things(ready, 'role')} {'has' if ready == 1 else 'have'} somebody who is ready now."
        if ready
        else "Nobody is ready now."
    )
    if bare:
        return lead, rest
    whole = "The role has" if len(roles) == 1 else f"All {numbers.count(len(roles))} roles have"
    return f"{whole} cover.", rest


def row_of(role: RoleCover) -> list[Cell]:
    """One role as a row: names, never counts of anything about them."""
    names = [", ".join(people) or MISSING for people in (role.now, role.in_a_year, role.later)]
    return [role.name, role.holder or MISSING, *names, _cover(role)]


def _cover(role: RoleCover) -> Status:
    if role.now:
        return Status("Ready now")
    return Status("Within a year") if role.in_a_year else Status("Nobody", "warn")
