"""Metric tiles: label, value, change, the rule in words, and a mini chart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from components.numbers import MINUS
from components.plain_text import literal

DeltaTone = Literal["good", "bad", "neutral"]

_LONGEST_BESIDE = 20
"""Letters of a rule that fit beside the change in five tiles a row; a longer one would end in "…"."""
_LONGEST_TITLE = 28
"""Letters of a title that fit beside its question mark there; a longer one gets a line that wraps."""
_PILL: dict[DeltaTone, Literal["green", "red", "gray"]] = {"good": "green", "bad": "red", "neutral": "gray"}


@dataclass(frozen=True)
class TileContent:
    """One tile; every text is formatted and plain.

    `delta_tone` is "neutral" unless a signal rule fired: the direction of a change is not a status.
    `rule_text` says the rule in words ("▼ below limit") or "usual". `mini_html` comes from
    `charts.minis.tile_html`; `help` is the definition. `note` is one muted line ("wk 41, newest complete").
    `key` is what the tile's button yields.
    """

    title: str
    value_text: str
    delta_text: str = ""
    delta_tone: DeltaTone = "neutral"
    rule_text: str = ""
    mini_html: str = ""
    help: str = ""
    note: str = ""
    key: str = ""


def delta_arrow(delta_text: str) -> Literal["up", "down", "off"]:
    """Which way the number moved, read from its sign: Streamlit does not know the true minus."""
    if delta_text.startswith("+"):
        return "up"
    return "down" if delta_text.startswith((MINUS, "-")) else "off"


def tile(content: TileContent, on_ask: Callable[[str], None] | None = None) -> None:
    """Draw one tile at the full height of its row; its button calls `on_ask` with its key."""
    beside = content.rule_text if len(content.rule_text) <= _LONGEST_BESIDE else ""
    fits = len(content.title) <= _LONGEST_TITLE
    with st.container(border=True, height="stretch", gap="small"):
        if not fits:
            st.markdown(f":small[{literal(content.title)}]", help=literal(content.help) or None)
        st.metric(
            literal(content.title),
            content.value_text,
            content.delta_text or None,
            delta_color=_PILL[content.delta_tone],
            delta_arrow=delta_arrow(content.delta_text),
            delta_description=beside or None,
            help=literal(content.help) if content.help and fits else None,
            label_visibility="visible" if fits else "collapsed",
        )
        for line in ("" if beside else content.rule_text, content.note):
            if line:
                st.markdown(f":gray[:small[{literal(line)}]]")
        if content.mini_html:
            st.space("stretch")
            st.html(content.mini_html)
        if content.key and on_ask is not None:
            st.button(
                "Explain",
                icon=":material/account_tree:",
                key=f"ask-{content.key}",
                type="tertiary",
                on_click=on_ask,
                args=(content.key,),
            )


def tile_row(
    contents: Sequence[TileContent], on_ask: Callable[[str], None] | None = None, min_width: int = 200
) -> None:
    """Tiles side by side, wrapping to fewer columns where they would get narrower than `min_width` px."""
    with st.grid(max(len(contents), 1), min_column_width=min_width, gap="small"):
        for content in contents:
            tile(content, on_ask)
