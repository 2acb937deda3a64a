"""The facts in PostgreSQL: one schema per version, published in one transaction.

Everything is derived in DuckDB and copied here, so there is one dialect of derivation. `facts_<version>`
is what the app reads; `source_<version>` keeps the source's own values of the tables whose columns
derivation fills or overrules, for the next import.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import duckdb
import psycopg
from psycopg import sql
from sqlalchemy import Engine, Table, create_engine
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable, DDLElement, SetColumnComment, SetTableComment

from store.derive.masters import OWN_RULES
from store.derive.workbench import DUCKDB_TYPES, text_sql
from store.errors import StoreDamaged, StoreError, StoreLocked, StoreMissing
from store.location import Location
from store.progress import Progress
from store.schema import FACTS, fact, source_columns, source_tables

HOUSE = "quarterdeck"  # schema of the pointer and of the journal
_LOCK = 7_110_021  # any number, the same in every process
_BLOCK = 1 << 20
_NOTES = {
    "supplied_through": {"table_name": "VARCHAR", "first_at": "TIMESTAMP", "through_at": "TIMESTAMP"},
    "incomplete_days": {"table_name": "VARCHAR", "on_day": "DATE", "why": "VARCHAR"},
}


@contextmanager
def connected(location: Location, *, autocommit: bool = False) -> Iterator[psycopg.Connection[Any]]:
    """A connection that commits at the end; raises StoreError when the server does not answer."""
    address = location.database.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        connection = psycopg.connect(address, autocommit=autocommit, connect_timeout=10)
    except psycopg.OperationalError as fault:
        reason = str(fault).strip().splitlines()[-1]
        raise StoreError(
            f"{location} does not answer ({reason}); check that the server runs and the URL is right"
        ) from fault
    with connection:
        yield connection


@contextmanager
def build_lock(location: Location) -> Iterator[None]:
    """Exclude other builds for as long as the context lasts; raises StoreLocked when one is running."""
    with connected(location, autocommit=True) as connection:
        row = connection.execute("select pg_try_advisory_lock(%s)", [_LOCK]).fetchone()
        if not row or not row[0]:
            raise StoreLocked(
                f"{location} is being changed by another process; wait until it is done and try again"
            )
        yield
        # Closing frees the lock too, but only once the server notices.
        connection.execute("select pg_advisory_unlock(%s)", [_LOCK])


def current_version(location: Location) -> str:
    """The name in the pointer; raises StoreMissing when there is none."""
    pool = _pointer_engine(location)
    try:
        with pool.connect() as connection:
            found = connection.exec_driver_sql(
                f"select to_regclass('{HOUSE}.current_version') is not null"
            ).scalar()
            if found:
                found = connection.exec_driver_sql(f"select version from {HOUSE}.current_version").scalar()
    except Exception as fault:
        if isinstance(getattr(fault, "orig", None), psycopg.OperationalError):
            raise StoreError(
                f"{location} does not answer; check that the server runs and the URL is right"
            ) from fault
        raise
    if not found:
        raise StoreMissing(
            f"{location} holds no facts yet; run `python -m store sample` or `python -m store import`"
        )
    return str(found)


def list_versions(location: Location) -> list[Any]:
    """All versions, newest first."""
    from store.versions import Version

    try:
        current = current_version(location)
    except StoreMissing:
        return []
    with connected(location) as connection:
        sizes = connection.execute(
            """select n.nspname, coalesce(sum(pg_total_relation_size(c.oid)), 0)
               from pg_namespace n left join pg_class c on c.relnamespace = n.oid and c.relkind = 'r'
               where n.nspname ~ '^(facts|source)_[0-9]{8}_' group by n.nspname"""
        ).fetchall()
    totals: dict[str, int] = {}
    for schema, size in sizes:
        name = schema.split("_", 1)[1].replace("_", "-")
        totals[name] = totals.get(name, 0) + int(size)
    return [
        Version(name, name == current, dt.datetime.strptime(name[:15], "%Y%m%d-%H%M%S"), totals[name])
        for name in sorted(totals, reverse=True)
    ]


def prune(location: Location, keep: int) -> list[str]:
    """Drop all but the current and the `keep` newest other versions."""
    with build_lock(location), connected(location) as connection:
        removed = [version.name for version in list_versions(location) if not version.current][keep:]
        for name in removed:
            for kind in ("facts", "source"):
                connection.execute(
                    sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(_schema(kind, name)))
                )
    return removed


def read_engine(location: Location, version: str, pool: dict[str, int]) -> Engine:
    """An engine whose sessions are read-only and see the version's tables by their bare names."""
    options = f"-c search_path={_schema('facts', version)} -c default_transaction_read_only=on"
    return create_engine(
        location.database,
        connect_args={"options": options, "connect_timeout": 10},
        isolation_level="AUTOCOMMIT",
        pool_pre_ping=True,
        **pool,
    )


def schema_version(location: Location, version: str) -> int:
    """The layout number written into the version."""
    with connected(location) as connection:
        try:
            row = connection.execute(
                sql.SQL("select max(schema_version) from {}.store_info").format(
                    sql.Identifier(_schema("facts", version))
                )
            ).fetchone()
        except psycopg.errors.UndefinedTable:
            row = None
    if row is None or row[0] is None:
        raise StoreDamaged(f"{location}: version {version} is gone; restore it from a backup or import again")
    return int(row[0])


def publish(location: Location, built: duckdb.DuckDBPyConnection, version: str, progress: Progress) -> None:
    """Copy `final` and what the next import needs of `src`, and move the pointer, in one transaction."""
    facts, source = _schema("facts", version), _schema("source", version)
    with connected(location) as connection:
        for schema in (HOUSE, facts, source):
            connection.execute(sql.SQL("create schema if not exists {}").format(sql.Identifier(schema)))
        connection.execute(sql.SQL("set local search_path to {}").format(sql.Identifier(facts)))
        tables = FACTS.sorted_tables
        for done, table in enumerate(tables):
            progress(f"copying {table.name}", done / len(tables))
            connection.execute(_definition(table))
            _copy_in(connection, built, f'final."{table.name}"', facts, table.name, _types(table))
            _add_keys(connection, facts, table)
        for name in sorted(OWN_RULES):
            columns = _source_types(fact(name))
            _create_plain(connection, source, name, columns)
            _copy_in(connection, built, f'src."{name}"', source, name, columns)
        for name, columns in _NOTES.items():
            _create_plain(connection, source, name, columns)
            _copy_in(connection, built, f"src.{name}", source, name, columns)
        connection.execute(
            f"create table if not exists {HOUSE}.current_version (version text not null, "
            "published_at timestamp not null default now())"
        )
        connection.execute(f"delete from {HOUSE}.current_version")
        connection.execute(f"insert into {HOUSE}.current_version (version) values (%s)", [version])


def read_source(location: Location, building: duckdb.DuckDBPyConnection, version: str) -> None:
    """Fill the (empty) tables of `src` with the source's own values of a version."""
    facts, source = _schema("facts", version), _schema("source", version)
    with connected(location) as connection:
        for table in source_tables():
            schema = source if table.name in OWN_RULES else facts
            known = _without_unknown(table) if schema == facts else sql.SQL("")
            _copy_out(connection, building, schema, table.name, _source_types(table), known)
        for name in ("batches", "quarantine"):
            _copy_out(connection, building, facts, name, _types(fact(name)), sql.SQL(""))
        for name, columns in _NOTES.items():
            _copy_out(connection, building, source, name, columns, sql.SQL(""))


def _schema(kind: str, version: str) -> str:
    return f"{kind}_{version.replace('-', '_')}"


@lru_cache(maxsize=8)
def _pointer_engine(location: Location) -> Engine:
    return create_engine(
        location.database,
        pool_size=1,
        max_overflow=4,
        isolation_level="AUTOCOMMIT",
        pool_pre_ping=True,
        connect_args={"connect_timeout": 10},
    )


def _types(table: Table) -> dict[str, str]:
    return {column.name: DUCKDB_TYPES[type(column.type).__name__] for column in table.columns}


def _source_types(table: Table) -> dict[str, str]:
    return {column.name: DUCKDB_TYPES[type(column.type).__name__] for column in source_columns(table)}


@cache
def _definition(table: Table) -> bytes:
    """SQL that makes the table in the schema searched first and says what its columns are."""
    parts: tuple[DDLElement, ...] = (
        CreateTable(table),
        SetTableComment(table),
        *map(SetColumnComment, table.columns),
    )
    return ";".join(str(part.compile(dialect=postgresql.dialect())) for part in parts).encode()


def _create_plain(
    connection: psycopg.Connection[Any], schema: str, name: str, columns: dict[str, str]
) -> None:
    body = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(kind.replace("DOUBLE", "DOUBLE PRECISION")))
        for column, kind in columns.items()
    )
    connection.execute(
        sql.SQL("create table {}.{} ({})").format(sql.Identifier(schema), sql.Identifier(name), body)
    )


def _add_keys(connection: psycopg.Connection[Any], schema: str, table: Table) -> None:
    """The key, an index per business week and day of a clock, and fresh statistics."""
    where = sql.Identifier(schema, table.name)
    key = sql.SQL(", ").join(sql.Identifier(name) for name in table.info["key"])
    nullable = any(table.columns[name].nullable for name in table.info["key"])
    rule = "unique nulls not distinct" if nullable else "primary key"
    indexed = [
        sql.SQL("create index on {} ({})").format(where, sql.Identifier(column.name))
        for column in table.columns
        if column.name.endswith(("_week", "_on")) and column.info["derived"]
    ]
    keyed = sql.SQL(f"alter table {{}} add {rule} ({{}})").format(where, key)
    connection.execute(sql.SQL(";").join([keyed, *indexed, sql.SQL("analyze {}").format(where)]))


def _copy_in(
    connection: psycopg.Connection[Any],
    built: duckdb.DuckDBPyConnection,
    origin: str,
    schema: str,
    name: str,
    columns: dict[str, str],
) -> None:
    """DuckDB → CSV file → COPY. Quotes tell an empty text from a missing one."""
    listed = ", ".join(f'"{column}"' for column in columns)
    texts = ", ".join(f'"{column}"' for column, kind in columns.items() if kind == "VARCHAR")
    with tempfile.TemporaryDirectory(prefix="quarterdeck-copy-") as folder:
        path = Path(folder) / "rows.csv"
        force = f", force_quote ({texts})" if texts else ""
        built.execute(
            f"copy (select {listed} from {origin}) to {text_sql(str(path))} "
            f"(format csv, header false, nullstr ''{force})"
        )
        target = sql.SQL("copy {} ({}) from stdin (format csv)").format(
            sql.Identifier(schema, name), sql.SQL(", ").join(map(sql.Identifier, columns))
        )
        with path.open("rb") as rows, connection.cursor().copy(target) as copy:
            while block := rows.read(_BLOCK):
                copy.write(block)


def _copy_out(
    connection: psycopg.Connection[Any],
    building: duckdb.DuckDBPyConnection,
    schema: str,
    name: str,
    columns: dict[str, str],
    condition: sql.Composable,
) -> None:
    texts = [column for column, kind in columns.items() if kind == "VARCHAR"]
    force = sql.SQL(", force_quote ({})").format(sql.SQL(", ").join(map(sql.Identifier, texts)))
    with tempfile.TemporaryDirectory(prefix="quarterdeck-copy-") as folder:
        path = Path(folder) / "rows.csv"
        query = sql.SQL("copy (select {} from {}{}) to stdout (format csv{})").format(
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            sql.Identifier(schema, name),
            condition,
            force if texts else sql.SQL(""),
        )
        with path.open("wb") as rows, connection.cursor().copy(query) as copy:
            for block in copy:
                rows.write(block)
        if path.stat().st_size == 0:
            return
        kinds = ", ".join(f"{text_sql(column)}: {text_sql(kind)}" for column, kind in columns.items())
        building.execute(
            f'insert into src."{name}" by name select * from read_csv({text_sql(str(path))}, '
            f"auto_detect = false, header = false, delim = ',', quote = '\"', escape = '\"', nullstr = '', "
            f"allow_quoted_nulls = false, parallel = false, columns = {{{kinds}}})"
        )


def _without_unknown(table: Table) -> sql.Composable:
    """Leaves out the "Unknown (id)" rows that derivation added."""
    if "name" not in table.columns or len(table.info["key"]) != 1:
        return sql.SQL("")
    (key,) = table.info["key"]
    return sql.SQL(" where name is distinct from 'Unknown (' || {} || ')'").format(sql.Identifier(key))


def prefix(version: str) -> str:
    """What the names of a version's tables begin with."""
    return f"{_schema('facts', version)}."
