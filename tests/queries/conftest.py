"""One random operation per engine, opened as the single leader sees it, with the oracle beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest

from queries.measure import Reader, open_reader
from queries.scope import open_scope
from store.derive import weekly
from store.facts import open_facts
from store.location import Location
from tests.conftest import BuildStore, Kept, use_settings
from tests.queries.oracle import Oracle
from tests.queries.oracle_rows import OracleRows
from tests.queries.random_operation import Operation, bare_operation, random_operation


@dataclass(frozen=True)
class World:
    """A store, and the same rows as the oracle understands them."""

    location: Location
    reader: Reader
    rows: OracleRows
    oracle: Oracle


def build_world(build_store: BuildStore, operation: Operation, *, by_close_date: bool = False) -> World:
    """Build a store of the operation on the engine under test and open it."""
    location = build_store(operation.arrow(), operation.settings_toml)
    reader = open_reader(open_facts(location), open_scope())
    rows = OracleRows(operation)
    return World(location, reader, rows, Oracle(rows, by_close_date=by_close_date))


Opened = tuple[World, str | None]


@contextmanager
def _opened(
    build_store: BuildStore, operation: Operation, *, by_close_date: bool = False
) -> Iterator[Opened]:
    with patch.object(weekly, "LEAST_ROWS", 1):  # facts counted by week, as very large ones are
        world = build_world(build_store, operation, by_close_date=by_close_date)
    yield world, operation.settings_toml
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
    opened = kept(
        ("rich world", store_engine), lambda: _opened(build_store, random_operation(11, week_start="sunday"))
    )
    return _in_use(opened, tmp_path_factory.mktemp("settings"))


@pytest.fixture(scope="session")
def bare_world(
    build_store: BuildStore, store_engine: str, kept: Kept, tmp_path_factory: pytest.TempPathFactory
) -> World:
    """A source with two moments and a flag."""
    opened = kept(
        ("bare world", store_engine), lambda: _opened(build_store, bare_operation(5), by_close_date=True)
    )
    return _in_use(opened, tmp_path_factory.mktemp("settings"))
