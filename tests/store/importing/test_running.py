"""A whole import: published, repeatable, all or nothing, whatever stops it."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from store import importing
from store.facts import current_version
from store.importing import InputError, MappingError, TooManyBadRows
from store.location import Location
from store.versions import facts_file
from tests.store.importing.conftest import cases

ROOT = Path(__file__).parents[3]
MAPPING = cases('reason = "why"\nseller_id = "shop"')
ROWS = "id,opened,why,shop\nA,2026-01-01 10:00,x,s1\nB,2026-01-02 10:00,x,s1\n"


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the mapping, the rows and the store they were imported into, for tests to copy."""
    folder = tmp_path_factory.mktemp("imported")
    (folder / "mapping.toml").write_text(MAPPING)
    (folder / "rows.csv").write_text(ROWS)
    run(Location(directory=folder / "store"))
    return folder


@pytest.fixture
def store(imported: Path, tmp_path: Path) -> Location:
    """The store that holds the rows already."""
    shutil.copytree(imported, tmp_path / "desk")
    return Location(directory=tmp_path / "desk" / "store")


def published(store: Location, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(facts_file(store.home, current_version(store))), read_only=True) as facts:
        return facts.execute(sql).fetchall()


def run(store: Location, max_bad: str | None = None) -> importing.ImportReport:
    folder = store.home.parent
    return importing.run(store, folder / "mapping.toml", [folder / "rows.csv"], max_bad=max_bad)


def test_an_import_is_published_with_its_batches_and_quarantine(tmp_path: Path) -> None:
    (tmp_path / "mapping.toml").write_text(MAPPING)
    (tmp_path / "rows.csv").write_text(ROWS + "C,31/04/2016,x,s2\n")
    store = Location(directory=tmp_path / "store")
    report = run(store)
    assert report.version == current_version(store)
    assert published(store, "select count(*) from escalations") == [(2,)]
    assert published(store, "select rows_read, rows_loaded, rows_quarantined from batches") == [(3, 2, 1)]
    assert published(store, "select line, value, raw from quarantine") == [
        (4, "31/04/2016", "C,31/04/2016,x,s2")
    ]
    told = json.loads(json.dumps(report.to_json()))
    assert told["tables"]["escalations"]["quarantined"] == 1


def test_the_same_file_again_builds_nothing(store: Location) -> None:
    first = current_version(store)
    again = run(store)
    assert again.replayed
    assert again.version == first == current_version(store)
    assert "nothing to do" in again.notices[0]
    assert again.batches == ()


def test_the_same_file_after_a_change_of_settings_derives_everything_again(store: Location) -> None:
    first = current_version(store)
    week = "select distinct opened_week from escalations order by 1"
    assert published(store, week) == [(dt.date(2025, 12, 29),)]
    settings = store.home / "settings.toml"
    settings.write_text(settings.read_text().replace('starts_on = "monday"', 'starts_on = "friday"'))
    again = run(store)
    assert not again.replayed
    assert again.version == current_version(store) != first
    assert published(store, week) == [(dt.date(2025, 12, 26),), (dt.date(2026, 1, 2),)]
    assert run(store).replayed


def test_a_corrected_file_is_a_new_version_with_its_changes_counted(store: Location) -> None:
    first = current_version(store)
    (store.home.parent / "rows.csv").write_text(ROWS.replace("02 10:00,x", "02 10:00,y"))
    second = run(store)
    assert second.version != first
    assert [(b.new, b.changed, b.unchanged) for b in second.batches] == [(0, 1, 1)]
    assert published(store, "select escalation_id, reason from escalations order by 1") == [
        ("A", "x"),
        ("B", "y"),
    ]


def test_an_unknown_seller_is_shown_as_unknown_and_resolves_when_its_row_arrives(store: Location) -> None:
    assert published(store, "select seller_id, name from sellers") == [("s1", "Unknown (s1)")]
    folder = store.home.parent
    (folder / "mapping.toml").write_text(
        '[source]\nname = "shops"\n[tables.sellers.columns]\nseller_id = "s"\nname = "n"\n'
    )
    (folder / "rows.csv").write_text("s,n\ns1,Shop One\n")
    run(store)
    assert published(store, "select seller_id, name from sellers") == [("s1", "Shop One")]


@pytest.mark.parametrize(
    ("mapping", "rows", "fault", "code"),
    [
        (MAPPING, ROWS + "C,never,x,s1\n" * 9, TooManyBadRows, 3),
        (MAPPING, "nothing of use\n", InputError, 2),
        (MAPPING + "colour = 1\n", ROWS, MappingError, 2),
    ],
)
def test_a_refused_import_leaves_the_version_before_serving_and_no_files(
    store: Location, mapping: str, rows: str, fault: type[importing.ImportFault], code: int
) -> None:
    before = current_version(store)
    files = sorted(path.name for path in store.home.iterdir())
    (store.home.parent / "mapping.toml").write_text(mapping)
    (store.home.parent / "rows.csv").write_text(rows)
    with pytest.raises(fault) as caught:
        run(store)
    assert caught.value.exit_code == code
    assert current_version(store) == before
    assert sorted(path.name for path in store.home.iterdir()) == files
    assert published(store, "select count(*) from escalations") == [(2,)]


KILLED = """
import sys, time
from pathlib import Path
from store import importing
from store.location import Location
def progress(doing, share):
    print(doing, flush=True)
    if doing.startswith(sys.argv[2]):
        time.sleep(60)
folder = Path(sys.argv[1])
files = [folder / "rows.csv"]
importing.run(Location(directory=folder / "store"), folder / "mapping.toml", files, progress=progress)
"""


@pytest.mark.parametrize("step", ["reading", "loading", "checking"])
def test_killed_at_any_step_the_version_before_serves_and_the_next_import_works(
    store: Location, step: str
) -> None:
    before = current_version(store)
    folder = store.home.parent
    (folder / "rows.csv").write_text(ROWS + "C,2026-01-03 10:00,x,s1\n")
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(folder), step], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        reached = any(line.startswith(step) for line in process.stdout)
        time.sleep(0.1)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
    assert reached
    assert current_version(store) == before
    assert published(store, "select count(*) from escalations") == [(2,)]
    assert run(store).version == current_version(store) != before
    assert published(store, "select count(*) from escalations") == [(3,)]
