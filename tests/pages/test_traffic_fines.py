"""Reinstatements on a real log that knows no outcomes: what it holds is told, the rest is not supplied."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from store import importing
from store.location import ENVIRONMENT_VARIABLE, Location
from tests.pages.conftest import open_page
from tests.pages.reading import said

ROOT = Path(__file__).parents[2]
LOG = ROOT.parent / "shared" / "data" / "traffic_fines.csv.gz"
MAPPING = ROOT / "sample_data" / "mappings" / "traffic_fines.toml"


@pytest.fixture(scope="module")
def fines(tmp_path_factory: pytest.TempPathFactory) -> Location:
    """The traffic fines as imported by the shipped mapping."""
    location = Location(directory=tmp_path_factory.mktemp("fines"))
    importing.run(location, MAPPING, [LOG])
    return location


@pytest.mark.parametrize(
    "name", ["", "reinstatements", "strategic", "escalations", "cases", "definitions", "capacity"]
)
def test_no_page_fails_on_a_store_with_enforcements_and_appeals_only(
    fines: Location, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(fines))
    app = open_page(name)
    assert not app.exception and not app.error
    words = said(app)
    if name != "definitions":  # which names columns for those who write mappings
        assert not re.search(r"[Nn]ot supplied[^.\n]*\b[a-z_]+\.[a-z_]+", words)
    if name == "escalations":
        assert "No escalations loaded" in words
    elif name != "cases":
        assert "Data through 25 Mar 2012" in words


def test_the_speed_of_decisions_counts_the_open_ones(
    fines: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(fines))
    words = said(open_page("reinstatements", **{"from": "2007-01-01", "to": "2011-12-25"}))
    assert "Of 232 appeals submitted in" in words
    assert "fewer than half are decided: median at least 1,891.4 d." in words
    assert "180 appeals were open at the end of" in words
    assert words.count("No week of these has a value to draw.") == 2
    assert words.count("random audits of appeals.") == 3  # once per question that rests on them
    assert "were not decided within 1,891.4 d." in words and "One in ten submitted" not in words
    for missing in (
        "random audits of appeals",
        "appeals decided by two people",
        "why enforcements are lifted",
    ):
        assert f"Not supplied: {missing}" in words or f"Not supplied by the source: {missing}" in words


def test_capacity_says_part_by_part_what_the_log_does_not_know(
    fines: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(fines))
    app = open_page("capacity")
    words = said(app)
    assert not app.exception and not app.error
    assert words.count("Not supplied by the source: hours of people.") == 2, "the simulation, and what if"
    assert "standard times of appeals" in words and "No teams are known" in words
    for wrong in ("work_days", "nan", "Traceback", "None", "0 FTE", "could not load"):
        assert wrong not in words
