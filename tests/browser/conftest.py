"""One server on the full sample and one browser for all tests; each test has tabs of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from store.location import Location
from tests.browser.chromium import launch
from tests.browser.screen import Screen
from tests.browser.server import Server, serve
from tests.sample_store import sample_store

__all__ = ["sample_store"]

OpenTab = Callable[..., Screen]


@pytest.fixture(scope="session")
def server(sample_store: Location, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app over the full sample."""
    with serve(sample_store, tmp_path_factory.mktemp("server") / "app.log") as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless browser."""
    with sync_playwright() as playwright:
        running = launch(playwright)
        yield running
        running.close()


@pytest.fixture
def new_tab(browser: Browser, request: pytest.FixtureRequest) -> Iterator[OpenTab]:
    """`new_tab(address=None, **context) -> Screen`: a tab of an own session, 1440 × 900 unless told.

    Afterwards no tab may have logged an error or asked another host for anything.
    """
    screens: list[Screen] = []

    def open_tab(address: str | None = None, **context: object) -> Screen:
        wanted = {"viewport": {"width": 1440, "height": 900}} | context
        page = browser.new_context(**wanted).new_page()  # type: ignore[arg-type]
        page.set_default_timeout(15_000)
        screens.append(Screen(page, address or request.getfixturevalue("server").address))
        return screens[-1]

    yield open_tab
    for screen in screens:
        screen.page.context.close()
    assert [error for screen in screens for error in screen.errors] == []
    assert [address for screen in screens for address in screen.foreign] == []


@pytest.fixture
def tab(new_tab: OpenTab) -> Screen:
    """One tab on the full sample."""
    return new_tab()
