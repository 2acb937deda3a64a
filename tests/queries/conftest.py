"""One random operation per engine, opened as the single leader sees it, with the oracle beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import pyarrow as pa
import pytest

from queries.measure import Reader, open_reader
from queries.scope import open_scope
from store import facts
from store.derive import stamps, weekly
from store.facts import open_facts
from store.location import Location
from tests.conftest import BuildStore, Kept, use_settings
from tests.queries.derived_once import Derived, contents, derived_in
from tests.queries.oracle import Oracle
from tests.queries.oracle_rows import OracleRows
from tests.queries.random_operation import Operation, bare_operation, random_operation

SELLER_GROUPS = 7
"""So few that sellers share one, as they do where there are many."""


@dataclass(frozen=True)
class World:
    """A store, and the same rows as the oracle understands them."""

    location: Location
    reader: Reader
    rows: OracleRows
    oracle: Oracle


@dataclass(frozen=True, eq=False)
class Known:
    """An operation and its second computation: kept for both engines, which are asked the same questions."""

    operation: Operation
    rows: OracleRows
    oracle: Oracle


@cache
def _rich() -> Known:
    return _known(random_operation(11, week_start="sunday"))


@cache
def _bare() -> Known:
    return _known(bare_operation(5), by_close_date=True)


def _known(operation: Operation, *, by_close_date: bool = False) -> Known:
    rows = OracleRows(operation)
    return Known(operation, rows, Oracle(rows, by_close_date=by_close_date))


def build_world(build_store: BuildStore, operation: Operation | Known) -> World:
    """Build a store of the operation on the engine under test and open it."""
    known = operation if isinstance(operation, Known) else _known(operation)
    location = build_store(known.operation.arrow(), known.operation.settings_toml)
    reader = open_reader(open_facts(location), open_scope())
    return World(location, reader, known.rows, known.oracle)


@contextmanager
def garbage_left_alone() -> Iterator[None]:
    """Facts are closed without looking for garbage through all the rows that the tests hold."""
    with patch.object(facts, "gc", SimpleNamespace(collect=lambda: 0)):
        yield


@pytest.fixture(autouse=True, scope="module")
def _garbage_left_alone() -> Iterator[None]:
    with garbage_left_alone():
        yield


@pytest.fixture(scope="session")
def derived_before() -> dict[str, Derived]:
    """Versions by what they were derived from, until the run ends."""
    return {}


@pytest.fixture(scope="session")
def build_store(
    build_store: BuildStore,
    new_location: Callable[[], Location],
    derived_before: dict[str, Derived],
    tmp_path_factory: pytest.TempPathFactory,
) -> BuildStore:
    """As everywhere, but rows that were derived before are not derived again, nor for the other engine."""

    def build(tables: dict[str, pa.Table], settings_toml: str | None = None) -> Location:
        given = contents(tables, settings_toml)
        if given not in derived_before:
            location = build_store(tables, settings_toml)
            derived = derived_in(location)
            if derived is not None:
                derived_before[given] = derived
            return location
        location = new_location()
        use_settings(location, settings_toml, tmp_path_factory.mktemp("settings"))
        derived_before[given].give(location)
        return location

    return build


Opened = tuple[World, str | None]


@contextmanager
def _opened(build_store: BuildStore, known: Known) -> Iterator[Opened]:
    many = patch.object(weekly, "LEAST_ROWS", 1)  # facts counted by week, as very large ones are
    with many, patch.object(stamps, "SELLER_GROUPS", SELLER_GROUPS):
        world = build_world(build_store, known)
    yield world, known.operation.settings_toml
    with garbage_left_alone():
        world.reader.facts.close()


def _in_use(opened: Opened, folder: Path) -> World:
    """The world, with its own settings holding again."""
    world, settings_toml = opened
    use_settings(world.location, settings_toml, folder)
    return world


@pytest.fixture(scope="session")
def rich_world(
    build_store: BuildStore, store_engine: str, kept: Kept, tmp_path_factory: pytest.TempPathFactory
) -> World:
    """A source that supplies everything; weeks start on Sunday."""
    opened = kept(("rich world", store_engine), lambda: _opened(build_store, _rich()))
    return _in_use(opened, tmp_path_factory.mktemp("settings"))


@pytest.fixture(scope="session")
def bare_world(
    build_store: BuildStore, store_engine: str, kept: Kept, tmp_path_factory: pytest.TempPathFactory
) -> World:
    """A source with two moments and a flag."""
    opened = kept(("bare world", store_engine), lambda: _opened(build_store, _bare()))
    return _in_use(opened, tmp_path_factory.mktemp("settings"))
