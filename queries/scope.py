"""Whose rows the viewer may see.

A `Scope` is made only from the store's own directory, never from a token claim or the link. It is a plain
class without public constructor on purpose: `dataclasses.replace` would forge one. Query builders get
their tables only from `Scope.table`, already filtered, and their rows only through `Scope.read`; the guard
on the engine refuses a read made any other way.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import pyarrow as pa
from sqlalchemy import ColumnElement, FromClause, false, or_, select

from store.arrow import to_arrow
from store.facts import Facts
from store.guard import ReadPermit
from store.schema import fact

_KEY = object()
OPEN_TABLES = frozenset(
    {"teams", "calendars", "standard_times", "skills", "store_info", "batches", "loaded_days", "data_through"}
    | {
        "supplied_columns",
        "distinct_values",
        "headcount_plan",
        "block_outlook",
        "appeal_kinds",
        "enforcement_kinds",
    }
)
"""Tables without rows about cases or people: everyone signed in may read them."""


class Scope:
    """The rows one viewer may see: everything, some teams, or one's own."""

    __slots__ = ("_everything", "_own", "_permit", "_teams")
    _everything: bool
    _teams: frozenset[str]
    _own: str | None
    _permit: ReadPermit

    def __init__(self, key: object, *, everything: bool, teams: frozenset[str], own: str | None) -> None:
        if key is not _KEY:
            raise TypeError("a Scope is made by open_scope or scope_of, from the directory")
        for name, value in (("_everything", everything), ("_teams", teams), ("_own", own)):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "_permit", ReadPermit())

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a Scope does not change; make one from the directory")

    def __reduce_ex__(self, protocol: object) -> str:
        raise TypeError("a Scope is neither copied nor stored; make one from the directory")

    def __init_subclass__(cls) -> None:
        raise TypeError("a Scope has no variants; make one from the directory")

    @property
    def predicate(self) -> str:
        """The effective predicate in words; part of every cache key."""
        if self._everything:
            return "everything"
        return f"teams={','.join(sorted(self._teams))};own={self._own or ''}"

    @property
    def sees_everything(self) -> bool:
        """No row is hidden from this viewer."""
        return self._everything

    def may_list(self, teams: Sequence[str]) -> bool:
        """Whether the viewer may see the rows of these teams one by one."""
        return self._everything or set(teams) <= self._teams

    def table(self, name: str) -> FromClause:
        """The table `name`, holding only the viewer's rows.

        Raises KeyError for an unknown table, PermissionError for one that has no owner column to filter by.
        """
        return _narrowed(name, self._everything, self._teams, self._own)

    def reaches(self, name: str) -> bool:
        """Whether the viewer's rows of a table can be told; sums over the whole operation have no owner."""
        columns = fact(name).c
        owned = "team" in columns or ("specialist_id" in columns and self._own is not None)
        return self._everything or name in OPEN_TABLES or owned

    def read(self, facts: Facts, statement: Any) -> pa.Table:
        """Run a statement built on this scope's tables; the rows as Arrow."""
        with facts.engine.connect() as connection:
            return to_arrow(connection.execution_options(permit=self._permit), statement)


@lru_cache(maxsize=1024)
def _narrowed(name: str, everything: bool, teams: frozenset[str], own: str | None) -> FromClause:
    """The table as a scope sees it. Kept: naming fifty columns anew costs more than building a condition."""
    table = fact(name)
    if everything or name in OPEN_TABLES:
        return table.alias(name)
    conditions: list[ColumnElement[bool]] = []
    if "team" in table.c:
        conditions.append(table.c.team.in_(sorted(teams)) if teams else false())
    if "specialist_id" in table.c and own is not None:
        conditions.append(table.c.specialist_id == own)
    if not conditions:
        raise PermissionError(f"{name} cannot be narrowed to your teams")
    return select(table).where(or_(*conditions)).subquery(name)


def open_scope() -> Scope:
    """Everything: the single leader of an app without sign-in, bound to this machine."""
    return Scope(_KEY, everything=True, teams=frozenset(), own=None)


def scope_of(facts: Facts, specialist_id: str) -> Scope:
    """What a person may see: the teams they manage, with all teams below, and their own rows.

    Raises PermissionError when the directory does not know the person.
    """
    reader = open_scope()
    people = reader.table("specialists")
    known = reader.read(facts, select(people.c.specialist_id).where(people.c.specialist_id == specialist_id))
    if known.num_rows == 0:
        raise PermissionError("the directory does not know this person; ask the analyst who loads the data")
    teams = reader.table("teams")
    rows = reader.read(facts, select(teams.c.team, teams.c.parent, teams.c.manager_id)).to_pylist()
    managed = {row["team"] for row in rows if row["manager_id"] == specialist_id}
    while True:
        below = {row["team"] for row in rows if row["parent"] in managed} - managed
        if not below:
            break
        managed |= below
    return Scope(_KEY, everything=False, teams=frozenset(managed), own=specialist_id)
