"""Paces of cohorts: known answers, coverage of the interval, false alarms, and one cohort that is slow."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.ramp_pace import compare_cohorts, hours_ratio

SHARES = np.array([0.5, 0.8, 1.0])


def test_equal_cases_give_the_interval_of_a_poisson_count_on_the_log_scale() -> None:
    # 100 cases of 2 h against 250 h: 0.8, log-normal with the relative error of a count of 100, 10 %.
    found = hours_ratio([200.0], [400.0], [250.0])
    assert found.value[0] == pytest.approx(0.8)
    assert found.low[0] == pytest.approx(0.8 * np.exp(-1.959964 * 0.1))
    assert found.high[0] == pytest.approx(0.8 * np.exp(1.959964 * 0.1))


def test_nothing_done_or_nobody_there_has_no_interval() -> None:
    found = hours_ratio([0.0, 5.0, 0.0], [0.0, 5.0, 0.0], [10.0, 0.0, 0.0])
    assert found.value[0] == 0
    assert np.isnan(found.value[1:]).all()
    assert np.isnan(found.low).all()
    with pytest.raises(ValueError, match="negative"):
        hours_ratio([-1.0], [1.0], [1.0])


def test_the_interval_of_a_random_number_of_cases_holds_the_truth_19_times_of_20() -> None:
    rng = np.random.default_rng(5)
    held = []
    for _ in range(2000):
        cases = rng.lognormal(0.5, 0.8, rng.poisson(60))
        mean = np.exp(0.5 + 0.8**2 / 2) * 60
        found = hours_ratio([cases.sum()], [(cases**2).sum()], [mean])
        held.append(found.low[0] <= 1 <= found.high[0])
    assert 0.92 <= np.mean(held) <= 0.97


def draw(
    rng: np.random.Generator, paces: list[float], people: int, spread: float = 0.0
) -> tuple[list[np.ndarray], int]:
    """Entries for cohorts of some people over three steps of 60 h; people differ by `spread`."""
    rows = []
    for cohort, pace in enumerate(paces):
        for person in range(people):
            own = pace * np.exp(rng.normal(-(spread**2) / 2, spread))
            for step, share in enumerate(SHARES):
                cases = rng.exponential(2.0, rng.poisson(30 * share * own))
                rows.append((cohort, cohort * people + person, step, cases.sum(), (cases**2).sum(), 60.0))
    return [np.array(column) for column in zip(*rows, strict=True)], len(paces)


def test_a_slow_cohort_is_found_and_its_pace_told() -> None:
    columns, cohorts = draw(np.random.default_rng(1), [1.0, 1.0, 0.5, 1.0, 1.0, 1.0], 6)
    found = compare_cohorts(*columns, cohorts)
    assert found.stands.tolist() == [False, False, True, False, False, False]
    assert found.pace.low[2] < 0.5 < found.pace.high[2]
    # Expected are the others' hours: those of the five usual cohorts, step by step.
    tops = np.zeros(3)
    np.add.at(tops, columns[2][columns[0] != 2].astype(int), columns[3][columns[0] != 2])
    assert found.expected[2] == pytest.approx((tops / (5 * 6 * 60) * 6 * 60).sum())


@pytest.mark.parametrize("spread", [0.0, 0.35])
def test_equal_cohorts_are_seldom_called_slow_even_when_people_differ(spread: float) -> None:
    rng = np.random.default_rng(2)
    alarms = 0
    for _ in range(300):
        columns, cohorts = draw(rng, [1.0] * 6, 5, spread)
        alarms += compare_cohorts(*columns, cohorts).stands.any()
    assert alarms / 300 <= 0.15


def test_people_who_differ_make_every_interval_wider() -> None:
    alike, cohorts = draw(np.random.default_rng(3), [1.0] * 4, 8)
    apart, _ = draw(np.random.default_rng(3), [1.0] * 4, 8, 0.6)
    assert (compare_cohorts(*alike, cohorts).dispersion < 2.5).all()
    assert (compare_cohorts(*apart, cohorts).dispersion > 4).all()


def test_a_step_no_other_cohort_has_reached_takes_no_part() -> None:
    found = compare_cohorts([0, 0, 1], [0, 0, 1], [0, 1, 0], [30.0, 90.0, 30.0], [60.0] * 3, [60.0] * 3, 2)
    assert found.expected.tolist() == [30.0, 30.0]
    assert found.pace.value.tolist() == [1.0, 1.0]


def test_one_cohort_alone_is_compared_with_nothing() -> None:
    found = compare_cohorts([0, 0], [0, 1], [0, 0], [30.0, 20.0], [60.0, 40.0], [60.0, 60.0], 1)
    assert np.isnan(found.pace.value[0])
    assert not found.stands[0]


def test_columns_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match="needs done"):
        compare_cohorts([0], [0], [0, 1], [1.0], [1.0], [1.0], 1)
