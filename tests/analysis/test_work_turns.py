"""Turns of work: known answers, and futures that stay the same but for what was turned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.backlog_simulation import Plan, Simulation, Team, Work, simulate
from analysis.staffing import Absence, Person, Staff
from analysis.work_turns import Turn, kept_per_day, later_promise, pace_per_day, promise_per_day

DAYS = 70
WEEK_OF = np.arange(DAYS) // 7
WORKING = (np.arange(DAYS) % 7) < 5
PROMISE = np.zeros((1, 6))
PROMISE[0, 5] = 1.0
BASE = Work(
    "appeal",
    np.where(WORKING, 12.0, 3.0),
    PROMISE,
    np.array([[4.0, 2.0, 9.0]]),
    hours=0.5,
    spread=0.6,
    target=0.9,
)


def simulated(work: Work, hours: float = 7.0, people: int = 1) -> Simulation:
    staff = Staff((Person("t"),) * people, WORKING, hours, absences=(Absence(0.02, 2.0),), attrition=0.3)
    return simulate(Plan((Team("t", staff, (work,)),), WEEK_OF), runs=300, seed=4)["t"]


def test_turns_multiply_from_their_days_on() -> None:
    turns = [Turn(2, kept=0.5, pace=0.8, promise=2), Turn(4, kept=0.5, promise=-1), Turn(0, pace=2.0)]
    assert kept_per_day(turns, 6).tolist() == [1, 1, 0.5, 0.5, 0.25, 0.25]
    assert pace_per_day(turns, 6) == pytest.approx([2, 2, 1.6, 1.6, 1.6, 1.6])
    assert promise_per_day(turns, 6).tolist() == [0, 0, 2, 2, 1, 1]


@pytest.mark.parametrize(
    ("more", "expected"), [(0, [[0.2, 0.3, 0.5]]), (1, [[0, 0.2, 0.3, 0.5]]), (-1, [[0.5, 0.5]])]
)
def test_a_later_promise_moves_every_share_and_loses_none(more: int, expected: list[list[float]]) -> None:
    assert later_promise(np.array([[0.2, 0.3, 0.5]]), more) == pytest.approx(np.array(expected))
    assert later_promise(np.array([[0.2, 0.3, 0.5]]), -9) == pytest.approx(np.array([[1.0]]))


def test_a_turn_keeps_a_share_and_takes_time() -> None:
    for bad in ({"kept": 1.1}, {"kept": -0.1}, {"pace": 0.0}, {"pace": -1.0}):
        with pytest.raises(ValueError, match="keeps a share"):
            Turn(0, **bad)


def test_a_turn_that_changes_nothing_changes_no_future() -> None:
    before, after = simulated(BASE), simulated(replace(BASE, turns=(Turn(10),)))
    for name in ("open_cases", "past_due", "due", "in_time", "cleared", "hours_waiting"):
        assert np.array_equal(getattr(before, name), getattr(after, name)), name


def test_cases_taken_out_are_the_stated_share_of_the_same_arrivals_and_none_before_the_day() -> None:
    idle = replace(BASE, open_now=np.zeros((1, 2)))
    before = simulated(idle, hours=24.0, people=9).due[0]
    after = simulated(replace(idle, turns=(Turn(28, kept=0.7),)), hours=24.0, people=9).due[0]
    assert np.array_equal(before[:4], after[:4])
    assert np.all(after <= before)
    assert after[6:].sum() / before[6:].sum() == pytest.approx(0.7, abs=0.01)


def test_half_the_minutes_need_half_the_hours_for_all_work_left() -> None:
    nobody = simulated(BASE, hours=0.0)
    halved = simulated(replace(BASE, turns=(Turn(28, pace=0.5),)), hours=0.0)
    assert np.array_equal(nobody.hours_waiting[:4], halved.hours_waiting[:4])
    assert halved.hours_waiting[4:] == pytest.approx(nobody.hours_waiting[4:] / 2, rel=1e-4)


def test_minutes_cut_from_the_first_day_are_the_work_of_shorter_cases() -> None:
    shorter = simulated(replace(BASE, hours=0.25))
    turned = simulated(replace(BASE, turns=(Turn(0, pace=0.5),)))
    assert turned.open_cases == pytest.approx(shorter.open_cases, abs=1e-2)


def test_a_later_promise_holds_for_cases_that_arrive_from_the_day_on() -> None:
    idle = replace(BASE, open_now=np.zeros((1, 2)), expected=np.where(WORKING, 10.0, 0.0))
    before, after = simulated(idle).due[0], simulated(replace(idle, turns=(Turn(28, promise=5),))).due[0]
    assert np.array_equal(before[:5], after[:5])
    assert np.all(after[5] == 0)
    assert np.array_equal(after[6:], before[5:-1])


def test_a_promise_moved_from_the_first_day_is_the_promise_itself() -> None:
    tight = np.zeros((1, 4))
    tight[0, 3] = 1.0
    told = simulated(replace(BASE, waits=tight))
    moved = simulated(replace(BASE, turns=(Turn(0, promise=-2),)))
    assert np.array_equal(told.due, moved.due)
    assert moved.in_time == pytest.approx(told.in_time, abs=1e-3)
