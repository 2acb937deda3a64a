"""Agreement coefficients against the papers that define them, two packages and a known truth."""

from __future__ import annotations

import time

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa

from analysis.agreement import NO_CASE, ONE_CASE, ONE_CATEGORY, agreement, cohen_kappa, decisions_by_category
from analysis.intervals import wilson

# Fleiss (1971), table 1: six psychiatrists' diagnoses of 30 patients in five categories.
PSYCHIATRISTS = (
    "444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 144444 124444 222333 144444 "
    "224445 333335 111455 111112 224444 133555 555555 244444 224555 114444 144445 222224 111155 224444 "
    "133333 555555"
)


# Krippendorff (2011), section C, also Gwet's four raters (2014, table 2.12): twelve units, five categories,
# a dot where an observer decided nothing. One string per observer.
OBSERVERS = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."]

# Wikipedia's worked example of Fleiss' kappa: 14 raters, ten subjects, five categories.
FOURTEEN = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]

# Gwet (2014), cont3x3abstractors in R's irrCAC: pregnancies of 100 women as two abstractors classed them.
ABSTRACTORS = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]


def _counts(units: list[str], categories: int) -> np.ndarray:
    return np.array([[unit.count(str(k + 1)) for k in range(categories)] for unit in units])


def _as_pairs(table: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    """A table of two raters as kinds of cases (how many chose each category) and cases of that kind."""
    size = len(table)
    kinds = [np.eye(size)[i] + np.eye(size)[j] for i in range(size) for j in range(size)]
    return np.array(kinds), np.ravel(table)


def test_fleiss_psychiatrists() -> None:
    """Fleiss (1971): observed .556, kappa .430."""
    found = agreement(_counts(PSYCHIATRISTS.split(), 5))
    assert found.observed.value == pytest.approx(0.556, abs=5e-4)
    assert found.fleiss.value == pytest.approx(0.430, abs=5e-4)
    assert (found.cases, found.decisions, found.indicative) == (30, 180, False)


def test_fleiss_of_fourteen_raters() -> None:
    """Wikipedia, Fleiss' kappa: observed .378, kappa .210."""
    found = agreement(FOURTEEN)
    assert found.observed.value == pytest.approx(0.378, abs=5e-4)
    assert found.fleiss.value == pytest.approx(0.210, abs=5e-4)
    assert found.indicative


def test_krippendorff_and_gwet_with_missing_decisions() -> None:
    """Krippendorff (2011): nominal alpha .743. R's irrCAC on the same: AC1 .77544, Fleiss .76117."""
    units = ["".join(observer[i] for observer in OBSERVERS) for i in range(12)]
    found = agreement(_counts(units, 5))
    assert found.alpha.value == pytest.approx(0.743, abs=5e-4)
    assert found.ac1.value == pytest.approx(0.77544, abs=5e-6)
    assert found.observed.value == pytest.approx(0.8181818, abs=5e-8)
    assert found.fleiss.value == pytest.approx(0.76117, abs=5e-6)
    # One unit has a single decision: it is no case of agreement.
    assert (found.cases, found.decisions, found.indicative) == (11, 40, True)


def test_a_second_published_alpha_with_missing_decisions() -> None:
    """Wikipedia, Krippendorff's alpha: three coders, 15 units, nominal .691."""
    coders = [".....34121133.3", "1.213343.......", "..21344.21133.4"]
    units = ["".join(coder[i] for coder in coders) for i in range(15)]
    assert agreement(_counts(units, 4)).alpha.value == pytest.approx(0.691358, abs=5e-7)


def test_two_abstractors_by_every_coefficient() -> None:
    """R's irrCAC, dataset cont3x3abstractors: kappa .7964, AC1 .8493, pi .7962, alpha .7973, observed .89."""
    kinds, cases = _as_pairs(ABSTRACTORS)
    found = agreement(kinds, cases)
    assert found.observed.value == pytest.approx(0.89)
    assert found.ac1.value == pytest.approx(0.8493305, abs=5e-8)
    assert found.fleiss.value == pytest.approx(0.7962397, abs=5e-8)  # Scott's pi is Fleiss with two raters
    assert found.alpha.value == pytest.approx(0.7972585, abs=5e-8)
    assert cohen_kappa(ABSTRACTORS).kappa.value == pytest.approx(0.7964094, abs=5e-8)
    # Gwet's analytic 95 % intervals: AC1 .764 to .935, observed .828 to .952.
    assert (found.ac1.low, found.ac1.high) == pytest.approx((0.764, 0.935), abs=0.02)
    assert (found.observed.low, found.observed.high) == pytest.approx((0.828, 0.952), abs=0.02)


def test_high_agreement_that_kappa_misreads() -> None:
    """Gwet, "Kappa statistic is not satisfactory" (2002): 118 yes-yes, 5, 2, 0: kappa −.023, AC1 .941."""
    table = [[118, 5], [2, 0]]
    assert cohen_kappa(table).kappa.value == pytest.approx(-0.0234, abs=5e-5)
    assert agreement(*_as_pairs(table)).ac1.value == pytest.approx(0.9408, abs=5e-5)


@pytest.mark.parametrize(
    ("table", "kappa"),
    [
        ([[0, 4, 1], [0, 8, 0], [0, 1, 5]], 0.4842),  # SAS PROC FREQ's example, as in statsmodels
        ([[20, 5], [10, 15]], 0.4),  # Wikipedia, Cohen's kappa
        ([[45, 15], [25, 15]], 0.1304),
        ([[25, 35], [5, 35]], 0.2593),
    ],
)
def test_cohens_kappa_of_published_tables(table: list[list[int]], kappa: float) -> None:
    assert cohen_kappa(table).kappa.value == pytest.approx(kappa, abs=5e-5)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), min_size=2, max_size=40))
def test_alpha_fleiss_and_gwet_equal_independent_computations(decided: list[list[int]]) -> None:
    decided = [*decided, [0, 0, 1, 2]]
    counts = np.array([[unit.count(k) for k in range(4)] for unit in decided])
    found = agreement(counts, draws=10)
    assert found.fleiss.value == pytest.approx(fleiss_kappa(counts))
    alpha = krippendorff.alpha(np.array(decided, float).T, level_of_measurement="nominal")
    assert found.alpha.value == pytest.approx(alpha)
    pairs = [unit[i] == unit[j] for unit in decided for i in range(4) for j in range(i)]
    usual = [np.mean([unit.count(k) / 4 for unit in decided]) for k in range(4)]
    chance = sum(p * (1 - p) for p in usual) / 3
    assert found.observed.value == pytest.approx(np.mean(pairs))
    assert found.ac1.value == pytest.approx((np.mean(pairs) - chance) / (1 - chance))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=3, max_size=3))
def test_cohens_kappa_equals_statsmodels(table: list[list[int]]) -> None:
    table[0][0] += 1
    table[1][2] += 1
    assert cohen_kappa(table, draws=10).kappa.value == pytest.approx(
        cohens_kappa(np.array(table), return_results=False)
    )


def test_the_interval_covers_the_true_ac1_and_is_the_same_every_time() -> None:
    """Two raters, 20 % true denials, each errs on 10 %: AC1 from the exact probabilities of the table."""
    grant = 0.8 * 0.9 + 0.2 * 0.1
    both = 0.9**2 + 0.1**2
    chance = 2 * grant * (1 - grant)
    truth = (both - chance) / (1 - chance)
    rng = np.random.default_rng(8)
    inside = 0
    for _ in range(300):
        right = rng.random(200) < 0.8
        chosen = np.where(rng.random((2, 200)) < 0.1, ~right, right)
        found = agreement(decisions_by_category(np.tile(np.arange(200), 2), chosen.ravel().astype(int), 2))
        inside += found.ac1.low <= truth <= found.ac1.high
    assert 0.91 <= inside / 300 <= 0.98
    again = agreement(_counts(PSYCHIATRISTS.split(), 5))
    assert again == agreement(_counts(PSYCHIATRISTS.split(), 5))
    assert again.ac1.low != agreement(_counts(PSYCHIATRISTS.split(), 5), seed=3).ac1.low


def test_the_interval_of_alpha_is_that_of_resampling_cases_one_by_one() -> None:
    counts = np.array([[2, 0, 0]] * 5 + [[0, 2, 0]] * 3 + [[1, 1, 0]] * 2 + [[0, 1, 1]] * 2)
    rng = np.random.default_rng(2)
    drawn = [
        krippendorff.alpha(value_counts=counts[rng.integers(0, 12, 12)], level_of_measurement="nominal")
        for _ in range(4000)
    ]
    found = agreement(counts, draws=20_000).alpha
    assert (found.low, found.high) == pytest.approx(tuple(np.percentile(drawn, [2.5, 97.5])), abs=0.025)


def test_twenty_cases_that_all_agree_are_no_surer_than_wilson() -> None:
    found = agreement([[2, 0], [0, 2]], [12, 8])
    ends = wilson(20, 20)
    assert found.observed == (1.0, pytest.approx(float(ends.low)), 1.0, "")
    chance = 2 * 0.6 * 0.4
    assert found.ac1.value == 1.0
    assert found.ac1.low == pytest.approx((float(ends.low) - chance) / (1 - chance))
    assert found.alpha.low < found.ac1.low < found.ac1.high == 1.0
    opposed = agreement([[1, 1]], [20])
    assert (opposed.observed.value, opposed.observed.low) == (0.0, 0.0) and opposed.observed.high > 0.1


def test_one_case_no_case_and_one_category_are_answers_not_faults() -> None:
    one = agreement([[2, 0, 0]])
    assert one.observed.value == 1.0 and one.observed.low < 0.25
    assert np.isnan(one.ac1.value) and one.ac1.reason == ONE_CASE and one.cases == 1
    assert cohen_kappa([[0, 1], [0, 0]]).kappa.reason == ONE_CASE
    none = agreement([[1, 0], [0, 1]])
    assert np.isnan(none.observed.value) and none.alpha.reason == NO_CASE and none.cases == 0
    assert agreement(np.zeros((0, 4))).observed.reason == NO_CASE
    assert cohen_kappa([[0, 0], [0, 0]]).kappa.reason == NO_CASE
    alike = agreement([[2, 0]], [50])
    assert alike.alpha.reason == ONE_CATEGORY == alike.fleiss.reason
    assert np.isnan(alike.alpha.value) and np.isnan(alike.alpha.low)
    assert alike.ac1.value == 1.0 and 0.9 < alike.ac1.low < 1.0
    assert cohen_kappa([[50, 0], [0, 0]]).kappa.reason == ONE_CATEGORY


def test_decisions_become_counts_per_case_whatever_their_order() -> None:
    counts = decisions_by_category(["b", "a", "b", "c"], [1, 0, 1, 2], 3)
    assert counts.tolist() == [[1, 0, 0], [0, 2, 0], [0, 0, 1]]
    assert agreement(counts).cases == 1
    with pytest.raises(ValueError, match="outside"):
        decisions_by_category([1], [3], 3)
    with pytest.raises(ValueError, match="two categories"):
        agreement([[2], [2]])
    with pytest.raises(ValueError, match="negative"):
        agreement([[2, -1]])
    with pytest.raises(ValueError, match="square"):
        cohen_kappa([[1, 2, 3], [1, 2, 3]])


def test_a_thousand_resamples_of_two_thousand_cases_take_no_wait() -> None:
    rng = np.random.default_rng(5)
    cases = rng.multinomial(2, [0.5, 0.2, 0.2, 0.1], size=2000)
    agreement(cases)
    best = np.inf
    for _ in range(5):
        started = time.process_time()  # of this process: others may hold the core
        agreement(cases)
        best = min(best, time.process_time() - started)
    assert best < 0.05
