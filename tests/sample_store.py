"""Stores built once per test run, whichever process asks first: the same weeks whatever day the tests run."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from store import build, importing, locks
from store.commands.sample import make_sample
from store.errors import StoreLocked
from store.location import Location

END = dt.date(2026, 11, 15)
"""A Sunday: the last day of week 46 of 2026, on which every sample of the tests ends."""
NEWEST_WEEK = "2026-W46"
_THREADS = build._THREADS  # as many as the product uses, whatever the tests of small stores use
ROOT = Path(__file__).parents[1]
INCIDENT_LOG = ROOT.parent / "shared" / "data" / "incident_event_log.csv.gz"
INCIDENT_MAPPING = ROOT / "sample_data" / "mappings" / "incident_event_log.toml"


def built_once(
    tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Location], object]
) -> Location:
    """The store called `name`; the first process of a test run that asks makes it for all of them."""
    base = tmp_path_factory.getbasetemp()
    root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    location = Location.parse(str(root / name))
    while True:
        try:
            with locks.exclusive(root / f"{name}.lock"):
                if not (location.home / "CURRENT").exists():
                    with pytest.MonkeyPatch.context() as patch:
                        patch.setattr(build, "_THREADS", _THREADS)
                        make(location)
                return location
        except StoreLocked:
            time.sleep(0.1)


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory: pytest.TempPathFactory) -> Location:
    """The sample of the first start: scale 1, seed 7, 156 weeks to `END`. Tests do not change it."""
    return built_once(tmp_path_factory, "sample-store", lambda location: make_sample(location, end=END))


@pytest.fixture(scope="session")
def incident_store(tmp_path_factory: pytest.TempPathFactory) -> Location:
    """The incident event log, imported by its shipped mapping: few columns, no due times, no partners."""
    assert INCIDENT_LOG.exists(), (
        f"{INCIDENT_LOG} is missing; put UCI 498 (DOI 10.24432/C57S4H) there as incident_event_log.csv.gz, "
        "unpacked SHA-256 fd184bbf…"
    )
    return built_once(
        tmp_path_factory,
        "incident-store",
        lambda location: importing.run(location, INCIDENT_MAPPING, [INCIDENT_LOG]),
    )
