"""Cumulative incidence against published tables, statsmodels, Kaplan–Meier and a known truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import CumIncidenceRight

from analysis.incidence import aalen_johansen, incidence_at, incidence_interval
from analysis.survival import kaplan_meier


def test_satagopans_breast_cancer_table() -> None:
    """Satagopan et al., Br. J. Cancer 91 (2004), table 2: the first deaths of 305 patients, in per cent.

    The paper adds up steps already rounded to 0.3, so each step is compared, not their sum.
    """
    months = [7, 10, 14, 16, 18, 23, 24, 26, 27, 28]
    cancer = [0, 1, 0, 1, 0, 1, 0, 0, 1, 0]
    other = [0, 0, 0, 0, 1, 0, 0, 1, 0, 0]
    alive = [1, 0, 1, 0, 0, 0, 1, 0, 0, 296]
    curve = aalen_johansen(months, cancer, other, alive)
    deaths = curve.events + curve.competing > 0
    assert curve.n == 305
    assert curve.at_risk[deaths].tolist() == [304, 302, 301, 300, 298, 297]
    np.testing.assert_allclose(100 * curve.free[deaths], [99.7, 99.3, 99.0, 98.7, 98.3, 98.0], atol=0.05)
    steps = np.diff(curve.incidence[curve.events > 0], prepend=0.0)
    assert np.round(100 * steps, 1).tolist() == [0.3, 0.3, 0.3, 0.3]
    exact = 1 / 304 + 303 / 304 / 302 + 303 / 304 * 301 / 302 * (300 / 301) / 300
    assert curve.incidence[curve.times == 23][0] == pytest.approx(exact)


@pytest.mark.parametrize(
    ("cause", "share", "error"),
    [
        (
            1,
            [0.11111111, 0.17037037, 0.17037037, 0.17037037],
            [0.07407407, 0.08976251, 0.08976251, 0.08976251],
        ),
        (2, [0.0, 0.0, 0.20740741, 0.20740741], [0.0, 0.0, 0.10610391, 0.10610391]),
        (3, [0.0, 0.0, 0.0, 0.17777778], [0.0, 0.0, 0.0, 0.11196147]),
    ],
)
def test_shares_of_r_cuminc_and_errors_of_stata_stcompet(
    cause: int, share: list[float], error: list[float]
) -> None:
    """The example beside statsmodels' own test: shares from R's cmprsk, errors from Stata's stcompet."""
    times = np.array([1, 1, 2, 4, 4, 4, 6, 6, 7, 8, 9, 9, 9, 1, 2, 2, 4, 4])
    causes = np.array([1, 1, 1, 2, 2, 2, 3, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    curve = aalen_johansen(times, causes == cause, (causes != cause) & (causes > 0), causes == 0)
    np.testing.assert_allclose(curve.incidence[:4], share, atol=1e-8)
    np.testing.assert_allclose(np.sqrt(curve.variance[:4]), error, atol=1e-8)


def test_without_a_competing_event_it_is_one_minus_the_freireich_curve() -> None:
    """Kleinbaum & Klein, Survival Analysis, table 2.1; standard errors of R's survfit for the same trial."""
    weeks = np.array([6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35])
    relapse = np.array([1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0])
    curve = aalen_johansen(weeks, relapse, np.zeros(21), 1 - relapse)
    at_events = curve.events > 0
    np.testing.assert_allclose(
        1 - curve.incidence[at_events],
        [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482],
        atol=5e-5,
    )
    np.testing.assert_allclose(
        np.sqrt(curve.variance[at_events]),
        [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346],
        atol=5e-5,
    )


@pytest.mark.parametrize(
    ("cause", "share"),
    [(1, [0.0286, 0.0571, 0.0571, 0.1458, 0.2049]), (2, [0.0286, 0.0571, 0.0857, 0.1153, 0.1448])],
)
def test_scruccas_marrow_transplants(cause: int, share: list[float]) -> None:
    """Scrucca et al., Bone Marrow Transplant. 40 (2007): 35 patients; the shares scikit-survival prints."""
    written = "13 1 72 7 8 67 9 5 70 4 7 68 1 10 7 3 4 4 3 3 22 8 2 0 0 35 35 4 14 26 3 2 8 32 12"
    months = np.array(written.split(), float)
    causes = np.array(list("21022022000022211111212210022220001"), int)
    curve = aalen_johansen(months, causes == cause, causes == 3 - cause, causes == 0)
    assert (curve.n, curve.times[:5].tolist()) == (35, [0, 1, 2, 3, 4])
    np.testing.assert_allclose(curve.incidence[:5], share, atol=5e-5)


def test_errors_and_intervals_of_rs_tidycmprsk() -> None:
    """Its `trial` of 98 patients on drug A, printed in the reference of ggsurvfit's `tidy_cuminc`, looked up.

    One died of another cause (month 3.53), then two of cancer (7.27 and 7.38); nobody was lost before.
    """
    curve = aalen_johansen([3.53, 7.27, 7.38, 25], [0, 1, 1, 0], [1, 0, 0, 0], [0, 0, 0, 95])
    found = incidence_at(curve, [7.27, 7.38])
    assert [float(f"{share:.3g}") for share in found.share] == [0.0102, 0.0204]
    errors, ends = np.sqrt(curve.variance[1:3]), np.array([found.low, found.high])
    np.testing.assert_allclose(errors, [0.0102, 0.0144], rtol=0.01)
    np.testing.assert_allclose(ends, [[8.84e-4, 3.90e-3], [0.0503, 0.0652]], rtol=0.025)
    # cmprsk takes Aalen's variance, a little larger than the delta method's; with its errors the ends agree.
    by_aalen = curve._replace(variance=np.array([0, 0.0102**2, 0.0144**2, 0]))
    low, high = incidence_interval(by_aalen)
    np.testing.assert_allclose([low[1:3], high[1:3]], [[8.84e-4, 3.90e-3], [0.0503, 0.0652]], rtol=0.01)
    assert found.at_risk.tolist() == [97, 96]


def test_share_interval_and_number_at_risk_at_asked_days() -> None:
    curve = aalen_johansen([10, 20, 30, 40], [1, 0, 2, 0], [0, 1, 0, 0], [3, 2, 0, 1])
    asked = incidence_at(curve, [5, 10, 25, 30, 40, 41])
    assert asked.at_risk.tolist() == [10, 10, 3, 3, 1, 0]
    # 1/10, then ×(5/6 survive day 20) 2/3 at day 30: 0.1 + 0.9 · 5/6 · 2/3.
    np.testing.assert_allclose(asked.share, [0, 0.1, 0.1, 0.6, 0.6, np.nan])
    assert np.isnan([asked.low[-1], asked.high[-1]]).all()
    # Pintilie's interval by hand at day 10: var = 0.1 · 0.9 / 10.
    error = 1.959964 * np.sqrt(0.009) / (0.1 * abs(np.log(0.1)))
    np.testing.assert_allclose(
        [asked.low[1], asked.high[1]], [0.1 ** np.exp(error), 0.1 ** np.exp(-error)], rtol=1e-5
    )
    # Nobody had the event before day 10: Wilson's upper end for 0 of 10.
    assert (asked.low[0], asked.high[0]) == (0.0, pytest.approx(0.27753, abs=1e-5))


def test_what_is_beyond_the_follow_up_is_unknown_unless_nobody_is_left() -> None:
    open_cases = incidence_at(aalen_johansen([5, 9], [1, 0], [0, 0], [0, 1]), [9, 10])
    assert open_cases.share.tolist()[0] == 0.5 and np.isnan(open_cases.share[1])
    settled = incidence_at(aalen_johansen([5, 9], [1, 0], [0, 1], [0, 0]), [9, 400])
    assert settled.share.tolist() == [0.5, 0.5]
    assert settled.at_risk.tolist() == [1, 0]


def test_everybody_had_the_event_and_nobody_at_all() -> None:
    curve = aalen_johansen([1, 2], [1, 1], [0, 0], [0, 0])
    low, high = incidence_interval(curve)
    assert curve.incidence[-1] == pytest.approx(1) and high[-1] == 1 and 0.2 < low[-1] < 1
    empty = aalen_johansen([], [], [], [])
    assert empty.n == 0
    assert np.isnan(incidence_at(empty, [30]).share).all()
    assert incidence_at(empty, [30]).at_risk.tolist() == [0]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 2), st.integers(1, 3)), max_size=60))
def test_curve_and_error_equal_statsmodels_and_repeats_merge(rows: list[tuple[int, int, int]]) -> None:
    # statsmodels needs both causes, and its error is undefined once nobody is left.
    rows = [*rows, (3, 1, 1), (9, 2, 1), (31, 0, 1)]
    times = np.array([t for t, _, k in rows for _ in range(k)], float)
    causes = np.array([c for _, c, k in rows for _ in range(k)], int)
    reference = CumIncidenceRight(times, causes)
    counts = [[k * (c == cause) for _, c, k in rows] for cause in (1, 2, 0)]
    ours = aalen_johansen([t for t, *_ in rows], *counts)
    np.testing.assert_allclose(ours.incidence, reference.cinc[0], atol=1e-10)
    np.testing.assert_allclose(np.sqrt(ours.variance), reference.cinc_se[0], atol=1e-7)
    swapped = aalen_johansen([t for t, *_ in rows], counts[1], counts[0], counts[2])
    np.testing.assert_allclose(ours.incidence + swapped.incidence + ours.free, 1.0)
    low, high = incidence_interval(ours)
    assert (low <= ours.incidence + 1e-12).all() and (ours.incidence <= high + 1e-12).all()
    one_minus_km = 1 - kaplan_meier(times, causes == 1, causes != 1).survival
    assert (one_minus_km >= ours.incidence - 1e-12).all()


def test_a_known_truth_under_censoring_where_the_plain_share_and_one_minus_kaplan_meier_miss() -> None:
    """Hazards 0.004 and 0.003 a day; followed 20 to 400 days. By day 180: 4/7 (1 − e^(−0.007 · 180))."""
    rng = np.random.default_rng(11)
    truth = 4 / 7 * (1 - np.exp(-0.007 * 180))
    ours, plain, km, covered, predicted = [], [], [], 0, []
    for _ in range(400):
        event, other = rng.exponential(250, 300), rng.exponential(1000 / 3, 300)
        watched = rng.uniform(20, 400, 300)
        end = np.minimum(np.minimum(event, other), watched)
        hit, rival = (event == end), (other == end)
        curve = aalen_johansen(end, hit, rival, ~hit & ~rival)
        at = incidence_at(curve, [180.0])
        ours.append(at.share[0])
        predicted.append(curve.variance[np.searchsorted(curve.times, 180.0) - 1])
        covered += at.low[0] <= truth <= at.high[0]
        plain.append((hit & (end <= 180)).mean())
        single = kaplan_meier(end, hit, ~hit)
        km.append(1 - single.survival[np.searchsorted(single.times, 180.0) - 1])
    assert np.mean(ours) == pytest.approx(truth, abs=0.005)
    assert np.mean(plain) < truth - 0.05
    assert np.mean(km) > truth + 0.08
    assert 0.925 <= covered / 400 <= 0.98
    assert np.mean(predicted) == pytest.approx(np.var(ours), rel=0.2)


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="same length"):
        aalen_johansen([1, 2], [1], [0], [0])
    with pytest.raises(ValueError, match="negative"):
        aalen_johansen([1], [-1], [0], [0])
    with pytest.raises(ValueError, match="missing"):
        aalen_johansen([np.nan], [1], [0], [0])
