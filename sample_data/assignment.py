"""Which specialist of a team gets a case: somebody employed there that day, by share of a full load."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sample_data.operation import TEAMS
from sample_data.people import People


def assign(
    random: np.random.Generator, people: People, teams: NDArray[np.int64], days: NDArray[np.int64]
) -> NDArray[np.int64]:
    """A person for each case, given its team and day; −1 where nobody was there or the team is −1."""
    chosen = np.full(len(teams), -1, np.int64)
    for team in range(len(TEAMS)):
        cases = np.flatnonzero(teams == team)
        members = np.flatnonzero((people.team == team).any(axis=1))
        if not len(cases) or not len(members):
            continue
        load = np.where(people.team[members] == team, people.productivity[members], 0.0)
        edges = np.cumsum(load, axis=0)[:, days[cases]]
        draw = random.random(len(cases)) * edges[-1]
        chosen[cases] = np.where(edges[-1] > 0, members[(edges <= draw).sum(axis=0) % len(members)], -1)
    return chosen
