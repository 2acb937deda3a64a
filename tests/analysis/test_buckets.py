"""Bucketed quantiles stay within the promised error of the exact ones."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.buckets import ZERO_BUCKET, bucket_of, midpoint, quantile_from_histogram


@given(st.floats(1 / 60 + 1e-9, 1e6))
def test_a_duration_is_read_back_within_one_point_one_percent(hours: float) -> None:
    bucket = int(bucket_of(hours))
    assert bucket == math.floor(math.log(hours) / math.log(1.02))
    assert abs(float(midpoint(bucket)) / hours - 1) < 0.011


def test_a_minute_or_less_goes_to_its_own_bucket() -> None:
    np.testing.assert_array_equal(bucket_of([-3, 0, 1 / 60, 1.0]), [ZERO_BUCKET] * 3 + [0])
    assert float(midpoint(ZERO_BUCKET)) == 0.0
    with pytest.raises(ValueError, match="missing"):
        bucket_of([1.0, math.nan])


@given(st.lists(st.floats(0, 1e5), min_size=1, max_size=300), st.sampled_from([0.1, 0.5, 0.9]))
def test_quantiles_equal_the_sorted_rows_within_bucket_width(hours: list[float], p: float) -> None:
    numbers, counts = np.unique(bucket_of(hours), return_counts=True)
    read = quantile_from_histogram(numbers[::-1], counts[::-1], p)
    exact = float(np.quantile(hours, p, method="inverted_cdf"))
    assert read.value is not None
    assert read.value == pytest.approx(exact, rel=0.011, abs=1 / 60)
    if read.low is not None:
        assert read.low <= read.value
    if read.high is not None:
        assert read.value <= read.high


def test_histograms_merge_by_concatenation() -> None:
    rng = np.random.default_rng(4)
    one, two = rng.lognormal(3, 1, 400), rng.lognormal(4, 1, 300)
    parts = [np.unique(bucket_of(x), return_counts=True) for x in (one, two)]
    merged = quantile_from_histogram(
        np.concatenate([b for b, _ in parts]), np.concatenate([c for _, c in parts]), 0.9
    )
    whole = quantile_from_histogram(
        *np.unique(bucket_of(np.concatenate([one, two])), return_counts=True), 0.9
    )
    assert merged == whole


def test_the_interval_covers_the_true_median_as_often_as_promised() -> None:
    rng = np.random.default_rng(11)
    inside = 0
    for _ in range(600):
        numbers, counts = np.unique(bucket_of(rng.lognormal(3, 1, 150)), return_counts=True)
        read = quantile_from_histogram(numbers, counts, 0.5)
        assert read.low is not None and read.high is not None
        inside += read.low <= math.exp(3) <= read.high
    assert 0.93 <= inside / 600 <= 0.985


def test_nothing_counted_has_no_quantile() -> None:
    assert quantile_from_histogram([], [], 0.5) == (None, None, None)
    assert quantile_from_histogram([3], [0], 0.5) == (None, None, None)
    assert quantile_from_histogram([3], [2], 0.5).low is None
