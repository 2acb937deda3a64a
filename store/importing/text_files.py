"""Read CSV text, plain or gzipped: every value as text, with the line it stands on and the line itself."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO

from store.importing.columns import locate
from store.importing.faults import InputError
from store.importing.sources import SourceFile

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_DELIMITERS = (",", ";", "\t", "|")
_LONGEST_VALUE = 16 * 1024 * 1024  # a longer one is a quote that is never closed
_CHUNK = 50_000

csv.field_size_limit(_LONGEST_VALUE)  # the module's own limit of 128 KB refuses honest long texts


@dataclass
class TextChunk:
    """Rows as read. `faults` is None for a row that could be split; `values` holds one list per column."""

    values: list[list[str | None]]
    lines: list[int] = field(default_factory=list)
    spans: list[int] = field(default_factory=list)
    raws: list[str] = field(default_factory=list)
    faults: list[str | None] = field(default_factory=list)


@dataclass(frozen=True)
class TextLayout:
    """How a text file is to be read: its encoding, delimiter, width and the places of the wanted columns."""

    encoding: str
    delimiter: str
    width: int
    named_width: int
    places: list[int]


def detect_layout(
    file: SourceFile, wanted: Sequence[str], encoding: str | None, delimiter: str | None
) -> tuple[TextLayout, list[str]]:
    """The layout of a file and what a person should know about it.

    Undeclared, the encoding is UTF-8 where all bytes fit, else Windows-1252, and the delimiter is the one
    that yields the wanted columns. Raises InputError with file, line and cure.
    """
    encoding, notices = _detect_encoding(file, encoding)
    headers = {mark: _header(file, encoding, mark) for mark in ([delimiter] if delimiter else _DELIMITERS)}
    fitting = [mark for mark, header in headers.items() if set(wanted) <= set(header)]
    chosen = fitting[0] if fitting else max(headers, key=lambda mark: len(headers[mark]))
    header = headers[chosen]
    places = locate(file.path, header, wanted, _delimiter_hint(file, encoding, delimiter, wanted))
    named = max(number for number, name in enumerate(header, start=1) if name)
    return TextLayout(encoding, chosen, len(header), named, places), notices


def read_rows(file: SourceFile, layout: TextLayout) -> Iterator[TextChunk]:
    """The rows below the header, in chunks, in file order; blank lines are no rows.

    A row that cannot be split into the header's columns comes with a fault and no values. Raises InputError
    when a quote is never closed or the file is cut off.
    """
    with _opened(file, layout.encoding) as stream:
        lines = _RememberedLines(stream)
        reader = csv.reader(lines, delimiter=layout.delimiter, strict=True)
        _first_record(reader)
        lines.take()
        chunk = TextChunk([[] for _ in layout.places])
        rows: list[list[str]] = []
        while True:
            begun = lines.count + 1
            row, fault = _next_record(file, reader, lines, begun)
            raw = lines.take()
            if row is None and fault is None:
                break
            if fault is None and not any(row or ()):
                continue
            fault = fault or _row_fault(row or [], raw, layout)
            chunk.lines.append(begun)
            chunk.spans.append(lines.count + 1 - begun)
            chunk.raws.append(raw)
            chunk.faults.append(fault)
            rows.append(row if fault is None and row is not None else [])
            if len(rows) == _CHUNK:
                yield _filled(chunk, rows, layout)
                chunk, rows = TextChunk([[] for _ in layout.places]), []
        if rows:
            yield _filled(chunk, rows, layout)


class _RememberedLines:
    """Passes lines on and keeps those of the current row, as read."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = iter(stream)
        self._kept: list[str] = []
        self.count = 0

    def __iter__(self) -> _RememberedLines:
        return self

    def __next__(self) -> str:
        line = next(self._stream)
        self.count += 1
        self._kept.append(line)
        return line

    def take(self) -> str:
        """The lines since the last call, without the final line end."""
        text = self._kept[0] if len(self._kept) == 1 else "".join(self._kept)
        self._kept.clear()
        return text.rstrip("\r\n")


def _next_record(
    file: SourceFile, reader: Iterator[list[str]], lines: _RememberedLines, begun: int
) -> tuple[list[str] | None, str | None]:
    """The next row, or the fault that kept it from being split; neither at the end."""
    try:
        return next(reader, None), None
    except csv.Error as fault:
        if "unexpected end" in str(fault):
            raise InputError(
                f"{file.path}: line {begun}: a quote is opened in this row and never closed; "
                'close it, or double it (\"\") if it belongs to the text'
            ) from fault
        if "field limit" in str(fault):
            raise InputError(
                f"{file.path}: line {begun}: a value is longer than 16 MB; a quote is probably not closed"
            ) from fault
        return None, 'has a quote inside a quoted text; double it ("") or remove it'


def _row_fault(row: list[str], raw: str, layout: TextLayout) -> str | None:
    if "\0" in raw:
        return "holds NUL characters; export the row again"
    if len(row) == layout.width:
        return None
    if len(row) >= layout.named_width and not any(row[layout.named_width :]):
        return None
    return (
        f"has {len(row)} columns where the header has {layout.named_width}; "
        "a separator or line break inside a text needs quotes around the text"
    )


def _filled(chunk: TextChunk, rows: list[list[str]], layout: TextLayout) -> TextChunk:
    for column, place in zip(chunk.values, layout.places, strict=True):
        column.extend([row[place] if row else None for row in rows])
    return chunk


@contextmanager
def _opened(file: SourceFile, encoding: str) -> Iterator[IO[str]]:
    """The file as text with its own line ends; raises InputError when it is cut off or damaged."""
    try:
        raw = gzip.open(file.path, "rb") if file.kind == "gzip" else file.path.open("rb")  # noqa: SIM115
        with io.TextIOWrapper(raw, encoding=encoding, newline="") as stream:  # type: ignore[arg-type]
            yield stream
    except (EOFError, gzip.BadGzipFile, zlib.error) as fault:
        raise InputError(
            f"{file.path}: the gzip file is cut off or damaged ({fault}); copy it again, nothing was loaded"
        ) from fault
    except OSError as fault:
        raise InputError(f"{file.path}: cannot be read ({fault.strerror}); check the path and its rights") from fault


def _detect_encoding(file: SourceFile, declared: str | None) -> tuple[str, list[str]]:
    with _opened(file, "latin-1") as stream:
        start = stream.read(4).encode("latin-1")
    marked = next((name for mark, name in _BOMS if start.startswith(mark)), None)
    for candidate in [marked or declared] if marked or declared else ["utf-8", "cp1252"]:
        assert candidate is not None
        fault = _undecodable_line(file, candidate)
        if fault is None:
            known = marked or declared or candidate == "utf-8"
            advice = 'encoding = "cp1252" (or what it is) in [source]'
            return candidate, [] if known else [
                f"{file.path.name}: is not UTF-8 and was read as Windows-1252 (latin-1); write {advice}"
            ]
    raise InputError(
        f"{file.path}: {fault}; write the encoding of the file, such as encoding = \"latin-1\", in [source] "
        "of the mapping, or export it as UTF-8"
    )


def _undecodable_line(file: SourceFile, encoding: str) -> str | None:
    """The first line whose bytes do not fit the encoding, in words; None when all fit."""
    try:
        with _opened(file, encoding) as stream:
            while stream.read(1 << 20):
                pass
    except UnicodeError:
        pass
    else:
        return None
    with _opened(file, "latin-1") as stream:
        for number, line in enumerate(stream, start=1):
            try:
                line.encode("latin-1").decode(encoding)
            except UnicodeDecodeError as fault:
                return f"line {number}: byte 0x{fault.object[fault.start]:02X} is no {encoding}"
    return f"is no {encoding}"


def _header(file: SourceFile, encoding: str, delimiter: str) -> list[str]:
    with _opened(file, encoding) as stream:
        lines = _RememberedLines(stream)
        try:
            header = _first_record(csv.reader(lines, delimiter=delimiter, strict=True))
        except csv.Error as fault:
            raise InputError(f"{file.path}: line 1: the header cannot be read ({fault}); mend its quotes") from fault
    if header is None:
        raise InputError(f"{file.path}: holds no header and no rows; export it again")
    return [name.strip() for name in header]


def _first_record(reader: Iterator[list[str]]) -> list[str] | None:
    return next((row for row in reader if any(cell.strip() for cell in row)), None)


def _delimiter_hint(file: SourceFile, encoding: str, declared: str | None, wanted: Sequence[str]) -> str:
    """Say so when another delimiter than the declared one yields the columns."""
    if declared is None:
        return ""
    for mark in _DELIMITERS:
        if mark != declared and set(wanted) <= set(_header(file, encoding, mark)):
            return f"; with delimiter = {mark!r} instead of {declared!r} it has them"
    return ""
