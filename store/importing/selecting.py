"""Select the rows of one block: which belong to it, which change something, what their neighbours hold."""

from __future__ import annotations

import duckdb

from store.importing.casting import Reader
from store.importing.mapping import Block
from store.importing.sql import among
from store.importing.staging import Staged


def select_rows(connection: duckdb.DuckDBPyConnection, staged: Staged, block: Block, reader: Reader) -> None:
    """Fill `selected` with the rows the block's `where` chooses.

    Columns: seq, kept (false: on_change passes it over), ordinal (place among the case's rows) and, for next
    and previous values, x_<column> (text of the neighbour) and o_<column> (the row's own text). Neighbours
    are looked for among all rows of a case, so an interval ends at the next row even where `where` leaves
    that one out.
    """
    chosen = f"fault is null and {_where(staged, block, reader)}"
    if not _needs_order(block):
        connection.execute(
            f"create or replace temp table selected as select seq, true as kept, 0 as ordinal from staged where {chosen}"
        )
        return
    order_cases(connection, staged, block, reader)
    kept = "true"
    windowed = "staged join ordered using (seq)"
    if block.rule.on_change:
        _find_changes(connection, staged, block, reader)
        windowed += " semi join changes using (seq)"
        firsts = "" if block.rule.on_change.first else " where not is_first"
        kept = f"seq in (select seq from changes{firsts})"
    names, neighbours = _neighbours(staged, block, reader)
    connection.execute(
        f"create or replace temp table selected as select seq, {kept} as kept, ordinal{names} "
        f"from staged join ordered using (seq) left join (select seq{neighbours} from {windowed}) using (seq) "
        f"where {chosen}"
    )


def order_cases(connection: duckdb.DuckDBPyConnection, staged: Staged, block: Block, reader: Reader) -> None:
    """Fill `ordered` with seq, case_no and ordinal of every row; a row without a case is its own case."""
    known = [reader.known(staged.column(name)) for name in block.rule.case]
    caseless = " or ".join(f"{text} is null" for text in known)
    connection.execute(
        "create or replace temp table ordered as select seq, case_no, "
        "row_number() over (partition by case_no order by seq) as ordinal from ("
        f"select seq, case when {caseless} then -1 - seq else min(seq) over (partition by {', '.join(known)}) end "
        "as case_no from staged where fault is null)"
    )


def _needs_order(block: Block) -> bool:
    rules = block.columns.values()
    return bool(block.rule.on_change) or any(rule.ordinal or rule.next or rule.previous for rule in rules)


def _where(staged: Staged, block: Block, reader: Reader) -> str:
    parts = []
    for conditions, wanted in ((block.rule.where, True), (block.rule.where_not, False)):
        for name, words in conditions.items():
            known = f"coalesce({reader.known(staged.column(name))}, '')"
            parts.append(f"{'' if wanted else 'not '}{among(known, words)}")
    return " and ".join(parts) or "true"


def _find_changes(
    connection: duckdb.DuckDBPyConnection, staged: Staged, block: Block, reader: Reader
) -> None:
    """Fill `changes` with the rows where a column holds another value than the last known one before."""
    assert block.rule.on_change is not None
    parts = []
    for name in block.rule.on_change.columns:
        value = reader.known(staged.column(name))
        parts.append(
            "select seq, before is null as is_first from ("
            f"select seq, {value} as value, lag({value}) over (partition by case_no order by seq) as before "
            f"from staged join ordered using (seq) where {value} is not null) where value is distinct from before"
        )
    connection.execute(
        "create or replace temp table changes as select seq, bool_and(is_first) as is_first from ("
        f"{' union all '.join(parts)}) group by seq"
    )


def _neighbours(staged: Staged, block: Block, reader: Reader) -> tuple[str, str]:
    names, parts = [""], [""]
    for name, rule in block.columns.items():
        if rule.next or rule.previous:
            own = reader.text(rule, staged.columns_of(rule))
            look = "lead" if rule.next else "lag"
            names += [f"x_{name}", f"o_{name}"]
            parts += [
                f"{look}({own}) over (partition by case_no order by seq) as x_{name}",
                f"{own} as o_{name}",
            ]
    return ", ".join(names), ", ".join(parts)
