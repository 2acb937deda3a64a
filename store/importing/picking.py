"""Pick the row that stands for each case, aggregate over the case, and read the texts as typed values."""

from __future__ import annotations

import duckdb

from store.importing.casting import Reader
from store.importing.mapping import Block
from store.importing.rules import ColumnRule, Extreme
from store.importing.selecting import case_of
from store.importing.sql import text_literal
from store.importing.staging import Staged
from store.importing.values import native_of, text_of, value_of


def pick_rows(
    connection: duckdb.DuckDBPyConnection, staged: Staged, block: Block, reader: Reader, number: int
) -> None:
    """Fill `picked` with the row that stands for each case, and typed values.

    Columns: file_no, line, t_<column> (text), v_<column> (value of the column's type). Aggregates run over
    the case's rows; a row whose aggregated or ordering value cannot be read goes to `faults` before.
    """
    aggregates = _refuse_unreadable(connection, staged, block, reader, number)
    case = case_of(staged, block, reader)
    over = f"over (partition by {case})" if case else ""
    totals = "".join(f", {expression} {over} as a_{name}" for name, expression in aggregates.items())
    texts = ", ".join(f"{text_of(staged, reader, name, rule)} as t_{name}" for name, rule in block.columns.items())
    values = ", ".join(
        f"{value_of(staged, reader, block.column(name), rule)} as v_{name}" for name, rule in block.columns.items()
    )
    names = ", ".join(f"t_{name}" for name in block.columns)
    connection.execute(
        "create or replace temp table picked as "
        f"select file_no, line, {names}, {values} from (select *, {texts} from "
        f"(select *{totals}, {_rank(block, reader, staged, case)} as rank from selected where kept and "
        f"(file_no, line) not in (select (file_no, line) from faults where block = {number})) where rank = 1)"
    )


def _rank(block: Block, reader: Reader, staged: Staged, case: str) -> str:
    """1 for the row that stands for its case; rows without a case stand for themselves."""
    pick = block.rule.pick
    if pick == "every":
        return "1"
    first, last = "file_no, line", "file_no desc, line desc"
    if isinstance(pick, Extreme):
        value = _extreme(pick, staged, reader)
        last = f"{value} {'desc' if pick.largest else 'asc'} nulls last, {last}"
    caseless = " or ".join(f"{reader.known(staged.column(name))} is null" for name in block.rule.case)
    order = first if pick == "first" else last
    return f"case when {caseless} then 1 else row_number() over (partition by {case} order by {order}) end"


def _extreme(pick: Extreme, staged: Staged, reader: Reader) -> str:
    text = reader.known(staged.column(pick.column))
    native = staged.natives.get(pick.column, "text")
    if pick.kind == "moment":
        return reader.moment(text, pick.format, native)
    return reader.number(text, ColumnRule(constant=0), native) if pick.kind == "number" else text


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
        why = reader.unreadable(f"{block.table.name}.{name}", column, rule, text)
        _refuse(connection, number, " / ".join(rule.source), text, value, why)
        position = "file_no * 1000000000000 + line"
        sql = {
            "first": f"arg_min({value}, {position})",
            "last": f"arg_max({value}, {position})",
            "count": f"count({value})",
        }
        aggregates[name] = sql.get(rule.aggregate, f"{rule.aggregate}({value})")
    return aggregates


def _refuse(
    connection: duckdb.DuckDBPyConnection, number: int, column: str, text: str, value: str, reason: str
) -> None:
    connection.execute(
        f"insert into faults select {number}, file_no, line, 0, {text_literal(column)}, {text}, {reason} "
        f"from selected where kept and {text} is not null and {value} is null"
    )
