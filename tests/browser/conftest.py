"""One server on the full sample and one browser for all tests; each test has tabs of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from store.location import Location
from tests.browser.chromium import launch
from tests.browser.screen import Screen
from tests.browser.server import Server, serve
from tests.sample_store import sample_store

__all__ = ["sample_store"]

OpenTab = Callable[..., Screen]
# Painting what moves while a page waits takes more of the processor than painting the page.
_USUAL: dict[str, object] = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"}


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


@pytest.fixture(scope="session")
def context_for(browser: Browser) -> Callable[..., BrowserContext]:
    """`context_for(**options)`: one context per set of options, whose first tab alone loads the scripts."""
    contexts: dict[str, BrowserContext] = {}

    def find(**options: object) -> BrowserContext:
        name = repr(sorted(options.items()))
        if name not in contexts:
            contexts[name] = browser.new_context(**options)  # type: ignore[arg-type]
        return contexts[name]

    return find


@pytest.fixture
def new_tab(context_for: Callable[..., BrowserContext], request: pytest.FixtureRequest) -> Iterator[OpenTab]:
    """`new_tab(address=None, **options) -> Screen`: a tab without motion, 1440 × 900 unless told.

    Afterwards no tab may have logged an error or asked another host for anything.
    """
    screens: list[Screen] = []

    def open_tab(address: str | None = None, **options: object) -> Screen:
        page = context_for(**_USUAL | options).new_page()
        page.set_default_timeout(60_000)
        screens.append(Screen(page, address or request.getfixturevalue("server").address))
        return screens[-1]

    yield open_tab
    for screen in screens:
        screen.page.close()
    assert [error for screen in screens for error in screen.errors] == []
    assert [address for screen in screens for address in screen.foreign] == []


@pytest.fixture
def tab(new_tab: OpenTab) -> Screen:
    """One tab on the full sample."""
    return new_tab()
