"""The refused rows of an import: gathered, judged against what is allowed, and written to quarantine."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from store.importing.faults import ImportFault, TooManyBadRows
from store.importing.mapping import Block
from store.importing.raw_rows import raw_rows
from store.importing.sql import text_literal
from store.importing.staging import Staged

DEFAULT_ROWS = 5
DEFAULT_SHARE = 0.001
_SHOWN = 10
_QUARANTINE = pa.schema(
    [
        ("batch_id", pa.string()),
        ("source", pa.string()),
        ("file", pa.string()),
        ("line", pa.int64()),
        ("column_name", pa.string()),
        ("value", pa.string()),
        ("reason", pa.string()),
        ("raw", pa.string()),
    ]
)


class BadLimit(ImportFault):
    """The text given as --max-bad is neither a number of rows nor a share."""

    exit_code = 2


@dataclass(frozen=True)
class Allowance:
    """How many bad rows an import may have: `rows`, or `share` of the rows read, whichever is larger."""

    rows: int
    share: float
    stated: bool = True

    @classmethod
    def parse(cls, text: str | None) -> Allowance:
        """None: 0.1 % or 5 rows, whichever is larger. "12": 12 rows. "0.5%": that share.

        Raises BadLimit for anything else.
        """
        if text is None:
            return cls(DEFAULT_ROWS, DEFAULT_SHARE, stated=False)
        found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(%?)\s*", text)
        if not found or (not found[2] and "." in found[1]) or (found[2] and float(found[1]) > 100):
            raise BadLimit(
                f"--max-bad {text!r} is no limit; write a number of rows like 20 or a share like 0.5%"
            )
        return cls(0, float(found[1]) / 100) if found[2] else cls(int(found[1]), 0.0)

    def limit(self, read: int) -> int:
        """The number of bad rows allowed among `read`."""
        return max(self.rows, int(self.share * read + 1e-9))

    def __str__(self) -> str:
        if not self.stated:
            return f"{100 * DEFAULT_SHARE:g} % or {DEFAULT_ROWS} rows, whichever is larger"
        return f"{100 * self.share:g} % of the rows" if self.share else f"{self.rows} rows"


def prepare_faults(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `faults` with the rows that could not be split; they count to the first block of the mapping."""
    connection.execute(
        "create or replace temp table faults (block integer, seq bigint, place integer, "
        "column_name varchar, value varchar, reason varchar)"
    )
    connection.execute(
        "insert into faults select 0, seq, -1, null, null, fault from staged where fault is not null"
    )


def write_quarantine(
    connection: duckdb.DuckDBPyConnection,
    staged: Staged,
    source: str,
    number: int,
    batch_ids: Sequence[str],
) -> None:
    """One quarantine row per refused row of a block: its first fault, the others named in the reason."""
    rows = connection.execute(
        "select file_no, line, span, list({'column_name': column_name, 'value': value, 'reason': reason} "
        f"order by place, reason), {_as_json(staged)} from faults join staged using (seq) "
        f"where block = {number} group by all order by file_no, line"
    ).fetchall()
    texts = _raw_texts(staged, {(file_no, line): span for file_no, line, span, _, _ in rows})
    records = [
        {
            "batch_id": batch_ids[file_no],
            "source": source,
            "file": staged.files[file_no].path.name,
            "line": line,
            "column_name": found[0]["column_name"],
            "value": found[0]["value"][:1000] if found[0]["value"] else None,
            "reason": "; also ".join([found[0]["reason"], *map(_other, found[1:])]),
            "raw": texts.get((file_no, line), as_json),
        }
        for file_no, line, _, found, as_json in rows
    ]
    if records:
        connection.register("refused", pa.Table.from_pylist(records, _QUARANTINE))
        connection.execute("insert into src.quarantine by name select * from refused")
        connection.unregister("refused")


def _as_json(staged: Staged) -> str:
    """SQL for the mapped columns of a row, for files that have no text."""
    pairs = ", ".join(f"{text_literal(name)}, {column}" for name, column in staged.columns.items())
    return f"json_object({pairs})::varchar"


def _raw_texts(staged: Staged, spans: dict[tuple[int, int], int]) -> dict[tuple[int, int], str]:
    texts: dict[tuple[int, int], str] = {}
    for file_no, (file, encoding) in enumerate(zip(staged.files, staged.encodings, strict=True)):
        wanted = {line: span for (place, line), span in spans.items() if place == file_no}
        if wanted and encoding:
            texts.update({(file_no, line): text for line, text in raw_rows(file, encoding, wanted)})
    return texts


def _other(fault: dict[str, str | None]) -> str:
    return f"{_column(fault['column_name'])}{_shown(fault['value'])}{fault['reason']}"


def judge(
    connection: duckdb.DuckDBPyConnection,
    staged: Staged,
    blocks: Sequence[Block],
    read: Sequence[int],
    allowance: Allowance,
) -> None:
    """Raise TooManyBadRows if any block has more bad rows than allowed.

    A row that could not be split counts with all the lines it spans, since a stray quote swallows rows.
    Unless a limit is stated, a block of which every row is bad is never allowed.
    """
    problems = []
    for number, block in enumerate(blocks):
        rows, lines = _bad_rows(connection, number), _bad_lines(connection, number)
        of = read[number] + lines - rows
        hopeless = not allowance.stated and rows and rows == read[number]
        if lines > allowance.limit(of) or hopeless:
            problems.append(_problem(connection, staged, block.table.name, number, lines, of, allowance))
    if problems:
        raise TooManyBadRows(
            "\n".join(problems)
            + "\nNothing was loaded. "
            + "Mend these rows at the source or the mapping, or allow more with --max-bad."
        )


def _bad_rows(connection: duckdb.DuckDBPyConnection, number: int) -> int:
    return _one(connection, f"select count(distinct seq) from faults where block = {number}")


def _bad_lines(connection: duckdb.DuckDBPyConnection, number: int) -> int:
    return _one(
        connection,
        "select coalesce(sum(case when fault is null then 1 else span end), 0) from staged "
        f"where seq in (select seq from faults where block = {number})",
    )


def _one(connection: duckdb.DuckDBPyConnection, statement: str) -> int:
    row = connection.execute(statement).fetchone()
    assert row is not None
    return int(row[0])


def _problem(
    connection: duckdb.DuckDBPyConnection,
    staged: Staged,
    table: str,
    number: int,
    bad: int,
    read: int,
    allowance: Allowance,
) -> str:
    names = ", ".join(file.path.name for file in staged.files)
    lines = [f"{names}: {bad:,} of {read:,} rows for {table} cannot be loaded; allowed are {allowance}."]
    reasons = connection.execute(
        f"select count(*), column_name, reason from faults where block = {number} group by 2, 3 "
        "order by 1 desc, 2, 3 limit 10"
    ).fetchall()
    lines += [f"  {count:,} × {_column(column)}{reason}" for count, column, reason in reasons]
    first = connection.execute(
        "select file_no, line, column_name, value, reason from faults join staged using (seq) "
        f"where block = {number} order by seq, place limit {_SHOWN}"
    ).fetchall()
    lines.append("The first of them:")
    lines += [
        f"  {staged.files[file_no].path.name}: line {line}: {_column(column)}{_shown(value)}{reason}"
        for file_no, line, column, value, reason in first
    ]
    return "\n".join(lines)


def _column(name: str | None) -> str:
    return f"column {name!r}: " if name else ""


def _shown(value: str | None) -> str:
    if value is None:
        return ""
    return repr(value if len(value) <= 80 else value[:79] + "…") + " "
