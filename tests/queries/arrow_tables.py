"""Source tables as Arrow, in the types of their schema."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from sqlalchemy import Boolean, Date, DateTime, Double, Integer

from store.schema import fact, source_columns

_ARROW = {
    Boolean: pa.bool_(),
    Integer: pa.int32(),
    Double: pa.float64(),
    DateTime: pa.timestamp("us"),
    Date: pa.date32(),
}
_NOTES = {
    "supplied_through": {"first_at": pa.timestamp("us"), "through_at": pa.timestamp("us")},
    "incomplete_days": {"on_day": pa.date32()},
}


def arrow_table(name: str, frame: pd.DataFrame) -> pa.Table:
    """A source table from a frame; missing values are null whatever the frame holds for them."""
    kinds = _NOTES.get(name) or {
        column.name: _ARROW.get(type(column.type), pa.string()) for column in source_columns(fact(name))
    }
    return pa.table(
        {
            column: pa.array(
                [_plain(value, kinds.get(column)) for value in frame[column]], kinds.get(column, pa.string())
            )
            for column in frame
        }
    )


def _plain(value: Any, kind: pa.DataType | None) -> Any:
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime(warn=False)
    return int(value) if kind == pa.int32() else value
