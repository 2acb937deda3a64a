"""Import files into a store: mapping, reading, selecting, picking, casting, checking, loading, publishing."""

from __future__ import annotations

from store.importing.faults import ImportFault, InputError, MappingError, TooManyBadRows
from store.importing.report import BatchCounts, ImportReport
from store.importing.running import run

__all__ = [
    "BatchCounts",
    "ImportFault",
    "ImportReport",
    "InputError",
    "MappingError",
    "TooManyBadRows",
    "run",
]
