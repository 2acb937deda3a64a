"""Pages run as the app runs them: through the shell, on a small sample store, with a link."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import source
from queries.measure import Reader
from store.commands.sample import make_sample
from store.location import ENVIRONMENT_VARIABLE, Location

SHELL = Path(__file__).parents[2] / "components" / "shell.py"
LAST_DAY = dt.date(2026, 11, 15)
RunPage = Callable[..., AppTest]


@pytest.fixture(scope="session")
def small_sample_store(tmp_path_factory: pytest.TempPathFactory) -> Location:
    """The sample operation at a twentieth of its size: 80 weeks to Sun 15 Nov 2026, and its journal.

    Tests do not change it.
    """
    location = Location.parse(str(tmp_path_factory.mktemp("sample") / "store"))
    make_sample(location, scale=0.05, weeks=80, end=LAST_DAY)
    return location


@pytest.fixture
def sample_in_use(small_sample_store: Location, monkeypatch: pytest.MonkeyPatch) -> Location:
    """The small sample store as the one the app reads."""
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(small_sample_store))
    return small_sample_store


@pytest.fixture
def sample_reader(sample_in_use: Location) -> Reader:
    """The reader the pages use, as the single leader of an app without sign-in."""
    return source.reader()


@pytest.fixture
def run_page(sample_in_use: Location) -> RunPage:
    """`run_page(page, **params) -> AppTest`: the first run of a page; "" is the Weekly review.

    `params` are those of the link, a list for a repeated one; write `{"from": …}` where a name is a keyword.
    """

    def run(page: str = "", /, **params: str | list[str]) -> AppTest:
        app = AppTest.from_file(str(SHELL), default_timeout=60)
        if page:
            app.switch_page(f"../pages/{page}.py")
        for name, value in params.items():
            app.query_params[name] = value
        return app.run()

    return run
