"""Dataclasses whose fields are columns of equal length: picking rows of one, and putting several together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from sample_data.labels import Labels

Columns = TypeVar("Columns")
Rows = NDArray[np.int64] | NDArray[np.bool_]


def taken(columns: Columns, rows: Rows) -> Columns:
    """The same columns, only the rows picked by index or by mask."""
    return _combined([columns], lambda arrays: arrays[0][rows])


def joined(parts: Sequence[Columns]) -> Columns:
    """The rows of all parts, one after the other. Raises IndexError without parts."""
    return _combined(parts, np.concatenate)


def _combined(parts: Sequence[Any], combine: Callable[[list[Any]], Any]) -> Any:
    first = parts[0]
    if isinstance(first, np.ndarray):
        return combine(list(parts))
    if isinstance(first, Labels):
        return Labels(combine([part.codes for part in parts]), first.words)
    if isinstance(first, tuple):
        return tuple(_combined([part[index] for part in parts], combine) for index in range(len(first)))
    assert is_dataclass(first)
    kind: Any = type(first)
    return kind(
        **{f.name: _combined([getattr(part, f.name) for part in parts], combine) for f in fields(first)}
    )
