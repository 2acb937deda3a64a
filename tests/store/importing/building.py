"""An empty building for tests: the source tables in a schema `src`, as a build begins with."""

from __future__ import annotations

import duckdb
from sqlalchemy import Boolean, Date, DateTime, Double, Integer, String

from store.schema import fact, source_columns, source_tables

_TYPES = {
    Boolean: "boolean",
    Integer: "integer",
    Double: "double",
    DateTime: "timestamp",
    Date: "date",
    String: "varchar",
}


def empty_building() -> duckdb.DuckDBPyConnection:
    """A connection with every source table, batches, quarantine and what was supplied; all empty."""
    connection = duckdb.connect()
    connection.execute("create schema src")
    for table in [*source_tables(), fact("batches"), fact("quarantine")]:
        columns = ", ".join(f'"{c.name}" {_TYPES[type(c.type)]}' for c in source_columns(table))
        connection.execute(f'create table src."{table.name}" ({columns})')
    connection.execute("create table src.supplied_through (table_name varchar, first_at timestamp, through_at timestamp)")
    return connection
