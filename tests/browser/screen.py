"""A tab with what a reader does in it. Console errors and requests to other hosts are collected all along."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from playwright.sync_api import ConsoleMessage, Locator, Page, Request

SETTLE_MS = 90_000  # a page takes one or two seconds; a busy machine is no fault of the page
_ASK_EVERY_MS = 100  # not with every frame, which a page that waits would then have to paint
# On a deep link Streamlit first asks these below the page's path, then at the root.
PROBES = re.compile(r"/[a-z]+/_stcore/(health|host-config)$")
_SETTLED = """() => {
  const app = document.querySelector('[data-testid="stApp"]')
  return app && app.dataset.testScriptState === "notRunning"
    && app.dataset.testConnectionState === "CONNECTED"
    && document.querySelectorAll('[data-testid="stSkeleton"], [data-stale="true"]').length === 0
    && document.querySelector('[data-testid="stMainBlockContainer"] h1') !== null
}"""


def plain(text: str) -> str:
    """Text as it is read: no word joiners, ordinary spaces."""
    return text.replace("\u2060", "").replace("\u00a0", " ")


@dataclass
class Screen:
    """One tab on one server."""

    page: Page
    address: str
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda fault: self.errors.append(str(fault)))
        self.page.on("request", self._asked)

    def open(self, page: str = "", query: str = "", **params: Any) -> Screen:
        """Open a page by its link and wait until it is drawn."""
        query = query or urlencode(params, doseq=True)
        self.page.goto(f"{self.address}/{page}" + (f"?{query}" if query else ""))
        return self.settle()

    def settle(self) -> Screen:
        """Wait until the run and everything it draws are done."""
        self._until_settled()
        # A click reaches the server a moment later: the page must stay settled for a while.
        for _ in range(2):
            self.page.wait_for_timeout(120)
            self._until_settled()
        return self

    def _until_settled(self) -> None:
        self.page.wait_for_function(_SETTLED, timeout=SETTLE_MS, polling=_ASK_EVERY_MS)

    def until_link(self, pattern: str) -> Screen:
        """Wait until the link matches, then until the page is drawn."""
        self.page.wait_for_url(re.compile(pattern), timeout=SETTLE_MS, wait_until="commit")
        return self.settle()

    @property
    def params(self) -> dict[str, list[str]]:
        """Parameters of the link as it stands."""
        return parse_qs(urlsplit(self.page.url).query)

    @property
    def path(self) -> str:
        """Path of the link as it stands."""
        return urlsplit(self.page.url).path

    @property
    def text(self) -> str:
        """All text of the page, without the invisible word joiners of literal text."""
        return plain(self.page.get_by_test_id("stMain").inner_text())

    @property
    def title(self) -> str:
        """The heading of the page."""
        return plain(self.page.locator("h1").first.inner_text())

    def scorecard(self) -> Locator:
        """The scorecard table."""
        return self.page.locator("table", has_text="4-wk avg").first

    def score(self, label: str) -> str:
        """The newest value of a scorecard row."""
        row = self.scorecard().locator("tr.row", has=self.page.get_by_role("button", name=label, exact=True))
        return row.locator("td.number").first.inner_text()

    def chips(self) -> list[str]:
        """Words of the filter chips, without the icon."""
        words = self._chips().all_inner_texts()
        return [plain(chip).removesuffix("close").strip() for chip in words]

    def click_chip(self, words: str) -> None:
        """Click the chip that reads `words`."""
        self._chips().nth(self.chips().index(words)).click()

    def _chips(self) -> Locator:
        return self.page.get_by_test_id("stButtonGroup").filter(has_text="Clear all").get_by_role("button")

    def choose(self, label: str, *options: str) -> Screen:
        """Choose options of a filter in the popover, which is opened for it and closed again."""
        self.page.get_by_role("button", name=re.compile(r"Filters")).click()
        for option in options:
            self.page.get_by_role("combobox", name=re.compile(rf"\b{label}$|{label}\.")).click()
            self.page.get_by_role("option", name=option, exact=True).click()
            self.settle()
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("Escape")
        return self

    def back(self) -> Screen:
        """The browser's Back."""
        self.page.evaluate("history.back()")
        self.page.wait_for_timeout(150)
        return self.settle()

    def forward(self) -> Screen:
        """The browser's Forward."""
        self.page.evaluate("history.forward()")
        self.page.wait_for_timeout(150)
        return self.settle()

    def scrolls_sideways(self) -> bool:
        """Whether the page is wider than the window."""
        return bool(
            self.page.evaluate(
                """() => {
                  const main = document.querySelector('[data-testid="stMain"]')
                  return document.documentElement.scrollWidth > innerWidth
                    || main.scrollWidth > main.clientWidth
                }"""
            )
        )

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not PROBES.search(message.location.get("url", "")):
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.foreign.append(request.url)
