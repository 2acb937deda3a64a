"""What a document says, as plain texts; how it looks is the business of each format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """A table of texts. Columns named in `numbers` (places from 0) are aligned right."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if any(len(row) != len(self.heads) for row in self.rows):
            raise ValueError("a row has another number of cells than there are heads")


@dataclass(frozen=True)
class Part:
    """One part under its heading: sentences, one per line, then a table."""

    heading: str
    lines: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True)
class Document:
    """A title with a line on what it is, its parts, and the small print at its end. All texts are plain."""

    title: str
    subtitle: str
    parts: tuple[Part, ...]
    footer: str

    def texts(self) -> Iterator[str]:
        """Every text of the document, in reading order."""
        yield self.title
        yield self.subtitle
        for part in self.parts:
            yield part.heading
            yield from part.lines
            if part.table is not None:
                yield from part.table.heads
                for row in part.table.rows:
                    yield from row
        yield self.footer
