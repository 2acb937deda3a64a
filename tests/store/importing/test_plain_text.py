"""Files in which every line is a row are split by Arrow; the rows staged are those of the careful reader."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.importing import plain_text, staging
from store.importing.faults import InputError
from store.importing.mapping import read_mapping
from store.importing.sources import find_sources
from store.importing.text_files import detect_layout
from tests.store.importing.conftest import Desk, cases

MAPPING = cases('reason = "why"', source='delimiter = ","')
ROWS = "id,opened,why\nA,2026-01-01 10:00,x\nB,2026-01-02 10:00,\n"


def plain(folder: Path, content: bytes) -> bool:
    """Whether the content, as a file with the columns id, opened and why, is taken as plain."""
    path = folder / "file.csv"
    path.write_bytes(content)
    (file,) = find_sources([path])
    return plain_text.is_plain(file, detect_layout(file, ("id", "opened", "why"), None, None)[0])


@pytest.mark.parametrize(
    "content",
    [
        ROWS.encode(),
        ROWS.rstrip("\n").encode(),
        ROWS.replace("\n", "\r\n").encode(),
        ROWS.replace(",", ";").encode(),
        ROWS.replace("x", "ü€ \u2028 \x85").encode(),
        gzip.compress(ROWS.encode(), mtime=0),
        b"id,opened,why\n",
    ],
)
def test_ordinary_files_are_plain(tmp_path: Path, content: bytes) -> None:
    assert plain(tmp_path, content)


@pytest.mark.parametrize(
    "content",
    [
        ROWS.replace("x", '"x"'),
        ROWS.replace("x", "x,y"),
        ROWS.replace(",x", ""),
        ROWS.replace("x\n", "x\n\n"),
        ROWS.replace("x\n", "x\n,,\n"),
        ROWS.replace("x\n", "x\n,,\r\n"),
        ROWS.replace("x", "x\ry"),
        ROWS.replace("\n", "\r"),
        ROWS.replace("x", "\0"),
        "# notes\n" + ROWS,
        "\n" + ROWS,
        " , , \n" + ROWS,
        "# a,b,c\n" + ROWS,
        "\ufeff" + ROWS,
    ],
)
def test_whatever_needs_a_closer_look_is_not_plain(tmp_path: Path, content: str) -> None:
    assert not plain(tmp_path, content.encode())


def test_text_of_another_encoding_is_not_plain(tmp_path: Path) -> None:
    assert not plain(tmp_path, ROWS.replace("x", "ü").encode("latin-1"))


def test_a_line_too_long_to_hold_is_not_plain(tmp_path: Path) -> None:
    assert plain(tmp_path, ROWS.replace("x", "x" * 1_000_000).encode())
    assert not plain(tmp_path, ROWS.replace("x", "x" * 3_000_000).encode())


CELL = st.text(alphabet=st.sampled_from("ab;#é \t\u2028"), max_size=4)
WILD = st.text(alphabet=st.sampled_from('ab,;"#é \t\r\0\u2028\x85'), max_size=6)


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.tuples(CELL, CELL, CELL), max_size=30),
    wild=st.one_of(st.none(), WILD),
    mark=st.sampled_from(["\n", "\r\n"]),
    closed=st.booleans(),
    block=st.sampled_from([64, 1 << 22]),
)
def test_both_readers_stage_the_same_rows(
    desk: Desk, rows: list[tuple[str, str, str]], wild: str | None, mark: str, closed: bool, block: int
) -> None:
    lines = ["id,opened,why", *(",".join(row) for row in rows), *([] if wild is None else [wild])]
    text = mark.join(lines) + (mark if closed else "")
    found = []
    for always_careful in (False, True):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(plain_text, "_BLOCK", block)
            if always_careful:
                patch.setattr(staging, "is_plain", lambda *_: False)
            found.append(rows_of(desk, text))
    assert found[0] == found[1]


def rows_of(desk: Desk, text: str) -> object:
    """What was staged of the text, or the fault that stopped it."""
    path = desk.folder / "file.csv"
    path.write_text(text, encoding="utf-8", newline="")
    mapping = desk.folder / "mapping.toml"
    mapping.write_text(MAPPING, encoding="utf-8")
    try:
        staging.stage(desk.connection, find_sources([path]), read_mapping(mapping))
    except InputError as fault:
        return str(fault)
    return desk.rows("select * from staged order by seq")
