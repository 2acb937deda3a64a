"""A document as PDF, on A4, its text selectable, in fonts that travel with it.

Letters none of them has (most emoji, Thai, Tamil) become boxes, and the small print names them; the HTML file
shows them with the fonts of the reader's machine.
"""

from __future__ import annotations

import datetime as dt
import logging

from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from components.documents.letters import BOLD, REGULAR, drawn, stand_ins, unprinted_text
from components.documents.model import Document, Table

_FAMILY = "dejavu"
_INK, _MUTED = (22, 32, 43), (86, 99, 112)
_LONGEST_CELL = 400
_LONG_WORD = 42.0
"""Of a table, in mm: longer words are broken, so that one link does not squeeze all other columns."""
_PADDED = 2.6
_LOG = logging.getLogger("fpdf")


_SMALLER = (1.0, 0.92, 0.84, 0.76, 0.7)
"""Sizes of letters and gaps tried, one after the other, until everything stands on one page."""


class _Page(FPDF):
    """A4 with the number of the page at its foot; `scale` is the size of letters and gaps."""

    scale = 1.0

    def footer(self) -> None:
        """Called by the library at the end of each page."""
        self.set_y(-12)
        self.set_font(_FAMILY, "", 8)
        self.set_text_color(*_MUTED)
        self.cell(0, 5, str(self.page_no()), align="R")


def document_pdf(document: Document, made_at: dt.datetime, *, one_page: bool = False) -> bytes:
    """The file; equal documents made at the same moment give equal bytes.

    With `one_page` letters and gaps are made smaller, down to seven tenths, where else it would take two.
    """
    _LOG.setLevel(logging.ERROR)  # it logs every subset of a font it makes
    for scale in _SMALLER:
        page = _laid_out(document, made_at, scale)
        if not one_page or page.page == 1:
            break
    return bytes(page.output())


def _laid_out(document: Document, made_at: dt.datetime, scale: float) -> _Page:
    page = _Page(format="A4", unit="mm")
    page.scale = scale
    page.set_creation_date(made_at.replace(tzinfo=dt.UTC))
    page.alias_nb_pages("")  # else it would put the number of pages for "{nb}" in any text
    page.set_title(drawn(document.title))
    page.set_lang("en")
    page.add_font(_FAMILY, "", REGULAR)
    page.add_font(_FAMILY, "B", BOLD)
    others = stand_ins(document)
    for family, path in others.items():
        page.add_font(family, "", path)
    page.set_fallback_fonts(list(others), exact_match=False)
    page.set_margins(18, 16, 18)
    page.set_auto_page_break(True, 18)
    page.add_page()
    page.set_font(_FAMILY, "", 10)
    page.set_text_shaping(True)
    _text(page, document.title, 16, bold=True)
    _text(page, document.subtitle, 9, muted=True)
    for part in document.parts:
        page.ln(3 * scale)
        _text(page, part.heading, 11.5, bold=True)
        for line in part.lines:
            _text(page, line, 9.5)
        if part.table is not None:
            _table(page, part.table)
    page.ln(4 * scale)
    _text(page, f"{document.footer} {unprinted_text(document)}".strip(), 8, muted=True)
    return page


def _text(page: _Page, text: str, size: float, *, bold: bool = False, muted: bool = False) -> None:
    size *= page.scale
    page.set_font(_FAMILY, "B" if bold else "", size)
    page.set_text_color(*(_MUTED if muted else _INK))
    for line in text.split("\n"):
        page.multi_cell(0, size * 0.5, drawn(line), align="L", new_x="LMARGIN", new_y="NEXT")


def _table(page: _Page, table: Table) -> None:
    page.set_font(_FAMILY, "", 8.5 * page.scale)
    page.set_text_color(*_INK)
    page.set_draw_color(216, 223, 230)
    aligns = ["RIGHT" if place in table.numbers else "LEFT" for place in range(len(table.heads))]
    with page.table(
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(emphasis="", color=_MUTED),
        text_align=aligns,
        line_height=4.4 * page.scale,
        padding=0.8 * page.scale,
        col_widths=_widths(page, table),
    ) as grid:
        for row in (table.heads, *table.rows):
            grid.row([drawn(_short(cell)) or " " for cell in row])


def _short(cell: str) -> str:
    """A cell on one line, cut where no page could hold its row."""
    line = cell.replace("\n", " ")
    return line if len(line) <= _LONGEST_CELL else f"{line[:_LONGEST_CELL]} …"


def _widths(page: FPDF, table: Table) -> tuple[float, ...]:
    """Widths of the columns in mm: as wide as their texts where there is room, else at least a word."""
    columns = list(zip(*(map(_short, row) for row in (table.heads, *table.rows)), strict=True))
    whole = [max(page.get_string_width(drawn(cell)) for cell in column) + _PADDED for column in columns]
    room = page.epw
    if sum(whole) <= room:
        return tuple(width * room / sum(whole) for width in whole)
    words = [
        min(
            max(page.get_string_width(drawn(word)) for cell in column for word in cell.split(" ")),
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
