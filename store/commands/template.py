"""`template`: an empty CSV with the contract of a table in its header."""

from __future__ import annotations

import argparse
import csv
import io
import sys
from typing import Any

from sqlalchemy import Column, Table

from store.commands.screen import Screen
from store.location import Location
from store.schema import fact, source_columns, source_tables

_KINDS = {
    "String": "text",
    "DateTime": "UTC moment, 2026-03-29 13:05:00",
    "Date": "date, 2026-03-29",
    "Double": "number, 1234.5",
    "Integer": "whole number",
    "Boolean": "true or false",
}


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """The command's options."""
    names = [table.name for table in source_tables()]
    parser = commands.add_parser(
        "template", parents=[shared], help="an empty CSV with a table's contract in its header"
    )
    parser.add_argument("table", choices=names, metavar="TABLE", help=", ".join(names))
    parser.set_defaults(run=run)


def run(_location: Location, arguments: argparse.Namespace, screen: Screen) -> int:
    """Write the template to standard output; needs no store."""
    table = fact(arguments.table)
    if screen.as_json:
        screen.result({"table": table.name, "about": table.comment, "columns": contract(table)})
    else:
        sys.stdout.write(template(table))
    return 0


def contract(table: Table) -> list[dict[str, Any]]:
    """What each source column must hold."""
    return [
        {
            "column": column.name,
            "about": column.comment,
            "type": _KINDS[type(column.type).__name__],
            "required": column.info["required"],
            "key": column.name in table.info["key"],
            "values": column.info["values"],
            "unit": column.info["unit"],
            "refers": column.info["refers"],
            "positive": column.info["positive"],
        }
        for column in source_columns(table)
    ]


def template(table: Table) -> str:
    """Comment lines that say what belongs into each column, then the header row.

    An import skips the lines that begin with #.
    """
    lines = io.StringIO()
    lines.write(f"# {table.name}: {table.comment}. Lines that begin with # may stay.\n")
    for column in source_columns(table):
        lines.write(f"# {column.name}: {_said(column, table)}\n")
    csv.writer(lines, lineterminator="\n").writerow([column.name for column in source_columns(table)])
    return lines.getvalue()


def _said(column: Column[object], table: Table) -> str:
    info = column.info
    parts = [str(column.comment), _KINDS[type(column.type).__name__]]
    if column.name in table.info["key"]:
        parts.append("part of the key" if len(table.info["key"]) > 1 else "the key")
    if info["required"]:
        parts.append("required")
    if info["values"]:
        parts.append("one of " + ", ".join(info["values"]))
    if info["unit"]:
        parts.append(f"in {info['unit']}")
    if info["refers"]:
        parts.append(f"refers to {info['refers']}")
    if info["positive"]:
        parts.append("not negative")
    return "; ".join(parts)
