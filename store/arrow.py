"""Results as Arrow tables with the same types on every engine."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pyarrow as pa
from sqlalchemy import Boolean, Connection, Date, DateTime, Executable, Float, Integer, Numeric, String
from sqlalchemy.types import TypeEngine

_MOMENT = pa.timestamp("us")
_BATCH_ROWS = 16_384
"""Rows DuckDB sets memory aside for at a time; its own million takes 8 MB a column, for ten rows as well."""


def to_arrow(
    connection: Connection, statement: Executable, parameters: dict[str, Any] | None = None
) -> pa.Table:
    """Execute and return the rows as bool, int64, double, string, date32 or timestamp[us] columns."""
    result = connection.execute(statement, parameters)
    cursor: Any = result.cursor
    if connection.dialect.name == "duckdb":
        table = cursor.to_arrow_table(_BATCH_ROWS)
        result.close()
        wanted = _common_schema(table.schema)
        return table if wanted is None else table.cast(wanted)
    kinds = [entry[3] for entry in result.context.compiled._result_columns]  # type: ignore[union-attr]
    names = list(result.keys())
    rows = cursor.fetchall()
    result.close()
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in names]
    return pa.table([_column(values, kind) for values, kind in zip(columns, kinds, strict=True)], names=names)


@lru_cache(maxsize=512)
def _common_schema(schema: pa.Schema) -> pa.Schema | None:
    """The schema to cast to, None where it is already common."""
    fields = [field.with_type(_common_type(field.type)) for field in schema]
    common = pa.schema(fields)
    return None if common.equals(schema) else common


def _common_type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_integer(kind) or (pa.types.is_decimal(kind) and kind.scale == 0):
        return pa.int64()
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return pa.float64()
    if pa.types.is_timestamp(kind):
        return _MOMENT
    if pa.types.is_null(kind) or pa.types.is_large_string(kind):
        return pa.string()
    return kind


_TYPES: tuple[tuple[type[TypeEngine[Any]], pa.DataType], ...] = (
    (Boolean, pa.bool_()),
    (Integer, pa.int64()),
    (Float, pa.float64()),
    (Numeric, pa.float64()),
    (DateTime, _MOMENT),
    (Date, pa.date32()),
    (String, pa.string()),
)


def _column(values: tuple[Any, ...], kind: TypeEngine[Any]) -> pa.Array:
    """One column from Python values; a decimal becomes what the statement's type says."""
    for known, wanted in _TYPES:
        if isinstance(kind, known):
            if wanted == pa.int64():
                return pa.array([None if value is None else int(value) for value in values], wanted)
            if wanted == pa.float64():
                return pa.array([None if value is None else float(value) for value in values], wanted)
            return pa.array(values, wanted)
    found = pa.array(values)
    return found.cast(_common_type(found.type))
