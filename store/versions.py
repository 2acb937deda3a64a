"""Versions of the facts in a directory store: immutable files and the pointer that names the current one.

`facts-<version>.duckdb` is what the app reads; `source-<version>.duckdb` is what the next import starts
from: the source's own values, before derivation filled or overruled any of them.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from store import locks
from store.errors import StoreDamaged, StoreMissing
from store.location import Location

POINTER = "CURRENT"
LOCK = "build.lock"
WORKSHOP_PREFIX = "building-"


@dataclass(frozen=True)
class Version:
    """One version in store. `size` is in bytes, source included."""

    name: str
    current: bool
    built_at: dt.datetime
    size: int


def new_name() -> str:
    """A name never used before; names sort by time."""
    return f"{dt.datetime.now(dt.UTC):%Y%m%d-%H%M%S-%f}-{secrets.token_hex(3)}"


def facts_file(home: Path, version: str) -> Path:
    """The file the app reads."""
    return home / f"facts-{version}.duckdb"


def source_file(home: Path, version: str) -> Path:
    """The file the next import starts from."""
    return home / f"source-{version}.duckdb"


def current_version(location: Location) -> str:
    """The name of the current version: a read of a few bytes, cheap enough for every rerun.

    Raises StoreMissing when nothing has been loaded yet, StoreDamaged when the pointer names a lost file.
    """
    if location.directory is None:
        from store import postgres

        return postgres.current_version(location)
    try:
        name = (location.home / POINTER).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise StoreMissing(
            f"{location} holds no facts yet; run `python -m store sample` or `python -m store import`"
        ) from None
    if not facts_file(location.home, name).exists():
        raise StoreDamaged(
            f"{location.home / POINTER} names version {name!r}, but its file is gone; "
            "restore it from a backup or import again"
        )
    return name


def list_versions(location: Location) -> list[Version]:
    """All versions, newest first; empty where there is no store."""
    if location.directory is None:
        from store import postgres

        return postgres.list_versions(location)
    pointer = location.home / POINTER
    current = pointer.read_text(encoding="utf-8").strip() if pointer.exists() else None
    versions = []
    for path in location.home.glob("facts-*.duckdb"):
        name = path.stem.removeprefix("facts-")
        source = source_file(location.home, name)
        size = path.stat().st_size + (source.stat().st_size if source.exists() else 0)
        built_at = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).replace(tzinfo=None)
        versions.append(Version(name, name == current, built_at, size))
    return sorted(versions, key=lambda version: version.name, reverse=True)


def publish(home: Path, built_facts: Path, built_source: Path, version: str) -> None:
    """Give both files their names and move the pointer last: a kill at any point leaves a whole version."""
    for built, final in (
        (built_source, source_file(home, version)),
        (built_facts, facts_file(home, version)),
    ):
        _flush(built)
        built.rename(final)
    _flush(home)
    pointer = home / f"{POINTER}.{version}"
    pointer.write_text(f"{version}\n", encoding="utf-8")
    _flush(pointer)
    pointer.replace(home / POINTER)
    _flush(home)


def prune(location: Location, keep: int) -> list[str]:
    """Remove all but the current and the `keep` newest other versions; returns the names removed.

    Raises StoreLocked while a version is being built.
    """
    if location.directory is None:
        from store import postgres

        return postgres.prune(location, keep)
    home = location.home
    if not home.exists():
        return []
    with locks.exclusive(home / LOCK):
        sweep(home)
        removed = [version.name for version in list_versions(location) if not version.current][keep:]
        for name in removed:
            facts_file(home, name).unlink()
            source_file(home, name).unlink(missing_ok=True)
    return removed


def sweep(home: Path) -> None:
    """Remove what killed builds left behind. Only under the lock: nobody else is building then."""
    for leftover in home.glob(f"{WORKSHOP_PREFIX}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    for leftover in home.glob(f"{POINTER}.*"):
        leftover.unlink(missing_ok=True)
    for leftover in home.glob("source-*.duckdb"):
        if not facts_file(home, leftover.stem.removeprefix("source-")).exists():
            leftover.unlink()


def _flush(path: Path) -> None:
    """Make a file or the entries of a directory durable."""
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
