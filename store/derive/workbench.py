"""What every rule works on: the connection, the settings, and how far each table goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import zip_longest

import duckdb
from sqlalchemy import Column, Table

from store.schema import FACTS, fact, source_columns, source_tables
from store.settings import Settings

_SLICE = 500_000
DUCKDB_TYPES = {
    "String": "VARCHAR",
    "DateTime": "TIMESTAMP",
    "Date": "DATE",
    "Double": "DOUBLE",
    "Integer": "INTEGER",
    "Boolean": "BOOLEAN",
}
_EXTRA_SOURCE_TABLES = (
    "create table src.supplied_through (table_name varchar, first_at timestamp, through_at timestamp)",
    "create table src.incomplete_days (table_name varchar, on_day date, why varchar)",
)


@dataclass
class Workbench:
    """`src` holds the source tables, `scratch` what rules keep between steps, `final` what is published.

    `through` is the moment up to which each source table is complete (naive UTC); a table without rows
    and without a word of its import is missing from it.
    """

    connection: duckdb.DuckDBPyConnection
    settings: Settings
    through: dict[str, dt.datetime] = field(default_factory=dict)

    def run(self, sql: str, parameters: list[object] | None = None) -> None:
        """Execute a statement for its effect."""
        self.connection.execute(sql, parameters or [])

    def value(self, sql: str, parameters: list[object] | None = None) -> object:
        """The first column of the first row."""
        row = self.connection.execute(sql, parameters or []).fetchone()
        assert row is not None
        return row[0]

    def holds(self, table_name: str, condition: str = "true") -> bool:
        """Whether a source table has any row for which the condition holds."""
        return bool(self.value(f"select exists(select 1 from src.{table_name} where {condition})"))

    def through_sql(self, table_name: str) -> str:
        """`through` of the table as an SQL literal, null where unknown."""
        return moment_sql(self.through.get(table_name))

    def write(self, table_name: str, select: str, slices: Sequence[str] = ("true",)) -> None:
        """Fill a final table from a query, in the table's clustering order.

        `slices` are conditions on its rows, one after the other in that order, so that a table of any size
        is sorted and joined a slice at a time in bounded memory.
        """
        order = ", ".join(f'"{name}"' for name in fact(table_name).info["order"])
        for condition in slices:
            self.run(
                f'insert into final."{table_name}" by name '
                f"select * from ({select}) where {condition} order by {order}"
            )

    def row_slices(self, table_name: str) -> list[tuple[int, int]]:
        """Ranges [first, last) of rowids that cut a source table into slices."""
        rows = self.value(f"select coalesce(max(rowid), -1) + 1 from src.{table_name}")
        assert isinstance(rows, int)
        return [(first, min(first + _SLICE, rows)) for first in range(0, max(rows, 1), _SLICE)]

    def month_slices(self, table_name: str, moment: str, month: str) -> list[str]:
        """Conditions on the column `month` that cut a source table into slices of about half a million rows.

        `moment` is the SQL of the clock whose month it is.
        """
        counts = self.connection.execute(
            f'select month_of(business_date({moment})) as m, count(*) from src."{table_name}" f '
            "group by m order by m"
        ).fetchall()
        starts, held = [], _SLICE
        for first_day, rows in counts:
            if held + rows > _SLICE:
                starts.append(f"date '{first_day}'")
                held = 0
            held += rows
        return [
            f'"{month}" >= {start}' + (f' and "{month}" < {stop}' if stop else "")
            for start, stop in zip_longest(starts, starts[1:])
        ]


def moment_sql(at: dt.datetime | None) -> str:
    """A naive UTC moment as an SQL literal."""
    return "null::timestamp" if at is None else f"timestamp '{at.isoformat(sep=' ')}'"


def text_sql(words: str) -> str:
    """A text as an SQL literal."""
    return "'" + words.replace("'", "''") + "'"


def hours_sql(start: str, stop: str) -> str:
    """Hours from one moment to another as a double."""
    return f"((epoch_us({stop}) - epoch_us({start})) / 3600000000::double)"


@contextmanager
def together(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """One transaction for many small statements on one database: each alone would wait for the disk."""
    connection.execute("begin")
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def create_source(connection: duckdb.DuckDBPyConnection) -> None:
    """The empty tables of the attached database `src`: source columns alone, described where published."""
    with together(connection):
        for table in source_tables():
            _create(connection, "src", table, source_columns(table))
        for name in ("batches", "quarantine"):
            _create(connection, "src", fact(name), list(fact(name).columns))
        for statement in _EXTRA_SOURCE_TABLES:
            connection.execute(statement)


def create_final(connection: duckdb.DuckDBPyConnection) -> None:
    """Every table of the attached database `final`, empty, with its comments."""
    with together(connection):
        for table in FACTS.sorted_tables:
            _create(connection, "final", table, list(table.columns))
            _describe(connection, table)


def _create(
    connection: duckdb.DuckDBPyConnection, catalog: str, table: Table, columns: list[Column[object]]
) -> None:
    """No keys and no indexes: they cost load time and memory, and facts are read by range scans.

    Uniqueness is checked once before publishing.
    """
    body = ", ".join(f'"{column.name}" {DUCKDB_TYPES[type(column.type).__name__]}' for column in columns)
    connection.execute(f'create table {catalog}."{table.name}" ({body})')


def _describe(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    name = f'final."{table.name}"'
    comments = [f"comment on table {name} is {text_sql(table.comment or '')}"]
    for column in table.columns:
        comments.append(f'comment on column {name}."{column.name}" is {text_sql(column.comment or "")}')
    connection.execute("; ".join(comments))
