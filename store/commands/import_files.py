"""`import`: load files by a mapping."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from store.commands.screen import Screen
from store.location import Location


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser = commands.add_parser("import", parents=[shared], help="load CSV, CSV.gz or Parquet files")
    parser.add_argument("mapping", type=Path, metavar="MAPPING.toml", help="how columns become facts")
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="files to load")
    parser.add_argument(
        "--max-bad",
        metavar="ROWS|SHARE%",
        help="load nothing when more rows are refused (default 0.1%% or 5 rows, whichever is larger)",
    )
    parser.set_defaults(run=run)


def run(location: Location, arguments: argparse.Namespace, screen: Screen) -> int:
    """Import and report; the faults of an import carry their own exit codes."""
    from store import importing

    with screen.progress() as progress:
        report = importing.run(
            location, arguments.mapping, arguments.files, max_bad=arguments.max_bad, progress=progress
        )
    screen.result({"store": str(location), **report.to_json()})
    counts = ("read", "loaded", "new", "changed", "unchanged", "folded", "quarantined")
    rows = [[name, *(sums.get(count, 0) for count in counts)] for name, sums in report.totals().items()]
    screen.table(["table", *counts], rows)
    for notice in report.notices:
        screen.say(notice)
    screen.say(
        "Nothing new: every file had been imported with this mapping before."
        if report.replayed
        else f"Version {report.version} of {location} now serves."
    )
    return 0
