"""Exception cards of "What needs you": one sentence, one mini chart, the ways on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from components.plain_text import literal
from components.status import Status
from components.theme import status_badge


@dataclass(frozen=True)
class CardContent:
    """One exception; every text is formatted and plain.

    `lead` is the bold part of the sentence ("86.1 %, −5.2 pts vs last week"), `detail` the rest.
    `mini_html` comes from `charts.minis.card_html`. `cases_text` is the number the button opens, exactly
    ("152 missed of 1,096"); empty where nothing can be listed. `context` is the muted end of the last line
    ("Target 90.0 % · A. Okafor"). `key` is unique on the page.
    """

    key: str
    title: str
    status: Status
    lead: str
    detail: str = ""
    mini_html: str = ""
    cases_text: str = ""
    context: str = ""
    explain: bool = True


def exception_card(
    content: CardContent,
    on_explain: Callable[[str], None] | None = None,
    on_cases: Callable[[str], None] | None = None,
) -> None:
    """Draw one card. The buttons call `on_explain` or `on_cases` with the card's key before the next run."""
    with st.container(border=True, height="stretch", gap="small"):
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small"
        ):
            st.markdown(f"**{literal(content.title)}**", width="content")
            status_badge(content.status)
        rest = f", {literal(content.detail)}" if content.detail else ""
        st.markdown(f"**{literal(content.lead)}**{rest}")
        st.space("stretch")
        if content.mini_html:
            st.html(content.mini_html)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if content.explain and on_explain is not None:
                st.button(
                    "Explain",
                    icon=":material/account_tree:",
                    key=f"explain-{content.key}",
                    on_click=on_explain,
                    args=(content.key,),
                )
            if content.cases_text and on_cases is not None:
                st.button(
                    literal(content.cases_text),
                    icon=":material/list:",
                    key=f"cases-{content.key}",
                    type="tertiary",
                    on_click=on_cases,
                    args=(content.key,),
                )
            if content.context:
                st.markdown(f":gray[:small[{literal(content.context)}]]", width="content")


def exception_cards(
    contents: Sequence[CardContent],
    on_explain: Callable[[str], None] | None = None,
    on_cases: Callable[[str], None] | None = None,
    shown: int = 4,
) -> None:
    """Cards in two columns, in the order given; those past `shown` behind "3 more signals"."""
    if not contents:
        st.markdown("Nothing left its usual range this week.")
        return
    _grid(contents[:shown], on_explain, on_cases)
    rest = contents[shown:]
    if rest:
        label = "1 more signal" if len(rest) == 1 else f"{len(rest)} more signals"
        more = st.expander(label, key="more-signals", on_change="rerun")
        if more.open:
            with more:
                _grid(rest, on_explain, on_cases)


def _grid(
    contents: Sequence[CardContent],
    on_explain: Callable[[str], None] | None,
    on_cases: Callable[[str], None] | None,
) -> None:
    with st.grid(2, min_column_width=420, gap="small"):
        for content in contents:
            exception_card(content, on_explain, on_cases)
