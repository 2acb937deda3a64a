"""From a change of the scenario to the last thing drawn in a real browser, each scenario simulated anew."""

from __future__ import annotations

import shutil

import numpy as np
from playwright.sync_api import Page, sync_playwright

from queries.measure import Reader
from store.location import Location
from tests.benchmarks.browser import ARGUMENTS, LONGEST, SIZE
from tests.benchmarks.server import Server, served
from tests.benchmarks.simulation import a_team
from tests.benchmarks.timing import Figure

CHANGES = 20
LIMIT_MS = 700.0
_SETTLED = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  return app && app.dataset.testScriptState === "notRunning"
    && !document.querySelector('[data-testid="stSkeleton"],[data-stale="true"]');
}"""
# The clock runs in the browser: asking it from outside would add the way there and back.
_TIMED = """(words) => {
  const begun = performance.now();
  window.settledAfter = null;
  const look = () => {
    const app = document.querySelector('[data-testid="stApp"]');
    const told = [...document.querySelectorAll('[data-testid="stMarkdownContainer"] strong')]
      .some((one) => one.textContent.startsWith(words));
    const rests = app.dataset.testScriptState === "notRunning";
    if (told && rests && !document.querySelector('[data-stale="true"]'))
      window.settledAfter = performance.now() - begun;
    else requestAnimationFrame(look);
  };
  document.querySelector('.st-key-what-add button').click();
  requestAnimationFrame(look);
}"""


def what_if(reader: Reader, location: Location) -> list[Figure]:
    """The 95 % quantile over hires into one team, from the click that adds them to a page at rest."""
    team = a_team(reader)
    with served(location) as server, sync_playwright() as playwright:
        path = shutil.which("chromium") or playwright.chromium.executable_path
        launched = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            page = launched.new_context(viewport=SIZE).new_page()
            times = _hires(page, server, team)
        finally:
            launched.close()
    figure = Figure(
        f"browser: scenario change to settled, 95 % of {CHANGES} hires into one team",
        float(np.quantile(times, 0.95, method="inverted_cdf")),
        "ms",
        len(times),
    )
    return [figure.against(LIMIT_MS).remarked(f"median {np.median(times):.0f} ms, slowest {max(times):.0f}")]


def _hires(page: Page, server: Server, team: str) -> list[float]:
    page.goto(f"http://127.0.0.1:{server.port}/capacity?team={team}")
    page.wait_for_selector(".st-key-what-people", timeout=LONGEST)
    _rest(page)
    times = []
    for people in range(1, CHANGES + 2):
        field = page.locator(".st-key-what-people input")
        field.fill(str(people))
        field.press("Tab")
        _rest(page)
        page.evaluate(_TIMED, f"{people} hire")
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
