"""What happens while something else does: leaving in mid-run, a new version of the facts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.commands.sample import make_sample
from store.location import Location
from tests.browser.conftest import OpenTab
from tests.browser.screen import Screen
from tests.browser.server import Server, serve
from tests.sample_store import END

pytestmark = pytest.mark.browser


def test_leaving_a_page_in_mid_run_raises_nothing(tab: Screen, server: Server) -> None:
    tab.open()
    before = len(server.log.read_text())
    for target in ("Escalations", "Cases", "Weekly review", "Escalations", "Weekly review"):
        tab.page.get_by_test_id("stTopNavLink").filter(has_text=target).click()
        tab.page.wait_for_timeout(60)  # far less than a run takes
    tab.settle()
    tab.page.evaluate("history.back(); history.back(); history.forward()")
    tab.settle()
    assert "could not load" not in tab.text
    assert "No sign-in is configured" in tab.text
    assert "Traceback" not in server.log.read_text()[before:]


@pytest.fixture
def small_store(tmp_path: Path) -> Location:
    """A store of our own that may be changed."""
    location = Location.parse(str(tmp_path / "store"))
    make_sample(location, scale=0.02, weeks=40, end=END)
    return location


@pytest.fixture
def own_server(small_store: Location, tmp_path: Path) -> Iterator[Server]:
    """A server on it."""
    with serve(small_store, tmp_path / "app.log") as running:
        yield running


def test_a_new_version_of_the_facts_appears_on_the_next_rerun(
    small_store: Location, own_server: Server, new_tab: OpenTab
) -> None:
    tab = new_tab(own_server.address).open()
    served = re.search(r"version (\S+)", tab.text)
    assert served is not None
    before = tab.score("Opened")
    version = make_sample(small_store, scale=0.06, weeks=40, end=END).version
    tab.choose("Site", "Hyderabad")
    tab.until_link("site=")
    tab.click_chip("Clear all")
    tab.until_link(r"^[^?]*$")
    assert f"version {version}" in tab.text
    assert version != served[1]
    assert int(tab.score("Opened")) > 1.5 * int(before)
    assert "could not load" not in tab.text
