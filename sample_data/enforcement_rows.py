"""Enforcements as columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sample_data.labels import Labels
from sample_data.span import Moments
from store.outcomes import APPEAL_OUTCOMES


@dataclass(frozen=True)
class Enforcements:
    """One row per enforcement; `reversal` indexes APPEAL_OUTCOMES, −1 while it stands.

    `wrong` is the truth, which only audits and some appeals find out.
    """

    seller: NDArray[np.int64]
    at: Moments
    account: NDArray[np.bool_]
    team: Labels
    source: Labels
    policy: Labels
    risk: NDArray[np.float64]
    wrong: NDArray[np.bool_]
    reversed_at: Moments
    reversal: NDArray[np.int64]

    @property
    def count(self) -> int:
        """Number of enforcements."""
        return len(self.at)

    def reversal_labels(self) -> Labels:
        """Why each enforcement was lifted."""
        return Labels(self.reversal, APPEAL_OUTCOMES)
