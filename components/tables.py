"""Small tables beside charts: HTML, so they print, follow the theme and scroll in their own box."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd
import streamlit as st

from components.plain_text import literal
from components.theme import Status, status_markdown

Cell = str | Status
Plain = str | int | float | None

# A spreadsheet takes text that begins with these as a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Column:
    """A column: its head and whether it holds numbers (right) or words (left)."""

    title: str
    align: Literal["left", "right"] = "left"


def small_table(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], alt: str) -> None:
    """Draw a table of formatted texts and statuses; `alt` states the finding.

    Raises ValueError when a row has another number of cells than there are columns.
    """
    for row in rows:
        if len(row) != len(columns):
            raise ValueError(f"a row has {len(row)} cells, the table {len(columns)} columns")
    cells = [
        [status_markdown(cell) if isinstance(cell, Status) else literal(cell) for cell in row] for row in rows
    ]
    # Streamlit aligns by type: words left, numbers right. A Styler keeps a column numeric while each of
    # its cells shows the text we formatted; the numbers underneath are only row positions.
    heads = _unique([literal(column.title) for column in columns])
    frame = pd.DataFrame(
        {
            head: list(range(len(cells))) if column.align == "right" else [row[i] for row in cells]
            for i, (head, column) in enumerate(zip(heads, columns, strict=True))
        }
    )
    shown = frame.style
    for i, (head, column) in enumerate(zip(heads, columns, strict=True)):
        if column.align == "right":
            texts = [row[i] for row in cells]
            shown = shown.format(texts.__getitem__, subset=[head])
    st.table(shown, border="horizontal", hide_index=True, alt=alt)


def _unique(heads: list[str]) -> list[str]:
    """Heads made different by trailing no-break spaces: a frame needs unique columns."""
    seen: dict[str, int] = {}
    different = []
    for head in heads:
        seen[head] = seen.get(head, -1) + 1
        different.append(head + "\u00a0" * seen[head])
    return different


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
