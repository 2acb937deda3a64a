"""`sample`: fill a store with the simulated operation."""

from __future__ import annotations

import argparse
import ctypes
import datetime as dt
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from store import build, journal, versions
from store.commands.screen import Screen
from store.errors import StoreError, StoreMissing
from store.facts import read_store_settings
from store.inspection import origin_of
from store.location import Location
from store.progress import Progress, part, silent

ORIGIN = "sample"
_DEVELOPMENT: dict[str, type[journal.Entry]] = {
    "one_on_one": journal.OneOnOne,
    "follow_up": journal.FollowUp,
    "goal": journal.Goal,
    "certification": journal.Certification,
    "career": journal.Career,
    "coaching_mark": journal.CoachingMark,
}
_FILLING_MEMORY = "250MB"  # the simulation needs the rest of 1 GB; `finish` raises it again


class WouldReplace(StoreError):
    """The sample would take the place of facts somebody imported."""

    exit_code = 2


@dataclass(frozen=True)
class Sampled:
    """The new version and how many source rows it was derived from."""

    version: str
    rows: dict[str, int]


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser = commands.add_parser("sample", parents=[shared], help="fill the store with a simulated operation")
    parser.add_argument("--scale", type=float, default=1.0, help="size; 1 is 20,000 sellers (default 1)")
    parser.add_argument("--seed", type=int, default=7, help="another seed is another history (default 7)")
    parser.add_argument("--weeks", type=int, default=156, help="length of the history (default 156)")
    parser.add_argument("--replace", action="store_true", help="even where the store holds imported facts")
    parser.set_defaults(run=run)


def run(location: Location, arguments: argparse.Namespace, screen: Screen) -> int:
    """Make the sample and say what came of it."""
    if arguments.scale <= 0 or arguments.weeks <= 0:
        screen.fault("--scale and --weeks must be greater than 0", 2)
        return 2
    if not arguments.replace:
        _refuse_imported(location)
    with screen.progress() as progress:
        made = make_sample(
            location, scale=arguments.scale, seed=arguments.seed, weeks=arguments.weeks, progress=progress
        )
    screen.result({"version": made.version, "store": str(location), "rows": made.rows})
    screen.table(["table", "rows"], list(made.rows.items()))
    screen.say(f"Version {made.version} of {location} now serves.")
    return 0


def make_sample(
    location: Location,
    *,
    scale: float = 1.0,
    seed: int = 7,
    weeks: int = 156,
    end: dt.date | None = None,
    progress: Progress = silent,
) -> Sampled:
    """Simulate, derive and publish, and put the sample's journal in place of an earlier sample's.

    The history ends with the day `end`, by default with the newest business week that is over. Raises what
    `store.build` raises; what people wrote in the journal stays.
    """
    import sample_data

    settings = read_store_settings(location)
    rows: dict[str, int] = {}
    with build.begin(location, empty=True) as building:
        building.connection.execute(f"set memory_limit = '{_FILLING_MEMORY}'")
        chunks = sample_data.simulate(
            scale=scale, seed=seed, weeks=weeks, end=end, settings=settings, progress=part(progress, 0.0, 0.6)
        )
        for table_name, chunk in chunks:
            building.connection.register("arriving", chunk)
            building.connection.execute(f'insert into src."{table_name}" by name select * from arriving')
            building.connection.unregister("arriving")
            rows[table_name] = rows.get(table_name, 0) + chunk.num_rows
        _release_memory()
        cases = _newest_decided(building.connection)
        version = build.finish(building, settings, ORIGIN, part(progress, 0.6, 0.98))
    entries = sample_data.journal_entries(seed=seed, weeks=weeks, end=end, settings=settings)
    opened = journal.open_journal(location)
    journal.replace_entries(
        opened,
        ORIGIN,
        actions=[_as_action(entry) for entry in entries.actions],
        targets=[_renamed(entry, {"where": "scope"}) for entry in entries.targets],
        dividers=entries.dividers,
    )
    written = sample_data.development_entries(seed=seed, weeks=weeks, end=end, settings=settings, cases=cases)
    journal.replace_development(opened, ORIGIN, [_as_development(entry) for entry in written])
    opened.engine.dispose()
    progress("done", 1.0)
    return Sampled(version, rows)


def _newest_decided(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[str, str]]]:
    """The two newest appeals of everyone who decided any, as (table, number)."""
    rows = connection.execute(
        """
        select specialist_id, appeal_id from src.appeals
        where specialist_id is not null and decided_at is not null
        qualify row_number() over (partition by specialist_id order by decided_at desc, appeal_id) <= 2
        order by specialist_id, decided_at desc, appeal_id
        """
    ).fetchall()
    found: dict[str, list[tuple[str, str]]] = {}
    for person, number in rows:
        found.setdefault(person, []).append(("appeals", number))
    return found


def _release_memory() -> None:
    """Give back what the simulation no longer holds: both allocators keep it, and deriving needs the room."""
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc alone has it
    if trim is not None:
        trim(0)


def _as_action(entry: dict[str, Any]) -> dict[str, Any]:
    names = {"where": "scope", "compare": "comparison", "value_held": "gmv_held", "created_on": "created_at"}
    action = _renamed(entry, names)
    return {**action, "created_at": dt.datetime.combine(action["created_at"], dt.time())}


def _as_development(entry: dict[str, Any]) -> journal.Entry:
    columns = {name: value for name, value in entry.items() if name not in ("entry", "author", "written_on")}
    at = dt.datetime.combine(entry["written_on"], dt.time(12))
    stamp = journal.Stamp(0, entry["author"], at, entry["author"], at, 1, ORIGIN)
    return _DEVELOPMENT[entry["entry"]](**columns, stamp=stamp)


def _renamed(entry: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return {names.get(name, name): value for name, value in entry.items()}


def _refuse_imported(location: Location) -> None:
    try:
        version = versions.current_version(location)
    except StoreMissing:
        return
    origin = origin_of(location, version)
    if origin == "import":
        raise WouldReplace(
            f"{location} holds imported facts; choose another place with --store, or --replace them"
        )
