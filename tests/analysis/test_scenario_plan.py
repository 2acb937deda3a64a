"""Scenarios carried out on a plan: known answers in hours, and nothing touched that was not to change."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from analysis.backlog_simulation import Plan, Team, Work, simulate, together
from analysis.paired_runs import least
from analysis.scenario_plan import apply, effort
from analysis.scenarios import (
    Change,
    DueShift,
    Hire,
    LessPreventable,
    Move,
    Overtime,
    Scenario,
    ScenarioError,
    StandardTime,
)
from analysis.staffing import Absence, Person, Staff, expected_hours, simulate_hours
from analysis.work_turns import kept_per_day

FIRST = dt.date(2026, 11, 16)
DAYS = 84
WEEK_OF = np.arange(DAYS) // 7
WORKING = (np.arange(DAYS) % 7) < 5
PROMISE = np.zeros((1, 6))
PROMISE[0, 5] = 1.0


def day(number: int) -> dt.date:
    return FIRST + dt.timedelta(days=number)


def work(name: str = "appeal", a_day: float = 20.0) -> Work:
    return Work(name, np.where(WORKING, a_day, 0.0), PROMISE, np.full((1, 3), 5.0), 0.5, 0.5, target=0.9)


def team(name: str, people: int = 6, these: tuple[Person, ...] = (), **own: object) -> Team:
    staff = Staff(these or (Person(name),) * people, WORKING, hours=6.0, case_share=0.8)
    return Team(name, replace(staff, **own), (work(), work("escalation", 4.0)), 40.0)  # type: ignore[arg-type]


def plan(*teams: Team) -> Plan:
    return Plan(teams or (team("a"), team("b")), WEEK_OF)


def changed(change: Change, before: Plan | None = None, **preventable: float) -> Plan:
    return apply(before or plan(), Scenario((change,)), FIRST, preventable)


def hours_of(found: Plan, name: str = "a") -> np.ndarray:
    return expected_hours(next(team.staff for team in found.teams if team.name == name))


def test_an_empty_scenario_is_the_same_plan_and_the_same_futures_bit_for_bit() -> None:
    before = plan(team("a", attrition=0.2, absences=(Absence(0.02, 3.0),)))
    after = apply(before, Scenario(), FIRST)
    assert after is before
    one, other = simulate(before, 200, 3)["a"], simulate(after, 200, 3)["a"]
    for name in ("open_cases", "past_due", "hours_waiting", "due", "in_time", "daily_open", "cleared"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


def test_a_hire_without_ramp_adds_exactly_the_hours_of_a_full_time_person() -> None:
    gained = hours_of(changed(Hire("a", 2, day(28)))) - hours_of(plan())
    assert gained == pytest.approx(np.where(WORKING & (np.arange(DAYS) >= 28), 2 * 6.0 * 0.8, 0.0))


def test_a_hire_ramps_from_the_first_day_and_takes_mentors_hours() -> None:
    before = plan(team("a", ramp=(0.25, 0.5), mentoring=(1.0,)), team("b"))
    gained = hours_of(changed(Hire("a", 1, day(28)), before)) - hours_of(before)
    full = 6.0 * 0.8
    weeks = gained.reshape(-1, 7)[:, 0]
    assert weeks[4:8] == pytest.approx([0.25 * full - 1, 0.5 * full, full, full])
    assert np.all(gained[:28] == 0)
    spent = effort(changed(Hire("a", 1, day(28)), before))
    assert spent.mentoring == pytest.approx(5.0)
    assert spent.ramping == pytest.approx(5 * (0.75 + 0.5) * full)
    assert effort(before).mentoring == 0
    assert spent.case_hours - effort(before).case_hours == pytest.approx(gained.sum())


def test_those_already_there_fall_ill_and_leave_as_before_whoever_comes() -> None:
    own = {"attrition": 0.4, "absences": (Absence(0.03, 3.0),)}
    before = plan(team("a", **own))
    two, three = (changed(Hire("a", people, day(0)), before).teams[0].staff for people in (2, 3))
    alone = [
        simulate_hours(replace(two, people=two.people[:6]), 50, (1,)),
        simulate_hours(before.teams[0].staff, 50, (1,)),
    ]
    assert np.array_equal(*alone)
    more = simulate_hours(three, 50, (1,)) - simulate_hours(two, 50, (1,))
    assert np.all(more >= -1e-4) and more.sum() > 0


def test_who_moves_leaves_one_team_and_joins_the_other_the_same_day() -> None:
    after = changed(Move("a", "b", 2, day(28)))
    late = np.where(WORKING & (np.arange(DAYS) >= 28), 2 * 6.0 * 0.8, 0.0)
    assert hours_of(plan()) - hours_of(after) == pytest.approx(late)
    assert hours_of(after, "b") - hours_of(plan(), "b") == pytest.approx(late)


def test_a_move_on_the_first_day_empties_the_places_and_keeps_their_order() -> None:
    after = changed(Move("a", "b", 2, FIRST))
    assert [person.fte for person in after.teams[0].staff.people] == [0, 0, 1, 1, 1, 1]
    assert len(after.teams[1].staff.people) == 8


def test_who_moves_has_no_known_end_then_the_fullest_time_then_the_longest_service() -> None:
    people = (
        Person("a", 1.0, ends=60, hired=-900),
        Person("a", 0.5, hired=-800),
        Person("a", 1.0, hired=-100, away=(40,)),
        Person("a", 1.0, hired=-700),
        Person("a", 1.0, starts=50),
    )
    before = plan(team("a", these=people), team("b", people=0))
    moved = changed(Move("a", "b", 3, day(28)), before).teams[1].staff.people
    assert [(person.team, person.fte, person.starts, person.hired) for person in moved] == [
        ("b", 1.0, 28, -700),
        ("b", 1.0, 28, -100),
        ("b", 0.5, 28, -800),
    ]
    assert moved[1].away == (40,)
    with pytest.raises(ScenarioError, match="Only 4 people are in the team on the day of the move; 5 cannot"):
        changed(Move("a", "b", 5, day(28)), before)


def test_who_is_hired_can_move_on_with_the_tenure_gained_and_not_before_the_first_day() -> None:
    before = plan(team("a", people=1), team("b", people=0))
    hire = Hire("a", 2, day(14))
    after = apply(before, Scenario((Move("a", "b", 3, day(28)), hire)), FIRST)
    assert [(person.starts, person.hired) for person in after.teams[1].staff.people][1:] == [(28, 14)] * 2
    assert not hours_of(after)[28:].any()
    with pytest.raises(ScenarioError, match="Only 1 "):
        apply(before, Scenario((hire, Move("a", "b", 3, day(13)))), FIRST)


def test_overtime_adds_its_hours_a_week_to_cases_between_its_days_only() -> None:
    gained = hours_of(changed(Overtime("a", 5.0, day(14), day(27)))) - hours_of(plan())
    assert gained.reshape(-1, 7).sum(axis=1) == pytest.approx([0, 0, 30, 30] + [0] * 8)
    till_wednesday = hours_of(changed(Overtime("a", 5.0, day(15), day(16)))) - hours_of(plan())
    assert np.flatnonzero(till_wednesday > 0).tolist() == [15, 16], "the last day too"
    twice = apply(
        plan(), Scenario((Overtime("a", 5.0, FIRST, day(6)), Overtime("a", 1.0, FIRST, day(6)))), FIRST
    )
    assert (hours_of(twice) - hours_of(plan())).sum() == pytest.approx(36)


def test_a_standard_time_is_that_of_the_type_in_every_team_from_the_day_on() -> None:
    after = changed(StandardTime("appeal", 15.0, day(28)))
    assert [turn.pace for team in after.teams for work in team.work for turn in work.turns] == [0.5, 0.5]
    again = apply(
        plan(),
        Scenario((StandardTime("appeal", 60.0, day(40)), StandardTime("appeal", 15.0, day(28)))),
        FIRST,
    )
    assert [turn.pace for turn in again.teams[0].work[0].turns] == [0.5, 4.0]


def test_cutting_preventable_cases_cuts_their_share_of_the_types_the_source_judges() -> None:
    after = changed(LessPreventable(0.5, day(28)), escalation=0.4)
    appeals, escalations = after.teams[0].work
    assert appeals.turns == ()
    assert [turn.kept for turn in escalations.turns] == [0.8]


def test_what_was_cut_of_the_preventable_cases_cannot_be_cut_again() -> None:
    def arriving(*shares: float) -> list[float]:
        cuts = tuple(LessPreventable(share, day(28 + place)) for place, share in enumerate(shares))
        work = apply(plan(), Scenario(cuts), FIRST, {"escalation": 0.4}).teams[0].work[1]
        return [round(float(kept), 6) for kept in kept_per_day(work.turns, len(work.expected))[28:31]]

    assert arriving(0.5, 0.5) == [0.8, 0.7, 0.7]
    assert arriving(1.0, 1.0, 0.3) == [0.6, 0.6, 0.6]


def test_a_shift_of_due_days_turns_one_type_of_work() -> None:
    after = changed(DueShift("escalation", 3, day(28)))
    assert [turn.promise for work in after.teams[0].work for turn in work.turns] == [3]


def test_teams_a_scenario_does_not_touch_are_the_same_objects() -> None:
    before = plan()
    for change in (Hire("b", 1, FIRST), Overtime("b", 2.0, FIRST, day(9))):
        after = changed(change, before)
        assert after.teams[0] is before.teams[0] and after.teams[1] is not before.teams[1]


def test_a_hire_never_makes_a_future_worse_and_most_futures_better() -> None:
    own = {"attrition": 0.3, "absences": (Absence(0.03, 3.0),)}
    before = plan(team("a", people=2, **own))
    after = changed(Hire("a", 1, FIRST), before)
    one, other = simulate(before, 500, 5)["a"], simulate(after, 500, 5)["a"]
    assert np.all(other.open_cases[-1] <= one.open_cases[-1] + 0.5)
    assert np.mean(other.open_cases[-1] < one.open_cases[-1]) > 0.95


def test_the_headcount_solved_is_the_smallest_that_meets_the_target() -> None:
    before = plan(team("a", people=1, absences=(Absence(0.03, 3.0),)))

    def chance(people: int) -> float:
        hired = Scenario((Hire("a", people, FIRST),) if people else ())
        return float(
            together([*simulate(apply(before, hired, FIRST), 300, 2).values()]).chance_of_promise("appeal")[
                -1
            ]
        )

    every = [chance(people) for people in range(6)]
    assert every[0] < 0.5 < every[-1]
    assert least(chance, 0.8, 5) == next(people for people, share in enumerate(every) if share >= 0.8)
