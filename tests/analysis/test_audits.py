"""Stratified audits: the weighted share, its variance, and strata that are too thin."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.audits import DesignWeights, audited_share, audited_shares


def test_cochrans_weighted_share_by_hand() -> None:
    # Weights 0.75 and 0.25; p = 0.75 × 0.1 + 0.25 × 0.5.
    found = audited_share([750, 250], [30, 20], [3, 10])
    assert found.share == pytest.approx(0.2)
    by_hand = 0.75**2 * (1 - 30 / 750) * 0.09 / 29 + 0.25**2 * (1 - 20 / 250) * 0.25 / 19
    assert found.variance == pytest.approx(by_hand)
    assert found.n_effective == pytest.approx(0.2 * 0.8 / by_hand)
    assert (found.n, found.covered) == (50, 1.0)


LOHR_MEMBERS = np.array([9100, 1950, 5500, 10850, 2100, 5500, 9000])
LOHR_FEMALE = np.array([0.38, 0.27, 0.18, 0.19, 0.36, 0.13, 0.26])


@pytest.mark.parametrize(
    ("returned", "error"),
    [
        ([636, 451, 481, 611, 493, 575, 588], 0.007118622),
        ([548] * 7, 0.00743646),
        ([793, 170, 479, 946, 183, 479, 784], 0.006522492),
        ([918, 180, 439, 884, 209, 384, 820], 0.006474661),
    ],
    ids=["as returned", "equal", "proportional", "optimal"],
)
def test_share_and_error_are_lohrs_of_seven_learned_societies(returned: list[int], error: float) -> None:
    """Lohr, *Sampling: Design and Analysis* (1st ed., 1999), Example 4.3: 24.65% of the members are women.

    Shares, allocations and standard errors as printed in the handout "Data demo involving stratified samples"
    of the survey course at the University of Maryland (STAT 440, 2005), looked up.
    """
    n = np.array(returned)
    found = audited_share(LOHR_MEMBERS, n, n * LOHR_FEMALE)
    assert round(100 * found.share, 2) == 24.65
    assert np.sqrt(found.variance) == pytest.approx(error, rel=1e-6)


def test_share_and_error_are_those_of_the_students_in_the_sas_manual() -> None:
    """SAS/STAT User's Guide, SURVEYMEANS, "Stratified Sampling": who spends less than $10 on ice cream.

    Grades of 1,824, 1,025 and 1,151; the 40 records were looked up, the manual's table of results was not.
    Expected is each student at weight N/n, and the variance of the records themselves (n − 1) in each grade.
    """
    spending = {
        7: (1824, [7, 7, 1, 10, 3, 2, 2, 6, 6, 6, 3, 12, 4, 2, 1, 4, 11, 2, 2, 9]),
        8: (1025, [12, 20, 19, 16, 17, 14, 18, 10, 13]),
        9: (1151, [10, 15, 15, 8, 8, 7, 14, 9, 8, 6, 11]),
    }
    rows = [total for total, _ in spending.values()]
    less = [np.array(dollars) < 10 for _, dollars in spending.values()]
    found = audited_share(rows, [x.size for x in less], [x.sum() for x in less])
    by_weight = sum(N / x.size * x.sum() for N, x in zip(rows, less, strict=True)) / 4000
    of_records = sum(
        N**2 * (1 - x.size / N) * x.var(ddof=1) / x.size for N, x in zip(rows, less, strict=True)
    )
    assert found.share == pytest.approx(by_weight)
    assert found.variance == pytest.approx(of_records / 4000**2)
    assert (round(found.share, 6), round(float(np.sqrt(found.variance)), 6)) == (0.544555, 0.058424)


@pytest.mark.parametrize(("wrong", "share", "error"), [(45, 0.45, 0.0408), (2, 0.02, 0.0115)])
def test_one_stratum_is_the_finite_sample_of_kauermann_and_kuchenhoff(
    wrong: int, share: float, error: float
) -> None:
    """Kauermann & Küchenhoff, *Stichproben* (2011), p. 53: 100 drawn of 300, 45 or 2 of them.

    Share and standard error as in the tests of their R package samplingbook (`Sprop`), looked up.
    """
    found = audited_share([300], [100], [wrong])
    assert found.share == pytest.approx(share)
    assert np.sqrt(found.variance) == pytest.approx(error, abs=5e-5)


def test_audits_drawn_evenly_give_the_plain_share() -> None:
    assert audited_share([100, 300], [10, 30], [1, 3]).share == pytest.approx(4 / 40)


def test_a_stratum_nobody_audited_is_left_out_and_lowers_the_cover() -> None:
    found = audited_share([80, 20], [10, 0], [2, 0])
    assert found.share == pytest.approx(0.2)
    assert found.covered == pytest.approx(0.8)


def test_a_single_audit_joins_its_neighbour_whichever_side_it_stands() -> None:
    merged = audited_share([60, 40, 100], [1, 9, 10], [1, 0, 1])
    assert merged.share == audited_share([100, 100], [10, 10], [1, 1]).share
    last = audited_share([100, 60, 40], [10, 9, 1], [1, 0, 1])
    assert last.share == audited_share([100, 100], [10, 10], [1, 1]).share


def test_nothing_audited_is_no_share() -> None:
    found = audited_share([10], [0], [0])
    assert np.isnan(found.share)
    assert (found.n, found.covered) == (0, 0)


@pytest.mark.parametrize(("rows", "audited", "wrong"), [([5], [6], [0]), ([5], [3], [4])])
def test_more_audits_than_rows_or_more_wrong_than_audited_is_refused(
    rows: list[int], audited: list[int], wrong: list[int]
) -> None:
    with pytest.raises(ValueError, match="more"):
        audited_share(rows, audited, wrong)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_weighted_share_is_unbiased_where_the_plain_one_is_not(seed: int) -> None:
    """Risky cases are audited ten times as often: pooling overstates, weighting does not."""
    rng = np.random.default_rng(seed)
    rows, rates, drawn = np.array([9000, 1000]), np.array([0.02, 0.30]), np.array([150, 150])
    wrong = np.array(
        [
            rng.hypergeometric(int(n * p), n - int(n * p), d, 400)
            for n, p, d in zip(rows, rates, drawn, strict=True)
        ]
    )
    weighted = audited_shares(
        *(np.repeat(part[:, None], 400, axis=1).astype(float) for part in (rows, drawn)), wrong.astype(float)
    ).share.mean()
    plain = wrong.sum(axis=0).mean() / drawn.sum()
    truth = 0.9 * 0.02 + 0.1 * 0.30
    assert weighted == pytest.approx(truth, abs=0.004)
    assert plain > 3 * truth


def test_weights_of_the_source_count_within_a_stratum_and_cost_what_kish_says() -> None:
    # Four audits of weights 1, 1, 2, 2; one of weight 2 wrong: Σ w x ÷ Σ w = 2/6, worth 36/10 audits.
    weights = DesignWeights([4], [6.0], [10.0], [2.0])
    found = audited_share([60], [4], [1], weights)
    assert found.share == pytest.approx(1 / 3)
    assert found.variance == pytest.approx((1 - 4 / 60) * (1 / 3) * (2 / 3) / (3.6 - 1))
    assert found.n == 4


def test_a_stratum_with_a_weight_missing_or_zero_takes_its_audits_as_equal() -> None:
    # Zero weights never reach the sums: three of four audits have one, so the stratum has none.
    partly = DesignWeights([3], [5.0], [9.0], [2.0])
    assert audited_share([60], [4], [1], partly) == audited_share([60], [4], [1])


def test_strata_weigh_by_their_rows_whatever_the_weights_within_them_say() -> None:
    found = audited_share([90, 10], [2, 2], [1, 0], DesignWeights([2, 2], [2, 200], [2, 20_000], [1, 0]))
    assert found.share == pytest.approx(0.9 * 0.5)


@given(st.lists(st.tuples(st.floats(0.5, 50), st.booleans()), min_size=2, max_size=30), st.floats(0.01, 100))
def test_only_the_ratios_of_weights_matter_and_equal_weights_change_nothing(
    audits: list[tuple[float, bool]], scale: float
) -> None:
    w = np.array([weight for weight, _ in audits])
    x = np.array([wrong for _, wrong in audits])

    def share(weights: np.ndarray) -> float:
        sums = DesignWeights([w.size], [weights.sum()], [(weights**2).sum()], [(weights * x).sum()])
        return audited_share([500], [w.size], [x.sum()], sums).share

    assert share(w) == pytest.approx(np.average(x, weights=w))
    assert share(w * scale) == pytest.approx(share(w))
    assert share(np.full(w.size, scale)) == pytest.approx(x.mean())
    assert 0 <= share(w) <= 1


def test_many_audits_at_once_are_each_what_it_is_alone() -> None:
    # Strata of which none, one or several were audited stand side by side in every order.
    rng = np.random.default_rng(8)
    audited = rng.integers(0, 4, (5, 200)).astype(float)
    rows = audited + rng.integers(1, 50, audited.shape)
    wrong = rng.binomial(audited.astype(int), 0.4).astype(float)
    weighted = np.where(rng.random(audited.shape) < 0.8, audited, 0.0)
    weights = DesignWeights(weighted, 2 * weighted, 5 * weighted, np.minimum(wrong, weighted))
    together = audited_shares(rows, audited, wrong, weights)
    for place in range(audited.shape[1]):
        own = DesignWeights(*(np.asarray(part)[:, place] for part in weights))
        alone = audited_share(rows[:, place], audited[:, place], wrong[:, place], own)
        assert tuple(together.at(place)) == pytest.approx(tuple(alone), nan_ok=True)
    assert together.n.tolist() == audited.sum(axis=0).tolist()
    assert (audited == 1).any(axis=0).sum() > 100
