"""How a status looks; the frame of a page and of its sections."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import streamlit as st

from components.plain_text import literal
from components.status import Status, Tone

BadgeColour = Literal["red", "green", "orange", "gray"]

LOGO = Path(__file__).parent / "static" / "logo.svg"
PAGE_WIDTH = 1360

_BADGE: dict[Tone, BadgeColour] = {
    "good": "green",
    "bad": "red",
    "warn": "orange",
    "neutral": "gray",
    "early": "gray",
}


def status_markdown(status: Status) -> str:
    """The status as coloured Markdown for a table cell or a sentence; signals are bold."""
    text = literal(status.text)
    weight = f"**{text}**" if status.tone in ("good", "bad") else text
    return f":{_BADGE[status.tone]}[{weight}]"


def status_badge(status: Status, help: str | None = None) -> None:
    """The status as a badge."""
    st.badge(literal(status.text), color=_BADGE[status.tone], help=help)


@contextmanager
def page_frame() -> Iterator[None]:
    """Centre what is drawn inside, at most 1360 px wide: the wide layout itself has no cap."""
    with st.container(horizontal_alignment="center"), st.container(width=PAGE_WIDTH):
        yield


def section(question: str, answer: str = "", rest: str = "") -> None:
    """A section's question, and under it the answer in bold with the rest of the sentence. Plain texts."""
    with st.container(gap=None):
        st.header(literal(question), anchor=False)
        if answer or rest:
            bold = f"**{literal(answer)}**" if answer else ""
            st.markdown(f"{bold} {literal(rest)}".strip())


def subtitle(text: str) -> None:
    """The bold line above a chart or table: what, per what."""
    st.markdown(f"**{literal(text)}**")


def note(text: str) -> None:
    """The muted line below a chart or table: method and n."""
    st.markdown(f":gray[:small[{literal(text)}]]")
