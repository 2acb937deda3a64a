"""What a picked row must hold before it may load, and why a row was refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
from sqlalchemy import String

from store.importing.casting import Reader
from store.importing.mapping import Block
from store.importing.rules import ColumnRule
from store.importing.sql import among, text_literal


@dataclass(frozen=True)
class InOrder:
    """`later` must not lie before `earlier`; equal moments (a zero duration) are fine."""

    table: str
    earlier: str
    later: str


@dataclass(frozen=True)
class InRange:
    """A number must lie between `lowest` and `highest`, both included."""

    table: str
    column: str
    lowest: float
    highest: float


@dataclass(frozen=True)
class NotZero:
    """A number that may be missing but not 0; below 0 is refused already."""

    table: str
    column: str
    reason: str


ORDERS = (
    InOrder("escalations", "opened_at", "resolved_at"),
    InOrder("escalations", "opened_at", "first_response_at"),
    InOrder("escalations", "opened_at", "solution_at"),
    InOrder("escalation_events", "starts_at", "ends_at"),
    InOrder("investigations", "opened_at", "closed_at"),
    InOrder("enforcements", "enforced_at", "reversed_at"),
    InOrder("appeals", "submitted_at", "decided_at"),
    InOrder("reviews", "selected_at", "reviewed_at"),
    InOrder("surveys", "sent_at", "answered_at"),
    InOrder("sellers", "joined_at", "closed_at"),
    InOrder("seller_history", "valid_from", "valid_to"),
    InOrder("specialist_history", "valid_from", "valid_to"),
    InOrder("specialists", "hired_on", "left_on"),
    InOrder("planned_leave", "starts_on", "ends_on"),
    InOrder("requisitions", "opened_on", "filled_on"),
    InOrder("specialist_skills", "qualified_on", "expires_on"),
)
RANGES = (
    InRange("escalations", "cycle", 1, 2**31 - 1),
    InRange("escalation_events", "cycle", 1, 2**31 - 1),
    InRange("enforcements", "risk_score", 0, 1),
    InRange("surveys", "score", 1, 5),
    InRange("specialist_history", "fte", 0, 1),
    InRange("training_outcomes", "score", 0, 100),
    *(
        InRange("work_days", f"{kind}_hours", 0, 24)
        for kind in ("paid", "overtime", "leave", "training", "meeting", "case")
    ),
)
NOT_ZERO = (
    NotZero(
        "reviews",
        "weight",
        "is no weight, for what is drawn at random stands for at least itself; "
        'mend it in the source; if 0 says that there is none, write null = "0" in reviews.weight',
    ),
    NotZero(
        "standard_times",
        "minutes",
        "is no standard time: work that takes no time would need nobody; "
        "write the minutes, or leave the row out to have them estimated from work_items",
    ),
)

HAPPENED = {
    "escalations": ("opened_at", "first_response_at", "resolved_at", "solution_at", "blocked_since"),
    "escalation_events": ("starts_at",),
    "investigations": ("opened_at", "closed_at"),
    "enforcements": ("enforced_at", "reversed_at"),
    "appeals": ("submitted_at", "decided_at"),
    "reviews": ("selected_at", "reviewed_at"),
    "surveys": ("sent_at", "answered_at"),
}
"""Moments of things that have happened: a mistyped year would say the source is complete until then."""


@dataclass(frozen=True)
class Check:
    """One reason to refuse a row: the target column, SQL that is true for a bad row, SQL of the reason."""

    column: str
    bad: str
    reason: str


def refuse_bad_rows(connection: duckdb.DuckDBPyConnection, block: Block, reader: Reader, number: int) -> None:
    """Add to `faults` every way a row of `picked` breaks the contract of its table."""
    places = {name: place for place, name in enumerate(block.columns)}
    checks = list(_checks(block, reader))
    counted = ", ".join(f"count(case when {check.bad} then 1 end)" for check in checks)
    found = connection.execute(f"select {counted} from picked").fetchone()
    assert found is not None
    for check in (check for check, count in zip(checks, found, strict=True) if count):
        shown = f"coalesce(t_{check.column}, v_{check.column}::varchar)"
        name = source_name(check.column, block.columns[check.column])
        connection.execute(
            f"insert into faults select {number}, seq, {places[check.column]}, {text_literal(name)}, "
            f"{shown}, {check.reason} from picked where {check.bad}"
        )


def settle_repeated_keys(connection: duckdb.DuckDBPyConnection, block: Block, number: int) -> None:
    """Settle rows of `picked` that share a key; afterwards the view `loadable` holds one row per key.

    Within a file exact repeats fold into the first and others are refused; between files the later file
    wins, as if the files had been imported one after the other. `repeats` holds the rows folded here.
    """
    key = ", ".join(f"v_{name}" for name in block.key)
    readable = f"seq not in (select seq from faults where block = {number})"
    connection.execute("create or replace temp table repeats (seq bigint)")
    if connection.execute(f"select 1 from picked group by {key} having count(*) > 1 limit 1").fetchone():
        _find_repeats(connection, block, number, key, readable)
    connection.execute(
        f"create or replace temp view loadable as select * from picked where {readable} "
        "and seq not in (select seq from repeats)"
    )


def _find_repeats(
    connection: duckdb.DuckDBPyConnection, block: Block, number: int, key: str, readable: str
) -> None:
    values = ", ".join(f"v_{name}" for name in block.columns)
    of_file = f"over (partition by file_no, {key} order by seq)"
    connection.execute(
        "create or replace temp table keyed as "
        f"select p.*, file_no, first_value(line) {of_file} as first_line, "
        f"first_value(seq) {of_file} as first_seq, "
        f"row({values}) is not distinct from first_value(row({values})) {of_file} as same, "
        f"row_number() over (partition by {key} order by file_no desc, seq) as rank "
        f"from picked p join staged using (seq) where {readable}"
    )
    cure = text_literal(
        ' with other values; remove one of the two, or let the mapping choose with pick = "last"'
    )
    name = block.key[0]
    shown = text_literal(source_name(name, block.columns[name]))
    connection.execute(
        f"insert into faults select {number}, seq, 0, {shown}, v_{name}::varchar, "
        f"'repeats the key (' || concat_ws(', ', {key}) || ') of line ' || first_line || {cure} "
        "from keyed where seq <> first_seq and not same"
    )
    connection.execute(
        "insert into repeats select seq from keyed where rank > 1 and (seq = first_seq or same)"
    )


def source_name(target: str, rule: ColumnRule) -> str:
    """What a person finds in the file: the source's column and rows, or the target where nothing is read."""
    name = " / ".join(rule.source) or target
    return f"{name} where {rule.condition}" if rule.looks_up else name


def _checks(block: Block, reader: Reader) -> Iterator[Check]:
    for name, rule in block.columns.items():
        column, place = block.column(name), f"{block.table.name}.{name}"
        text, value = f"t_{name}", f"v_{name}"
        missing = f"{text} is null and {value} is null"
        if rule.source and not rule.aggregate and not isinstance(column.type, String):
            yield Check(
                name, f"{text} is not null and {value} is null", reader.unreadable(place, column, rule, text)
            )
        if column.info["required"] or name in block.key:
            yield Check(
                name,
                missing,
                text_literal(
                    f"is empty, and {place} is required; fill it in the source or give it a default"
                ),
            )
        if column.info["values"]:
            yield Check(
                name,
                f"not {among(value, column.info['values'])}",
                text_literal(f"is not one of {', '.join(column.info['values'])}; add it to map of {place}"),
            )
        if column.info["positive"]:
            yield Check(
                name,
                f"{value} < 0",
                text_literal(f"is below zero, which {place} cannot be; mend it in the source"),
            )
        if isinstance(column.type, String):
            yield Check(
                name,
                f"contains({value}, chr(0))",
                text_literal("holds a NUL character; remove it in the source"),
            )
        if name in block.key and isinstance(column.type, String):
            yield Check(
                name,
                f"regexp_matches({value}, '[\\r\\n]')",
                text_literal(
                    "holds a line break; a quote in this row or an earlier one is probably not closed"
                ),
            )
    yield from _table_checks(block)


def _table_checks(block: Block) -> Iterator[Check]:
    for order in ORDERS:
        if order.table == block.table.name and {order.earlier, order.later} <= set(block.columns):
            earlier = source_name(order.earlier, block.columns[order.earlier])
            rules = (block.columns[order.earlier], block.columns[order.later])
            same = "case" if any(rule.looks_up for rule in rules) else "row"
            reason = f"lies before {earlier!r} of the same {same}; mend one of the two in the source"
            yield Check(order.later, f"v_{order.later} < v_{order.earlier}", text_literal(reason))
    for name in HAPPENED.get(block.table.name, ()):
        if name in block.columns:
            # A day of grace: clocks differ, and a source may write a zone its mapping does not name.
            bad = f"v_{name} > (now() at time zone 'UTC') + interval 1 day"
            yield Check(name, bad, text_literal("lies in the future; mend the year in the source"))
    for none in NOT_ZERO:
        if none.table == block.table.name and none.column in block.columns:
            yield Check(none.column, f"v_{none.column} = 0", text_literal(none.reason))
    for limits in RANGES:
        if limits.table == block.table.name and limits.column in block.columns:
            span = (
                f"{limits.lowest:g} to {limits.highest:g}"
                if limits.highest < 2**31 - 1
                else f"{limits.lowest:g} or more"
            )
            yield Check(
                limits.column,
                f"v_{limits.column} not between {limits.lowest} and {limits.highest}",
                text_literal(f"is not within {span}; mend it in the source"),
            )
