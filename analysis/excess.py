"""Where something happens more often than elsewhere: each cell of a table against all others together.

Source: Fisher's exact test, one-sided (Fisher, *The Design of Experiments*, 1935, ch. II; Agresti,
*Categorical Data Analysis*, 3rd ed., 2013, §3.5.1): given the totals, a cell's events are hypergeometric.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


class Excess(NamedTuple):
    """Per cell: the share of events in all other cells, events beyond what that share gives, one-sided p.

    `elsewhere` and `beyond` are nan where the other cells have no trials; p is then 1.
    """

    elsewhere: Floats
    beyond: Floats
    p_value: Floats


def excess(events: ArrayLike, trials: ArrayLike) -> Excess:
    """How far each cell's events exceed those of all other cells, given trials per cell.

    p is the chance of as many events or more in the cell, were its share that of the others. Raises
    ValueError for unequal lengths, negative counts or more events than trials.
    """
    x, n = np.asarray(events, np.float64), np.asarray(trials, np.float64)
    if x.shape != n.shape:
        raise ValueError("events and trials need the same length")
    if (x < 0).any() or (x > n).any():
        raise ValueError("events lie between 0 and their trials")
    others = n.sum() - n
    known = others > 0
    elsewhere = np.divide(x.sum() - x, others, out=np.full(x.shape, np.nan), where=known)
    from scipy import stats  # 30 MB: loaded by the first comparison

    p = stats.hypergeom.sf(x - 1, n.sum(), x.sum(), n)
    return Excess(elsewhere, x - n * elsewhere, np.where(known, p, 1.0))
