"""Funnel limits and over-dispersion against published figures, scipy's distributions and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.funnel import (
    TAIL_95,
    TAIL_998,
    between_variance,
    ratio_limits,
    ratio_tails,
    share_limits,
    share_tails,
)


@pytest.mark.parametrize(
    ("events", "n", "low", "high"),
    [(81, 263, 0.2527, 0.3676), (15, 148, 0.0578, 0.1617), (0, 20, 0.0, 0.1684), (1, 29, 0.0009, 0.1776)],
)
def test_a_share_touches_its_limit_where_its_exact_interval_ends(
    events: int, n: int, low: float, high: float
) -> None:
    """Newcombe, Statist. Med. 17 (1998) 857, Table I, method 5 (Clopper-Pearson); recomputed with scipy.

    A count lies outside the limits around a centre exactly when its exact interval leaves the centre out.
    """
    exact = stats.binomtest(events, n).proportion_ci(method="exact")
    assert (exact.low, exact.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))
    assert share_limits(n, exact.high, TAIL_95).lower[0] * n == pytest.approx(events, abs=1e-6)
    if events:
        assert share_limits(n, exact.low, TAIL_95).upper[0] * n == pytest.approx(events, abs=1e-6)


@pytest.mark.parametrize(
    ("first", "last", "below", "above"),
    [
        (1, 50, (0.0186, 0.0, 0.0250), (0.0201, 0.0052, 0.0250)),
        (50, 100, (0.0215, 0.0172, 0.0250), None),
        (100, 500, (0.0233, 0.0194, 0.0250), None),
        (500, 1000, (0.0239, 0.0224, 0.0250), None),
        (1000, 10000, (0.0246, 0.0232, 0.0250), None),
    ],
)
def test_luck_leaves_the_limits_of_a_ratio_as_often_as_seaton_and_manktelow_found(
    first: int, last: int, below: tuple[float, ...], above: tuple[float, ...] | None
) -> None:
    """Seaton and Manktelow, BMC Med. Res. Methodol. 12 (2012) 98, Table 1, prediction limits of 95 %.

    Median, least and largest chance to fall below (above) over expected events from `first` to `last`; the
    table was read in a reproduction (the PubMed mirror of the paper), which has the rows above 50 only for
    one side.
    """
    expected = np.arange(first, last + 1e-9, 0.01 if last <= 500 else 0.1)
    limits = ratio_limits(expected, TAIL_95)
    lower = np.floor(limits.lower * expected + 1e-7)  # the largest count that is outside
    leaves = np.where(limits.lower > 0, stats.poisson.cdf(lower, expected), 0.0)
    summary = (np.median(leaves), leaves.min(), leaves.max())
    assert summary == pytest.approx(below, abs=4e-4)
    if above is not None:
        upper = np.ceil(limits.upper * expected - 1e-7)
        leaves = stats.poisson.sf(upper - 1, expected)
        assert (np.median(leaves), leaves.min(), leaves.max()) == pytest.approx(above, abs=4e-4)


SIGNS = {
    6: (-1, 0), 7: (-1, 0), 8: (0, 0), 9: (0, 1), 10: (0, 1), 11: (0, 1), 12: (1, 2), 13: (1, 2), 14: (1, 2),
    15: (2, 3), 16: (2, 3), 17: (2, 4), 18: (3, 4), 19: (3, 4), 20: (3, 5), 21: (4, 5), 22: (4, 5),
    23: (4, 6), 24: (5, 6), 25: (5, 7),
}  # fmt: skip
"""Critical values of the sign test by n, tails .005 and .025; −1 where no count is critical."""


@pytest.mark.parametrize("n", sorted(SIGNS))
def test_limits_around_a_half_are_the_critical_values_of_the_sign_test(n: int) -> None:
    """Triola, "Elementary Statistics", Table A-7, as read at wgdesigngroup.com/Pearson/elementary_stats/741.

    At most so many of the less frequent sign reject one half: the largest count outside the lower limit.
    """
    for tail, critical in zip((0.005, TAIL_95), SIGNS[n], strict=True):
        limits = share_limits(n, 0.5, tail)
        counts = np.arange(n + 1)
        low, high = limits.lower[0], limits.upper[0]
        assert (counts <= low * n).sum() * (low > 0) == critical + 1
        assert (counts >= high * n).sum() * (high < 1) == critical + 1
        outside = share_tails(counts, n, 0.5).outside(tail)
        assert (np.flatnonzero(outside == -1).size, np.flatnonzero(outside == 1).size) == (critical + 1,) * 2


@pytest.mark.parametrize(
    ("expected", "tail", "lower", "upper"),
    [
        (2, TAIL_95, 0.0, 2.5), (20, TAIL_95, 0.6, 1.45), (200, TAIL_95, 0.865, 1.14),
        (2, TAIL_998, 0.0, 4.0), (20, TAIL_998, 0.4, 1.75), (200, TAIL_998, 0.79, 1.225),
        (5, TAIL_95, 0.2, 2.0), (50, TAIL_95, 0.74, 1.28), (5, TAIL_998, 0.0, 2.6), (50, TAIL_998, 0.6, 1.46),
    ],
)  # fmt: skip
def test_the_last_counts_inside_are_those_of_a_published_funnel(
    expected: float, tail: float, lower: float, upper: float
) -> None:
    """Funnel limits at 95 % and 99.8 % as the R package rmorie-bricklayer prints them in its articles.

    Read in articles/small-area-rates.md of github.com/rootcoder007/rmorie-bricklayer (2, 20 and 200) and in
    another of its articles (5 and 50). Its limits are whole counts, the outermost that are not outside;
    ours lie between them and the next.
    """
    limits = ratio_limits(expected, tail)
    assert np.floor(limits.upper[0] * expected) == pytest.approx(upper * expected)
    assert np.ceil(limits.lower[0] * expected - 1e-9) == pytest.approx(lower * expected)
    counts = np.arange(400)
    inside = counts[ratio_tails(counts, expected).outside(tail) == 0]
    assert (inside.min(), inside.max()) == pytest.approx((lower * expected, upper * expected))


@given(
    n=st.integers(1, 400),
    centre=st.floats(0.01, 0.99),
    share=st.floats(0, 1),
    tail=st.sampled_from((TAIL_95, TAIL_998)),
)
def test_a_count_is_outside_exactly_when_luck_gives_it_or_more_with_less_than_the_tail(
    n: int, centre: float, share: float, tail: float
) -> None:
    events = round(share * n)
    above, below = stats.binom.sf(events - 1, n, centre), stats.binom.cdf(events, n, centre)
    tails = share_tails(events, n, centre)
    assert float(tails.above) == pytest.approx(above, abs=1e-9)
    assert float(tails.below) == pytest.approx(below, abs=1e-9)
    limits = share_limits(n, centre, tail)
    if abs(above - tail) > 1e-6:
        assert (events > limits.upper[0] * n) == (above < tail)
    if abs(below - tail) > 1e-6:
        assert (events < limits.lower[0] * n) == (below < tail)


def test_spread_between_units_widens_the_limits_as_the_beta_binomial_does() -> None:
    centre, between = 0.08, 0.0009
    total = centre * (1 - centre) / between - 1
    known = stats.betabinom(60, centre * total, (1 - centre) * total)
    for events in (0, 1, 5, 9, 14, 20):
        tails = share_tails(events, 60, centre, between)
        assert float(tails.above) == pytest.approx(known.sf(events - 1), rel=2e-3, abs=2e-6)
        assert float(tails.below) == pytest.approx(known.cdf(events), rel=2e-3, abs=2e-6)
    volumes = [20, 60, 300]
    wide, narrow = share_limits(volumes, centre, TAIL_95, between), share_limits(volumes, centre, TAIL_95)
    assert (wide.upper > narrow.upper).all()


def test_ratios_with_spread_follow_the_negative_binomial() -> None:
    known = stats.nbinom(1 / 0.2, 1 / (1 + 12 * 0.2))
    for seen in (0, 3, 12, 25):
        tails = ratio_tails(seen, 12.0, 0.2)
        assert float(tails.above) == pytest.approx(known.sf(seen - 1), rel=1e-6)
        assert float(tails.below) == pytest.approx(known.cdf(seen), rel=1e-6)
    assert ratio_limits(12.0, TAIL_95, 0.2).upper[0] > ratio_limits(12.0, TAIL_95).upper[0]


BCG = np.array(
    [
        (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619), (33, 5036, 47,
        5761), (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892), (29, 7470, 45, 7232),
        (17, 1699, 65, 1600), (186, 50448, 141, 27197), (5, 2493, 3, 2338), (27, 16886, 29, 17825),
    ],
    dtype=float,
)  # fmt: skip
"""Colditz et al., JAMA 271 (1994): cases and others, vaccinated and not, in thirteen trials."""
SKILLS = np.array(
    [
        (-0.33, 0.084), (0.32, 0.035), (0.39, 0.017), (0.31, 0.034), (0.17, 0.072), (0.64, 0.117),
        (-0.33, 0.102), (0.15, 0.093), (-0.02, 0.012), (0.00, 0.067),
    ]
)  # fmt: skip
"""Lipsey and Wilson, "Practical Meta-Analysis" (2001), chapter 7: ten effects and their variances."""


def relative_risks() -> tuple[np.ndarray, np.ndarray]:
    a, b, c, d = BCG.T
    return np.log(a / (a + b) / (c / (c + d))), 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)


@pytest.mark.parametrize(
    ("effects", "q", "tau2"), [(relative_risks(), 152.2330, 0.3088), (tuple(SKILLS.T), 14.7640, 0.025955)]
)
def test_without_winsorising_the_spread_is_dersimonian_and_lairds(
    effects: tuple[np.ndarray, np.ndarray], q: float, tau2: float
) -> None:
    """Q and tau² of the estimator "DL" as the tests of the R package metafor hold them.

    Read in its files test_misc_metan_vs_rma.uni_with_dat.bcg.r (checked there against Stata's metan) and
    test_analysis_example_lipsey2001.r (there against page 133, exhibit 7.3, of the book).
    """
    y, v = effects
    centre = (y / v).sum() / (1 / v).sum()
    assert ((y - centre) ** 2 / v).sum() == pytest.approx(q, abs=5e-5)
    assert between_variance(y, v, centre, winsorised=0.0) == pytest.approx(tau2, abs=5e-5)


def test_the_winsorised_spread_is_that_of_a_plain_loop_over_the_published_formula() -> None:
    """Spiegelhalter, Qual. Saf. Health Care 14 (2005): the 10th and 90th z score stand for those beyond.

    phi is the mean of the squares, tau² = (I phi − (I − 1)) ÷ (Σw − Σw² ÷ Σw); seventeen units of two sizes.
    """
    shares = [
        0.02,
        0.11,
        0.05,
        0.0,
        0.09,
        0.3,
        0.07,
        0.04,
        0.16,
        0.01,
        0.06,
        0.12,
        0.03,
        0.1,
        0.08,
        0.2,
        0.05,
    ]
    volumes = [40 + 60 * (at % 2) for at in range(17)]
    within = [0.08 * 0.92 / n for n in volumes]
    z = [(share - 0.08) / v**0.5 for share, v in zip(shares, within, strict=True)]
    ordered, places = sorted(z), (0.1 * 16, 0.9 * 16)
    low, high = (
        ordered[int(at)] + (at - int(at)) * (ordered[int(at) + 1] - ordered[int(at)]) for at in places
    )
    phi = sum(min(max(one, low), high) ** 2 for one in z) / 17
    weights = [1 / v for v in within]
    tau2 = (17 * phi - 16) / (sum(weights) - sum(w * w for w in weights) / sum(weights))
    assert phi > 1.2 and tau2 > 0
    assert between_variance(shares, within, 0.08) == pytest.approx(tau2, rel=1e-12)
    assert between_variance(shares, within, 0.08, winsorised=0.0) > 1.5 * tau2


def test_the_spread_is_told_from_ten_units_on_and_not_inflated_by_one_outlier() -> None:
    rng = np.random.default_rng(5)
    n = np.full(60, 200)
    shares = rng.binomial(n, 0.05) / n
    within = 0.05 * 0.95 / n
    assert between_variance(shares[:9] * 10, within[:9], 0.05) == 0.0
    shares[7] = 0.30
    plain = between_variance(shares, within, 0.05, winsorised=0.0)
    assert between_variance(shares, within, 0.05) < 0.2 * plain


def test_a_true_spread_is_found_about_as_large_as_it_is() -> None:
    rng = np.random.default_rng(6)
    found = []
    for _ in range(200):
        true = rng.beta(0.1 * 60, 0.9 * 60, 120)
        n = rng.integers(80, 300, 120)
        shares = rng.binomial(n, true) / n
        found.append(between_variance(shares, 0.1 * 0.9 / n, 0.1))
    truth = 0.1 * 0.9 / 61
    assert 0.45 * truth < np.mean(found) < 1.1 * truth  # winsorising takes some of it, never adds


def test_no_volume_has_no_tails_and_a_centre_of_nothing_is_refused() -> None:
    assert np.isnan(share_tails(0, 0, 0.1).above)
    assert np.isnan(ratio_tails(0, 0.0).above)
    with pytest.raises(ValueError, match="between 0 and 1"):
        share_limits(10, 0.0, TAIL_95)
