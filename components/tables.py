"""Small tables beside charts: HTML, so they print, follow the theme and scroll in their own box."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

import streamlit as st

from components.charts.palette import BORDER, ROLE_COLOURS, WARN_TEXT, css, role_css
from components.status import Status, Tone

Cell = str | Status
Plain = str | int | float | None

_TABLE = "width:100%;border-collapse:collapse;font-size:0.875rem;line-height:1.4;margin:0"
_CELL = f"padding:0.4rem 0.5rem;border:0;border-bottom:1px solid {css(BORDER)};"
_STATUS: dict[Tone, tuple[str, str]] = {
    "good": ROLE_COLOURS["good"],
    "bad": ROLE_COLOURS["bad"],
    "warn": WARN_TEXT,
    "neutral": ROLE_COLOURS["muted"],
    "early": ROLE_COLOURS["muted"],
}
# A spreadsheet takes text that begins with these as a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Column:
    """A column: its head and whether it holds numbers (right) or words (left)."""

    title: str
    align: Literal["left", "right"] = "left"


def table_html(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], alt: str) -> str:
    """The table as HTML with every text escaped; `alt` is its accessible name.

    Raises ValueError when a row has another number of cells than there are columns.
    """
    for row in rows:
        if len(row) != len(columns):
            raise ValueError(f"a row has {len(row)} cells, the table {len(columns)} columns")
    heads = "".join(
        f'<th scope="col" style="{_CELL}{_align(column)};font-weight:400;color:{role_css("muted")}">'
        f"{escape(column.title)}</th>"
        for column in columns
    )
    lines = "".join(
        "<tr>"
        + "".join(
            f'<td style="{_CELL}{_align(column)}">{_cell(cell)}</td>'
            for column, cell in zip(columns, row, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f'<div style="overflow-x:auto"><table aria-label="{escape(alt)}" style="{_TABLE}">'
        f"<thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def small_table(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], alt: str) -> None:
    """Draw a table of formatted texts and statuses; `alt` states the finding.

    Own HTML instead of `st.table`: right-aligned formatted numbers need a pandas Styler there, 8 ms a table
    against 0.1 ms here. Texts are escaped, never markup.
    """
    st.html(table_html(columns, rows, alt))


def _align(column: Column) -> str:
    return f"text-align:{column.align}"


def _cell(cell: Cell) -> str:
    if not isinstance(cell, Status):
        return escape(cell)
    weight = ";font-weight:600" if cell.tone in ("good", "bad") else ""
    return (
        f'<span style="color:{css(_STATUS[cell.tone])};white-space:nowrap{weight}">{escape(cell.text)}</span>'
    )


def export_cell(cell: Plain) -> Plain:
    """A value for CSV or XLSX: a text a spreadsheet would run as a formula gets an apostrophe in front."""
    if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS):
        return "'" + cell
    return cell


def csv_bytes(heads: Sequence[str], rows: Sequence[Sequence[Plain]]) -> bytes:
    """Rows as CSV in UTF-8 with a byte-order mark, which spreadsheets need to read it as UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([export_cell(head) for head in heads])
    writer.writerows([export_cell(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
