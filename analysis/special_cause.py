"""When a unit differs for a cause of its own: seen twice running, and beyond doubt taken together.

One look at a hundred people finds two or three outside 95 % limits by luck alone. So a special cause is
claimed only when a unit is outside the 95 % limits on the same side in two consecutive blocks and, both
blocks taken together, outside the 99.8 % limits. The limits are those of `analysis.funnel`, the tables of
95 % and 99.8 % of Spiegelhalter, Statist. Med. 24 (2005).
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.case_mix import Expected
from analysis.funnel import TAIL_95, TAIL_998, share_tails, spread_of

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Bools = NDArray[np.bool_]

FEWEST_CASES: Final = 10
"""Cases below which a block of a unit says nothing."""
_ROWS: Final = 256
"""Units taken at a time, so that memory does not grow with their square."""


class Comparison(NamedTuple):
    """Units of one block, each against the rate of all others at equal kinds of cases.

    `worth` is the volume in cases of the usual kind, `value` the like-for-like rate observed ÷ worth.
    `outer` and `inner` are 1 above the 99.8 % and 95 % limit, −1 below it, 0 inside or with too few cases.
    """

    value: Floats
    worth: Floats
    inner: Integers
    outer: Integers
    between: Floats


def compare(found: Expected) -> Comparison:
    """Every unit against the limits around all others, at its own volume; spread beyond luck is added.

    A unit with fewer than ten cases is never outside and does not take part in the spread; nor is one whose
    others have no event, or nothing but events.
    """
    worth = found.worth
    known = (found.others > 0) & (found.others < 1)
    usable = known & (found.cases >= FEWEST_CASES) & (worth > 0)
    value = np.divide(found.observed, worth, out=np.full(worth.shape, np.nan), where=worth > 0)
    if not usable.any():
        nobody = np.zeros(worth.shape, dtype=np.int64)
        return Comparison(value, worth, nobody, nobody.copy(), np.zeros(worth.shape))
    centre = np.where(known, found.others, 0.5)
    between = _between_others(value, worth, usable, centre)
    tails = share_tails(found.observed, np.maximum(worth, found.observed), centre, between)
    inner = np.where(usable, tails.outside(TAIL_95), 0)
    outer = np.where(usable, tails.outside(TAIL_998), 0)
    return Comparison(value, worth, inner, outer, between)


def _between_others(value: Floats, worth: Floats, usable: Bools, centre: Floats) -> Floats:
    """Per unit the spread of all others around their rate: who differs cannot widen their own limits."""
    found = np.zeros(worth.shape)
    units = np.flatnonzero(usable)
    rate = centre[units, None]
    for first in range(0, units.size, _ROWS):
        own = np.arange(first, min(first + _ROWS, units.size))
        places = np.arange(units.size - 1)[None, :]
        others = units[places + (places >= own[:, None])]
        weights = worth[others] / (rate[own] * (1.0 - rate[own]))
        found[units[own]] = spread_of((value[others] - rate[own]) * np.sqrt(weights), weights)
    return found


def special_causes(earlier: Comparison, later: Comparison, pooled: Comparison) -> Integers:
    """1 or −1 for units with a special cause above or below the others' rate, else 0; same units in each."""
    twice = (earlier.inner == later.inner) & (later.inner == pooled.outer)
    return np.where(twice, pooled.outer, 0).astype(np.int64)
