"""The simulation against a discrete-event model: people take single cases off a shelf, one after the other.

Written with simpy and nothing of ours: whoever is at work takes the case due first, puts it down when the
day's hours are over and goes on with it on the next day at work. Cases come in before the day begins.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest
import simpy

from analysis.backlog_simulation import Plan, Simulation, Team, Work, simulate
from analysis.staffing import Absence, Person, Staff

pytestmark = pytest.mark.slow

DAYS = 70
PEOPLE = 6
HOURS = 6.0
MEAN_HOURS, SPREAD = 1.5, 0.6
FUTURES = 120
STARTS, MEAN_SPELL = 0.02, 3.0
RAMP = (0.3, 0.6)


@dataclass
class Floor:
    """What one run of the discrete-event model leaves behind."""

    random: np.random.Generator
    open_cases: list[int] = field(default_factory=list)
    hours_left: list[float] = field(default_factory=list)
    due: list[int] = field(default_factory=lambda: [0] * (DAYS // 5))
    in_time: list[int] = field(default_factory=lambda: [0] * (DAYS // 5))


@dataclass(order=True)
class Case:
    due: int
    number: int
    left: float = field(compare=False)


def play(seed: int, per_day: float, backlog: int, promise: int, *, absence: bool) -> Floor:
    """One run over DAYS working days of a day of 24 hours each, of which HOURS are worked."""
    floor = Floor(np.random.default_rng(seed))
    env = simpy.Environment()
    shelf = simpy.PriorityStore(env)
    open_now: set[int] = set()
    left: dict[int, Case] = {}

    def add(day: int, due: int) -> None:
        number = len(left)
        case = Case(due, number, float(floor.random.gamma(1 / SPREAD**2, MEAN_HOURS * SPREAD**2)))
        left[number] = case
        open_now.add(number)
        if due < DAYS:
            floor.due[due // 5] += 1
        heapq.heappush(shelf.items, case)  # nobody waits at the shelf: who finds it empty goes home

    def arrivals() -> Iterator[simpy.Event]:
        for _ in range(backlog):
            add(0, promise)
        for day in range(DAYS):
            for _ in range(floor.random.poisson(per_day)):
                add(day, day + promise)
            yield env.timeout(23.5)
            floor.open_cases.append(len(open_now))
            floor.hours_left.append(sum(left[number].left for number in open_now))
            yield env.timeout(0.5)

    def person(place: int) -> Iterator[simpy.Event]:
        away = 0
        mine: Case | None = None
        for day in range(DAYS):
            pace = RAMP[day // 7] if place == 0 and day // 7 < len(RAMP) else 1.0
            yield env.timeout(day * 24 + 0.25 - env.now)
            if absence and away == 0 and floor.random.random() < 1 - np.exp(-STARTS):
                away = int(floor.random.geometric(1 / MEAN_SPELL))
            if away:
                away -= 1
                continue
            rest = HOURS
            while rest > 1e-9:
                if mine is None:
                    if not shelf.items:
                        break
                    mine = yield shelf.get()
                spent = min(rest, mine.left / pace)
                yield env.timeout(spent)
                rest -= spent
                mine.left -= spent * pace
                if mine.left <= 1e-9:
                    open_now.discard(mine.number)
                    if day <= mine.due < DAYS:
                        floor.in_time[mine.due // 5] += 1
                    mine = None

    env.process(arrivals())
    for place in range(PEOPLE):
        env.process(person(place))
    env.run()
    return floor


def ours(per_day: float, backlog: int, promise: int, *, absence: bool) -> Simulation:
    waits, open_now = np.zeros((1, promise + 1)), np.zeros((1, promise + 2))
    waits[0, promise], open_now[0, promise + 1] = 1, backlog
    work = Work("w", np.full(DAYS, per_day), waits, open_now, MEAN_HOURS, SPREAD, target=0.9)
    people = (Person("a", hired=0), *[Person("a")] * (PEOPLE - 1))
    absences = (Absence(STARTS, MEAN_SPELL),) if absence else ()
    staff = Staff(people, np.ones(DAYS, bool), HOURS, ramp=RAMP, absences=absences)
    return simulate(Plan((Team("a", staff, (work,), 8.0),), np.arange(DAYS) // 5), 4000)["a"]


@pytest.mark.parametrize(
    ("per_day", "backlog", "absence"),
    [(26.0, 0, True), (21.0, 150, True), (19.0, 60, False)],
    ids=["overloaded and ill", "backlog and ill", "backlog"],
)
def test_single_cases_on_a_shelf_give_the_same_backlog(per_day: float, backlog: int, absence: bool) -> None:
    promise = 4
    found = ours(per_day, backlog, promise, absence=absence)
    floors = [play(seed, per_day, backlog, promise, absence=absence) for seed in range(FUTURES)]
    open_cases = np.array([floor.open_cases for floor in floors])[:, 4::5].T
    hours_left = np.array([floor.hours_left for floor in floors])[:, 4::5].T
    for week in range(DAYS // 5):
        error = 3.3 * np.hypot(
            hours_left[week].std() / FUTURES**0.5, found.hours_waiting[week].std() / found.runs**0.5
        )
        # People without a case at the end of a day lose less than a case each; ours share every hour.
        gap = hours_left[week].mean() - found.hours_waiting[week].mean()
        assert -error < gap < error + PEOPLE * MEAN_HOURS * 0.7
        # A case that is begun is open on the floor and in parts done with us.
        wide = 3.3 * np.hypot(
            open_cases[week].std() / FUTURES**0.5, found.open_cases[week].std() / found.runs**0.5
        )
        assert -wide < open_cases[week].mean() - found.open_cases[week].mean() < wide + PEOPLE
    share = np.array([floor.in_time for floor in floors]).sum(axis=0) / np.array(
        [floor.due for floor in floors]
    ).sum(axis=0)
    told = found.in_time[0].sum(axis=1) / found.due[0].sum(axis=1)
    assert np.abs(share - told)[1:-1].max() < 0.06
    spread = np.std(open_cases[-1]), np.std(found.open_cases[-1])
    assert spread[0] == pytest.approx(spread[1], rel=0.25, abs=1.0)  # begun cases vary where hardly any wait


def test_the_backlog_clears_on_the_same_day() -> None:
    found = ours(19.0, 150, 4, absence=True)
    floors = [play(seed, 19.0, 150, 4, absence=True) for seed in range(FUTURES)]
    opened = np.array([floor.open_cases for floor in floors])
    days = np.where((opened <= 8).any(axis=1), (opened <= 8).argmax(axis=1), DAYS)
    early, middle, late = (int(day or DAYS) for day in found.clear_days())
    assert abs(np.quantile(days, 0.5) - middle) <= 3
    assert abs(np.quantile(days, 0.1) - early) <= 3
    assert abs(np.quantile(days, 0.9) - late) <= 6
