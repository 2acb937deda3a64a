"""The backlog against the exact Markov chain, a case by case recomputation, and what must always hold."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.backlog_batches import batches
from analysis.backlog_draws import Draws, draws_of
from analysis.backlog_simulation import Plan, Simulation, Team, Work, simulate, together
from analysis.staffing import Person, Staff
from analysis.work_turns import Turn

RUNS = 20_000
WEEKS = 12


def work(
    mean: float, *, days: int = 7 * WEEKS, backlog: float = 0.0, promise: int = 5, **own: object
) -> Work:
    """Cases of one hour that are due `promise` working days after arrival; the open ones likewise."""
    waits, open_now = np.zeros((1, promise + 1)), np.zeros((1, promise + 2))
    waits[0, promise] = 1
    open_now[0, promise + 1] = backlog
    return Work(**{"name": "w", "expected": np.full(days, mean), "waits": waits, "open_now": open_now,
                   "hours": 1.0, **own})  # type: ignore[arg-type]  # fmt: skip


def plan(*works: Work, capacity: float, working: np.ndarray | None = None, clear_at: float = 0.0) -> Plan:
    days = len(works[0].expected)
    open_days = np.ones(days, bool) if working is None else working
    team = Team("a", Staff((Person("a"),), open_days, capacity), works, clear_at)
    return Plan((team,), np.arange(days) // 7)


def run(*works: Work, capacity: float, runs: int = RUNS, seed: int = 1, **own: object) -> Simulation:
    return simulate(plan(*works, capacity=capacity, **own), runs, seed)["a"]  # type: ignore[arg-type]


def hours_of(drawn: Draws) -> np.ndarray:
    hours = np.empty(drawn.counts.shape, np.float32)
    drawn.hours(hours)
    return hours


def exact_backlog(arriving: np.ndarray, capacity: int, start: int, days: int) -> list[np.ndarray]:
    """Distribution of B after each day: B(t) = B(t−1) + A − min(cap, B(t−1) + A), iterated exactly."""
    most = start + len(arriving) * 3
    state = np.zeros(most)
    state[start] = 1
    found = []
    for _ in range(days):
        full = np.convolve(state, arriving)
        state = np.zeros(most)
        state[0] = full[: capacity + 1].sum()
        rest = full[capacity + 1 :][: most - 1]
        state[1 : 1 + len(rest)] = rest
        found.append(state)
    return found


def largest_gap(drawn: np.ndarray, exact: np.ndarray) -> float:
    """Kolmogorov's distance between drawn whole numbers and an exact distribution."""
    seen = np.bincount(np.rint(drawn).astype(int), minlength=len(exact))[: len(exact)] / len(drawn)
    return float(np.abs(np.cumsum(seen) - np.cumsum(exact)).max())


KOLMOGOROV = 1.63 / np.sqrt(RUNS)
"""Distance that true draws exceed once in a hundred times; fewer still for whole numbers."""


@pytest.mark.parametrize(
    ("mean", "capacity", "start"), [(6.0, 7, 0), (6.0, 7, 60), (8.0, 7, 20), (0.4, 1, 3)]
)
def test_poisson_arrivals_and_fixed_capacity_give_the_exact_markov_chain(
    mean: float, capacity: int, start: int
) -> None:
    found = run(work(mean, backlog=start), capacity=capacity)
    exact = exact_backlog(stats.poisson.pmf(np.arange(60), mean), capacity, start, 7 * WEEKS)
    for week in (0, 1, 3, 7, WEEKS - 1):
        assert largest_gap(found.open_cases[week], exact[7 * week + 6]) < KOLMOGOROV


def test_days_that_vary_more_than_poisson_give_the_exact_chain_of_a_negative_binomial() -> None:
    found = run(work(6.0, backlog=20, dispersion=2.5), capacity=7)
    arriving = stats.nbinom.pmf(np.arange(150), 6.0 / 1.5, 1 / 2.5)
    exact = exact_backlog(arriving, 7, 20, 7 * WEEKS)
    for week in (0, 2, WEEKS - 1):
        assert largest_gap(found.open_cases[week], exact[7 * week + 6]) < KOLMOGOROV


def test_the_day_the_backlog_clears_has_the_exact_distribution_of_the_first_passage() -> None:
    found = run(work(6.0, backlog=40), capacity=8)
    arriving, state = stats.poisson.pmf(np.arange(60), 6.0), np.zeros(400)
    state[40] = 1
    cleared = []
    for _ in range(7 * WEEKS):
        full = np.convolve(state, arriving)
        cleared.append(full[:9].sum())
        state = np.concatenate([[0.0], full[9:]])[:400]
    share = np.cumsum(cleared)
    seen = np.array([(found.cleared[found.cleared >= 0] <= day).sum() for day in range(7 * WEEKS)]) / RUNS
    assert np.abs(seen - share).max() < KOLMOGOROV
    assert found.clear_days((0.5,)) == (int(np.searchsorted(share, 0.5)),)


def test_the_days_of_clearing_are_those_by_which_the_shares_of_all_runs_have_cleared() -> None:
    found = run(work(0.0), capacity=1, runs=10)
    some = replace(found, cleared=np.array([7, 3, -1, 5, 11, 2, 9, -1, 6, 4]))
    assert some.clear_days((0.1, 0.5, 0.8, 0.81)) == (2, 6, 11, None)
    assert some.chance_cleared == 0.8


def test_the_chance_of_the_backlog_is_the_exact_one() -> None:
    found = run(work(6.0, backlog=30), capacity=7, clear_at=10.0)
    exact = exact_backlog(stats.poisson.pmf(np.arange(60), 6.0), 7, 30, 7 * WEEKS)
    wanted = [exact[7 * week + 6][:11].sum() for week in range(WEEKS)]
    assert found.chance_of_backlog() == pytest.approx(wanted, abs=0.015)


def test_earliest_due_first_misses_only_what_more_than_the_capacity_is_ahead_of() -> None:
    # Due on the day of arrival: what is open at the end of a day is past due, and was missed once.
    found = run(work(6.0, promise=0, target=0.9), capacity=7)
    exact = exact_backlog(stats.poisson.pmf(np.arange(60), 6.0), 7, 0, 7 * WEEKS)
    late = sum(exact[day] @ np.arange(len(exact[day])) for day in range(7))
    assert found.due[0, 0].mean() == pytest.approx(42, rel=0.01)
    assert found.past_due[WEEKS - 1].mean() == pytest.approx(
        float(exact[-1] @ np.arange(len(exact[-1]))), rel=0.05
    )
    assert (found.due - found.in_time)[0, 0].mean() < late


@st.composite
def small_plans(draw: st.DrawFn) -> Plan:
    days = 7 * draw(st.integers(2, 5))
    closed = draw(st.sets(st.integers(0, days - 1), max_size=12))
    working = np.array([day not in closed and day % 7 < draw(st.integers(4, 7)) for day in range(days)])
    works = []
    for place in range(draw(st.integers(1, 3))):
        wait, promise = draw(st.integers(0, 4)), draw(st.integers(0, 6))
        waits = np.zeros((wait + 1, promise + 1))
        waits[wait, promise] = 1
        # All open cases of a type wait alike: where they do not, who misses is drawn by lot.
        open_now = np.zeros((draw(st.integers(1, 3)), 4))
        open_now[-1] = draw(st.lists(st.integers(0, 5), min_size=4, max_size=4))
        expected = np.array(draw(st.lists(st.floats(0, 6), min_size=days, max_size=days)))
        works.append(Work(f"w{place}", expected, waits, open_now, 1.0, target=0.9))
    capacity = draw(st.integers(0, 14))
    team = Team("a", Staff((Person("a"),), working, capacity), tuple(works), draw(st.integers(0, 9)))
    return Plan((team,), np.arange(days) // 7)


def case_by_case(plan: Plan, seed: int, at: int) -> tuple[list[int], list[int], list[int], list[int]]:
    """Open, past due, due and in time per week of one run, each case by itself: lists and a sort."""
    team = plan.teams[0]
    working = np.flatnonzero(team.staff.working)
    capacity = int(team.staff.hours)
    waiting: list[tuple[int, int]] = []  # due and first possible working day of each open case
    weeks = plan.weeks
    open_at, late_at, due_in, made_in = ([0] * weeks for _ in range(4))
    flows = []
    for one in sorted(team.work, key=lambda one: one.name):
        seeded = (seed, *b"a", *one.name.encode())
        flows.append((one, draws_of(one, working, at + 1, seeded, seeded)))
        for (wait, place), number in np.ndenumerate(one.open_now):
            waiting += [(place - 1, wait)] * int(number)
    for due, _ in waiting:
        if 0 <= due < len(working):
            due_in[int(plan.week_of[working[due]])] += 1
    done_of_week = [0] * weeks
    for week in range(weeks):
        days_of_week = [day for day in range(len(working)) if plan.week_of[working[day]] == week]
        for day in days_of_week:
            for one, drawn in flows:
                wait, promise = (int(place[0]) for place in np.nonzero(one.waits))
                arrived = int(drawn.counts[day, at])
                waiting += [(day + promise, day + wait)] * arrived
                if day + promise < len(working):
                    due_in[int(plan.week_of[working[day + promise]])] += arrived
            ready = sorted(case for case in waiting if case[1] <= day)[:capacity]
            for case in ready:
                waiting.remove(case)
                if day <= case[0] < len(working):
                    made_in[int(plan.week_of[working[case[0]]])] += 1
        last = days_of_week[-1] if days_of_week else max(
            (day for day in range(len(working)) if plan.week_of[working[day]] < week), default=-1
        )  # fmt: skip
        open_at[week] = len(waiting)
        late_at[week] = sum(due <= last for due, _ in waiting)
        done_of_week[week] = last
    return open_at, late_at, due_in, made_in


@settings(max_examples=150, deadline=None)
@given(small_plans(), st.integers(0, 1000))
def test_whole_cases_taken_one_by_one_give_the_same_backlog(plan: Plan, seed: int) -> None:
    runs = 2
    found = simulate(plan, runs, seed)["a"]
    for at in range(1, runs):
        open_at, late_at, due_in, made_in = case_by_case(plan, seed, at)
        ends_open = [
            plan.teams[0].staff.working[np.flatnonzero(plan.week_of == week)[-1]]
            for week in range(plan.weeks)
        ]
        for week in range(plan.weeks):
            if ends_open[week]:  # else cases that came on the days off that end the week are open beside
                assert found.open_cases[week, at] == pytest.approx(open_at[week], abs=0.01)
        assert found.due[:, :, at].sum(axis=0) == pytest.approx(due_in, abs=0.01)
        assert found.in_time[:, :, at].sum(axis=0) == pytest.approx(made_in, abs=0.01)
        assert found.past_due[:, at] == pytest.approx(late_at, abs=0.01)


@settings(max_examples=60, deadline=None)
@given(small_plans(), st.integers(0, 1000), st.floats(0.5, 9), st.floats(0, 1.2), st.floats(1, 3))
def test_no_case_appears_or_is_lost(
    plan: Plan, seed: int, hours: float, spread: float, dispersion: float
) -> None:
    team = plan.teams[0]
    works = tuple(
        replace(one, hours=hours, spread=spread, dispersion=dispersion, level_error=0.2 + 0 * one.expected)
        for one in team.work
    )
    changed = replace(plan, teams=(replace(team, work=works),))
    found = simulate(changed, 4, seed)["a"]
    working = np.flatnonzero(team.staff.working)
    begun = sum(one.cases_open for one in works)
    came = np.zeros((len(plan.week_of), 4))
    for one in works:
        seeds = (seed, *b"a", *one.name.encode()), (seed, *one.name.encode())
        came[working] += draws_of(one, working, 4, *seeds).counts
    there = begun + np.cumsum(came, axis=0)
    assert (found.daily_open >= -0.01).all()
    assert (found.daily_open <= there + 0.01).all()
    # What leaves in a day takes hours, and there are no more than the team has.
    assert (found.past_due <= found.daily_open[6::7] + 0.01).all()
    assert (found.hours_waiting >= 0).all()
    assert (found.in_time <= found.due).all()
    if team.staff.hours == 0:
        assert found.daily_open == pytest.approx(there, abs=0.01)


def test_the_hours_of_many_cases_vary_as_those_of_one() -> None:
    drawn = draws_of(work(9.0, spread=0.5, days=70), np.arange(70), 5000, (1,), (1,))
    arrived, hours = drawn.counts, hours_of(drawn)
    assert hours.mean() == pytest.approx(9, rel=0.01)
    assert hours.var() == pytest.approx(9 * (1 + 0.25), rel=0.03)  # Wald: mean·variance + mean²·variance of n
    assert not hours[arrived == 0].any()


def test_the_mean_hours_of_a_case_err_by_their_standard_error_the_open_ones_too() -> None:
    first = {"backlog": 1e6, "hours": 2.0, "hours_error": 0.1}
    alike = draws_of(work(9.0, days=7, **first), np.arange(7), 5000, (1,), (1,))
    for mean in (alike.mean, alike.first, hours_of(alike).sum(axis=0) / alike.counts.sum(axis=0)):
        assert mean.mean() == pytest.approx(2, rel=0.005) and mean.std() == pytest.approx(0.2, rel=0.04)
    # Of sixteen open cases the mean varies besides as one case does, by a fourth of its spread.
    few = draws_of(work(9.0, days=7, backlog=16.0, spread=0.8), np.arange(7), 5000, (1,), (1,))
    assert few.first.mean() == pytest.approx(1, rel=0.01) and few.first.std() == pytest.approx(0.2, rel=0.05)


def test_the_level_of_arrivals_errs_by_the_stated_share_and_keeps_its_error() -> None:
    error = np.linspace(0.05, 0.3, 140)
    level = draws_of(work(400.0, level_error=error, days=140), np.arange(140), 6000, (1,), (1,)).counts / 400
    assert level.mean(axis=1) == pytest.approx(np.ones(140), abs=0.02)
    assert level[139].std() == pytest.approx(np.hypot(0.3, 0.05), rel=0.06)
    assert level[0].std() == pytest.approx(np.hypot(0.05, 0.05), rel=0.06)
    assert np.corrcoef(level[70], level[139])[0, 1] > 0.5


def test_a_case_that_waits_for_others_longer_than_its_promise_is_missed_whatever_the_hours() -> None:
    waits = np.zeros((7, 6))
    waits[0, 5], waits[6, 5] = 0.75, 0.25
    found = run(work(8.0, waits=waits, target=0.9), capacity=20, runs=400)
    share = found.in_time[0, 3:].sum() / found.due[0, 3:].sum()
    assert share == pytest.approx(0.75, abs=0.01)
    assert found.past_due[3:].mean() == pytest.approx(8 * 0.25, rel=0.05)
    assert found.open_cases[3:].mean() == pytest.approx(8 * 0.25 * 6, rel=0.05)  # Little's law
    assert not found.chance_of_promise("w")[3:].max() > 0.01


def test_who_misses_while_waiting_is_drawn_by_lot_as_binomial() -> None:
    waits = np.zeros((7, 6))
    waits[0, 5], waits[6, 5] = 0.75, 0.25
    open_now = np.zeros((7, 7))
    open_now[0, 5], open_now[6, 5] = 15, 5
    found = run(work(0.0, waits=waits, open_now=open_now, target=0.75), capacity=20)
    late = (found.due - found.in_time)[0, 0]
    seen = np.bincount(np.rint(late).astype(int), minlength=21)[:21] / RUNS
    assert np.abs(np.cumsum(seen) - stats.binom.cdf(np.arange(21), 20, 0.25)).max() < KOLMOGOROV
    assert found.chance_of_promise("w")[0] == pytest.approx(stats.binom.cdf(5, 20, 0.25), abs=0.015)


def test_who_misses_while_waiting_brings_nothing_in_time_that_hours_were_not_there_for() -> None:
    waits = np.zeros((7, 6))
    waits[0, 5], waits[6, 5] = 0.75, 0.25
    nobody = run(work(8.0, waits=waits, target=0.9), capacity=0, runs=400)
    assert nobody.due.sum() > 0 and not nobody.in_time.any()
    # Hours for three of the fifteen that could be in time: as many are, whatever the lot of the five.
    open_now = np.zeros((7, 7))
    open_now[0, 1], open_now[6, 1] = 15, 5
    few = run(work(0.0, waits=waits, open_now=open_now), capacity=3)
    assert few.in_time[0, 0].mean() == pytest.approx(3, abs=0.02)
    assert few.in_time.min() >= 0


def test_cases_in_passing_vary_as_those_of_an_infinite_server_queue() -> None:
    waits = np.full((11, 1), 1 / 11)  # M/G/∞: Poisson with mean λ × mean wait, each wait 0 to 10 days
    found = run(work(4.0, waits=waits), capacity=20)
    assert found.open_cases[6:].mean() == pytest.approx(20, rel=0.01)
    assert found.open_cases[6:].var(axis=1).mean() == pytest.approx(20, rel=0.03)


def test_work_already_done_counts_among_what_falls_due() -> None:
    finished = np.array([5.0, 0, 0, 0, 0, 0, 0])
    found = run(work(0.0, backlog=0, finished=finished, target=0.9), capacity=1, runs=2)
    assert found.due[0, 0].tolist() == found.in_time[0, 0].tolist() == [5, 5]
    assert found.chance_of_promise("w")[0] == 1
    assert np.isnan(found.chance_of_promise("w")[1]), "nothing falls due"


def test_work_already_done_counts_on_each_of_its_due_days() -> None:
    finished = np.array([5.0, 0, 3, 0, 0, 0, 0, 0, 2.0])
    found = run(work(0.0, finished=finished, target=0.9), capacity=1, runs=2)
    assert found.due[0, :3].tolist() == found.in_time[0, :3].tolist() == [[8, 8], [2, 2], [0, 0]]


def test_overdue_work_is_done_first_and_counts_in_no_later_cohort() -> None:
    open_now = np.array([[10.0, 10.0]])
    found = run(work(0.0, open_now=open_now, target=0.5), capacity=10, runs=1)
    assert found.due[0, 0, 0] == 10
    assert found.in_time[0, 0, 0] == 0
    assert found.cleared[0] == 1


def test_nothing_is_done_on_closed_days_but_cases_arrive() -> None:
    working = np.arange(14) % 7 < 5
    found = run(work(3.0, days=14), capacity=24, working=working, runs=4000)
    assert found.daily_open[4].max() < 1
    assert found.open_cases[0].mean() == pytest.approx(6, rel=0.03)
    never = run(work(3.0, days=14), capacity=9, working=np.zeros(14, bool), runs=2)
    assert never.chance_cleared == 1, "nothing was open at the beginning"


def test_weeks_before_the_first_working_day_end_with_what_was_open_before_them() -> None:
    open_now = np.zeros((2, 4))
    open_now[0, 0], open_now[0, 2], open_now[1, 3] = 5, 3, 4  # past due, due later, waiting for others
    closed = work(0.0, days=28, open_now=open_now)
    found = run(closed, capacity=9, working=np.arange(28) >= 14, runs=3)
    assert (
        found.open_cases[:2].tolist() == [[12.0] * 3] * 2
        and found.daily_open[:14].tolist() == [[12.0] * 3] * 14
    )
    assert found.past_due[:2].tolist() == [[5.0] * 3] * 2
    assert found.hours_waiting[:2].tolist() == [[8.0] * 3] * 2, "an hour for each case that waits for nobody"
    assert found.open_cases[2:].max() == found.past_due[2:].max() == found.hours_waiting[2:].max() == 0


def test_one_seed_gives_one_answer_and_another_a_different_one() -> None:
    same = [run(work(6.0, backlog=20), capacity=7, runs=200, seed=seed).open_cases for seed in (3, 3, 4)]
    assert np.array_equal(same[0], same[1])
    assert not np.array_equal(same[0], same[2])


def test_teams_are_simulated_alike_alone_and_beside_others_and_add_up_run_by_run() -> None:
    one = plan(work(6.0, backlog=20, target=0.9), capacity=7, clear_at=4.0)
    other = replace(one.teams[0], name="b", clear_at=0.0, work=(work(2.0, name="x"),))
    both = simulate(replace(one, teams=(one.teams[0], other)), 300)
    assert np.array_equal(both["a"].open_cases, simulate(one, 300)["a"].open_cases)
    whole = together([both["a"], both["b"]])
    assert whole.work == ("w", "x")
    assert whole.targets == (0.9, None)
    assert whole.clear_at == 4.0
    assert whole.open_cases == pytest.approx(both["a"].open_cases + both["b"].open_cases)
    assert whole.chance_of_promise("w") == pytest.approx(both["a"].chance_of_promise("w"), nan_ok=True)


@settings(max_examples=60, deadline=None)
@given(small_plans(), st.data())
def test_a_team_has_the_same_futures_to_the_last_bit_beside_any_others(
    one: Plan, data: st.DataObject
) -> None:
    # They differ in what one array may hold side by side, and some in what keeps them apart: days, promises.
    team, days = one.teams[0], len(one.week_of)
    turns = st.lists(
        st.builds(
            Turn,
            day=st.integers(0, days - 1),
            kept=st.sampled_from([1.0, 0.5]),
            pace=st.sampled_from([1.0, 0.5, 1.7]),
            promise=st.sampled_from([0, 0, 1]),
        ),
        max_size=2,
    )
    mixed = np.zeros((3, 5))
    mixed[0, 1], mixed[0, 4], mixed[2, 1] = (
        0.5,
        0.2,
        0.3,
    )  # who waits, and whom it makes late, is drawn by lot
    teams = []
    for name in "abcde":
        works = tuple(
            replace(
                work,
                expected=work.expected * data.draw(st.floats(0.1, 3)),
                waits=mixed,
                open_now=np.full((2, data.draw(st.integers(3, 8))), 1.5),
                spread=0.4,
                turns=tuple(data.draw(turns)),
                finished=np.full(data.draw(st.integers(0, 4)), 2.0),
            )
            for work in team.work
        )
        staff = replace(
            team.staff, working=team.staff.working & (np.arange(days) != data.draw(st.integers(0, 1)))
        )
        teams.append(replace(team, name=name, work=works, staff=staff, clear_at=data.draw(st.integers(0, 9))))
    beside = simulate(replace(one, teams=tuple(teams)), 24)
    assert list(beside) == list("abcde")
    for each in teams:
        alone = simulate(replace(one, teams=(each,)), 24)[each.name]
        for field in fields(Simulation):
            wanted, found = getattr(alone, field.name), getattr(beside[each.name], field.name)
            assert np.array_equal(wanted, found), (each.name, field.name)


def test_what_waits_changes_its_pace_in_each_team_by_its_own_factor() -> None:
    one = plan(work(6.0, backlog=40), capacity=7)
    teams = tuple(
        replace(one.teams[0], name=name, work=(replace(one.teams[0].work[0], turns=(Turn(5, pace=pace),)),))
        for name, pace in (("a", 2.0), ("b", 0.5))
    )
    assert len(batches(teams, 100)) == 1, "in one array"
    beside = simulate(replace(one, teams=teams), 100)
    for each in teams:
        alone = simulate(replace(one, teams=(each,)), 100)[each.name]
        assert np.array_equal(beside[each.name].open_cases, alone.open_cases)


@pytest.mark.parametrize(("runs", "most"), [(100, 4), (1200, 2), (2000, 2), (4000, 1)])
def test_teams_alike_share_an_array_as_long_as_it_stays_small(runs: int, most: int) -> None:
    team = plan(work(6.0), capacity=7).teams[0]
    faster = replace(team.work[0], turns=(Turn(3, pace=0.5),))
    teams = [
        replace(team, name="a"),
        replace(team, name="b", work=(faster,)),
        *(replace(team, name=n) for n in "cd"),
    ]
    assert max(map(len, batches(teams, runs))) == most
    later = replace(team, name="e", work=(replace(team.work[0], turns=(Turn(3, promise=1),)),))
    closed = replace(team, name="f", staff=replace(team.staff, working=np.arange(7 * WEEKS) % 7 < 5))
    assert [[each.name for each in batch] for batch in batches([team, later, closed], 1)] == [
        ["a"],
        ["e"],
        ["f"],
    ]


def test_a_plan_that_does_not_fit_together_is_refused() -> None:
    good = plan(work(6.0), capacity=7)
    with pytest.raises(ValueError, match="other days"):
        replace(good, week_of=np.arange(14) // 7)
    with pytest.raises(ValueError, match="weeks count from 0"):
        replace(good, week_of=np.full(7 * WEEKS, 3))
    with pytest.raises(ValueError, match="sum to 1"):
        work(6.0, waits=np.array([[0.5]]))
    with pytest.raises(ValueError, match="not negative"):
        work(-1.0)
    with pytest.raises(ValueError, match="hours above 0"):
        work(1.0, hours=0.0)
    with pytest.raises(ValueError, match="a run or more"):
        simulate(good, 0)
    with pytest.raises(ValueError, match="nothing to add up"):
        together([])


def test_hardly_any_arrivals_that_scatter_much_are_next_to_none() -> None:
    work = Work("appeal", np.full(7, 5e-324), np.ones((1, 1)), np.zeros((1, 2)), 1.0, dispersion=3.0)
    assert draws_of(work, np.arange(7), 500, (1,), (1,)).counts.sum() == 0
