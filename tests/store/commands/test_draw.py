"""The draw from the command line: drawn once, written as a list that comes back through the import."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from components.tables import csv_bytes
from queries.audit_draws import LIST_HEADS
from queries.scope import open_scope
from store import importing
from store.build import begin, finish
from store.commands.line import main
from store.facts import open_facts, read_store_settings
from store.journal import draws, open_journal
from store.location import Location
from tests.conftest import fill, use_settings
from tests.queries.decided_week import SETTINGS, WEEK, decided_week

MAPPING = Path(__file__).parents[3] / "sample_data" / "mappings" / "audit_results.toml"


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Location:
    folder = tmp_path_factory.mktemp("decided")
    location = Location.parse(str(folder / "store"))
    use_settings(location, SETTINGS, folder)
    with begin(location, empty=True) as building:
        fill(building.connection, decided_week())
        finish(building, read_store_settings(location), "test")
    return location


@pytest.fixture
def home(decided: Location, tmp_path: Path) -> Location:
    """A copy of the store of the decided week, without a journal."""
    shutil.copytree(decided.home, tmp_path / "store")
    return Location.parse(str(tmp_path / "store"))


def run(home: Location, capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, Any]:
    """The exit code and the JSON document."""
    code = main(["draw", *(str(word) for word in words), "--store", str(home), "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_the_newest_complete_week_is_drawn_once_and_shown_again(
    home: Location, capsys: pytest.CaptureFixture[str]
) -> None:
    code, first = run(home, capsys, "--size", 40, "--seed", 7)
    assert (code, first["week"], first["new"], len(first["items"])) == (0, WEEK, True, 40)
    for again in (("--size", 40), ("--size", 40, "--seed", 7, "--week", "2026-11-12")):
        code, told = run(home, capsys, *again)
        assert (code, told["new"], told["items"]) == (0, False, first["items"])
    code, refused = run(home, capsys, "--size", 40, "--seed", 8)
    assert code == 2 and "seed 7" in refused["error"] and "--replace" in refused["error"]
    code, other = run(home, capsys, "--size", 41, "--seed", 8, "--replace")
    assert (code, other["new"]) == (0, True)
    code, calibration = run(
        home, capsys, "--size", 10, "--kind", "calibration", "--min-per-person", 0, "--min-per-reason", 1
    )
    assert code == 0 and len(calibration["items"]) == 30
    held = draws(open_journal(home))
    assert [(d.kind, d.size) for d in held] == [("audit", 41), ("calibration", 10)]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--size", 5), "minimums need"),
        (("--size", 40, "--week", "2026-W47"), "known only through"),
        (("--size", 40, "--week", "W46"), "is no week"),
        (("--size", 40, "--reviewer", "who"), "nobody with this number"),
        (("--size", 40, "--out", "/nowhere/list.csv"), "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_bad_usage_with_its_cure(
    home: Location, capsys: pytest.CaptureFixture[str], words: tuple[object, ...], told: str
) -> None:
    code, document = run(home, capsys, *words)
    assert code == 2
    assert told in document["error"]


def test_people_read_sentences_and_a_table(home: Location, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draw", "--size", "40", "--seed", "7", "--store", str(home)]) == 0
    words = capsys.readouterr().out
    assert "Drew 40 of the 90 decisions of week 2026-W46, seed 7, audit" in words
    assert "Name x0" in words


def test_the_list_comes_back_through_the_import_with_weights(
    home: Location, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "list.csv"
    _, drawn = run(home, capsys, "--size", 40, "--seed", 7, "--out", out)
    # As drawn: open reviews.
    report = importing.run(home, MAPPING, [out])
    assert report.totals()["reviews"]["quarantined"] == 0
    code, told = run(home, capsys, "--size", 41, "--replace")
    assert code == 2 and "40 reviews" in told["error"]

    lines = list(csv.DictReader(io.StringIO(out.read_text("utf-8-sig"))))
    for number, line in enumerate(lines[:25]):
        line |= {"reviewed_at": line["selected_at"], "own_decision": "upheld"}
        line |= {"judged_wrong": "true" if number < 5 else "false"}
    # As a spreadsheet or the download of the page writes it.
    out.write_bytes(csv_bytes(LIST_HEADS, [[line[head] for head in LIST_HEADS] for line in lines]))
    report = importing.run(home, MAPPING, [out])
    assert report.totals()["reviews"]["quarantined"] == 0

    facts = open_facts(home)
    scope = open_scope()
    appeals = scope.table("appeals")
    audited = scope.read(
        facts,
        select(appeals.c.appeal_id, appeals.c.audit_wrong, appeals.c.audit_weight).where(
            appeals.c.audit_drawn
        ),
    ).to_pylist()
    facts.close()
    assert {row["appeal_id"] for row in audited} == {item["subject_id"] for item in drawn["items"]}
    weights = {item["subject_id"]: item["weight"] for item in drawn["items"]}
    for row in audited:
        assert row["audit_weight"] == pytest.approx(weights[row["appeal_id"]], abs=1e-6)
    assert [sum(row["audit_wrong"] is verdict for row in audited) for verdict in (True, False, None)] == [
        5,
        20,
        15,
    ]
