"""Work of a team that hours can be spent on, by due day, in many futures at once: the earliest due first.

Cases and hours lie in buckets of working days until due, one per future. What hours leave of a bucket is the
same share of each type's cases in it, so the hours of types need no telling apart while a case of each takes
as long as it did: they are one sum for all types of one pace.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.staffing import Floats, Runs

_NEXT_TO_NONE = np.float32(1e-30)


class Queue:
    """The buckets of some types of work on each working day: past due, due today, due in one day, and so on.

    `buckets` is their number by type, `pace` a number by type that is the same for types whose cases take
    longer or shorter on the same days.
    """

    def __init__(self, buckets: Sequence[int], pace: Sequence[int], days: int, runs: int) -> None:
        # A row per due day: a day passes by looking one row on instead of moving all that waits.
        most = max(buckets, default=2)
        self._cases = [np.zeros((days + many, runs), np.float32) for many in buckets]
        self._hours = [np.zeros((days + most, runs), np.float32) for _ in range(max(pace, default=0) + 1)]
        self._pace = pace
        self._buckets = tuple(buckets)
        self._most = most
        self._day = 0
        self._left, self._share = np.empty((2, most, runs), np.float32)

    def enter(self, place: int, cases: Runs, hours: Runs) -> None:
        """Put cases of a type and their hours into its buckets, (buckets, runs) each."""
        self._cases[place][self._day : self._day + len(cases)] += cases
        self._hours[self._pace[place]][self._day : self._day + len(hours)] += hours

    def stretch(self, pace: int, factor: Floats) -> None:
        """Let what waits of the types of a pace take `factor` times the hours, a number per run."""
        self._hours[pace][self._day : self._day + self._most] *= factor.astype(np.float32)

    def work_off(self, capacity: Runs) -> Runs:
        """Spend a day's hours, the earliest due first; the hours of work that are left, per run."""
        window = slice(self._day, self._day + self._most)
        waiting = [hours[window] for hours in self._hours]
        total = waiting[0] if len(waiting) == 1 else np.sum(waiting, axis=0)
        left, share = self._left, self._share
        left[0] = total[0]
        for place in range(1, self._most):
            np.add(left[place - 1], total[place], out=left[place])
        left -= capacity
        np.maximum(left, 0, out=left)
        unserved = left[-1].copy()
        np.minimum(left, total, out=left)
        np.maximum(total, _NEXT_TO_NONE, out=share)
        np.divide(left, share, out=share)
        if len(waiting) == 1:
            waiting[0][:] = left
        else:
            for hours in waiting:
                hours *= share
        for cases, many in zip(self._cases, self._buckets, strict=True):
            cases[self._day : self._day + many] *= share[:many]
        return unserved

    def due_today(self, place: int) -> Runs:
        """Cases of a type due today."""
        return self._cases[place][self._day + 1]

    def past_due(self, place: int) -> Runs:
        """Cases of a type past due."""
        return self._cases[place][self._day]

    def count(self, into: Runs) -> None:
        """Add the cases of all types, per run."""
        for cases, many in zip(self._cases, self._buckets, strict=True):
            into += np.add.reduce(cases[self._day : self._day + many])

    def next_day(self) -> None:
        """What was due today is past due, all else a day nearer."""
        for rows in (*self._cases, *self._hours):
            rows[self._day + 1] += rows[self._day]
        self._day += 1
