"""A building in a temporary store, and imports into it from texts given in the test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from store.build import Building, begin
from store.importing.faulty_rows import Allowance
from store.importing.mapping import read_mapping
from store.importing.pipeline import Loaded, load_files
from store.importing.sources import find_sources
from store.location import Location
from store.progress import silent

Contents = str | bytes

CASES = """
[source]
name = "cases"
{source}
[tables.escalations]
{block}
[tables.escalations.columns]
escalation_id = "id"
cycle = {{ constant = 1 }}
opened_at = "opened"
{columns}
"""


def cases(columns: str = "", block: str = "", source: str = "") -> str:
    """A mapping of `id` and `opened` into escalations, with more lines where wanted."""
    return CASES.format(columns=columns, block=block, source=source)


@dataclass
class Desk:
    """Imports into one building and looks at what arrived."""

    connection: duckdb.DuckDBPyConnection
    folder: Path

    def load(
        self, mapping: str, *files: Contents, max_bad: str | None = "100%", suffix: str = ".csv"
    ) -> Loaded:
        """Import the texts as files file0, file1, … with the mapping."""
        paths = []
        for number, content in enumerate(files):
            path = self.folder / f"file{number}{suffix}"
            path.write_bytes(content.encode() if isinstance(content, str) else content)
            paths.append(path)
        return self.load_paths(mapping, paths, max_bad)

    def load_paths(self, mapping: str, paths: list[Path], max_bad: str | None = "100%") -> Loaded:
        """Import existing files with the mapping."""
        mapping_path = self.folder / "mapping.toml"
        mapping_path.write_text(mapping, encoding="utf-8")
        sources = find_sources(paths)
        return load_files(
            self.connection, read_mapping(mapping_path), sources, Allowance.parse(max_bad), silent
        )

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """All rows of a query."""
        return self.connection.execute(sql).fetchall()

    def refusals(self) -> list[tuple[object, ...]]:
        """Line, column, value and reason of the quarantine, in order."""
        return self.rows(
            "select line, column_name, value, reason from src.quarantine order by batch_id, line"
        )


@pytest.fixture(scope="module")
def building(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Building]:
    """A building that begins empty."""
    with begin(Location(directory=tmp_path_factory.mktemp("store")), empty=True) as begun:
        yield begun


@pytest.fixture
def desk(building: Building, tmp_path: Path) -> Desk:
    """The building, emptied."""
    folder = tmp_path / "files"
    folder.mkdir()
    tables = building.connection.execute(
        "select table_name from duckdb_tables() where database_name = 'src' and estimated_size > 0"
    ).fetchall()
    for (name,) in tables:
        building.connection.execute(f'delete from src."{name}"')
    return Desk(building.connection, folder)
