"""What a simulation of the backlog starts from: the work, the teams and the weeks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.staffing import Floats, Staff
from analysis.work_turns import Turn

Ints = NDArray[np.int64]
WHOLE: Final = 1e-3
"""Cases; below it a sum of shares is none."""


@dataclass(frozen=True)
class Work:
    """One type of work of a team.

    `expected`: cases arriving per simulated day. `level_error`: standard deviation of the forecast's level as
    a share of it, per simulated day, never falling; `common_error`: the same of what all teams with this type
    of work err by together. `dispersion`: variance ÷ mean of a day's arrivals.

    `waits[k, j]`: share of arriving cases that can be finished k working days after arrival at the earliest
    and are due j working days after it; sums to 1. `open_now[k, j]`: open cases that can be finished on
    working day k of the future at the earliest, due on working day j − 1; j = 0 is past due. `finished[d]`:
    cases due on working day d that are done already.

    `hours` per case, `spread` its coefficient of variation, `hours_error` the relative standard error of the
    mean. `target`: the share to be done in time; None where nothing is promised. `turns`: what becomes of
    arrivals, hours and promises from a day on.
    """

    name: str
    expected: Floats
    waits: Floats
    open_now: Floats
    hours: float
    spread: float = 0.0
    hours_error: float = 0.0
    level_error: Floats | None = None
    dispersion: float = 1.0
    finished: Floats | None = None
    target: float | None = None
    turns: tuple[Turn, ...] = ()
    common_error: Floats | None = None

    def __post_init__(self) -> None:
        if not np.all(np.isfinite(self.expected)) or np.min(self.expected, initial=0.0) < 0:
            raise ValueError("expected arrivals are finite and not negative")
        if np.min(self.waits) < 0 or abs(float(np.sum(self.waits)) - 1) > 1e-6:
            raise ValueError("shares of waits and promises are not negative and sum to 1")
        if np.min(self.open_now, initial=0.0) < 0:
            raise ValueError("open cases are not negative")
        if not self.hours > 0 or self.spread < 0 or self.hours_error < 0 or self.dispersion < 0:
            raise ValueError("a case takes hours above 0, with a spread that is not negative")

    @property
    def cases_open(self) -> float:
        """Cases open at the beginning."""
        return float(np.sum(self.open_now))


@dataclass(frozen=True)
class Team:
    """A team's people, its work, and the number of open cases at which its backlog counts as cleared."""

    name: str
    staff: Staff
    work: tuple[Work, ...]
    clear_at: float = 0.0


@dataclass(frozen=True)
class Plan:
    """What is simulated: teams over the same days, and the week (0, 1, …) each simulated day belongs to.

    `clear_at` is the level for all teams together; None: the sum of the teams' own.
    """

    teams: tuple[Team, ...]
    week_of: Ints
    clear_at: float | None = None

    def __post_init__(self) -> None:
        days = len(self.week_of)
        if np.any(np.diff(self.week_of) < 0) or (days and self.week_of[0] != 0):
            raise ValueError("weeks count from 0 and do not fall")
        for team in self.teams:
            lengths = {len(team.staff.working), *(len(work.expected) for work in team.work)}
            if lengths != {days}:
                raise ValueError(f"{team.name}: people and work are told for other days than the weeks")

    @property
    def weeks(self) -> int:
        """Number of weeks simulated."""
        return weeks_in(self.week_of)


def weeks_in(week_of: Ints) -> int:
    """Number of weeks of days that belong to the weeks 0, 1, …"""
    return int(week_of[-1]) + 1 if len(week_of) else 0
