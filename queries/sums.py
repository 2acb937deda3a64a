"""Quantities of several facts added up: unknown, not smaller, where some of their rows have none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from queries.formulas import Summed
from queries.parts import Parts
from queries.tallies import Holding, Tally

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Found(NamedTuple):
    """A number per period with the two it is made of, and the rows it rests on."""

    top: Floats
    bottom: Floats
    value: Floats
    n: Floats


def total(formula: Summed, parts: Parts, groups: Integers) -> Floats:
    """The sum per period over the union of `groups`; nan where the quantity of any row is unknown."""
    unknown = added(formula.unknown, parts, groups)
    return np.where(unknown > 0, np.nan, added(formula.tallies, parts, groups))


def by_group(formula: Summed, parts: Parts) -> Floats | None:
    """The sum per group and period; None where the quantity of any row is unknown."""
    return None if grids(formula.unknown, parts).any() else grids(formula.tallies, parts)


def added(components: Sequence[Tally | Holding], parts: Parts, groups: Integers) -> Floats:
    """What components add up to per period over the union of `groups`."""
    return np.asarray(grids(components, parts)[groups].sum(axis=0), dtype=np.float64)


def grids(components: Sequence[Tally | Holding], parts: Parts) -> Floats:
    """What components add up to, (group, period)."""
    found = np.zeros((len(parts.groups), len(parts.periods)))
    for component in components:
        found += parts.sums[component] if isinstance(component, Tally) else parts.amounts[component]
    return found
