"""Points of a series that stand out: one-off spikes, and places of the season that are hard to foresee."""

from __future__ import annotations

from statistics import median
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.smoothing import season_of, values_less

Floats = NDArray[np.float64]

CHI_SQUARED_MEDIAN: Final = 0.4549364231195724
"""Median of the square of a standard normal."""
USUAL_POINTS: Final = 3.0
"""What points of a place of the season are weighed against: as many points that err as all do."""
_FAR: Final = 5.0
_RUN: Final = 4
_LONGEST_SPIKE: Final = 2


def spikes_of(values: Floats, period: int = 0) -> tuple[int, ...]:
    """Places of one-off points: at most two in a row, far outside of what surrounds them.

    Far: beyond the quartiles of the distances from a running median by three times their own distance
    (Tukey's outer fences), which is not taken below that of a Poisson count. What was at least half as far
    on the same side a `period` before or after is a season, as a week of holidays.
    """
    if values.size < 5:
        return ()
    middle = _running_median(values)
    away = values - middle
    lower, upper = np.quantile(away, [0.25, 0.75])
    apart = np.maximum(upper - lower, 1.349 * np.sqrt(np.maximum(middle, 1)))
    far = (away < lower - 3 * apart) | (away > upper + 3 * apart)
    if 0 < period < values.size:
        before, after = np.full(values.size, np.nan), np.full(values.size, np.nan)
        before[period:], after[:-period] = away[:-period], away[period:]
        for other in (before, after):
            far &= ~(np.sign(away) * other >= np.abs(away) / 2)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], far.astype(np.int8), [0]])))
    runs = zip(edges[::2], edges[1::2], strict=True)
    return tuple(int(at) for start, end in runs if end - start <= _LONGEST_SPIKE for at in range(start, end))


def without(values: Floats, spikes: tuple[int, ...]) -> Floats:
    """The series with spikes at the level of what surrounds them."""
    if not spikes:
        return values
    cleaned = values.copy()
    cleaned[list(spikes)] = _running_median(values)[list(spikes)]
    return cleaned


def harder_places(values: Floats, period: int) -> Floats:
    """How many times as far as usual each place of the season was off its surroundings, at least 1.

    Squared distances from a running median over half a period, the season taken out, of the place and its
    neighbours in every period, against the usual square (from the median, which few odd points do not move),
    and drawn to it as if that had been seen `USUAL_POINTS` times. Nothing counts as farther off than five
    times the usual. Without two whole periods nothing is known to be harder.
    """
    n = values.size
    if period < 2 or n < 2 * period:
        return np.ones(max(period, 1))
    adjusted = values_less(values, season_of(values, period))
    middle = _running_median(adjusted, period // 4)
    squares = (adjusted - middle) ** 2 / np.maximum(middle, 1)
    usual = float(np.median(squares)) / CHI_SQUARED_MEDIAN
    if usual == 0:
        return np.ones(period)
    each = np.minimum(squares / usual, _FAR**2)
    places = np.arange(n) % period
    found = np.zeros(period)
    times = np.zeros(period)
    for near in (-1, 0, 1):
        found += np.bincount((places + near) % period, each, period)
        times += np.bincount((places + near) % period, minlength=period)
    return np.sqrt(np.maximum((USUAL_POINTS + found) / (USUAL_POINTS + times), 1.0))


def _running_median(values: Floats, run: int = _RUN) -> Floats:
    """Median of each point with `run` on either side, fewer at the ends."""
    n, whole = values.size, 2 * run + 1
    middle = np.empty(n)
    inner = n - 2 * run
    if inner > 0:
        windows = np.lib.stride_tricks.sliding_window_view(values, whole)
        middle[run : n - run] = np.partition(windows, run, axis=1)[:, run]
    for at in (*range(min(run, n)), *range(max(n - run, run, 0), n)):
        middle[at] = median(values[max(0, at - run) : at + run + 1].tolist())
    return middle
