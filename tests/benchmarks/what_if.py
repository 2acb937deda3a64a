"""From a change of the scenario to the last thing drawn in a real browser, each scenario simulated anew."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

import numpy as np
from playwright.sync_api import Page, sync_playwright

from queries.measure import Reader
from store.location import Location
from tests.benchmarks.browser import ARGUMENTS, LONGEST, SIZE
from tests.benchmarks.server import Server, served
from tests.benchmarks.simulation import a_team
from tests.benchmarks.timing import Figure

LIMIT_MS = 700.0
CHANGES = 20


@dataclass(frozen=True)
class Kind:
    """A kind of change: its button, the field that tells its changes apart, and what is entered there."""

    label: str
    field: str
    entered: tuple[float, ...]


_KINDS = (
    Kind("Hire", "people", tuple(range(1, CHANGES + 2))),
    Kind("Move people", "people", tuple(range(1, 6))),
    Kind("Overtime", "hours", tuple(half / 2 for half in range(1, CHANGES + 2))),
    Kind("Standard time", "minutes", tuple(range(20, CHANGES + 21))),
    Kind("Preventable cases", "share", tuple(range(1, CHANGES + 2))),
    Kind("Due days", "shift", tuple(range(1, CHANGES + 2))),
)
_SETTLED = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  return app && app.dataset.testScriptState === "notRunning"
    && !document.querySelector('[data-testid="stSkeleton"],[data-stale="true"]');
}"""
# The clock runs in the browser: asking it from outside would add the way there and back.
_TIMED = """() => {
  const leads = () =>
    [...document.querySelectorAll('[data-testid="stMarkdownContainer"] strong')].map((e) => e.textContent);
  const plain = leads().find((one) => one.startsWith("As things are") || one.startsWith("No SLA target"));
  const begun = performance.now();
  window.settledAfter = null;
  const look = () => {
    const app = document.querySelector('[data-testid="stApp"]');
    const rests = app.dataset.testScriptState === "notRunning";
    if (!leads().includes(plain) && rests && !document.querySelector('[data-stale="true"]'))
      window.settledAfter = performance.now() - begun;
    else requestAnimationFrame(look);
  };
  document.querySelector('.st-key-what-add button').click();
  requestAnimationFrame(look);
}"""


def what_if(reader: Reader, location: Location) -> list[Figure]:
    """The 95 % quantile of each kind of change with all teams, and of hires into the only team shown.

    From the click that adds the change to a page at rest; what touches all teams simulates each of them.
    """
    with served(location) as server, sync_playwright() as playwright:
        path = shutil.which("chromium") or playwright.chromium.executable_path
        launched = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            page = launched.new_context(viewport=SIZE).new_page()
            _open(page, server, f"?team={a_team(reader)}")
            found = [_figure("hire, one team shown", _times(page, _KINDS[0]))]
            _open(page, server, "")
            for kind in _KINDS:
                page.locator(".st-key-what-kind button").filter(has_text=kind.label).click()
                _rest(page)
                if kind.label == "Move people":
                    page.locator(".st-key-what-team input").press("ArrowDown")
                    page.locator(".st-key-what-team input").press("ArrowDown")
                    page.locator(".st-key-what-team input").press("Enter")
                    _rest(page)
                found.append(_figure(f"{kind.label.lower()}, all teams shown", _times(page, kind)))
        finally:
            launched.close()
    return found


def _figure(name: str, times: list[float]) -> Figure:
    figure = Figure(
        f"browser: scenario change to settled, 95 %: {name}",
        float(np.quantile(times, 0.95, method="inverted_cdf")),
        "ms",
        len(times),
    )
    return figure.against(LIMIT_MS).remarked(f"median {np.median(times):.0f} ms, slowest {max(times):.0f}")


def _open(page: Page, server: Server, query: str) -> None:
    page.goto(f"http://127.0.0.1:{server.port}/capacity{query}")
    page.wait_for_selector(".st-key-what-people", timeout=LONGEST)
    _rest(page)


def _times(page: Page, kind: Kind) -> list[float]:
    """Milliseconds of adding each change to none."""
    times = []
    for value in kind.entered:
        field = page.locator(f".st-key-what-{kind.field} input")
        field.fill(f"{value:g}")
        field.press("Tab")
        _rest(page)
        page.evaluate(_TIMED)
        page.wait_for_function("() => window.settledAfter !== null", timeout=LONGEST)
        times.append(float(page.evaluate("window.settledAfter")))
        page.locator(".st-key-what-chips button").first.click()
        _rest(page)
    return times[1:]  # the first draws what later ones keep


def _rest(page: Page) -> None:
    """Wait until nothing has moved for a while."""
    for _ in range(2):
        page.wait_for_timeout(400)
        page.wait_for_function(_SETTLED, timeout=LONGEST)
