"""Which open cases could pass to whom, so that the people of a team are loaded more evenly.

Greedy descent: of all single cases that may pass to someone allowed to take them, the one whose passing
lowers the spread most is suggested, and so on while one does. The spread is Gini's coefficient of hours of
work per hour available, which by the principle of transfers falls whenever load passes from one who has more
to one who then still has no more (Dalton, "The measurement of the inequality of incomes", Economic Journal
30, 1920).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.inequality import gini

Floats = NDArray[np.float64]

LEAST_GAIN: Final = 1e-9


@dataclass(frozen=True)
class Lot:
    """Alike open cases of one person: who has them, hours of work each, how many, and who may take them.

    People are places in the list of the team; the holder among `takers` is ignored.
    """

    holder: int
    hours: float
    cases: int
    takers: frozenset[int]


@dataclass(frozen=True)
class Move:
    """So many cases of a lot (its place in the list) to one person."""

    lot: int
    taker: int
    cases: int


@dataclass(frozen=True)
class Evened:
    """Suggested moves, each person's hours of work per hour available before and after, and the spread.

    Loads are nan for people without hours; spreads are nan with fewer than two others or without work.
    """

    moves: tuple[Move, ...]
    before: Floats
    after: Floats
    spread_before: float
    spread_after: float


def even_out(lots: Sequence[Lot], available: ArrayLike, most: int = 20) -> Evened:
    """At most `most` cases to pass on, among people with `available` hours each.

    The spread never rises, a case passes once at most, and only to one of its lot's takers with hours. People
    without hours neither give nor take and are left out of the spread.

    Raises ValueError for negative hours or cases, and for people who are not in the list.
    """
    hours = np.asarray(available, np.float64)
    _check(lots, hours)
    work = np.zeros(hours.size)
    for lot in lots:
        work[lot.holder] += lot.hours * lot.cases
    there = np.flatnonzero(hours > 0)
    before = np.divide(work, hours, out=np.full(hours.size, np.nan), where=hours > 0)
    start = spread(before[there])
    left = np.array([lot.cases for lot in lots], np.int64)
    ways = [
        (place, taker)
        for place, lot in enumerate(lots)
        for taker in sorted(lot.takers - {lot.holder})
        if hours[lot.holder] > 0 and hours[taker] > 0 and lot.hours > 0
    ]
    load, now = before.copy(), start
    passed: dict[tuple[int, int], int] = {}
    while ways and np.isfinite(now) and sum(passed.values()) < most:
        open_ways = [way for way in ways if left[way[0]] > 0]
        if not open_ways:
            break
        tried = np.repeat(load[None, :], len(open_ways), axis=0)
        rows = np.arange(len(open_ways))
        holders = np.array([lots[place].holder for place, _ in open_ways])
        takers = np.array([taker for _, taker in open_ways])
        each = np.array([lots[place].hours for place, _ in open_ways])
        tried[rows, holders] -= each / hours[holders]
        tried[rows, takers] += each / hours[takers]
        # A sum of hours taken off one by one can end a hair below nothing.
        spreads = _spreads(np.maximum(tried[:, there], 0.0))
        best = int(np.argmin(spreads))
        if not spreads[best] < now - LEAST_GAIN:
            break
        load, now = (
            np.where(np.isnan(tried[best]), np.nan, np.maximum(tried[best], 0.0)),
            float(spreads[best]),
        )
        left[open_ways[best][0]] -= 1
        passed[open_ways[best]] = passed.get(open_ways[best], 0) + 1
    moves = tuple(Move(lot, taker, cases) for (lot, taker), cases in passed.items())
    return Evened(moves, before, load, start, now)


def spread(loads: Floats) -> float:
    """Gini's coefficient with the correction for few; nan for fewer than two, or where nobody has any."""
    return gini(loads) if loads.size > 1 else float("nan")


def spread_interval(loads: ArrayLike, runs: int = 2000, seed: int = 1) -> tuple[float, float]:
    """The 95 % interval of the spread by drawing the people again (percentile bootstrap).

    (nan, nan) for fewer than five people, where the draws say nothing. Efron & Tibshirani, An Introduction to
    the Bootstrap (1993), 13.3.
    """
    known = np.asarray(loads, np.float64)
    if known.size < 5 or known.sum() <= 0:
        return float("nan"), float("nan")
    drawn = np.random.default_rng(seed).integers(0, known.size, (runs, known.size))
    spreads = _spreads(known[drawn])
    low, high = np.nanquantile(spreads, [0.025, 0.975])
    return float(low), float(high)


def _spreads(loads: Floats) -> Floats:
    """`spread` of every row at once."""
    n = loads.shape[1]
    ordered = np.sort(loads, axis=1)
    apart = ordered @ (2.0 * np.arange(n) - (n - 1)) / (n - 1)
    whole = ordered.sum(axis=1)
    return np.divide(apart, whole, out=np.full(whole.size, np.nan), where=whole > 0)


def _check(lots: Sequence[Lot], hours: Floats) -> None:
    if (hours < 0).any() or not np.isfinite(hours).all():
        raise ValueError("hours available are not below 0")
    for lot in lots:
        if lot.hours < 0 or lot.cases < 0:
            raise ValueError("neither hours nor cases of a lot are below 0")
        if not all(0 <= person < hours.size for person in (lot.holder, *lot.takers)):
            raise ValueError("a lot names somebody who is not in the team")
