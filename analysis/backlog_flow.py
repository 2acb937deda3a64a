"""What enters the queue of a team each working day: cases of one type of work, their hours and due days.

A day's cases enter the queue over the following days, as the waits on others end: sums of the last days'
arrivals with fixed shares, so one small matrix product a day. What no hours change is summed by week.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import as_strided

from analysis.backlog_draws import draws_of
from analysis.backlog_plan import Ints, Work
from analysis.staffing import Floats, Runs
from analysis.work_turns import later_promise, pace_per_day, promise_per_day

_PASSING, _DUE, _MISSED, _LATE, _UNEVEN, _UNEVEN_MISSED, _UNEVEN_LATE = range(7)
"""Rows below those of the buckets, see `_rows`."""
_DURING = [_DUE, _MISSED, _UNEVEN_MISSED]
_AT_END = [_LATE, _UNEVEN, _UNEVEN_LATE]
_SMALL_PRODUCT = 250_000  # multiplications; OpenBLAS starts threads from 262,144 on


class Flow:
    """Arrivals of one type of work in all runs, and what of them enters the queue on each working day.

    `buckets` is the number of those the queue needs: past due, due today, due in one working day and so on.
    """

    def __init__(
        self, work: Work, working: Ints, runs: int, seed: tuple[int, ...], common: tuple[int, ...]
    ) -> None:
        later = promise_per_day(work.turns, len(work.expected))[working]
        shifts, shift_of = np.unique(later, return_inverse=True)
        waits = [later_promise(work.waits, int(shift)) for shift in shifts] or [work.waits]
        lags, promises = len(work.waits), max(shares.shape[1] for shares in waits)
        self.buckets = max(promises + 1, work.open_now.shape[1], 2)
        self.pace = pace_per_day(work.turns, len(work.expected))[working]
        self._before = max(lags, promises) - 1
        self._working = working
        self._expected = np.concatenate([[0.0], np.cumsum(work.expected)])
        self._draws = draws_of(work, working, runs, seed, common)
        self._arrivals, self._hours = np.zeros((2, self._before + len(working), runs), np.float32)
        self._arrivals[self._before :] = self._draws.counts
        self._draws.hours(self._hours[self._before :])
        self._shift_of = np.concatenate([np.zeros(self._before, np.int8), shift_of.astype(np.int8)])
        self._rows = np.stack([_rows(shares, self.buckets, self._before + 1) for shares in waits])
        self._room = np.empty((2, 0, self.buckets + 1, runs), np.float32)
        self._of_day: dict[bytes, Runs] = {}
        self._of_week: dict[bytes, Runs] = {}
        self._opening = _opening(work.open_now, self.buckets)
        self._done = np.zeros(0) if work.finished is None else work.finished

    def entering(self, first: int, last: int) -> tuple[Runs, Runs]:
        """Cases entering on the working days `first` to `last` of a week, and their hours.

        Cases per bucket, and in a last row those still waiting for others at the end of the day: shape
        (days, buckets + 1, runs); hours per bucket. The next call writes over both.
        """
        days = range(first, last + 1)
        rows = np.stack([self._rows_of(day)[: self.buckets + 1] for day in days])
        window = slice(first, last + self._before + 1)
        if self._room.shape[1] < len(days):
            self._room = np.empty((2, len(days), *self._room.shape[2:]), np.float32)
        cases, hours = self._room[:, : len(days)]
        hours = hours[:, :-1]
        _products(rows, self._arrivals[window], cases)
        _products(rows[:, :-1], self._hours[window], hours)
        opened = self._opening[first : last + 1, : self.buckets + 1, None]
        if len(opened):
            cases[: len(opened)] += opened
            hours[: len(opened)] += opened[:, : self.buckets] * self._draws.first
        pace = self.pace[first : last + 1]
        if np.any(pace != 1):
            hours *= pace.astype(np.float32)[:, None, None]
        return cases, hours

    def told(self, first: int, last: int) -> Runs:
        """What no hours change of the working days `first` to `last` of a week: six rows.

        Cases due, cases missed while waiting for others and the variance of those over the days; cases
        waiting past due at the end of the last, the variances of all those waiting and of those past due.
        """
        window = slice(first, last + self._before + 1)
        key = self._shift_of[window].tobytes()
        rows = self._of_week.get(key)
        if rows is None:
            rows = np.zeros((6, window.stop - first), np.float32)
            for day in range(first, last + 1):
                of_day = self._rows_of(day)[self.buckets :]
                rows[:3, day - first : day - first + self._before + 1] += of_day[_DURING]
            rows[3:, last - first :] = of_day[_AT_END]
            self._of_week[key] = rows
        found = np.empty((6, self._arrivals.shape[1]), np.float32)
        _products(rows[None], self._arrivals[window], found[None])
        opened = self._opening[first : last + 1, self.buckets :]
        found[:3] += opened[:, _DURING].sum(axis=0)[:, None]
        if last < len(self._opening):
            found[3:] += opened[-1, _AT_END][:, None]
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

    def _rows_of(self, day: int) -> Runs:
        """Rows of the matrix of a day; each day's arrivals keep the promise they came under."""
        shifts = self._shift_of[day : day + self._before + 1]
        key = shifts.tobytes()
        rows = self._of_day.get(key)
        if rows is None:
            rows = self._rows[shifts, :, np.arange(self._before + 1)].T
            rows = self._of_day[key] = np.ascontiguousarray(rows)
        return rows


def _products(rows: Runs, columns: Runs, out: Runs) -> None:
    """Write `rows[d] @ columns[d : d + width]` for each d to `out`, shape (d, rows, columns).

    In pieces so small that BLAS starts no threads: they cost more than they save. Days and pieces are one
    call, in which other threads can run.
    """
    days, many, width = rows.shape
    runs = columns.shape[1]
    most = max(_SMALL_PRODUCT // max(many * width, 1), 1)
    pieces = next(parts for parts in range(-(-runs // most), runs + 1) if runs % parts == 0)
    row, run = columns.strides
    cut = (days, pieces, width, runs // pieces)
    windows = as_strided(columns, cut, (row, runs // pieces * run, row, run), writeable=False)
    day, to, run = out.strides
    places = as_strided(out, (days, pieces, many, runs // pieces), (day, runs // pieces * run, to, run))
    np.matmul(rows[:, None], windows, out=places)


def _rows(waits: Floats, buckets: int, window: int) -> Runs:
    """Shares of the arrivals of the last `window` working days, oldest first, by what becomes of them today.

    Rows: into each bucket of the queue, waiting for others at the end of the day, due today, missed today
    while still waiting, waiting past due at the end of the day; and, because each case waits by itself, the
    variances of the number waiting then, of those missed today while waiting, and of those waiting past due.
    """
    rows = np.zeros((buckets + 7, window))
    still = 1 - np.cumsum(np.concatenate([waits.sum(axis=1), np.zeros(window)]))[:window]
    told = rows[buckets:]
    told[_PASSING] = np.maximum(still, 0.0)[::-1]
    told[_UNEVEN] = np.maximum(still * (1 - still), 0.0)[::-1]
    for wait, promise in np.argwhere(waits).tolist():
        share = waits[wait, promise]
        rows[max(promise - wait + 1, 0), window - 1 - wait] += share
        told[_DUE, window - 1 - promise] += share
        if wait > promise:
            told[_MISSED, window - 1 - promise] += share
            told[_LATE, window - wait : window - promise] += share
    due, missed = told[_DUE], told[_MISSED]
    told[_UNEVEN_MISSED] = missed - np.divide(missed**2, due, out=np.zeros(window), where=due > 0)
    told[_UNEVEN_LATE] = np.maximum(told[_LATE] - told[_LATE] ** 2, 0.0)
    return rows.astype(np.float32)


def _opening(open_now: Floats, buckets: int) -> Runs:
    """As `_rows`, in cases per working day, for what is open at the beginning."""
    days = max(open_now.shape)
    rows = np.zeros((days, buckets + 7))
    told = rows[:, buckets:]
    waiting = open_now.sum() - np.cumsum(open_now.sum(axis=1))
    told[: len(open_now), _PASSING] = np.maximum(waiting, 0.0)
    for place, promised in enumerate(open_now.T):
        if promised.sum() > 0:
            still = 1 - np.cumsum(promised) / promised.sum()
            uneven = promised.sum() * np.maximum(still * (1 - still), 0.0)
            told[: len(still), _UNEVEN] += uneven
            told[max(place - 1, 0) : len(still), _UNEVEN_LATE] += uneven[max(place - 1, 0) :]
    for wait, place in np.argwhere(open_now).tolist():
        cases, promise = open_now[wait, place], place - 1
        rows[wait, max(promise - wait + 1, 0)] += cases
        if promise >= 0:
            told[promise, _DUE] += cases
        if wait > promise:
            if promise >= 0:
                told[promise, _MISSED] += cases
            told[max(promise, 0) : wait, _LATE] += cases
    due, missed = told[:, _DUE], told[:, _MISSED]
    told[:, _UNEVEN_MISSED] = missed - np.divide(missed**2, due, out=np.zeros(days), where=due > 0)
    return rows.astype(np.float32)
