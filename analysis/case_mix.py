"""Observed against expected: what a unit found, and what others find in the same kinds of cases.

Sources: Breslow and Day, "Statistical Methods in Cancer Research", volume II (1987), sections 2.2 and 2.3:
indirect standardisation, exact limits and Byar's approximation (2.13); Garwood, Biometrika 28 (1936), for
the exact limits.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaincinv, ndtri

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

HALF_TRUSTED: Final = 20.0
"""Cases of others in a stratum at which its own rate counts as much as that of all others together."""


class Expected(NamedTuple):
    """Per unit: events seen, cases, events expected at others' rates, and the rate of all others together.

    `others` is nan for a unit without others. `overall` is the rate of all units.
    """

    observed: Floats
    cases: Floats
    expected: Floats
    others: Floats
    overall: float

    @property
    def ratio(self) -> Floats:
        """Observed ÷ expected; nan where nothing is expected."""
        return np.divide(
            self.observed, self.expected, out=np.full(self.expected.shape, np.nan), where=self.expected > 0
        )

    @property
    def worth(self) -> Floats:
        """The cases of usual kind a unit's cases are worth: expected events ÷ the rate of all others."""
        return np.divide(self.expected, self.others, out=self.cases.copy(), where=self.others > 0)


class Interval(NamedTuple):
    """Ends of an interval."""

    low: Floats
    high: Floats


def expected_events(
    unit: ArrayLike, stratum: ArrayLike, cases: ArrayLike, events: ArrayLike, units: int
) -> Expected:
    """What each unit would find if others' rates in its strata held for it, itself left out of them.

    Arrays have one entry per (unit, stratum) cell, units numbered from 0. A stratum's rate is drawn to that
    of all other units the fewer cases others have in it: those count `HALF_TRUSTED` at that rate. Where
    nobody else has a case at all, nothing is expected.
    """
    at = np.asarray(unit, dtype=np.int64)
    _, kind = np.unique(np.asarray(stratum), return_inverse=True)
    of, hits = np.asarray(cases, dtype=np.float64), np.asarray(events, dtype=np.float64)
    kinds = int(kind.max()) + 1 if kind.size else 0
    cells = np.zeros((2, units, kinds))
    np.add.at(cells[0], (at, kind), of)
    np.add.at(cells[1], (at, kind), hits)
    own_cases, own_events = cells.sum(axis=2)
    others_cases, others_events = cells.sum(axis=1)[:, None, :] - cells
    rest_cases, rest_events = own_cases.sum() - own_cases, own_events.sum() - own_events
    rest = np.divide(rest_events, rest_cases, out=np.zeros(units), where=rest_cases > 0)
    rate = (others_events + HALF_TRUSTED * rest[:, None]) / (others_cases + HALF_TRUSTED)
    expected = (cells[0] * rate).sum(axis=1)
    total = own_cases.sum()
    overall = float(own_events.sum() / total) if total else np.nan
    return Expected(own_events, own_cases, expected, np.where(rest_cases > 0, rest, np.nan), overall)


def exact_interval(observed: ArrayLike, expected: ArrayLike, confidence: float = 0.95) -> Interval:
    """Exact Poisson interval of observed ÷ expected; nan where nothing is expected."""
    x, mu = (np.asarray(part, dtype=np.float64) for part in np.broadcast_arrays(observed, expected))
    tail = (1.0 - confidence) / 2.0
    low = np.where(x > 0, gammaincinv(np.maximum(x, 1e-9), tail), 0.0)
    high = gammaincinv(x + 1.0, 1.0 - tail)
    return Interval(_over(low, mu), _over(high, mu))


def byar_interval(observed: ArrayLike, expected: ArrayLike, confidence: float = 0.95) -> Interval:
    """Byar's approximation of the exact interval, close from about five events on."""
    x, mu = (np.asarray(part, dtype=np.float64) for part in np.broadcast_arrays(observed, expected))
    z = float(ndtri(0.5 + confidence / 2.0))
    some = np.maximum(x, 1e-9)
    low = np.where(x > 0, some * (1.0 - 1.0 / (9.0 * some) - z / (3.0 * np.sqrt(some))) ** 3, 0.0)
    more = x + 1.0
    high = more * (1.0 - 1.0 / (9.0 * more) + z / (3.0 * np.sqrt(more))) ** 3
    return Interval(_over(np.maximum(low, 0.0), mu), _over(high, mu))


def _over(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole > 0)
