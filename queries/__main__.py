"""`python -m queries`: the same numbers as on screen, from the command line.

python -m queries metrics
python -m queries measure METRIC... --grain week [--from DAY] [--to DAY] [--by DIM] [--where DIM=VALUE]
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import os
import sys
from collections.abc import Sequence
from typing import Any

from queries import catalog
from queries.filters import NONE_VALUE, parse_where
from queries.measure import Reader, measure, open_reader
from queries.records import FIELDS, records, spread
from queries.scope import open_scope
from queries.time import Grain, Period, TimeError
from store.errors import StoreError
from store.facts import open_facts
from store.location import Location

DONE, FAULT, USAGE = 0, 1, 2
_RIGHT = frozenset({"value", "low", "high", "n"})


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
    try:
        _print(rows, options.format, getattr(options, "by", ()))
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of a pipe had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
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
    measured.add_argument("--from", dest="first", type=_day, help="first day; default: 12 periods")
    measured.add_argument("--to", dest="last", type=_day, help="last day; default: newest loaded")
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
    filters = parse_where(options.where)
    return records(
        measure(reader, options.metric, _periods(reader, options), options.by, filters, clustered=True)
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


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is no day; write it as 2026-11-15") from None


def _print(rows: list[dict[str, Any]], form: str, by: Sequence[str]) -> None:
    if form == "json":
        json.dump(rows, sys.stdout, default=str, ensure_ascii=False, indent=1)
        print()
    elif form == "csv":
        flat = [spread(row, by) for row in rows]
        writer = csv.DictWriter(sys.stdout, fieldnames=list(flat[0]) if flat else list(FIELDS))
        writer.writeheader()
        writer.writerows(flat)
    else:
        _print_table([_compact(row) for row in rows])


def _compact(row: dict[str, Any]) -> dict[str, str]:
    """What a person reads of a row: formatted, without what can be worked out from the rest."""
    if "definition" in row:
        return {
            "metric": row["metric"],
            "label": row["label"],
            "unit": row["unit"],
            "clock": row["clock"],
            "status": row["reason"] if row["on"] else f"off: {row['reason']}",
        }
    return {
        "metric": row["metric"],
        "period": row["period"],
        "by": " · ".join(NONE_VALUE if value is None else value for value in row["by"].values()),
        "value": _formatted(row["value"], row["unit"]),
        "low": _formatted(row["low"], row["unit"]),
        "high": _formatted(row["high"], row["unit"]),
        "n": _formatted(row["n"], "count"),
        "status": row["reason"],
    }


def _formatted(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    if unit == "share":
        return f"{value:.1%}"
    return f"{value:,.0f}" if unit in ("count", "money") else f"{value:,.1f}"


def _print_table(rows: list[dict[str, str]]) -> None:
    """Columns as wide as their longest word and never folded; columns without any word are left out."""
    names = [name for name in (rows[0] if rows else ()) if any(row[name] for row in rows)]
    lines = [names, *([_one_line(row[name]) for name in names] for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(names))]
    for line in lines:
        words = (
            word.rjust(width) if name in _RIGHT else word.ljust(width)
            for name, word, width in zip(names, line, widths, strict=True)
        )
        print("  ".join(words).rstrip())


def _one_line(words: str) -> str:
    """Text from the store without what could move the cursor."""
    return "".join(sign if sign.isprintable() else " " for sign in words)


if __name__ == "__main__":
    sys.exit(main())
