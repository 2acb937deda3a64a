"""What becomes of a type of work from a day on: fewer cases, shorter ones, another promise.

A turn changes the base without drawing its randomness anew: cases that no longer arrive are taken out of
those that would have (thinning: Lewis and Shedler 1979, Naval Research Logistics Quarterly 26:403-413), so
that both sides of a comparison meet the same arrivals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Turn:
    """From simulated day `day` on: the share of cases that still arrives, hours as a factor, days more to do.

    `pace` holds for all work done from that day on, cases open then included; `promise` (working days) for
    the cases that arrive from that day on.
    """

    day: int
    kept: float = 1.0
    pace: float = 1.0
    promise: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.kept <= 1 or not self.pace > 0:
            raise ValueError("a turn keeps a share of the cases and takes hours above 0")


def kept_per_day(turns: Sequence[Turn], days: int) -> Floats:
    """Share of the cases that still arrives on each simulated day."""
    return _product([(turn.day, turn.kept) for turn in turns], days)


def pace_per_day(turns: Sequence[Turn], days: int) -> Floats:
    """Hours a case takes on each simulated day, as a factor of those it took before any turn."""
    return _product([(turn.day, turn.pace) for turn in turns], days)


def promise_per_day(turns: Sequence[Turn], days: int) -> NDArray[np.int64]:
    """Working days more (or, negative, fewer) until cases that arrive on each simulated day are due."""
    more = np.zeros(days, dtype=np.int64)
    for turn in turns:
        more[max(turn.day, 0) :] += turn.promise
    return more


def later_promise(waits: Floats, more: int) -> Floats:
    """Shares by wait and promise (`Work.waits`) with every promise `more` working days later.

    What would be due before it arrives is due on the day it arrives.
    """
    lags, promises = waits.shape
    moved = np.zeros((lags, max(promises + more, 1)))
    for promise in range(promises):
        moved[:, max(promise + more, 0)] += waits[:, promise]
    return moved


def _product(steps: Sequence[tuple[int, float]], days: int) -> Floats:
    factor = np.ones(days)
    for day, by in steps:
        factor[max(day, 0) :] *= by
    return factor
