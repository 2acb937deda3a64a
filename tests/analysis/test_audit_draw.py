"""The draw: minimums kept, chances exact, weighted shares unbiased where the plain mean is not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.audit_draw import draw, inclusion_chances
from analysis.audits import DesignWeights, audited_share


def _week(seed: int, cases: int = 900) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Strata, persons and reasons of a week; some people and reasons are rare."""
    rng = np.random.default_rng(seed)
    share = 1 / np.arange(1, 26)
    return (
        rng.choice(["high", "low", "usual"], cases, p=[0.1, 0.3, 0.6]),
        rng.choice([f"p{i:02}" for i in range(25)], cases, p=share / share.sum()),
        rng.choice([f"r{i}" for i in range(9)], cases, p=share[:9] / share[:9].sum()),
    )


def test_chances_add_up_to_the_size_and_meet_every_minimum() -> None:
    strata, persons, reasons = _week(1)
    chances = inclusion_chances(strata, persons, reasons, 120, 2, 3)
    assert chances.sum() == pytest.approx(120)
    assert chances.min() > 0 and chances.max() <= 1
    for labels, minimum in ((persons, 2), (reasons, 3), (strata, 2)):
        for label in np.unique(labels):
            mine = labels == label
            assert chances[mine].sum() >= min(minimum, mine.sum()) - 1e-9
    # Without minimums a case is as likely as any other, whatever its stratum.
    np.testing.assert_allclose(inclusion_chances(strata, persons, reasons, 120), 120 / 900)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(60, 300), st.integers(0, 3), st.integers(0, 4))
def test_every_draw_keeps_size_and_minimums(seed: int, size: int, per_person: int, per_reason: int) -> None:
    strata, persons, reasons = _week(seed, 400)
    try:
        chances = inclusion_chances(strata, persons, reasons, size, per_person, per_reason)
    except ValueError as fault:
        assert "minimums need" in str(fault)
        return
    drawn = draw(chances, persons, reasons, seed).places
    assert drawn.size == size and np.unique(drawn).size == size
    for labels, minimum in ((persons, per_person), (reasons, per_reason)):
        for label in np.unique(labels):
            expected = chances[labels == label].sum()
            count = (labels[drawn] == label).sum()
            assert np.floor(expected + 1e-6) <= count <= np.ceil(expected - 1e-6)
            assert count >= min(minimum, (labels == label).sum())


@pytest.mark.slow
def test_each_case_is_drawn_as_often_as_its_chance_says() -> None:
    strata, persons, reasons = _week(4, 150)
    chances = inclusion_chances(strata, persons, reasons, 60, 1, 2)
    draws = 1500
    times = np.zeros(150)
    for seed in range(draws):
        times[draw(chances, persons, reasons, seed).places] += 1
    assert (times[chances == 1] == draws).all()
    open_cases = chances < 1
    p = chances[open_cases]
    z = (times[open_cases] - draws * p) / np.sqrt(draws * p * (1 - p))
    assert np.abs(z).max() < 4.5 and 0.8 < z.std() < 1.2


@pytest.mark.slow
@pytest.mark.parametrize("world", [100, 105, 106])
def test_any_chances_are_kept_and_margins_are_rounded_up_or_down(world: int) -> None:
    """Cases of one person and reason with unlike chances, that add up to no whole number."""
    rng = np.random.default_rng(world)
    persons, reasons = rng.integers(0, 3, 12), rng.integers(0, 3, 12)
    chances = rng.uniform(0.02, 0.98, 12)
    times, totals, draws = np.zeros(12), np.zeros(13), 1500
    for seed in range(draws):
        places = draw(chances, persons, reasons, seed).places
        times[places] += 1
        totals[places.size] += 1
        for labels in (persons, reasons):
            expected = np.bincount(labels, chances)
            drawn = np.bincount(labels[places], minlength=expected.size)
            assert (np.floor(expected) <= drawn).all() and (drawn <= np.ceil(expected)).all()
    z = (times - draws * chances) / np.sqrt(draws * chances * (1 - chances))
    assert np.abs(z).max() < 4
    whole = int(chances.sum())
    assert totals[whole] + totals[whole + 1] == draws
    assert totals[whole + 1] / draws == pytest.approx(chances.sum() - whole, abs=0.05)  # four standard errors


@pytest.mark.slow
def test_the_weighted_share_is_unbiased_where_the_plain_mean_is_not() -> None:
    """The people with few cases are the new ones, and err more: a minimum per person overstates them."""
    strata, persons, reasons = _week(9)
    cases = {person: (persons == person).sum() for person in np.unique(persons)}
    wrong = np.random.default_rng(5).random(900) < [0.30 if cases[p] < 20 else 0.04 for p in persons]
    chances = inclusion_chances(strata, persons, reasons, 120, 3, 3)
    frame = [int((strata == s).sum()) for s in np.unique(strata)]
    draws = 300
    plain, weighted, by_stratum = [], [], []
    for seed in range(draws):
        sample = draw(chances, persons, reasons, seed)
        bad, weight = wrong[sample.places], 1 / sample.chances
        plain.append(bad.mean())
        weighted.append((bad * weight).sum() / 900)
        mine = [strata[sample.places] == s for s in np.unique(strata)]
        by_stratum.append(
            audited_share(
                frame,
                [m.sum() for m in mine],
                [bad[m].sum() for m in mine],
                DesignWeights(
                    [m.sum() for m in mine],
                    [weight[m].sum() for m in mine],
                    [(weight[m] ** 2).sum() for m in mine],
                    [(weight * bad)[m].sum() for m in mine],
                ),
            ).share
        )
    truth = wrong.mean()
    error = np.std(weighted) / np.sqrt(draws)
    assert abs(np.mean(weighted) - truth) < 3.5 * error
    assert np.mean(plain) > truth + 0.02 > truth + 10 * error
    # The figure on screen (Hájek within strata) has no bias worth a tenth of a point.
    assert np.mean(by_stratum) == pytest.approx(truth, abs=0.003)


def test_the_same_seed_draws_the_same_and_another_one_not() -> None:
    strata, persons, reasons = _week(2)
    chances = inclusion_chances(strata, persons, reasons, 100, 2, 2)
    first, again, other = (draw(chances, persons, reasons, seed).places for seed in (7, 7, 8))
    assert first.tolist() == again.tolist() != other.tolist()


def test_what_cannot_be_drawn_is_refused_with_the_cure() -> None:
    labels = ["a", "a", "b", "b", "c", "c"]
    with pytest.raises(
        ValueError,
        match=r"minimums need 6 cases \(2 of each stratum, 2 of each person.*draw at least that many",
    ):
        inclusion_chances(["s"] * 6, labels, labels, 4, 2, 0)
    assert inclusion_chances(["s"] * 6, labels, labels, 6, 5, 5).tolist() == [1.0] * 6
    # Without a minimum per stratum even one case can be drawn, and each has a chance.
    np.testing.assert_allclose(inclusion_chances(labels, labels, labels, 1, 0, 0, 0), 1 / 6)
    with pytest.raises(ValueError, match="7 of 6"):
        inclusion_chances(["s"] * 6, labels, labels, 7)
    with pytest.raises(ValueError, match="0 of 6"):
        inclusion_chances(["s"] * 6, labels, labels, 0)
    with pytest.raises(ValueError, match="needs a stratum"):
        inclusion_chances(["s"], labels, labels, 3)
    with pytest.raises(ValueError, match="between 0 and 1"):
        draw(np.array([0.5, 1.5]), ["a", "b"], ["a", "b"], 1)
