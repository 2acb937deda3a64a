"""A store of a few hand-written escalations, for reads whose answer can be counted on fingers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pyarrow as pa

from queries.measure import Reader, open_reader
from queries.scope import open_scope
from store.facts import open_facts
from store.location import Location
from store.schema import fact, source_columns

UTC_SETTINGS = """
default_calendar = "always"
[organisation]
name = "Test"
time_zone = "UTC"
[severities.high]
first_response_hours = 2
resolution_hours = 24
[partners.Legal]
agreed_hours = 48
[partners.Policy]
agreed_hours = 24
[calendars.always]
time_zone = "UTC"
workdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
opens = "00:00"
closes = "24:00"
"""


def at(day: int, hour: float = 0) -> dt.datetime:
    """A moment in November 2026; days may run past the month's ends."""
    return dt.datetime(2026, 11, 1) + dt.timedelta(days=day - 1, hours=hour)


def open_small(
    build_store: Callable[..., Location],
    escalations: Iterable[Mapping[str, Any]],
    through: dt.datetime,
    events: Iterable[Mapping[str, Any]] = (),
) -> Reader:
    """A reader of a store that holds just these cases, known up to `through`."""
    cases = [{"cycle": 1, **case} for case in escalations]
    numbered = [{"cycle": 1, "position": place, **event} for place, event in enumerate(events)]
    tables = {
        "escalations": rows_of("escalations", cases),
        "supplied_through": pa.table(
            {
                "table_name": ["escalations"],
                "first_at": pa.array([min(case["opened_at"] for case in cases)], pa.timestamp("us")),
                "through_at": pa.array([through], pa.timestamp("us")),
            }
        ),
    }
    if numbered:
        tables["escalation_events"] = rows_of("escalation_events", numbered)
    return open_reader(open_facts(build_store(tables, UTC_SETTINGS)), open_scope())


def rows_of(table: str, rows: list[dict[str, Any]]) -> pa.Table:
    """Rows as an Arrow table of the columns they name, typed as the table is."""
    names = sorted({name for row in rows for name in row})
    kinds = {column.name: str(column.type) for column in source_columns(fact(table))}
    arrow = {
        "VARCHAR": pa.string(),
        "DATETIME": pa.timestamp("us"),
        "INTEGER": pa.int32(),
        "DATE": pa.date32(),
        "BOOLEAN": pa.bool_(),
        "DOUBLE": pa.float64(),
    }
    return pa.table({name: pa.array([row.get(name) for row in rows], arrow[kinds[name]]) for name in names})
