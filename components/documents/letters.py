"""Which letters the fonts of a PDF have, and what is said of those they lack.

DejaVu Sans has Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew and Arabic letters; Droid Sans Fallback
has Chinese, Japanese and Korean ones, Lohit Devanagari those of Hindi and Marathi. The two stand in only
where a text needs them: reading the first of them takes a third of a second.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTFont

from components.documents.model import Document

_FONTS = Path(__file__).parent / "fonts"
REGULAR, BOLD = _FONTS / "DejaVuSans.ttf", _FONTS / "DejaVuSans-Bold.ttf"
STAND_INS: Final = {
    "east-asian": _FONTS / "DroidSansFallback.ttf",
    "devanagari": _FONTS / "Lohit-Devanagari.ttf",
}
"""Fonts by family for letters the first one lacks, in one weight each."""
BOX: Final = "\u25a1"
_NAMED: Final = 5
_SILENT = "\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f"
"""Joiners and marks that need no letter."""


def drawn(text: str) -> str:
    """The text with a box for each letter no font has; joiners and marks that need no letter go."""
    return "".join(
        letter if _has(letter) else "" if letter in _SILENT else letter if letter == "\n" else BOX
        for letter in text
    )


def stand_ins(document: Document) -> dict[str, Path]:
    """The fonts besides the first one that have letters the document needs."""
    lacking = {ord(letter) for text in document.texts() for letter in text} - letters_of(REGULAR, BOLD)
    return {family: path for family, path in STAND_INS.items() if lacking and lacking & letters_of(path)}


def not_printed(document: Document) -> tuple[str, ...]:
    """The letters of a document its PDF shows as boxes, each once, in the order they are read."""
    letters = dict.fromkeys(letter for text in document.texts() for letter in text)
    return tuple(
        letter for letter in letters if letter != "\n" and letter not in _SILENT and not _has(letter)
    )


def unprinted_text(document: Document) -> str:
    """Which letters the PDF shows as boxes, by name; "" where it shows all of them."""
    letters = not_printed(document)
    if not letters:
        return ""
    named = ", ".join(_name(letter) for letter in letters[:_NAMED])
    more = len(letters) - _NAMED
    rest = f" and {more} more" if more > 0 else ""
    return f"Not in the fonts of the PDF, which shows {BOX} instead: {named}{rest}."


def _name(letter: str) -> str:
    name = unicodedata.name(letter, "").lower()
    code = f"U+{ord(letter):04X}"
    return f"{name} ({code})" if name else code


def _has(letter: str) -> bool:
    code = ord(letter)
    return code in letters_of(REGULAR, BOLD) or any(code in letters_of(path) for path in STAND_INS.values())


@lru_cache(maxsize=3)
def letters_of(*paths: Path) -> frozenset[int]:
    """The letters all of these fonts have."""
    found: list[frozenset[int]] = []
    for path in paths:
        with TTFont(path, lazy=True) as font:
            found.append(frozenset(font.getBestCmap()))
    return frozenset.intersection(*found)
