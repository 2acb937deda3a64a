"""Why a number moved: additive parts of a change, and which dimension explains it best.

Sources: mix and rate effects are the symmetric decomposition of Bennet (1920); the ranking is Bhagwan et al.,
"Adtributor: Revenue Debugging in Advertising Systems", NSDI 2014.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.buckets import midpoint

Floats = NDArray[np.float64]

ENOUGH_EXPLAINED: Final = 0.67
"""Share of the change at which a set of parts is called the explanation (Adtributor's T_EP)."""
WORTH_NAMING: Final = 0.10
"""Least share of the change that makes one part a candidate (Adtributor's T_EEP)."""


class Driver(NamedTuple):
    """One part's share of a change, in the unit of the metric.

    `mix` is from the part's weight, `rate` from its own rate, `total` their sum; for a count there is no mix.
    `earlier` and `later` are the part's own values, nan where the part is absent.
    """

    part: str
    mix: float
    rate: float
    total: float
    earlier: float
    later: float


@dataclass(frozen=True)
class Decomposition:
    """A change from `earlier` to `later` and the drivers that add up to it, in the order of the parts."""

    earlier: float
    later: float
    drivers: tuple[Driver, ...]

    @property
    def change(self) -> float:
        """The later value minus the earlier one."""
        return self.later - self.earlier

    def largest_first(self) -> tuple[Driver, ...]:
        """The drivers by the size of their effect, whatever its sign."""
        return tuple(sorted(self.drivers, key=lambda driver: -abs(driver.total)))


class Breakdown(NamedTuple):
    """A metric by the parts of one dimension in two periods; denominators are None for a count."""

    parts: Sequence[str]
    earlier_numerators: ArrayLike
    later_numerators: ArrayLike
    earlier_denominators: ArrayLike | None = None
    later_denominators: ArrayLike | None = None


class Candidate(NamedTuple):
    """A part that explains a share of the change, and how unexpected its new share of the whole is (nats)."""

    part: str
    explained: float
    surprise: float


class Explanation(NamedTuple):
    """The parts of one dimension that explain a change; `enough` when they reach two thirds of it."""

    dimension: str
    candidates: tuple[Candidate, ...]
    explained: float
    surprise: float
    enough: bool


def mix_rate(
    parts: Sequence[str], n0: ArrayLike, d0: ArrayLike, n1: ArrayLike, d1: ArrayLike, per: float = 1.0
) -> Decomposition:
    """Mix and rate effects of each part on a pooled rate (× `per`); they add up to its change exactly.

    mixᵢ = Δwᵢ(r̄ᵢ − R̄), rateᵢ = w̄ᵢΔrᵢ with bars the means of both periods. A part absent in one period takes
    the other period's rate, so its effect is pure mix; events without a denominator count as rate.
    Raises ValueError for unequal lengths or a period without any denominator.
    """
    numerators, denominators = _pairs(parts, n0, n1), _pairs(parts, d0, d1)
    whole = np.array([math.fsum(row) for row in denominators])
    if not (whole > 0).all():
        raise ValueError("a period has no denominator, so its rate is not defined")
    weights = denominators / whole[:, None]
    present = denominators > 0
    own = per * np.divide(numerators, denominators, out=np.zeros_like(numerators), where=present)
    rates = np.where(present, own, own[::-1])
    unplaced = per * np.where(present, 0.0, numerators) / whole[:, None]
    totals = [per * math.fsum(row) / float(base) for row, base in zip(numerators, whole, strict=True)]
    mix = (weights[1] - weights[0]) * (rates.mean(axis=0) - (totals[0] + totals[1]) / 2)
    rate = weights.mean(axis=0) * (rates[1] - rates[0]) + unplaced[1] - unplaced[0]
    shown = np.where(present, own, np.nan)
    drivers = tuple(
        Driver(
            part,
            float(mix[i]),
            float(rate[i]),
            float(mix[i] + rate[i]),
            float(shown[0, i]),
            float(shown[1, i]),
        )
        for i, part in enumerate(parts)
    )
    return _checked(Decomposition(totals[0], totals[1], drivers))


def count_difference(parts: Sequence[str], n0: ArrayLike, n1: ArrayLike) -> Decomposition:
    """The difference of each part of a count; they add up to the change of the total."""
    counts = _pairs(parts, n0, n1)
    drivers = tuple(
        Driver(part, 0.0, float(late - early), float(late - early), float(early), float(late))
        for part, early, late in zip(parts, counts[0], counts[1], strict=True)
    )
    return _checked(Decomposition(math.fsum(counts[0]), math.fsum(counts[1]), drivers))


def quantile_drivers(
    parts: Sequence[str],
    buckets: ArrayLike,
    earlier_counts: ArrayLike,
    later_counts: ArrayLike,
) -> tuple[Decomposition, float]:
    """Drivers of a slower or faster median: mix and rate of the share slower than the earlier median.

    `earlier_counts` and `later_counts` have one row per part and one column per duration bucket. Returns
    the decomposition of that share and the earlier median in hours. A case still open counts in the bucket of
    its age. Raises ValueError when a period is empty or shapes differ.
    """
    numbers = np.asarray(buckets, np.int64)
    early, late = np.asarray(earlier_counts, float), np.asarray(later_counts, float)
    if early.shape != late.shape or early.shape != (len(parts), numbers.size):
        raise ValueError("counts need one row per part and one column per bucket")
    if early.sum() <= 0 or late.sum() <= 0:
        raise ValueError("a period has no cases, so its median is not defined")
    order = np.argsort(numbers)
    reached = np.cumsum(early.sum(axis=0)[order])
    median = numbers[order][np.searchsorted(reached, reached[-1] / 2)]
    slower = numbers > median
    split = mix_rate(
        parts,
        early[:, slower].sum(axis=1),
        early.sum(axis=1),
        late[:, slower].sum(axis=1),
        late.sum(axis=1),
    )
    return split, float(midpoint(median))


def is_mix_shift(decomposition: Decomposition) -> bool:
    """True when the total moved one way and every part of both periods the other (Simpson's paradox)."""
    moves = [
        driver.later - driver.earlier
        for driver in decomposition.drivers
        if not (math.isnan(driver.earlier) or math.isnan(driver.later))
    ]
    return len(moves) >= 2 and all(move * decomposition.change < 0 for move in moves)


def rank_dimensions(breakdowns: Mapping[str, Breakdown]) -> list[Explanation]:
    """Dimensions by how well few parts explain a change, most surprising first (Adtributor).

    Within a dimension parts are taken by surprise, each explaining at least a tenth of the change, until two
    thirds are explained. Dimensions that reach that come first. Surprise is the Jensen–Shannon term between a
    part's earlier and later share; for a rate the sum of the terms of numerator and denominator.
    Empty when nothing changed.
    """
    found = [_explain(dimension, breakdown) for dimension, breakdown in breakdowns.items()]
    explained = [explanation for explanation in found if explanation is not None]
    return sorted(explained, key=lambda e: (not e.enough, -e.surprise, len(e.candidates)))


def _explain(dimension: str, breakdown: Breakdown) -> Explanation | None:
    parts, n0, n1, d0, d1 = breakdown
    surprise = _jensen_shannon(_pairs(parts, n0, n1))
    if d0 is None or d1 is None:
        split = count_difference(parts, n0, n1)
    else:
        split = mix_rate(parts, n0, d0, n1, d1)
        surprise = surprise + _jensen_shannon(_pairs(parts, d0, d1))
    if abs(split.change) <= 1e-12 * max(abs(split.earlier), abs(split.later)):
        return None
    power = np.array([driver.total for driver in split.drivers]) / split.change
    chosen: list[Candidate] = []
    reached = 0.0
    for i in np.argsort(-surprise, kind="stable"):
        if power[i] < WORTH_NAMING:
            continue
        chosen.append(Candidate(parts[i], float(power[i]), float(surprise[i])))
        reached += float(power[i])
        if reached > ENOUGH_EXPLAINED:
            break
    total_surprise = math.fsum(candidate.surprise for candidate in chosen)
    return Explanation(dimension, tuple(chosen), reached, total_surprise, reached > ENOUGH_EXPLAINED)


def _jensen_shannon(amounts: Floats) -> Floats:
    """Each part's term ½(p ln 2p/(p+q) + q ln 2q/(p+q)) between its shares p and q of the two periods."""
    totals = amounts.sum(axis=1, keepdims=True)
    shares = np.divide(amounts, totals, out=np.zeros_like(amounts), where=totals > 0)
    both = shares.sum(axis=0)
    ratio = np.divide(2 * shares, both, out=np.ones_like(shares), where=shares > 0)
    return np.asarray(0.5 * (shares * np.log(ratio)).sum(axis=0))


def _pairs(parts: Sequence[str], earlier: ArrayLike, later: ArrayLike) -> Floats:
    """Two rows, earlier and later, with a column per part."""
    rows = [np.asarray(earlier, np.float64), np.asarray(later, np.float64)]
    if any(row.shape != (len(parts),) for row in rows):
        raise ValueError(f"{len(parts)} parts need as many values in both periods")
    return np.stack(rows)


def _checked(decomposition: Decomposition) -> Decomposition:
    """The decomposition itself; the screen promises exact parts, so a sum that is off is a fault."""
    gap = math.fsum([driver.total for driver in decomposition.drivers]) - decomposition.change
    if abs(gap) > 1e-12 * max(1.0, abs(decomposition.earlier), abs(decomposition.later)):
        raise ArithmeticError(f"drivers miss the change by {gap:g}")
    return decomposition
