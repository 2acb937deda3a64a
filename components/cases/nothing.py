"""Lists that hold nothing: why, how many there are without the last choice, and the way on."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components import link, numbers, states
from components.cases import words
from components.cases.request import CaseRequest
from components.cases.ways import write
from components.one_person import NOT_SHOWN
from components.plain_text import literal
from components.security import single_leader_mode
from components.view import View
from queries.case_search import cases_numbered
from queries.cases import Behind, counts_behind
from queries.conditions import unknown_to
from queries.filters import DIMENSIONS
from queries.listing import KINDS, LISTINGS
from queries.rows_behind import flag_label


def refused(view: View, request: CaseRequest) -> bool:
    """Filters that the rows do not have are never half applied: they are named, with the way out."""
    unknown = unknown_to(request.fact, view.filters.dimensions)
    if not unknown:
        return False
    names = " and ".join(DIMENSIONS[dimension].label.lower() for dimension in unknown)
    things = words.NOUNS[request.fact][1]
    kept = view.filters.only(set(view.filters.dimensions) - set(unknown))
    if states.empty(
        f"{things.capitalize()} cannot be filtered by {names}.",
        "The list would not hold the rows of the number.",
        f"Clear the {names} filter",
        "refused",
    ):
        link.go(kept, **request.to_params())
        st.rerun()
    return True


def of_people(request: CaseRequest) -> bool:
    """Rows that are days of people are not listed where people are not named; the sentence says so."""
    if single_leader_mode() or not LISTINGS[request.fact].of_people:
        return False
    things = words.NOUNS[request.fact][1]
    st.markdown(literal(f"The {things} behind this number are those of people, {NOT_SHOWN}"))
    return True


def nothing(view: View, request: CaseRequest, behind: Behind, total: int) -> None:
    """An empty list: what is empty, how many there are without the last choice, one button to drop it."""
    things = words.noun_of(request.fact, 0)
    if request.search:
        message, wider = f"No {things} contain “{request.search}”.", replace(request, search="", page=1)
        detail, action = f"{numbers.count(total)} without the search.", "Clear the search"
    elif request.flagged_only:
        message, wider = (
            f"None is {flag_label(request.metric)}.",
            replace(request, flagged_only=False, page=1),
        )
        detail, action = f"All {numbers.count(total)} {things} are listed without this choice.", "Show all"
    elif view.filters.chosen:
        without = counts_behind(view.reader, replace(behind, filters=view.filters.cleared()))[0]
        message, wider = f"No {things} match these filters.", replace(request, page=1)
        detail, action = f"{numbers.count(without)} without them.", "Clear filters"
    else:
        message, wider = (
            f"There are no {things} {words.period_words(request.period)}.",
            CaseRequest(kind=_home(request)),
        )
        detail, action = "", "Show all"
    pressed = states.empty(message, detail, action, "cases")
    if request.search:
        _elsewhere(view, request)
    if pressed:
        if action == "Clear filters":
            link.clear(view.filters, **wider.to_params())
        else:
            write(view, wider)
        st.rerun()


def _elsewhere(view: View, request: CaseRequest) -> None:
    """Where nothing is found, the cases of any kind whose number is exactly what was typed."""
    for kind, number in cases_numbered(view.reader, request.search):
        st.button(
            literal(f"Open {words.noun_of(kind, 1)} {number}"),
            icon=":material/arrow_forward:",
            key=f"cases-open-{kind}",
            on_click=write,
            args=(view, request.opening(kind, number)),
        )


def _home(request: CaseRequest) -> str:
    """The kind that is listed when all of it is asked for."""
    return request.fact if request.fact in KINDS else KINDS[0]
