"""How unequal amounts are: Gini's coefficient with the correction for few amounts.

Sources: Gini, *Variabilità e mutabilità* (1912): mean absolute difference ÷ twice the mean. Deltas, "The
small-sample bias of the Gini coefficient", Review of Economics and Statistics 85 (2003): × n / (n − 1).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def pair_differences(amounts: Floats) -> tuple[float, float]:
    """Σ |xᵢ − xⱼ| over pairs ÷ (n − 1), and Σ x: their ratio is the corrected coefficient.

    Kept apart, so that several groups can be taken together without comparing across them. Raises ValueError
    for fewer than two amounts or one below 0.
    """
    if amounts.size < 2:
        raise ValueError(f"a difference needs two amounts; there is {amounts.size}")
    if (amounts < 0).any():
        raise ValueError("an amount is below 0")
    ordered, n = np.sort(amounts), amounts.size
    weights = 2.0 * np.arange(n) - (n - 1)
    return float(weights @ ordered) / (n - 1), float(ordered.sum())


def gini(amounts: Floats) -> float:
    """The corrected coefficient: 0 where all are equal, 1 where one has everything; nan where all are 0.

    Raises ValueError as `pair_differences`.
    """
    apart, whole = pair_differences(amounts)
    return apart / whole if whole > 0 else float("nan")
