"""The backlog of deferred work, day by day, over many possible futures.

B(t) = B(t−1) + A(t) − min(cap(t), B(t−1) + A(t)): Lindley's recursion for a queue served in bulk (Lindley,
"The theory of queues with a single server", 1952), here in hours of work and split by due day, the earliest
due first (see `analysis.backlog_queue`), so a day costs a few array operations whatever the number of cases.
A case may have to wait for others before hours can be spent on it: that wait passes with or without people.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from analysis.backlog_batches import alike_in, batches, by_name
from analysis.backlog_draws import draws_of
from analysis.backlog_flow import Flow
from analysis.backlog_plan import WHOLE, Ints, Plan, Team, Work, weeks_in
from analysis.backlog_queue import Queue
from analysis.backlog_weeks import BLOCK, Weeks
from analysis.staffing import Floats, Runs, simulate_hours

__all__ = ["Plan", "Simulation", "Team", "Work", "simulate", "together"]
_HOURS = 0  # stream of random numbers; those of work are 1 to 4 and 6, those of lots 5 and 7


@dataclass(frozen=True)
class Simulation:
    """Possible futures of some teams together. Arrays end with (weeks, runs); work types are sorted by name.

    `open_cases`, `past_due_of` (cases past due by type) and `hours_waiting` (work nobody had hours for) stand
    at the end of each week. `due` and `in_time` are the cases of each type due within each week and those of
    them done in time. `daily_open` has a row per simulated day; `cleared` is the first day that ends with
    no more than `clear_at` open cases, −1 if none.
    """

    work: tuple[str, ...]
    targets: tuple[float | None, ...]
    open_cases: Runs
    past_due_of: Runs
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

    def of_first(self, runs: int) -> Simulation:
        """The first futures alone."""
        names = ("open_cases", "past_due_of", "hours_waiting", "due", "in_time", "daily_open", "cleared")
        return replace(self, **{name: getattr(self, name)[..., :runs] for name in names})

    @property
    def past_due(self) -> Runs:
        """Cases past due of all types at the end of each week."""
        return np.asarray(self.past_due_of.sum(axis=0))

    def chance_of_past_due(self, work: str, at_most: float) -> Floats:
        """Probability per week that no more than `at_most` cases of a type are past due at its end."""
        return np.asarray(
            (self.past_due_of[self.work.index(work)] <= at_most + WHOLE).mean(axis=-1), np.float64
        )

    def quantiles(self, shares: Sequence[float] = (0.1, 0.5, 0.9)) -> Floats:
        """Open cases at the end of each week, shape (shares, weeks).

        They are numbers that occurred, as those of `paired_runs.spread`: a chart and a table of one number
        read the same.
        """
        return np.asarray(np.quantile(self.open_cases, shares, axis=-1, method="inverted_cdf"), np.float64)

    def chance_of_backlog(self) -> Floats:
        """Probability per week that no more than `clear_at` cases are open at its end."""
        return np.asarray((self.open_cases <= self.clear_at + WHOLE).mean(axis=-1), np.float64)

    def chance_of_promise(self, work: str) -> Floats:
        """Probability per week that the share done in time reaches the target of this type of work.

        Runs in which nothing falls due do not count; nan without target and where nothing falls due at all.
        Raises ValueError for work that is not simulated.
        """
        place = self.work.index(work)
        target = self.targets[place]
        due, in_time = self.due[place], self.in_time[place]
        counted = due > WHOLE
        if target is None:
            return np.full(len(due), np.nan)
        held = (in_time >= target * due - WHOLE) & counted
        weeks = counted.sum(axis=-1)
        return np.divide(held.sum(axis=-1), weeks, out=np.full(len(due), np.nan), where=weeks > 0)

    def in_time_quantiles(self, work: str, shares: Sequence[float] = (0.1, 0.5, 0.9)) -> Floats:
        """Share done in time of the cases due in each week, shape (shares, weeks); nan where none is due."""
        place = self.work.index(work)
        due = self.due[place]
        found = np.full((len(shares), len(due)), np.nan)
        for week, (of, made) in enumerate(zip(due, self.in_time[place], strict=True)):
            counted = of > WHOLE
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


def simulate(plan: Plan, runs: int = 2000, seed: int = 1, first: int | None = None) -> dict[str, Simulation]:
    """Simulate each team of a plan by itself; results by team name, in the plan's order.

    People fall ill and leave, cases arrive and take their time independently between teams, but for the part
    of the forecast's error that is common to them. With one seed
    a team's illness, arrivals and handle times stay the same whatever else the plan changes, so plans can be
    compared run by run. `first` simulates the first so many of the runs alone, whole blocks of `BLOCK`.
    Raises ValueError without runs, and for a first part that ends inside a block.
    """
    if runs < 1:
        raise ValueError("a simulation needs a run or more")
    if first is not None and (not 1 <= first <= runs or (first < runs and first % BLOCK)):
        raise ValueError(f"the first runs are whole blocks of {BLOCK}")
    compared = first or runs
    together_in = batches(plan.teams, compared)

    def simulated(teams: Sequence[Team]) -> list[Simulation]:
        seeds = [(seed, *_key(team.name)) for team in teams]
        return _simulate_alike(teams, plan.week_of, runs, seeds, compared)

    if len(together_in) < 2:
        results = [simulated(teams) for teams in together_in]
    else:
        with ThreadPoolExecutor(min(len(together_in), os.cpu_count() or 1)) as pool:
            results = list(pool.map(simulated, together_in))
    found = {
        team.name: own
        for teams, of_teams in zip(together_in, results, strict=True)
        for team, own in zip(teams, of_teams, strict=True)
    }
    return {team.name: found[team.name] for team in plan.teams}


def together(parts: Sequence[Simulation], clear_at: float | None = None) -> Simulation:
    """The sum of teams, run by run; `clear_at` defaults to the sum of theirs. Raises ValueError for none."""
    if not parts:
        raise ValueError("nothing to add up")
    names = tuple(sorted({name for part in parts for name in part.work}))
    shape = parts[0].open_cases.shape
    due, in_time, late = (np.zeros((len(names), *shape), np.float32) for _ in range(3))
    targets: dict[str, float | None] = dict.fromkeys(names)
    for part in parts:
        for place, name in enumerate(part.work):
            due[names.index(name)] += part.due[place]
            in_time[names.index(name)] += part.in_time[place]
            late[names.index(name)] += part.past_due_of[place]
            targets[name] = part.targets[place] if targets[name] is None else targets[name]
    level = sum(part.clear_at for part in parts) if clear_at is None else clear_at
    daily = np.sum([part.daily_open for part in parts], axis=0)
    return Simulation(
        names,
        tuple(targets[name] for name in names),
        np.sum([part.open_cases for part in parts], axis=0),
        late,
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


def _simulate_alike(
    teams: Sequence[Team], week_of: Ints, of: int, seeds: Sequence[tuple[int, ...]], runs: int
) -> list[Simulation]:
    """Simulate teams of one batch; in each array the futures of one stand beside those of the next."""
    working = np.flatnonzero(teams[0].staff.working)
    staffed = [simulate_hours(team.staff, of, (*own, _HOURS)) for team, own in zip(teams, seeds, strict=True)]
    hours = np.concatenate([own[working, :runs] for own in staffed], axis=1)
    works = list(zip(*(by_name(team) for team in teams), strict=True))
    names = tuple(each[0].name for each in works)
    flows = [_flow(each, working, of, seeds, runs) for each in works]
    told, daily_open = _day_by_day(flows, hours, week_of, working)
    at_end = _with_days_off(daily_open, flows, week_of, working)
    found = []
    for place, (team, seed) in enumerate(zip(teams, seeds, strict=True)):
        own = slice(place * runs, (place + 1) * runs)
        daily = daily_open[:, own]
        told.draw(at_end, own, seed, names)
        found.append(
            Simulation(
                names,
                tuple(each[place].target for each in works),
                at_end[:, own],
                told.late[..., own],
                told.queue[:, own],
                told.due[..., own],
                told.in_time[..., own],
                daily,
                _first_clear(daily, team.clear_at),
                team.clear_at,
            )
        )
    return found


def _flow(works: Sequence[Work], working: Ints, of: int, seeds: Sequence[tuple[int, ...]], runs: int) -> Flow:
    """The flow of one type of work of several teams."""
    key = _key(works[0].name)
    drawn = [
        draws_of(work, working, of, (*seed, *key), (seed[0], *key), runs)
        for work, seed in zip(works, seeds, strict=True)
    ]
    return Flow(works, working, drawn)


def _day_by_day(flows: Sequence[Flow], hours: Runs, week_of: Ints, working: Ints) -> tuple[Weeks, Runs]:
    """What each week adds up to, and the open cases at the end of each day."""
    columns, weeks = hours.shape[1], weeks_in(week_of)
    told = Weeks(len(flows), weeks, columns)
    daily_open = np.empty((len(week_of), columns), np.float32)
    daily_open[: working[0] if len(working) else None] = 0
    for place, flow in enumerate(flows):
        open_now, late, waiting = flow.at_first()
        daily_open[: working[0] if len(working) else None] += open_now
        told.begin_closed(place, late, waiting)
    pace_of = alike_in([flow.pace for flow in flows])
    paces = dict(zip(pace_of, (flow.pace for flow in flows), strict=True))
    queue = Queue([flow.buckets for flow in flows], pace_of, len(working), columns)
    for week in range(weeks):
        days = np.flatnonzero(week_of[working] == week).tolist()
        if not days:
            if week:
                told.repeat(week)
            continue
        for place, flow in enumerate(flows):
            told.begin(place, week, flow.told(days[0], days[-1]))
        for day in days:
            for number, pace in paces.items():
                if day and np.any(pace[day] != pace[day - 1]):
                    queue.stretch(number, np.repeat(pace[day] / pace[day - 1], columns // pace.shape[1]))
            open_now = np.zeros(columns, np.float32)
            for place, flow in enumerate(flows):
                cases, worth = flow.entering(day)
                queue.enter(place, cases[:-1], worth)
                open_now += cases[-1]
            told.queue[week] = queue.work_off(hours[day])
            queue.count(open_now)
            daily_open[working[day] : working[day + 1] if day + 1 < len(working) else None] = open_now
            for place in range(len(flows)):
                told.in_time[place, week] -= queue.due_today(place)
            queue.next_day()
        for place in range(len(flows)):
            told.late[place, week] += queue.past_due(place)
    return told, daily_open


def _with_days_off(daily: Runs, flows: Sequence[Flow], week_of: Ints, working: Ints) -> Runs:
    """Open cases at the end of each week, with what came in on the days off that end it."""
    weeks = weeks_in(week_of)
    at_end = np.empty((weeks, daily.shape[1]), np.float32)
    for week in range(weeks):
        last = int(np.flatnonzero(week_of == week)[-1])
        at_end[week] = daily[last]
        if last not in working:
            at_end[week] += sum(flow.since(last) for flow in flows)
    return at_end


def _first_clear(daily_open: Runs, clear_at: float) -> Ints:
    """The first day of each run that ends with no more than `clear_at` open cases; −1 if none does."""
    clear = daily_open <= clear_at + WHOLE
    return np.where(clear.any(axis=0), clear.argmax(axis=0), -1)
