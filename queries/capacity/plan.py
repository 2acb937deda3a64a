"""The plan a simulation starts from: people and work of the chosen teams as the store knows them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from analysis.backlog_simulation import Plan, Team
from queries.capacity.days import Ahead, days_ahead
from queries.capacity.passing import TYPES
from queries.capacity.people import Crew, crews
from queries.capacity.queue import Queue, queues
from queries.capacity.standing import teams_chosen
from queries.catalog import find_metric
from queries.filters import Filters
from queries.measure import Reader
from queries.remembering import remembered
from queries.scorecard import Target, target_for


@dataclass(frozen=True)
class Base:
    """A plan with what it was measured on; `crews` and `queues` are in the order of the plan's teams.

    `reason` says why there is nothing to simulate; the plan is then None. `without_people` names teams that
    have work and nobody to do it (they are simulated: their backlog only grows), `without_hours` teams whose
    hours are not known (they are left out), `unmeasured` the types of work without a time per case.
    """

    ahead: Ahead | None
    plan: Plan | None
    crews: tuple[Crew, ...]
    queues: tuple[Queue, ...]
    targets: tuple[tuple[str, float], ...]
    without_people: tuple[str, ...] = ()
    without_hours: tuple[str, ...] = ()
    unmeasured: tuple[str, ...] = ()
    reason: str = ""


def sla_targets(
    targets: Iterable[Target], filters: Filters, ahead: Ahead | None
) -> tuple[tuple[str, float], ...]:
    """The SLA targets in force on the first day ahead for a view, by metric."""
    if ahead is None:
        return ()
    given = tuple(targets)
    found = []
    for kind in TYPES:
        if kind.sla is None:
            continue
        target = target_for(given, find_metric(kind.sla), filters, ahead.first)
        if target is not None:
            found.append((kind.sla, target.value))
    return tuple(found)


def base_plan(reader: Reader, filters: Filters, targets: Iterable[Target] = ()) -> Base:
    """The plan of the teams that the filters choose; filters that choose no teams do not narrow it."""
    chosen = tuple(team.team for team in teams_chosen(reader, filters))
    return plan_of(reader, chosen, sla_targets(targets, filters, days_ahead(reader)))


@remembered(16)
def plan_of(reader: Reader, teams: tuple[str, ...], targets: tuple[tuple[str, float], ...]) -> Base:
    """The plan of some teams against SLA targets by metric."""
    ahead = days_ahead(reader)
    if ahead is None:
        return Base(None, None, (), (), targets, reason="no cases are loaded")
    if reader.coverage.loaded(("work_days",)) is None:
        return Base(ahead, None, (), (), targets, reason="not supplied: hours of people")
    found = [
        (crew, queue)
        for crew, queue in zip(
            crews(reader, teams, ahead), queues(reader, teams, ahead, dict(targets)), strict=True
        )
        if queue.work or queue.missing
    ]
    unmeasured = tuple(sorted({kind for _, queue in found for kind in queue.missing}))
    worked = [(crew, queue) for crew, queue in found if queue.work]
    known = [(crew, queue) for crew, queue in worked if crew.worth is not None]
    without_hours = tuple(crew.team for crew, _ in worked if crew.worth is None)
    if not known:
        reason = "not supplied: hours per day" if worked else "no work is known"
        return Base(ahead, None, (), (), targets, (), without_hours, unmeasured, reason)
    plan = Plan(
        tuple(
            Team(crew.team, crew.staff, queue.work, float(math.ceil(queue.usual_open)))
            for crew, queue in known
        ),
        ahead.week_of(),
    )
    return Base(
        ahead,
        plan,
        tuple(crew for crew, _ in known),
        tuple(queue for _, queue in known),
        targets,
        tuple(crew.team for crew, _ in known if not crew.staff.people),
        without_hours,
        unmeasured,
    )
