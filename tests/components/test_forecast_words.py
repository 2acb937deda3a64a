"""What is said of a forecast whose band did not hold: the truth about the band shown, and what to do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.forecasting import Forecast, forecast
from components.capacity.forecast import remarks
from queries.capacity.arrivals import Expected

FOUND = forecast(np.random.default_rng(3).poisson(200, 120).astype(float), 13)


def said(coverage: float) -> str:
    tests = tuple(replace(test, coverage=coverage) for test in FOUND.tests)
    found: Forecast = replace(FOUND, tests=tests)
    return " ".join(remarks(Expected("appeal", found, 0)))


def test_a_band_that_held_too_few_is_said_to_be_wider_since_and_sends_the_reader_to_the_cause() -> None:
    words = said(0.55)
    assert (
        "Appeals: 55\xa0% of the newest outcomes lay inside the band that the weeks before them gave" in words
    )
    assert "the band shown is wider by these misses" in words
    assert "Ask what changed" in words


def test_a_band_that_held_nearly_all_is_said_to_have_been_wide() -> None:
    assert "The band was wider than it need have been." in said(0.99)
    assert "Ask what changed" not in said(0.99)


@pytest.mark.parametrize("coverage", [0.65, 0.8, 0.95])
def test_a_band_that_held_about_as_told_needs_no_words(coverage: float) -> None:
    assert "newest outcomes" not in said(coverage)


def test_the_band_shown_is_indeed_wider_after_misses_than_before_them() -> None:
    steady = np.random.default_rng(4).poisson(200, 156).astype(float)
    stepped = steady.copy()
    stepped[-6:] += 80
    before, after = (forecast(values, 13) for values in (steady, stepped))
    assert after.test is not None and after.test.coverage < 0.65
    assert ((after.high - after.mean) > 1.2 * (before.high - before.mean)).all()
