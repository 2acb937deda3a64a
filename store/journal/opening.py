"""Opening the journal: SQLite in WAL mode beside the facts, or PostgreSQL; migrated before first use."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DatabaseError

from store.errors import StoreError, StoreTooNew
from store.location import Location

HEAD = "0004"  # newest migration; a test holds it equal to the scripts
_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_110_022
_PATIENCE = 10  # seconds a connection waits for another that writes


@dataclass(frozen=True)
class Journal:
    """The opened journal. Use `reading` and `writing`; close it with `engine.dispose()`."""

    engine: Engine
    location: Location


def open_journal(location: Location) -> Journal:
    """The journal of the store, created or upgraded where needed.

    Raises StoreTooNew when a newer release upgraded it, StoreError when it cannot be reached or written.
    """
    engine = _sqlite(location.directory) if location.directory else _postgres(location.database)
    try:
        if _revision(engine) != HEAD:
            _upgrade(engine, location)
    except DatabaseError as fault:
        engine.dispose()
        raise StoreError(
            f"the journal of {location} cannot be opened ({fault.orig}); check the disk, its owner and "
            "permissions, or that the server runs"
        ) from fault
    return Journal(engine, location)


def _sqlite(home: Path) -> Engine:
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise StoreError(
            f"{home} cannot be made ({fault.strerror}); check its owner and permissions"
        ) from fault
    engine = create_engine(URL.create("sqlite", database=str(home / "journal.sqlite")))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, so that DDL is inside them too
    connection.execute(f"pragma busy_timeout = {_PATIENCE * 1000}")
    _turn_to_wal(connection)
    connection.execute("pragma synchronous = normal")


def _turn_to_wal(connection: sqlite3.Connection) -> None:
    """Write-ahead logging. Of several that turn a new file at once SQLite refuses some without waiting."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.execute("pragma journal_mode = wal")
            return
        except sqlite3.OperationalError as fault:
            if fault.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(
        "begin immediate" if connection.get_execution_options().get("writes") else "begin"
    )


def _postgres(url: URL) -> Engine:
    from store.postgres import HOUSE

    return create_engine(
        url,
        connect_args={"options": f"-c search_path={HOUSE}", "connect_timeout": 10},
        pool_pre_ping=True,
    )


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("select version_num from alembic_version")).scalar()


def _upgrade(engine: Engine, location: Location) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with _alone(engine) as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, HEAD)
        except CommandError as fault:
            raise StoreTooNew(
                f"the journal of {location} was upgraded by a newer release; upgrade Quarterdeck to read it"
            ) from fault


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """A transaction no other process can migrate beside."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            from store.postgres import HOUSE

            connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            connection.execute(text(f"create schema if not exists {HOUSE}"))
        yield connection
