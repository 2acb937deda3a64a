"""Looking into a version from the command line: what it holds, and whether it passes its checks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from store import versions
from store.facts import check_schema_version, open_file, read_store_settings
from store.location import Location
from store.schema import source_columns, source_tables
from store.verify import Ask, Check, check_version


@dataclass(frozen=True)
class TableState:
    """Rows of a table, how far it goes, and which source columns hold nothing."""

    name: str
    rows: int
    first_day: dt.date | None
    last_day: dt.date | None
    through_at: dt.datetime | None
    incomplete_days: int
    empty_columns: tuple[str, ...]


@dataclass(frozen=True)
class VersionState:
    """What a version says of itself."""

    version: str
    origin: str
    built_at: dt.datetime
    tables: tuple[TableState, ...]


@contextmanager
def asking(location: Location, version: str) -> Iterator[tuple[Ask, str]]:
    """A way to ask the version's tables, and the prefix of their names."""
    if location.directory is None:
        from store import postgres

        with postgres.connected(location) as connection:
            yield lambda sql: connection.execute(sql.encode()).fetchall(), postgres.prefix(version)
        return
    with open_file(versions.facts_file(location.home, version)) as opened:
        yield lambda sql: opened.execute(sql).fetchall(), ""


def verify_version(location: Location, version: str) -> list[Check]:
    """All checks of a published version; raises what opening it raises."""
    check_schema_version(location, version)
    with asking(location, version) as (ask, prefix):
        return check_version(ask, prefix, read_store_settings(location))


def origin_of(location: Location, version: str) -> str:
    """Where the version's rows come from: sample, import or benchmark."""
    with asking(location, version) as (ask, prefix):
        return str(ask(f"select origin from {prefix}store_info")[0][0])


def settings_digest_of(location: Location, version: str) -> str:
    """The digest of the settings the version was derived with."""
    with asking(location, version) as (ask, prefix):
        return str(ask(f"select settings_hash from {prefix}store_info")[0][0])


def contradictions_of(location: Location, version: str) -> tuple[str, ...]:
    """One sentence per way in which loaded rows of the version contradict other rows."""
    with asking(location, version) as (ask, prefix):
        found = ask(
            f"select table_name, rows, wrong, example, treated from {prefix}contradictions order by 1, 3"
        )
    return tuple(
        f"{table}: {rows:,} {'row' if rows == 1 else 'rows'} {wrong}, such as {example!r}; {treated}"
        for table, rows, wrong, example, treated in found
    )


def describe(location: Location, version: str) -> VersionState:
    """The state of a version, source tables in schema order."""
    check_schema_version(location, version)
    with asking(location, version) as (ask, prefix):
        (_, origin, built_at) = ask(f"select version, origin, built_at from {prefix}store_info")[0]
        reach = {row[0]: row[1:] for row in ask(f"select * from {prefix}data_through")}
        gaps: dict[str, int] = dict(
            ask(
                f"select table_name, count(*) from {prefix}loaded_days where not complete group by table_name"
            )
        )
        counts = {
            (table_name, column): rows
            for table_name, column, rows in ask(f"select * from {prefix}supplied_columns")
        }
        tables = []
        for table in source_tables():
            rows = ask(f'select count(*) from {prefix}"{table.name}"')[0][0]
            first_day, last_day, through_at = reach.get(table.name, (None, None, None))
            empty = tuple(
                column.name for column in source_columns(table) if not counts.get((table.name, column.name))
            )
            tables.append(
                TableState(
                    table.name,
                    rows,
                    first_day,
                    last_day,
                    through_at,
                    gaps.get(table.name, 0),
                    empty if rows else (),
                )
            )
    return VersionState(version, origin, built_at, tuple(tables))
