"""Select the rows of one block: which belong to it, which change something, what their neighbours hold."""

from __future__ import annotations

import duckdb

from store.importing.casting import Reader
from store.importing.mapping import Block
from store.importing.sql import text_list
from store.importing.staging import Staged


def select_rows(connection: duckdb.DuckDBPyConnection, staged: Staged, block: Block, reader: Reader) -> None:
    """Fill `selected` with the rows the block's `where` chooses, in file order.

    Columns: file_no, line, kept (false: on_change passes it over), ordinal, the staged columns, x_<column>
    (text of a next or previous value) and o_<column> (the row's own text of it). Windows look at all rows of
    a case, so an interval ends at the next row even where `where` leaves that one out.
    """
    rule = block.rule
    case = case_of(staged, block, reader)
    order = f"(partition by {case} order by file_no, line)" if case else "(order by file_no, line)"
    ordered = bool(rule.on_change) or any(c.ordinal for c in block.columns.values())
    ordinal = f"row_number() over {order}" if ordered else "0"
    changes, first = _changes(staged, block, reader, order)
    connection.execute(
        f"create or replace temp table cased as select * exclude (raw, fault, span), {ordinal} as ordinal, "
        f"{changes} as changed, {first} as is_first, {_where(staged, block, reader)} as chosen "
        "from staged where fault is null"
    )
    windows = _neighbours(staged, block, reader, order)
    kept_first = "true" if rule.on_change is None or rule.on_change.first else "not is_first"
    connection.execute(
        "create or replace temp table selected as "
        f"select * exclude (changed, is_first, chosen), {kept_first} as kept from "
        f"(select *{windows} from cased where changed) where chosen "
        "union all by name select * exclude (changed, is_first, chosen), false as kept from cased "
        "where chosen and not changed"
    )
    connection.execute("drop table cased")


def case_of(staged: Staged, block: Block, reader: Reader) -> str:
    """SQL of the columns that tell which rows belong together; empty when the block names none."""
    return ", ".join(reader.known(staged.column(name)) for name in block.rule.case)


def _where(staged: Staged, block: Block, reader: Reader) -> str:
    parts = []
    for conditions, wanted in ((block.rule.where, True), (block.rule.where_not, False)):
        for name, words in conditions.items():
            known = f"coalesce({reader.known(staged.column(name))}, '')"
            parts.append(f"{'' if wanted else 'not '}list_contains({text_list(words)}, {known})")
    return " and ".join(parts) or "true"


def _changes(staged: Staged, block: Block, reader: Reader, order: str) -> tuple[str, str]:
    """Whether a row holds another known value than the last known one, and whether it is the first known."""
    if block.rule.on_change is None:
        return "true", "false"
    changed, first = [], []
    for name in block.rule.on_change.columns:
        value = reader.known(staged.column(name))
        before = f"lag({value} ignore nulls) over {order}"
        changed.append(f"({value} is not null and {value} is distinct from {before})")
        first.append(f"({before} is null)")
    return f"({' or '.join(changed)})", f"({' and '.join(first)})"


def _neighbours(staged: Staged, block: Block, reader: Reader, order: str) -> str:
    parts = []
    for name, rule in block.columns.items():
        if rule.next or rule.previous:
            own = reader.text(rule, staged.columns_of(rule))
            look = "lead" if rule.next else "lag"
            parts.append(f", {look}({own}) over {order} as x_{name}, {own} as o_{name}")
    return "".join(parts)
