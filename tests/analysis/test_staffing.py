"""Hours of a team on each coming day: known answers for people who come, go, learn, fall ill and leave."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.staffing import Absence, Person, Staff, expected_hours, hours_of, simulate_hours

DAYS = 70
WEEKDAYS = np.arange(DAYS) % 7 < 5
RUNS = 4000


def staff(*people: Person, **own: object) -> Staff:
    return Staff(people or (Person("a"),), WEEKDAYS, 5.0, **own)  # type: ignore[arg-type]


def test_a_full_person_gives_the_hours_of_every_open_day() -> None:
    given, taken = hours_of(staff(case_share=0.8), Person("a", fte=0.5))
    assert given.tolist() == np.where(WEEKDAYS, 2.0, 0.0).tolist()
    assert not taken.any()


def test_nobody_works_before_the_first_day_after_the_last_or_on_booked_leave() -> None:
    given, _ = hours_of(staff(), Person("a", starts=7, ends=18, away=(8, 9, 400)))
    assert np.flatnonzero(given).tolist() == [7, 10, 11, 14, 15, 16, 17, 18]


def test_a_new_hire_follows_the_ramp_by_tenure_and_takes_hours_of_others() -> None:
    team = staff(ramp=(0.2, 0.6), mentoring=(1.0, 0.5))
    given, taken = hours_of(team, Person("a", starts=7, hired=7))
    assert given[[0, 7, 11, 14, 18, 21]].tolist() == [0, 1, 1, 3, 3, 5]
    assert taken[[0, 7, 14, 21]].tolist() == [0, 1, 0.5, 0]


def test_tenure_counts_from_the_day_of_hire_not_from_joining_the_team() -> None:
    given, _ = hours_of(staff(ramp=(0.2, 0.6)), Person("a", starts=7, hired=-30))
    assert given[7] == 5


def test_overtime_adds_its_share_on_its_days_only() -> None:
    overtime = np.zeros(DAYS)
    overtime[:7] = 0.1
    given, _ = hours_of(staff(overtime=overtime), Person("a"))
    assert given[[0, 7]].tolist() == pytest.approx([5.5, 5.0])


def test_two_halves_in_two_teams_are_one_person() -> None:
    whole = hours_of(staff(), Person("a"))[0]
    halves = hours_of(staff(), Person("a", fte=0.5))[0] + hours_of(staff(), Person("b", fte=0.5))[0]
    assert halves.tolist() == whole.tolist()


def test_without_chance_every_run_is_the_sum_of_the_people() -> None:
    team = staff(Person("a"), Person("a", fte=0.5, starts=14))
    hours = simulate_hours(team, 3, (1,))
    assert hours[:, 0].tolist() == hours[:, 2].tolist() == expected_hours(team).tolist()
    assert hours[[0, 14], 0].tolist() == [5.0, 7.5]


def test_people_leave_at_the_stated_yearly_hazard() -> None:
    hours = simulate_hours(staff(attrition=1.2), RUNS, (1,))
    there = (hours[[0, 28, 67]] > 0).mean(axis=1)
    assert there.tolist() == pytest.approx(np.exp(-1.2 * np.array([0.5, 28.5, 67.5]) / 365.25), abs=0.025)
    gone = hours[WEEKDAYS] == 0
    assert (np.diff(gone.astype(int), axis=0) >= 0).all(), "who left came back"


def test_absence_settles_at_the_expected_share_and_comes_in_spells() -> None:
    team = staff(absences=(Absence(0.05, 4.0),))
    away = simulate_hours(team, RUNS, (1,))[WEEKDAYS] == 0
    settled = away[25:]
    assert settled.mean() == pytest.approx(1 - np.exp(-0.2), abs=0.012)
    assert 1 - expected_hours(team)[63] / 5 == pytest.approx(1 - np.exp(-0.2))
    repeated = (settled[1:] & settled[:-1]).sum() / settled[:-1].sum()
    assert repeated > 0.7, "a spell of four days on average continues three times in four"


def test_absence_can_differ_from_day_to_day() -> None:
    starts = np.zeros(DAYS)
    starts[35:] = 0.2
    away = simulate_hours(staff(absences=(Absence(starts, 1.0),)), RUNS, (1,))[WEEKDAYS] == 0
    assert not away[:25].any()
    assert away[25:].mean() == pytest.approx(1 - np.exp(-0.2), abs=0.012)


def test_one_more_person_changes_nothing_of_the_others() -> None:
    chances = {"attrition": 0.5, "absences": (Absence(0.05, 3.0),)}
    alone = simulate_hours(staff(Person("a"), **chances), 50, (7,))
    pair = simulate_hours(staff(Person("a"), Person("a", starts=35), **chances), 50, (7,))
    assert np.array_equal(alone[:35], pair[:35])
    assert (pair[35:] >= alone[35:]).all()


def test_what_is_kept_of_the_hours_belongs_to_its_people_and_its_seed() -> None:
    team = staff(Person("a"), attrition=0.5, absences=(Absence(0.05, 2.0),))
    first = simulate_hours(team, 200, (1,))
    other = simulate_hours(team, 200, (2,))
    half = simulate_hours(replace(team, people=(Person("a", fte=0.5), Person("a"))), 200, (1,))
    assert not np.array_equal(first, other)
    assert half.mean() == pytest.approx(1.5 * first.mean(), rel=0.1)
    assert np.array_equal(simulate_hours(team, 200, (1,)), first)


def test_who_leaves_is_gone_from_the_day_of_leaving_on() -> None:
    # A tenth leaves each day: of those there in the morning of day d, all who leave before its end are gone.
    hours = simulate_hours(staff(attrition=36.525), RUNS, (5,))
    days = np.flatnonzero(WEEKDAYS)[:15]
    assert hours[days].mean(axis=1) / 5 == pytest.approx(np.exp(-0.1 * (days + 1)), abs=0.025)


def test_mentoring_never_makes_hours_negative() -> None:
    hours = simulate_hours(staff(Person("a", hired=0), ramp=(0.0,), mentoring=(3.0,)), 2, (1,))
    assert hours.min() == 0


@pytest.mark.parametrize(
    "broken",
    [
        lambda: Person("a", fte=-0.5),
        lambda: Person("a", fte=2.0),
        lambda: Person("a", starts=5, ends=4),
        lambda: Staff((), WEEKDAYS, 30.0),
        lambda: Staff((), WEEKDAYS, -1.0),
        lambda: Staff((), WEEKDAYS, 5.0, case_share=1.2),
        lambda: Staff((), WEEKDAYS, 5.0, attrition=-1.0),
        lambda: Staff((), WEEKDAYS, 5.0, overtime=np.zeros(3)),
        lambda: Absence(-0.1, 3.0),
        lambda: Absence(0.1, 0.5),
    ],
)
def test_impossible_people_hours_and_rates_are_refused(broken: object) -> None:
    with pytest.raises(ValueError):
        broken()  # type: ignore[operator]


def test_a_team_without_people_gives_no_hours() -> None:
    assert not simulate_hours(Staff((), WEEKDAYS, 5.0, attrition=0.2), 3, (1,)).any()
