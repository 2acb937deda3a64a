"""SQL of a page section and of a whole page, for filters never seen.

The pages run as they are (AppTest), so that every statement they really make is counted; only the reads are
timed, from the built statement to Arrow. A section is one call in the page's file: the reads made below it
are added up.
"""

from __future__ import annotations

import datetime as dt
import itertools
import linecache
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from streamlit.testing.v1 import AppTest

from queries.filters import Filters
from queries.measure import Reader
from queries.restumble_curve import restumble_curves
from queries.scope import Scope
from queries.time import Grain, Period
from tests.benchmarks.timing import RUNS, Figure
from tests.benchmarks.unseen import OF_APPEALS, OF_PEOPLE, SINGLE, paired_filters, single_filters

THREE_YEARS = dt.timedelta(days=3 * 364)
SHELL = Path(__file__).parents[2] / "components" / "shell.py"
PAGES = {
    "weekly review": ("", SINGLE),
    "escalations": ("escalations", SINGLE),
    "reinstatements": ("reinstatements", OF_APPEALS),
    "strategic sellers": ("strategic", OF_APPEALS),
    "capacity": ("capacity", OF_PEOPLE),
    "team": ("team", OF_PEOPLE),
}
"""Each page's script, none for the first, and the dimensions its readers filter by."""


@dataclass
class Reads:
    """Milliseconds of reads since the last `clear`, by section of the page; the shell's own are "shell"."""

    of_section: dict[str, float] = field(default_factory=dict)
    count: int = 0

    def add(self, section: str, milliseconds: float) -> None:
        """One more read."""
        self.of_section[section] = self.of_section.get(section, 0.0) + milliseconds
        self.count += 1

    def clear(self) -> None:
        """Forget what was read."""
        self.of_section.clear()
        self.count = 0


@contextmanager
def timed_reads() -> Iterator[Reads]:
    """Time every read of the facts while the context lasts."""
    reads, read = Reads(), Scope.read

    def timing(scope: Scope, *arguments: Any) -> Any:
        began = time.perf_counter()
        try:
            return read(scope, *arguments)
        finally:
            reads.add(_section(), 1000 * (time.perf_counter() - began))

    with patch.object(Scope, "read", timing):
        yield reads


def _section() -> str:
    """The line of the page's own file that led to the read being made."""
    frame = sys._getframe(2)
    while frame is not None:
        if Path(frame.f_code.co_filename).parent.name == "pages":
            return linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
        frame = frame.f_back
    return "shell"


def sql_of_pages(reader: Reader) -> list[Figure]:
    """Medians per section and per page over single filters, then over pairs of filters."""
    figures = []
    for page, (script, dimensions) in PAGES.items():
        for kind, filters in (
            ("one filter", single_filters(reader, dimensions)[:RUNS]),
            ("two filters", _first(paired_filters(reader, dimensions))),
        ):
            figures += _figures(page, kind, _run(script, filters))
    return figures


def sql_of_curves(reader: Reader) -> list[Figure]:
    """The restumble curve over three years to the newest week, by filters never seen, as one line or many."""
    week = reader.coverage.newest_week()
    assert week is not None
    years = Period(week.end - THREE_YEARS, week.end, Grain.range)
    figures = []
    for kind, by, views in (
        ("one filter", "", single_filters(reader, OF_APPEALS)[:RUNS]),
        ("two filters", "", _first(paired_filters(reader, OF_APPEALS))),
        ("by team, no filter and one", "team", [Filters(), *single_filters(reader, OF_APPEALS)[: RUNS - 1]]),
    ):
        times = []
        for filters in views:
            with timed_reads() as reads:
                restumble_curves(reader, years, filters, by)
            times.append(sum(reads.of_section.values()))
        figure = Figure(
            f"SQL, restumble curve over three years, {kind}", statistics.median(times), "ms", len(times)
        )
        figures.append(figure.against(150).remarked(f"slowest {max(times):.0f} ms"))
    return figures


@dataclass(frozen=True)
class Run:
    """One run of a page: SQL milliseconds by section, and how many statements they were."""

    of_section: dict[str, float]
    statements: int

    @property
    def total(self) -> float:
        """SQL milliseconds of the page."""
        return sum(self.of_section.values())


def _figures(page: str, kind: str, runs: list[Run]) -> list[Figure]:
    name = f"SQL, {page}, {kind} never seen"
    statements = statistics.median(run.statements for run in runs)
    slowest = max(run.total for run in runs)
    whole = Figure(f"{name}: whole page", statistics.median(run.total for run in runs), "ms", len(runs))
    figures = [
        (whole.against(250) if page == "weekly review" else whole).remarked(
            f"{statements:.0f} statements, slowest {slowest:.0f} ms"
        )
    ]
    for section in dict.fromkeys(section for run in runs for section in run.of_section):
        times = [run.of_section.get(section, 0.0) for run in runs]
        figure = Figure(f"{name}: {section}", statistics.median(times), "ms", len(times)).against(60)
        figures.append(figure.remarked(f"slowest {max(times):.0f} ms"))
    return figures


def _first(views: Iterator[Filters]) -> list[Filters]:
    return list(itertools.islice(views, RUNS))


def _run(script: str, views: list[Filters]) -> list[Run]:
    app = AppTest.from_file(str(SHELL), default_timeout=120)
    app.run()
    runs = []
    with timed_reads() as reads:
        for filters in views:
            app.query_params.clear()
            for key, values in filters.to_params().items():
                app.query_params[key] = values
            if script:
                app.switch_page(f"../pages/{script}.py")
            reads.clear()
            app.run()
            runs.append(Run(dict(reads.of_section), reads.count))
    return runs
