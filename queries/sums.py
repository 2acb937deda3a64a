"""Quantities of several facts added up: unknown, not smaller, where some of their rows have none."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from queries.model import Summed, Tally
from queries.parts import Parts

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def total(formula: Summed, parts: Parts, groups: Integers) -> Floats:
    """The sum per period over the union of `groups`; nan where the quantity of any row is unknown."""
    unknown = _sum(formula.unknown, parts)[groups].sum(axis=0)
    return np.where(unknown > 0, np.nan, _sum(formula.tallies, parts)[groups].sum(axis=0))


def by_group(formula: Summed, parts: Parts) -> Floats | None:
    """The sum per group and period; None where the quantity of any row is unknown."""
    return None if _sum(formula.unknown, parts).any() else _sum(formula.tallies, parts)


def _sum(tallies: tuple[Tally, ...], parts: Parts) -> Floats:
    shape = (len(parts.groups), len(parts.periods))
    return np.sum([parts.sums[tally] for tally in tallies], axis=0) if tallies else np.zeros(shape)
