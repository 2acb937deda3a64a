"""Many cohorts at once give the same curve quantiles as one at a time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.cohorts import cohort_quantiles
from analysis.survival import kaplan_meier, km_quantile

ROWS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 12), st.booleans(), st.integers(0, 5)),
    min_size=0,
    max_size=60,
)


@settings(max_examples=300, deadline=None)
@given(ROWS, st.sampled_from([0.1, 0.5, 0.9]))
def test_each_cohort_equals_its_own_kaplan_meier_curve(
    rows: list[tuple[int, int, bool, int]], p: float
) -> None:
    cohort, time, ended, count = (
        (np.array(column) for column in zip(*rows, strict=True)) if rows else ([],) * 4
    )
    found = cohort_quantiles(cohort, time, ended, count, 4, p)
    for place in range(4):
        own = [(t, e, c) for k, t, e, c in rows if k == place]
        curve = kaplan_meier(
            [t for t, _, _ in own],
            [c if e else 0 for _, e, c in own],
            [0 if e else c for _, e, c in own],
        )
        single = km_quantile(curve, p)
        assert found.n[place] == curve.n
        for one, many in ((single.value, found.value), (single.low, found.low), (single.high, found.high)):
            assert (one is None and np.isnan(many[place])) or one == many[place]
        if single.at_least is not None:
            assert found.longest[place] == single.at_least


def test_the_median_of_freireichs_leukaemia_patients_on_6_mp_is_23_weeks() -> None:
    # Freireich et al. (1963), the worked example of Kleinbaum & Klein, Survival Analysis, ch. 2.
    ended = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    times = ended + censored
    flags = [True] * len(ended) + [False] * len(censored)
    found = cohort_quantiles([0] * 21, times, flags, [1] * 21, 1, 0.5)
    assert found.value[0] == 23
    assert found.n[0] == 21


def test_a_cohort_mostly_open_is_not_reached_and_says_at_least_how_long() -> None:
    # 52 of 232 ended: the median of the ended (66) is not the median time to the end.
    found = cohort_quantiles([0, 0], [66, 400], [True, False], [52, 180], 1, 0.5)
    assert np.isnan(found.value[0])
    assert found.longest[0] == 400


def test_a_quantile_outside_zero_to_one_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        cohort_quantiles([], [], [], [], 1, 1.0)
