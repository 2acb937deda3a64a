"""Opening a version of the facts for reading."""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
from duckdb_sqlalchemy import ConnectionWrapper
from sqlalchemy import Engine, QueuePool, create_engine

from store import versions
from store.derive.workbench import text_sql
from store.errors import StoreDamaged, StoreLocked, StoreTooNew
from store.guard import guard
from store.location import Location
from store.schema import SCHEMA_VERSION
from store.settings import DEFAULT_SETTINGS, Settings, read_settings

SETTINGS_VARIABLE = "QUARTERDECK_SETTINGS"
_MEMORY = "96MB"
"""For blocks of the file and what reads work on. Of ten million appeals 24 scorecards, three at a time, take
9.2 s of processor with it, 8.9 s with 128 MB and 9.3 s with 64 MB; DuckDB holds some 60 MB beside it."""
_THREADS = 2
_RESULT_BUFFER = "1GB"
"""Room for a whole result while it is made. Results here are aggregates or one page of cases, read at once;
with DuckDB's own 1 MB a UNION ALL of large branches waits for ever for a reader that is not there yet
(https://github.com/duckdb/duckdb/issues/22215). Nothing is set aside beforehand."""
_STATEMENTS = 100
"""Compiled statements an engine keeps, at some 0.1 MB each; a page of one scope has about a dozen."""
_POOL = {"pool_size": 8, "max_overflow": 56, "pool_timeout": 60}


@dataclass(frozen=True)
class Facts:
    """One version, opened read-only; every statement on `engine` needs a permit (`store.guard`)."""

    engine: Engine
    version: str
    settings: Settings
    location: Location
    dialect: str
    _release: Callable[[], None] = field(repr=False, compare=False)

    def close(self) -> None:
        """Let go of the version: connections, file and caches."""
        self.engine.dispose()
        self._release()
        gc.collect()


def open_facts(location: Location, version: str | None = None) -> Facts:
    """The current version, or the one named.

    Raises StoreMissing, StoreLocked, StoreTooNew, StoreDamaged or SettingsError, each with its cure.
    """
    version = version or versions.current_version(location)
    settings = read_store_settings(location)
    check_schema_version(location, version)
    if location.directory is None:
        from store import postgres

        engine, release = postgres.read_engine(location, version, _POOL), _nothing
    else:
        engine, release = _duckdb_engine(versions.facts_file(location.home, version))
    guard(engine)
    return Facts(engine, version, settings, location, engine.dialect.name, release)


def current_version(location: Location) -> str:
    """The name of the current version; cheap enough to ask on every rerun."""
    return versions.current_version(location)


def read_store_settings(location: Location) -> Settings:
    """The settings of a store: `settings.toml` of its directory; for a database the file
    QUARTERDECK_SETTINGS names. Without either the defaults hold."""
    named = os.environ.get(SETTINGS_VARIABLE)
    if location.directory is not None:
        own = location.directory / "settings.toml"
        return read_settings(own if own.exists() else DEFAULT_SETTINGS)
    return read_settings(Path(named) if named else DEFAULT_SETTINGS)


def check_schema_version(location: Location, version: str) -> None:
    """Raises StoreTooNew for a version of a newer release, StoreDamaged for one of an older."""
    if location.directory is None:
        from store import postgres

        found = postgres.schema_version(location, version)
    else:
        found = _schema_version_of(versions.facts_file(location.home, version))
    if found > SCHEMA_VERSION:
        raise StoreTooNew(
            f"{location} holds schema {found}, this release reads up to {SCHEMA_VERSION}; "
            "upgrade Quarterdeck or point QUARTERDECK_STORE at another store"
        )
    if found < SCHEMA_VERSION:
        raise StoreDamaged(
            f"{location} holds schema {found}, this release needs {SCHEMA_VERSION}; import the sources again"
        )


def open_file(path: Path) -> duckdb.DuckDBPyConnection:
    """A raw read-only connection to a facts file; raises StoreLocked or StoreDamaged."""
    spill = Path(tempfile.gettempdir()) / "quarterdeck-spill"
    try:
        return duckdb.connect(
            str(path),
            read_only=True,
            config={"threads": _THREADS, "memory_limit": _MEMORY, "temp_directory": str(spill)},
        )
    except (duckdb.IOException, duckdb.SerializationException, duckdb.CatalogException) as fault:
        raise _explained(path, fault) from fault


def _duckdb_engine(path: Path) -> tuple[Engine, Callable[[], None]]:
    """An engine whose pooled connections are cursors of one instance: one buffer, one file handle."""
    root = open_file(path)
    engine = create_engine(
        "duckdb://",
        creator=lambda: ConnectionWrapper(_reading_cursor(root)),
        poolclass=QueuePool,
        isolation_level="AUTOCOMMIT",
        query_cache_size=_STATEMENTS,
        **_POOL,
    )
    return engine, root.close


def _reading_cursor(root: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A connection of the same instance whose results never wait for their reader."""
    cursor = root.cursor()
    cursor.execute(f"set streaming_buffer_size = '{_RESULT_BUFFER}'")
    return cursor


def _schema_version_of(path: Path) -> int:
    with duckdb.connect() as connection:
        try:
            connection.execute(f"attach {text_sql(str(path))} as facts (read_only)")
            row = connection.execute("select max(schema_version) from facts.store_info").fetchone()
        except (duckdb.IOException, duckdb.SerializationException, duckdb.CatalogException) as fault:
            raise _explained(path, fault) from fault
    if row is None or row[0] is None:
        raise StoreDamaged(f"{path} does not say what it is; restore it from a backup or import again")
    return int(row[0])


def _explained(path: Path, fault: Exception) -> Exception:
    words = str(fault).splitlines()[0]
    if "lock" in words.lower():
        return StoreLocked(
            f"{path} is open for writing in another program; close it there (a DuckDB shell?) and try again"
        )
    return StoreDamaged(f"{path} cannot be read ({words}); restore it from a backup or import again")


def _nothing() -> None:
    """PostgreSQL holds nothing beside its engine."""
