"""Cumulated flows equal counting the open cases at each moment."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analysis.flows import imbalance, stock_levels

case = st.tuples(st.integers(0, 20), st.integers(1, 15), st.booleans())


@given(st.lists(case, max_size=60))
def test_levels_equal_counting_open_cases_at_each_period_end(cases: list[tuple[int, int, bool]]) -> None:
    opened, ended = np.zeros(40), np.zeros(40)
    for start, length, closed in cases:
        opened[start] += 1
        if closed:
            ended[start + length] += 1
    levels = stock_levels(0, opened - ended)
    counted = [sum(s <= t and not (c and s + n <= t) for s, n, c in cases) for t in range(40)]
    assert levels.tolist() == counted
    gaps = imbalance(levels, 0, opened=opened, reopened=np.zeros(40), ended=ended)
    assert not gaps.any()


def test_a_wrong_level_shows_where_it_is() -> None:
    gaps = imbalance([10, 14, 12], 8, opened=[4, 4, 2], reopened=[1, 0, 0], ended=[3, 1, 3])
    assert gaps.tolist() == [0, 1, -1]


def test_teams_balance_with_their_moves() -> None:
    levels = stock_levels([5, 2], [[1, 0], [0, 3]])
    assert levels.tolist() == [[6, 6], [2, 5]]
    opened, ended = [[2, 0], [0, 1]], [[0, 0], [0, 0]]
    moved_in, moved_out = [[0, 1], [0, 3]], [[1, 1], [0, 1]]
    gaps = imbalance(
        levels, [5, 2], opened=opened, reopened=0, ended=ended, moved_in=moved_in, moved_out=moved_out
    )
    assert not gaps.any()
