"""Gini's coefficient against known answers, the definition pair by pair, and a published worked example."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.inequality import gini, pair_differences

amounts = st.lists(st.floats(0, 1e6), min_size=2, max_size=30)


def by_pairs(values: list[float]) -> float:
    """Mean absolute difference of two different people ÷ twice the mean."""
    n = len(values)
    apart = sum(abs(a - b) for a, b in itertools.permutations(values, 2)) / (n * (n - 1))
    return apart / (2 * sum(values) / n)


@pytest.mark.parametrize(
    ("values", "coefficient"),
    [
        ([1, 1, 1, 1], 0.0),
        ([0, 0, 0, 8], 1.0),
        ([0, 5], 1.0),
        ([1, 3], 0.5),
        ([1, 2, 3], 1 / 3),
    ],
)
def test_known_answers(values: list[float], coefficient: float) -> None:
    assert gini(np.array(values, dtype=float)) == pytest.approx(coefficient)


def test_the_example_of_the_r_package_ineq() -> None:
    """Incomes of the USA in 1968 in ten classes (Zeileis, *ineq*): Gini 0.4620911, without correction."""
    incomes = np.array([541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261], dtype=float)
    assert gini(incomes) * 9 / 10 == pytest.approx(0.4620911, abs=5e-8)


@given(amounts)
def test_it_is_the_mean_difference_of_pairs_by_twice_the_mean(values: list[float]) -> None:
    found = gini(np.array(values))
    if sum(values) == 0:
        assert math.isnan(found)
    else:
        assert found == pytest.approx(by_pairs(values), abs=1e-9)
        assert -1e-12 <= found <= 1 + 1e-9


@given(amounts, st.floats(0.01, 100))
def test_it_depends_neither_on_the_order_nor_on_the_unit(values: list[float], factor: float) -> None:
    apart, whole = pair_differences(np.array(values))
    turned, scaled = pair_differences(np.array(values[::-1]) * factor)
    assert turned == pytest.approx(apart * factor, rel=1e-9, abs=1e-9)
    assert scaled == pytest.approx(whole * factor, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("values", [[], [1.0], [1.0, -0.1]])
def test_fewer_than_two_or_below_zero_is_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match="amount"):
        gini(np.array(values))
