"""The simulation's own tools: spans, draws, queues."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sample_data.labels import Labels, keys, pick, pick_by_row
from sample_data.queueing import queue_hours
from sample_data.span import Span
from sample_data.stories import every, quarter_before
from sample_data.streams import stream
from store.settings import DEFAULT_SETTINGS, read_settings


@given(st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), st.integers(1, 60))
def test_every_moment_of_a_span_falls_on_the_day_it_has_in_its_zone(end: dt.date, weeks: int) -> None:
    span = Span(end, weeks, "Europe/Luxembourg")
    assert span.days == 7 * weeks
    assert (span.day_of(span.midnights[:-1]) == np.arange(span.days)).all()
    last_second = span.midnights[1:] - np.timedelta64(1, "s")
    assert (span.day_of(last_second) == np.arange(span.days)).all()
    lengths = np.diff(span.midnights).astype("timedelta64[h]").astype(int)
    assert set(lengths) <= {23, 24, 25}  # days on which clocks change are shorter or longer


@given(st.dates(dt.date(2000, 1, 1), dt.date(2050, 1, 1)), st.integers(0, 12))
def test_quarters_before_a_day_follow_each_other(day: dt.date, count: int) -> None:
    first, after = quarter_before(day, count)
    assert quarter_before(day, count + 1)[1] == first
    assert 90 <= (after - first).days <= 92
    if count == 0:
        assert first <= day < after


@given(st.lists(st.booleans(), max_size=200), st.floats(0, 1))
def test_an_even_share_takes_that_share_of_the_true_rows(rows: list[bool], share: float) -> None:
    taken = every(np.array(rows, bool), share)
    assert not (taken & ~np.array(rows, bool)).any()
    assert taken.sum() == int(np.floor(sum(rows) * share))


def test_draws_follow_their_weights() -> None:
    weights = np.array([1.0, 0.0, 3.0])
    drawn = np.bincount(pick(stream(1, "a"), weights, 40_000), minlength=3) / 40_000
    by_row = (
        np.bincount(pick_by_row(stream(1, "b"), np.repeat(weights[None], 40_000, 0)), minlength=3) / 40_000
    )
    for shares in (drawn, by_row):
        assert shares[1] == 0
        assert shares == pytest.approx([0.25, 0.0, 0.75], abs=0.01)


def test_streams_differ_by_name_and_agree_by_path() -> None:
    assert stream(7, "x").random() == stream(7, "x").random()
    assert len({stream(7, "x").random(), stream(7, "y").random(), stream(8, "x").random()}) == 3


def test_keys_are_padded_and_null_below_zero() -> None:
    assert keys("A", np.array([7, -1]), 4).to_pylist() == ["A0007", None]


def test_labels_refuse_a_word_no_row_could_hold() -> None:
    labels = Labels(np.array([0, -1]), ("a", "b"))
    assert labels.arrow().to_pylist() == ["a", None]
    assert labels.where("b").tolist() == [False, False]
    with pytest.raises(KeyError, match="none of a, b"):
        labels.where("c")


def test_a_queue_is_short_at_even_load_and_long_after_a_burst() -> None:
    settings = read_settings(DEFAULT_SETTINGS)
    span = Span(dt.date(2026, 6, 28), 20, "Europe/Luxembourg")
    open_days = np.flatnonzero(span.weekdays < 5)
    even = np.repeat(open_days, 10)
    burst = np.full(200, open_days[50])
    quiet = queue_hours(stream(1, "q"), span, settings, np.zeros(len(even), int), even)
    both = np.concatenate([even, burst])
    loaded = queue_hours(stream(1, "q"), span, settings, np.zeros(len(both), int), both)
    after = (even > open_days[50]) & (even <= open_days[53])
    assert quiet.mean() < 5
    assert loaded[: len(even)][after].mean() > 20
