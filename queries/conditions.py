"""Filters as SQL conditions, the same for a sum and for the list of its cases."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, or_, true

from queries.directory import Directory
from queries.filters import NONE_VALUE, Filters
from queries.model import Metric
from queries.tallies import Tally
from store.schema import fact

COLUMN_OF = {"member": "specialist_id", "org": "team", "appeal_reason": "reason", "error_type": "audit_error"}
"""Dimensions stored under another column name; every other dimension is its own column."""
OF_APPEALS = {"reason": False, "appeal_reason": True}
"""Why a case was escalated and why an appeal was decided are two lists of words under one column name."""


def column_name(dimension: str) -> str:
    """The column a dimension is stored in."""
    return COLUMN_OF.get(dimension, dimension)


def knows(table_name: str, column: str) -> bool:
    """Whether the table has a column of that name."""
    return column in fact(table_name).c


def unknown_to(table_name: str, dimensions: Iterable[str]) -> tuple[str, ...]:
    """Those dimensions the table does not have, in the order given."""
    columns = fact(table_name).c
    return tuple(
        dimension
        for dimension in dimensions
        if column_name(dimension) not in columns
        or OF_APPEALS.get(dimension, table_name == "appeals") != (table_name == "appeals")
    )


def refused_by(metric: Metric, dimensions: Iterable[str]) -> tuple[str, ...]:
    """Those dimensions that some component of the metric cannot obey, in the order given."""
    asked = tuple(dimensions)
    unknown = {
        dimension
        for component in metric.components
        for dimension in unknown_to(component.fact, asked)
        if not (isinstance(component, Tally) and dimension in component.of_all)
    }
    return tuple(dimension for dimension in asked if dimension in unknown)


def matches(table: FromClause, filters: Filters, directory: Directory) -> ColumnElement[bool]:
    """Rows of `table` that every filter lets through; the table must know all of its dimensions."""
    conditions: list[ColumnElement[bool]] = [true()]
    for dimension, values in filters.chosen:
        column = table.c[column_name(dimension)]
        if dimension == "org":
            conditions.append(column.in_(directory.teams_below(values)))
            continue
        conditions.append(one_of(column, [None if value == NONE_VALUE else value for value in values]))
    return and_(*conditions)


def one_of(column: ColumnElement[Any], values: Collection[str | None]) -> ColumnElement[bool]:
    """Whether a column holds one of some values, of which one may be none."""
    named = [value for value in values if value is not None]
    either: list[ColumnElement[bool]] = [column.in_(named)] if named else []
    if None in values:
        either.append(column.is_(None))
    return or_(*either)
