"""Source tables as Arrow, with exactly the columns and types the store's schema names."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import Boolean, Date, DateTime, Double, Integer, String

from sample_data.labels import Labels
from store.schema import fact, source_columns

ARROW_TYPES = {
    Boolean: pa.bool_(),
    Date: pa.date32(),
    DateTime: pa.timestamp("us"),
    Double: pa.float64(),
    Integer: pa.int32(),
    String: pa.string(),
}


@lru_cache(maxsize=64)
def source_schema(name: str) -> pa.Schema:
    """Arrow schema of a source table."""
    return pa.schema(
        [pa.field(column.name, ARROW_TYPES[type(column.type)]) for column in source_columns(fact(name))]
    )


def source_table(name: str, /, **supplied: Any) -> pa.Table:
    """A chunk of the source table `name`; columns are Labels, arrays or lists, those not supplied null.

    Raises KeyError for a column the schema does not have, ValueError when lengths differ.
    """
    schema = source_schema(name)
    unknown = set(supplied) - set(schema.names)
    if unknown:
        raise KeyError(f"{name} has no source column {', '.join(sorted(unknown))}")
    rows = {len(_sized(column)) for column in supplied.values()}
    if len(rows) != 1:
        raise ValueError(f"columns of {name} differ in length: {sorted(rows)}")
    count = rows.pop()
    arrays = [
        _arrow(supplied[field.name], field.type) if field.name in supplied else pa.nulls(count, field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _sized(column: Any) -> Any:
    return column.codes if isinstance(column, Labels) else column


def _arrow(column: Any, kind: pa.DataType) -> pa.Array | pa.ChunkedArray:
    if isinstance(column, Labels):
        return column.arrow()
    if isinstance(column, pa.Array | pa.ChunkedArray):
        return column.cast(kind)
    if isinstance(column, np.ndarray) and column.dtype.kind == "M" and pa.types.is_date32(kind):
        column = column.astype("datetime64[D]")
    return pa.array(column, kind, from_pandas=True)
