"""What enters the queue of a team each working day: cases of one type of work, their hours and due days.

A day's cases enter the queue over the following days, as the waits on others end: sums of the last days'
arrivals with fixed shares, so one small matrix product a day. What no hours change is summed by week.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.lib.stride_tricks import as_strided

from analysis.backlog_draws import Draws
from analysis.backlog_plan import Ints, Work
from analysis.backlog_shares import AT_END, DURING, Shares, opening
from analysis.staffing import Floats, Runs
from analysis.work_turns import later_promise, pace_per_day, promise_per_day

_SMALL_PRODUCT = 250_000  # multiplications; OpenBLAS starts threads from 262,144 on


def buckets_of(work: Work, working: Ints) -> int:
    """Number of buckets the queue needs: past due, due today, due in one working day and so on."""
    later = promise_per_day(work.turns, len(work.expected))[working]
    promises = max(work.waits.shape[1] + int(later.max()), 1) if len(later) else work.waits.shape[1]
    return max(promises + 1, work.open_now.shape[1], 2)


def pace_on(work: Work, working: Ints) -> Floats:
    """Hours a case takes on each working day, as a factor of those it took before any turn."""
    return pace_per_day(work.turns, len(work.expected))[working]


class Flow:
    """Drawn arrivals of one type of work of some teams, and what enters the queue on each working day.

    The teams have the same working days, waits, promises and `buckets_of`; the runs of one stand beside those
    of the next. `pace` has a column per team.
    """

    def __init__(self, works: Sequence[Work], working: Ints, drawn: Sequence[Draws]) -> None:
        of_all, runs = works[0], len(drawn[0].mean)
        self._runs = runs
        later = promise_per_day(of_all.turns, len(of_all.expected))[working]
        shifts, promise_of = np.unique(later, return_inverse=True)
        waits = [later_promise(of_all.waits, int(shift)) for shift in shifts] or [of_all.waits]
        self.buckets = buckets_of(of_all, working)
        self.pace = np.stack([pace_on(work, working) for work in works], axis=1)
        self._works = works
        self._working = working
        self._expected = [np.concatenate([[0.0], np.cumsum(work.expected)]) for work in works]
        self._draws = drawn
        self._first = np.stack([own.first for own in drawn])
        self._shares = Shares(waits, promise_of, self.buckets)
        before = self._shares.before
        self._arrivals, hours = np.zeros((2, before + len(working), runs * len(drawn)), np.float32)
        for place, own in enumerate(drawn):
            columns = slice(place * runs, (place + 1) * runs)
            self._arrivals[before:, columns] = own.counts
            own.hours(hours[before:, columns])
        self._cases = _Products(self._arrivals, before + 1, self.buckets + 1, runs)
        self._hours = _Products(hours, before + 1, self.buckets, runs)
        self._opening = _beside([opening(work.open_now, self.buckets) for work in works])
        self._done = _beside([np.zeros(0) if work.finished is None else work.finished for work in works])

    def at_first(self) -> tuple[Runs, Runs, Runs]:
        """Cases open before any day, those of them past due, and the hours of those that wait for nobody."""
        opened = [work.open_now for work in self._works]
        counts = [(cases.sum(), cases[:, :1].sum(), cases[:1].sum()) for cases in opened]
        open_now, late, ready = np.repeat(np.array(counts, np.float32).T, self._runs, axis=1)
        return open_now, late, ready * self._first.ravel()

    def entering(self, day: int) -> tuple[Runs, Runs]:
        """Cases entering on a working day, and their hours; the next call writes over both.

        Cases per bucket, and in a last row those still waiting for others at the end of the day: shape
        (buckets + 1, runs); hours per bucket.
        """
        rows = self._shares.of_day(day)
        cases = self._cases.of(rows[: self.buckets + 1], day)
        hours = self._hours.of(rows[: self.buckets], day)
        if day < len(self._opening):
            opened = self._opening[day, : self.buckets + 1, :, None]
            self._by_team(cases)[:] += opened
            self._by_team(hours)[:] += opened[:-1] * self._first
        if np.any(self.pace[day] != 1):
            self._by_team(hours)[:] *= self.pace[day, :, None].astype(np.float32)
        return cases, hours

    def told(self, first: int, last: int) -> Runs:
        """What no hours change of the working days `first` to `last` of a week: six rows.

        Cases due, cases missed while waiting for others and the variance of those over the days; cases
        waiting past due at the end of the last, the variances of all those waiting and of those past due.
        """
        arrived = self._arrivals[first : last + self._shares.before + 1]
        rows = self._shares.of_week(first, last)
        found = _Products(arrived, len(arrived), len(rows), self._runs).of(rows, 0)
        of_teams = self._by_team(found)
        if first < len(self._opening):
            opened = self._opening[first : last + 1, self.buckets :, :, None]
            of_teams[: len(DURING)] += opened[:, DURING].sum(axis=0)
            if last < len(self._opening):
                of_teams[len(DURING) :] += opened[-1, AT_END]
        if first < len(self._done):
            of_teams[0] += self._done[first : last + 1, :, None].sum(axis=0)
        return found

    def since(self, day: int) -> Runs:
        """Cases that came on the days off up to and with simulated day `day`, since the last working day.

        Of days off that go on beyond it, the part expected by then.
        """
        place = int(np.searchsorted(self._working, day, side="right"))
        ends = int(self._working[place]) if place < len(self._working) else len(self._expected[0]) - 1
        start = int(self._working[place - 1]) + 1 if place else 0
        came = []
        for expected, drawn in zip(self._expected, self._draws, strict=True):
            every = expected[ends] - expected[start]
            part = (expected[day + 1] - expected[start]) / every if every > 0 else 0.0
            came.append(drawn.off_before(place) * np.float32(part))
        return np.concatenate(came)

    def _by_team(self, found: Runs) -> Runs:
        """A view of rows with a run of each team per column: (rows, teams, runs)."""
        return found.reshape(len(found), -1, self._runs)


def _beside(of_teams: Sequence[Floats | Runs]) -> Floats | Runs:
    """Numbers of several teams by day and by whatever else, the teams last; 0 after the days of one."""
    days = max(len(own) for own in of_teams)
    beside = np.zeros((days, *of_teams[0].shape[1:], len(of_teams)), of_teams[0].dtype)
    for place, own in enumerate(of_teams):
        beside[: len(own), ..., place] = own
    return beside


class _Products:
    """Shares of the arrivals of `width` days up to a day, for each day; `many` rows of shares at the most.

    In pieces so small that BLAS starts no threads: they cost more than they save. All pieces are one call,
    in which other threads can run; each holds runs of one team, `runs` of them at most, so that a team's
    numbers are the same to the last bit beside others as alone. An answer is written over by the next.
    """

    def __init__(self, columns: Runs, width: int, many: int, runs: int) -> None:
        days = len(columns)
        most = max(_SMALL_PRODUCT // (many * width), 1)
        parts = next(parts for parts in range(max(-(-runs // most), 1), runs + 1) if runs % parts == 0)
        pieces = columns.shape[1] // runs * parts
        row, run = columns.strides
        shape = (days - width + 1, pieces, width, runs // parts)
        self._windows = as_strided(columns, shape, (row, runs // parts * run, row, run), writeable=False)
        self._found = np.empty((many, columns.shape[1]), np.float32)
        self._places = self._found.reshape(many, pieces, -1).transpose(1, 0, 2)

    def of(self, rows: Runs, day: int) -> Runs:
        """`rows` times the arrivals of the days up to `day`."""
        np.matmul(rows, self._windows[day], out=self._places)
        return self._found
