"""Rows as files: CSV and a workbook, the same on every page."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence

import streamlit as st
import xlsxwriter

from components.tables import Plain, csv_bytes, export_cell

Line = Sequence[Plain | dt.datetime]
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "default_date_format": "yyyy-mm-dd hh:mm",
}


def downloads(heads: Sequence[str], rows: Sequence[Sequence[Plain]], stem: str, key: str) -> None:
    """Two buttons, CSV and XLSX, for rows already read; `stem` is the file name without ending."""
    safe = [[export_cell(cell) for cell in row] for row in rows]
    with st.container(horizontal=True, gap="small"):
        for ending, content in (
            ("csv", csv_bytes(heads, rows)),
            ("xlsx", workbook([list(heads), *safe], stem)),
        ):
            st.download_button(
                ending.upper(),
                content,
                file_name=f"{stem}.{ending}",
                icon=":material/download:",
                key=f"{ending}-{key}",
                on_click="ignore",
            )


def workbook(lines: Iterable[Line], sheet_name: str) -> bytes:
    """A workbook with one sheet: real dates and numbers, a fixed head row, filters.

    The first line is the head; texts must already be safe for a spreadsheet. Rows are written one by one to a
    temporary file, so memory does not grow with them.
    """
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, _OPTIONS) as book:
        sheet = book.add_worksheet(sheet_name[:31])
        bold = book.add_format({"bold": True})
        sheet.freeze_panes(1, 1)
        rows, columns = 0, 0
        for place, line in enumerate(lines):
            rows, columns = place, len(line)
            if place == 0:
                sheet.set_column(0, columns - 1, 18)
            for column, value in enumerate(line):
                sheet.write(place, column, value, bold if place == 0 else None)
        sheet.autofilter(0, 0, rows, columns - 1)
    return target.getvalue()
