"""Workbooks hold the rows as values, and nothing a spreadsheet would run."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from xml.etree import ElementTree

from components.downloads import workbook
from components.tables import export_cell

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def cells(book: bytes) -> list[ElementTree.Element]:
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        return list(ElementTree.fromstring(parts.read("xl/worksheets/sheet1.xml")).iter(f"{SHEET}c"))


def test_numbers_and_dates_stay_numbers_and_texts_stay_texts() -> None:
    found = cells(workbook([["Case", "Hours", "At"], ["E1", 2.5, dt.datetime(2026, 11, 9, 6)]], "Rows"))
    assert [cell.get("t", "n") for cell in found] == ["inlineStr"] * 3 + ["inlineStr", "n", "n"]
    assert found[4].findtext(f"{SHEET}v") == "2.5"


def test_text_that_looks_like_a_formula_is_never_one() -> None:
    hostile = "=cmd|' /C calc'!A0"
    found = cells(workbook([["Text"], [export_cell(hostile)], [hostile]], "Rows"))
    assert not [cell for cell in found if cell.find(f"{SHEET}f") is not None]


def test_a_long_sheet_name_is_cut_to_what_spreadsheets_allow() -> None:
    assert cells(workbook([["a"]], "x" * 60))
