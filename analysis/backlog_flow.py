"""What enters the queue of a team each working day: arrivals of one type of work, their hours and due days.

Arrivals are Poisson, or negative binomial where days vary more, around a forecast whose level errs; the hours
of n cases are gamma with the spread of one case. A day's cases enter the queue over the following days, as
the waits on others end: sums of the last days' arrivals with fixed shares, so one small matrix product a day.
"""

from __future__ import annotations

from threading import Lock

import numpy as np
from cachetools import LRUCache

from analysis.backlog_plan import Ints, Work
from analysis.staffing import Floats, Runs
from analysis.work_turns import kept_per_day, later_promise, pace_per_day, promise_per_day

_LEVEL, _ARRIVALS, _MINUTES, _KEPT = 1, 2, 3, 4  # streams of random numbers, apart so that plans compare
_COMMON = 6  # the stream all teams share
ROWS = 6
"""What is told of a working day beside the cases entering each bucket, see `_rows`."""
_SMALL_PRODUCT = 200_000  # multiplications; OpenBLAS starts threads from 262,144 on
_FEWEST_EXPECTED = 1e-6  # cases a day; below it the gamma overflows, and next to none come either way
_NEWEST: LRUCache[object, tuple[tuple[Runs, Runs, Runs, Runs], object]] = LRUCache(6)
_LOCK = Lock()
_NO_SPREAD = 1e-3  # below it the shape of the gamma overflows and cases take alike long


class Flow:
    """Arrivals of one type of work in all runs, and what of them enters the queue on each working day."""

    def __init__(
        self, work: Work, working: Ints, runs: int, seed: tuple[int, ...], common: tuple[int, ...]
    ) -> None:
        later = promise_per_day(work.turns, len(work.expected))[working]
        shifts, self.shift_of = np.unique(later, return_inverse=True)
        waits = [later_promise(work.waits, int(shift)) for shift in shifts] or [work.waits]
        lags, promises = len(work.waits), max(shares.shape[1] for shares in waits)
        ahead = work.open_now.shape[1]
        self.buckets = max(promises + 1, ahead, 2)
        self.before = max(lags, promises) - 1
        self.working = working
        self.expected = np.concatenate([[0.0], np.cumsum(work.expected)])
        self.on_days_off, arrived, hours, first = _drawn(work, working, runs, seed, common)
        head = np.zeros((self.before, runs), np.float32)
        self.arrivals = np.concatenate([head, arrived])
        self.hours = np.concatenate([head, hours])
        self.first_hours = first
        self.shift_of = np.concatenate([np.zeros(self.before, np.int64), self.shift_of])
        self.rows = np.stack([_rows(shares, self.buckets, self.before + 1) for shares in waits])
        self.pace: list[float] = pace_per_day(work.turns, len(work.expected))[working].tolist()
        self.opening = _opening(work.open_now, self.buckets)
        self.done = np.zeros(0) if work.finished is None else work.finished

    def entering(self, day: int) -> tuple[Runs, Runs]:
        """Cases entering per bucket, then the rows of `_rows` below the buckets; and their hours."""
        window = slice(day, day + self.before + 1)
        # Each day's arrivals keep the promise they came under.
        rows = self.rows[self.shift_of[window], :, np.arange(self.before + 1)].T
        cases = _product(rows, self.arrivals[window])
        hours = _product(rows[: self.buckets], self.hours[window])
        if day < len(self.opening):
            now = self.opening[day][:, None]
            cases += now
            hours += now[: self.buckets] * self.first_hours
        if self.pace[day] != 1:
            hours *= self.pace[day]
        return cases, hours

    def since(self, day: int) -> Runs:
        """Cases that came on the days off up to and with simulated day `day`, since the last working day.

        Of days off that go on beyond it, the part expected by then.
        """
        place = int(np.searchsorted(self.working, day, side="right"))
        ends = int(self.working[place]) if place < len(self.working) else len(self.expected) - 1
        start = int(self.working[place - 1]) + 1 if place else 0
        every = self.expected[ends] - self.expected[start]
        part = (self.expected[day + 1] - self.expected[start]) / every if every > 0 else 0.0
        return np.asarray(self.on_days_off[place] * np.float32(part))

    def finished(self, day: int) -> float:
        """Cases due today that were done before the first day."""
        return float(self.done[day]) if day < len(self.done) else 0.0


def _drawn(
    work: Work, working: Ints, runs: int, seed: tuple[int, ...], common: tuple[int, ...]
) -> tuple[Runs, Runs, Runs, Runs]:
    """Cases of the days off, of each working day with the days off before it, their hours, and of the first.

    The newest draws are kept: a change of people, pace or promise meets the same cases.
    """
    arrays = (work.expected, work.level_error, work.common_error)
    kept = tuple((turn.day, turn.kept) for turn in work.turns if turn.kept < 1)
    own = (work.hours, work.hours_error, work.spread, work.dispersion, work.cases_open, kept)
    key = (*map(id, arrays), own, working.tobytes(), runs, seed, common)
    with _LOCK:
        if key in _NEWEST:
            return _NEWEST[key][0]
    off, on_days = _arrivals(work, working, runs, seed, common)
    arrived = off[:-1] + on_days
    found = (off, arrived, *_hours_of(work, arrived, seed))
    with _LOCK:
        _NEWEST[key] = (found, arrays)  # the arrays too: an id is theirs only while they live
    return found


def _arrivals(
    work: Work, working: Ints, runs: int, seed: tuple[int, ...], common: tuple[int, ...]
) -> tuple[Runs, Runs]:
    """Cases arriving on the days off before each working day and after the last, and on each working day.

    Shapes (working days + 1, runs) and (working days, runs).
    """
    days = len(work.expected)
    ends = np.append(working, days - 1)
    levels, step_of = _level(work, runs, _stream(seed, _LEVEL), _stream(common, _COMMON))
    random = _stream(seed, _ARRIVALS)
    total = np.concatenate([[0.0], np.cumsum(work.expected)])
    off = total[np.append(working, days)] - total[np.concatenate([[0], working + 1])]
    means = np.stack([off, np.append(work.expected[working], 0.0)])
    kept = kept_per_day(work.turns, days)[ends]
    drawn = np.zeros((2, len(ends), runs), np.float32)
    for kind, day in zip(*np.nonzero(means > 0), strict=True):
        mean = levels[step_of[ends[day]]] * means[kind, day]
        shape = means[kind, day] / max(work.dispersion - 1, 1e-9)
        if work.dispersion > 1 and shape > _FEWEST_EXPECTED:
            mean = mean * (random.standard_gamma(shape, runs, dtype=np.float32) / shape)
        drawn[kind, day] = random.poisson(mean, runs)
    random = _stream(seed, _KEPT)
    for day in np.flatnonzero(kept < 1):
        drawn[:, day] = random.binomial(drawn[:, day].astype(np.int64), kept[day])
    return drawn[0], drawn[1, :-1]


def _level(work: Work, runs: int, own: np.random.Generator, common: np.random.Generator) -> tuple[Runs, Ints]:
    """True level of arrivals ÷ forecast, (steps, runs), and the step each simulated day stands on.

    Lognormal with mean 1 and the stated errors, the own and the common one multiplied: a martingale. The
    error of a later day contains that of an earlier one and adds to it, as in models whose level drifts.
    Steps are drawn on the days the error grows on, working or not, so that teams with other days off err
    alike.
    """
    days = len(work.expected)
    drawn = []
    for error, random in ((work.level_error, own), (work.common_error, common)):
        if error is not None:
            variance = np.log1p(np.maximum.accumulate(error) ** 2)
            drawn.append((variance, np.sqrt(np.diff(variance, prepend=0.0)), random))
    grows = [np.flatnonzero(steps > 0) for _, steps, _ in drawn]
    at = np.unique(np.concatenate([[0], *grows])).astype(np.int64)
    levels = np.zeros((len(at), runs), np.float32)
    for variance, steps, random in drawn:
        path = np.zeros_like(levels)
        for place, step in enumerate(steps[at].astype(np.float32) if days else []):
            if step > 0:
                path[place] = step * random.standard_normal(runs, dtype=np.float32)
        levels += np.cumsum(path, axis=0) - (variance[at] / 2).astype(np.float32)[:, None]
    return np.exp(levels), np.searchsorted(at, np.arange(days), side="right") - 1


def _hours_of(work: Work, arrived: Runs, seed: tuple[int, ...]) -> tuple[Runs, Runs]:
    """Hours of each day's arrivals, and mean hours of the cases open at the beginning, per run."""
    random = _stream(seed, _MINUTES)
    runs = arrived.shape[1]
    mean = work.hours * np.maximum(1 + work.hours_error * random.standard_normal(runs), 0.05)
    at_first = work.cases_open
    if work.spread < _NO_SPREAD or not arrived.size:
        return np.asarray(arrived * mean, np.float32), np.asarray(mean, np.float32)
    shape = 1 / work.spread**2
    first = random.standard_gamma(max(at_first, 1.0) * shape, runs) / (max(at_first, 1.0) * shape)
    # The sum of n gamma variates of one scale is gamma with n times the shape.
    drawn = random.standard_gamma(arrived * np.float32(shape), dtype=np.float32)
    return np.asarray(drawn * (mean / shape), np.float32), np.asarray(mean * first, np.float32)


def _stream(seed: tuple[int, ...], kind: int) -> np.random.Generator:
    """SFC64: passes the same tests as numpy's default and draws a fifth faster."""
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence([*seed, kind])))


def _product(rows: Runs, columns: Runs) -> Runs:
    """`rows @ columns`, in pieces so small that BLAS starts no threads: they cost more than they save."""
    found = np.empty((rows.shape[0], columns.shape[1]), np.float32)
    step = max(_SMALL_PRODUCT // max(rows.size, 1), 1)
    for start in range(0, columns.shape[1], step):
        piece = slice(start, start + step)
        np.matmul(rows, columns[:, piece], out=found[:, piece])
    return found


def _rows(waits: Floats, buckets: int, window: int) -> Runs:
    """Shares of the arrivals of the last `window` working days, oldest first, by what becomes of them today.

    Rows: into each bucket of the queue, due today, missed today while still waiting, waiting past due at
    the end of the day; and, because each case waits by itself, the variances of the number waiting then, of
    those missed today while waiting, and of those waiting past due.
    """
    rows = np.zeros((buckets + ROWS, window))
    still = 1 - np.cumsum(np.concatenate([waits.sum(axis=1), np.zeros(window)]))[:window]
    rows[buckets + 3, :] = np.maximum(still * (1 - still), 0.0)[::-1]
    for (wait, promise), share in np.ndenumerate(waits):
        rows[max(promise - wait + 1, 0), window - 1 - wait] += share
        rows[buckets, window - 1 - promise] += share
        if wait > promise:
            rows[buckets + 1, window - 1 - promise] += share
            rows[buckets + 2, window - wait : window - promise] += share
    due, missed = rows[buckets], rows[buckets + 1]
    rows[buckets + 4] = missed - np.divide(missed**2, due, out=np.zeros(window), where=due > 0)
    rows[buckets + 5] = np.maximum(rows[buckets + 2] - rows[buckets + 2] ** 2, 0.0)
    return rows.astype(np.float32)


def _opening(open_now: Floats, buckets: int) -> Runs:
    """As `_rows`, in cases per working day, for what is open at the beginning."""
    days = max(open_now.shape)
    rows = np.zeros((days, buckets + ROWS))
    for place, promised in enumerate(open_now.T):
        if promised.sum() > 0:
            still = 1 - np.cumsum(promised) / promised.sum()
            uneven = promised.sum() * np.maximum(still * (1 - still), 0.0)
            rows[: len(still), buckets + 3] += uneven
            rows[max(place - 1, 0) : len(still), buckets + 5] += uneven[max(place - 1, 0) :]
    for (wait, place), cases in np.ndenumerate(open_now):
        promise = place - 1
        rows[wait, max(promise - wait + 1, 0)] += cases
        if promise >= 0:
            rows[promise, buckets] += cases
        if wait > promise:
            if promise >= 0:
                rows[promise, buckets + 1] += cases
            rows[max(promise, 0) : wait, buckets + 2] += cases
    due, missed = rows[:, buckets], rows[:, buckets + 1]
    rows[:, buckets + 4] = missed - np.divide(missed**2, due, out=np.zeros(days), where=due > 0)
    return rows.astype(np.float32)
