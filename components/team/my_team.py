"""My team: everyone by name."""

from __future__ import annotations

import streamlit as st

from components import link, numbers, theme
from components.cases.list_table import Cell, Head, Row, list_table
from components.team.chosen import address
from components.view import View
from queries.people.roster import Member, roster

QUESTION = "My team"
ROWS = 40
"""People on one page of the list."""


def my_team(view: View) -> None:
    """Everyone the filters let through, alphabetical, a page at a time."""
    people = roster(view.reader, view.filters, view.week.last_day)
    theme.section(QUESTION, f"{numbers.count(len(people))} people, by name.")
    pages = max(1, -(-len(people) // ROWS))
    page = min(_page(), pages)
    shown = people[(page - 1) * ROWS : page * ROWS]
    list_table(
        [Head("Name"), Head("Team")],
        [_row(view, person) for person in shown],
        f"{len(shown)} of {len(people)} people, by name",
        "my-team",
    )
    _pages(view, page, pages)


def _row(view: View, person: Member) -> Row:
    teams = " and ".join(view.name_of("team", team) for team in person.teams) or "No team"
    return Row(person.specialist_id, address(view, person.specialist_id), [Cell(person.name), Cell(teams)])


def _page() -> int:
    text = link.own("page")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _pages(view: View, page: int, pages: int) -> None:
    if pages == 1:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for words, icon, to in (
            ("Previous", "chevron_left", page - 1),
            ("Next", "chevron_right", page + 1),
        ):
            st.button(
                words,
                icon=f":material/{icon}:",
                key=f"my-team-{words}",
                disabled=not 1 <= to <= pages,
                on_click=_turn,
                args=(view, to),
            )
        st.markdown(f"Page {page} of {pages}", width="content")


def _turn(view: View, page: int) -> None:
    link.go(view.filters, page=str(page) if page > 1 else "")
