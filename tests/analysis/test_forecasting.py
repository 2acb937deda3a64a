"""Forecasts: published figures, series with known truth, coverage, and the past nobody wishes for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import forecasting
from analysis.forecasting import (
    Backtest,
    forecast,
    half_width,
    interval,
    together,
)
from analysis.odd_points import harder_places, spikes_of
from tests.analysis.test_smoothing import OIL

HORIZON = 13


def drawn(kind: str, random: np.random.Generator, weeks: int) -> np.ndarray:
    """A simulated past, and the future that belongs to it."""
    at = np.arange(weeks)
    if kind == "steady":
        return random.poisson(60, weeks).astype(float)
    if kind == "season":
        return random.poisson(400 * np.exp(0.2 * np.sin(2 * np.pi * at / 52))).astype(float)
    level = 500 + np.cumsum(random.normal(0, 6, weeks))
    return np.maximum(0, np.round(level + random.normal(0, 15, weeks)))


@pytest.mark.parametrize(("kind", "seed"), [("steady", 1), ("season", 2), ("wandering", 3)])
def test_the_band_holds_75_to_85_percent_of_a_future_known(kind: str, seed: int) -> None:
    random = np.random.default_rng(seed)
    inside = []
    for _ in range(60):
        known = drawn(kind, random, 156 + HORIZON)
        found = forecast(known[:-HORIZON], HORIZON)
        inside.append((found.low <= known[-HORIZON:]) & (known[-HORIZON:] <= found.high))
    assert 0.75 <= np.mean(inside) <= 0.85


def year(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Three years and what follows, of any week of the year: counts and the week of the year of each.

    A season, a peak of six weeks before a dip at Christmas, a level that drifts, and counts that vary more
    than by chance.
    """
    weeks = 156 + HORIZON
    at = np.arange(weeks) + random.integers(52)
    place = at % 52
    wave = random.uniform(0, 0.2) * np.sin(2 * np.pi * (at + random.integers(52)) / 52)
    peak = np.where(place >= 46, random.uniform(0.1, 0.3), 0.0)
    dip = np.where(at_turn(place), random.uniform(0.2, 0.6), 0.0)
    level = np.log(random.uniform(60, 1500)) + np.cumsum(random.normal(0, random.uniform(0, 0.015), weeks))
    mean, dispersion = np.exp(level + wave + peak - dip), random.uniform(1.2, 4)
    return random.negative_binomial(mean / (dispersion - 1), 1 / dispersion).astype(float), place


def at_turn(place: np.ndarray) -> np.ndarray:
    """Weeks of Christmas and New Year."""
    return (place == 51) | (place == 0)


@pytest.mark.slow
def test_the_band_holds_through_the_year_and_at_christmas() -> None:
    random = np.random.default_rng(21)
    inside, christmas = [], []
    for _ in range(80):
        known, place = year(random)
        found = forecast(known[:-HORIZON], HORIZON)
        inside.append((found.low <= known[-HORIZON:]) & (known[-HORIZON:] <= found.high))
        christmas.append(at_turn(place[-HORIZON:]))
    assert 0.75 <= np.mean(inside) <= 0.85
    at_christmas = np.array(inside)[np.array(christmas)]
    assert at_christmas.size > 25
    assert 0.7 <= at_christmas.mean() <= 0.95


def test_weeks_that_are_low_every_year_are_no_spikes_and_are_expected_low_again() -> None:
    known = np.random.default_rng(22).poisson(400, 156).astype(float)
    known[[30, 82, 134]] *= 0.4
    assert spikes_of(known, 52) == ()
    assert spikes_of(known) == (30, 82, 134)
    found = forecast(known, 32)
    assert found.mean[30] == pytest.approx(160, rel=0.15)
    assert found.mean[29] == pytest.approx(400, rel=0.05) == found.mean[31]
    known[134] = 400
    assert 82 not in spikes_of(known, 52), "seen twice"
    known[82] = 400
    assert spikes_of(known, 52) == (30,), "seen once"


def test_the_band_is_wider_where_earlier_years_were_far_off_the_season() -> None:
    random = np.random.default_rng(23)
    known = random.poisson(400, 156).astype(float)
    for start in (36, 88, 140):
        known[start : start + 3] *= random.choice([0.75, 1.3])
    harder = harder_places(known, 52)
    assert harder[37] > 1.3
    assert np.median(harder) < 1.1 and harder.min() == 1.0
    found = forecast(known, 52)
    usual = (found.high - found.mean) / found.harder
    assert found.harder[(37 - 156) % 52] > 1.3
    np.testing.assert_allclose(found.sd * forecasting.Z80, usual)
    np.testing.assert_array_equal(harder_places(known[:90], 52), 1.0)
    np.testing.assert_array_equal(harder_places(np.full(156, 9.0), 52), 1.0)


def test_the_coverage_said_is_the_coverage_there_is() -> None:
    random = np.random.default_rng(5)
    said = [forecast(drawn("steady", random, 156), HORIZON).test for _ in range(40)]
    assert np.mean([test.coverage for test in said if test is not None]) == pytest.approx(0.8, abs=0.05)


def test_the_error_is_the_mean_absolute_scaled_error_counted_by_hand() -> None:
    known = drawn("steady", np.random.default_rng(6), 40)
    found = forecast(known, 4)
    naive = next(test for test in found.tests if test.method == "seasonal naive")
    assert found.period == 1 and found.spikes == ()
    origins = range(8, 40, 2)
    newer = list(origins)[len(origins) // 2 :]
    errors = [
        abs(known[at] - known[origin - 1]) / np.abs(np.diff(known[:origin])).mean()
        for origin in newer
        for at in range(origin, min(origin + 4, 40))
    ]
    assert naive.error == pytest.approx(np.mean(errors))
    assert naive.outcomes == len(errors)


def test_a_published_series_is_forecast_as_published() -> None:
    # Oil production of Saudi Arabia to 2013 (Forecasting: Principles and Practice, 2nd ed., 3.1 and 7.1):
    # the naive forecast is the last value, 542.34.
    found = forecast(OIL, 3)
    naive = forecasting.paths(np.array(OIL), 3, 1, forecasting.estimate(np.array(OIL), 1))["seasonal naive"]
    np.testing.assert_allclose(naive, 542.3404698)
    assert found.mean[0] == pytest.approx(542, abs=15)
    assert (found.low < found.mean).all() and (found.mean < found.high).all()


def test_a_season_is_forecast_better_than_by_its_last_value() -> None:
    known = drawn("season", np.random.default_rng(8), 169)
    found = forecast(known[:-HORIZON], HORIZON)
    assert (
        np.abs(found.mean - known[-HORIZON:]).mean() < np.abs(known[-HORIZON - 1] - known[-HORIZON:]).mean()
    )


def test_five_points_are_their_mean_and_say_that_nothing_was_tested() -> None:
    found = forecast([10, 12, 9, 11, 13], 3)
    assert (found.method, found.tests, found.test, found.points) == ("mean", (), None, 5)
    np.testing.assert_allclose(found.mean, 11.0)
    # t with 4 degrees of freedom: 1.5332 × 1.5811 × √1.2
    np.testing.assert_allclose(found.high - found.mean, 2.6556, rtol=1e-3)
    assert not found.worse_than_naive


@pytest.mark.parametrize("points", [0, 1])
def test_one_point_or_none_has_no_interval(points: int) -> None:
    found = forecast([4.0] * points, 2)
    assert np.isnan(found.high).all() and np.isnan(found.low).all()
    assert np.isnan(found.mean).all() == (points == 0)


@pytest.mark.parametrize("points", [5, 16, 60, 156])
def test_all_zeros_expect_nothing(points: int) -> None:
    found = forecast(np.zeros(points), HORIZON)
    for series in (found.mean, found.low, found.high):
        np.testing.assert_array_equal(series, 0.0)
    assert not found.worse_than_naive
    assert all(np.isnan(test.error) for test in found.tests)


@pytest.mark.parametrize("place", [20, 100, 140, 154, 155])
def test_one_huge_spike_moves_neither_the_forecast_nor_the_band(place: int) -> None:
    known = drawn("steady", np.random.default_rng(9), 156)
    usual = forecast(known, HORIZON)
    known[place] = 60_000
    found = forecast(known, HORIZON)
    assert found.spikes == (place,)
    np.testing.assert_allclose(found.mean, usual.mean, rtol=0.06)
    assert (found.high - found.mean).max() < 3 * (usual.high - usual.mean).max()


def test_a_step_that_stays_is_no_spike() -> None:
    known = drawn("steady", np.random.default_rng(10), 156)
    known[-26:] += 200
    assert spikes_of(known) == ()
    assert forecast(known, HORIZON).mean[0] == pytest.approx(260, rel=0.1)


def test_a_forecast_worse_than_the_naive_one_says_so() -> None:
    found = forecast(drawn("steady", np.random.default_rng(11), 60), 4)
    naive = Backtest("seasonal naive", 1.0, 0.8, 50)
    worse = replace(found, method="ETS", tests=(naive, Backtest("ETS", 1.01, 0.8, 50)))
    better = replace(found, method="ETS", tests=(naive, Backtest("ETS", 0.99, 0.8, 50)))
    assert worse.worse_than_naive and not better.worse_than_naive


def test_a_past_that_turns_is_found_worse_than_naive() -> None:
    # A season of 52 that vanishes: what was best on the older weeks is not on the newest.
    weeks = np.arange(156)
    known = 300 + 100 * np.sin(2 * np.pi * weeks / 52) + np.random.default_rng(12).normal(0, 3, 156)
    known[-14:] = 900
    known[-14:] += np.arange(14) * 40
    found = forecast(known, HORIZON)
    assert {test.method for test in found.tests} == {"seasonal naive", "ETS", "theta"}
    chosen = found.test
    assert chosen is not None and chosen.coverage < 0.6


@given(st.lists(st.integers(0, 500), min_size=0, max_size=70), st.integers(1, 20))
@settings(max_examples=60, deadline=None)
def test_any_past_gives_an_ordered_band_above_zero(past: list[int], horizon: int) -> None:
    found = forecast(past, horizon)
    assert found.mean.shape == found.low.shape == found.high.shape == (horizon,)
    if len(past) > 1:
        assert (found.low >= 0).all()
        assert (found.low <= found.mean + 1e-9).all() and (found.mean <= found.high + 1e-9).all()
        assert np.isfinite(found.sd).all()


def test_half_widths_follow_errors_that_grow_with_the_distance() -> None:
    errors = np.random.default_rng(13).normal(0, 1, (4000, 9)) * np.sqrt(1 + 3 * np.arange(9))
    truth = 1.2816 * np.sqrt(1 + 3 * np.arange(9))
    np.testing.assert_allclose(half_width(errors, 9), truth, rtol=0.05)


def test_the_band_of_a_sum_knows_that_its_parts_move_together() -> None:
    random = np.random.default_rng(14)
    one = forecast(drawn("steady", random, 156), HORIZON)
    twin, opposite = replace(one), replace(one, errors=-one.errors)
    mean, low, high = together((one, twin), (1.0, 2.0))
    np.testing.assert_allclose(mean, 3 * one.mean)
    np.testing.assert_allclose(high - mean, 3 * (one.high - one.mean), rtol=1e-9)
    _, low, high = together((one, opposite), (1.0, 1.0))
    np.testing.assert_allclose(high, low)


def test_a_sum_with_an_untested_part_takes_the_widest_band() -> None:
    one = forecast(drawn("steady", np.random.default_rng(15), 156), HORIZON)
    few = forecast([10, 12, 9, 11, 13], HORIZON)
    mean, _, high = together((one, few), (1.0, 1.0))
    np.testing.assert_allclose(high - mean, (one.high - one.mean) + (few.high - few.mean))


def test_the_band_never_falls_below_zero() -> None:
    low, high = interval(np.array([1.0, 1.0]), np.full((5, 2), 4.0))
    assert (low == 0).all() and (high > 4).all()


@pytest.mark.parametrize("bad", [[1.0, np.nan, 2.0], [1.0, -1.0], [[1.0, 2.0]]])
def test_gaps_and_negative_counts_are_refused(bad: list[float]) -> None:
    with pytest.raises(ValueError, match="no gaps"):
        forecast(bad, 2)
    with pytest.raises(ValueError, match="horizon"):
        forecast([1.0], 0)
