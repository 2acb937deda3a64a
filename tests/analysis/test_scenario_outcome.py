"""What scenarios change: known answers in weeks, days and cases, on the same futures."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from analysis import scenario_outcome
from analysis.backlog_simulation import Plan, Team, Work, together
from analysis.paired_runs import NEVER, spread
from analysis.scenario_outcome import (
    FEWER,
    RUNS,
    Futures,
    compare,
    futures_compared,
    futures_of,
    outcome,
    share_in_time,
)
from analysis.scenarios import DueShift, Hire, LessPreventable, Move, Overtime, Scenario, StandardTime
from analysis.staffing import Absence, Person, Staff

FIRST = dt.date(2026, 11, 16)
DAYS = 26 * 7
WEEK_OF = np.arange(DAYS) // 7
WORKING = (np.arange(DAYS) % 7) < 5
PROMISE = np.zeros((1, 6))
PROMISE[0, 5] = 1.0


def a_plan(people: int, a_day: float = 24.0, target: float | None = 0.9, overdue: float = 60.0) -> Plan:
    work = Work(
        "appeal",
        np.where(WORKING, a_day, 0.0),
        PROMISE,
        np.array([[overdue, 10.0, 10.0, 10.0, 10.0, 10.0]]),
        0.5,
        0.5,
        target=target,
        dispersion=1.5,
    )
    staff = Staff((Person("a"),) * people, WORKING, 6.0, 0.8, absences=(Absence(0.02, 3.0),), attrition=0.1)
    teams = tuple(Team(name, replace(staff), (work,), clear_at=30.0) for name in ("a", "b"))
    return Plan(teams, WEEK_OF)


def futures(people: int = 2, **own: float | None) -> Futures:
    return futures_of(a_plan(people, **own), FIRST, {"appeal": 0.5}, runs=400, seed=3)  # type: ignore[arg-type]


def hire(people: int, day: int = 28, team: str = "a") -> Scenario:
    return Scenario((Hire(team, people, FIRST + dt.timedelta(days=day)),))


def test_a_scenario_without_changes_differs_by_nothing() -> None:
    found = futures()
    none = compare(found.of(Scenario()), found.of(Scenario()))
    for change in (none.share, none.weeks_kept, none.open_at_end, none.past_due_at_end):
        assert change is not None and (change.low, change.middle, change.high) == (0, 0, 0)
    assert none.earlier is not None and none.earlier.weeks.middle == 0
    assert (none.case_hours, none.mentoring, none.ramping) == (0, 0, 0)


def test_the_curve_of_open_cases_ends_at_the_number_the_table_tells() -> None:
    found = futures().of(hire(2))
    at_end = spread(found.open_at_end)
    assert at_end.low < at_end.high and len(found.open_at_end) % 2 == 0
    assert list(found.open_cases[:, -1]) == [at_end.low, at_end.middle, at_end.high]


def test_only_the_teams_a_scenario_touches_are_simulated_again(monkeypatch: pytest.MonkeyPatch) -> None:
    found, asked = futures(), []
    real = scenario_outcome.simulate

    def noted(plan: Plan, runs: int, seed: int, first: int | None) -> object:
        asked.append([team.name for team in plan.teams])
        return real(plan, runs, seed, first)

    monkeypatch.setattr(scenario_outcome, "simulate", noted)
    found.of(hire(1, team="b"))
    found.of(Scenario())
    found.of(Scenario((LessPreventable(0.3, FIRST),)))
    assert asked == [["b"], [], ["a", "b"]]


def test_what_is_put_together_is_what_simulating_everything_gives() -> None:
    found = futures()
    scenario = hire(2)
    whole = futures_of(
        scenario_outcome.apply(found.plan, scenario, FIRST), FIRST, {}, found.runs, found.seed
    ).of(Scenario())
    part = found.of(scenario)
    assert np.array_equal(part.open_at_end, whole.open_at_end)
    assert np.array_equal(part.kept_from, whole.kept_from)


def test_hires_turn_a_backlog_that_grows_into_one_that_clears() -> None:
    found = futures()
    base, hired = found.of(Scenario()), found.of(Scenario((*hire(2).changes, *hire(2, team="b").changes)))
    assert base.chance[-1] < 0.05 and hired.chance[-1] > 0.9
    change = compare(base, hired)
    assert change.share is not None and change.share.low > 0.3
    assert change.earlier is not None
    assert (change.earlier.base_share, change.earlier.changed_share) == (0.0, pytest.approx(1, abs=0.1))
    # The base never keeps it, so the gain is at least the weeks left when the hires have turned the tide.
    assert change.earlier.middle_at_least and 10 < change.earlier.weeks.middle < 22
    assert change.open_at_end.high < 0 and change.past_due_at_end.high < 0
    assert change.days_sooner.weeks.middle > 0
    assert change.late["appeal"].high < 0
    assert base.late["appeal"].min() > 0


def test_the_interval_of_a_difference_on_the_same_futures_is_far_narrower_than_on_others() -> None:
    found, others = futures(3), futures_of(a_plan(3), FIRST, {}, 400, seed=4)
    base = found.of(Scenario())
    same = compare(base, found.of(hire(1))).open_at_end
    apart = compare(base, others.of(hire(1))).open_at_end
    assert apart.high - apart.low > 2 * (same.high - same.low)


def test_the_case_hours_of_a_change_are_those_its_people_give() -> None:
    found = futures()
    extra = Scenario((Overtime("a", 5.0, FIRST, FIRST + dt.timedelta(days=6)),))
    change = compare(found.of(Scenario()), found.of(extra))
    assert change.case_hours == pytest.approx(2 * 5.0, rel=0.08)
    assert (change.mentoring, change.ramping) == (0, 0)


def test_a_promise_is_judged_over_four_weeks_so_that_one_unlucky_week_breaks_none() -> None:
    weekly = np.ones((6, 1))
    assert scenario_outcome._window(weekly)[:, 0].tolist() == [1, 2, 3, 4, 4, 4]


def test_another_target_is_asked_of_the_base_and_of_the_scenario_alike() -> None:
    found = futures(4)
    strict, loose = found.of(Scenario(), 0.999), found.of(Scenario(), 0.5)
    assert strict.chance[-1] < loose.chance[-1]
    assert np.array_equal(strict.open_at_end, loose.open_at_end)


def test_work_without_a_promise_is_compared_by_its_backlog_alone() -> None:
    found = futures(2, target=None)
    base, hired = found.of(Scenario()), found.of(hire(2))
    change = compare(base, hired)
    assert not base.promised and share_in_time(base) is None
    assert (change.share, change.weeks_kept, change.earlier) == (None, None, None)
    assert change.open_at_end.middle < 0
    assert found.people_needed(Scenario(), "a", FIRST, 25, None, 0.8, 5).people is None


def test_the_people_needed_are_the_fewest_that_bring_the_teams_own_work_in_time() -> None:
    # The other team never keeps its promise, whoever is hired into this one, and is slowed down besides.
    found = futures()
    scenario = Scenario((StandardTime("appeal", 40.0, FIRST),))
    alone = futures_of(
        replace(found.plan, teams=found.plan.teams[:1]), FIRST, found.preventable, found.runs, found.seed
    )

    def chance(people: int) -> float:
        hired = (Hire("a", people, FIRST),) if people else ()
        return float(alone.of(Scenario((*scenario.changes, *hired))).chance[20])

    every = [chance(people) for people in range(9)]
    need = found.people_needed(scenario, "a", FIRST, 20, None, 0.8, 8)
    assert need.people == next(people for people, share in enumerate(every) if share >= 0.8)
    assert need.people and every[need.people - 1] < 0.8
    assert need.kept == every[need.people] and need.share > 0.9


def test_each_team_keeps_the_promise_of_its_own_work_by_itself() -> None:
    plan = a_plan(4)
    short = replace(plan.teams[1], staff=replace(plan.teams[1].staff, people=(Person("b"),)))
    without = replace(plan.teams[0], name="c", work=(replace(plan.teams[0].work[0], target=None),))
    found = futures_of(replace(plan, teams=(plan.teams[0], short, without)), FIRST, {}, runs=400, seed=3)
    alone = futures_of(replace(plan, teams=plan.teams[:1]), FIRST, {}, runs=400, seed=3)
    by_team = found.kept_by_team()
    assert by_team == {"a": alone.of(Scenario()).chance[-1], "b": 0.0}
    assert by_team["a"] > 0.9 and found.of(Scenario()).chance[-1] < 0.5, "one team hides the others"
    assert found.kept_by_team(1.0)["a"] < by_team["a"]


def test_where_no_hire_helps_it_is_told_whether_hours_or_others_are_why() -> None:
    late = futures().people_needed(Scenario(), "a", FIRST, 0, 1.0, 0.8, 1)
    assert late.people is None and late.kept < 0.8 and not late.idle, (
        "one hire is not enough in the first week"
    )
    # Hired in the last but one of the four weeks judged, they work off what waited; it was late all the same.
    over = futures().people_needed(Scenario(), "a", FIRST + dt.timedelta(days=21), 4, 0.95, 0.8, 20)
    assert over.people is None and not over.idle
    # One case in five can only be done two days after it is due.
    plan = a_plan(2)
    waits = np.zeros((8, 6))
    waits[0, 5], waits[7, 5] = 0.8, 0.2
    teams = tuple(replace(team, work=(replace(team.work[0], waits=waits),)) for team in plan.teams)
    waiting = futures_of(replace(plan, teams=teams), FIRST, {}, runs=400, seed=3)
    need = waiting.people_needed(Scenario(), "a", FIRST, 20, None, 0.8, 6)
    assert need.people is None and need.idle
    assert need.share == pytest.approx(0.8, abs=0.02)


def test_days_late_are_those_of_the_cases_past_due_at_the_end_of_each_week() -> None:
    # Nobody works and nothing comes: the 60 past due and the 50 due in the first week stay, in both teams.
    alone = futures(0, a_day=0.0).of(Scenario())
    assert (alone.days_late["appeal"] == 2 * 110 * DAYS).all()
    helped = futures(0, a_day=0.0).of(hire(5, day=70))
    change = compare(alone, helped).days_late["appeal"]
    # Five people clear the 55 hours of one team within days of the tenth week; the other keeps its own.
    assert change.middle == pytest.approx(-110 * (DAYS - 70), rel=0.1)


def test_the_share_in_time_is_that_of_the_last_thirteen_weeks_alone() -> None:
    found = futures()
    due, in_time = np.zeros((2, 1, 26, 400))
    due[:] = 10.0
    in_time[0, 13:] = 5.0
    told = replace(together([*found.parts.values()]), due=due, in_time=in_time)
    assert outcome(found.plan, told).share == pytest.approx(np.full(400, 0.5))
    in_time[0, 13] = 10.0
    assert outcome(found.plan, replace(told, in_time=in_time)).share == pytest.approx(np.full(400, 70 / 130))


def test_a_share_of_late_cases_is_told_with_its_spread() -> None:
    found = share_in_time(futures(4).of(Scenario()))
    assert found is not None and 0.8 < found.low <= found.middle <= found.high <= 1
    assert set(np.unique(futures(1).of(Scenario()).kept_from)) == {NEVER}


def test_the_first_futures_are_those_of_all_of_them() -> None:
    plan, waits = a_plan(2), np.zeros((9, 6))
    waits[0, 5], waits[8, 5] = 0.7, 0.3  # some wait for others beyond their promise
    teams = tuple(replace(team, work=(replace(team.work[0], waits=waits),)) for team in plan.teams)
    found = futures_of(replace(plan, teams=teams), FIRST, {}, 2000)
    for scenario in (
        Scenario(),
        hire(2),
        Scenario((DueShift("appeal", 2, FIRST), StandardTime("appeal", 25, FIRST))),
    ):
        every, some = found.of(scenario), found.of(scenario, first=FEWER)
        assert (every.futures, some.futures) == (2000, FEWER)
        for name in ("share", "weeks_kept", "kept_from", "open_at_end", "past_due_at_end", "cleared"):
            assert np.array_equal(getattr(every, name)[:FEWER], getattr(some, name), equal_nan=True), name
    with pytest.raises(ValueError, match="blocks"):
        found.of(hire(1), first=700)


def test_fewer_futures_are_compared_only_where_many_teams_change() -> None:
    teams = [f"t{number}" for number in range(12)]
    hires = [Scenario(tuple(Hire(team, 1, FIRST) for team in teams[:many])) for many in (0, 4, 5)]
    everybody = Scenario((LessPreventable(0.1, FIRST),))
    moved = Scenario(tuple(Move(teams[at], teams[at + 1], 1, FIRST) for at in (0, 2, 4)))
    assert [futures_compared([one], teams) for one in hires] == [RUNS, RUNS, FEWER]
    assert futures_compared([everybody], teams) == futures_compared([moved], teams) == FEWER
    assert futures_compared([everybody], teams[:4]) == RUNS
    assert futures_compared([hires[1], everybody], teams) == FEWER, "all scenarios on as many"
