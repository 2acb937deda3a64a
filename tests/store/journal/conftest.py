"""Empty journals for tests: migrated once on either engine, then copied."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator

import psycopg
import pytest

from store.journal import Journal, open_journal
from store.location import Location

NewLocation = Callable[[], Location]


@pytest.fixture(scope="module")
def new_journal(
    new_location: NewLocation, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], Journal]:
    """Makes an empty journal of its own on the engine under test each time it is called."""
    migrated = new_location()
    open_journal(migrated).engine.dispose()
    if migrated.directory is not None:
        source = migrated.directory

        def copied() -> Location:
            home = tmp_path_factory.mktemp("journal") / "store"
            shutil.copytree(source, home)
            return Location(directory=home)
    else:
        server, template = request.getfixturevalue("postgres_server"), migrated.database.database
        numbers = itertools.count()

        def copied() -> Location:
            name = f"{template}_{next(numbers)}"
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f"create database {name} template {template}")
            return Location(url=migrated.database.set(database=name))

    return lambda: open_journal(copied())


@pytest.fixture
def journal(new_journal: Callable[[], Journal]) -> Iterator[Journal]:
    """An empty journal."""
    opened = new_journal()
    yield opened
    opened.engine.dispose()
