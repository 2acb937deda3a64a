"""No withheld number can be computed from what is shown: attacked with linear algebra."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.suppression import withhold, withhold_one_way, withhold_two_way


def test_small_and_unknown_numbers_are_withheld() -> None:
    assert withhold([9, 10, 0, np.nan], 10).tolist() == [True, False, True, True]


@given(st.lists(st.integers(0, 30), min_size=1, max_size=12), st.sampled_from([5, 10]))
def test_the_total_minus_the_shown_groups_is_no_small_number(n: list[int], minimum: int) -> None:
    seen = withhold_one_way(n, minimum)
    rows = np.array(n)
    assert (seen.cells >= withhold(rows, minimum)).all()
    left = int(rows[seen.cells].sum())
    if not seen.total and left:
        assert left >= minimum
        assert (rows[seen.cells] > 0).sum() >= 2


def test_one_small_group_takes_the_smallest_other_with_it() -> None:
    assert withhold_one_way([3, 40, 12, 25], 5).cells.tolist() == [True, False, True, False]
    assert withhold_one_way([4, 3, 40], 5).cells.tolist() == [True, True, False]
    assert withhold_one_way([0, 40, 12], 5).cells.tolist() == [True, False, False]
    assert withhold_one_way([20, 40], 5) == (pytest.approx([False, False]), False)
    assert withhold_one_way([3], 5).total


def attack(table: np.ndarray, hidden: np.ndarray) -> list[tuple[int, int]]:
    """Withheld cells with rows that the margins determine: those that vanish in the null space."""
    rows, columns = table.shape
    unknown = [(int(i), int(j)) for i, j in zip(*np.nonzero(hidden & (table > 0)), strict=True)]
    if not unknown:
        return []
    equations = np.zeros((rows + columns, len(unknown)))
    for k, (i, j) in enumerate(unknown):
        # A total stands in its line with the opposite sign of the cells it sums.
        equations[i, k] = -1 if j == columns - 1 else 1
        equations[rows + j, k] = -1 if i == rows - 1 else 1
    _, singular, directions = np.linalg.svd(equations)
    free = directions[int((singular > 1e-9).sum()) :]
    return [cell for k, cell in enumerate(unknown) if not (np.abs(free[:, k]) > 1e-9).any()]


def with_totals(body: np.ndarray) -> np.ndarray:
    return np.block([[body, body.sum(axis=1, keepdims=True)], [body.sum(axis=0), body.sum()]])


@settings(max_examples=250, deadline=None)
@given(
    st.tuples(st.integers(1, 6), st.integers(1, 6)).flatmap(
        lambda shape: arrays(np.int64, shape, elements=st.one_of(st.integers(0, 12), st.integers(0, 80)))
    ),
    st.sampled_from([5, 10]),
)
def test_no_withheld_cell_of_a_two_way_table_can_be_computed(body: np.ndarray, minimum: int) -> None:
    seen = withhold_two_way(body, minimum)
    hidden = np.block(
        [[seen.cells, seen.row_totals[:, None]], [seen.column_totals, np.array(seen.grand_total)]]
    )
    table = with_totals(body)
    assert (hidden >= withhold(table, minimum)).all()
    assert attack(table, hidden) == []
    for lines, masks in ((table, hidden), (table.T, hidden.T)):
        for line, mask in zip(lines, masks, strict=True):
            held = int(line[:-1][mask[:-1]].sum())
            assert mask[-1] or held == 0 or held >= minimum


def test_nothing_withheld_can_be_recovered_in_a_thousand_random_tables_of_people() -> None:
    """People by reason as a page about people has them: many small cells, told from ten cases up."""
    rng = np.random.default_rng(1000)
    withheld = 0
    for _ in range(1000):
        shape = (int(rng.integers(2, 9)), int(rng.integers(1, 6)))
        body = rng.poisson(rng.gamma(1.2, 14.0, shape))
        seen = withhold_two_way(body, 10)
        hidden = np.block(
            [[seen.cells, seen.row_totals[:, None]], [seen.column_totals, np.array(seen.grand_total)]]
        )
        table = with_totals(body)
        assert (hidden >= withhold(table, 10)).all()
        assert attack(table, hidden) == []
        withheld += int(hidden.any())
        one = withhold_one_way(body[:, 0], 10)
        left = int(body[one.cells, 0].sum())
        assert one.total or left == 0 or left >= 10
    assert withheld > 900


def test_the_attack_itself_finds_an_unprotected_cell() -> None:
    table = with_totals(np.array([[3, 40], [50, 60]]))
    assert attack(table, withhold(table, 5)) == [(0, 0)]


def test_a_two_way_table_hides_the_cheapest_cycle() -> None:
    body = np.array([[3, 40, 90], [20, 15, 90], [90, 90, 90]])
    seen = withhold_two_way(body, 5)
    expected = np.array([[True, True, False], [True, True, False], [False, False, False]])
    np.testing.assert_array_equal(seen.cells, expected)
    assert not (seen.row_totals.any() or seen.column_totals.any() or seen.grand_total)
    assert not withhold_two_way(body + 10, 5).cells.any()
    with pytest.raises(ValueError, match="rows and columns"):
        withhold_two_way([1, 2], 5)
