"""Empirical Bayes against published examples, an independent computation and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis.shrinkage import MOST_WORTH, Prior, fit_prior, prior_of_moments, shrink

RATS = np.array(
    [
        (0, 20), (0, 20), (0, 20), (0, 20), (0, 20), (0, 20), (0, 20), (0, 19), (0, 19), (0, 19), (0, 19),
        (0, 18), (0, 18), (0, 17), (1, 20), (1, 20), (1, 20), (1, 20), (1, 19), (1, 19), (1, 18), (1, 18),
        (3, 27), (2, 25), (2, 24), (2, 23), (2, 20), (2, 20), (2, 20), (2, 20), (2, 20), (2, 20), (1, 10),
        (5, 49), (2, 19), (5, 46), (2, 17), (7, 49), (7, 47), (3, 20), (3, 20), (2, 13), (9, 48), (10, 50),
        (4, 20), (4, 20), (4, 20), (4, 20), (4, 20), (4, 20), (4, 20), (10, 48), (4, 19), (4, 19), (4, 19),
        (5, 22), (11, 46), (12, 49), (5, 20), (5, 20), (6, 23), (5, 19), (6, 22), (6, 20), (6, 20), (6, 20),
        (16, 52), (15, 46), (15, 47), (9, 24),
    ],
    dtype=float,
)  # fmt: skip
"""Tarone (1982), as Gelman et al. print it: rats with a tumour of rats, in seventy earlier experiments."""
HITS = np.array([18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7], dtype=float)
"""Efron and Morris (1975): hits in the first 45 at-bats of 1970, Clemente to Alvis."""
REST = np.array(
    [0.346, 0.298, 0.276, 0.222, 0.273, 0.270, 0.263, 0.210, 0.269, 0.230, 0.264, 0.256, 0.303, 0.264,
    0.226, 0.285,
     0.316, 0.200]
)  # fmt: skip
"""Their averages over the rest of the season, in the same order."""


def test_moments_of_the_rats_are_those_of_gelman() -> None:
    """Bayesian Data Analysis, 5.1: moments give Beta(1.4, 8.6); 4 of 14 then have mean 0.223, SD 0.083."""
    prior = prior_of_moments(RATS[:, 0] / RATS[:, 1])
    assert prior == pytest.approx((1.4, 8.6), abs=0.05)
    current = shrink(prior, 4, 14)
    assert float(current.value) == pytest.approx(0.223, abs=2e-3)
    known = stats.beta(prior.alpha + 4, prior.beta + 10)
    assert known.std() == pytest.approx(0.083, abs=5e-4)
    assert (float(current.low), float(current.high)) == pytest.approx(known.interval(0.95))


def test_the_likeliest_prior_of_the_rats_is_that_of_the_package_bayesgof() -> None:
    """Mukhopadhyay and Fletcher's R package BayesGOF, vignette: alpha 2.304768, beta 14.079707."""
    prior = fit_prior(RATS[:, 0], RATS[:, 1])
    assert prior is not None
    assert prior == pytest.approx((2.304768, 14.079707), rel=2e-3)


def test_batting_averages_shrink_as_efron_and_morris_shrank_them() -> None:
    """JASA 70 (1975); Scientific American 236 (1977): 0.265 plus 0.212 of the distance, Clemente 0.290.

    They worked on another scale (James and Stein); with their factor a beta prior gives their figures.
    The data and the factor were read in reproductions of the paper.
    """
    prior = fit_prior(HITS, np.full(18, 45))
    assert prior is not None
    assert prior.mean == pytest.approx(0.265, abs=1e-3)
    theirs = Prior(0.2654 * 45 * (1 / 0.212 - 1), 0.7346 * 45 * (1 / 0.212 - 1))
    shrunk = shrink(theirs, HITS, np.full(18, 45))
    assert shrunk.value == pytest.approx(0.265 + 0.212 * (HITS / 45 - 0.265), abs=1e-3)
    raw = ((HITS / 45 - REST) ** 2).sum()
    assert ((shrunk.value - REST) ** 2).sum() < raw / 2.5  # they report a total error 3.5 times smaller
    # The likelihood does not tell these eighteen from equals: it draws all of them to the mean.
    assert shrink(prior, HITS, np.full(18, 45)).value == pytest.approx(np.full(18, 0.265), abs=0.01)


@pytest.mark.parametrize(
    ("hits", "at_bats", "estimate"),
    [(3771, 12364, 0.3037), (216, 944, 0.2382), (2, 21, 0.2524), (11, 49, 0.2568), (772, 3044, 0.2544)],
)
def test_batters_of_robinsons_book_are_drawn_to_his_prior(hits: int, at_bats: int, estimate: float) -> None:
    """Robinson, "Introduction to Empirical Bayes", chapter 3: prior Beta(101.4, 287.3).

    Batters and counts are his (Hank Aaron to Ed Abbaticchio); estimates recomputed from his formula
    (H + alpha) ÷ (AB + alpha + beta).
    """
    prior = Prior(101.4, 287.3)
    assert float(shrink(prior, hits, at_bats).value) == pytest.approx(estimate, abs=1e-4)


def test_units_that_differ_by_luck_alone_are_all_drawn_to_the_mean() -> None:
    n = np.full(40, 50)
    prior = fit_prior(np.tile([4, 5, 6, 5], 10), n)
    assert prior is not None and prior.worth == pytest.approx(MOST_WORTH)
    shrunk = shrink(prior, [12], [50])
    assert shrunk.value[0] == pytest.approx(0.1, abs=1e-3)


def test_nothing_is_fitted_to_one_unit_or_to_no_event() -> None:
    assert fit_prior([3], [10]) is None
    assert fit_prior([0, 0, 0], [10, 12, 9]) is None
    assert fit_prior([10, 12], [10, 12]) is None
    with pytest.raises(ValueError, match="two shares"):
        prior_of_moments([0.2, 0.2])


def test_intervals_hold_the_truth_and_shrunk_shares_are_nearer_to_it_than_plain_ones() -> None:
    rng = np.random.default_rng(11)
    inside, units, plain, drawn = 0, 0, 0.0, 0.0
    for _ in range(50):
        true = rng.beta(4, 60, 100)
        n = rng.integers(5, 60, 100)
        seen = rng.binomial(n, true)
        prior = fit_prior(seen, n)
        assert prior is not None
        found = shrink(prior, seen, n)
        inside += int(((found.low <= true) & (true <= found.high)).sum())
        units += 100
        plain += float(((seen / n - true) ** 2).sum())
        drawn += float(((found.value - true) ** 2).sum())
    assert 0.90 < inside / units < 0.97
    assert drawn < plain / 2
