"""The script of every run: who is looking, which page, the header, then the page itself."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402 - the root must be importable first

from components import first_start, link, source  # noqa: E402
from components.cases.request import listed_by  # noqa: E402
from components.cases_link import GO_TO  # noqa: E402
from components.filter_bar import COMMON, Offers, header  # noqa: E402
from components.footer import footer  # noqa: E402
from components.no_match import nothing_matches  # noqa: E402
from components.one_person import heeded  # noqa: E402
from components.plain_text import literal  # noqa: E402
from components.states import panel  # noqa: E402
from components.theme import LOGO, page_frame  # noqa: E402
from components.view import View, set_current, week_shown  # noqa: E402
from queries.coverage import Coverage  # noqa: E402
from store.errors import StoreError, StoreMissing  # noqa: E402
from store.settings import SettingsError  # noqa: E402


class PageEntry(NamedTuple):
    """A page: its file, its words in the menu and the title, and the filters it adds to the common ones.

    `header` says what the header offers: filters and week or range, filters and week, filters alone, or
    nothing. `keeps` names the page's own parameters that stay in the link when a filter changes. `fact` is
    the table it is about, `also` others it tells about too. With `own_empty` the page itself says where the
    filters let nothing through.
    """

    file: str
    menu: str
    title: str
    filters: tuple[str, ...] = ()
    group: str = ""
    header: Offers = "range"
    keeps: tuple[str, ...] = ()
    fact: str = "escalations"
    also: tuple[str, ...] = ()
    own_empty: bool = False


PAGES = {
    "": PageEntry(
        "weekly_review.py",
        "Weekly review",
        "",
        ("severity", "reason"),
        header="week",
        also=("appeals", "enforcements"),
    ),
    "escalations": PageEntry(
        "escalations.py", "Escalations", "Escalations", ("severity", "reason", "root_cause", "partner")
    ),
    "reinstatements": PageEntry(
        "reinstatements.py",
        "Reinstatements",
        "Reinstatements",
        ("appeal_reason", "enforcement_team", "policy", "outcome"),
        fact="appeals",
    ),
    "strategic": PageEntry(
        "strategic.py",
        "Strategic sellers",
        "Strategic sellers",
        ("account_manager", "enforcement_team", "detection_source", "policy"),
        fact="enforcements",
    ),
    "capacity": PageEntry(
        "capacity.py",
        "Capacity",
        "Capacity",
        header="week",
        keeps=("what", "beside", "goal"),
        also=("appeals", "enforcements"),
    ),
    "team": PageEntry(
        "team.py", "Team", "Team", header="week", keeps=("person",), fact="appeals", own_empty=True
    ),
    "cases": PageEntry(
        "cases.py",
        "Cases",
        "Cases",
        header="filters",
        keeps=("metric", "from", "to", "show", "q", "sort", "order", "kind"),
    ),
    "definitions": PageEntry(
        "definitions.py",
        "Definitions and data",
        "Definitions and data",
        (),
        "About the data",
        header="plain",
        also=("appeals", "enforcements"),
    ),
}


def run() -> None:
    """Draw one run."""
    st.set_page_config(page_title="Quarterdeck", page_icon=str(LOGO), layout="wide")
    st.logo(str(LOGO), size="large")
    page = _navigation()
    _follow_callback()
    with page_frame():
        try:
            reader, journal = source.reader(), source.journal()
        except StoreMissing:
            first_start.make_and_rerun()
            return
        except (StoreError, SettingsError) as fault:
            st.error(literal(str(fault)), icon=":material/error:")
            return
        newest = reader.coverage.newest_week()
        if newest is None:
            st.info("The store holds no cases yet. Import a source: `python -m store import MAPPING FILE`.")
            return
        entry, coverage = _entry(page.url_path), reader.coverage
        link.carry_over(page.url_path, entry.keeps)
        filters, notices = heeded(*link.filters_of_link(coverage.rules, newest, coverage.days(), entry.keeps))
        view = View(
            reader,
            filters,
            week_shown(filters, coverage) or newest,
            journal,
            page.url_path,
            entry.keeps,
            _fact(entry, coverage),
            filters.span if entry.header == "range" else None,
        )
        set_current(view)
        header(view, entry.title, entry.filters, notices, entry.header)
        with panel(entry.menu, whole_page=True):
            says_so = entry.own_empty or entry.header not in ("week", "range")
            if says_so or not nothing_matches(view, entry.also):
                page.run()
        footer(view)


def _fact(entry: PageEntry, coverage: Coverage) -> str:
    """The table a page is about: of those it tells about the first that is loaded."""
    told = (entry.fact, *entry.also)
    return next((fact for fact in told if coverage.loaded((fact,)) is not None), entry.fact)


def _entry(address: str) -> PageEntry:
    """The page's entry; Cases is about the rows its link lists, and offers the filters they can obey."""
    entry = PAGES[address]
    if address != "cases":
        return entry
    fact, dimensions = listed_by(link.params())
    return entry._replace(fact=fact, filters=tuple(name for name in dimensions if name not in COMMON))


def _navigation() -> st.Page:
    groups: dict[str, list[st.Page]] = {}
    for address, entry in PAGES.items():
        page = st.Page(
            f"../pages/{entry.file}", title=entry.menu, url_path=address or None, default=not address
        )
        groups.setdefault(entry.group, []).append(page)
    return st.navigation(groups, position="top")


def _follow_callback() -> None:
    """Go where a callback of the last run pointed; callbacks cannot switch pages themselves."""
    goal = st.session_state.pop(GO_TO, None)
    if goal is not None:
        address, params = goal
        st.switch_page(f"../pages/{PAGES[address].file}", query_params=params)


run()
