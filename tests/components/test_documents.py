"""Documents as HTML and PDF: every text is text, whatever it holds; equal content gives equal bytes."""

from __future__ import annotations

import datetime as dt
import html
import re
import zlib

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from components.documents import (
    Document,
    Part,
    Table,
    document_html,
    document_pdf,
    not_printed,
    unprinted_text,
)
from components.documents.letters import stand_ins

NOW = dt.datetime(2026, 11, 16, 9)
HOSTILE = "<script>alert(1)</script> **b** [x](javascript:1) & \"q\" 'p' {nb} </p></section>"


def a_document(text: str) -> Document:
    table = Table(("Measure", text), ((text, "4 of 62"),), (1,))
    return Document(text, text, (Part("What changed", (text, "two\nlines"), table),), text)


def test_html_holds_every_text_once_escaped_and_nothing_that_runs_or_loads() -> None:
    page = document_html(a_document(HOSTILE)).decode()
    assert "<script" not in page and 'href="' not in page and "src=" not in page
    assert page.count(html.escape(HOSTILE)) == 7  # six places, and the title of the window
    assert "default-src 'none'" in page and "@media print" in page and "@page" in page
    assert set(re.findall(r"<(\w+)", page)) <= {
        *("html", "head", "meta", "title", "style", "body", "h1", "p", "section", "h2", "footer"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    }


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
@examples(max_examples=200)
def test_any_text_stays_text_in_html(text: str) -> None:
    page = document_html(a_document(text)).decode()
    bare = page[page.index("<h1") : page.index("</h1>")].partition(">")[2]
    assert html.unescape(bare) == html.unescape(html.escape(text))
    assert "<" not in bare and page.count("<h1") == 1


@pytest.mark.parametrize(
    "text",
    [HOSTILE, "x" * 10_000, "word " * 2_000, "مرحبا بالعالم שלום", "👩‍🚀🇩🇪", "李雷", "\x00\x07\u202e", ""],
    ids=["markup", "one long word", "many words", "right to left", "emoji", "Chinese", "control", "nothing"],
)
def test_any_text_makes_a_pdf(text: str) -> None:
    made = document_pdf(a_document(text), NOW)
    assert made.startswith(b"%PDF-") and made.rstrip().endswith(b"%%EOF")
    for action in (b"/JavaScript", b"/JS", b"/Launch", b"/URI", b"/EmbeddedFile"):
        assert action not in made


def test_names_of_many_scripts_are_drawn_and_letters_no_font_has_are_named() -> None:
    for name in (
        *("Zoë Ångström", "Ελένη", "Жанна", "שלום", "مرحبا", "Łukasz Żółć", "Nguyễn", "Աննա", "ნინო"),
        *("李雷", "臺灣", "東京 さくら カタカナ", "김철수", "नीरज शर्मा", "क्ष"),
    ):
        assert not_printed(a_document(name)) == ()
    assert unprinted_text(a_document("李雷")) == ""
    astronaut = Document("👩\u200d🚀", "👩", (), "")
    assert not_printed(astronaut) == ("👩", "🚀")  # each once; the joiner between the two is no letter
    assert unprinted_text(astronaut) == (
        "Not in the fonts of the PDF, which shows □ instead: woman (U+1F469), rocket (U+1F680)."
    )
    assert unprinted_text(Document("கமல்ไทย\x07", "", (), "")).endswith(" and 3 more.")


def test_fonts_of_other_scripts_are_read_and_put_in_only_where_a_text_needs_them() -> None:
    assert stand_ins(a_document("Żanna")) == {}
    assert list(stand_ins(a_document("नीरज"))) == ["devanagari"]
    assert list(stand_ins(a_document("Ann 李"))) == ["east-asian"]
    plain, mixed = (document_pdf(a_document(name), NOW) for name in ("Ann", "Ann 李雷 नीरज"))
    assert b"DroidSansFallback" not in plain
    assert b"DroidSansFallback" in mixed and b"LohitDevanagari" in mixed
    assert len(mixed) < 60_000  # a subset, not the font


def test_one_page_is_kept_by_smaller_letters_where_that_is_enough() -> None:
    def pages(lines: int, one_page: bool) -> int:
        long = Document("A", "", (Part("B", ("one line of it",) * lines),), "")
        return len(re.findall(rb"/Type /Page\b", document_pdf(long, NOW, one_page=one_page)))

    assert [pages(lines, False) for lines in (40, 65, 100)] == [1, 2, 2]
    assert [pages(lines, True) for lines in (40, 65, 100)] == [1, 1, 2]


def test_the_pdf_holds_the_letters_of_the_text() -> None:
    """The map from glyphs to letters that a reader copies text by names every letter drawn."""
    made = document_pdf(Document("Żanna", "Ω", (Part("李", ("न",)),), ""), NOW)
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL)
    opened = b""
    for stream in streams:
        try:
            opened += zlib.decompress(stream)
        except zlib.error:
            opened += stream
    maps = opened.decode("latin-1").upper()
    for letter in "ŻanΩ李न":
        assert f"<{ord(letter):04X}>" in maps


def test_equal_documents_of_the_same_moment_are_equal_bytes() -> None:
    made = [document_pdf(a_document("Ann"), NOW) for _ in range(2)]
    assert made[0] == made[1]
    assert document_html(a_document("Ann")) == document_html(a_document("Ann"))


def test_a_row_with_another_number_of_cells_is_refused() -> None:
    with pytest.raises(ValueError, match="another number of cells"):
        Table(("a", "b"), (("1",),))
