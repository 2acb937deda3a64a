"""What plans, teams and weeks share of the draws of a simulated backlog."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis import backlog_draws, backlog_lots, staffing
from analysis.backlog_simulation import Plan, Simulation, Team, simulate
from analysis.staffing import Absence, Person, Staff
from analysis.work_turns import Turn
from tests.analysis.test_backlog_simulation import run, work


def test_what_is_kept_of_the_newest_draws_changes_no_number() -> None:
    def forget() -> None:
        backlog_draws._NEWEST.clear()
        backlog_lots._NEWEST.clear()
        staffing._NEWEST.clear()

    def same(one: Simulation, other: Simulation) -> bool:
        return all(
            np.array_equal(getattr(one, name), getattr(other, name))
            for name in ("open_cases", "past_due_of", "hours_waiting", "due", "in_time", "cleared")
        )

    days = 70
    people = (Person("a", away=(3, 4)), Person("a", 0.5, hired=-20), Person("a", ends=30))
    staff = Staff(people, np.arange(days) % 7 < 5, 7.0, 0.9, (0.5, 0.7), (1.0,), 0.3, (Absence(0.02, 3.0),))
    own = work(6.0, spread=0.5, days=days, level_error=np.full(days, 0.2), dispersion=1.5)
    base = Plan((Team("a", staff, (own,)),), np.arange(days) // 7)
    hired = replace(staff, people=(*people, Person("a", starts=20, hired=20)))
    left = replace(staff, people=(people[0], replace(people[1], fte=0.0), people[2]))
    busier = replace(own, turns=(Turn(30, pace=1.2, promise=-1),))
    fewer = replace(own, turns=(Turn(30, kept=0.5),))
    plans = [
        replace(base, teams=(Team("a", who, (what,)),))
        for who, what in ((hired, own), (left, own), (hired, busier), (staff, fewer), (staff, own))
    ]
    forget()
    simulate(base, 50)
    kept = [simulate(plan, 50)["a"] for plan in plans]
    fresh = []
    for plan in plans:
        forget()
        fresh.append(simulate(plan, 50)["a"])
    assert all(same(one, other) for one, other in zip(kept, fresh, strict=True))
    assert not any(same(fresh[-1], other) for other in fresh[:-1])


def test_a_week_that_ends_after_the_last_working_day_counts_what_came_since() -> None:
    found = run(work(3.0, days=35), capacity=24, runs=400, working=np.arange(35) % 7 < 5)
    # All is done on weekdays; on Sunday the cases of two days are open, in the last week as in any other.
    assert found.open_cases.mean(axis=-1) == pytest.approx(6, rel=0.05)


def test_days_off_that_go_on_beyond_a_week_count_in_it_as_far_as_they_lie_in_it() -> None:
    working = np.arange(35) % 7 < 5
    working[7] = False  # a holiday on Monday
    found = run(work(3.0, days=35), capacity=24, runs=400, working=working)
    assert found.open_cases[0].mean() == pytest.approx(6, rel=0.08)


def test_teams_share_the_error_of_the_forecast_of_all() -> None:
    days = 140
    error = np.full(days, 0.3)

    def spread_of(**errors: np.ndarray) -> tuple[float, float]:
        teams = tuple(
            Team(name, Staff((), np.arange(days) % 7 < off, 8.0), (work(50.0, days=days, **errors),))
            for name, off in (("a", 5), ("b", 7))
        )
        found = simulate(Plan(teams, np.arange(days) // 7), 2000)
        each = [part.open_cases[-1] / part.open_cases[-1].mean() for part in found.values()]
        return float(np.corrcoef(each)[0, 1]), float(np.std(each))

    alike, width = spread_of(common_error=error)
    apart, own_width = spread_of(level_error=error)
    assert alike > 0.98 and abs(apart) < 0.06
    assert width == pytest.approx(0.3, rel=0.08) and own_width == pytest.approx(0.3, rel=0.08)
    # Both together: relative errors of independent factors.
    _, both = spread_of(level_error=error, common_error=error)
    assert both == pytest.approx(np.sqrt(1.09**2 - 1), rel=0.1)


def test_cases_that_no_longer_arrive_are_taken_out_of_those_that_would_with_their_hours() -> None:
    base = work(9.0, spread=0.5, days=70)
    halved = replace(base, turns=(Turn(35, kept=0.5),))
    before, after = (backlog_draws.draws_of(one, np.arange(70), 5000, (1,), (1,)) for one in (base, halved))
    hours, fewer = np.empty((2, 70, 5000), np.float32)
    before.hours(hours)
    after.hours(fewer)
    assert np.array_equal(before.counts[:35], after.counts[:35]) and np.array_equal(hours[:35], fewer[:35])
    counts, hours, fewer = after.counts[35:], hours[35:], fewer[35:]
    assert (counts <= before.counts[35:]).all() and (fewer <= hours).all()
    assert counts.mean() == pytest.approx(4.5, rel=0.01) and counts.var() == pytest.approx(4.5, rel=0.02)
    # As hours drawn anew for so many cases: Wald's mean and variance.
    assert fewer.mean() == pytest.approx(4.5, rel=0.01)
    assert fewer.var() == pytest.approx(4.5 * (1 + 0.25), rel=0.03)


def test_days_off_lose_their_share_of_the_cases_that_no_longer_arrive() -> None:
    working = np.flatnonzero(np.arange(70) % 7 < 5)
    base = work(9.0, days=70)
    none = replace(base, turns=(Turn(35, kept=0.0),))
    before, after = (backlog_draws.draws_of(one, working, 200, (1,), (1,)) for one in (base, none))
    assert before.off_at.tolist() == [*range(5, 50, 5), 50]
    assert np.array_equal(before.counts[:25], after.counts[:25]) and not after.counts[25:].any()
    assert np.array_equal(before.off_before(20), after.off_before(20))
    assert before.off_before(30).any() and not after.off_before(30).any()


def test_types_of_one_pace_and_types_told_apart_give_the_same_backlog() -> None:
    days = 70
    staff = Staff((Person("a"),), np.arange(days) % 7 < 5, 11.0)
    works = (work(4.0, days=days, spread=0.5), work(4.0, days=days, promise=3, spread=1.0, name="v"))
    apart = (replace(works[0], turns=(Turn(30, pace=1 + 1e-9),)), works[1])
    one, other = (
        simulate(Plan((Team("a", staff, of),), np.arange(days) // 7), 200)["a"] for of in (works, apart)
    )
    for name in ("open_cases", "hours_waiting", "in_time", "past_due"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), abs=0.02), name
    assert one.hours_waiting.mean() > 5
