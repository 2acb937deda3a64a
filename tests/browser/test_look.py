"""Light and dark, phone and zoom, keyboard."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.conftest import OpenTab
from tests.browser.screen import Screen, plain

pytestmark = pytest.mark.browser

PAGES = ("", "escalations", "cases", "definitions")
CHART_PAGES = ("", "escalations")


@pytest.mark.parametrize(
    ("scheme", "page_colour", "ink"),
    [("light", "rgb(255, 255, 255)", "rgb(22, 32, 43)"), ("dark", "rgb(15, 23, 32)", "rgb(233, 238, 243)")],
)
def test_pages_follow_the_colour_scheme(scheme: str, page_colour: str, ink: str, new_tab: OpenTab) -> None:
    tab = new_tab(color_scheme=scheme).open("escalations")
    app = tab.page.get_by_test_id("stApp")
    assert app.evaluate("e => getComputedStyle(e).backgroundColor") == page_colour
    assert tab.page.locator("h1").evaluate("e => getComputedStyle(e).color") == ink
    line = tab.page.locator(".st-key-promises-trend svg .mark-line path").first
    accent = {"light": "#1d5c9e", "dark": "#7abcf5"}[scheme]
    assert (line.get_attribute("stroke") or "").lower() == accent


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "window",
    [
        pytest.param({"viewport": {"width": 390, "height": 844}}, id="phone"),
        pytest.param({"viewport": {"width": 720, "height": 450}, "device_scale_factor": 2}, id="zoom 200 %"),
    ],
)
def test_no_page_scrolls_sideways(page: str, window: dict[str, Any], new_tab: OpenTab) -> None:
    tab = new_tab(**window).open(page)
    assert not tab.scrolls_sideways()
    assert tab.page.locator("h1").first.is_visible()


def axis_texts(tab: Screen, chart: str, axis: int) -> list[str]:
    """The texts of an axis of the chart with this key: 0 is the horizontal one, -1 the vertical one."""
    found = tab.page.locator(f".st-key-{chart} svg .role-axis-label")
    found.first.locator("text").first.wait_for(state="attached")
    return [plain(text) for text in found.all()[axis].locator("text").all_text_contents()]


def test_axes_have_round_times_in_one_unit_and_say_the_year_where_they_span_two(tab: Screen) -> None:
    tab.open("strategic")
    times = axis_texts(tab, "thorough-investigation_hours_p50", 0)
    assert times[0] == "0 d" and len(times) >= 4
    assert all(re.fullmatch(r"\d+(\.5)? d", time) for time in times)
    assert axis_texts(tab, "blocked-weeks", -1)[:2] == ["$ 0", "$ 1 M"]
    tab.open("reinstatements")
    months = axis_texts(tab, "upstream-trend-overturned_on_appeal", 0)
    assert re.fullmatch(r"1 [A-Z][a-z]{2} ’\d\d", months[0])
    assert [month for month in months if "’" in month][1].startswith("1 Jan")
    times = axis_texts(tab, "decision-median", -1)
    assert len(times) >= 4
    assert all(re.fullmatch(r"\d(\.[2468]|\.5)? d", time) for time in times)


def test_the_drawer_fits_a_phone(new_tab: OpenTab) -> None:
    tab = new_tab(viewport={"width": 390, "height": 844}).open(explain="resolution_sla")
    box = tab.page.get_by_role("dialog").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 391


def _focused(tab: Screen) -> str:
    """The element that has the focus, inside components too: its role or tag, and its words."""
    return str(
        tab.page.evaluate(
            """() => {
              let at = document.activeElement
              while (at && at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement
              return at ? at.tagName + " " + (at.getAttribute("aria-label") || at.innerText || "") : ""
            }"""
        )
    )


def test_tab_reaches_filters_card_buttons_and_scorecard_rows_and_enter_opens_one(tab: Screen) -> None:
    tab.open()
    tab.page.locator("h1").first.click()
    reached = []
    for _ in range(60):
        tab.page.keyboard.press("Tab")
        reached.append(_focused(tab))
        if "Open and past due" in reached[-1] and reached[-1].startswith("BUTTON"):
            break
    assert any("Filters" in name for name in reached)
    assert any("Explain" in name for name in reached)
    assert any("missed of" in name for name in reached)
    assert "Open and past due" in reached[-1]
    tab.page.keyboard.press("Enter")
    tab.until_link("explain=backlog_past_due")
    assert tab.page.get_by_role("dialog").is_visible()


@pytest.mark.parametrize("page", CHART_PAGES)
def test_charts_and_tables_have_names_and_icon_buttons_have_words(page: str, tab: Screen) -> None:
    tab.open(page)
    tab.page.wait_for_timeout(500)
    nameless = tab.page.evaluate(
        """() => {
          const named = (node) => (node.getAttribute("aria-label") || node.getAttribute("alt") || "").trim()
          const main = document.querySelector('[data-testid="stMain"]')
          const charts = [...main.querySelectorAll('[data-testid="stVegaLiteChart"]')]
            .filter((node) => !named(node) && !node.closest("[aria-label]"))
            .filter((node) => !node.querySelector("svg[aria-label]"))
          const tables = [...main.querySelectorAll("table")].filter((node) => !named(node) && !node.caption)
          const buttons = [...main.querySelectorAll("button")].filter((node) => node.offsetParent
            && !(node.innerText + named(node) + (node.title || "")).trim())
          return [charts.length, tables.length, buttons.map((node) => node.outerHTML.slice(0, 200))]
        }"""
    )
    assert nameless == [0, 0, []]
    assert tab.page.locator("h1").count() == 1
    assert tab.page.locator("h2").count() >= 3


def test_small_targets_are_large_enough_for_a_finger(new_tab: OpenTab) -> None:
    tab = new_tab(viewport={"width": 390, "height": 844}).open()
    heights = tab.page.get_by_test_id("stMain").evaluate(
        """main => [...main.querySelectorAll('[data-testid="stButton"] button')]
          .concat([...main.querySelectorAll('[data-testid="stButtonGroup"] button')])
          .filter((node) => node.offsetParent)
          .map((node) => [node.innerText, node.getBoundingClientRect().height])"""
    )
    assert heights
    assert [entry for entry in heights if entry[1] < 32] == []
    assert re.search("Week 46", tab.title)
