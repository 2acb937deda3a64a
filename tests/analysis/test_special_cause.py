"""Luck is hardly ever called a special cause, and a truly worse person is: exactly, and by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis.case_mix import expected_events
from analysis.funnel import between_variance
from analysis.special_cause import Comparison, compare, special_causes

KINDS = np.array([0.02, 0.05, 0.09])
"""Chance of a mistake in each kind of case."""


def cells(rng: np.random.Generator, people: int, rates: np.ndarray) -> tuple[np.ndarray, ...]:
    """Cases per person and kind in two blocks, and mistakes at `rates` (people, kinds)."""
    n = rng.poisson(rng.uniform(8, 30, (people, 1)) * rng.dirichlet([4, 4, 4], people), (2, people, 3))
    return n, rng.binomial(n, rates)


def judged(n: np.ndarray, wrong: np.ndarray) -> np.ndarray:
    people = n.shape[1]
    unit, kind = np.repeat(np.arange(people), 3), np.tile(np.arange(3), people)

    def block(of: np.ndarray, hits: np.ndarray) -> Comparison:
        return compare(expected_events(unit, kind, of.ravel(), hits.ravel(), people))

    return special_causes(
        block(n[0], wrong[0]), block(n[1], wrong[1]), block(n.sum(axis=0), wrong.sum(axis=0))
    )


def test_luck_alone_is_called_a_special_cause_less_than_once_in_five_thousand_people() -> None:
    """500 operations of 100 people who all err alike, 16 audits each in 13 weeks: how many are accused."""
    rng = np.random.default_rng(20)
    accused = sum(int((judged(*cells(rng, 100, KINDS[None, :])) != 0).sum()) for _ in range(500))
    assert accused <= 10  # of 50,000; a 95 % limit alone would accuse above a thousand


@pytest.mark.parametrize("people", [8, 11, 300])
def test_the_spread_of_the_others_leaves_each_person_out_in_turn(people: int) -> None:
    rng = np.random.default_rng(23)
    n, wrong = cells(rng, people, KINDS[None, :] * rng.uniform(0, 4, (people, 1)))
    unit, kind = np.repeat(np.arange(people), 3), np.tile(np.arange(3), people)
    found = expected_events(unit, kind, n[0].ravel(), wrong[0].ravel(), people)
    told = compare(found)
    usable = found.cases >= 10
    for person in range(people):
        others, rate = usable & (np.arange(people) != person), found.others[person]
        within = rate * (1 - rate) / told.worth[others]
        wanted = between_variance(told.value[others], within, rate) if usable[person] else 0.0
        assert told.between[person] == pytest.approx(wanted, rel=1e-9)
    assert (told.between > 0).sum() > 250 or people < 300


def test_one_look_at_95_per_cent_would_accuse_many() -> None:
    rng = np.random.default_rng(21)
    outside = 0
    for _ in range(100):
        n, wrong = cells(rng, 100, KINDS[None, :])
        unit, kind = np.repeat(np.arange(100), 3), np.tile(np.arange(3), 100)
        found = compare(expected_events(unit, kind, n[0].ravel(), wrong[0].ravel(), 100))
        outside += int((found.inner != 0).sum())
    assert outside > 50


def called(n: int, share: float) -> np.ndarray:
    """Which pairs of counts of one person, n audits in either block, are called a special cause.

    Sixty others err exactly at `share`, so that nothing but the person's own counts decides.
    """

    others = np.full(60, 100)

    def one_of(wrong: int, audits: int) -> tuple[int, int]:
        cases, events = [audits, *others], [wrong, *(others * share)]
        found = compare(expected_events(np.arange(61), np.zeros(61), cases, events, 61))
        return int(found.inner[0]), int(found.outer[0])

    inner = [one_of(wrong, n)[0] for wrong in range(n + 1)]
    outer = [one_of(wrong, 2 * n)[1] for wrong in range(2 * n + 1)]
    return np.array([
        [
            special_causes(_one(inner[first]), _one(inner[second]), _one(0, outer[first + second]))[0]
            for second in range(n + 1)
        ]
        for first in range(n + 1)
    ])  # fmt: skip


def _one(inner: int, outer: int = 0) -> Comparison:
    at = np.array([0.0])
    return Comparison(at, at, np.array([inner]), np.array([outer]), at)


@pytest.mark.parametrize(
    ("n", "accused", "found_at_seven_times"), [(10, 1.3e-4, 0.545), (14, 1.7e-5, 0.608), (20, 2.5e-4, 0.913)]
)
def test_the_chance_to_be_called_a_special_cause_is_the_exact_binomial_one(
    n: int, accused: float, found_at_seven_times: float
) -> None:
    """Every pair of counts of two blocks, weighed with its probability, where 5 % are wrong.

    The counts that are called are told by scipy's binomial tail alone: at most 2.5 % in either block and
    0.1 % in both together. Luck is called in fewer than 2.5 % × 2.5 % of the cases, 6 in 10,000.
    """
    share, counts = 0.05, np.arange(n + 1)
    rare = stats.binom.sf(counts - 1, n, share) <= 0.025
    both = stats.binom.sf(np.add.outer(counts, counts) - 1, 2 * n, share) <= 0.001
    seen = called(n, share) == 1
    np.testing.assert_array_equal(seen, np.logical_and.outer(rare, rare) & both)
    for times, wanted in ((1, accused), (7, found_at_seven_times)):
        chance = stats.binom.pmf(counts, n, share * times)
        assert np.outer(chance, chance)[seen].sum() == pytest.approx(wanted, rel=0.03)
    assert accused < 0.025**2


@pytest.mark.parametrize(
    ("times", "audits", "least", "most"), [(7, 24, 0.6, 1.0), (3, 120, 0.6, 1.0), (2, 16, 0.0, 0.1)]
)
def test_a_truly_worse_person_is_found_the_surer_the_more_is_audited(
    times: float, audits: int, least: float, most: float
) -> None:
    """`times` the usual chance of a mistake, on `audits` audits a block; the last cannot be seen."""
    rng = np.random.default_rng(22)
    found, runs = 0, 150
    for _ in range(runs):
        n, wrong = cells(rng, 100, KINDS[None, :])
        n[:, 0, :] = audits // 3
        wrong[:, 0, :] = rng.binomial(n[:, 0, :], np.minimum(KINDS * times, 0.9))
        found += int(judged(n, wrong)[0] == 1)
    assert least <= found / runs <= most


def block(inner: int, outer: int) -> Comparison:
    return Comparison(np.array([0.1]), np.array([20.0]), np.array([inner]), np.array([outer]), np.zeros(1))


@pytest.mark.parametrize(
    ("earlier", "later", "pooled", "wanted"),
    [(1, 1, 1, 1), (-1, -1, -1, -1), (1, 1, 0, 0), (1, 0, 1, 0), (0, 1, 1, 0), (1, -1, 1, 0), (0, 0, 1, 0)],
)
def test_all_three_must_say_so_on_the_same_side(earlier: int, later: int, pooled: int, wanted: int) -> None:
    assert special_causes(block(earlier, 0), block(later, 0), block(0, pooled))[0] == wanted


def test_three_of_fourteen_is_inside_the_limits() -> None:
    """A person with 3 of 14 wrong, 21 %, where 4.9 % are: luck gives that or more to 28 in 1,000."""
    people = 120
    n = np.full(people, 16)
    wrong = np.tile([0, 1, 1, 1, 0, 2, 1, 0, 1, 1], 12)
    n[0], wrong[0] = 14, 3
    found = compare(expected_events(np.arange(people), np.zeros(people), n, wrong, people))
    assert (found.inner[0], found.outer[0]) == (0, 0)


def test_few_cases_no_mistakes_and_a_team_of_one_accuse_nobody() -> None:
    few = compare(expected_events([0, 1, 2], [0, 0, 0], [9, 400, 400], [9, 4, 4], 3))
    assert few.inner[0] == 0 and few.outer[0] == 0
    none = compare(expected_events([0, 1], [0, 0], [50, 60], [0, 0], 2))
    assert not none.inner.any()
    alone = compare(expected_events([0], [0], [50], [20], 1))
    assert not alone.inner.any() and not alone.outer.any()
