"""Which worker runs which tests: what takes long first, so that none idles while another ends a long file."""

from __future__ import annotations

from pathlib import Path

import pytest
from xdist.scheduler import LoadFileScheduling

_LONGEST_FIRST = ("browser", "pages", "", "queries", "store", "sample_data", "analysis", "components")
"""Folders below `tests`; "" are the files beside this one. Others come last."""
_TESTS = Path(__file__).parent


class LongestFirst(LoadFileScheduling):
    """A file at a time in the order collected; the tests of the browser stay together, with one server."""

    def _split_scope(self, nodeid: str) -> str:
        return "tests/browser" if nodeid.startswith("tests/browser/") else super()._split_scope(nodeid)


def longest_first(items: list[pytest.Item]) -> None:
    """Sort collected tests by what their folders take, keeping the order within a file."""

    def place(item: pytest.Item) -> tuple[int, str]:
        path = item.path.relative_to(_TESTS)
        folder = path.parts[0] if len(path.parts) > 1 else ""
        rank = _LONGEST_FIRST.index(folder) if folder in _LONGEST_FIRST else len(_LONGEST_FIRST)
        return rank, str(path)

    items.sort(key=place)
