"""One random operation per engine, opened as the single leader sees it, with the oracle beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from queries.measure import Reader, open_reader
from queries.scope import open_scope
from store.facts import open_facts
from store.location import Location
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


def build_world(
    build_store: Callable[..., Location], operation: Operation, *, by_close_date: bool = False
) -> World:
    """Build a store of the operation on the engine under test and open it."""
    location = build_store(operation.arrow(), operation.settings_toml)
    reader = open_reader(open_facts(location), open_scope())
    rows = OracleRows(operation)
    return World(location, reader, rows, Oracle(rows, by_close_date=by_close_date))


@pytest.fixture(scope="session")
def rich_world(build_store: Callable[..., Location]) -> Iterator[World]:
    """A source that supplies everything; weeks start on Sunday."""
    world = build_world(build_store, random_operation(11, week_start="sunday"))
    yield world
    world.reader.facts.close()


@pytest.fixture(scope="session")
def bare_world(build_store: Callable[..., Location]) -> Iterator[World]:
    """A source with two moments and a flag."""
    world = build_world(build_store, bare_operation(5), by_close_date=True)
    yield world
    world.reader.facts.close()
