"""Fetch the text of single rows again, for the quarantine; the files are known not to have changed."""

from __future__ import annotations

from collections.abc import Iterator

from store.importing.sources import SourceFile
from store.importing.text_files import opened

_LONGEST = 100_000


def raw_rows(file: SourceFile, encoding: str, wanted: dict[int, int]) -> Iterator[tuple[int, str]]:
    """The text of the rows that begin on the given lines and span so many of them, as (line, text).

    NUL characters, which PostgreSQL refuses, are shown as ␀; a text over 100,000 characters is cut and
    says so.
    """
    ends = {begin + span - 1: begin for begin, span in wanted.items()}
    kept: dict[int, list[str]] = {}
    open_until = begun = 0
    with opened(file, encoding) as stream:
        for number, line in enumerate(stream, start=1):
            if number in wanted:
                begun, open_until = number, number + wanted[number] - 1
                kept[begun] = []
            if number <= open_until:
                kept[begun].append(line)
            if number in ends:
                yield begun, _shown("".join(kept.pop(begun)).rstrip("\r\n"))


def _shown(text: str) -> str:
    text = text.replace("\0", "␀")
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… (cut; {len(text):,} characters)"
