"""The files of an import: what they are, and that they stay as they are while they are read."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from store.importing.faults import InputError

_GZIP = b"\x1f\x8b"
_PARQUET = b"PAR1"
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class SourceFile:
    """One input file as it was found: its kind, the hash of its bytes, its size and its moment of change."""

    path: Path
    kind: Literal["text", "gzip", "parquet"]
    digest: str
    size: int
    changed_ns: int

    def assert_unchanged(self) -> None:
        """Raise InputError if the file was written to since it was found."""
        try:
            now = self.path.stat()
        except OSError:
            raise InputError(f"{self.path}: disappeared while it was read; import it again") from None
        if (now.st_size, now.st_mtime_ns) != (self.size, self.changed_ns):
            raise InputError(
                f"{self.path}: changed while it was read; wait until it is written, then import it again"
            )


def find_sources(paths: Sequence[Path]) -> tuple[SourceFile, ...]:
    """The files in the order given.

    Raises InputError, naming file and cure, for none, a missing, unreadable or empty one, a kind that is not
    supported, one file given twice, or text and Parquet mixed.
    """
    if not paths:
        raise InputError("no file to import; name at least one")
    found = tuple(_find(path) for path in paths)
    seen: dict[str, SourceFile] = {}
    for file in found:
        twin = seen.setdefault(file.digest, file)
        if twin is not file:
            raise InputError(f"{file.path}: holds the same bytes as {twin.path}; name it once")
    if len({file.kind == "parquet" for file in found}) > 1:
        names = ", ".join(file.path.name for file in found if file.kind == "parquet")
        raise InputError(f"{names}: Parquet and text cannot be mixed in one import; import them one by one")
    return found


def _find(path: Path) -> SourceFile:
    try:
        before = path.stat()
        if path.is_dir():
            raise InputError(f"{path}: is a directory; name the files in it")
        with path.open("rb") as stream:
            magic = stream.read(4)
            stream.seek(0)
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as fault:
        raise InputError(
            f"{path}: cannot be read ({fault.strerror}); check the path and its rights"
        ) from fault
    if not magic:
        raise InputError(f"{path}: is empty (0 bytes); export it again")
    if magic in (_ZIP, _OLD_EXCEL):
        raise InputError(f"{path}: is a zip archive or an Excel workbook; save it as CSV or unpack it")
    if path.suffix.lower() == ".parquet" and magic != _PARQUET:
        raise InputError(f"{path}: is named Parquet but is none; write it again or name it by what it holds")
    kind: Literal["text", "gzip", "parquet"] = "text"
    if magic == _PARQUET:
        kind = "parquet"
    elif magic.startswith(_GZIP):
        kind = "gzip"
    return SourceFile(path, kind, digest, before.st_size, before.st_mtime_ns)
