"""Pages run as the app runs them: through the shell, on a small sample store, with a link."""

from __future__ import annotations

import datetime as dt
import importlib
import logging
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import AppTest, app_test, local_script_runner

from components import source
from queries import development
from queries.journal import read_draws, read_journal
from queries.measure import Reader
from store.commands.sample import make_sample
from store.location import ENVIRONMENT_VARIABLE, Location
from tests.pages.reading import said
from tests.sample_store import built_once

SHELL = Path(__file__).parents[2] / "components" / "shell.py"
LAST_DAY = dt.date(2026, 11, 15)
RunPage = Callable[..., AppTest]
RunBroken = Callable[..., tuple[list[str], str]]
FAULT = "disk on fire at /secret/path"


def open_page(page: str = "", /, **params: str | list[str]) -> AppTest:
    """The first run of a page of the store in use, with a link; "" is the Weekly review."""
    app = AppTest.from_file(str(SHELL), default_timeout=60)
    if page:
        app.switch_page(f"../pages/{page}.py")
    for name, value in params.items():
        app.query_params[name] = value
    return app.run()


@pytest.fixture(autouse=True, scope="session")
def _once_as_a_server_does() -> Iterator[None]:
    """Look for components of installed packages, and compile pages, once: `AppTest` does so with each app.

    Nor are the stores that tests make read ahead for visitors they will not have.
    """
    found = manifest_scanner.scan_component_manifests()
    compiled = ScriptCache()
    look = local_script_runner.require_widgets_deltas

    def wait(runner: local_script_runner.LocalScriptRunner, timeout: float) -> None:
        """Until the run is over, without looking every millisecond whether it is."""
        if runner._script_thread is not None:
            runner._script_thread.join(timeout)
        look(runner, timeout)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", lambda: found)
        for module in (app_test, local_script_runner):
            patch.setattr(module, "ScriptCache", lambda: compiled)
        patch.setattr(local_script_runner, "require_widgets_deltas", wait)
        patch.setattr(source, "warm", lambda _: None)
        yield


@pytest.fixture(scope="session")
def written_sample(tmp_path_factory: pytest.TempPathFactory) -> Location:
    """The sample operation at a twentieth of its size: 80 weeks to Sun 15 Nov 2026, and its journal.

    A copy of this process: to open a journal makes files beside it, which another process would try to copy.
    No test changes it, nor opens it in the app.
    """
    built = built_once(
        tmp_path_factory,
        "small-sample-store",
        lambda location: make_sample(location, scale=0.05, weeks=80, end=LAST_DAY),
    )
    return _copy_of(built, tmp_path_factory.mktemp("written") / "store")


@pytest.fixture(scope="session")
def small_sample_store(written_sample: Location, tmp_path_factory: pytest.TempPathFactory) -> Location:
    """This process's store in use. Of tests only those of `own_store` change it."""
    return _copy_of(written_sample, tmp_path_factory.mktemp("sample") / "store")


def _copy_of(store: Location, home: Path) -> Location:
    shutil.copytree(store.home, home)
    return Location.parse(str(home))


@pytest.fixture
def sample_in_use(small_sample_store: Location, monkeypatch: pytest.MonkeyPatch) -> Location:
    """The small sample store as the one the app reads."""
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(small_sample_store))
    return small_sample_store


@pytest.fixture
def own_store(sample_in_use: Location, written_sample: Location) -> Iterator[Location]:
    """The small sample store with its journal as it came; what the test writes there is taken back.

    What the app remembers of its facts stays. A test that changes the facts, the settings, or how numbers are
    made of them takes `fresh_store`.
    """
    _journal_of(sample_in_use, written_sample)
    yield sample_in_use
    _journal_of(sample_in_use, written_sample)


@pytest.fixture
def fresh_store(
    sample_in_use: Location, written_sample: Location, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Location:
    """A copy of the small sample store of which the app remembers nothing, as the one it reads."""
    own = _copy_of(written_sample, tmp_path / "store")
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(own))
    return own


def _journal_of(location: Location, written: Location) -> None:
    """Give a store the journal of another, and let the app forget what it read in the one before."""
    with (
        closing(sqlite3.connect(written.home / "journal.sqlite")) as pristine,
        closing(sqlite3.connect(location.home / "journal.sqlite")) as own,
    ):
        pristine.backup(own)
    read_journal.cache_clear()
    read_draws.cache_clear()
    development._kept.clear()


@pytest.fixture
def sample_reader(sample_in_use: Location) -> Reader:
    """The reader the pages use, as the single leader of an app without sign-in."""
    return source.reader()


@pytest.fixture
def run_page(sample_in_use: Location) -> RunPage:
    """`run_page(page, **params) -> AppTest`: the first run of a page; "" is the Weekly review.

    `params` are those of the link, a list for a repeated one; write `{"from": …}` where a name is a keyword.
    """

    return open_page


@pytest.fixture(scope="session")
def pages_read() -> dict[object, AppTest]:
    """Pages that `read_page` has opened."""
    return {}


@pytest.fixture
def read_page(run_page: RunPage, pages_read: dict[object, AppTest]) -> RunPage:
    """`read_page(page, **params) -> AppTest`: what `run_page` gives, run once for all who read that link.

    For tests that patch nothing before and click nothing after.
    """

    def read(page: str = "", /, **params: str | list[str]) -> AppTest:
        link = page, repr(sorted(params.items()))
        if link not in pages_read:
            pages_read[link] = run_page(page, **params)
        return pages_read[link]

    return read


@pytest.fixture
def run_broken(
    run_page: RunPage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> RunBroken:
    """`run_broken(part, page, **params) -> (panels, words)`: a page while the function `part` raises.

    `panels` are those that say they could not load, `words` all the page says. Holds by itself that the page
    stands, that the log names the fault and every reference shown, and that the page does not name the fault.
    """

    def run(part: str, page: str = "", /, **params: str | list[str]) -> tuple[list[str], str]:
        def broken(*_: object, **__: object) -> None:
            raise RuntimeError(FAULT)

        module, _, name = part.rpartition(".")
        with monkeypatch.context() as patch, caplog.at_level(logging.ERROR, logger="quarterdeck.panels"):
            patch.setattr(importlib.import_module(module), name, broken)
            app = run_page(page, **params)
        words = said(app)
        failed = re.findall(r"“?(.*?)”? could not load\..*Reference ([0-9A-F]{4})", words)
        assert not app.exception
        assert FAULT in caplog.text and "disk on fire" not in words
        assert all(f"reference {number}" in caplog.text for _, number in failed)
        return [panel for panel, _ in failed], words

    return run
