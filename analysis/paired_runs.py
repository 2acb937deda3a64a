"""Two simulations of the same futures: what a change does to each, and the least that reaches a target.

Both sides draw the same random numbers, run by run, so that the difference of a pair is what the change does
and not luck (common random numbers: Law, Simulation Modeling and Analysis, 5th ed., section 11.2).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

INTERVAL: Final = 0.80
"""Share of the futures inside an interval."""
NEVER: Final = -1
"""The week of a run that does not get there within the weeks simulated."""


@dataclass(frozen=True)
class Spread:
    """A number over the futures: the median, and the ends that hold 80 % of them."""

    middle: float
    low: float
    high: float


@dataclass(frozen=True)
class Earlier:
    """How many weeks earlier the changed side gets there; negative is later.

    Weeks are counted within those simulated: a run that never gets there counts as getting there just after
    the last. `at_least` says that the upper end rests on such runs of the base, `later_at_least` that the
    lower one, below 0, rests on such runs of the changed side, and `middle_at_least` that the median rests on
    either: the true number is that or more. `base_share` and `changed_share` are the shares of runs that get
    there.
    """

    weeks: Spread
    middle_at_least: bool
    at_least: bool
    later_at_least: bool
    base_share: float
    changed_share: float


def spread(values: ArrayLike) -> Spread:
    """The median and the 80 % interval of one number per run, or of a difference run by run.

    Ends are numbers that occurred (inverted distribution function), so that whole weeks stay whole.
    """
    low, middle, high = np.quantile(
        np.asarray(values, dtype=float),
        [(1 - INTERVAL) / 2, 0.5, (1 + INTERVAL) / 2],
        method="inverted_cdf",
    )
    return Spread(float(middle), float(low), float(high))


def difference(base: ArrayLike, changed: ArrayLike) -> Spread:
    """How much more the changed side has than the base, run by run; both of shape (runs,).

    Raises ValueError when the two have another number of runs.
    """
    one, other = np.asarray(base, dtype=float), np.asarray(changed, dtype=float)
    if one.shape != other.shape:
        raise ValueError(f"{one.shape} runs cannot be paired with {other.shape}")
    return spread(other - one)


def first_lasting(holds: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The first week from which a target holds through the last one, per run; `NEVER` where it does not.

    `holds` is of shape (runs, weeks). A week that holds by chance before one that fails does not count.
    """
    runs, weeks = holds.shape
    if weeks == 0:
        return np.full(runs, NEVER)
    lasting = np.logical_and.accumulate(holds[:, ::-1], axis=1)[:, ::-1]
    first = np.argmax(lasting, axis=1)
    return np.where(lasting[:, -1], first, NEVER)


def weeks_earlier(base: NDArray[np.int64], changed: NDArray[np.int64], weeks: int) -> Earlier:
    """How much earlier the changed side gets there, of two results of `first_lasting` over `weeks` weeks.

    The time is restricted to the weeks simulated, as a restricted mean is (Royston and Parmar 2013, BMC
    Medical Research Methodology 13:152).
    """
    if base.shape != changed.shape:
        raise ValueError(f"{base.shape} runs cannot be paired with {changed.shape}")
    never = base == NEVER
    gained = np.where(never, weeks, base) - np.where(changed == NEVER, weeks, changed)
    found = spread(gained)
    bounded = gained[never != (changed == NEVER)]
    return Earlier(
        found,
        bool(np.any(bounded == found.middle)),
        bool(found.high > 0 and np.any(bounded == found.high)),
        bool(found.low < 0 and np.any(bounded == found.low)),
        float(np.mean(~never)),
        float(np.mean(changed != NEVER)),
    )


def least(chance: Callable[[int], float], wanted: float, most: int) -> int | None:
    """The smallest whole number from 0 to `most` whose chance is at least `wanted`; None if all are too few.

    `chance` must not fall with its argument, as with more people in the same futures. Each number is asked
    at most once, about 2 log2 of the answer in all.
    """
    if chance(0) >= wanted:
        return 0
    below, reach = 0, 1
    while reach < most and chance(reach) < wanted:
        below, reach = reach, reach * 2
    if reach >= most:
        reach = most
        if chance(most) < wanted:
            return None
    while reach - below > 1:
        middle = (below + reach) // 2
        if chance(middle) >= wanted:
            reach = middle
        else:
            below = middle
    return reach
