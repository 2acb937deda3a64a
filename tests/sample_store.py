"""The simulated operation as a store, built once per test run: the same weeks whatever day the tests run."""

from __future__ import annotations

import datetime as dt

import pytest

from store.commands.sample import make_sample
from store.location import Location

END = dt.date(2026, 11, 15)
"""A Sunday: the last day of week 46 of 2026, on which every sample of the tests ends."""
NEWEST_WEEK = "2026-W46"


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory: pytest.TempPathFactory) -> Location:
    """The sample of the first start: scale 1, seed 7, 156 weeks to `END`. Read only."""
    home = tmp_path_factory.getbasetemp() / "sample-store"
    location = Location.parse(str(home))
    if not (home / "CURRENT").exists():  # built for another folder of tests already
        make_sample(location, end=END)
    return location
