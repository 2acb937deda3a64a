"""What the app says when there is no store, or one it cannot read, or one whose source knows little."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from queue import Queue

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from components import first_start, source
from queries.measure import Reader
from store.commands.sample import Sampled, make_sample
from store.errors import StoreLocked
from store.location import ENVIRONMENT_VARIABLE, Location
from store.progress import Progress
from tests.pages.conftest import LAST_DAY, SHELL
from tests.pages.reading import said, scorecard

ROOT = Path(__file__).parents[2]


def open_app(location: Location, monkeypatch: pytest.MonkeyPatch, **params: str) -> AppTest:
    """The first run of the app over a store; "page" among the params opens that page."""
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(location))
    app = AppTest.from_file(str(SHELL), default_timeout=120)
    if "page" in params:
        app.switch_page(f"../pages/{params.pop('page')}.py")
    for name, value in params.items():
        app.query_params[name] = value
    return app.run()


@pytest.fixture
def own_copy(small_sample_store: Location, tmp_path: Path) -> Location:
    """A copy of the small sample that may be broken."""
    shutil.copytree(small_sample_store.home, tmp_path / "store")
    return Location.parse(str(tmp_path / "store"))


def facts_of(location: Location) -> Path:
    """The file the app reads."""
    return location.home / f"facts-{(location.home / 'CURRENT').read_text().strip()}.duckdb"


def test_the_first_start_makes_the_sample_with_progress_and_then_shows_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[str, float]] = []

    def small(location: Location, *, progress: Progress) -> Sampled:
        def listen(doing: str, share: float) -> None:
            heard.append((doing, share))
            progress(doing, share)

        return make_sample(location, scale=0.02, weeks=40, end=LAST_DAY, progress=listen)

    monkeypatch.setattr(first_start, "make_sample", small)
    app = open_app(Location.parse(str(tmp_path / "new")), monkeypatch)
    assert not app.exception
    assert "What needs you" in said(app)
    assert "sample, version" in said(app)
    shares = [share for _, share in heard]
    assert shares == sorted(shares)
    assert len(set(shares)) >= 10
    assert shares[-1] == 1.0


def test_a_first_start_that_fails_says_why_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(location: Location, *, progress: Progress) -> Sampled:
        raise StoreLocked(f"{location} is being changed by process 7; wait until it is done and try again")

    monkeypatch.setattr(first_start, "make_sample", busy)
    app = open_app(Location.parse(str(tmp_path / "new")), monkeypatch)
    assert not app.exception
    assert "Setting up a sample operation" in said(app)
    assert "wait until it is done and try again" in said(app)


def _too_new(location: Location) -> None:
    with duckdb.connect(str(facts_of(location))) as connection:
        connection.execute("update store_info set schema_version = 99")


def _lost_file(location: Location) -> None:
    facts_of(location).unlink()


def _broken_file(location: Location) -> None:
    facts_of(location).write_bytes(b"no database at all" * 1000)


def _lost_table(location: Location) -> None:
    with duckdb.connect(str(facts_of(location))) as connection:
        connection.execute("alter table appeals rename to something_else")


def _broken_settings(location: Location) -> None:
    (location.home / "settings.toml").write_text("[organisation]\nweek_starts_on = 'someday'\n")


BROKEN: dict[str, tuple[Callable[[Location], None], str]] = {
    "too new": (_too_new, "upgrade Quarterdeck or point QUARTERDECK_STORE at another store"),
    "file lost": (_lost_file, "restore it from a backup or import again"),
    "file broken": (_broken_file, "restore it from a backup or import again"),
    "table lost": (_lost_table, "is not whole"),
    "settings broken": (_broken_settings, "week_starts_on"),
}


@pytest.mark.parametrize(("harm", "cure"), BROKEN.values(), ids=BROKEN.keys())
def test_a_store_that_cannot_be_read_is_one_sentence_with_its_cure(
    harm: Callable[[Location], None], cure: str, own_copy: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    harm(own_copy)
    app = open_app(own_copy, monkeypatch)
    assert not app.exception
    (sentence,) = [fault.value for fault in app.error]
    assert cure in sentence.replace("\\", "")
    assert "Traceback" not in said(app)


@pytest.mark.parametrize("part", ["reader", "warm"])
def test_what_fails_before_the_first_visitor_is_logged_and_leaves_the_server_running(
    part: str, small_sample_store: Location, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("disk on fire")

    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(small_sample_store))
    monkeypatch.setattr(source, part, fail)
    source.warm_up()
    assert "disk on fire" in caplog.text


def test_a_store_another_program_writes_to_says_so_and_opens_when_it_is_closed(
    own_copy: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    holding = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); input()",
            str(facts_of(own_copy)),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert holding.stdout is not None
        assert holding.stdout.readline() == b"held\n"
        app = open_app(own_copy, monkeypatch)
        assert not app.exception
        (sentence,) = [fault.value for fault in app.error]
        assert "is open for writing in another program; close it there" in sentence.replace("\\", "")
    finally:
        holding.communicate()
    assert "What needs you" in said(app.run())


def test_a_version_is_read_ahead_as_it_opens_and_a_fault_of_that_reaches_no_visitor(
    fresh_store: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_ahead: Queue[Reader] = Queue()

    def broken(reader: Reader) -> None:
        read_ahead.put(reader)
        raise RuntimeError("on purpose")

    monkeypatch.setattr(source, "warm", broken)
    opened = source.reader()
    assert read_ahead.get(timeout=60) is opened
    assert source.reader() is opened and opened.coverage.newest_week() is not None
    assert read_ahead.empty()


def test_the_week_in_which_hardly_anything_was_closed_is_on_the_screen(
    incident_store: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = {}
    for week in ("2016-W11", "2016-W12"):
        app = open_app(incident_store, monkeypatch, week=week)
        assert not app.exception
        assert "could not load" not in said(app)
        closed[week] = scorecard(app)["escalations_resolved"]["cells"][0]
    assert closed == {"2016-W11": "35", "2016-W12": "4,007"}


def test_what_the_source_does_not_supply_is_named_and_never_zero(
    incident_store: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(incident_store, monkeypatch, week="2016-W20")
    rows = scorecard(app)
    for key in ("first_response_sla", "backlog_past_due", "partner_on_time", "pause_hygiene"):
        assert rows[key]["status"].endswith("Not supplied"), key
        assert rows[key]["note"].startswith("not supplied: "), key
        assert rows[key]["cells"][0] == "–", key
    assert "by close date, source has no due times" in rows["resolution_sla"]["note"]
    assert "%" in rows["resolution_sla"]["cells"][0]


def test_tiers_that_cannot_be_compared_name_what_is_not_supplied(
    incident_store: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = said(open_app(incident_store, monkeypatch, page="strategic"))
    alike = words[words.index("Do we treat tiers alike?") :]
    assert "Not supplied by the source: enforcements, active days of sellers, outcomes of appeals." in alike
    assert "not loaded far enough" not in words and "could not load" not in words


@pytest.mark.parametrize("grain", ["week", "month", "quarter"])
def test_the_escalations_page_works_on_a_source_with_few_columns(
    grain: str, incident_store: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(incident_store, monkeypatch, page="escalations", week="2016-W22", grain=grain)
    assert not app.exception
    words = said(app)
    assert "could not load" not in words
    assert "Are we keeping our promises?" in words
    assert "by close date" in words
    assert "Not supplied by the source: " in words
    assert "nan" not in words
