"""How much longer open blocks are expected to last, by their age; the same for every viewer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from queries.remembering import remembered
from queries.scope import open_scope
from queries.tallies import Component, Holding

if TYPE_CHECKING:
    from queries.measure import Reader


def outlook_for(reader: Reader, components: Iterable[Component]) -> tuple[float, ...]:
    """The outlook where one of `components` needs it, else nothing."""
    return (
        expected_days(reader)
        if any(isinstance(part, Holding) and part.lasting for part in components)
        else ()
    )


@remembered(1)
def expected_days(reader: Reader) -> tuple[float, ...]:
    """Days still expected within the horizon, by whole days of age."""
    table = open_scope().table("block_outlook")
    rows = open_scope().read(reader.facts, select(table.c.expected_days).order_by(table.c.age_days))
    return tuple(rows.column("expected_days").to_pylist())


def at_age(outlook: tuple[float, ...], age: NDArray[np.int64]) -> NDArray[np.float64]:
    """The outlook at ages in days; the oldest age known stands for all beyond it."""
    if not outlook:
        return np.zeros(age.size)
    return np.asarray(outlook)[np.clip(age, 0, len(outlook) - 1)]
