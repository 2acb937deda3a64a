"""Rounded parts that still add up to the rounded total.

Source: the largest-remainder method of Hamilton (Balinski & Young, *Fair Representation*, 1982).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray


def round_to_sum(values: ArrayLike, decimals: int = 0) -> NDArray[np.float64]:
    """Each value rounded up or down at `decimals`, so that the parts add up to their rounded total.

    The total rounds half to even, as the screen's number formats do. Raises ValueError for a missing or
    infinite part.
    """
    parts = np.asarray(values, dtype=np.float64)
    if not np.isfinite(parts).all():
        raise ValueError("a missing part cannot be rounded to a sum")
    steps = parts * 10.0**decimals
    # 0.29 × 100 is 28.999999999999996: what is an integer but for that stays one.
    nearest = np.round(steps)
    steps = np.where(np.abs(steps - nearest) <= 8 * np.spacing(np.abs(nearest)), nearest, steps)
    down = np.floor(steps)
    missing = round(math.fsum(steps)) - round(math.fsum(down))
    up = np.argsort(down - steps, kind="stable")[:missing]
    down[up] += 1
    return np.round(down / 10.0**decimals, decimals)
