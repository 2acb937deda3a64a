"""Paired futures: known answers, and a search that finds exactly what trying every number finds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.paired_runs import NEVER, difference, first_lasting, least, spread, weeks_earlier


def test_the_interval_holds_the_middle_eighty_of_a_hundred_futures() -> None:
    found = spread(np.arange(1, 101))
    assert (found.low, found.middle, found.high) == (10, 50, 90)


def test_a_difference_is_taken_future_by_future() -> None:
    luck = np.random.default_rng(1).normal(0, 100, 2000)
    found = difference(luck, luck + 3)
    assert (found.low, found.middle, found.high) == pytest.approx((3, 3, 3))
    apart = difference(luck, np.random.default_rng(2).normal(0, 100, 2000) + 3)
    assert apart.high - apart.low > 200


def test_sides_with_other_numbers_of_runs_are_not_paired() -> None:
    with pytest.raises(ValueError, match="cannot be paired"):
        difference([1.0, 2.0], [1.0])
    with pytest.raises(ValueError, match="cannot be paired"):
        weeks_earlier(np.array([1]), np.array([1, 2]), 3)


def test_a_target_is_reached_in_the_first_week_from_which_it_holds_to_the_end() -> None:
    holds = np.array(
        [
            [True, True, True, True],
            [True, False, True, True],
            [False, False, False, True],
            [True, True, True, False],
            [False, False, False, False],
        ]
    )
    assert first_lasting(holds).tolist() == [0, 2, 3, NEVER, NEVER]
    assert first_lasting(np.ones((2, 0), dtype=bool)).tolist() == [NEVER, NEVER]


def test_weeks_earlier_are_counted_within_the_weeks_simulated() -> None:
    found = weeks_earlier(np.array([5, 6, 7, 8, 9]), np.array([2, 2, 2, 2, 2]), 26)
    assert (found.weeks.low, found.weeks.middle, found.weeks.high) == (3, 5, 7)
    assert (found.middle_at_least, found.at_least) == (False, False)
    assert (found.base_share, found.changed_share) == (1.0, 1.0)


def test_a_base_that_never_gets_there_makes_the_gain_at_least_that() -> None:
    found = weeks_earlier(np.array([NEVER] * 4 + [9]), np.array([20, 20, 20, 20, 8]), 26)
    assert (found.weeks.low, found.weeks.middle, found.weeks.high) == (1, 6, 6)
    assert (found.middle_at_least, found.at_least) == (True, True)
    assert (found.base_share, found.changed_share) == (0.2, 1.0)


def test_two_sides_that_never_get_there_differ_by_nothing_known() -> None:
    never = np.full(5, NEVER)
    found = weeks_earlier(never, never, 26)
    assert (found.weeks.low, found.weeks.middle, found.weeks.high) == (0, 0, 0)
    assert (found.middle_at_least, found.at_least) == (False, False)


def test_a_change_for_the_worse_is_later() -> None:
    found = weeks_earlier(np.array([2, 2, 2]), np.array([4, 4, 4]), 26)
    assert (found.weeks.middle, found.at_least, found.later_at_least) == (-2, False, False)


def test_a_change_that_never_gets_there_makes_the_loss_at_least_that() -> None:
    found = weeks_earlier(np.array([20, 20, 20, 20, 8]), np.array([NEVER] * 4 + [9]), 26)
    assert (found.weeks.low, found.weeks.middle, found.weeks.high) == (-6, -6, -1)
    assert (found.middle_at_least, found.at_least, found.later_at_least) == (True, False, True)


@given(
    rises=st.lists(st.floats(0, 1), min_size=1, max_size=60),
    wanted=st.floats(0, 1),
)
def test_the_search_finds_the_smallest_number_that_will_do(rises: list[float], wanted: float) -> None:
    chances = sorted(rises)
    asked: list[int] = []

    def chance(number: int) -> float:
        asked.append(number)
        return chances[number]

    every = [number for number, share in enumerate(chances) if share >= wanted]
    assert least(chance, wanted, len(chances) - 1) == (every[0] if every else None)
    assert all(0 <= number < len(chances) for number in asked)


def test_the_search_asks_few_numbers() -> None:
    asked: list[int] = []

    def chance(number: int) -> float:
        asked.append(number)
        return float(number >= 131)

    assert least(chance, 0.9, 200) == 131
    assert len(set(asked)) <= 17
