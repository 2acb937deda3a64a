"""What a command shows: words and tables for people, one JSON document for programs, a bar while it works."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from store.progress import Progress as Tell

_WIDE = 400


class Screen:
    """Results go to standard output, progress and faults to standard error.

    Text from data is never read as markup.
    """

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self._results = Console(markup=False, highlight=False, soft_wrap=True)
        if not self._results.is_terminal:
            self._results.width = _WIDE  # a file or a pipe has no edge to cut tables at
        self._aside = Console(stderr=True, markup=False, highlight=False, soft_wrap=True)

    def result(self, document: dict[str, Any]) -> None:
        """The one JSON document of the command; nothing for people."""
        if self.as_json:
            sys.stdout.write(json.dumps(document, default=str, ensure_ascii=False) + "\n")

    def say(self, words: str) -> None:
        """A sentence for people; nothing for programs."""
        if not self.as_json:
            self._results.print(Text(words))

    def table(self, titles: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """A table for people; numbers stand right."""
        if self.as_json:
            return
        table = Table(box=None, pad_edge=False, header_style="bold")
        for number, title in enumerate(titles):
            numeric = all(isinstance(row[number], int | float | None) for row in rows) and bool(rows)
            table.add_column(title, justify="right" if numeric else "left", no_wrap=True)
        for row in rows:
            table.add_row(*(Text(_shown(value)) for value in row))
        self._results.print(table)

    def fault(self, words: str, exit_code: int) -> None:
        """Why the command did not do it."""
        if self.as_json:
            sys.stdout.write(json.dumps({"error": words, "exit_code": exit_code}, ensure_ascii=False) + "\n")
        else:
            self._aside.print(Text(words))

    @contextmanager
    def progress(self) -> Iterator[Tell]:
        """A bar on standard error for as long as the work lasts; silent where nobody watches."""
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
            console=self._aside,
            transient=True,
            disable=not self._aside.is_terminal,
        ) as bar:
            task = bar.add_task("starting", total=1.0)
            yield lambda doing, share: bar.update(task, description=doing, completed=share)


def _shown(value: object) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
