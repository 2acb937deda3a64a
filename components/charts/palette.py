"""The role colours of both themes, for markup that is not a Vega chart (minis, tables).

Vega charts name the slots (`grammar.ROLES`) and take the colours from the theme. Markup on the page cannot,
so it uses CSS `light-dark()`, which follows the theme's colour scheme without a rerun. The values are those
of .streamlit/config.toml; a test holds the two together.
"""

from __future__ import annotations

ROLE_COLOURS: dict[str, tuple[str, str]] = {
    "c1": ("#1D5C9E", "#7ABCF5"),
    "c2": ("#CF7A12", "#F0A04B"),
    "c3": ("#0B7F6E", "#38B89C"),
    "c4": ("#6B3278", "#9468D0"),
    "c5": ("#4A9AD4", "#C2E6F7"),
    "c6": ("#7A5A14", "#D6C25A"),
    "c7": ("#C2528B", "#F08CB8"),
    "c8": ("#6A7784", "#93A3B3"),
    "ink": ("#16202B", "#E9EEF3"),
    "muted": ("#566370", "#A3B1BF"),
    "grey": ("#8491A0", "#7D8C9B"),
    "band": ("#E9EDF1", "#243240"),
    "good": ("#0A7562", "#45C4A8"),
    "bad": ("#A32A10", "#FF8C69"),
    "warn": ("#946200", "#F0BB55"),
    "tint": ("#C9DCEF", "#23405C"),
    "paper": ("#FFFFFF", "#0F1720"),
}
BORDER = ("#D8DFE6", "#2E3B48")
WARN_TEXT = ("#8A5B00", "#F0BB55")


def css(pair: tuple[str, str]) -> str:
    """A light and a dark colour as one CSS value."""
    return f"light-dark({pair[0]},{pair[1]})"


def role_css(role: str) -> str:
    """A role of the palette as a CSS value."""
    return css(ROLE_COLOURS[role])
