"""Pick the row that stands for each case, aggregate over the case, and read the texts as typed values."""

from __future__ import annotations

import duckdb

from store.importing.casting import Reader
from store.importing.mapping import Block
from store.importing.rules import ColumnRule, Extreme
from store.importing.sql import text_literal
from store.importing.staging import Staged
from store.importing.values import native_of, text_of, value_of


def pick_rows(
    connection: duckdb.DuckDBPyConnection, staged: Staged, block: Block, reader: Reader, number: int
) -> None:
    """Fill `picked` with the row that stands for each case, and typed values.

    Columns: seq, t_<column> (text), v_<column> (value of the column's type). Aggregates run over the case's
    rows; a row whose aggregated or ordering value cannot be read goes to `faults` before.
    """
    aggregates = _refuse_unreadable(connection, staged, block, reader, number)
    rows = "selected join staged using (seq)"
    if aggregates:
        _aggregate(connection, staged, block, reader, number, aggregates)
        rows += " left join totals using (seq)"
    texts = ", ".join(
        f"{text_of(staged, reader, name, rule)} as t_{name}" for name, rule in block.columns.items()
    )
    values = ", ".join(
        f"{value_of(staged, reader, block.column(name), rule)} as v_{name}"
        for name, rule in block.columns.items()
    )
    names = ", ".join(f"t_{name}" for name in block.columns)
    connection.execute(
        f"create or replace temp table picked as select seq, {names}, {values} from ("
        f"select *, {texts} from {rows} where {_readable(number)}{_stands(block, staged, reader, number)})"
    )


def _readable(number: int) -> str:
    """SQL condition for the kept rows that are not refused so far."""
    return f"kept and seq not in (select seq from faults where block = {number})"


def _stands(block: Block, staged: Staged, reader: Reader, number: int) -> str:
    """SQL condition for the row that stands for its case; rows without a case stand for themselves."""
    pick = block.rule.pick
    if pick == "every":
        return ""
    known = [reader.known(staged.column(name)) for name in block.rule.case]
    if isinstance(pick, Extreme):
        value = _extreme(pick, staged, reader)
        best = f"arg_max(seq, row({value}, seq))" if pick.largest else f"arg_min(seq, row({value}, -seq))"
        stands = f"coalesce({best} filter ({value} is not null), max(seq))"
    else:
        stands = "min(seq)" if pick == "first" else "max(seq)"
    caseless = " or ".join(f"{text} is null" for text in known)
    return (
        f" and ({caseless} or seq in (select {stands} from selected join staged using (seq) "
        f"where {_readable(number)} group by {', '.join(known)}))"
    )


def _extreme(pick: Extreme, staged: Staged, reader: Reader) -> str:
    text = reader.known(staged.column(pick.column))
    native = staged.natives.get(pick.column, "text")
    if pick.kind == "moment":
        return reader.moment(text, pick.format, native)
    return reader.number(text, ColumnRule(constant=0), native) if pick.kind == "number" else text


def _aggregate(
    connection: duckdb.DuckDBPyConnection,
    staged: Staged,
    block: Block,
    reader: Reader,
    number: int,
    aggregates: dict[str, str],
) -> None:
    """Fill `totals` with the aggregates of its case for every readable row."""
    known = ", ".join(reader.known(staged.column(name)) for name in block.rule.case)
    totals = ", ".join(f"{sql} over (partition by {known}) as a_{name}" for name, sql in aggregates.items())
    connection.execute(
        f"create or replace temp table totals as select seq, {totals} from selected join staged using (seq) "
        f"where {_readable(number)}"
    )


def _refuse_unreadable(
    connection: duckdb.DuckDBPyConnection, staged: Staged, block: Block, reader: Reader, number: int
) -> dict[str, str]:
    """Move rows with an unreadable aggregated or ordering value to `faults`; the aggregates as SQL."""
    aggregates: dict[str, str] = {}
    pick = block.rule.pick
    if isinstance(pick, Extreme):
        reason = f"cannot be read as {pick.kind} to pick by; mend it in the source or the format in pick"
        text = reader.known(staged.column(pick.column))
        _refuse(connection, number, pick.column, text, _extreme(pick, staged, reader), text_literal(reason))
    for name, rule in block.columns.items():
        if rule.aggregate is None:
            continue
        if rule.counts_rows:
            aggregates[name] = "count(*)"
            continue
        column = block.column(name)
        text = reader.text(rule, staged.columns_of(rule))
        value = reader.typed(text, column, rule, native_of(staged, rule))
        if rule.aggregate == "count":
            value = text
        why = reader.unreadable(f"{block.table.name}.{name}", column, rule, text)
        _refuse(connection, number, " / ".join(rule.source), text, value, why)
        sql = {"first": f"arg_min({value}, seq)", "last": f"arg_max({value}, seq)"}
        aggregates[name] = sql.get(rule.aggregate, f"{rule.aggregate}({value})")
    return aggregates


def _refuse(
    connection: duckdb.DuckDBPyConnection, number: int, column: str, text: str, value: str, reason: str
) -> None:
    connection.execute(
        f"insert into faults select {number}, seq, 0, {text_literal(column)}, {text}, {reason} "
        f"from selected join staged using (seq) where kept and {text} is not null and {value} is null"
    )
