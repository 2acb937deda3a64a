"""Building a version: fill `src`, derive into the final tables, check them, publish.

Work happens in a workshop directory of its own; until the pointer moves, nothing of it is visible, and
whatever a killed build leaves is removed by the next one.
"""

from __future__ import annotations

import datetime as dt
import errno
import shutil
import tempfile
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import duckdb

from store import locks, versions
from store.derive import derive
from store.derive.workbench import Workbench, create_source, text_sql
from store.errors import StoreDamaged, StoreError, StoreMissing
from store.facts import check_schema_version
from store.location import Location
from store.progress import Progress, part, silent
from store.schema import SCHEMA_VERSION, source_tables
from store.settings import DEFAULT_SETTINGS, Settings
from store.verify import check_rows, check_version

_MEMORY = "430MB"  # DuckDB takes some 150 MB beside it; Arrow and Python need the rest of 1 GB
_THREADS = 2


class BuildFailed(StoreError):
    """A version could not be built; the one before still serves."""


@dataclass
class Building(AbstractContextManager["Building"]):
    """A version in the making. Leaving the context removes every temporary file and frees the lock.

    `connection` has a database `src` with every source table (its source columns), `src.batches`,
    `src.quarantine`, `src.supplied_through` and `src.incomplete_days`.
    """

    location: Location
    connection: duckdb.DuckDBPyConnection
    workshop: Path
    _cleanup: ExitStack = field(repr=False)

    @property
    def source_path(self) -> Path:
        """The file behind `src`."""
        return self.workshop / "source.duckdb"

    @property
    def facts_path(self) -> Path:
        """The file the final tables are written to."""
        return self.workshop / "facts.duckdb"

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cleanup.close()
        told = _exhausted(fault, self.location)  # also while the caller filled `src`
        if told is not None:
            raise told from fault


def begin(location: Location, *, empty: bool = False) -> Building:
    """Start a version from the current one, or from nothing when `empty` or when there is none yet.

    Creates the store if it does not exist. Raises StoreLocked while another build runs, StoreTooNew when
    the store was written by a newer release, BuildFailed when the disk is full or cannot be written.
    """
    cleanup = ExitStack()
    try:
        workshop = _open_workshop(location, cleanup)
        building = Building(location, duckdb.connect(), workshop, cleanup)
        cleanup.callback(building.connection.close)
        _configure(building)
        current = None if empty else _current_or_none(location)
        if current is None:
            _attach_source(building)
            create_source(building.connection)
        else:
            check_schema_version(location, current)
            _copy_source(building, current)
    except BaseException as fault:
        cleanup.close()
        raise explained(fault, location) from fault
    return building


def finish(building: Building, settings: Settings, origin: str, progress: Progress = silent) -> str:
    """Derive, check and publish; returns the new version's name.

    `origin` says where the rows come from. Raises BuildFailed or StoreDamaged; the version before then
    still serves.
    """
    connection, version = building.connection, versions.new_name()
    try:
        connection.execute(f"set memory_limit = '{_MEMORY}'")
        for name, alias in (
            (building.facts_path, "final"),
            (building.workshop / "scratch.duckdb", "scratch"),
        ):
            connection.execute(f"attach {text_sql(str(name))} as {alias}")
        derive(Workbench(connection, settings), part(progress, 0.0, 0.8))
        connection.execute("detach scratch")
        (building.workshop / "scratch.duckdb").unlink()
        connection.execute(
            "insert into final.store_info values (?, ?, ?, ?, ?)",
            [version, SCHEMA_VERSION, dt.datetime.now(dt.UTC).replace(tzinfo=None), origin, settings.digest],
        )
        progress("checking", 0.8)
        _check(connection, settings)
        progress("publishing", 0.9)
        if building.location.directory is None:
            from store import postgres

            postgres.publish(building.location, connection, version, part(progress, 0.9, 1.0))
        else:
            _drop_strangers(connection)
            connection.execute("detach final")
            connection.execute("detach src")
            home = building.location.home
            versions.publish(home, building.facts_path, building.source_path, version)
    except BaseException as fault:
        raise explained(fault, building.location) from fault
    progress("done", 1.0)
    return version


def explained(fault: BaseException, location: Location) -> BaseException:
    """The fault as something a person can act on, where it is one of disk or memory; else itself."""
    told = _exhausted(fault, location)
    if told is None and isinstance(fault, OSError):
        told = BuildFailed(
            f"{fault.filename or location} cannot be written ({fault.strerror or fault}); "
            "check its owner and permissions (nothing was changed)"
        )
    return told or fault


def _exhausted(fault: BaseException | None, location: Location) -> BuildFailed | None:
    """What to say when the disk or the memory is full."""
    words = str(fault)
    full = getattr(fault, "errno", None) in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) or any(
        sign in words for sign in ("No space left", "File too large", "Disk quota", "max_temp_directory_size")
    )
    if isinstance(fault, OSError | duckdb.Error) and full:
        return BuildFailed(
            f"the disk of {location} is full; free some space and try again (nothing was changed)"
        )
    if isinstance(fault, duckdb.OutOfMemoryException):
        return BuildFailed(f"building needs more memory than {_MEMORY}: {words} (nothing was changed)")
    return None


def _open_workshop(location: Location, cleanup: ExitStack) -> Path:
    if location.directory is None:
        from store import postgres

        cleanup.enter_context(postgres.build_lock(location))
        return Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="quarterdeck-building-")))
    home = location.home
    home.mkdir(parents=True, exist_ok=True)
    cleanup.enter_context(locks.exclusive(home / versions.LOCK))
    versions.sweep(home)
    settings_file = home / "settings.toml"
    if not settings_file.exists():
        partial = home / f"{versions.WORKSHOP_PREFIX}settings"
        shutil.copyfile(DEFAULT_SETTINGS, partial)
        partial.replace(settings_file)
    workshop = Path(tempfile.mkdtemp(prefix=versions.WORKSHOP_PREFIX, dir=home))
    cleanup.callback(shutil.rmtree, workshop, ignore_errors=True)
    return workshop


def _configure(building: Building) -> None:
    run = building.connection.execute
    run(f"set threads = {_THREADS}")
    run(f"set memory_limit = '{_MEMORY}'")
    run(f"set temp_directory = {text_sql(str(building.workshop / 'spill'))}")
    run("set enable_progress_bar = false")
    # Hand freed memory back early, so that the process stays near the limit instead of 400 MB above it.
    run("set allocator_flush_threshold = '32MB'")
    run("set allocator_bulk_deallocation_flush_threshold = '64MB'")
    run("set preserve_insertion_order = false")


def _current_or_none(location: Location) -> str | None:
    try:
        return versions.current_version(location)
    except StoreMissing:
        return None


def _copy_source(building: Building, current: str) -> None:
    if building.location.directory is None:
        from store import postgres

        _attach_source(building)
        create_source(building.connection)
        postgres.read_source(building.location, building.connection, current)
        return
    source = versions.source_file(building.location.home, current)
    if not source.exists():
        raise StoreDamaged(
            f"{source} is missing, so nothing can be added to version {current}; restore it from a backup"
        )
    shutil.copyfile(source, building.source_path)
    _attach_source(building)


def _attach_source(building: Building) -> None:
    building.connection.execute(f"attach {text_sql(str(building.source_path))} as src")


def _drop_strangers(connection: duckdb.DuckDBPyConnection) -> None:
    """Staging tables an import left in `src` are not carried into the next one."""
    known = {table.name for table in source_tables()}
    known |= {"batches", "quarantine", "supplied_through", "incomplete_days"}
    tables = connection.execute(
        "select table_name from duckdb_tables() where database_name = 'src'"
    ).fetchall()
    for (name,) in tables:
        if name not in known:
            connection.execute(f'drop table src."{name}"')


def _check(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    def ask(sql: str) -> list[tuple[object, ...]]:
        return connection.execute(sql).fetchall()

    checks = check_rows(ask, "src.", "final.", source_tables()) + check_version(ask, "final.", settings)
    failed = [f"{check.name}: {check.found}" for check in checks if not check.passed]
    if failed:
        raise StoreDamaged(f"the new version fails its checks and was not published ({'; '.join(failed)})")
