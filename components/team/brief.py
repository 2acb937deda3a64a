"""The 1:1 brief on one page: read here, print it, or take it along as a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

import streamlit as st

from components import link, theme
from components.documents import Document, document_html, document_pdf, unprinted_text
from components.documents.model import Part
from components.plain_text import literal
from components.team import brief_words
from components.team.access import LEADER
from components.team.brief_words import CASES, Facts
from components.team.chosen import PERSON
from components.team.development import open_case
from components.team.entry_form import today
from components.team.funnels import places
from components.view import View
from queries.development import CoachingMark, of_person
from queries.people.access import log_view
from queries.people.evidence import half_year, leave_of
from queries.people.roster import Member

PRINT = "print"
"""The page's own parameter of the link: "brief" shows the brief alone, as it is printed."""
_LEAVE_AHEAD = dt.timedelta(days=56)
# Streamlit has no print layout: menu, header, filters and buttons would stand on the paper, in wide lines.
_PRINTED = (
    "<style>@media print{[data-testid=stHeader],[data-testid=stMainBlockContainer] "
    "*:not(:has(.st-key-printed)):not(.st-key-printed):not(.st-key-printed *){display:none!important}"
    "[data-testid=stMainBlockContainer]{padding:0!important}"
    ".st-key-printed,.st-key-printed .stVerticalBlock{gap:0.3rem!important}"
    ".st-key-brief{border:0!important;padding:0!important}"
    ".st-key-printed p,.st-key-printed li{font-size:10.5pt!important;margin:0!important}"
    ".st-key-printed ul{padding-left:1.2em!important}.st-key-printed li p{display:inline}"
    "@page{size:A4;margin:14mm}}</style>"
)


def asked_for_print() -> bool:
    """Whether the link asks for the brief alone."""
    return link.own(PRINT) == "brief"


def gathered(view: View, person: Member) -> Facts:
    """All the brief is written from."""
    on = today(view)
    return Facts(
        person,
        places(view, person.specialist_id),
        half_year(view.reader, person.specialist_id, view.week),
        of_person(view.reader.facts.location, person.specialist_id),
        leave_of(view.reader, person.specialist_id, on, on + _LEAVE_AHEAD),
        on,
    )


def brief(view: View, person: Member) -> None:
    """The brief as a card with its ways to paper: the print view, HTML and PDF."""
    facts = gathered(view, person)
    document = brief_words.brief(view, facts)
    theme.section("1:1 brief", "", document.subtitle)
    card(document, facts.written.open_marks)
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Print view",
            icon=":material/print:",
            key="brief-print",
            on_click=link.go,
            args=(view.filters,),
            kwargs={PERSON: person.specialist_id, PRINT: "brief"},
        )
        as_files(view, person, document, "brief", "1:1 brief", one_page=True)
    note_unprinted(document)


def print_view(view: View, person: Member) -> None:
    """The brief alone, for the browser's own print."""
    facts = gathered(view, person)
    document = brief_words.brief(view, facts)
    st.html(_PRINTED)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Back to the page",
            icon=":material/arrow_back:",
            key="brief-back",
            on_click=link.go,
            args=(view.filters,),
            kwargs={PERSON: person.specialist_id},
        )
        st.markdown("Print with the browser: Ctrl+P, or ⌘P on a Mac.")
    with st.container(key="printed"):
        with st.container(gap=None):
            st.header(literal(document.title), anchor=False)
            st.markdown(literal(document.subtitle))
        card(document, ())


def card(document: Document, marks: tuple[CoachingMark, ...]) -> None:
    """The parts of the brief, with a button for each marked case."""
    with st.container(border=True, key="brief", gap="small"):
        for part in document.parts:
            _part(part)
            if part.heading == CASES and marks:
                _cases(marks)
        theme.note(document.footer)


def _part(part: Part) -> None:
    lines = "\n".join(f"- {literal(line)}" for line in part.lines)
    st.markdown(f"**{literal(part.heading)}**\n\n{lines}")


def _cases(marks: tuple[CoachingMark, ...]) -> None:
    with st.container(horizontal=True, gap="small"):
        for place, mark in enumerate(marks[: brief_words.MOST_LINES]):
            st.button(
                literal(mark.case_id),
                icon=":material/open_in_new:",
                type="tertiary",
                key=f"brief-case-{place}",
                on_click=open_case,
                args=(mark,),
            )


def as_files(
    view: View, person: Member, document: Document, stem: str, words: str, *, one_page: bool = False
) -> None:
    """Two downloads of a document about a person, made when pressed and written into the log of views."""
    at = dt.datetime.combine(today(view), dt.time())
    for ending, mime, make in (
        ("html", "text/html", lambda: document_html(document)),
        ("pdf", "application/pdf", lambda: document_pdf(document, at, one_page=one_page)),
    ):
        st.download_button(
            ending.upper(),
            partial(_logged, view, person, f"{words} downloaded", make),
            file_name=f"{stem}-{person.specialist_id}.{ending}",
            mime=mime,
            icon=":material/download:",
            key=f"{stem}-{ending}",
            help=f"{words} as {ending.upper()}",
            on_click="ignore",
        )


def note_unprinted(document: Document) -> None:
    """Below the downloads: which letters the PDF cannot show."""
    if text := unprinted_text(document):
        theme.note(f"{text} The HTML file has them.")


def _logged(view: View, person: Member, doing: str, make: Callable[[], bytes]) -> bytes:
    """The file, once the log of views has the download: what cannot be logged is not handed out."""
    log_view(view.reader.facts.location, LEADER, person.specialist_id, doing)
    return make()
