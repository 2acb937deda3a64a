"""Open work as the sum of its flows, and the check that the two agree.

The balance is the identity of a stock: backlog(t) = backlog(t−1) + opened + reopened − ended, and by team
also + moved in − moved out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def stock_levels(opening: ArrayLike, net_flow: ArrayLike) -> Floats:
    """Level at the end of each period from the level before the first and the ±1 flows summed per period.

    Time is the last axis of `net_flow`; `opening` is a number, or one per row.
    """
    flow = np.asarray(net_flow, dtype=np.float64)
    return np.asarray(np.asarray(opening, dtype=np.float64)[..., None] + np.cumsum(flow, axis=-1))


def imbalance(
    levels: ArrayLike,
    opening: ArrayLike,
    *,
    opened: ArrayLike,
    reopened: ArrayLike,
    ended: ArrayLike,
    moved_in: ArrayLike = 0,
    moved_out: ArrayLike = 0,
) -> Floats:
    """Cases by which each period's level differs from the last level plus its flows; all 0 when they agree.

    Shapes as in `stock_levels`. A level counted wrongly shows in its own period and, reversed, in the next.
    """
    level = np.asarray(levels, dtype=np.float64)
    start = np.broadcast_to(np.asarray(opening, dtype=np.float64)[..., None], (*level.shape[:-1], 1))
    before = np.concatenate([start, level[..., :-1]], axis=-1)
    inflow = np.asarray(opened) + np.asarray(reopened) + np.asarray(moved_in)
    return np.asarray(level - (before + inflow - np.asarray(ended) - np.asarray(moved_out)))
