"""“Coach on this”: mark a case for the person who has it, to be talked through at the next 1:1."""

from __future__ import annotations

import streamlit as st

from components.cases.words import noun_of
from components.plain_text import literal
from components.security import single_leader_mode
from components.team.access import marks_logged
from components.team.development import case_line, paragraphs
from components.team.entry_form import form_of, open_form
from components.theme import note, subtitle
from components.view import View
from queries.development import CoachingMark, marks_of_case


def coaching(view: View, kind: str, number: str, specialist_id: str | None) -> None:
    """The marks of a case and a way to add one; nothing where nobody could say who is looking.

    `kind` is the table of the case, `specialist_id` who has it; without one the case cannot be marked.
    """
    if not single_leader_mode():
        return
    marks = marks_of_case(view.reader.facts.location, kind, number)
    if specialist_id is None:
        if not marks:
            return
    else:
        blank = CoachingMark(specialist_id, kind, number)
        name = view.name_of("member", specialist_id)
        st.button(
            literal(f"Coach {name} on this"),
            icon=":material/school:",
            key="coach-on-this",
            help="Marks the case to be talked through; it then stands in the 1:1 brief.",
            on_click=open_form,
            args=(blank,),
        )
        form_of(view, blank)
    if marks:
        marks_logged(view, f"{noun_of(kind, 1)} {number}", {mark.person for mark in marks})
        subtitle("Marked to be talked through")
    for mark in marks:
        with st.container(border=True, gap=None):
            case_line(mark, view.name_of("member", mark.person))
            paragraphs(mark.note)
    if marks:
        note("Changed on the page of the person, under “Cases to talk through”.")
