"""`python -m queries`: the same numbers as on screen, from the command line.

python -m queries metrics
python -m queries measure METRIC... --grain week [--from DAY] [--to DAY] [--by DIM] [--where DIM=VALUE]
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from queries import catalog
from queries.filters import parse_where
from queries.measure import Reader, measure, open_reader
from queries.records import FIELDS, records
from queries.scope import open_scope
from queries.time import Grain, Period, TimeError
from store.errors import StoreError
from store.facts import open_facts
from store.location import Location

DONE, FAULT, USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code: 0 done, 1 fault, 2 bad usage."""
    options = _parser().parse_args(arguments)
    try:
        with_store = open_facts(Location.parse(options.store))
        reader = open_reader(with_store, open_scope())
        rows = _metrics(reader) if options.command == "metrics" else _measure(reader, options)
    except StoreError as fault:
        print(fault, file=sys.stderr)
        return FAULT
    except (KeyError, ValueError) as fault:
        print(fault.args[0] if fault.args else fault, file=sys.stderr)
        return USAGE
    _print(rows, options.format)
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m queries", description="Numbers from a Quarterdeck store."
    )
    parser.add_argument(
        "--store", help="directory or SQLAlchemy URL; default $QUARTERDECK_STORE or .quarterdeck"
    )
    commands = parser.add_subparsers(dest="command", required=True)
    listed = commands.add_parser("metrics", help="every metric, and whether this store supplies it")
    measured = commands.add_parser("measure", help="metrics over periods")
    measured.add_argument("metric", nargs="+")
    measured.add_argument("--grain", choices=[grain.value for grain in Grain], default="week")
    measured.add_argument(
        "--from", dest="first", type=dt.date.fromisoformat, help="first day; default: 12 periods"
    )
    measured.add_argument(
        "--to", dest="last", type=dt.date.fromisoformat, help="last day; default: newest loaded"
    )
    measured.add_argument("--by", action="append", default=[], help="break down by a dimension")
    measured.add_argument("--where", action="append", default=[], help="dim=value; repeat for more")
    for command in (listed, measured):
        command.add_argument("--format", choices=["table", "json", "csv"], default="table")
    return parser


def _metrics(reader: Reader) -> list[dict[str, Any]]:
    rows = []
    for key, metric in catalog.METRICS.items():
        shown, missing = reader.available(key)
        rows.append(
            {
                "metric": key,
                "label": metric.label,
                "area": metric.area,
                "unit": metric.unit,
                "clock": shown.clock,
                "on": not missing,
                "reason": catalog.not_supplied(missing) if missing else shown.note,
                "definition": shown.definition,
            }
        )
    return rows


def _measure(reader: Reader, options: argparse.Namespace) -> list[dict[str, Any]]:
    return records(
        measure(reader, options.metric, _periods(reader, options), options.by, parse_where(options.where))
    )


def _periods(reader: Reader, options: argparse.Namespace) -> list[Period]:
    grain, rules = Grain(options.grain), reader.coverage.rules
    last = options.last
    if last is None:
        newest = reader.coverage.newest_week()
        if newest is None:
            raise TimeError("the store is empty; import something first")
        last = newest.last_day
    if options.first is None:
        return rules.last(rules.period_of(last, grain), 12)
    return rules.between(options.first, last, grain)


def _print(rows: list[dict[str, Any]], form: str) -> None:
    if form == "json":
        json.dump(rows, sys.stdout, default=str, ensure_ascii=False, indent=1)
        print()
    elif form == "csv":
        writer = csv.DictWriter(sys.stdout, fieldnames=list(rows[0]) if rows else list(FIELDS))
        writer.writeheader()
        writer.writerows(rows)
    else:
        _print_table(rows)


def _print_table(rows: list[dict[str, Any]]) -> None:
    table = Table(box=None, header_style="bold")
    names = list(rows[0]) if rows else []
    for name in names:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*("" if row[name] is None else str(row[name]) for name in names))
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main())
