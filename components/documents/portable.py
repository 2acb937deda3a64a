"""A document as PDF, on A4, its text selectable, in a font that travels with it.

The font has Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew and Arabic letters. Letters it lacks (Chinese,
Devanagari, most emoji) become boxes, and the small print says so; the HTML file shows them with the fonts of
the reader's machine.
"""

from __future__ import annotations

import datetime as dt
import logging
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from components.documents.model import Document, Table

_FONTS = Path(__file__).parent / "fonts"
_REGULAR, _BOLD = _FONTS / "DejaVuSans.ttf", _FONTS / "DejaVuSans-Bold.ttf"
_FAMILY = "dejavu"
_INK, _MUTED = (22, 32, 43), (86, 99, 112)
_BOX = "\u25a1"
_LONGEST_CELL = 400
_LONG_WORD = 42.0
"""Of a table, in mm: longer words are broken, so that one link does not squeeze all other columns."""
_PADDED = 2.6
_LOG = logging.getLogger("fpdf")


class _Page(FPDF):
    """A4 with the number of the page at its foot."""

    def footer(self) -> None:
        """Called by the library at the end of each page."""
        self.set_y(-12)
        self.set_font(_FAMILY, "", 8)
        self.set_text_color(*_MUTED)
        self.cell(0, 5, str(self.page_no()), align="R")


def document_pdf(document: Document, made_at: dt.datetime) -> bytes:
    """The file; equal documents made at the same moment give equal bytes."""
    _LOG.setLevel(logging.ERROR)  # it logs every subset of a font it makes
    page = _Page(format="A4", unit="mm")
    page.set_creation_date(made_at.replace(tzinfo=dt.UTC))
    page.alias_nb_pages("")  # else it would put the number of pages for "{nb}" in any text
    page.set_title(_drawn(document.title))
    page.set_lang("en")
    page.add_font(_FAMILY, "", _REGULAR)
    page.add_font(_FAMILY, "B", _BOLD)
    page.set_margins(18, 16, 18)
    page.set_auto_page_break(True, 18)
    page.add_page()
    page.set_font(_FAMILY, "", 10)
    page.set_text_shaping(True)
    _text(page, document.title, 16, bold=True)
    _text(page, document.subtitle, 9, muted=True)
    for part in document.parts:
        page.ln(3)
        _text(page, part.heading, 11.5, bold=True)
        for line in part.lines:
            _text(page, line, 9.5)
        if part.table is not None:
            _table(page, part.table)
    page.ln(4)
    missing = not_in_font(document)
    note = f" {missing} letters are not in this file's font and stand as {_BOX}." if missing else ""
    _text(page, document.footer + note, 8, muted=True)
    return bytes(page.output())


def not_in_font(document: Document) -> int:
    """How many letters of a document its PDF shows as boxes."""
    return sum(_is_missing(letter) for text in document.texts() for letter in text)


def _text(page: FPDF, text: str, size: float, *, bold: bool = False, muted: bool = False) -> None:
    page.set_font(_FAMILY, "B" if bold else "", size)
    page.set_text_color(*(_MUTED if muted else _INK))
    for line in text.split("\n"):
        page.multi_cell(0, size * 0.5, _drawn(line), align="L", new_x="LMARGIN", new_y="NEXT")


def _table(page: FPDF, table: Table) -> None:
    page.set_font(_FAMILY, "", 8.5)
    page.set_text_color(*_INK)
    page.set_draw_color(216, 223, 230)
    aligns = ["RIGHT" if place in table.numbers else "LEFT" for place in range(len(table.heads))]
    with page.table(
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(emphasis="", color=_MUTED),
        text_align=aligns,
        line_height=4.4,
        padding=0.8,
        col_widths=_widths(page, table),
    ) as drawn:
        for row in (table.heads, *table.rows):
            drawn.row([_drawn(_short(cell)) or " " for cell in row])


def _short(cell: str) -> str:
    """A cell on one line, cut where no page could hold its row."""
    line = cell.replace("\n", " ")
    return line if len(line) <= _LONGEST_CELL else f"{line[:_LONGEST_CELL]} …"


def _widths(page: FPDF, table: Table) -> tuple[float, ...]:
    """Widths of the columns in mm: as wide as their texts where there is room, else at least a word."""
    columns = list(zip(*(map(_short, row) for row in (table.heads, *table.rows)), strict=True))
    whole = [max(page.get_string_width(_drawn(cell)) for cell in column) + _PADDED for column in columns]
    room = page.epw
    if sum(whole) <= room:
        return tuple(width * room / sum(whole) for width in whole)
    words = [
        min(
            max(page.get_string_width(_drawn(word)) for cell in column for word in cell.split(" ")),
            _LONG_WORD,
        )
        + _PADDED
        for column in columns
    ]
    if sum(words) >= room:
        return tuple(width * room / sum(words) for width in words)
    spare = [wide - narrow for wide, narrow in zip(whole, words, strict=True)]
    share = (room - sum(words)) / sum(spare)
    return tuple(narrow + part * share for narrow, part in zip(words, spare, strict=True))


def _drawn(text: str) -> str:
    """The text with a box for each letter the font lacks; joiners and marks that need no letter go."""
    return "".join("" if _is_silent(letter) else _BOX if _is_missing(letter) else letter for letter in text)


def _is_silent(letter: str) -> bool:
    return letter in "\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f" and ord(letter) not in _letters()


def _is_missing(letter: str) -> bool:
    return letter not in "\n\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f" and ord(letter) not in _letters()


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:
    """The letters both fonts have."""
    found: list[frozenset[int]] = []
    for path in (_REGULAR, _BOLD):
        with TTFont(path, lazy=True) as font:
            found.append(frozenset(font.getBestCmap()))
    return found[0] & found[1]
