"""Above the list: what to look for, which rows, the search, the order; each choice is written to the link."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from components.cases import words
from components.cases.columns import field_of, sortable
from components.cases.request import CaseRequest
from components.cases.ways import write
from components.plain_text import literal
from components.security import single_leader_mode
from components.view import View
from queries.case_search import LONGEST_SEARCH
from queries.cases import CasePage
from queries.listing import KINDS
from queries.rows_behind import flag_label

_SORT_WORDS = {
    "moment": ("newest first", "oldest first"),
    "hours": ("longest first", "shortest first"),
    "work_hours": ("most first", "fewest first"),
    "day": ("newest first", "oldest first"),
    "days": ("longest first", "shortest first"),
    "number": ("highest first", "lowest first"),
    "score": ("highest first", "lowest first"),
    "money": ("highest first", "lowest first"),
    "text": ("Z to A", "A to Z"),
}


def kinds(view: View, request: CaseRequest) -> None:
    """What is looked for: escalations, appeals, enforcements or investigations; a number says so itself."""
    if request.metric is not None:
        return
    st.session_state["cases-kind"] = request.kind
    st.segmented_control(
        "What to look for",
        KINDS,
        key="cases-kind",
        required=True,
        format_func=lambda kind: words.KIND_NAMES[kind],
        on_change=_choose_kind,
        args=(view, request),
        label_visibility="collapsed",
    )


def _choose_kind(view: View, request: CaseRequest) -> None:
    """Another kind keeps the words searched for and the days, and starts at its own first page and order."""
    kind = st.session_state["cases-kind"]
    write(view, CaseRequest(period=request.period, search=request.search, kind=kind))


def controls(view: View, request: CaseRequest, found: CasePage) -> None:
    """Which rows, what to search for, and in which order; each choice is written to the link."""
    named = single_leader_mode()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if flag_label(request.metric):
            st.session_state["cases-show"] = "flagged" if request.flagged_only else "all"
            st.segmented_control(
                "Rows",
                ("all", "flagged"),
                key="cases-show",
                required=True,
                format_func=lambda choice: literal(
                    words.show_words(request.metric, choice, found.total, found.flagged)
                ),
                on_change=_show,
                args=(view, request),
            )
        st.session_state["cases-search"] = request.search
        st.text_input(
            "Search",
            key="cases-search",
            type="search",
            max_chars=LONGEST_SEARCH,
            placeholder=words.search_words(named),
            icon=":material/search:",
            on_change=_search,
            args=(view, request),
            width=300,
        )
        st.session_state["cases-sort"] = (request.sort, request.descending)
        st.selectbox(
            "Sort by",
            [(column, order) for column in sortable(request.fact, named) for order in (True, False)],
            key="cases-sort",
            format_func=partial(order_words, request.fact),
            on_change=_sort,
            args=(view, request),
            width=260,
        )


def order_words(fact: str, order: tuple[str, bool]) -> str:
    column, descending = order
    field = field_of(fact, column)
    down, up = _SORT_WORDS[field.kind]
    return f"{field.head}, {down if descending else up}"


def _show(view: View, request: CaseRequest) -> None:
    write(view, replace(request, flagged_only=st.session_state["cases-show"] == "flagged", page=1))


def _search(view: View, request: CaseRequest) -> None:
    write(view, replace(request, search=(st.session_state["cases-search"] or "").strip(), page=1))


def _sort(view: View, request: CaseRequest) -> None:
    column, descending = st.session_state["cases-sort"]
    write(view, replace(request, sort=column, descending=descending, page=1))


def sort_by_head(view: View, request: CaseRequest, column: str) -> None:
    """A click on a head sorts by it; a second one turns the order round. Words start at A."""
    starts = field_of(request.fact, column).kind != "text"
    descending = not request.descending if column == request.sort else starts
    write(view, replace(request, sort=column, descending=descending, page=1))
