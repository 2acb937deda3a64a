"""Which teams are simulated in one array: a day of many futures costs hardly more calls than one of few.

Teams stand together that have the same calendar and the same shape of work: waits, promises, buckets. Each
keeps its own random numbers, so its futures are the same to the last bit beside others as alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from analysis.backlog_flow import buckets_of, pace_on
from analysis.backlog_plan import Team, Work
from analysis.staffing import Floats
from analysis.work_turns import promise_per_day

_COLUMNS: Final = 4000
"""Futures in one array: so many that an operation takes longer than calling it."""


def batches(teams: Sequence[Team], runs: int) -> list[list[Team]]:
    """Teams that are simulated in one array of `runs` futures each: alike, and few enough for `_COLUMNS`."""
    alike: dict[object, list[Team]] = {}
    for team in teams:
        alike.setdefault(_alike(team), []).append(team)
    most = max(_COLUMNS // runs, 1)
    found = []
    for each in alike.values():
        even = -(-len(each) // -(-len(each) // most))  # as many in each, so that none waits long for another
        found += [each[at : at + even] for at in range(0, len(each), even)]
    return found


def by_name(team: Team) -> list[Work]:
    """The work of a team, sorted by name."""
    return sorted(team.work, key=lambda work: work.name)


def alike_in(arrays: Sequence[Floats]) -> list[int]:
    """A number per array, the same for arrays that are equal: 0, 1, … in the order they come."""
    numbers: dict[bytes, int] = {}
    return [numbers.setdefault(array.tobytes(), len(numbers)) for array in arrays]


def _alike(team: Team) -> object:
    """What is the same of teams that can be simulated in one array: the calendar and the shape of work."""
    working = np.flatnonzero(team.staff.working)
    works = by_name(team)
    shapes = tuple(
        (work.name, work.waits.shape, work.waits.tobytes(), buckets_of(work, working)) for work in works
    )
    promises = tuple(promise_per_day(work.turns, len(work.expected))[working].tobytes() for work in works)
    return working.tobytes(), shapes, promises, tuple(alike_in([pace_on(work, working) for work in works]))
