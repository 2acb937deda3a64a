"""Suggested moves: never less even, never to someone who may not take, and the best single move by hand."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.even_out import Lot, even_out, spread, spread_interval


@st.composite
def teams(draw: st.DrawFn) -> tuple[list[Lot], list[float]]:
    """Up to seven people, some without hours, with open cases that some of them may take."""
    people = draw(st.integers(1, 7))
    hours = draw(st.lists(st.sampled_from([0.0, 5.0, 20.0, 37.5, 80.0]), min_size=people, max_size=people))
    lots = [
        Lot(
            draw(st.integers(0, people - 1)),
            draw(st.sampled_from([0.0, 0.5, 1.4, 4.25, 30.0])),
            draw(st.integers(0, 8)),
            draw(st.frozensets(st.integers(0, people - 1))),
        )
        for _ in range(draw(st.integers(0, 8)))
    ]
    return lots, hours


@given(teams())
@settings(max_examples=300, deadline=None)
def test_moves_never_raise_the_spread_and_pass_only_to_who_may_take(
    case: tuple[list[Lot], list[float]],
) -> None:
    lots, hours = case
    found = even_out(lots, hours, most=6)
    assert sum(move.cases for move in found.moves) <= 6
    for move in found.moves:
        lot = lots[move.lot]
        assert move.taker in lot.takers and move.taker != lot.holder
        assert hours[move.taker] > 0 and hours[lot.holder] > 0
    for place, lot in enumerate(lots):
        assert sum(move.cases for move in found.moves if move.lot == place) <= lot.cases
    if np.isfinite(found.spread_before):
        assert found.spread_after <= found.spread_before + 1e-12
        assert bool(found.moves) == (found.spread_after < found.spread_before - 1e-10)
    work = np.zeros(len(hours))
    for lot in lots:
        work[lot.holder] += lot.hours * lot.cases
    for move in found.moves:
        work[lots[move.lot].holder] -= lots[move.lot].hours * move.cases
        work[move.taker] += lots[move.lot].hours * move.cases
    there = np.array(hours) > 0
    np.testing.assert_allclose(found.after[there], work[there] / np.array(hours)[there], atol=1e-9)
    assert np.isnan(found.after[~there]).all()
    if there.sum() > 1 and work[there].sum() > 0:
        assert found.spread_after == pytest.approx(spread(found.after[there]), abs=1e-9)


@given(teams())
@settings(max_examples=80, deadline=None)
def test_the_first_move_is_the_best_single_one(case: tuple[list[Lot], list[float]]) -> None:
    lots, hours = case
    found = even_out(lots, hours, most=1)
    if not found.moves:
        return
    reached = []
    for (place, lot), taker in product(enumerate(lots), range(len(hours))):
        if taker not in lot.takers or taker == lot.holder or not lot.cases:
            continue
        if not (hours[taker] > 0 and hours[lot.holder] > 0):
            continue
        moved = [
            *(
                Lot(one.holder, one.hours, one.cases - (at == place), frozenset())
                for at, one in enumerate(lots)
            ),
            Lot(taker, lot.hours, 1, frozenset()),
        ]
        reached.append(even_out(moved, hours).spread_before)
    assert found.spread_after == pytest.approx(min(reached), abs=1e-9)


def test_two_people_end_even_where_cases_allow() -> None:
    found = even_out([Lot(0, 1.0, 10, frozenset({1}))], [40.0, 40.0])
    assert [(move.lot, move.taker, move.cases) for move in found.moves] == [(0, 1, 5)]
    assert (found.spread_before, found.spread_after) == (pytest.approx(1.0), pytest.approx(0.0))


def test_hours_count_not_heads() -> None:
    found = even_out([Lot(0, 1.0, 12, frozenset({1}))], [40.0, 20.0])
    assert [move.cases for move in found.moves] == [4]
    np.testing.assert_allclose(found.after, [0.2, 0.2])


def test_nobody_may_take_nothing_moves() -> None:
    found = even_out([Lot(0, 1.0, 10, frozenset())], [40.0, 40.0])
    assert found.moves == () and found.spread_after == found.spread_before


@pytest.mark.parametrize("hours", [[40.0], [40.0, 0.0]])
def test_a_team_of_one_has_nobody_to_pass_work_to(hours: list[float]) -> None:
    found = even_out([Lot(0, 1.0, 10, frozenset(range(len(hours))))], hours)
    assert found.moves == () and np.isnan(found.spread_before) and np.isnan(found.spread_after)
    assert all(np.isnan(end) for end in spread_interval(np.array([0.3])))


def test_the_spread_agrees_with_a_published_coefficient() -> None:
    # Deltas (2003): incomes 1, 2, 3, 4, 5 have a Gini of 4/15, corrected by 5/4: 1/3.
    assert spread(np.array([1.0, 2.0, 3.0, 4.0, 5.0])) == pytest.approx(1 / 3)


def test_the_interval_holds_the_spread_and_narrows_with_people() -> None:
    random = np.random.default_rng(2)
    loads = random.gamma(4, 0.25, 400)
    low, high = spread_interval(loads)
    few_low, few_high = spread_interval(loads[:8])
    assert low < spread(loads) < high
    assert high - low < few_high - few_low
    assert spread_interval(np.zeros(9))[0] != spread_interval(np.zeros(9))[0]  # nobody has work: no interval


@pytest.mark.parametrize(
    ("lots", "hours"),
    [
        ([], [-1.0]),
        ([Lot(0, -1.0, 1, frozenset())], [1.0]),
        ([Lot(0, 1.0, -1, frozenset())], [1.0]),
        ([Lot(2, 1.0, 1, frozenset())], [1.0, 1.0]),
        ([Lot(0, 1.0, 1, frozenset({5}))], [1.0, 1.0]),
    ],
)
def test_negative_hours_and_strangers_are_refused(lots: list[Lot], hours: list[float]) -> None:
    with pytest.raises(ValueError, match=r"below 0|not in the team"):
        even_out(lots, hours)
