"""PostgreSQL stores: what was imported comes back for the next import, versions are published whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import duckdb
import psycopg
import pyarrow as pa
import pytest

from store import build, facts, inspection, versions
from store.errors import StoreDamaged, StoreError, StoreLocked, StoreMissing
from store.location import Location
from store.postgres import connected
from tests.conftest import fill

pytestmark = pytest.mark.postgres
Place = Callable[[], Location]
OPENED = dt.datetime(2026, 3, 2, 9)
SOURCE = {
    "escalations": pa.table(
        {
            "escalation_id": ["E1", 'E"2', "E3"],
            "cycle": pa.array([1, 1, 1], pa.int32()),
            "opened_at": [OPENED, OPENED, OPENED],
            "severity": ["Sev-2"] * 3,
            "specialist_id": ["P1", "P9", None],
            "summary": ['two\nlines, "quoted"', "", None],
        }
    ),
    "specialists": pa.table({"specialist_id": ["P1"], "name": ["Anna"]}),
    "incomplete_days": pa.table(
        {"table_name": ["escalations"], "on_day": [dt.date(2026, 3, 2)], "why": ["half"]}
    ),
}


@pytest.fixture(autouse=True)
def _default_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings a store of another test was built with may still be named."""
    monkeypatch.delenv(facts.SETTINGS_VARIABLE, raising=False)


def publish(location: Location, tables: dict[str, pa.Table]) -> str:
    with build.begin(location) as building:
        fill(building.connection, tables)
        return build.finish(building, facts.read_store_settings(location), "test")


def source_rows(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[object, ...]]]:
    tables = connection.execute(
        "select table_name from duckdb_tables() where database_name = 'src'"
    ).fetchall()
    return {
        name: connection.execute(f'select * from src."{name}" order by all').fetchall() for (name,) in tables
    }


def test_the_next_import_starts_from_the_sources_own_values_not_from_derived_ones(
    new_database: Place,
) -> None:
    location = new_database()
    with build.begin(location) as building:
        fill(building.connection, SOURCE)
        before = source_rows(building.connection)
        version = build.finish(building, facts.read_store_settings(location), "test")
    with inspection.asking(location, version) as (ask, prefix):
        assert ask(f"select count(due_at) from {prefix}escalations") == [(3,)]
        assert ask(f"select name from {prefix}specialists order by 1") == [("Anna",), ("Unknown (P9)",)]
    with build.begin(location) as building:
        assert source_rows(building.connection) == before
        build.finish(building, facts.read_store_settings(location), "test")
    assert all(
        check.passed for check in inspection.verify_version(location, versions.current_version(location))
    )


def test_a_failed_copy_leaves_the_old_version_and_no_schema(new_database: Place) -> None:
    location = new_database()
    first = publish(location, SOURCE)
    nul = pa.table({"team": ["nul \0 inside"]})  # PostgreSQL cannot store it
    with pytest.raises(psycopg.Error):
        publish(location, {"teams": nul})
    assert versions.current_version(location) == first
    assert [version.name for version in versions.list_versions(location)] == [first]


def test_versions_are_listed_pruned_and_lost_ones_named(new_database: Place) -> None:
    location = new_database()
    with pytest.raises(StoreMissing, match="python -m store sample"):
        versions.current_version(location)
    first, second = publish(location, SOURCE), publish(location, {})
    assert [(v.name, v.current) for v in versions.list_versions(location)] == [(second, True), (first, False)]
    assert versions.prune(location, 0) == [first]
    assert facts.open_facts(location).version == second
    with pytest.raises(StoreDamaged, match="gone"):
        facts.open_facts(location, first)


def test_two_builds_exclude_each_other(new_database: Place) -> None:
    location = new_database()
    with build.begin(location), pytest.raises(StoreLocked, match="wait"):
        build.begin(location)
    build.begin(location).__exit__(None, None, None)


def test_tables_carry_comments_keys_and_indexes(new_database: Place) -> None:
    location = new_database()
    version = publish(location, SOURCE)
    schema = "facts_" + version.replace("-", "_")
    with connected(location) as connection:
        comment = connection.execute(
            "select col_description(%s::regclass, 1)", [f"{schema}.escalations"]
        ).fetchone()
        indexes = {
            row[0]
            for row in connection.execute(
                "select indexdef from pg_indexes where schemaname = %s and tablename = 'escalations'",
                [schema],
            )
        }
    assert comment == ("number of the case in its source",)
    assert any("UNIQUE" in index and "(escalation_id, cycle)" in index for index in indexes)
    assert any("(opened_week)" in index for index in indexes)


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    location = Location.parse("postgresql://anna:secret@127.0.0.1:1/none")
    with pytest.raises(StoreError, match="does not answer") as told:
        build.begin(location)
    assert "secret" not in str(told.value)
    with pytest.raises(StoreError, match="does not answer"):
        versions.current_version(location)
