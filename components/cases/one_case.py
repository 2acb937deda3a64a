"""The one case that a link asks for, of whatever kind, or one sentence where there is none to see."""

from __future__ import annotations

import streamlit as st

from components import states
from components.cases.coaching import coaching
from components.cases.one_chain import one_chain
from components.cases.one_escalation import one_escalation
from components.cases.request import CaseRequest, is_usable, quoted
from components.cases.ways import write
from components.cases.words import noun_of
from components.view import View
from queries.case_chain import case_chain
from queries.timeline import case_life


def one_case(view: View, request: CaseRequest) -> None:
    """Draw the case that the link asks for."""
    st.button(
        "Back to the seller" if request.seller else "Back to the list",
        icon=":material/arrow_back:",
        key="case-back",
        on_click=write,
        args=(view, request.closed()),
    )
    kind = request.case_kind
    if is_usable(request.case) and kind == "escalations":
        life = case_life(view.reader, request.case)
        if life is not None:
            coaching(view, kind, life.escalation_id, life.cycles[-1]["specialist_id"])
            one_escalation(view, request, life)
            return
    elif is_usable(request.case):
        chain = case_chain(view.reader, kind, request.case)
        if chain is not None:
            coaching(view, kind, chain.number, chain.case["specialist_id"])
            one_chain(view, request, chain)
            return
    # One sentence for both, so that nobody learns which numbers exist outside their scope.
    states.empty(
        f"No {noun_of(kind, 1)} {quoted(request.case)} is within what you may see.",
        "Check the number, or search for it in the list.",
        icon="search_off",
    )
