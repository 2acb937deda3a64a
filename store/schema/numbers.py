"""Where rows stand by the numbers in them: one case of ten million is found without reading them all."""

from __future__ import annotations

from typing import NamedTuple

from store.schema.columns import day, fact_table, text

SHAPED = ("escalations", "appeals", "enforcements", "investigations")
"""Tables whose own numbers are searched by words."""


class Numbered(NamedTuple):
    """A column of numbers, and the business date or moment its table is ordered by."""

    table: str
    column: str
    ordered_by: str


NUMBERED = (
    Numbered("appeals", "appeal_id", "decided_month"),
    Numbered("appeals", "enforcement_id", "decided_month"),
    Numbered("enforcements", "enforcement_id", "enforced_month"),
    Numbered("escalations", "escalation_id", "opened_month"),
    Numbered("escalations", "enforcement_id", "opened_month"),
    Numbered("investigations", "investigation_id", "opened_on"),
    Numbered("reviews", "subject_id", "selected_at"),
    Numbered("surveys", "case_id", "sent_on"),
)

CASE_NUMBERS = fact_table(
    "case_numbers",
    "on which days rows with a number stand in the order of their table (derived)",
    ("table_name", "column_name", "number", "on_day"),
    ("table_name", "column_name", "number"),
    text("table_name", "table", required=True, derived=True),
    text("column_name", "its column of numbers", required=True, derived=True),
    text("number", "the number", required=True, derived=True),
    day("on_day", "date in the column the table is ordered by; null: none there", derived=True),
)

NUMBER_SHAPES = fact_table(
    "number_shapes",
    "how the numbers of cases are written, each digit as 0; no row for a table with many ways (derived)",
    ("table_name", "shape"),
    ("table_name", "shape"),
    text("table_name", "table", required=True, derived=True),
    text("shape", "a number with each digit as 0", required=True, derived=True),
)

DERIVED_TABLES = ("case_numbers", "number_shapes")
