"""Many tests at once: which of a scan's findings survive.

Source: Benjamini & Hochberg, "Controlling the false discovery rate", J. R. Statist. Soc. B 57 (1995).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

DEGREES_PER_RANGE: Final = 0.62
"""Degrees of freedom of a mean moving range per range (Wheeler 1995); simulated in the tests."""


def benjamini_hochberg(p_values: ArrayLike, q: float = 0.1) -> NDArray[np.bool_]:
    """True where a finding is kept when at most a share `q` of those kept may be false; nan is never kept."""
    p = np.asarray(p_values, dtype=np.float64)
    tested = np.isfinite(p)
    ordered = np.sort(p[tested])
    passed = np.flatnonzero(ordered <= q * np.arange(1, ordered.size + 1) / max(1, ordered.size))
    if not passed.size:
        return np.zeros(p.shape, dtype=bool)
    return tested & (p <= ordered[passed[-1]])


def point_p_value(
    value: ArrayLike, centre: ArrayLike, lower: ArrayLike, upper: ArrayLike, baseline_periods: ArrayLike
) -> NDArray[np.float64]:
    """Two-sided p-value of a point against the three-sigma limits of its control chart, for a scan.

    The wider half of the band is taken for three sigma, since the other may be clipped. Student's t allows
    for limits estimated from few periods. nan in gives nan.
    """
    middle = np.asarray(centre, dtype=np.float64)
    periods = np.asarray(baseline_periods, dtype=np.float64)
    half = np.maximum(np.asarray(upper) - middle, middle - np.asarray(lower))
    distance = np.abs(np.asarray(value, dtype=np.float64) - middle)
    with np.errstate(divide="ignore", invalid="ignore"):
        sigmas = np.where(distance == 0, 0.0, 3.0 * distance / (half * np.sqrt(1 + 1 / periods)))
    return np.asarray(2.0 * special.stdtr(DEGREES_PER_RANGE * (periods - 1), -sigmas))
