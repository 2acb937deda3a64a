"""Bands of the backlog over many teams whose hours, waits, absence and arrivals are measured from a store."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.backlog_simulation import Plan, Simulation, Work, simulate, together
from analysis.staffing import Staff
from queries.capacity.plan import base_plan
from queries.filters import Filters
from queries.measure import open_reader
from queries.scope import open_scope
from store.build import begin, finish
from store.facts import SETTINGS_VARIABLE, open_facts, read_store_settings
from store.location import Location
from tests.conftest import fill, use_settings
from tests.queries.capacity.lived_teams import AHEAD, SETTINGS, lived

pytestmark = pytest.mark.slow

SEEDS, TEAMS, RUNS = (2, 3, 4), 60, 400
DAYS = AHEAD * 7
Told = list[tuple[dict[str, np.ndarray], dict[str, Simulation]]]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """For each of some operations: what became of the teams, and what was simulated from their store."""
    found: Told = []
    for seed in SEEDS:
        operation = lived(seed, TEAMS)
        folder: Path = tmp_path_factory.mktemp("lived")
        location = Location.parse(str(folder / "store"))
        use_settings(location, SETTINGS, folder)
        with begin(location, empty=True) as building:
            fill(building.connection, operation.tables)
            finish(building, read_store_settings(location), "test")
        reader = open_reader(open_facts(location), open_scope())
        plan = base_plan(reader, Filters()).plan
        reader.facts.close()
        assert plan is not None and len(plan.teams) == TEAMS
        near = tuple(
            replace(team, staff=_near(team.staff), work=tuple(_first(work) for work in team.work))
            for team in plan.teams
        )
        found.append((operation.open_cases, simulate(Plan(near, plan.week_of[:DAYS]), RUNS, seed)))
    yield found
    os.environ.pop(SETTINGS_VARIABLE, None)


def _near(staff: Staff) -> Staff:
    """The same people over the weeks whose truth is known."""
    absences = tuple(
        replace(absence, starts=np.broadcast_to(absence.starts, len(staff.working))[:DAYS])
        for absence in staff.absences
    )
    return replace(staff, working=staff.working[:DAYS], absences=absences)


def _first(work: Work) -> Work:
    assert work.level_error is not None and work.common_error is not None
    return replace(
        work,
        expected=work.expected[:DAYS],
        level_error=work.level_error[:DAYS],
        common_error=work.common_error[:DAYS],
    )


def test_eighty_per_cent_bands_of_teams_hold_in_75_to_85_per_cent(told: Told) -> None:
    random = np.random.default_rng(0)
    places = []
    for truth, simulated in told:
        for team, found in simulated.items():
            drawn, came = np.round(found.open_cases), truth[team][:, None]
            below, equal = (drawn < came).mean(axis=1), (drawn == came).mean(axis=1)
            places.append(below + random.random(AHEAD) * equal)
    inside = (np.array(places) >= 0.1) & (np.array(places) <= 0.9)
    assert 0.75 <= inside[:, [0, 3, 7, 12]].mean() <= 0.85
    assert (inside.mean(axis=0) > 0.7).all() and (inside.mean(axis=0) < 0.9).all()
    assert (np.abs(np.mean(places, axis=0) - 0.5) < 0.1).all(), "neither too many open cases nor too few"


def test_the_sum_of_all_teams_is_near_what_became_of_them(told: Told) -> None:
    for truth, simulated in told:
        every = together(list(simulated.values()))
        came = np.sum(list(truth.values()), axis=0)
        low, high = every.quantiles((0.005, 0.995))
        assert ((low <= came) & (came <= high)).mean() >= 0.9
