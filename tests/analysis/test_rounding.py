"""Rounded parts add up, and none moves by a whole step."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.rounding import round_to_sum


@given(st.lists(st.floats(-1e5, 1e5), min_size=1, max_size=40), st.integers(0, 3))
def test_rounded_parts_add_up_to_the_rounded_total(values: list[float], decimals: int) -> None:
    parts = round_to_sum(values, decimals)
    step = 10.0**-decimals
    assert round(float(np.sum(parts)), decimals) == pytest.approx(sum(values), abs=0.5001 * step)
    assert (np.abs(parts - np.array(values)) < step * (1 + 1e-6)).all()
    np.testing.assert_array_equal(parts, np.round(parts, decimals))


def test_large_parts_are_not_mistaken_for_whole_ones() -> None:
    parts = round_to_sum([57243.89194275677] * 30, 3)
    assert float(parts.sum()) == pytest.approx(30 * 57243.89194275677, abs=0.0005)


def test_largest_remainders_are_rounded_up() -> None:
    assert round_to_sum([33.4, 33.4, 33.2]).tolist() == [34.0, 33.0, 33.0]
    assert round_to_sum([100 / 3] * 3, 1).tolist() == [33.4, 33.3, 33.3]
    assert round_to_sum([0.29, 0.71], 2).tolist() == [0.29, 0.71]
    assert round_to_sum([-1.5, 2.7, -1.2]).tolist() == [-2.0, 3.0, -1.0]
    assert round_to_sum([]).size == 0


def test_a_missing_part_is_refused() -> None:
    with pytest.raises(ValueError, match="missing"):
        round_to_sum([1.0, float("nan")])
