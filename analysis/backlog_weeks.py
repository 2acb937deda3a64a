"""What the days of some teams' backlog add up to by week, and the lots of single cases drawn upon it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from analysis.backlog_lots import missed_by_chance
from analysis.backlog_plan import WHOLE
from analysis.staffing import Runs

BLOCK: Final = 400
"""Futures whose lots are drawn together: the first so many are the same whether more are simulated or not."""
_WAITS, _MISSED = 5, 7  # streams of random numbers


class Weeks:
    """Per type (type, week, run), and for all types (week, run); the runs of a team stand side by side.

    `due`, `in_time`, `missed` (while waiting for others) are sums over a week; `late` (past due), `queue`
    (hours waiting) and the variances of what is in passing, `uneven` and `uneven_late`, of its last day.
    """

    def __init__(self, types: int, weeks: int, runs: int) -> None:
        shape = (types, weeks, runs)
        self.due, self.in_time, self.missed, self.uneven_missed, self.late, self.uneven_late = (
            np.zeros(shape, np.float32) for _ in range(6)
        )
        self.queue, self.uneven = (np.zeros(shape[1:], np.float32) for _ in range(2))

    def begin_closed(self, place: int, late: Runs, waiting: Runs) -> None:
        """Put down what is past due of a type and the hours it waits for before the first working day."""
        if len(self.queue):
            self.late[place, 0] = late
            self.queue[0] += waiting

    def begin(self, place: int, week: int, told: Runs) -> None:
        """Put down what no hours change of a type in a week: the rows of `Flow.told`."""
        due, missed, uneven_missed, late, uneven, uneven_late = told
        self.due[place, week] = due
        self.in_time[place, week] = due
        self.missed[place, week] = missed
        self.uneven_missed[place, week] = uneven_missed
        self.late[place, week] = late
        self.uneven_late[place, week] = uneven_late
        self.uneven[week] += uneven

    def repeat(self, week: int) -> None:
        """A week without a working day ends as the week before did."""
        self.late[:, week], self.queue[week] = self.late[:, week - 1], self.queue[week - 1]

    def draw(self, at_end: Runs, runs: slice, seed: tuple[int, ...], names: Sequence[str]) -> None:
        """Let each case in passing of a team wait by itself: shares become numbers of cases, in place.

        `runs` are the team's, `at_end` the open cases of all at the end of each week. Of the cases due that
        do not miss their day while waiting for others, the share that hours were there for is in time.
        """
        for start in range(runs.start, runs.stop, BLOCK):
            block, drawn_at = slice(start, min(start + BLOCK, runs.stop)), start - runs.start
            random = np.random.default_rng([*seed, _WAITS, drawn_at])
            for count, variance in ((at_end, self.uneven), (self.late, self.uneven_late)):
                by_lot = random.standard_normal(variance[..., block].shape, dtype=np.float32)
                count[..., block] += np.sqrt(variance[..., block]) * by_lot
            for place, name in enumerate(names):
                chances = self.missed[place, :, block], self.uneven_missed[place, :, block]
                missed = missed_by_chance(*chances, (*seed, _MISSED, drawn_at, *name.encode()))
                due, in_time = self.due[place, :, block], self.in_time[place, :, block]
                could = due - self.missed[place, :, block]
                in_time -= self.missed[place, :, block]
                in_time *= np.divide(due - missed, could, out=np.zeros_like(due), where=could > WHOLE)
        own = (..., runs)
        np.maximum(at_end[own], 0, out=at_end[own])
        np.maximum(self.late[own], 0, out=self.late[own])
        np.clip(self.in_time[own], 0, self.due[own], out=self.in_time[own])
