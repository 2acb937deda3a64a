"""Random numbers of one type of work: the cases that arrive in each future, and the hours they take.

Arrivals are Poisson, or negative binomial where days vary more, around a forecast whose level errs; the hours
of n cases are gamma with the spread of one case. The newest draws are kept small: a change of people, pace
or promise meets the same cases, and cases that no longer arrive are taken out of them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from threading import Lock
from typing import Final

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from analysis.backlog_plan import Ints, Work
from analysis.staffing import Runs
from analysis.work_turns import kept_per_day

Counts = NDArray[np.unsignedinteger]
_LEVEL, _ARRIVALS, _MINUTES, _KEPT = 1, 2, 3, 4  # streams of random numbers, apart so that plans compare
_COMMON = 6  # the stream all teams share
_FEWEST_EXPECTED = 1e-6  # cases a day; below it the gamma overflows, and next to none come either way
_NO_SPREAD = 1e-3  # below it the shape of the gamma overflows and cases take alike long
_PARTS = 2**16 - 1
KEPT_BYTES: Final = 64 * 2**20
"""Memory for the newest draws: those of some fifteen teams in 2,000 futures of half a year."""


@dataclass(frozen=True)
class Draws:
    """What comes of one type of work by working day and run.

    `counts` of cases, those of the days off before a day with it. `off_at` are the working days after days
    off on which cases come, with the number of working days for what follows the last; `off` those cases.
    `parts` of `unit` hours the cases of a day take, in whole numbers; None where each takes its run's `mean`.
    `first` is the mean of the cases open at the beginning.
    """

    counts: Counts
    off_at: Ints
    off: Counts
    parts: Counts | None
    unit: float
    mean: Runs
    first: Runs

    def hours(self, out: Runs) -> None:
        """Write the hours of each day's cases to `out`, (working days, runs)."""
        if self.parts is None:
            np.multiply(self.counts, self.mean, out=out)
        else:
            np.multiply(self.parts, np.float32(self.unit), out=out)

    def of_first(self, runs: int) -> Draws:
        """Those of the first futures alone."""
        parts = None if self.parts is None else self.parts[:, :runs]
        counts, off = self.counts[:, :runs], self.off[:, :runs]
        return Draws(counts, self.off_at, off, parts, self.unit, self.mean[:runs], self.first[:runs])

    def off_before(self, place: int) -> Runs:
        """Cases of the days off before working day `place`, per run."""
        at = np.flatnonzero(self.off_at == place)
        return np.asarray(self.off[at].sum(axis=0, dtype=np.float32), np.float32)


_NEWEST: LRUCache[object, tuple[Draws, object]] = LRUCache(KEPT_BYTES, getsizeof=lambda kept: _bytes(kept[0]))
_LOCK = Lock()


def draws_of(
    work: Work,
    working: Ints,
    runs: int,
    seed: tuple[int, ...],
    common: tuple[int, ...],
    first: int | None = None,
) -> Draws:
    """The cases of a type of work on the working days and their hours; `first`: in so many of the runs alone.

    One seed gives one answer, whatever is kept; `common` seeds what all teams with this work err by together.
    """
    arrays = (work.expected, work.level_error, work.common_error)
    own = (work.hours, work.hours_error, work.spread, work.dispersion, work.cases_open)
    key = (*map(id, arrays), own, working.tobytes(), runs, seed, common)
    with _LOCK:
        found = _NEWEST[key][0] if key in _NEWEST else None
    if found is None:
        found = _drawn(work, working, runs, seed, common)
        if _bytes(found) <= KEPT_BYTES:
            with _LOCK:
                _NEWEST[key] = (found, arrays)  # the arrays too: an id is theirs only while they live
    found = found if first is None else found.of_first(first)
    kept = kept_per_day(work.turns, len(work.expected))[np.append(working, len(work.expected) - 1)]
    return found if np.all(kept == 1) else _thinned(found, kept, work.spread, seed)


def stream(seed: tuple[int, ...], kind: int) -> np.random.Generator:
    """SFC64: passes the same tests as numpy's default and draws a fifth faster."""
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence([*seed, kind])))


def _drawn(work: Work, working: Ints, runs: int, seed: tuple[int, ...], common: tuple[int, ...]) -> Draws:
    off, counts = _arrivals(work, working, runs, seed, common)
    counts += off[:-1]
    mean, first, hours = _hours_of(work, counts, seed)
    off_at = np.flatnonzero(off.any(axis=1))
    unit, parts = 0.0, None
    if hours is not None:
        unit = float(hours.max(initial=0.0)) / _PARTS or 1.0
        parts = np.rint(hours / np.float32(unit)).astype(np.uint16)
    return Draws(_small(counts), off_at, _small(off[off_at]), parts, unit, mean, first)


def _arrivals(
    work: Work, working: Ints, runs: int, seed: tuple[int, ...], common: tuple[int, ...]
) -> tuple[Runs, Runs]:
    """Cases arriving on the days off before each working day and after the last, and on each working day.

    Shapes (working days + 1, runs) and (working days, runs).
    """
    days = len(work.expected)
    ends = np.append(working, days - 1)
    levels, step_of = _level(work, runs, stream(seed, _LEVEL), stream(common, _COMMON))
    random = stream(seed, _ARRIVALS)
    total = np.concatenate([[0.0], np.cumsum(work.expected)])
    off = total[np.append(working, days)] - total[np.concatenate([[0], working + 1])]
    means = np.stack([off, np.append(work.expected[working], 0.0)])
    drawn = np.zeros((2, len(ends), runs), np.float32)
    for kind, day in zip(*np.nonzero(means > 0), strict=True):
        mean = levels[step_of[ends[day]]] * means[kind, day]
        shape = means[kind, day] / max(work.dispersion - 1, 1e-9)
        if work.dispersion > 1 and shape > _FEWEST_EXPECTED:
            mean = mean * (random.standard_gamma(shape, runs, dtype=np.float32) / shape)
        drawn[kind, day] = random.poisson(mean, runs)
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


def _hours_of(work: Work, arrived: Runs, seed: tuple[int, ...]) -> tuple[Runs, Runs, Runs | None]:
    """Mean hours of a case per run, of the cases open at the beginning, and the hours of each day's arrivals.

    The last is None where every case of a run takes the mean.
    """
    random = stream(seed, _MINUTES)
    runs = arrived.shape[1]
    mean = work.hours * np.maximum(1 + work.hours_error * random.standard_normal(runs), 0.05)
    at_first = work.cases_open
    if work.spread < _NO_SPREAD or not arrived.size:
        return mean.astype(np.float32), mean.astype(np.float32), None
    shape = 1 / work.spread**2
    first = random.standard_gamma(max(at_first, 1.0) * shape, runs) / (max(at_first, 1.0) * shape)
    # The sum of n gamma variates of one scale is gamma with n times the shape.
    drawn = random.standard_gamma(arrived * np.float32(shape), dtype=np.float32)
    drawn *= (mean / shape).astype(np.float32)
    return mean.astype(np.float32), (mean * first).astype(np.float32), drawn


def _thinned(found: Draws, kept: NDArray[np.float64], spread: float, seed: tuple[int, ...]) -> Draws:
    """The draws with each case left in with the chance `kept` of its working day; the last is for days after.

    Of a day's hours those stay that the cases left in take: of n alike gamma variates, m have a share of the
    sum that is beta and independent of it (Lukacs 1955, Annals of Mathematical Statistics 26:319-324).
    """
    random = stream(seed, _KEPT)
    counts, off = found.counts.copy(), found.off.copy()
    for place, day in enumerate(found.off_at):
        if kept[day] < 1:
            gone = off[place] - random.binomial(off[place], kept[day]).astype(off.dtype)
            off[place] -= gone
            if day < len(counts):
                counts[day] -= gone
    on_days = found.counts.astype(np.int64)
    for place, day in enumerate(found.off_at[found.off_at < len(counts)]):
        on_days[day] -= found.off[place]
    for day in np.flatnonzero(kept[:-1] < 1):
        counts[day] -= (on_days[day] - random.binomial(on_days[day], kept[day])).astype(counts.dtype)
    if found.parts is None:
        return Draws(counts, found.off_at, off, None, found.unit, found.mean, found.first)
    parts = found.parts.copy()
    fewer = counts < found.counts
    left = counts[fewer].astype(np.float32)
    taken = found.counts[fewer].astype(np.float32) - left
    shape = np.float32(1 / spread**2)
    stay = random.standard_gamma(left * shape, dtype=np.float32)
    whole = stay + random.standard_gamma(taken * shape, dtype=np.float32)
    share = np.divide(stay, whole, out=left / (left + taken), where=whole > 0)
    parts[fewer] = np.rint(parts[fewer] * share).astype(parts.dtype)
    return Draws(counts, found.off_at, off, parts, found.unit, found.mean, found.first)


def _small(counts: Runs) -> Counts:
    """Whole numbers in as few bytes as the largest needs."""
    return counts.astype(np.min_scalar_type(int(counts.max(initial=0))))


def _bytes(draws: Draws) -> int:
    arrays = (getattr(draws, field.name) for field in fields(draws))
    return sum(array.nbytes for array in arrays if isinstance(array, np.ndarray))
