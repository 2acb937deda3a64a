"""Put the rows of all files, as text, into one temporary table that the next steps read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from store.importing.mapping import Mapping
from store.importing.parquet_files import Native, parquet_layout, read_batches
from store.importing.rules import ColumnRule
from store.importing.sources import SourceFile
from store.importing.sql import text_literal
from store.importing.text_files import TextLayout, detect_layout, read_rows
from store.progress import Progress, silent


@dataclass(frozen=True)
class Staged:
    """The temporary table `staged`: one row per row read.

    Columns: file_no (place in `files`), line (first line of the row; its number for Parquet), span (lines it
    takes), raw, fault (why it could not be split) and c0, c1, … (the source's columns as text).
    """

    files: tuple[SourceFile, ...]
    columns: dict[str, str]
    natives: dict[str, Native]
    notices: tuple[str, ...]
    rows: tuple[int, ...]

    def column(self, source_column: str) -> str:
        """The staged column that holds a source column; a plain identifier, never the source's own name."""
        return self.columns[source_column]

    def columns_of(self, rule: ColumnRule) -> list[str]:
        """The staged columns a rule takes its text from."""
        return [self.columns[name] for name in rule.source]


def stage(
    connection: duckdb.DuckDBPyConnection,
    files: Sequence[SourceFile],
    mapping: Mapping,
    progress: Progress = silent,
) -> Staged:
    """Fill `staged` from the files. Raises InputError when one cannot be read or changes meanwhile."""
    wanted = mapping.source_columns
    columns = {name: f"c{number}" for number, name in enumerate(wanted)}
    listed = "".join(f", {name} varchar" for name in columns.values())
    connection.execute(
        "create or replace temp table staged "
        f"(file_no integer, line bigint, span bigint, raw varchar, fault varchar{listed})"
    )
    notices: list[str] = []
    natives: dict[str, Native] = {}
    counts: list[int] = []
    for file_no, file in enumerate(files):
        progress(f"reading {file.path.name}", file_no / len(files))
        rows = 0
        if file.kind == "parquet":
            layout = parquet_layout(file, wanted)
            natives = _agreed(natives, dict(zip(wanted, layout.natives, strict=True)))
            tables = _parquet_tables(file_no, read_batches(file, layout), columns)
        else:
            text_layout, found = detect_layout(
                file, wanted, mapping.source.encoding, mapping.source.delimiter
            )
            notices += found
            tables = _text_tables(file_no, file, text_layout, columns)
        for table in tables:
            connection.register("chunk", table)
            connection.execute("insert into staged select * from chunk")
            connection.unregister("chunk")
            rows += table.num_rows
        file.assert_unchanged()
        if not rows:
            notices.append(f"{file.path.name}: has a header and no rows")
        counts.append(rows)
    return Staged(tuple(files), columns, natives, tuple(notices), tuple(counts))


def raw_text(staged: Staged) -> str:
    """SQL for the row as read: its own text, or its columns as JSON where the file has no text."""
    pairs = ", ".join(f"{text_literal(name)}, {column}" for name, column in staged.columns.items())
    return f"coalesce(raw, json_object({pairs})::varchar)"


def _agreed(earlier: dict[str, Native], now: dict[str, Native]) -> dict[str, Native]:
    """One kind per column over all files: text where they differ."""
    return {name: kind if earlier.get(name, kind) == kind else "text" for name, kind in now.items()}


def _text_tables(
    file_no: int, file: SourceFile, layout: TextLayout, columns: dict[str, str]
) -> Iterator[pa.Table]:
    for chunk in read_rows(file, layout):
        yield _table(
            file_no,
            pa.array(chunk.lines, pa.int64()),
            pa.array(chunk.spans, pa.int64()),
            pa.array(chunk.raws, pa.string()),
            pa.array(chunk.faults, pa.string()),
            {name: pa.array(values, pa.string()) for name, values in zip(columns.values(), chunk.values, strict=True)},
        )


def _parquet_tables(
    file_no: int, batches: Iterator[list[pa.Array]], columns: dict[str, str]
) -> Iterator[pa.Table]:
    read = 0
    for arrays in batches:
        rows = len(arrays[0])
        yield _table(
            file_no,
            pa.array(range(read + 1, read + rows + 1), pa.int64()),
            pa.array([1] * rows, pa.int64()),
            pa.nulls(rows, pa.string()),
            pa.nulls(rows, pa.string()),
            dict(zip(columns.values(), arrays, strict=True)),
        )
        read += rows


def _table(
    file_no: int, lines: pa.Array, spans: pa.Array, raws: pa.Array, faults: pa.Array, values: dict[str, pa.Array]
) -> pa.Table:
    return pa.table(
        {
            "file_no": pa.array([file_no] * len(lines), pa.int32()),
            "line": lines,
            "span": spans,
            "raw": raws,
            "fault": faults,
            **values,
        }
    )
