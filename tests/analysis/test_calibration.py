"""Calibration and Brier score against published forecasts, row-by-row computation and a planted bias."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.calibration import Calibration, calibration


def _from_rows(
    score: np.ndarray, outcome: np.ndarray, band: np.ndarray, bands: int, weight: np.ndarray | None = None
) -> Calibration:
    w = np.ones(score.size) if weight is None else weight
    sums = [
        np.bincount(band, w * part, minlength=bands)
        for part in (np.ones(score.size), score, outcome, score**2, score * outcome)
    ]
    squares = None if weight is None else np.bincount(band, w * w, minlength=bands)
    return calibration(*sums, weights_squared=squares)


def test_briers_ten_forecasts_of_rain() -> None:
    """Brier (1950), table 1: P = 0.19 summed over rain and no rain, so half of it for rain alone."""
    score = np.array([0.7, 0.9, 0.8, 0.4, 0.2, 0.0, 0.0, 0.0, 0.0, 0.1])
    rain = np.array([0, 1, 1, 1, 0, 0, 0, 0, 0, 0])
    found = _from_rows(score, rain, np.arange(10), 10).brier
    assert found.score == pytest.approx(0.19 / 2)
    assert found.within == pytest.approx(0)


def test_twelve_thousand_forecasts_of_precipitation() -> None:
    """Wilks, Statistical Methods (1995), table 7.3, as in R's verification package: mean outcome .162."""
    score = np.array([0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
    share = np.array([0.006, 0.019, 0.059, 0.15, 0.277, 0.377, 0.511, 0.587, 0.723, 0.779, 0.934, 0.933])
    used = np.array(
        [0.4112, 0.0671, 0.1833, 0.0986, 0.0616, 0.0366, 0.0303, 0.0275, 0.0245, 0.022, 0.017, 0.0203]
    )
    n = 12402 * used
    found = calibration(n, n * score, n * share, n * score**2, n * score * share)
    assert sum(band.share * band.n for band in found.bands) / n.sum() == pytest.approx(0.162, abs=5e-4)
    brier = found.brier
    # Forecasts and shares lie within 5 points of each other everywhere but in the last band.
    assert brier.reliability < 0.002 and brier.uncertainty == pytest.approx(0.162 * 0.838, abs=5e-4)
    assert brier.score == pytest.approx(brier.reliability - brier.resolution + brier.uncertainty)
    assert found.bands[-1].verdict == "over-confident" and found.bands[-1].mean_score == 1.0


def test_the_example_of_scikit_learn() -> None:
    """scikit-learn, brier_score_loss: outcomes 0 1 1 0, probabilities .1 .9 .8 .3 give .0375 (0.037)."""
    found = _from_rows(np.array([0.1, 0.9, 0.8, 0.3]), np.array([0, 1, 1, 0]), np.array([0, 1, 1, 0]), 2)
    assert found.brier.score == pytest.approx(0.0375)
    # By hand: two bands of mean .2 and .85, all 0 and all 1.
    assert found.brier.reliability == pytest.approx((0.2**2 + 0.15**2) / 2)
    assert (found.brier.resolution, found.brier.uncertainty) == (pytest.approx(0.25), 0.25)
    assert found.brier.skill == pytest.approx(0.85)


def test_the_calibration_curve_of_scikit_learn() -> None:
    """scikit-learn, calibration_curve: three bands with shares 0, .5, 1 at scores .2, .525, .85."""
    score = np.array([0.1, 0.2, 0.3, 0.4, 0.65, 0.7, 0.8, 0.9, 1.0])
    found = _from_rows(
        score, np.array([0, 0, 0, 0, 1, 1, 1, 1, 1]), np.minimum((score * 3).astype(int), 2), 3
    )
    assert [band.share for band in found.bands] == pytest.approx([0, 0.5, 1])
    assert [band.mean_score for band in found.bands] == pytest.approx([0.2, 0.525, 0.85])


def test_shares_per_band_of_a_published_risk_model() -> None:
    """Isr. J. Health Policy Res. 12 (2023), s13584-023-00580-x, table 5a, looked up: deaths by risk group."""
    size = np.array([3811, 1028, 7795, 3774, 3768, 3951, 3747, 3744, 3769, 2084])
    died = np.array([74, 29, 203, 157, 203, 279, 312, 426, 544, 459])
    expected = np.array([116.84, 38.36, 295.23, 151.78, 181.66, 236.31, 281.78, 344.13, 514.27, 525.64])
    score = expected / size
    found = calibration(size, expected, died, size * score**2, died * score)
    shares = [1.94, 2.82, 2.60, 4.16, 5.39, 7.06, 8.33, 11.38, 14.43, 22.02]
    assert [round(100 * band.share, 2) for band in found.bands] == shares
    means = [3.066, 3.732, 3.787, 4.022, 4.821, 5.981, 7.520, 9.192, 13.645, 25.223]
    assert [round(100 * band.mean_score, 3) for band in found.bands] == pytest.approx(means, abs=1.1e-3)
    # Far fewer died than expected in groups 1, 3 and 10, far more in 6 and 8.
    verdicts = [band.verdict for band in found.bands]
    assert [verdicts[place] for place in (0, 2, 9)] == ["over-confident"] * 3
    assert [verdicts[place] for place in (5, 7)] == ["under-confident"] * 2


@pytest.mark.parametrize(
    ("part", "score", "outcome", "n", "value"),
    [
        ("reliability", [1.0, 0.5], [1, 0], [1, 1], 0.125),
        ("reliability", [1.0], [0], [2], 1.0),
        ("reliability", [0.51], [1], [1000], (0.51 - 1) ** 2),
        ("resolution", [1.0, 0.5], [1, 0], [1, 1], 0.25),
        ("resolution", [1.0], [0], [2], 0.0),
        (
            "resolution",
            [0.95, 1.0],
            [1, 0],
            [1000, 500],
            (1000 * (1 - 2 / 3) ** 2 + 500 * (2 / 3) ** 2) / 1500,
        ),
        ("uncertainty", [0.15, 0.25], [1, 0], [1, 1], 0.25),
        ("uncertainty", [1.0, 1.0], [1, 0], [1, 1], 0.25),
        ("uncertainty", [1.0], [0], [2], 0.0),
    ],
)
def test_parts_of_the_solar_forecast_arbiter(
    part: str, score: list[float], outcome: list[int], n: list[int], value: float
) -> None:
    """Solar Forecast Arbiter, the examples its own tests hold for each part of Murphy (1973)."""
    s, o, w = (np.array(given, float) for given in (score, outcome, n))
    parts = calibration(w, w * s, w * o, w * s**2, w * s * o).brier
    assert getattr(parts, part) == pytest.approx(value)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(18, 20, 0.69896635, 0.97213352), (4, 20, 0.08065766, 0.41601743), (4, 200, 0.00780443, 0.05028709)],
)
def test_the_interval_of_a_band_is_that_of_r_binom(hits: int, n: int, low: float, high: float) -> None:
    """R's binom.confint, method wilson, as kept beside statsmodels' own tests."""
    band = calibration([n], [n * 0.5], [hits], [n * 0.25], [hits * 0.5]).bands[0]
    assert (band.low, band.high) == pytest.approx((low, high), abs=5e-9)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.booleans(), st.floats(0.5, 20)),
        min_size=1,
        max_size=80,
    )
)
def test_parts_add_up_and_equal_the_rows(rows: list[tuple[float, bool, float]]) -> None:
    score, outcome, weight = (np.array(part, float) for part in zip(*rows, strict=True))
    band = np.minimum((score * 5).astype(int), 4)
    found = _from_rows(score, outcome, band, 5, weight)
    mean = np.average((score - outcome) ** 2, weights=weight)
    assert found.brier.score == pytest.approx(mean, abs=1e-12)
    brier = found.brier
    total = brier.reliability - brier.resolution + brier.uncertainty + brier.within
    assert brier.score == pytest.approx(total, abs=1e-12)
    for place, shown in zip(found.positions, found.bands, strict=True):
        inside = band == place
        assert shown.mean_score == pytest.approx(np.average(score[inside], weights=weight[inside]))
        assert shown.share == pytest.approx(np.average(outcome[inside], weights=weight[inside]))
        assert shown.n_effective == pytest.approx(weight[inside].sum() ** 2 / (weight[inside] ** 2).sum())
        assert shown.low <= shown.share <= shown.high


def test_high_scores_that_promise_too_much_are_named_and_only_they() -> None:
    rng = np.random.default_rng(6)
    score = rng.uniform(0, 1, 20_000)
    truth = np.where(score > 0.8, score - 0.15, score)
    outcome = (rng.random(20_000) < truth).astype(float)
    found = _from_rows(score, outcome, (score * 10).astype(int), 10)
    verdicts = [band.verdict for band in found.bands]
    assert verdicts[8:] == ["over-confident", "over-confident"]
    assert verdicts[:8] == [""] * 8
    shy = _from_rows(
        score, (rng.random(20_000) < np.minimum(score + 0.1, 1)).astype(float), (score * 2).astype(int), 2
    )
    assert {band.verdict for band in shy.bands} == {"under-confident"}


def test_calibrated_scores_are_seldom_named() -> None:
    rng = np.random.default_rng(12)
    named = 0
    for _ in range(300):
        score = rng.uniform(0, 1, 1000)
        outcome = (rng.random(1000) < score).astype(float)
        found = _from_rows(score, outcome, (score * 10).astype(int), 10)
        named += any(band.verdict for band in found.bands)
    assert named / 300 < 0.14


def test_weights_widen_the_interval_and_take_the_bias_out() -> None:
    """Risky enforcements are audited ten times as often: weights 1 and 10 give the true share back."""
    found = calibration([1000 + 1000], [1600], [900 + 500], [1280], [1120], [1000 + 100 * 100])
    assert found.bands[0].share == pytest.approx(0.7)
    assert found.bands[0].n_effective == pytest.approx(2000**2 / 11_000)
    plain = calibration([2000], [1600], [1400], [1280], [1120])
    assert found.bands[0].high - found.bands[0].low > 2 * (plain.bands[0].high - plain.bands[0].low)


def test_no_rows_empty_bands_and_a_score_of_one() -> None:
    nothing = calibration([0, 0], [0, 0], [0, 0], [0, 0], [0, 0])
    assert nothing.bands == () and np.isnan(nothing.brier.score)
    found = calibration([0, 5], [0, 5], [0, 4], [0, 5], [0, 4])
    assert found.positions == (1,)
    assert found.bands[0].verdict == "over-confident"  # 1.0 said certain, and one in five was not
    assert calibration([5], [5], [5], [5], [5]).bands[0].verdict == ""
    assert np.isnan(calibration([5], [5], [5], [5], [5]).brier.skill)


@pytest.mark.parametrize(
    "sums",
    [
        ([2], [3], [1], [2], [1]),
        ([2], [1], [3], [1], [1]),
        ([2], [1], [1], [1], [1.5]),
        ([-1], [0], [0], [0], [0]),
    ],
)
def test_sums_that_cannot_be_are_refused(sums: tuple[list[float], ...]) -> None:
    with pytest.raises(ValueError, match="cannot give"):
        calibration(*sums)
    with pytest.raises(ValueError, match="all its sums"):
        calibration([1, 2], [1], [1], [1], [1])
