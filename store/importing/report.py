"""What an import did, in numbers that add up."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class BatchCounts:
    """Rows of one file in one table.

    read = loaded + folded + quarantined and loaded = new + changed + unchanged.

    `skipped` rows of the file were left out by the mapping's where; they are not part of read. `batch_id` is
    the hash of file, mapping and block.
    """

    batch_id: str
    file: str
    table: str
    read: int
    loaded: int
    new: int
    changed: int
    unchanged: int
    folded: int
    quarantined: int
    skipped: int


@dataclass(frozen=True)
class ImportReport:
    """The outcome of an import.

    `version` is the version of the facts that now serves; `replayed` is true when every file had been
    imported with this mapping before and nothing was done; `removed` counts rows per table that a file
    holding whole cases no longer has; `notices` are sentences a person should read.
    """

    source: str
    version: str
    replayed: bool
    batches: tuple[BatchCounts, ...]
    removed: dict[str, int]
    notices: tuple[str, ...]

    def totals(self) -> dict[str, dict[str, int]]:
        """Per table the sums over files and blocks."""
        tables: dict[str, dict[str, int]] = {}
        for batch in self.batches:
            sums = tables.setdefault(batch.table, {})
            for name, count in asdict(batch).items():
                if isinstance(count, int):
                    sums[name] = sums.get(name, 0) + count
        return tables

    def to_json(self) -> dict[str, Any]:
        """The report as plain values, ready for json.dumps."""
        return {**asdict(self), "tables": self.totals()}
