"""The fact tables: one definition for import contract, templates, published tables and reads."""

from __future__ import annotations

from sqlalchemy import Column, Table

from store.schema import (
    blocks,
    bookkeeping,
    cover,
    episodes,
    kinds,
    numbers,
    pace,
    people,
    sellers,
    staff,
    weekly,
    work,
)
from store.schema.bookkeeping import SCHEMA_VERSION
from store.schema.columns import FACTS

__all__ = ["FACTS", "SCHEMA_VERSION", "fact", "source_columns", "source_tables"]

_ = (
    blocks,
    bookkeeping,
    cover,
    episodes,
    kinds,
    numbers,
    pace,
    people,
    sellers,
    staff,
    weekly,
    work,
)  # importing them registers their tables


def fact(name: str) -> Table:
    """The table called `name`; KeyError with the known names otherwise."""
    try:
        return FACTS.tables[name]
    except KeyError:
        raise KeyError(f"no fact table {name!r}; known: {', '.join(sorted(FACTS.tables))}") from None


def source_columns(table: Table) -> list[Column[object]]:
    """The columns an import supplies, in table order."""
    return [column for column in table.columns if not column.info["derived"]]


def source_tables() -> list[Table]:
    """The tables an import may fill."""
    bookkeeping_tables = {
        "store_info",
        "batches",
        "quarantine",
        "contradictions",
        "loaded_days",
        "supplied_columns",
        "data_through",
        "distinct_values",
        "partner_waits",
        "case_flow",
        *blocks.DERIVED_TABLES,
        *episodes.DERIVED_TABLES,
        *staff.DERIVED_TABLES,
        *pace.DERIVED_TABLES,
        *cover.DERIVED_TABLES,
        *kinds.DERIVED_TABLES,
        *weekly.DERIVED_TABLES,
        *numbers.DERIVED_TABLES,
    }
    return [table for table in FACTS.sorted_tables if table.name not in bookkeeping_tables]
