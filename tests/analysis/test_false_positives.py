"""Bounds on wrong enforcements against published bounds, and a truth that appeals alone misjudge."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.audits import AuditedShare, audited_share
from analysis.false_positives import false_positives, imbens_manski_z


def test_manskis_bounds_of_the_homeless_men() -> None:
    """Manski, Identification for Prediction and Decision (2007), §2.2: of 106 men 64 were found again, 21 of
    them with a home: between 21/106 and 63/106."""
    found = false_positives(106, 64, 21)
    assert found.possible == pytest.approx((21 / 106, 63 / 106))
    assert (found.floor, found.known) == (pytest.approx(0.198, abs=5e-4), found.possible)
    assert found.on_appeal.value == pytest.approx(0.328, abs=5e-4)
    assert np.isnan(found.audited.value) and not found.conflict


@pytest.mark.parametrize(
    ("known", "least", "most"),
    [(83.8, 1.2, 17.4), (83.8, 0.4, 16.6), (83.8, 9.1, 25.3), (16.2, 0.2, 84.0), (16.2, 1.1, 84.9)],
)
def test_bounds_of_the_norwegian_screening_trial(known: float, least: float, most: float) -> None:
    """Swanson, Holme, Løberg et al., Trials 16 (2015) 541, table 3, "no assumptions", looked up: risks of
    colorectal cancer, of death from it and of any death, without and with screening, per 100 people.

    Which outcome is known: 16.2 of 100 were screened and 83.8 were not, as every pair of ends there says.
    """
    found = false_positives(100, known, least)
    assert found.possible == pytest.approx((least / 100, most / 100), abs=5e-4)


@pytest.mark.parametrize(
    ("took", "better", "otherwise", "least", "most"),
    [(0.139 + 0.473, 0.473, 0.081, 0.392, 0.780), (0.001 + 0.799, 0.799, 0.9936, -0.1946, 0.0054)],
    ids=["cholestyramine", "vitamin A"],
)
def test_effects_of_pearls_trials_with_imperfect_compliance(
    took: float, better: float, otherwise: float, least: float, most: float
) -> None:
    """Pearl, *Causality* (2nd ed. 2009), §8.2: what all would do on the drug, less what they do without it.

    Of those offered it the shares that took it and got better are known, of the others nothing; nobody else
    got it. Shares and bounds as in the book (first Balke & Pearl, JASA 92, 1997), which was not at hand.
    """
    low, high = false_positives(1, took, better).possible
    assert (low - otherwise, high - otherwise) == pytest.approx((least, most), abs=5e-5)


def test_an_audit_settles_it_with_wilsons_interval() -> None:
    """Newcombe (1998), table I: 81 of 263 gives 0.2553 to 0.3662, as audits of a vast frame would."""
    audit = audited_share([1e9], [263], [81])
    found = false_positives(1e9, 2e8, 5e7, audit)
    assert found.audited.value == pytest.approx(81 / 263)
    assert found.known == pytest.approx((0.2553, 0.3662), abs=3e-4)
    # Appeals found more wrong than the audit's low end: the floor is certain, so it wins.
    assert false_positives(1e9, 5e8, 2.8e8, audit).known == pytest.approx((0.28, 0.3662), abs=3e-4)


@pytest.mark.parametrize(
    ("width", "error", "value"), [(0.0, 0.1, 1.95996), (5.0, 0.1, 1.64485), (0.0, 0, 1.95996)]
)
def test_critical_values_of_imbens_and_manski(width: float, error: float, value: float) -> None:
    """Imbens & Manski (2004): 1.96 for a single point, 1.645 for bounds far apart."""
    assert imbens_manski_z(width, error) == pytest.approx(value, abs=1e-5)


@given(st.floats(0.0, 1.0), st.floats(0.01, 1.0))
def test_the_critical_value_solves_the_papers_equation(width: float, error: float) -> None:
    c = imbens_manski_z(width, error)
    assert stats.norm.cdf(c + width / error) - stats.norm.cdf(-c) == pytest.approx(0.95, abs=1e-9)
    assert 1.644 < c < 1.961


def test_strata_nobody_audited_leave_the_share_open() -> None:
    """80 % of the frame audited at 10 %: between 8 % and 28 %, widened by the sample."""
    audit = audited_share([8000, 2000], [400, 0], [40, 0])
    found = false_positives(10_000, 500, 100, audit)
    assert np.isnan(found.audited.value)
    assert found.audited.low < 0.08 < 0.28 < found.audited.high
    # One-sided ends: the share cannot be at both.
    error = 0.8 * np.sqrt(audit.variance)
    assert found.audited.low == pytest.approx(0.08 - 1.645 * error, abs=0.004)
    assert found.audited.high == pytest.approx(0.28 + 1.645 * error, abs=0.004)


def test_audits_that_contradict_appeals_are_called_a_conflict() -> None:
    audit = audited_share([1000], [500], [2])
    found = false_positives(1000, 300, 200, audit)
    assert found.conflict
    assert found.known == found.possible == pytest.approx((0.2, 0.9))


def test_appealing_is_no_sample_and_the_audit_is() -> None:
    """Wrongly enforced sellers appeal three times as often: on appeal 27 % looks wrong where 11 % is."""
    rng = np.random.default_rng(14)
    covered, shown = 0, []
    for _ in range(300):
        wrong = rng.random(20_000) < 0.11
        appealed = rng.random(20_000) < np.where(wrong, 0.3, 0.1)
        audited = rng.random(20_000) < 0.03
        found = false_positives(
            20_000,
            appealed.sum(),
            (wrong & appealed).sum(),
            audited_share([20_000], [audited.sum()], [(wrong & audited).sum()]),
        )
        truth = wrong.mean()
        shown.append((found.floor, found.on_appeal.low, found.audited.value))
        assert found.possible[0] <= truth <= found.possible[1]
        covered += found.known[0] <= truth <= found.known[1]
    floor, on_appeal_low, audited_value = np.mean(shown, axis=0)
    assert floor < 0.04 and on_appeal_low > 0.2
    assert audited_value == pytest.approx(0.11, abs=0.003)
    assert 0.92 <= covered / 300 <= 0.99


def test_nothing_enforced_appealed_or_audited_is_not_a_number() -> None:
    nothing = false_positives(0, 0, 0)
    assert np.isnan(nothing.floor) and np.isnan(nothing.known).all()
    unappealed = false_positives(50, 0, 0, AuditedShare(float("nan"), float("nan"), 0, 0, 0))
    assert np.isnan(unappealed.on_appeal.value)
    assert unappealed.possible == (0.0, 1.0) == unappealed.known
    with pytest.raises(ValueError, match="among"):
        false_positives(10, 3, 4)
    with pytest.raises(ValueError, match="among"):
        false_positives(10, 11, 4)
