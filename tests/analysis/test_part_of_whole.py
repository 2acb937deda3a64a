"""Shares of a whole: what is expected of a part, and how far a share is off, against known truths."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.forecasting import forecast
from analysis.part_of_whole import share_errors, share_of


def test_a_share_is_that_of_the_newest_eight_points() -> None:
    part, whole = np.array([90.0] * 4 + [2.0] * 8), np.array([100.0] * 4 + [10.0] * 8)
    assert share_of(part, whole) == pytest.approx(0.2)
    assert share_of(np.zeros(9), np.zeros(9)) == 0


def test_parts_are_expected_to_add_up_to_the_whole_and_keep_its_season() -> None:
    random = np.random.default_rng(2)
    wave = 600 * (1 + 0.3 * np.sin(2 * np.pi * np.arange(156) / 52))
    parts = np.stack([random.poisson(share * wave) for share in (0.5, 0.4, 0.1)]).astype(float)
    whole = parts.sum(axis=0)
    all_of_it = forecast(whole, 27, 52, 13)
    each = [forecast(whole, 27, 52, 13, part) for part in parts]
    assert {one.method for one in each} == {all_of_it.method}
    assert np.sum([one.mean for one in each], axis=0) == pytest.approx(all_of_it.mean, rel=0.01)
    truth = 600 * (1 + 0.3 * np.sin(2 * np.pi * np.arange(156, 183) / 52))
    # Alone, the smallest part (60 a week, chance 13 %) shows hardly any season; its share of the whole does.
    assert each[2].mean == pytest.approx(0.1 * truth, rel=0.15)
    assert (each[2].low <= each[2].mean).all() and (each[2].mean <= each[2].high).all()


def test_the_band_of_a_part_holds_four_fifths_of_what_came() -> None:
    random = np.random.default_rng(8)
    inside = []
    for _ in range(30):
        level = 500 * np.exp(np.cumsum(random.normal(0, 0.03, 133)))
        parts = random.poisson(level * np.array([[0.7], [0.3]])).astype(float)
        found = forecast(parts.sum(axis=0)[:120], 13, 52, 13, parts[1, :120])
        inside.append((found.low <= parts[1, 120:]) & (parts[1, 120:] <= found.high))
    assert 0.7 <= np.mean(inside) <= 0.9


def test_a_part_is_nowhere_larger_than_the_whole() -> None:
    with pytest.raises(ValueError, match="nowhere larger"):
        forecast([5.0] * 20, 3, part=[6.0] * 20)
    with pytest.raises(ValueError, match="as many points"):
        forecast([5.0] * 20, 3, part=[1.0] * 19)


def test_the_error_of_a_share_is_what_it_got_wrong_less_chance() -> None:
    random = np.random.default_rng(4)
    whole = np.full(150, 500.0)
    steady = random.binomial(500, 0.1, 150).astype(float)
    error, origins = share_errors(steady, whole, 1.0, 26)
    assert origins > 100
    assert error.max() < 0.12, "nothing but chance: hardly more than the mean of eight weeks errs"
    walks = 50 * np.exp(np.cumsum(random.normal(0, 0.1, (200, 150)), axis=1))
    moving = np.array([share_errors(walk, np.full(150, 1e6), 0.0, 26)[0] for walk in walks])
    assert (np.diff(moving, axis=1) >= 0).all()
    # A walk of 10 % a week against the mean of its last eight weeks: after h weeks the logarithms differ with
    # variance v = 0.01 (h + (7² + … + 1²) ÷ 8²), so the share errs by the root of e^2v − 2 e^(v/2) + 1.
    for weeks in (1, 4, 13):
        v = 0.01 * (weeks + 140 / 64)
        truth = np.sqrt(np.exp(2 * v) - 2 * np.exp(v / 2) + 1)
        assert np.sqrt((moving[:, weeks - 1] ** 2).mean()) == pytest.approx(truth, rel=0.15)


def test_a_season_of_the_whole_is_no_error_of_the_share() -> None:
    whole = 500 * (1 + 0.5 * np.sin(2 * np.pi * np.arange(150) / 52))
    error, _ = share_errors(0.25 * whole, whole, 0.0, 26)
    assert error.max() == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("counts", [[], [5.0] * 5, [0.0] * 60, [0.0] * 30 + [5000.0] + [0.0] * 30])
def test_short_empty_and_spiked_pasts_give_a_finite_error(counts: list[float]) -> None:
    own = np.array(counts)
    error, _ = share_errors(own, 2 * own, 1.0, 26)
    assert len(error) == 26
    assert np.isfinite(error).all()
