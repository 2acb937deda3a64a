"""What a simulated backlog costs: 2,000 futures of 26 weeks, for one team and for everyone."""

from __future__ import annotations

import statistics
import time

from analysis.backlog_simulation import simulate
from queries.capacity.plan import base_plan
from queries.filters import Filters
from queries.journal import read_journal
from queries.measure import Reader
from store.location import Location
from tests.benchmarks.timing import RUNS, Figure

FUTURES = 2000
LIMITS_MS = {"one team": 500.0, "the organisation": 2000.0}


def simulation(reader: Reader, location: Location) -> list[Figure]:
    """Medians of simulating, each time from another seed so that nothing is kept; [] without people."""
    targets = read_journal(location).targets
    figures = []
    for name, filters in (
        ("one team", Filters().with_values("team", [a_team(reader)])),
        ("the organisation", Filters()),
    ):
        plan = base_plan(reader, filters, targets).plan
        if plan is None:
            return []
        times = []
        for seed in range(RUNS):
            began = time.perf_counter()
            simulate(plan, FUTURES, seed)
            times.append(1000 * (time.perf_counter() - began))
        figure = Figure(
            f"Simulation of {name}, {FUTURES:,} × {plan.week_of[-1] + 1} weeks",
            statistics.median(times),
            "ms",
            RUNS,
        )
        figures.append(
            figure.against(LIMITS_MS[name]).remarked(f"{len(plan.teams)} teams, slowest {max(times):.0f} ms")
        )
    return figures


def a_team(reader: Reader) -> str:
    """The first team with people in the organisation's order."""
    parents = {team.parent for team in reader.directory.teams}
    return next(team.team for team in reader.directory.teams if team.team not in parents)
