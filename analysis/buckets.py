"""Durations in logarithmic buckets of 2 %, and quantiles read from counts per bucket.

A bucket is ⌊ln h / ln 1.02⌋, read at its geometric midpoint, so a value is off by at most 1 %. The scheme
is that of DDSketch (Masson, Rim & Lee, VLDB 2019): relative-error buckets whose counts merge by addition.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.intervals import order_statistic_interval

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

ZERO_BUCKET: Final = -9999
"""Holds durations of a minute and less."""
BASE: Final = 1.02
ONE_MINUTE: Final = 1 / 60
FEW_ROWS: Final = 200
"""Below this many rows quantiles are taken from the rows, not from buckets."""


class BucketQuantile(NamedTuple):
    """A quantile in hours with its order-statistic interval; None where n is too small for a value or end."""

    value: float | None
    low: float | None
    high: float | None


def bucket_of(hours: ArrayLike) -> Integers:
    """Bucket numbers of durations in hours; a minute or less is -9999. ValueError if one is missing."""
    durations = np.asarray(hours, dtype=np.float64)
    if np.isnan(durations).any():
        raise ValueError("a missing duration has no bucket")
    short = durations <= ONE_MINUTE
    exponent = np.floor(np.log(np.where(short, 1.0, durations)) / np.log(BASE))
    return np.where(short, ZERO_BUCKET, exponent).astype(np.int64)


def midpoint(bucket: ArrayLike) -> Floats:
    """Geometric midpoint of buckets in hours; 0 for the bucket of a minute and less."""
    numbers = np.asarray(bucket, dtype=np.float64)
    short = numbers == ZERO_BUCKET
    return np.where(short, 0.0, BASE ** (np.where(short, 0.0, numbers) + 0.5))


def quantile_from_histogram(
    bucket: ArrayLike, count: ArrayLike, p: float, confidence: float = 0.95
) -> BucketQuantile:
    """The p-quantile of the durations counted per bucket, in hours, with its interval.

    The value is the ⌈n p⌉-th smallest (inverse of the empirical distribution, Hyndman & Fan type 1). Buckets
    may repeat and come in any order, so histograms merge by concatenation. All None when nothing was counted.
    Raises ValueError when the lengths differ or p is not inside 0 to 1.
    """
    numbers, counts = np.asarray(bucket, np.int64), np.asarray(count, np.int64)
    if numbers.shape != counts.shape:
        raise ValueError(f"{numbers.size} buckets for {counts.size} counts")
    n = int(counts.sum())
    if n == 0:
        return BucketQuantile(None, None, None)
    order = np.argsort(numbers, kind="stable")
    reached = np.cumsum(counts[order])

    def value_at(rank: int | None) -> float | None:
        if rank is None:
            return None
        return float(midpoint(numbers[order][np.searchsorted(reached, rank)]))

    ranks = order_statistic_interval(n, p, confidence)
    # n p of 0.07 × 100 is 7.000000000000001; the rank is 7.
    rank = min(n, max(1, int(np.ceil(n * p - 1e-9))))
    return BucketQuantile(value_at(rank), value_at(ranks.low), value_at(ranks.high))
