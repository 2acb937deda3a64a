"""The link is the state: deep links, filters, Back and Forward, pages, tabs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.location import Location
from tests.browser.conftest import OpenTab
from tests.browser.screen import Screen
from tests.browser.server import Server, serve

pytestmark = pytest.mark.browser

FIRST_WORDS = {
    "": r"What needs you\s+\d+ of \d+ metrics left their usual range",
    "escalations": r"Are we keeping our promises\?[^?]*\d\d\.\d %",
    "cases": r"[\d,]{5,} cases",
    "definitions": "Definitions and data",
}


@pytest.fixture
def fresh_server(sample_store: Location, tmp_path: Path) -> Iterator[Server]:
    """A server nobody has asked for a page yet."""
    with serve(sample_store, tmp_path / "app.log") as running:
        yield running


def test_a_deep_link_as_the_first_request_of_a_fresh_server_runs_the_shell(
    fresh_server: Server, new_tab: OpenTab
) -> None:
    runs_the_shell(new_tab(fresh_server.address), "escalations")


@pytest.mark.parametrize("page", FIRST_WORDS)
def test_a_deep_link_in_a_new_tab_runs_the_shell(page: str, new_tab: OpenTab) -> None:
    runs_the_shell(new_tab(), page)


def runs_the_shell(tab: Screen, page: str) -> None:
    """Opened by its link, the page has menu, filters and numbers."""
    tab.open(page)
    menu = tab.page.get_by_test_id("stTopNav").inner_text()
    assert "Weekly review" in menu
    assert "Escalations" in menu
    assert "Data through Sun 15 Nov" in tab.text
    assert re.search(FIRST_WORDS[page], tab.text)
    if page != "definitions":
        assert "All teams" in tab.title
        assert tab.page.get_by_role("button", name=re.compile("Filters")).is_visible()
    assert "No sign-in is configured" in tab.text  # the footer: the run reached its end


def test_a_filter_changes_link_chips_and_numbers_and_back_and_forward_undo_and_redo_it(tab: Screen) -> None:
    tab.open()
    everyone = tab.score("Opened")
    tab.choose("Site", "Hyderabad")
    tab.until_link("site=Hyderabad")
    one_site = tab.score("Opened")
    assert tab.params == {"site": ["Hyderabad"]}
    assert tab.chips() == ["Site: Hyderabad", "Clear all"]
    assert int(one_site) < int(everyone)
    tab.back()
    assert (tab.params, tab.chips(), tab.score("Opened")) == ({}, [], everyone)
    tab.forward()
    assert tab.params == {"site": ["Hyderabad"]}
    assert (tab.chips(), tab.score("Opened")) == (["Site: Hyderabad", "Clear all"], one_site)


def test_a_chip_removes_its_filter_and_clear_all_removes_the_rest(tab: Screen) -> None:
    tab.open(site="Hyderabad", severity=["Sev-2", "Sev-3"])
    assert tab.chips() == ["Severity: Sev-2", "Severity: Sev-3", "Site: Hyderabad", "Clear all"]
    tab.click_chip("Severity: Sev-2")
    tab.until_link(r"\?(?!.*Sev-2)")
    assert tab.params == {"site": ["Hyderabad"], "severity": ["Sev-3"]}
    tab.click_chip("Clear all")
    tab.until_link(r"^[^?]*$")
    assert (tab.params, tab.chips()) == ({}, [])


def test_the_menu_carries_filters_to_another_page_and_back_returns_with_them(tab: Screen) -> None:
    tab.open(team="emea-1", week="2026-W44")
    first = tab.title
    tab.page.get_by_test_id("stTopNavLink").filter(has_text="Escalations").click()
    tab.until_link("/escalations.*team=emea-1")
    assert tab.params == {"team": ["emea-1"], "week": ["2026-W44"]}
    assert "EMEA 1" in tab.title
    assert tab.chips() == ["Team: EMEA 1 Luxembourg", "Clear all"]
    tab.back()
    while tab.path != "/":  # the bare entry the menu made lies between
        tab.back()
    assert tab.params == {"team": ["emea-1"], "week": ["2026-W44"]}
    assert tab.title == first


def test_two_tabs_keep_their_own_filters(new_tab: OpenTab) -> None:
    left, right = new_tab().open(site="Hyderabad"), new_tab().open(site="Austin")
    of_left, of_right = left.score("Opened"), right.score("Opened")
    assert of_left != of_right
    left.page.reload()
    right.page.reload()
    left.settle()
    right.settle()
    assert (left.chips()[0], left.score("Opened")) == ("Site: Hyderabad", of_left)
    assert (right.chips()[0], right.score("Opened")) == ("Site: Austin", of_right)


def test_two_filters_chosen_within_a_tenth_of_a_second_both_count(tab: Screen) -> None:
    tab.open()
    tab.page.get_by_role("button", name=re.compile("Filters")).click()
    grain = tab.page.get_by_role("button", name="Month", exact=True).or_(
        tab.page.get_by_role("radio", name="Month", exact=True)
    )
    tab.page.get_by_role("combobox", name=re.compile("Seller tier")).click()
    option = tab.page.get_by_role("option", name="Strategic")
    option.wait_for()
    # Both clicks are made by the page itself, in one turn of its event loop.
    option.evaluate("(option, grain) => { option.click(); grain.click() }", grain.element_handle())
    tab.until_link(r"(?=.*tier=)(?=.*grain=month)")
    assert tab.params == {"tier": ["strategic"], "grain": ["month"]}
