"""Kaplan–Meier against statsmodels, the Freireich trial and plain sorting."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from analysis.survival import kaplan_meier, km_quantile, survival_interval

# Freireich et al. (1963), 6-MP arm: weeks in remission, 1 = relapse.
WEEKS = np.array([6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35])
RELAPSE = np.array([1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0])


def test_the_freireich_remissions_match_the_published_curve() -> None:
    """Kleinbaum & Klein, Survival Analysis, table 2.1: .8571, .8067, .7529, .6902, .6275, .5378, .4482."""
    curve = kaplan_meier(WEEKS, RELAPSE, 1 - RELAPSE)
    at_events = curve.survival[curve.events > 0]
    np.testing.assert_allclose(at_events, [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482], atol=5e-5)
    assert curve.n == 21
    # R survfit(conf.type = "log-log"): median 23, interval 13 to NA.
    assert km_quantile(curve, 0.5) == (23.0, 13.0, None, None)


def test_the_example_of_kaplan_and_meier_themselves() -> None:
    """Kaplan & Meier (1958), eight observations: deaths at 0.8, 3.1, 5.4 and 9.2, losses between."""
    times = [0.8, 1.0, 2.7, 3.1, 5.4, 7.0, 9.2, 12.1]
    died = np.array([1, 0, 0, 1, 1, 0, 1, 0])
    curve = kaplan_meier(times, died, 1 - died)
    assert curve.survival[curve.events > 0] == pytest.approx([0.875, 0.7, 0.525, 0.2625])


def test_the_leukaemia_trial_of_embury_matches_the_published_curves() -> None:
    """Miller, Survival Analysis (1981): maintained .91, .82, .72, .61, .49, .37, .18; medians 31 and 23."""
    weeks = np.array([9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161])
    relapse = np.array([1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0])
    kept = kaplan_meier(weeks, relapse, 1 - relapse)
    assert kept.survival[kept.events > 0] == pytest.approx(
        [0.91, 0.82, 0.72, 0.61, 0.49, 0.37, 0.18], abs=0.005
    )
    weeks = np.array([5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45])
    relapse = (weeks != 16).astype(int)
    without = kaplan_meier(weeks, relapse, 1 - relapse)
    assert (km_quantile(kept, 0.5).value, km_quantile(without, 0.5).value) == (31.0, 23.0)


def test_a_quantile_that_is_not_reached_says_at_least() -> None:
    curve = kaplan_meier(WEEKS, RELAPSE, 1 - RELAPSE)
    p90 = km_quantile(curve, 0.9)
    assert p90.value is None and p90.at_least == 35.0 and p90.high is None
    assert km_quantile(kaplan_meier([], [], []), 0.5) == (None, None, None, None)
    all_open = km_quantile(kaplan_meier([4, 9], [0, 0], [3, 2]), 0.5)
    assert all_open == (None, None, None, 9.0)


def test_censored_at_the_time_of_an_event_counts_as_at_risk() -> None:
    curve = kaplan_meier([5, 5], [1, 0], [0, 3])
    assert curve.at_risk.tolist() == [4.0]
    assert curve.survival.tolist() == [0.75]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 40), st.booleans()), min_size=3, max_size=120),
    st.sampled_from([0.25, 0.5, 0.9]),
)
def test_curve_quantile_and_interval_equal_statsmodels(rows: list[tuple[int, bool]], p: float) -> None:
    times = np.array([t for t, _ in rows], float)
    ended = np.array([e for _, e in rows], int)
    if not ended.any():
        ended[0] = 1
    reference = SurvfuncRight(times, ended)
    curve = kaplan_meier(times, ended, 1 - ended)
    keep = np.isin(curve.times, reference.surv_times)
    np.testing.assert_allclose(curve.survival[keep], reference.surv_prob, atol=1e-12)
    inside = reference.surv_prob > 0
    np.testing.assert_allclose(
        np.sqrt(curve.variance[keep])[inside], np.asarray(reference.surv_prob_se)[inside], atol=1e-12
    )
    ours = km_quantile(curve, p)
    if not np.isclose(reference.surv_prob, 1 - p).any():
        theirs = float(reference.quantile(p))
        assert ours.value == (None if np.isnan(theirs) else theirs)
    if (reference.surv_prob > 0).all():
        low, high = reference.quantile_ci(p, method="cloglog")
        if np.isfinite(low):
            assert ours.low == low
            assert ours.high == (None if np.isinf(high) else high)


@given(st.lists(st.floats(0.1, 1e4), min_size=1, max_size=80), st.sampled_from([0.5, 0.9]))
def test_without_censoring_the_quantile_is_that_of_the_sorted_rows(hours: list[float], p: float) -> None:
    n = len(hours)
    value = km_quantile(kaplan_meier(hours, np.ones(n), np.zeros(n)), p).value
    assert value == pytest.approx(float(np.quantile(hours, p, method="inverted_cdf")))


def test_counts_per_time_give_the_same_curve_as_single_rows() -> None:
    single = kaplan_meier(WEEKS, RELAPSE, 1 - RELAPSE)
    times = np.unique(WEEKS)
    events = [int(RELAPSE[t == WEEKS].sum()) for t in times]
    censored = [int((t == WEEKS).sum() - e) for t, e in zip(times, events, strict=True)]
    counted = kaplan_meier(times, events, censored)
    np.testing.assert_array_equal(single.survival, counted.survival)
    low, high = survival_interval(counted)
    assert ((low <= counted.survival) & (counted.survival <= high)).all()


def test_the_interval_covers_the_true_median_under_censoring() -> None:
    rng = np.random.default_rng(21)
    inside = 0
    for _ in range(600):
        took, seen = rng.exponential(10, 120), rng.uniform(5, 60, 120)
        ended = took <= seen
        found = km_quantile(kaplan_meier(np.minimum(took, seen), ended, ~ended), 0.5)
        assert found.low is not None
        inside += found.low <= 10 * np.log(2) and (found.high is None or 10 * np.log(2) <= found.high)
    assert 0.925 <= inside / 600 <= 0.985


def test_a_known_median_is_recovered_under_censoring_where_the_median_of_the_ended_is_too_short() -> None:
    rng = np.random.default_rng(22)
    truth, found, of_the_ended = 10 * np.log(2), [], []
    for _ in range(200):
        took, seen = rng.exponential(10, 300), rng.uniform(2, 20, 300)
        ended = took <= seen
        value = km_quantile(kaplan_meier(np.minimum(took, seen), ended, ~ended), 0.5).value
        assert value is not None
        found.append(value)
        of_the_ended.append(float(np.median(took[ended])))
    standard_error = np.std(found) / np.sqrt(len(found))
    assert abs(np.mean(found) - truth) < 4 * standard_error < 0.03 * truth
    assert np.mean(of_the_ended) < 0.75 * truth


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="same length"):
        kaplan_meier([1, 2], [1], [0])
    with pytest.raises(ValueError, match="negative"):
        kaplan_meier([1], [-1], [0])
    with pytest.raises(ValueError, match="between 0 and 1"):
        km_quantile(kaplan_meier([1], [1], [0]), 1.0)
