"""The copy of an empty version that tests build upon is the one the product makes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from store.derive.workbench import create_final
from tests.conftest import copied_empty

LISTED = {
    "duckdb_tables() where database_name = 'final'": "table_name, comment, column_count",
    "duckdb_columns() where database_name = 'final' and not internal": (
        "table_name, column_index, column_name, data_type, is_nullable, column_default, comment"
    ),
    "duckdb_indexes() where database_name = 'final'": "table_name, index_name",
    "duckdb_constraints() where database_name = 'final'": "table_name, constraint_text",
    "duckdb_views() where database_name = 'final' and not internal": "view_name",
}


def test_a_copied_empty_version_has_the_tables_columns_and_comments_of_one_made(tmp_path: Path) -> None:
    found, made = listed(copied_empty(tmp_path / "template.duckdb")), listed(create_final)
    assert found == made
    tables, columns, *_ = made.values()
    assert len(tables) > 30 and len(columns) > 400
    assert all(comment for *_, comment in columns)


def listed(create: Callable[[duckdb.DuckDBPyConnection], None]) -> dict[str, list[tuple[object, ...]]]:
    """What the catalog says of a database `final` that `create` has filled."""
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as final")
        create(connection)
        return {
            listing: connection.execute(f"select {names} from {listing} order by all").fetchall()
            for listing, names in LISTED.items()
        }
