"""How unequally the people of a team are loaded, compared inside each team only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.inequality import pair_differences
from queries.formulas import Spread
from queries.parts import Parts
from queries.per_person import SEPARATOR
from queries.sums import Found
from queries.tallies import PerPerson

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def spread(formula: Spread, parts: Parts, groups: Integers) -> Found:
    """Σ over teams of differences between pairs ÷ Σ of loads per hour: Gini × n/(n−1) of a single team.

    Compared are people with hours of capacity; a team of one has nobody to compare. n is the people.
    nan where the load of some row is unknown, or nobody had any.
    """
    found = Found(*(np.full(len(parts.periods), np.nan) for _ in range(4)))
    for place in range(len(parts.periods)):
        load = _sums(parts, formula.load, groups, place)
        unknown = any(_sums(parts, formula.unknown, groups, place).values())
        teams: dict[str, list[float]] = {}
        for person, hours in _sums(parts, (formula.capacity,), groups, place).items():
            if hours > 0:
                team = person.partition(SEPARATOR)[0]
                teams.setdefault(team, []).append(load.get(person, 0.0) / hours)
        compared = [pair_differences(np.array(people)) for people in teams.values() if len(people) > 1]
        found.n[place] = sum(len(people) for people in teams.values() if len(people) > 1)
        if compared and not unknown:
            found.top[place] = sum(apart for apart, _ in compared)
            found.bottom[place] = sum(loads for _, loads in compared)
            if found.bottom[place] > 0:
                found.value[place] = found.top[place] / found.bottom[place]
    return found


def _sums(parts: Parts, components: Sequence[PerPerson], groups: Integers, place: int) -> dict[str, float]:
    """What each person of each team has in one period."""
    found: dict[str, float] = {}
    for component in components:
        rows = parts.people[component]
        inside = np.flatnonzero((rows.period == place) & np.isin(rows.group, groups))
        for row in inside.tolist():
            found[rows.person[row]] = found.get(rows.person[row], 0.0) + float(rows.sum[row])
    return found
