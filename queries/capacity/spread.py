"""How unequally the people of each team are loaded with the open work they hold."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analysis.even_out import spread, spread_interval
from queries.capacity.open_work import Holder, holders
from queries.measure import Reader
from queries.remembering import remembered
from queries.time import Period


class TeamSpread(NamedTuple):
    """One team: hours of open work per hour available of each person with hours, in no told order.

    `spread` is Gini's coefficient with the correction for few, 0 when all are equal; nan for a team of one
    and where nobody has work. `low` and `high` are its 95 % interval, nan below five people. `absent`
    people are on leave for all of the next two weeks and hold `stuck` open cases.
    """

    team: str
    loads: tuple[float, ...]
    work: float
    available: float
    spread: float
    low: float
    high: float
    absent: int
    stuck: int

    @property
    def load(self) -> float:
        """Hours of open work of the whole team per hour available; nan without hours."""
        return self.work / self.available if self.available > 0 else float("nan")


@remembered(4)
def spreads(reader: Reader, teams: tuple[str, ...], last: Period) -> tuple[TeamSpread, ...]:
    """Each team with people who work on cases at the end of a week, in the order given."""
    everyone = holders(reader, teams, last)
    found = []
    for team in teams:
        people = [one for one in everyone if one.team == team]
        if people:
            found.append(spread_of(team, people))
    return tuple(found)


def spread_of(team: str, people: list[Holder]) -> TeamSpread:
    """The spread of one team's people."""
    there = [one for one in people if one.available > 0]
    loads = np.array([one.load for one in there])
    absent = [one for one in people if one.available <= 0 and one.away]
    low, high = spread_interval(loads)
    return TeamSpread(
        team,
        # Sorted, so that a place tells nothing about who it is.
        tuple(sorted(loads.tolist())),
        sum(one.work for one in people),
        sum(one.available for one in there),
        spread(loads),
        low,
        high,
        len(absent),
        sum(one.cases for one in absent),
    )
