"""False discoveries stay at the promised share, and p-values of points are calibrated."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from analysis.multiple import benjamini_hochberg, point_p_value


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60), st.sampled_from([0.05, 0.1, 0.2]))
def test_findings_kept_equal_statsmodels(p_values: list[float], q: float) -> None:
    expected = multipletests(p_values, alpha=q, method="fdr_bh")[0]
    np.testing.assert_array_equal(benjamini_hochberg(p_values, q), expected)


def test_the_example_of_the_1995_paper_keeps_four() -> None:
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719]
    p += [0.6528, 0.7590, 1.0]
    assert benjamini_hochberg(p, 0.05).sum() == 4


def test_untested_points_are_never_kept_nor_counted() -> None:
    kept = benjamini_hochberg([0.04, np.nan, 0.9], 0.1)
    assert kept.tolist() == [True, False, False]
    assert benjamini_hochberg([]).size == 0
    assert not benjamini_hochberg([np.nan]).any()


def test_p_values_of_quiet_points_are_uniform_in_the_tail() -> None:
    rng = np.random.default_rng(12)
    base, point = rng.normal(50, 4, (40000, 26)), rng.normal(50, 4, 40000)
    centre = base.mean(axis=1)
    half = 2.66 * np.abs(np.diff(base, axis=1)).mean(axis=1)
    p = point_p_value(point, centre, centre - half, centre + half, 26)
    for level in (0.2, 0.05, 0.01):
        assert abs((p < level).mean() - level) < 0.08 * level + 0.001


def test_a_clipped_side_does_not_exaggerate_and_edges_hold() -> None:
    assert point_p_value(0.99, 0.97, 0.91, 1.0, 26) == point_p_value(0.95, 0.97, 0.91, 1.0, 26)
    assert point_p_value(5, 5, 5, 5, 26) == 1.0
    assert point_p_value(6, 5, 5, 5, 26) == 0.0
    assert np.isnan(point_p_value(np.nan, 5, 4, 6, 26))
