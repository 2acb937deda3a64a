"""Stores of the same source rows: derived by the first, copied by every other, on whichever engine."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from store import postgres, versions
from store.build import begin
from store.derive import stamps, weekly
from store.location import Location
from store.progress import silent


@dataclass(frozen=True)
class Derived:
    """A version whose files stay as they are: the tables that PostgreSQL is given are those of DuckDB."""

    home: Path
    version: str

    def give(self, location: Location) -> None:
        """Publish the version in another, empty store."""
        facts, source = (of(self.home, self.version) for of in (versions.facts_file, versions.source_file))
        with begin(location, empty=True) as building:
            connection = building.connection
            if location.directory is None:
                connection.execute("detach src")
                connection.execute(f"attach '{facts}' as final (read_only)")
                connection.execute(f"attach '{source}' as src (read_only)")
                postgres.publish(location, connection, self.version, silent)
                return
            copies = [
                Path(shutil.copyfile(file, building.workshop / name))
                for file, name in ((facts, "copied-facts"), (source, "copied-source"))
            ]
            versions.publish(location.home, *copies, self.version)


def derived_in(location: Location) -> Derived | None:
    """The version of a store of files; None of one in PostgreSQL, which keeps none."""
    if location.directory is None:
        return None
    return Derived(location.home, versions.current_version(location))


def contents(tables: dict[str, pa.Table], settings_toml: str | None) -> str:
    """The same for the same rows and settings; everything a test changes about derivation must be in it."""
    changed = settings_toml, weekly.LEAST_ROWS, stamps.SELLER_GROUPS
    digest = hashlib.sha256(repr(changed).encode())
    for name, rows in sorted(tables.items()):
        written = pa.BufferOutputStream()
        with pa.ipc.new_stream(written, rows.schema) as stream:
            stream.write_table(rows)
        digest.update(name.encode())
        digest.update(written.getvalue())
    return digest.hexdigest()
