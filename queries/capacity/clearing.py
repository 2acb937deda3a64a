"""When the backlog clears: simulated once per store version, teams and targets, and kept as its quantiles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.backlog_simulation import Simulation, together
from analysis.scenario_outcome import RUNS, SEED
from queries.capacity.days import days_ahead
from queries.capacity.passing import TYPES
from queries.capacity.plan import Base, plan_of, sla_targets
from queries.capacity.standing import teams_chosen
from queries.capacity.what_if import Question, futures
from queries.catalog import find_metric
from queries.filters import Filters
from queries.measure import Reader
from queries.remembering import remembered
from queries.scorecard import Target, target_for

Floats = NDArray[np.float64]
BAND = (0.1, 0.25, 0.5, 0.75, 0.9)
INTERVAL = (0.1, 0.5, 0.9)
PAST_DUE = "backlog_past_due"


@dataclass(frozen=True)
class Promise:
    """A type of work with an SLA target: per week, the chance to reach it and 10, 50, 90 % of the share."""

    work: str
    metric: str
    target: float
    chance: Floats
    shares: Floats


@dataclass(frozen=True)
class Clearing:
    """The futures of one team or of all teams shown together; arrays per week ahead.

    `open_cases` (5 quantiles of `BAND`, weeks). `clears` are the days by which 10, 50 and 90 % of the runs
    have cleared, counted from the first day ahead; None beyond the last. `chance_past_due`: of no more
    escalations past due than `past_due_target`; None without one.
    """

    name: str
    open_now: float
    clear_at: float
    open_cases: Floats
    hours_waiting: Floats
    chance_backlog: Floats
    promises: tuple[Promise, ...]
    clears: tuple[int | None, ...]
    chance_cleared: float
    past_due_target: float | None = None
    chance_past_due: Floats | None = None

    @property
    def is_clear(self) -> bool:
        """No more cases are open than the team has in hand when nothing waits for hours."""
        return self.open_now <= self.clear_at


@dataclass(frozen=True)
class Outlook:
    """All teams shown together and each by itself, in the organisation's order, with what it starts from."""

    base: Base
    whole: Clearing | None
    teams: tuple[Clearing, ...]
    runs: int = RUNS
    seed: int = SEED


def outlook(reader: Reader, filters: Filters, targets: Iterable[Target]) -> Outlook:
    """The futures of the teams that the filters choose; filters that choose no teams do not narrow them."""
    given = tuple(targets)
    chosen = tuple(team.team for team in teams_chosen(reader, filters))
    ahead = days_ahead(reader)
    past_due = target_for(given, find_metric(PAST_DUE), filters, ahead.first) if ahead is not None else None
    return _simulated(
        reader, chosen, sla_targets(given, filters, ahead), None if past_due is None else past_due.value
    )


@remembered(16)
def _simulated(
    reader: Reader,
    teams: tuple[str, ...],
    targets: tuple[tuple[str, float], ...],
    past_due: float | None,
) -> Outlook:
    base = plan_of(reader, teams, targets)
    if base.plan is None:
        return Outlook(base, None, ())
    # The same futures that scenarios are compared on, so that both sections tell the same numbers.
    found = futures(reader, Question(tuple(team.name for team in base.plan.teams), targets)).parts
    whole = together(list(found.values()), base.plan.clear_at)
    names = {team.team: team.name for team in reader.directory.teams}
    now = {team.name: sum(work.cases_open for work in team.work) for team in base.plan.teams}
    return Outlook(
        base,
        _clearing("", sum(now.values()), whole, past_due),
        tuple(_clearing(names.get(team, team), now[team], one, None) for team, one in found.items()),
    )


def _clearing(name: str, open_now: float, found: Simulation, past_due: float | None) -> Clearing:
    by_type = {kind.name: kind.sla for kind in TYPES}
    promises = tuple(
        Promise(work, sla, target, found.chance_of_promise(work), found.in_time_quantiles(work, INTERVAL))
        for work, target in zip(found.work, found.targets, strict=True)
        if target is not None and (sla := by_type[work]) is not None
    )
    counted = past_due is not None and "escalation" in found.work
    return Clearing(
        name,
        open_now,
        found.clear_at,
        found.quantiles(BAND),
        np.asarray(np.median(found.hours_waiting, axis=-1), np.float64),
        found.chance_of_backlog(),
        promises,
        found.clear_days(INTERVAL),
        found.chance_cleared,
        past_due if counted else None,
        found.chance_of_past_due("escalation", past_due) if counted and past_due is not None else None,
    )
