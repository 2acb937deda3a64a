"""The backlog of deferred work, day by day, over many possible futures.

B(t) = B(t−1) + A(t) − min(cap(t), B(t−1) + A(t)): Lindley's recursion for a queue served in bulk (Lindley,
"The theory of queues with a single server", 1952), here in hours of work and split by due day, the earliest
due first. Work is kept per run as cases and hours in buckets of working days until due, so a day costs a few
array operations whatever the number of cases.
A case may have to wait for others before hours can be spent on it: that wait passes with or without people.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analysis.backlog_flow import Flow
from analysis.backlog_plan import Ints, Plan, Team, Work
from analysis.staffing import Floats, Runs, simulate_hours

__all__ = ["Plan", "Simulation", "Team", "Work", "simulate", "together"]
_HOURS, _WAITS = 0, 5  # streams of random numbers; those of work are 1 to 4
_WHOLE = 1e-3  # cases; below it a sum of shares is none


@dataclass(frozen=True)
class Simulation:
    """Possible futures of some teams together. Arrays end with (weeks, runs); work types are sorted by name.

    `open_cases`, `past_due` (cases) and `hours_waiting` (work nobody had hours for) stand at the end of each
    week. `due` and `in_time` are the cases of each type due within each week and those of them done by their
    day. `cleared` is the first simulated day that ends with no more than `clear_at` open cases, −1 if none.
    """

    work: tuple[str, ...]
    targets: tuple[float | None, ...]
    open_cases: Runs
    past_due: Runs
    hours_waiting: Runs
    due: Runs
    in_time: Runs
    daily_open: Runs
    cleared: Ints
    clear_at: float

    @property
    def runs(self) -> int:
        """Number of futures."""
        return int(self.open_cases.shape[-1])

    def quantiles(self, shares: Sequence[float] = (0.1, 0.5, 0.9)) -> Floats:
        """Open cases at the end of each week, shape (shares, weeks)."""
        return np.asarray(np.quantile(self.open_cases, shares, axis=-1), np.float64)

    def chance_of_backlog(self) -> Floats:
        """Probability per week that no more than `clear_at` cases are open at its end."""
        return np.asarray((self.open_cases <= self.clear_at + _WHOLE).mean(axis=-1), np.float64)

    def chance_of_promise(self, work: str) -> Floats:
        """Probability per week that the share done in time reaches the target of this type of work.

        Runs in which nothing falls due do not count; nan without target and where nothing falls due at all.
        Raises ValueError for work that is not simulated.
        """
        place = self.work.index(work)
        target = self.targets[place]
        due, in_time = self.due[place], self.in_time[place]
        counted = due > _WHOLE
        if target is None:
            return np.full(len(due), np.nan)
        held = (in_time >= target * due - _WHOLE) & counted
        weeks = counted.sum(axis=-1)
        return np.divide(held.sum(axis=-1), weeks, out=np.full(len(due), np.nan), where=weeks > 0)

    def in_time_quantiles(self, work: str, shares: Sequence[float] = (0.1, 0.5, 0.9)) -> Floats:
        """Share done in time of the cases due in each week, shape (shares, weeks); nan where none is due."""
        place = self.work.index(work)
        due = self.due[place]
        found = np.full((len(shares), len(due)), np.nan)
        for week, (of, made) in enumerate(zip(due, self.in_time[place], strict=True)):
            counted = of > _WHOLE
            if counted.any():
                found[:, week] = np.quantile(made[counted] / of[counted], shares)
        return found

    @property
    def chance_cleared(self) -> float:
        """Share of the runs in which the backlog clears within the simulated days."""
        return float((self.cleared >= 0).mean())

    def clear_days(self, shares: Sequence[float] = (0.1, 0.5, 0.9)) -> tuple[int | None, ...]:
        """The day by which the given shares of all runs have cleared; None where fewer ever do."""
        ordered = np.sort(np.where(self.cleared < 0, np.iinfo(np.int64).max, self.cleared))
        places = np.clip(np.ceil(np.asarray(shares) * len(ordered)).astype(int) - 1, 0, len(ordered) - 1)
        return tuple(None if day == np.iinfo(np.int64).max else int(day) for day in ordered[places])


def simulate(plan: Plan, runs: int = 2000, seed: int = 1) -> dict[str, Simulation]:
    """Simulate each team of a plan by itself; results by team name, in the plan's order.

    People fall ill and leave, cases arrive and take their time independently between teams. With one seed
    a team's illness, arrivals and handle times stay the same whatever else the plan changes, so plans can be
    compared run by run. Raises ValueError without runs.
    """
    if runs < 1:
        raise ValueError("a simulation needs a run or more")
    jobs = [(team, plan.week_of, runs, (seed, *_key(team.name))) for team in plan.teams]
    if len(jobs) < 2:
        results = [_simulate_team(*job) for job in jobs]
    else:
        with ThreadPoolExecutor(min(len(jobs), os.cpu_count() or 1)) as pool:
            results = list(pool.map(lambda job: _simulate_team(*job), jobs))
    return {team.name: result for team, result in zip(plan.teams, results, strict=True)}


def together(parts: Sequence[Simulation], clear_at: float | None = None) -> Simulation:
    """The sum of teams, run by run; `clear_at` defaults to the sum of theirs. Raises ValueError for none."""
    if not parts:
        raise ValueError("nothing to add up")
    names = tuple(sorted({name for part in parts for name in part.work}))
    shape = parts[0].open_cases.shape
    due, in_time = (np.zeros((len(names), *shape), np.float32) for _ in range(2))
    targets: dict[str, float | None] = dict.fromkeys(names)
    for part in parts:
        for place, name in enumerate(part.work):
            due[names.index(name)] += part.due[place]
            in_time[names.index(name)] += part.in_time[place]
            targets[name] = part.targets[place] if targets[name] is None else targets[name]
    level = sum(part.clear_at for part in parts) if clear_at is None else clear_at
    daily = np.sum([part.daily_open for part in parts], axis=0)
    return Simulation(
        names,
        tuple(targets[name] for name in names),
        np.sum([part.open_cases for part in parts], axis=0),
        np.sum([part.past_due for part in parts], axis=0),
        np.sum([part.hours_waiting for part in parts], axis=0),
        due,
        in_time,
        daily,
        _first_clear(daily, level),
        level,
    )


def _key(name: str) -> tuple[int, ...]:
    """A team's name as part of a seed, so that its random numbers do not depend on the other teams."""
    return tuple(name.encode())


def _simulate_team(team: Team, week_of: Ints, runs: int, seed: tuple[int, ...]) -> Simulation:
    working = np.flatnonzero(team.staff.working)
    weeks = int(week_of[-1]) + 1 if len(week_of) else 0
    hours = simulate_hours(team.staff, runs, (*seed, _HOURS))[working]
    works = tuple(sorted(team.work, key=lambda work: work.name))
    flows = [Flow(work, working, runs, (*seed, *_key(work.name))) for work in works]
    buckets = max([2, *(flow.buckets for flow in flows)])
    cases = np.zeros((len(works), buckets, runs), np.float32)
    waiting_hours = np.zeros_like(cases)
    due, in_time = (np.zeros((len(works), weeks, runs), np.float32) for _ in range(2))
    missed_waiting, uneven_missed = np.zeros_like(due), np.zeros_like(due)
    queue, past_due, scatter = (np.zeros((weeks, runs), np.float32) for _ in range(3))
    open_now = np.full(runs, sum(work.cases_open for work in works), np.float32)
    daily_open = np.empty((len(week_of), runs), np.float32)
    daily_open[: working[0] if len(working) else None] = open_now
    late = np.zeros(runs, np.float32)
    for day, at in enumerate(working):
        week = week_of[at]
        waiting_late, uneven = (np.zeros(runs, np.float32) for _ in range(2))
        for place, flow in enumerate(flows):
            if day and flow.pace[day] != flow.pace[day - 1]:
                waiting_hours[place] *= flow.pace[day] / flow.pace[day - 1]
            entering, worth = flow.entering(day)
            cases[place, : flow.buckets] += entering[: flow.buckets]
            waiting_hours[place, : flow.buckets] += worth
            due[place, week] += entering[flow.buckets] + flow.finished(day)
            in_time[place, week] += entering[flow.buckets] + flow.finished(day)
            missed_waiting[place, week] += entering[flow.buckets + 1]
            waiting_late += entering[flow.buckets + 2]
            uneven += entering[flow.buckets + 3]
            uneven_missed[place, week] += entering[flow.buckets + 4]
            open_now += flow.arrivals[flow.before + day]
        before = cases.sum(axis=(0, 1))
        total = waiting_hours.sum(axis=0)
        left = total.copy()
        for nearer, bucket in pairwise(left):
            bucket += nearer
        unserved = np.maximum(left[-1] - hours[day], 0)
        left -= hours[day]
        np.clip(left, 0, total, out=left)
        np.divide(left, total, out=left, where=total > 0)
        cases *= left
        waiting_hours *= left
        open_now -= before - cases.sum(axis=(0, 1))
        for place in range(len(works)):
            in_time[place, week] -= cases[place, 1]
        _next_day(cases)
        _next_day(waiting_hours)
        late = cases[:, 0].sum(axis=0) + waiting_late
        daily_open[at : working[day + 1] if day + 1 < len(working) else None] = open_now
        queue[week], past_due[week], scatter[week] = unserved, late, uneven
    _carry(queue, past_due, week_of, working)
    at_end = _with_days_off(daily_open, flows, week_of, working, weeks)
    random = np.random.default_rng([*seed, _WAITS])
    at_end += np.sqrt(scatter) * random.standard_normal(scatter.shape, dtype=np.float32)
    np.maximum(at_end, 0, out=at_end)
    in_time -= _missed_by_chance(missed_waiting, uneven_missed, random)
    np.clip(in_time, 0, due, out=in_time)
    return Simulation(
        tuple(work.name for work in works),
        tuple(work.target for work in works),
        at_end,
        past_due,
        queue,
        due,
        in_time,
        daily_open,
        _first_clear(daily_open, team.clear_at),
        team.clear_at,
    )


def _missed_by_chance(expected: Runs, variance: Runs, random: np.random.Generator) -> Runs:
    """Cases that waited for others past their due day, drawn as binomial with this mean and variance.

    n and p follow from the two; the part of n beyond whole cases misses with its share.
    """
    some = expected > _WHOLE
    mean = expected[some].astype(np.float64)
    chance = np.clip(1 - variance[some] / mean, 1e-3, 1.0)
    number = mean / chance
    whole = np.floor(number + _WHOLE)
    drawn = np.zeros_like(expected)
    drawn[some] = random.binomial(whole.astype(np.int64), chance) + (number - whole) * chance
    return drawn


def _next_day(buckets: Runs) -> None:
    """What was due today is past due, all else a day nearer."""
    buckets[:, 0] += buckets[:, 1]
    buckets[:, 1:-1] = buckets[:, 2:]
    buckets[:, -1] = 0


def _carry(queue: Runs, past_due: Runs, week_of: Ints, working: Ints) -> None:
    """A week without a working day ends as the week before did."""
    worked = set(week_of[working].tolist())
    for week in range(1, len(queue)):
        if week not in worked:
            queue[week], past_due[week] = queue[week - 1], past_due[week - 1]


def _with_days_off(daily: Runs, flows: Sequence[Flow], week_of: Ints, working: Ints, weeks: int) -> Runs:
    """Open cases at the end of each week, with what came in on the days off that end it."""
    at_end = np.empty((weeks, daily.shape[1]), np.float32)
    for week in range(weeks):
        last = int(np.flatnonzero(week_of == week)[-1])
        at_end[week] = daily[last]
        following = int(np.searchsorted(working, last, side="right"))
        if following < len(working) and last not in working:
            at_end[week] += sum(flow.on_days_off[following] for flow in flows)
    return at_end


def _first_clear(daily_open: Runs, clear_at: float) -> Ints:
    """The first day of each run that ends with no more than `clear_at` open cases; −1 if none does."""
    clear = daily_open <= clear_at + _WHOLE
    return np.where(clear.any(axis=0), clear.argmax(axis=0), -1)
