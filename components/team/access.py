"""Who may see pages about people: the one leader at this machine; every view is logged."""

from __future__ import annotations

import streamlit as st

from components.security import single_leader_mode
from components.view import View
from queries.people.access import log_view

LEADER = "leader at this machine"
"""The viewer the log names while there is no sign-in."""
_LAST = "team-last-viewed"
_LAST_MARKED = "coaching-last-viewed"


def refused() -> bool:
    """Whether pages about people stay closed; if so the sentence that says why is drawn."""
    if single_leader_mode():
        return False
    st.error(
        "**Pages about people are closed.** Without sign-in they open only where the app answers to this "
        "machine alone (server.address 127.0.0.1), because nobody could say who is looking.",
        icon=":material/lock:",
    )
    return True


def logged(view: View, specialist_id: str) -> None:
    """Log that a person's page is opened, once per opening and not per redraw.

    Raises StoreError or a fault of the database when it cannot be logged; the page must then stay closed.
    """
    if st.session_state.get(_LAST) == specialist_id:
        return
    log_view(view.reader.facts.location, LEADER, specialist_id, "Team page")
    st.session_state[_LAST] = specialist_id


def marks_logged(view: View, case: str, people: set[str]) -> None:
    """Log that what is written about people on the page of a case is seen, once per opening.

    `case` is the case as people read it. Raises what `logged` does; the marks must then stay closed.
    """
    if st.session_state.get(_LAST_MARKED) == (case, people):
        return
    for person in sorted(people):
        log_view(view.reader.facts.location, LEADER, person, f"Coaching mark on {case} seen")
    st.session_state[_LAST_MARKED] = (case, people)


def left_person() -> None:
    """Nobody's page is shown now; the next opening is logged again."""
    st.session_state.pop(_LAST, None)


def badge() -> None:
    """What the page says about who can see it."""
    st.badge(
        "Single leader, views are logged",
        icon=":material/lock:",
        color="gray",
        help="Without sign-in pages about people open only for whoever sits at this machine, and every "
        "view of a person is logged.",
    )
