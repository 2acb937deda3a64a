"""Derivation without files, for tests that derive many small operations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from store.derive import derive
from store.derive.workbench import Workbench, create_source
from store.progress import silent
from store.settings import Settings
from store.verify import check_tables
from tests.conftest import fill


@contextmanager
def derived_in_memory(tables: dict[str, pa.Table], settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with `src` filled from the tables and `final` derived from it; its keys and flows hold."""
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        for database in ("src", "scratch", "final"):
            connection.execute(f"attach ':memory:' as {database}")
        create_source(connection)
        fill(connection, tables)
        derive(Workbench(connection, settings), silent)
        checks = check_tables(lambda sql: connection.execute(sql).fetchall(), "final.")
        assert [check for check in checks if not check.passed] == []
        yield connection
