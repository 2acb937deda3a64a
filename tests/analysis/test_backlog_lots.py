"""Who misses while waiting for others: the stated mean and variance, drawn once for the same chances."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.backlog_lots import missed_by_chance

RUNS = 40_000


@pytest.mark.parametrize(("number", "chance"), [(20, 0.25), (4, 0.5), (7, 1.0)])
def test_numbers_are_binomial_with_the_mean_and_variance_given(number: int, chance: float) -> None:
    mean = np.full((1, RUNS), number * chance, np.float32)
    drawn = missed_by_chance(mean, mean * np.float32(1 - chance), (1,))
    assert drawn.max() <= number and np.array_equal(drawn, np.rint(drawn))
    assert drawn.mean() == pytest.approx(number * chance, rel=0.01)
    assert drawn.var() == pytest.approx(number * chance * (1 - chance), rel=0.03)


def test_the_same_chances_draw_alike_and_others_do_not() -> None:
    mean = np.full((2, 500), 5, np.float32)
    first = missed_by_chance(mean, mean / 2, (1,))
    assert missed_by_chance(mean.copy(), mean / 2, (1,)) is first
    assert not np.array_equal(missed_by_chance(mean, mean / 2, (2,)), first)
    assert not np.array_equal(missed_by_chance(mean, mean / 3, (1,)), first)


def test_nobody_misses_where_nobody_is_expected_to() -> None:
    assert not missed_by_chance(np.zeros((3, 4), np.float32), np.zeros((3, 4), np.float32), (1,)).any()


@pytest.mark.parametrize(("number", "chance"), [(2.5, 0.4), (0.5, 0.2), (19.9, 0.75)])
def test_a_part_of_a_case_misses_with_its_share(number: float, chance: float) -> None:
    mean = np.full((1, RUNS), number * chance, np.float32)
    drawn = missed_by_chance(mean, mean * np.float32(1 - chance), (1,))
    assert drawn.mean() == pytest.approx(number * chance, rel=0.01)
