"""What becomes of a type of work on each day, as shares of the arrivals of the days before.

A case waits for others some working days and is due some working days after it came, both by fixed shares;
so what a day brings is a matrix of shares times the arrivals of the last days.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.backlog_plan import Ints
from analysis.staffing import Floats, Runs

_PASSING, _DUE, _MISSED, _LATE, _UNEVEN, _UNEVEN_MISSED, _UNEVEN_LATE = range(7)
"""Rows below those of the buckets, see `_rows`."""
DURING = (_DUE, _MISSED, _UNEVEN_MISSED)
AT_END = (_LATE, _UNEVEN, _UNEVEN_LATE)


class Shares:
    """Matrices of shares by day; `waits` by promise, and for each working day the promise of its arrivals.

    `before` is the number of working days before a day whose arrivals can still matter on it.
    """

    def __init__(self, waits: Sequence[Floats], promise_of: Ints, buckets: int) -> None:
        self.before = max(len(waits[0]), *(shares.shape[1] for shares in waits)) - 1
        self._buckets = buckets
        self._promise_of = np.concatenate([np.zeros(self.before, np.int64), promise_of])
        self._each = np.stack([_rows(shares, buckets, self.before + 1) for shares in waits])
        self._mixed: dict[bytes, Runs] = {}
        self._weeks: dict[tuple[int, bytes], Runs] = {}

    def of_day(self, day: int) -> Runs:
        """The rows of `_rows` for a working day; each day's arrivals keep the promise they came under."""
        if len(self._each) == 1:
            return np.asarray(self._each[0])
        promises = self._promise_of[day : day + self.before + 1]
        key = promises.tobytes()
        rows = self._mixed.get(key)
        if rows is None:
            mixed = self._each[promises, :, np.arange(self.before + 1)].T
            rows = self._mixed[key] = np.ascontiguousarray(mixed)
        return rows

    def of_week(self, first: int, last: int) -> Runs:
        """Rows told of a week with the working days `first` to `last`, over the arrivals up to its last day.

        Three sums over its days (`DURING`), then three of its last day (`AT_END`).
        """
        alike = len(self._each) == 1
        promises = b"" if alike else self._promise_of[first : last + self.before + 1].tobytes()
        key = (last - first, promises)
        rows = self._weeks.get(key)
        if rows is None:
            rows = np.zeros((len(DURING) + len(AT_END), last - first + self.before + 1), np.float32)
            for day in range(first, last + 1):
                told = self.of_day(day)[self._buckets :]
                rows[: len(DURING), day - first : day - first + self.before + 1] += told[list(DURING)]
            rows[len(DURING) :, last - first :] = told[list(AT_END)]
            self._weeks[key] = rows
        return rows


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


def opening(open_now: Floats, buckets: int) -> Runs:
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
