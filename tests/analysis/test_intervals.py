"""Intervals against statsmodels, published tables and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from analysis.intervals import (
    design_effect,
    difference_of_shares,
    effective_n,
    effective_n_weighted,
    mean_interval,
    order_statistic_interval,
    poisson_rate,
    wilson,
)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_equals_statsmodels_and_holds_the_share(counts: tuple[int, int]) -> None:
    hits, n = counts
    low, high = proportion_confint(hits, n, method="wilson")
    ours = wilson(hits, n)
    assert float(ours.low) == pytest.approx(low, abs=1e-12)
    assert float(ours.high) == pytest.approx(high, abs=1e-12)
    assert 0 <= ours.low <= hits / n <= ours.high <= 1


def test_wilson_of_nothing_is_not_a_number() -> None:
    ours = wilson([0, 1, 81], [0, 0, 263])
    assert np.isnan(ours.low[:2]).all() and np.isnan(ours.high[:2]).all()
    # Newcombe (1998), table I: 81 of 263 gives 0.2553 to 0.3662.
    assert ours.low[2] == pytest.approx(0.2553, abs=5e-5)
    assert ours.high[2] == pytest.approx(0.3662, abs=5e-5)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(18, 20, 0.69896635, 0.97213352), (4, 20, 0.08065766, 0.41601743), (4, 200, 0.00780443, 0.05028709)],
)
def test_wilson_of_r_binom(hits: int, n: int, low: float, high: float) -> None:
    """R's binom.confint, method wilson, as kept beside statsmodels' own tests."""
    ours = wilson(hits, n)
    assert (float(ours.low), float(ours.high)) == pytest.approx((low, high), abs=5e-9)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((0, 10, 0, 10), -0.2775, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0000),
        ((10, 10, 0, 10), 0.6075, 1.0000),
    ],
)
def test_differences_of_newcombes_table(counts: tuple[int, int, int, int], low: float, high: float) -> None:
    """Newcombe, Stat. Med. 17 (1998), table II, method 10."""
    ours = difference_of_shares(*counts)
    assert (float(ours.low), float(ours.high)) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 900), st.integers(1, 900), st.floats(0, 1), st.floats(0, 1))
def test_a_difference_equals_statsmodels_and_turns_with_its_groups(
    n: int, m: int, p: float, q: float
) -> None:
    x, y = round(p * n), round(q * m)
    ours = difference_of_shares([x, 1], [n, 0], [y, 1], [m, 5])
    theirs = confint_proportions_2indep(x, n, y, m, method="newcomb", compare="diff")
    assert (ours.low[0], ours.high[0]) == pytest.approx(theirs, abs=1e-9)
    assert np.isnan(ours.low[1])
    turned = difference_of_shares(y, m, x, n)
    assert (-float(turned.high), -float(turned.low)) == pytest.approx((ours.low[0], ours.high[0]))


def test_poisson_rate_matches_the_garwood_table() -> None:
    # Garwood (1936): 0 gives 0 to 3.689, 10 gives 4.795 to 18.390.
    ours = poisson_rate([0, 10], [2000, 2000], per=1000)
    np.testing.assert_allclose(ours.low, [0, 4.795 / 2], atol=5e-4)
    np.testing.assert_allclose(ours.high, [3.689 / 2, 18.390 / 2], atol=5e-4)
    assert np.isnan(poisson_rate(3, 0).low)


def test_poisson_rates_of_r_survival_and_exactci() -> None:
    """R's survival, cipoisson(4): 1.08986 to 10.2415; exactci, 15 in 400: 0.0209885 to 0.0618505."""
    ours = poisson_rate([4, 15], [1, 400], per=1)
    assert (ours.low[0], ours.high[0]) == pytest.approx((1.089865, 10.24153), abs=1e-4)
    assert (ours.low[1], ours.high[1]) == pytest.approx((0.0209884653, 0.0618505472), abs=1e-9)


@pytest.mark.parametrize(("n", "ranks"), [(20, (6, 15)), (30, (10, 21)), (100, (40, 61)), (5, (None, None))])
def test_median_ranks_match_the_published_table(n: int, ranks: tuple[int | None, int | None]) -> None:
    """Conover, Practical Nonparametric Statistics: ranks of the 95 % interval of a median."""
    assert order_statistic_interval(n, 0.5) == ranks


@pytest.mark.parametrize(("n", "p"), [(15, 0.5), (60, 0.9), (200, 0.25), (40, 0.9)])
def test_order_statistic_interval_covers_at_least_the_confidence_and_is_tight(n: int, p: float) -> None:
    low, high = order_statistic_interval(n, p)
    below = stats.binom(n, p)
    if low is not None:
        assert below.cdf(low - 1) <= 0.025 < below.cdf(low)
    if high is not None:
        assert below.sf(high - 1) <= 0.025 < below.sf(high - 2)


def test_design_effect_of_identical_rows_is_the_cluster_size() -> None:
    rng = np.random.default_rng(1)
    sellers = 4000
    sums = 5.0 * rng.binomial(1, 0.3, sellers)
    assert design_effect(sums, np.full(sellers, 5)) == pytest.approx(5.0, rel=0.01)
    independent = rng.binomial(5, 0.3, sellers)
    assert design_effect(independent, np.full(sellers, 5)) == pytest.approx(1.0, abs=0.06)


@pytest.mark.parametrize(
    ("survived", "alive", "effect"),
    [
        (
            [13, 12, 9, 9, 8, 8, 12, 11, 9, 9, 8, 11, 4, 5, 7, 7],
            [13, 12, 9, 9, 8, 8, 13, 12, 10, 10, 9, 13, 5, 7, 10, 10],
            1.232495,
        ),
        (
            [12, 11, 10, 9, 10, 9, 9, 8, 8, 4, 7, 4, 5, 3, 3, 0],
            [12, 11, 10, 9, 11, 10, 10, 9, 9, 5, 9, 7, 10, 6, 10, 7],
            3.952861,
        ),
    ],
    ids=["control", "treated"],
)
def test_design_effects_of_weils_litters(survived: list[int], alive: list[int], effect: float) -> None:
    """Rao & Scott, Biometrics 48 (1992) 577, table 1: rats alive after 21 days in litters of Weil (1970).

    Effects as printed in the reference of `rsb` of the R package PF, looked up.
    """
    assert design_effect(survived, alive) == pytest.approx(effect, abs=5e-7)


def test_variance_of_cochrans_thirty_households() -> None:
    """Cochran, *Sampling Techniques* (3rd ed. 1977), §3.12: 30 of 104 persons saw a doctor; by households the
    variance is 0.00520, by the binomial formula 0.00197. The book was not at hand."""
    persons = [5, 6, 3, 3, 2, 3, 3, 3, 4, 4, 3, 2, 7, 4, 3, 5, 4, 4, 3, 3, 4, 3, 3, 1, 2, 4, 3, 4, 2, 4]
    saw = [5, 0, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 1, 2, 0, 0, 1, 3, 2, 0, 0, 0, 2, 2, 0, 2, 0, 1]
    assert (sum(persons), sum(saw)) == (104, 30)
    binomial = 30 / 104 * 74 / 104 / 104
    assert binomial == pytest.approx(0.00197, abs=5e-6)
    assert design_effect(saw, persons) * binomial == pytest.approx(0.00520, abs=1e-5)


def test_design_effect_predicts_the_variance_seen_between_samples() -> None:
    rng = np.random.default_rng(2)
    shares, effects, rows = [], [], []
    for _ in range(400):
        sizes = 1 + rng.poisson(2, 300)
        chance = rng.beta(1.5, 6, 300)
        sums = rng.binomial(sizes, chance)
        shares.append(sums.sum() / sizes.sum())
        effects.append(design_effect(sums, sizes))
        rows.append(sizes.sum())
    p = np.mean(shares)
    seen = np.var(shares) / (p * (1 - p) / np.mean(rows))
    assert np.mean(effects) == pytest.approx(seen, rel=0.15)


def test_design_effect_never_flatters_and_survives_edges() -> None:
    assert design_effect([1, 0], [2, 2]) >= 1
    assert design_effect([2], [5]) == 1.0
    assert design_effect([0, 0], [5, 5]) == 1.0
    assert design_effect([], []) == 1.0
    with pytest.raises(ValueError, match="cluster sums"):
        design_effect([1], [1, 2])


def test_effective_n_divides_only_where_sellers_repeat() -> None:
    np.testing.assert_allclose(effective_n([100, 100], [1.2, 1.3], [2.0, 2.0]), [100, 50])
    np.testing.assert_allclose(
        effective_n_weighted([0.5, 0.0, 1.0, 0.2], [0.01, 0, 0, 0.002], 40), [25, 40, 40, 80]
    )


def test_means_of_r_on_students_sleep_and_motor_trends_cars() -> None:
    """R, t.test(sleep): 0.5955845 to 2.4844155, paired −2.4598858 to −0.7001142; mtcars' miles."""
    one = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
    two = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
    both = mean_interval(20, (one + two).sum(), (one**2 + two**2).sum())
    assert (float(both.low), float(both.high)) == pytest.approx((0.5955845, 2.4844155), abs=5e-8)
    paired = mean_interval(10, (one - two).sum(), ((one - two) ** 2).sum())
    assert (float(paired.low), float(paired.high)) == pytest.approx((-2.4598858, -0.7001142), abs=5e-8)
    written = (
        "21 21 22.8 21.4 18.7 18.1 14.3 24.4 22.8 19.2 17.8 16.4 17.3 15.2 10.4 10.4 14.7 32.4 30.4 33.9 "
        "21.5 15.5 15.2 13.3 19.2 27.3 26 30.4 15.8 19.7 15 21.4"
    )
    miles = np.array(written.split(), float)
    cars = mean_interval(32, miles.sum(), (miles**2).sum())
    assert (float(cars.low), float(cars.high)) == pytest.approx((17.91768, 22.26357), abs=5e-6)


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=50))
def test_mean_interval_equals_scipy(values: list[float]) -> None:
    x = np.array(values)
    error = stats.sem(x)
    ours = mean_interval(x.size, x.sum(), (x**2).sum())
    low = x.mean() - stats.t.ppf(0.975, x.size - 1) * error
    # Sums of squares lose digits when the spread is tiny beside the mean.
    assert float(ours.low) == pytest.approx(low, abs=2e-3 * (1 + np.abs(x).max()) ** 0.5)
    assert np.isnan(mean_interval(1, 3.0, 9.0).low)
