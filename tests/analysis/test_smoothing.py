"""Smoothing against published figures and statsmodels' own results; seasons with known truth."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.tsa.forecasting.theta import ThetaModel
from statsmodels.tsa.holtwinters import SimpleExpSmoothing

from analysis import smoothing

OIL = [
    *(111.0091346, 130.8284341, 141.2870879, 154.2277747, 162.7408654, 192.1664835, 240.7997253),
    *(304.2173901, 384.0045673, 429.6621566, 359.3169299, 437.2518544, 468.4007898, 424.4353365),
    *(487.9794299, 509.8284478, 506.3472527, 340.1842374, 240.2589210, 219.0327876, 172.0746632),
    *(252.5900922, 221.0710774, 276.5187735, 271.1479517, 342.6186005, 428.3558357, 442.3945534),
    *(432.7851482, 437.2497186, 437.2091599, 445.3640981, 453.1950104, 454.4096410, 422.3789058),
    *(456.0371217, 440.3866047, 425.1943725, 486.2051735, 500.4290861, 521.2759092, 508.9476170),
    *(488.8888577, 509.8705750, 456.7229123, 473.8166029, 525.9508706, 549.8338076, 542.3404698),
]
"""Annual oil production of Saudi Arabia, 1965–2013: data set `oil` of R package fpp2."""


def test_exponential_smoothing_agrees_with_the_oil_example_of_the_textbook() -> None:
    # Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 2nd ed., 7.1: 1996–2013,
    # alpha = 0.8339, initial level 446.5868, every forecast 542.6806.
    known = np.array(OIL[31:])
    found = smoothing.estimate(known, 1)
    assert found.ets_alpha == pytest.approx(0.8339, abs=2e-3)
    assert found.ets_level == pytest.approx(446.5868, abs=0.5)
    ahead = smoothing.paths(known, 3, 1, found)["ETS"]
    np.testing.assert_allclose(ahead, 542.6806, rtol=2e-4)


def test_exponential_smoothing_agrees_with_the_r_package_forecast_on_the_whole_series() -> None:
    # ets(oil, "ANN") of the R package forecast: alpha 0.9999, initial level 110.8832, forecasts 542.3412.
    # Read in statsmodels, tsa/tests/results/fit_ets_results_nonseasonal.json. R keeps alpha below 0.9999.
    found = smoothing.estimate(np.array(OIL), 1)
    assert found.ets_alpha == pytest.approx(0.99989996, abs=2e-4)
    assert found.ets_level == pytest.approx(110.88321179, abs=0.2)
    ahead = smoothing.paths(np.array(OIL), 4, 1, found)["ETS"]
    np.testing.assert_allclose(ahead, 542.34121919, rtol=2e-6)


@pytest.mark.parametrize("seed", range(4))
def test_a_path_is_what_statsmodels_forecasts_with_the_same_parameters(seed: int) -> None:
    random = np.random.default_rng(seed)
    known = 80 + np.cumsum(random.normal(0.3, 2, 60)) + random.normal(0, 3, 60)
    found = smoothing.estimate(known, 1)
    ahead = smoothing.paths(known, 13, 1, found)
    fitted = SimpleExpSmoothing(known, initialization_method="estimated").fit()
    np.testing.assert_allclose(ahead["ETS"], fitted.forecast(13), rtol=1e-9)
    theta = ThetaModel(known, deseasonalize=False).fit()
    np.testing.assert_allclose(ahead["theta"], np.asarray(theta.forecast(13)), rtol=1e-6)


def test_theta_is_smoothing_with_half_the_slope_as_drift() -> None:
    # Hyndman & Billah (2003): for alpha = 1 the level is the last point, and every step adds half the slope.
    known = np.array([10.0, 12.0, 14.0, 16.0, 18.0])
    np.testing.assert_allclose(smoothing.theta(known, 3, 1.0), [19.0, 20.0, 21.0])


def test_the_seasonal_naive_forecast_repeats_the_last_period() -> None:
    known = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])
    np.testing.assert_array_equal(smoothing.seasonal_naive(known, 6, 4), [4, 5, 6, 7, 4, 5])
    np.testing.assert_array_equal(smoothing.seasonal_naive(known[:3], 2, 4), [3, 3])


def test_a_planted_season_is_found_and_put_back() -> None:
    weeks = np.arange(156)
    truth = 1 + 0.3 * np.sin(2 * np.pi * weeks / 52)
    known = np.random.default_rng(3).poisson(500 * truth).astype(float)
    season = smoothing.season_of(known, 52)
    np.testing.assert_allclose(season.index / season.index.mean(), truth[:52], atol=0.03)
    flat = smoothing.values_less(known, season)
    assert flat.std() < 0.25 * known.std()
    ahead = season.put_back(np.full(13, 500.0), 156)
    np.testing.assert_allclose(ahead / 500 / season.index.mean(), truth[:13], atol=0.03)


def test_noise_and_short_pasts_have_no_season() -> None:
    random = np.random.default_rng(4)
    without = [smoothing.season_of(random.poisson(300, 156), 52).index.size == 0 for _ in range(40)]
    assert sum(without) >= 36
    assert smoothing.season_of(random.poisson(300, 103), 52).index.size == 0
    assert smoothing.season_of(np.full(156, 7.0), 52).index.size == 0


def test_a_season_of_counts_with_zeros_adds_and_nothing_falls_below_zero() -> None:
    weeks = np.arange(156)
    known = np.random.default_rng(5).poisson(6 + 5 * np.sin(2 * np.pi * weeks / 52)).astype(float)
    assert known.min() == 0
    assert not smoothing.season_of(known, 52).multiplies
    for path in smoothing.paths(known, 52, 52, smoothing.estimate(known, 52)).values():
        assert (path >= 0).all()


def test_a_constant_is_carried_on() -> None:
    known = np.full(30, 12.0)
    for path in smoothing.paths(known, 5, 52, smoothing.estimate(known, 52)).values():
        np.testing.assert_allclose(path, 12.0)
