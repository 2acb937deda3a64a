"""Three ways to carry a series of counts forward: seasonal naive, exponential smoothing, theta.

Smoothing parameters are estimated by statsmodels; `paths` carries a series forward with parameters already
estimated, so that a backtest can move its origin without estimating them again.

Sources: Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., 5.2 (seasonal naive), 8.1
(simple exponential smoothing, the ETS model with additive errors and neither trend nor season);
Assimakopoulos & Nikolopoulos, "The theta model", Int. J. Forecasting 16 (2000), in the form of Hyndman &
Billah, "Unmasking the Theta method", Int. J. Forecasting 19 (2003), as in statsmodels' `ThetaModel`. Season
is taken out before and put back after, as the theta method does; weeks have few years to average over, so
by harmonic regression (Forecasting: Principles and Practice 7.4 and 12.1) instead of an index per week.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Method = Literal["seasonal naive", "ETS", "theta"]
METHODS: Final[tuple[Method, ...]] = ("seasonal naive", "ETS", "theta")

MOST_WAVES: Final = 6
"""Harmonics a season may have: with 52 weeks the shortest wave then lasts 9."""
MOST_OWN: Final = 8
"""Places that may have an effect of their own besides the waves."""


@dataclass(frozen=True)
class Smoothing:
    """Parameters estimated from a series: of exponential smoothing, and of theta."""

    ets_alpha: float
    ets_level: float
    theta_alpha: float


def estimate(values: ArrayLike, period: int) -> Smoothing:
    """The smoothing parameters of a series of at least 8 points, its season taken out where there is one."""
    adjusted = values_less(np.asarray(values, np.float64), season_of(values, period))
    if np.ptp(adjusted) == 0:
        return Smoothing(0.0, float(adjusted[0]), 0.0)
    # Bring pandas along, 50 MB: loaded by the first forecast.
    from statsmodels.tsa.forecasting.theta import ThetaModel
    from statsmodels.tsa.holtwinters import SimpleExpSmoothing

    with warnings.catch_warnings():
        # A search that ends on the edge of its range warns; its parameters are used all the same.
        warnings.simplefilter("ignore")
        ets = SimpleExpSmoothing(adjusted, initialization_method="estimated").fit().params
        theta = ThetaModel(adjusted, deseasonalize=False).fit().params
    return Smoothing(
        float(ets["smoothing_level"]), float(ets["initial_level"]), float(np.clip(theta["alpha"], 0, 1))
    )


def paths(values: ArrayLike, horizon: int, period: int, smoothing: Smoothing) -> dict[Method, Floats]:
    """What each method expects of the next `horizon` points, never below 0.

    With fewer points than a `period` the seasonal naive repeats the last point.
    """
    known = np.asarray(values, np.float64)
    season = season_of(known, period)
    adjusted = values_less(known, season)
    ets = np.full(horizon, _level(adjusted, smoothing.ets_alpha, smoothing.ets_level))
    return {
        "seasonal naive": seasonal_naive(known, horizon, period),
        "ETS": np.maximum(season.put_back(ets, known.size), 0),
        "theta": np.maximum(season.put_back(theta(adjusted, horizon, smoothing.theta_alpha), known.size), 0),
    }


def seasonal_naive(values: Floats, horizon: int, period: int) -> Floats:
    """The last `period` points over and over; the last point where there are fewer."""
    cycle = values[-period:] if values.size >= period else values[-1:]
    return np.resize(cycle, horizon).astype(np.float64)


def theta(adjusted: Floats, horizon: int, alpha: float) -> Floats:
    """Exponential smoothing from the first point, plus half the slope of the line through all points."""
    n = adjusted.size
    centred = np.arange(n) - (n - 1) / 2
    slope = float(centred @ adjusted / (centred @ centred)) if n > 1 else 0.0
    ahead = np.arange(horizon, dtype=np.float64)
    already = (1 - (1 - alpha) ** n) / alpha if alpha > 0 else float(n)
    return _level(adjusted, alpha, float(adjusted[0])) + slope / 2 * (ahead + already)


@dataclass(frozen=True)
class Season:
    """The indices of a period, by place in it; `index` empty: no season."""

    index: Floats
    multiplies: bool = True

    def put_back(self, expected: Floats, place: int) -> Floats:
        """Values expected from `place` on, with their season."""
        if not self.index.size:
            return expected
        ahead = self.index[(place + np.arange(expected.size)) % self.index.size]
        return expected * ahead if self.multiplies else expected + ahead


def season_of(values: ArrayLike, period: int) -> Season:
    """The season of a series by harmonic regression, where two whole periods show one.

    Straight line plus waves of the period, its half, third and so on, as many as the Bayesian information
    criterion finds worth it, plus an effect of their own for places that every period shows far off the
    waves, as weeks of holidays. Indices multiply where all values are above 0, else they add.
    """
    known = np.asarray(values, np.float64)
    n = known.size
    if period < 2 or n < 2 * period or np.ptp(known) == 0:
        return Season(np.empty(0))
    multiplies = bool(known.min() > 0)
    seen = np.log(known) if multiplies else known
    columns = np.column_stack([np.ones(n), np.arange(n) / n, _waves(np.arange(n), period)])
    basis, _ = np.linalg.qr(columns)
    own = np.zeros(period)
    # Waves bend towards the places that stand out, so they are chosen again once these are known.
    for _ in range(2):
        size = _worth(basis, seen - np.resize(own, n))
        weights, own = _with_own_places(columns[:, :size], seen, period)
    if size == 2 and not own.any():
        return Season(np.empty(0))
    index = _waves(np.arange(period), period)[:, : size - 2] @ weights[2:] + own
    return Season(np.exp(index) if multiplies else index, multiplies)


def _worth(basis: Floats, seen: Floats) -> int:
    """How many columns, two for the line and two a wave, the criterion keeps."""
    n = seen.size
    along = basis.T @ seen
    # Columns are added two at a time: what each leaves unexplained follows from one decomposition.
    left = np.maximum(float(seen @ seen) - np.cumsum(along**2)[1::2], 1e-12)
    kept = 2 + 2 * np.arange(left.size)
    return int(kept[np.argmin(n * np.log(left / n) + kept * np.log(n))])


def _with_own_places(columns: Floats, seen: Floats, period: int) -> tuple[Floats, Floats]:
    """Weights of the columns and the effect of each place, 0 for most.

    The place that stands out most joins, while the extended criterion finds it worth choosing one of so many
    (Chen & Chen, "Extended Bayesian information criteria for model selection with large model spaces",
    Biometrika 95 (2008), gamma = 1). Every period must show it, so that what happened once is no season.
    """
    n, count = seen.size, columns.shape[1]
    places = np.arange(n) % period
    times = np.bincount(places, minlength=period)
    own: list[int] = []
    while True:
        design = np.column_stack([columns, *((places == place).astype(np.float64) for place in own)])
        weights = np.linalg.lstsq(design, seen, rcond=None)[0]
        left = seen - design @ weights
        lowest, highest = np.full(period, np.inf), np.full(period, -np.inf)
        np.minimum.at(lowest, places, left)
        np.maximum.at(highest, places, left)
        middle = np.bincount(places, left, period) / times
        seen_always = np.maximum(lowest, -highest) >= np.abs(middle) / 3
        gain = np.where(seen_always, times * middle**2, 0.0)
        most, rest = int(np.argmax(gain)), max(float(left @ left), 1e-12)
        told = -n * np.log(max(1 - gain[most] / rest, 1e-12))
        if len(own) == MOST_OWN or told <= np.log(n) + 2 * np.log(period):
            break
        own.append(most)
    effects = np.zeros(period)
    effects[own] = weights[count:]
    return weights[:count], effects


def _waves(at: NDArray[np.int64], period: int) -> Floats:
    """Sine and cosine of each harmonic of the period at whole places."""
    count = min(MOST_WAVES, (period - 1) // 2)
    angles = 2 * np.pi / period * np.outer(at, np.arange(1, count + 1))
    return np.stack([np.sin(angles), np.cos(angles)], axis=2).reshape(at.size, 2 * count)


def values_less(values: Floats, season: Season) -> Floats:
    """The series with its season taken out."""
    if not season.index.size:
        return values
    behind = np.resize(season.index, values.size)
    return values / behind if season.multiplies else values - behind


def _level(values: Floats, alpha: float, start: float) -> float:
    """The smoothed level after the last point: level = α value + (1 − α) level before."""
    n = values.size
    weights = alpha * (1 - alpha) ** np.arange(n - 1, -1, -1)
    return float(weights @ values + (1 - alpha) ** n * start)
