"""What is still to come of a series of counts, with an interval, by the method a backtest favours.

The origin is rolled through the newest past (Tashman, "Out-of-sample tests of forecasting accuracy", Int. J.
Forecasting 16 (2000)). From the older origins the method is chosen, by mean absolute scaled error (Hyndman
& Koehler, "Another look at measures of forecast accuracy", Int. J. Forecasting 22 (2006)); at the newer ones
its error and the share of outcomes inside the 80 % interval are counted. Intervals are empirical: as wide as
its own errors so far were (Williams & Goodman, "A simple method for the construction of empirical confidence
limits for economic forecasts", J. Am. Stat. Assoc. 66 (1971)), widening with the distance, and wider for
places of the season that earlier years had far off it (errors are weighed by how hard a point is to foresee:
Lei et al., "Distribution-free predictive inference for regression", J. Am. Stat. Assoc. 113 (2018), 5.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from analysis.odd_points import harder_places, spikes_of, without
from analysis.part_of_whole import share_of
from analysis.smoothing import METHODS, Method, Smoothing, estimate, paths

Floats = NDArray[np.float64]
Chosen = Literal["seasonal naive", "ETS", "theta", "mean"]

LEVEL: Final = 0.8
Z80: Final = 1.2815515655446004
LONGEST_TEST: Final = 39
"""Newest points the origin is rolled through."""
ORIGIN_EVERY: Final = 2
FEWEST_TO_FIT: Final = 8
FEWEST_TO_TEST: Final = 16
"""Points below which nothing can be tested, and the forecast is the mean."""


@dataclass(frozen=True)
class Backtest:
    """How one method did at the newer origins.

    `error` is its mean absolute scaled error (1: as far off as the naive forecast one period ahead was in the
    past), nan where the past never changed. `coverage` is the share of `outcomes` inside the 80 % interval.
    """

    method: Method
    error: float
    coverage: float
    outcomes: int


@dataclass(frozen=True)
class Forecast:
    """The next points: mean and 80 % interval, the method, and how every method did before.

    `errors` are outcome − forecast of the chosen method by origin and distance, as of a usual point of the
    season, nan where the outcome is not known yet; without rows where nothing could be tested. `harder` is
    how many times as wide as usual the interval is at each point. `spikes` are the places of points left out
    as one-off.
    `period` is that of the seasonal naive, 1 where the past is too short for a season.
    """

    method: Chosen
    mean: Floats
    low: Floats
    high: Floats
    tests: tuple[Backtest, ...]
    errors: Floats
    harder: Floats
    spikes: tuple[int, ...]
    period: int
    points: int

    def to(self, points: int) -> Forecast:
        """The same forecast of the first points only."""
        return replace(
            self,
            mean=self.mean[:points],
            low=self.low[:points],
            high=self.high[:points],
            harder=self.harder[:points],
        )

    @property
    def sd(self) -> Floats:
        """Standard deviation that goes with the interval of a usual point of the season, per point."""
        return np.asarray((self.high - self.mean) / self.harder / Z80)

    @property
    def test(self) -> Backtest | None:
        """The backtest of the chosen method; None where nothing could be tested."""
        return next((test for test in self.tests if test.method == self.method), None)

    @property
    def worse_than_naive(self) -> bool:
        """Whether, at the newer origins, the chosen method was further off than the seasonal naive one."""
        mine = self.test
        naive = next((test for test in self.tests if test.method == "seasonal naive"), None)
        return mine is not None and naive is not None and mine.error > naive.error


def forecast(
    values: ArrayLike,
    horizon: int,
    period: int = 52,
    tested: int | None = None,
    part: ArrayLike | None = None,
) -> Forecast:
    """The `horizon` points after `values` (oldest first, none below 0), which may have a season of `period`.

    Methods are tested over the first `tested` points ahead (None: all); beyond them the interval goes on
    widening as it did. With a `part` of the values: what is expected of the part, by its share of the newest
    points and the method chosen for the whole, tested on the part. With fewer than 16 points: their mean,
    untested. One point or none has no interval.

    Raises ValueError for a horizon below 1, for values that are missing or below 0, and for a part that is
    longer, shorter or anywhere larger than the whole.
    """
    whole = np.asarray(values, np.float64)
    known = whole if part is None else np.asarray(part, np.float64)
    if horizon < 1:
        raise ValueError(f"a horizon of {horizon} is none")
    for series in (whole, known):
        if series.ndim != 1 or not np.isfinite(series).all() or (series < 0).any():
            raise ValueError("a series of counts has no gaps and nothing below 0")
    if known.shape != whole.shape or (known > whole).any():
        raise ValueError("a part has as many points as the whole and is nowhere larger")
    spikes = spikes_of(known, period)
    if known.size < FEWEST_TO_TEST:
        return _mean(without(known, spikes), horizon, spikes)
    first = known.size - min(LONGEST_TEST, known.size - FEWEST_TO_FIT)
    season = period if first >= period else 1
    pasts = _pasts(whole, first, period)
    rolled = _rolled(whole, pasts, min(tested or horizon, horizon), season)
    misses, scales = _misses(whole, pasts, pasts, rolled, season)
    half = scales.size // 2
    chosen = _least_off(misses, scales, half)
    if part is not None:
        misses, scales = _misses(known, _pasts(known, first, period), pasts, rolled, season)
    then = _outcomes(harder_places(pasts[first], season), first, misses[chosen])
    tests = tuple(_tested(method, misses[method], scales, half, then) for method in METHODS)
    cleaned = without(whole, spikes_of(whole, period))
    mean = paths(cleaned, horizon, season, estimate(cleaned, season))[chosen]
    if part is not None:
        mean = mean * share_of(without(known, spikes), cleaned)
    errors = misses[chosen] / then
    harder = np.resize(np.roll(harder_places(cleaned, season), -known.size), horizon)
    low, high = interval(mean, errors, harder)
    return Forecast(chosen, mean, low, high, tests, errors, harder, spikes, season, known.size)


def interval(mean: Floats, errors: Floats, harder: Floats | float = 1.0) -> tuple[Floats, Floats]:
    """The 80 % interval around forecasts, from errors by origin and distance; never below 0.

    `harder` is how many times as wide as that of a usual point each is.
    """
    half = half_width(errors, mean.size) * harder
    return np.maximum(mean - half, 0), mean + half


def _outcomes(harder: Floats, first: int, errors: Floats) -> Floats:
    """How hard the outcome of each origin and distance was."""
    origin = first + ORIGIN_EVERY * np.arange(errors.shape[0])[:, None]
    return np.asarray(harder[(origin + np.arange(errors.shape[1])) % harder.size])


def half_width(errors: Floats, horizon: int) -> Floats:
    """Half the width of the 80 % interval at each distance.

    Squared errors are taken to grow in a straight line with the distance; the errors, each divided by the
    line's root, then give one common quantile, that of a new error among those seen. Errors of one origin
    hang together, so the quantile is widened as Student's is with as many degrees of freedom as origins.
    """
    known = np.isfinite(errors)
    if not known.any():
        return np.full(horizon, np.nan)
    away = np.broadcast_to(np.arange(errors.shape[1]), errors.shape)[known]
    seen = np.abs(errors[known])
    # The line goes through squared medians, because one odd week would tilt a line through squared errors;
    # each is as uncertain as it is large.
    places = np.flatnonzero(known.any(axis=0))
    middles = np.array([np.median(seen[away == place]) ** 2 for place in places])
    weights = np.sqrt(known.sum(axis=0)[places]) / np.maximum(middles, middles.max() * 0.02 or 1.0)
    slope, start = np.polyfit(places, middles, 1, w=weights) if places.size > 1 else (0.0, middles[0])
    if slope < 0 or start < 0:
        slope = max(float(slope), 0.0) if start >= 0 else float(middles.max() / max(places.max(), 1))
        start = max(float(np.average(middles - slope * places, weights=weights**2)), 0.0)
    # A middle of 0 says nothing of the growth: then the band is as wide near as far.
    start = start or slope or 1.0
    scaled = seen / np.sqrt(start + slope * away)
    share = min(1.0, np.ceil((scaled.size + 1) * LEVEL) / scaled.size)
    few = float(stdtrit(errors.shape[0], (1 + LEVEL) / 2)) / Z80
    return few * float(np.quantile(scaled, share)) * np.sqrt(start + slope * np.arange(horizon))


def together(forecasts: Sequence[Forecast], weights: Sequence[float]) -> tuple[Floats, Floats, Floats]:
    """Mean, low and high of a weighted sum of forecasts of the same days.

    Errors of the same origin are added up, so that what rises together is not taken for independent; where
    one of them could not be tested, the half widths are added up instead, the widest there can be.
    """
    mean = np.sum([weight * one.mean for one, weight in zip(forecasts, weights, strict=True)], axis=0)
    shapes = {one.errors.shape for one in forecasts}
    if len(shapes) == 1 and next(iter(shapes))[0]:
        errors = np.sum([w * one.errors for one, w in zip(forecasts, weights, strict=True)], axis=0)
        usual = np.sum([w * one.sd for one, w in zip(forecasts, weights, strict=True)], axis=0)
        each = np.sum([w * one.sd * one.harder for one, w in zip(forecasts, weights, strict=True)], axis=0)
        harder = np.divide(each, usual, out=np.ones_like(mean), where=usual > 0)
        return mean, *interval(mean, errors, harder)
    wide = np.sum([w * (one.high - one.mean) for one, w in zip(forecasts, weights, strict=True)], axis=0)
    return mean, np.maximum(mean - wide, 0), mean + wide


def _pasts(known: Floats, first: int, period: int) -> dict[int, Floats]:
    """What was known at each origin, without the spikes that could be seen then."""
    origins = range(first, known.size, ORIGIN_EVERY)
    return {origin: without(known[:origin], spikes_of(known[:origin], period)) for origin in origins}


def _rolled(
    known: Floats, pasts: dict[int, Floats], horizon: int, period: int
) -> dict[int, dict[Method, Floats]]:
    """What each method expected at each origin of the points that followed.

    Parameters are estimated once, from what was known at the first origin.
    """
    found: dict[int, dict[Method, Floats]] = {}
    smoothing: Smoothing | None = None
    for origin, past in pasts.items():
        smoothing = smoothing or estimate(past, period)
        found[origin] = paths(past, min(horizon, known.size - origin), period, smoothing)
    return found


def _misses(
    part: Floats,
    pasts: dict[int, Floats],
    of_whole: dict[int, Floats],
    rolled: dict[int, dict[Method, Floats]],
    period: int,
) -> tuple[dict[Method, Floats], Floats]:
    """Errors by method, origin and distance, and the naive error of the past at each origin.

    `pasts` and `of_whole` are what was known at each origin of the part and of the whole.
    """
    horizon = max(path.size for expected in rolled.values() for path in expected.values())
    misses: dict[Method, Floats] = {method: np.full((len(rolled), horizon), np.nan) for method in METHODS}
    scales = np.empty(len(rolled))
    for row, (origin, expected) in enumerate(rolled.items()):
        past = pasts[origin]
        share = 1.0 if pasts is of_whole else share_of(past, of_whole[origin])
        for method, path in expected.items():
            misses[method][row, : path.size] = part[origin : origin + path.size] - share * path
        lag = period if past.size > period else 1
        scales[row] = np.abs(past[lag:] - past[:-lag]).mean()
    return misses, scales


def _scaled(misses: Floats, scales: Floats) -> float:
    """Mean absolute scaled error; nan where the past never changed."""
    if not (scales > 0).all():
        return float("nan")
    return float(np.nanmean(np.abs(misses) / scales[:, None]))


def _least_off(misses: dict[Method, Floats], scales: Floats, half: int) -> Method:
    """The method with the least error at the older origins; the simplest one where they are equal."""
    if not (scales[:half] > 0).all():
        return min(METHODS, key=lambda method: float(np.nanmean(np.abs(misses[method][:half]))))
    return min(METHODS, key=lambda method: _scaled(misses[method][:half], scales[:half]))


def _tested(method: Method, misses: Floats, scales: Floats, half: int, harder: Floats) -> Backtest:
    newer, alike = misses[half:], misses / harder
    inside = np.abs(alike[half:]) <= half_width(alike[:half], misses.shape[1]) + 1e-9
    outcomes = int(np.isfinite(newer).sum())
    return Backtest(method, _scaled(newer, scales[half:]), float(inside.sum()) / outcomes, outcomes)


def _mean(known: Floats, horizon: int, spikes: tuple[int, ...]) -> Forecast:
    """The mean of few points, with the interval of one further point from a normal distribution."""
    n = known.size
    mean = np.full(horizon, known.mean() if n else np.nan)
    half = np.nan
    if n > 1:
        half = float(stdtrit(n - 1, (1 + LEVEL) / 2)) * float(known.std(ddof=1)) * np.sqrt(1 + 1 / n)
    low, high = np.maximum(mean - half, 0), mean + half
    return Forecast("mean", mean, low, high, (), np.empty((0, horizon)), np.ones(horizon), spikes, 1, n)
