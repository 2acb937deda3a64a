"""What enters the queue of a team each working day: cases of one type of work, their hours and due days.

A day's cases enter the queue over the following days, as the waits on others end: sums of the last days'
arrivals with fixed shares, so one small matrix product a day. What no hours change is summed by week.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import as_strided

from analysis.backlog_draws import Draws
from analysis.backlog_plan import Ints, Work
from analysis.backlog_shares import AT_END, DURING, Shares, opening
from analysis.staffing import Runs
from analysis.work_turns import later_promise, pace_per_day, promise_per_day

_SMALL_PRODUCT = 250_000  # multiplications; OpenBLAS starts threads from 262,144 on


class Flow:
    """Drawn arrivals of one type of work, and what of them enters the queue on each working day.

    `buckets` is the number of those the queue needs: past due, due today, due in one working day and so on.
    """

    def __init__(self, work: Work, working: Ints, drawn: Draws) -> None:
        later = promise_per_day(work.turns, len(work.expected))[working]
        shifts, promise_of = np.unique(later, return_inverse=True)
        waits = [later_promise(work.waits, int(shift)) for shift in shifts] or [work.waits]
        self.buckets = max(*(shares.shape[1] + 1 for shares in waits), work.open_now.shape[1], 2)
        self.pace = pace_per_day(work.turns, len(work.expected))[working]
        self._working = working
        self._expected = np.concatenate([[0.0], np.cumsum(work.expected)])
        self._draws = drawn
        self._shares = Shares(waits, promise_of, self.buckets)
        before = self._shares.before
        self._arrivals, hours = np.zeros((2, before + len(working), len(drawn.mean)), np.float32)
        self._arrivals[before:] = drawn.counts
        drawn.hours(hours[before:])
        self._cases = _Products(self._arrivals, before + 1, self.buckets + 1)
        self._hours = _Products(hours, before + 1, self.buckets)
        self._opening = opening(work.open_now, self.buckets)
        self._done = np.zeros(0) if work.finished is None else work.finished

    def entering(self, day: int) -> tuple[Runs, Runs]:
        """Cases entering on a working day, and their hours; the next call writes over both.

        Cases per bucket, and in a last row those still waiting for others at the end of the day: shape
        (buckets + 1, runs); hours per bucket.
        """
        rows = self._shares.of_day(day)
        cases = self._cases.of(rows[: self.buckets + 1], day)
        hours = self._hours.of(rows[: self.buckets], day)
        if day < len(self._opening):
            opened = self._opening[day, : self.buckets + 1, None]
            cases += opened
            hours += opened[:-1] * self._draws.first
        if self.pace[day] != 1:
            hours *= np.float32(self.pace[day])
        return cases, hours

    def told(self, first: int, last: int) -> Runs:
        """What no hours change of the working days `first` to `last` of a week: six rows.

        Cases due, cases missed while waiting for others and the variance of those over the days; cases
        waiting past due at the end of the last, the variances of all those waiting and of those past due.
        """
        arrived = self._arrivals[first : last + self._shares.before + 1]
        rows = self._shares.of_week(first, last)
        found = _Products(arrived, len(arrived), len(rows)).of(rows, 0)
        if first < len(self._opening):
            opened = self._opening[first : last + 1, self.buckets :]
            found[: len(DURING)] += opened[:, DURING].sum(axis=0)[:, None]
            if last < len(self._opening):
                found[len(DURING) :] += opened[-1, AT_END][:, None]
        if first < len(self._done):
            found[0] += self._done[first : last + 1].sum()
        return found

    def since(self, day: int) -> Runs:
        """Cases that came on the days off up to and with simulated day `day`, since the last working day.

        Of days off that go on beyond it, the part expected by then.
        """
        place = int(np.searchsorted(self._working, day, side="right"))
        ends = int(self._working[place]) if place < len(self._working) else len(self._expected) - 1
        start = int(self._working[place - 1]) + 1 if place else 0
        every = self._expected[ends] - self._expected[start]
        part = (self._expected[day + 1] - self._expected[start]) / every if every > 0 else 0.0
        return np.asarray(self._draws.off_before(place) * np.float32(part))


class _Products:
    """Shares of the arrivals of `width` days up to a day, for each day; `many` rows of shares at the most.

    In pieces so small that BLAS starts no threads: they cost more than they save. All pieces are one call,
    in which other threads can run. An answer is written over by the next.
    """

    def __init__(self, columns: Runs, width: int, many: int) -> None:
        days, runs = columns.shape
        most = max(_SMALL_PRODUCT // (many * width), 1)
        pieces = next(parts for parts in range(max(-(-runs // most), 1), runs + 1) if runs % parts == 0)
        row, run = columns.strides
        shape = (days - width + 1, pieces, width, runs // pieces)
        self._windows = as_strided(columns, shape, (row, runs // pieces * run, row, run), writeable=False)
        self._found = np.empty((many, runs), np.float32)
        self._places = self._found.reshape(many, pieces, -1).transpose(1, 0, 2)

    def of(self, rows: Runs, day: int) -> Runs:
        """`rows` times the arrivals of the days up to `day`."""
        np.matmul(rows, self._windows[day], out=self._places)
        return self._found
