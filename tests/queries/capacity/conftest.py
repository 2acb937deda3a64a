"""One operation with plans, skills and leave per engine, and its raw rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
import pytest

from queries.measure import Reader, open_reader
from queries.scope import open_scope
from store.facts import open_facts
from tests.conftest import BuildStore, Kept
from tests.queries.capacity.random_staff import staff_operation
from tests.queries.conftest import garbage_left_alone


@dataclass(frozen=True)
class Staff:
    """A reader of the store, and the source tables it was built from."""

    reader: Reader
    tables: dict[str, pd.DataFrame]

    @property
    def teams(self) -> tuple[str, ...]:
        """All teams, in the organisation's order."""
        return tuple(team.team for team in self.reader.directory.teams)

    @cached_property
    def _left(self) -> dict[str, Any]:
        rows = self.tables["specialists"].to_dict("records")
        return {row["specialist_id"]: row["left_on"] for row in rows}

    @cached_property
    def _places(self) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for row in self.tables["specialist_history"].to_dict("records"):
            found.setdefault(row["specialist_id"], []).append(row)
        return found

    @cached_property
    def _held(self) -> dict[tuple[str, str], list[Any]]:
        found: dict[tuple[str, str], list[Any]] = {}
        for row in self.tables["specialist_skills"].to_dict("records"):
            found.setdefault((row["specialist_id"], row["skill"]), []).append(row)
        return found

    def place(self, person: str, day: dt.date) -> tuple[str, float] | None:
        """Team and FTE of a person on a day, read from the raw history; None: in no team."""
        left = self._left.get(person)
        if not pd.isna(left) and day > left:
            return None
        rows = [
            row
            for row in self._places[person]
            if row["valid_from"] <= day and (pd.isna(row["valid_to"]) or row["valid_to"] > day)
        ]
        if not rows:
            return None
        newest = max(rows, key=lambda row: row["valid_from"])
        if pd.isna(newest["team"]):
            return None
        return str(newest["team"]), 1.0 if pd.isna(newest["fte"]) else float(newest["fte"])

    def members(self, team: str, day: dt.date) -> set[str]:
        """Who stands in a team on a day."""
        return {person for person in self._places if (self.place(person, day) or ("", 0))[0] == team}

    def able(self, person: str, skill: str, day: dt.date) -> bool:
        """Whether a person's qualification for a skill holds on a day."""
        return any(
            (pd.isna(row["qualified_on"]) or row["qualified_on"] <= day)
            and (pd.isna(row["expires_on"]) or day < row["expires_on"])
            for row in self._held.get((person, skill), [])
        )


@contextmanager
def _opened(build_store: BuildStore, seed: int) -> Iterator[Staff]:
    operation = staff_operation(seed)
    location = build_store(operation.arrow(), operation.settings_toml)
    reader = open_reader(open_facts(location), open_scope())
    yield Staff(reader, operation.tables)
    with garbage_left_alone():
        reader.facts.close()


@pytest.fixture(scope="module", params=[2, 3])
def staff(build_store: BuildStore, store_engine: str, kept: Kept, request: pytest.FixtureRequest) -> Staff:
    """Two random operations on each engine."""
    seed = request.param
    return kept(("staff", store_engine, seed), lambda: _opened(build_store, seed))  # type: ignore[no-any-return]
