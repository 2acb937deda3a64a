"""Intervals: how far a shown number could be off by chance.

Sources: Wilson (1927) for proportions; Newcombe, Stat. Med. 17 (1998) for their differences; Garwood (1936)
for Poisson counts; Kish, *Survey Sampling* (1965) for the design effect of clusters; David & Nagaraja, *Order
Statistics* (2003) for quantiles.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Floats = NDArray[np.float64]

CLUSTERED_ABOVE = 1.2
"""Mean rows per seller from which rows can no longer be read as independent."""


class Interval(NamedTuple):
    """Lower and upper end in the unit of the estimate; arrays of the input's shape, nan where none exists."""

    low: Floats
    high: Floats


class RankInterval(NamedTuple):
    """Ranks, from 1, of the ordered values that enclose a quantile; None where n is too small for it."""

    low: int | None
    high: int | None


def wilson(numerator: ArrayLike, denominator: ArrayLike, confidence: float = 0.95) -> Interval:
    """Wilson score interval of numerator ÷ denominator; nan where the denominator is 0 or missing.

    Both may be fractional: for clustered or weighted rows pass p × n_eff and n_eff.
    """
    hits, n = np.broadcast_arrays(np.asarray(numerator, float), np.asarray(denominator, float))
    n = np.where(n > 0, n, np.nan)
    z2 = _z(confidence) ** 2
    share = hits / n
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    spread = share * (1 - share) / n + z2 / (4 * n * n)
    half = _z(confidence) / (1 + z2 / n) * np.sqrt(np.maximum(spread, 0.0))
    # At a share of exactly 0 or 1 the end is exact; rounding must not put the share outside its interval.
    return Interval(np.clip(middle - half, 0.0, share), np.clip(middle + half, share, 1.0))


def difference_of_shares(
    numerator: ArrayLike,
    denominator: ArrayLike,
    other_numerator: ArrayLike,
    other_denominator: ArrayLike,
    confidence: float = 0.95,
) -> Interval:
    """Newcombe's hybrid score interval (his method 10) of the first share minus the other; both independent.

    Numbers may be fractional as for `wilson`; nan where a denominator is 0 or missing.
    """
    p, other = (
        np.divide(np.asarray(x, float), np.where(np.asarray(n, float) > 0, np.asarray(n, float), np.nan))
        for x, n in ((numerator, denominator), (other_numerator, other_denominator))
    )
    own_ends = wilson(numerator, denominator, confidence)
    other_ends = wilson(other_numerator, other_denominator, confidence)
    return Interval(
        p - other - np.hypot(p - own_ends.low, other_ends.high - other),
        p - other + np.hypot(own_ends.high - p, other - other_ends.low),
    )


def design_effect(cluster_sums: ArrayLike, cluster_sizes: ArrayLike) -> float:
    """How many times larger the variance of a share is because rows of one cluster resemble each other.

    `cluster_sums` are the events per cluster (seller), `cluster_sizes` its rows. Linearised variance of a
    ratio over clusters ÷ p(1−p)/n (Kish 1965; Cochran 1977, §11.8). At least 1, so that clustering never
    makes a figure look surer; 1 for fewer than two clusters or a share of 0 or 1. Raises ValueError when the
    lengths differ.
    """
    sums, sizes = np.asarray(cluster_sums, float), np.asarray(cluster_sizes, float)
    if sums.shape != sizes.shape:
        raise ValueError(f"{sums.size} cluster sums for {sizes.size} cluster sizes")
    n, clusters = float(sizes.sum()), sizes.size
    share = float(sums.sum()) / n if n > 0 else 0.0
    if clusters < 2 or not 0.0 < share < 1.0:
        return 1.0
    residuals = sums - share * sizes
    variance = clusters / (clusters - 1) * float(residuals @ residuals) / n**2
    return max(1.0, variance * n / (share * (1.0 - share)))


def design_effect_of_sums(
    clusters: ArrayLike,
    hits: ArrayLike,
    rows: ArrayLike,
    hits_squared: ArrayLike,
    products: ArrayLike,
    rows_squared: ArrayLike,
) -> Floats:
    """`design_effect` from sums over clusters (count, Σx, Σn, Σx², Σxn, Σn²), which add up over groups."""
    k, x, n, xx, xn, nn = (
        np.asarray(part, float) for part in (clusters, hits, rows, hits_squared, products, rows_squared)
    )
    known = (k >= 2) & (x > 0) & (x < n)
    share = np.divide(x, n, out=np.full(n.shape, 0.5), where=known)
    residual = np.maximum(xx - 2 * share * xn + share**2 * nn, 0.0)
    expected = np.where(known, n * share * (1 - share) * (k - 1), 1.0)
    return np.asarray(np.where(known, np.maximum(k * residual / expected, 1.0), 1.0))


def effective_n(n: ArrayLike, rows_per_cluster: ArrayLike, effect: ArrayLike) -> Floats:
    """n ÷ design effect where clusters hold more than 1.2 rows on average, else n unchanged."""
    rows, mean_rows, deff = (np.asarray(part, float) for part in (n, rows_per_cluster, effect))
    return np.asarray(np.where(mean_rows > CLUSTERED_ABOVE, rows / deff, rows))


def effective_n_weighted(share: ArrayLike, variance: ArrayLike, n: ArrayLike) -> Floats:
    """n_eff = p(1−p) ÷ var of a design-weighted share; n where the share is 0 or 1 or its variance is 0."""
    p, var, rows = np.broadcast_arrays(*(np.asarray(part, float) for part in (share, variance, n)))
    informative = (p > 0) & (p < 1) & (var > 0)
    return np.where(informative, p * (1 - p) / np.where(informative, var, 1.0), rows)


def poisson_rate(
    count: ArrayLike, exposure: ArrayLike, confidence: float = 0.95, per: float = 1.0
) -> Interval:
    """Exact (Garwood) interval of events per exposure × `per`, as 1,000; nan where the exposure is 0."""
    events, volume = np.broadcast_arrays(np.asarray(count, float), np.asarray(exposure, float))
    volume = np.where(volume > 0, volume, np.nan)
    tail = (1 - confidence) / 2
    positive = np.where(events > 0, events, 1.0)
    low = np.where(events > 0, special.gammaincinv(positive, tail), 0.0)
    high = special.gammaincinv(events + 1, 1 - tail)
    return Interval(per * low / volume, per * high / volume)


def order_statistic_interval(n: int, p: float, confidence: float = 0.95) -> RankInterval:
    """Ranks of the ordered values that enclose the p-quantile of n values with at least the confidence.

    Exact and free of any distribution: the number of values below the quantile is binomial(n, p). Each side
    keeps half of the error; None where even the extreme value leaves more.
    Raises ValueError unless 0 < p < 1.
    """
    if not 0.0 < p < 1.0:
        raise ValueError(f"a quantile lies between 0 and 1, not at {p}")
    if n < 1:
        return RankInterval(None, None)
    tail = (1 - confidence) / 2
    below = np.arange(n)
    cumulative = special.bdtr(below, n, p)
    # X(r) lies above the quantile when at most r − 1 values lie below it.
    low = int(np.searchsorted(cumulative, tail, side="right"))
    high = int(np.searchsorted(cumulative, 1 - tail, side="left")) + 1
    return RankInterval(low if low >= 1 else None, high if high <= n else None)


def mean_interval(
    n: ArrayLike, total: ArrayLike, total_of_squares: ArrayLike, confidence: float = 0.95
) -> Interval:
    """Student-t interval of a mean from n, Σx and Σx²; nan where n < 2."""
    rows, sums, squares = np.broadcast_arrays(
        *(np.asarray(part, float) for part in (n, total, total_of_squares))
    )
    rows = np.where(rows >= 2, rows, np.nan)
    mean = sums / rows
    variance = np.maximum(squares - rows * mean**2, 0.0) / (rows - 1)
    half = special.stdtrit(rows - 1, (1 + confidence) / 2) * np.sqrt(variance / rows)
    return Interval(mean - half, mean + half)


def _z(confidence: float) -> float:
    return float(special.ndtri((1 + confidence) / 2))
