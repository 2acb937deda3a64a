"""The simulated operation as a store, built once per test run: the same weeks whatever day the tests run."""

from __future__ import annotations

import datetime as dt
import os
import time

import pytest

from store import locks
from store.commands.sample import make_sample
from store.errors import StoreLocked
from store.location import Location

END = dt.date(2026, 11, 15)
"""A Sunday: the last day of week 46 of 2026, on which every sample of the tests ends."""
NEWEST_WEEK = "2026-W46"


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory: pytest.TempPathFactory) -> Location:
    """The sample of the first start: scale 1, seed 7, 156 weeks to `END`. Tests do not change it.

    The first process of a test run that asks builds it for all of them.
    """
    base = tmp_path_factory.getbasetemp()
    root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    location = Location.parse(str(root / "sample-store"))
    while True:
        try:
            with locks.exclusive(root / "sample-store.lock"):
                if not (location.home / "CURRENT").exists():
                    make_sample(location, end=END)
                return location
        except StoreLocked:
            time.sleep(0.5)
