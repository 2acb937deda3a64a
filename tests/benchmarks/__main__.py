"""`python -m tests.benchmarks`: what the app costs, as a table of medians beside their targets."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from store.location import ENVIRONMENT_VARIABLE, Location
from tests.benchmarks.benchmark_store import DEFAULT, build_benchmark_store
from tests.benchmarks.timing import Figure

Benchmark = Callable[[Location], list[Figure]]


def _sql(location: Location) -> list[Figure]:
    from components import source
    from tests.benchmarks.sql import sql_of_curves, sql_of_pages

    os.environ[ENVIRONMENT_VARIABLE] = str(location)
    return sql_of_curves(source.reader()) + sql_of_pages(source.reader())


def _reruns(location: Location) -> list[Figure]:
    from components import source
    from tests.benchmarks.rerun import reruns

    os.environ[ENVIRONMENT_VARIABLE] = str(location)
    return reruns(source.reader(), location)


def _browser(location: Location) -> list[Figure]:
    from components import source
    from tests.benchmarks.browser import browser

    os.environ[ENVIRONMENT_VARIABLE] = str(location)
    return browser(source.reader(), location)


def _what_if(location: Location) -> list[Figure]:
    from components import source
    from tests.benchmarks.what_if import what_if

    os.environ[ENVIRONMENT_VARIABLE] = str(location)
    return what_if(source.reader(), location)


def _simulation(location: Location) -> list[Figure]:
    from components import source
    from tests.benchmarks.simulation import simulation

    os.environ[ENVIRONMENT_VARIABLE] = str(location)
    return simulation(source.reader(), location)


def _commands(_: Location) -> list[Figure]:
    from tests.benchmarks.commands import commands

    return commands()


BENCHMARKS: dict[str, Benchmark] = {
    "sql": _sql,
    "simulation": _simulation,
    "reruns": _reruns,
    "browser": _browser,
    "what_if": _what_if,
    "commands": _commands,
}


def main(arguments: list[str]) -> int:
    """Run what is asked for and print it; 2 for bad usage, else 0: a slow machine is no failure."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "--only", action="append", choices=list(BENCHMARKS), help="one benchmark (repeatable)"
    )
    parser.add_argument("--store", type=Path, default=DEFAULT, help=f"benchmark store (default {DEFAULT})")
    parser.add_argument("--build", action="store_true", help="build the benchmark store first")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    chosen = parser.parse_args(arguments)
    location = Location.parse(str(chosen.store))
    figures: list[Figure] = []
    if chosen.build:
        figures += build_benchmark_store(
            location, lambda stage, part: print(f"{part:4.0%} {stage}", file=sys.stderr)
        )
    elif not (chosen.store / "CURRENT").exists():
        parser.error(f"{chosen.store} holds no benchmark store; add --build to make it (about ten minutes)")
    for name in chosen.only or BENCHMARKS:
        figures += BENCHMARKS[name](location)
    _print(figures, as_json=chosen.json)
    return 0


def _print(figures: list[Figure], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([{**asdict(figure), "met": figure.met} for figure in figures], indent=1))
        return
    table = Table("what", "median", "target", "", "runs", "remark")
    for figure in figures:
        sign = "≥" if figure.at_least else "≤"
        target = "" if figure.target is None else f"{sign} {figure.target:g} {figure.unit}"
        verdict = {None: "", True: "met", False: "missed"}[figure.met]
        table.add_row(
            figure.name,
            f"{figure.value:.3g} {figure.unit}"
            if figure.value < 100
            else f"{figure.value:.0f} {figure.unit}",
            target,
            verdict,
            str(figure.runs),
            figure.remark,
        )
    Console(width=None if sys.stdout.isatty() else 200).print(table)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
