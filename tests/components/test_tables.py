"""Small tables and exports: escaped, aligned, safe in a spreadsheet."""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.status import Status
from components.tables import Column, csv_bytes, export_cell, table_html

COLUMNS = (Column("Partner"), Column("Cases", "right"), Column("Range"))


class Cells(HTMLParser):
    """Collects tags and the text of each cell, as a browser would."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.cells: list[str] = []
        self.styles: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag in ("td", "th"):
            self.cells.append("")
            self.styles.append(dict(attrs).get("style") or "")

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data


def parsed(html: str) -> Cells:
    cells = Cells()
    cells.feed(html)
    return cells


@given(st.text(st.characters(blacklist_categories=["Cc", "Cs"]), max_size=40))
def test_any_text_is_shown_as_it_is_and_adds_no_element(text: str) -> None:
    plain = parsed(table_html(COLUMNS, [["a", "1", "b"]], "x"))
    html = table_html(COLUMNS, [[text, "1", "b"]], text)
    assert parsed(html).tags == plain.tags
    assert parsed(html).cells[3] == text


def test_numbers_stand_right_and_words_left() -> None:
    cells = parsed(table_html(COLUMNS, [["Legal", "112", Status("Above limit", "bad", "up")]], "x"))
    sides = ["right" if "text-align:right" in style else "left" for style in cells.styles]
    assert sides == ["left", "right", "left"] * 2
    assert cells.cells[-1] == "▲\u00a0Above limit"


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="2 cells, the table 3 columns"):
        table_html(COLUMNS, [["a", "1"]], "x")


@given(
    st.lists(
        st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00\r"), max_size=20),
        min_size=1,
        max_size=4,
    )
)
def test_exports_read_back_and_never_start_a_formula(row: list[str]) -> None:
    raw = csv_bytes([str(i) for i in range(len(row))], [row])
    assert raw.startswith(b"\xef\xbb\xbf")
    back = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))[1]
    assert [cell.removeprefix("'") for cell in back] == [cell.removeprefix("'") for cell in row]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in back)


def test_numbers_are_exported_as_numbers() -> None:
    assert export_cell(-5.2) == -5.2
    assert export_cell("-5.2") == "'-5.2"
    assert export_cell(None) is None
