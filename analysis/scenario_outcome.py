"""What comes of a plan, and what a scenario changes of it: numbers per future, compared future by future."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.backlog_plan import WHOLE
from analysis.backlog_simulation import Plan, Simulation, simulate, together
from analysis.paired_runs import Earlier, Spread, difference, first_lasting, least, spread, weeks_earlier
from analysis.scenario_plan import Effort, apply, effort
from analysis.scenarios import DueShift, Hire, LessPreventable, Move, Overtime, Scenario, StandardTime

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
RUNS: Final = 2000
FEWER: Final = 800
"""Futures compared where many teams change: an answer should not take longer than a change is thought of."""
MANY_TEAMS: Final = 4
"""Teams that can change before fewer futures are compared."""
SEED: Final = 1
WINDOW: Final = 4
"""Weeks a promise is judged over, the week and those before it: a single week of few cases is mostly luck."""
LATE_WEEKS: Final = 13
"""The last weeks simulated, in which what a change does has had time to show."""
_NO_HOURS = 0.5  # a team's work that waits for fewer hours is as good as done


@dataclass(frozen=True)
class Outcome:
    """What comes of a plan over some weeks, all its teams together.

    `chance` is the probability per week that the promise is kept over the `WINDOW` weeks to it, empty where
    nothing is promised; `open_cases` the 10 %, 50 % and 90 % quantiles of open cases at the end of each week.
    The rest is one number per future: the share done in time of the cases due in the last `LATE_WEEKS` weeks,
    the weeks that keep the promise, the first week from which it is kept to the end (−1: none), open cases
    and cases past due at the end, and the first day the backlog is clear (−1: none). `late` counts the cases
    of each type of work due over all weeks and not done in time, `days_late` the days that they are past due,
    counted at the end of each week for all of it. `days` and `weeks` are those simulated.
    """

    chance: Floats
    open_cases: Floats
    share: Floats
    weeks_kept: Ints
    kept_from: Ints
    open_at_end: Floats
    past_due_at_end: Floats
    cleared: Ints
    late: Mapping[str, Floats]
    days_late: Mapping[str, Floats]
    days: int
    weeks: int
    effort: Effort

    @property
    def futures(self) -> int:
        """Number of futures."""
        return len(self.open_at_end)

    @property
    def promised(self) -> bool:
        """Whether any work has a share to be done in time."""
        return bool(len(self.chance))


@dataclass(frozen=True)
class Comparison:
    """What a scenario changes, future by future: medians and the ends that hold 80 % of the futures.

    `share` (a fraction), `weeks_kept` and `earlier` are None where nothing is promised, `share` too where
    nothing falls due on one of the sides. `days_sooner` counts days to a clear backlog within the days
    simulated, as `Earlier` does weeks. `late` has the cases of each type of work not done in time,
    `days_late` the days they are past due.
    """

    share: Spread | None
    weeks_kept: Spread | None
    earlier: Earlier | None
    days_sooner: Earlier
    open_at_end: Spread
    past_due_at_end: Spread
    late: Mapping[str, Spread]
    days_late: Mapping[str, Spread]
    case_hours: float
    mentoring: float
    ramping: float


@dataclass(frozen=True)
class Need:
    """The fewest hires with which a team's own work is in time, and what comes of it with them.

    `people` is None where the most are too few; the rest then tells what those reach. `kept` is the share of
    the futures that keep the promise, `share` the share of cases in time in the middle one (nan where none is
    due), `idle` whether in most futures no work waits for hours at the end of any week judged, nor of the one
    before: what is late all the same has waited for others.
    """

    people: int | None
    kept: float
    share: float
    idle: bool


@dataclass(frozen=True)
class Futures:
    """The futures of a plan, kept so that a scenario simulates again only the teams it touches.

    `first` is the date of simulated day 0, `preventable` the preventable share of the arrivals per type of
    work, `parts` the simulation of each team. Made by `futures_of`.
    """

    plan: Plan
    first: dt.date
    preventable: Mapping[str, float]
    parts: Mapping[str, Simulation]
    runs: int
    seed: int

    def of(self, scenario: Scenario, target: float | None = None, first: int | None = None) -> Outcome:
        """What comes of the plan with a scenario carried out; an empty one leaves the plan as it is.

        `target` asks another share in time of all work with a promise, `first` only the first so many of the
        futures. Raises ScenarioError when too few people are there on the day of a move.
        """
        plan, found = self._simulated(scenario, first)
        return outcome(plan, found, target)

    def kept_by_team(self, target: float | None = None) -> dict[str, float]:
        """The probability that the own work of each team keeps the promise at the end, as things are.

        Teams without promised work are left out; `target` asks another share in time of the others.
        """
        weeks = {team: _kept(part, target) for team, part in self.parts.items()}
        return {team: float(kept[-1].mean()) for team, kept in weeks.items() if len(kept)}

    def people_needed(
        self,
        scenario: Scenario,
        team: str,
        on: dt.date,
        week: int,
        target: float | None,
        chance: float,
        most: int,
    ) -> Need:
        """The fewest people to hire into a team on a day, beside a scenario, for its own work to be in time.

        The promise of the team's work in week `week` (0, 1, …) and the weeks to it (`WINDOW`), in at least
        the share `chance` of the futures: hires work on nothing else, so what other teams promise would hide
        what they do. `people` is None when `most` are too few, or nothing is promised.
        """

        @cache
        def found(people: int) -> Simulation:
            hired = (*scenario.changes, Hire(team, people, on)) if people else scenario.changes
            plan = apply(self.plan, Scenario(hired), self.first, self.preventable)
            own = tuple(one for one in plan.teams if one.name == team)
            return simulate(replace(plan, teams=own), self.runs, self.seed)[team]

        def kept(people: int) -> float:
            weeks = _kept(found(people), target)
            return float(np.mean(weeks[week])) if len(weeks) else 0.0

        people = least(kept, chance, most)
        with_them = found(most if people is None else people)
        due, in_time, _ = (_window(weekly)[week] for weekly in _promised(with_them, target))
        some = due > WHOLE
        share = float(np.median(in_time[some] / due[some])) if some.any() else np.nan
        judged = slice(max(week - WINDOW, 0), week + 1)
        waiting = float(np.median(with_them.hours_waiting[judged].max(axis=0)))
        return Need(people, kept(most if people is None else people), share, waiting < _NO_HOURS)

    def _simulated(self, scenario: Scenario, first: int | None) -> tuple[Plan, Simulation]:
        plan = apply(self.plan, scenario, self.first, self.preventable)
        touched = tuple(
            team for team, before in zip(plan.teams, self.plan.teams, strict=True) if team is not before
        )
        fresh = simulate(replace(plan, teams=touched), self.runs, self.seed, first)
        parts = self.parts if first is None else {k: part.of_first(first) for k, part in self.parts.items()}
        return plan, together([*{**parts, **fresh}.values()], plan.clear_at)


def futures_of(
    plan: Plan, first: dt.date, preventable: Mapping[str, float], runs: int = RUNS, seed: int = SEED
) -> Futures:
    """Simulate a plan whose day 0 is `first`; the same seed gives the same futures."""
    return Futures(plan, first, dict(preventable), simulate(plan, runs, seed), runs, seed)


def futures_compared(scenarios: Iterable[Scenario], teams: Collection[str]) -> int:
    """How many futures scenarios about some teams are compared on: fewer where one changes many of them.

    They are the first ones, and as many for all scenarios, so that each is compared on the same futures.
    """
    most = 0
    for changes in (scenario.changes for scenario in scenarios):
        named = {change.team for change in changes if isinstance(change, Hire | Move | Overtime)}
        named |= {change.origin for change in changes if isinstance(change, Move)}
        work = any(isinstance(change, StandardTime | LessPreventable | DueShift) for change in changes)
        most = max(most, len(teams) if work else len(named))
    return FEWER if most > MANY_TEAMS else RUNS


def outcome(plan: Plan, found: Simulation, target: float | None = None) -> Outcome:
    """What comes of a simulated plan; `target` asks another share in time of all work with a promise."""
    kept = _kept(found, target)
    due, in_time, _ = _promised(found, target)
    late = slice(-LATE_WEEKS, None)
    lengths = np.bincount(plan.week_of, minlength=plan.weeks)
    due_late, in_time_late = due[late].sum(axis=0), in_time[late].sum(axis=0)
    return Outcome(
        kept.mean(axis=1),
        found.quantiles(),
        np.divide(in_time_late, due_late, out=np.full(found.runs, np.nan), where=due_late > WHOLE),
        kept.sum(axis=0),
        first_lasting(kept.T),
        np.asarray(found.open_cases[-1], np.float64),
        np.asarray(found.past_due[-1], np.float64),
        np.asarray(found.cleared),
        {
            work: np.asarray((found.due[place] - found.in_time[place]).sum(axis=0), np.float64)
            for place, work in enumerate(found.work)
        },
        {
            work: np.asarray(lengths @ found.past_due_of[place], np.float64)
            for place, work in enumerate(found.work)
        },
        len(plan.week_of),
        plan.weeks,
        effort(plan),
    )


def compare(base: Outcome, changed: Outcome) -> Comparison:
    """What changes from one outcome to another of the same futures.

    Raises ValueError when they have another number of futures.
    """
    known = np.isfinite(base.share) & np.isfinite(changed.share)
    promised = base.promised and changed.promised
    return Comparison(
        difference(base.share[known], changed.share[known]) if promised and known.any() else None,
        difference(base.weeks_kept, changed.weeks_kept) if promised else None,
        weeks_earlier(base.kept_from, changed.kept_from, base.weeks) if promised else None,
        weeks_earlier(base.cleared, changed.cleared, base.days),
        difference(base.open_at_end, changed.open_at_end),
        difference(base.past_due_at_end, changed.past_due_at_end),
        {work: difference(base.late[work], changed.late[work]) for work in base.late},
        {work: difference(base.days_late[work], changed.days_late[work]) for work in base.days_late},
        changed.effort.case_hours - base.effort.case_hours,
        changed.effort.mentoring - base.effort.mentoring,
        changed.effort.ramping - base.effort.ramping,
    )


def share_in_time(found: Outcome) -> Spread | None:
    """The share done in time in the last weeks; None where nothing is promised or due."""
    known = found.share[np.isfinite(found.share)]
    return spread(known) if found.promised and len(known) else None


def _promised(found: Simulation, target: float | None) -> tuple[Floats, Floats, Floats]:
    """Cases with a promise due in each week, those in time, and those that should be: (weeks, runs) each."""
    places = [place for place, own in enumerate(found.targets) if own is not None]
    wanted = np.array([target if target is not None else found.targets[place] for place in places], float)
    due = np.asarray(found.due[places], np.float64)
    return (
        due.sum(axis=0),
        np.asarray(found.in_time[places], np.float64).sum(axis=0),
        (due * wanted[:, None, None]).sum(axis=0),
    )


def _kept(found: Simulation, target: float | None) -> NDArray[np.bool_]:
    """Whether each week keeps the promise over the weeks to it, (weeks, runs); no weeks without a promise.

    Types of work are taken together, each with its own target: as many cases in time as the targets ask of
    those due. Weeks in which nothing is due break no promise.
    """
    if all(own is None for own in found.targets):
        return np.zeros((0, found.runs), dtype=bool)
    _, in_time, wanted = _promised(found, target)
    return np.asarray(_window(in_time) >= _window(wanted) - WHOLE)


def _window(weekly: Floats) -> Floats:
    """Sums over the `WINDOW` weeks to each week, of fewer at the beginning."""
    total = np.cumsum(weekly, axis=0)
    total[WINDOW:] = total[WINDOW:] - total[:-WINDOW].copy()
    return total
