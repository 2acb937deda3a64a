"""Limits against published examples and plain loops."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis.control_limits import (
    XMR_FACTOR,
    lag_one_autocorrelation,
    laney_limits,
    mean_moving_range,
    needs_laney,
    xmr_limits,
)

NIST_VISCOSITY = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
MONTGOMERY_LOANS = [
    310, 288, 297, 298, 307, 303, 294, 297, 308, 306, 294, 299, 297, 299, 314, 295, 293, 306, 301, 304,
]  # fmt: skip
TRADE_DEFICIT_1987 = [10.7, 13.0, 11.4, 11.5, 12.5, 14.1, 14.8, 14.1, 12.6, 16.0, 11.7, 10.6]


def test_moving_range_limits_match_the_nist_handbook_example() -> None:
    """NIST/SEMATECH e-Handbook 6.3.2.2: centre 50.81, limits 45.8158 and 55.8041."""
    values = np.array(NIST_VISCOSITY)
    half = XMR_FACTOR * mean_moving_range(values)
    assert values.mean() - half == pytest.approx(45.8158, abs=0.002)
    assert values.mean() + half == pytest.approx(55.8041, abs=0.002)


def test_xmr_limits_match_wheelers_trade_deficit() -> None:
    """Wheeler, Understanding Variation, the 1987 US trade deficits: 12.75, 8.33 to 17.17."""
    limits = xmr_limits(np.array(TRADE_DEFICIT_1987), np.arange(12), is_count=False)
    assert limits.centre[0] == pytest.approx(12.75, abs=0.005)
    assert limits.lower[0] == pytest.approx(8.33, abs=0.01)
    assert limits.upper[0] == pytest.approx(17.17, abs=0.01)


def test_xmr_limits_match_montgomerys_costs_of_processing_loans() -> None:
    """Montgomery, Introduction to Statistical Quality Control: 300.5, moving range 7.79, 279.78 to 321.22."""
    values = np.array(MONTGOMERY_LOANS, float)
    assert mean_moving_range(values) == pytest.approx(7.79, abs=0.005)
    limits = xmr_limits(values, np.arange(20), is_count=False)
    assert limits.centre[0] == 300.5
    # The book rounds the moving range and takes 1.128, we 2.66 for 3 / 1.128.
    assert (limits.lower[0], limits.upper[0]) == pytest.approx((279.78, 321.22), abs=0.01)


def test_autocorrelated_baseline_uses_three_sample_sd() -> None:
    values = np.sin(np.arange(26) / 4.0) * 10 + 50
    assert lag_one_autocorrelation(values) > 0.4
    limits = xmr_limits(values, np.arange(26), is_count=False)
    assert limits.autocorrelated and limits.method == "3 SD (autocorrelated)"
    assert limits.upper[0] == pytest.approx(values.mean() + 3 * np.std(values, ddof=1))


def test_laney_limits_equal_a_plain_loop_over_periods() -> None:
    rng = np.random.default_rng(5)
    n = rng.integers(100, 400, 30).astype(float)
    k = rng.binomial(n.astype(int), 0.3).astype(float)
    limits = laney_limits(k, n, np.arange(22), 29, kind="ratio", per=1.0)
    p = sum(k[:22]) / sum(n[:22])
    z = [(k[i] / n[i] - p) / (p * (1 - p) / n[i]) ** 0.5 for i in range(22)]
    sigma_z = sum(abs(z[i] - z[i - 1]) for i in range(1, 22)) / 21 / 1.128
    for i in range(30):
        step = 3 * (p * (1 - p) / n[i]) ** 0.5 * sigma_z
        assert limits.upper[i] == pytest.approx(p + step)
        assert limits.lower[i] == pytest.approx(p - step)
        assert limits.centre[i] == pytest.approx(p)


def test_laney_u_limits_scale_with_the_rate_unit() -> None:
    rng = np.random.default_rng(6)
    n = rng.integers(1000, 4000, 30).astype(float)
    k = rng.poisson(n * 0.02).astype(float)
    one = laney_limits(k, n, np.arange(22), 29, kind="rate", per=1.0)
    thousand = laney_limits(k, n, np.arange(22), 29, kind="rate", per=1000.0)
    np.testing.assert_allclose(thousand.upper, one.upper * 1000)
    assert thousand.method == "Laney u′"


@pytest.mark.parametrize(
    ("numerators", "denominators", "expected"),
    [
        ([50, 50, 50], [100, 100, 100], False),
        ([50, 50, 100], [100, 100, 201], True),
        ([4, 4, 4], [100, 100, 100], True),
        ([96, 96, 96], [100, 100, 100], True),
        ([5, 5, 5], [100, 100, 100], False),
    ],
)
def test_laney_is_needed_when_n_varies_or_events_are_few(
    numerators: list[float], denominators: list[float], expected: bool
) -> None:
    got = needs_laney(np.array(numerators, float), np.array(denominators, float), "ratio")
    assert got is expected


@pytest.mark.parametrize("events", [0, 3, 10, 40])
def test_rare_counts_get_the_negative_binomial_prediction_limit(events: int) -> None:
    """The limit is the smallest count whose predictive probability reaches Φ(3), by scipy's own quantile."""
    baseline = np.zeros(26)
    baseline[np.arange(events) % 26] += 1
    baseline[0] += events - baseline.sum()
    limits = xmr_limits(baseline, np.arange(26), is_count=True)
    floor = stats.nbinom.ppf(stats.norm.cdf(3), events + 0.5, 26 / 27)
    assert limits.few
    assert limits.upper[0] >= floor
    if events == 0:
        assert limits.upper[0] == floor
