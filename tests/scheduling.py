"""Which worker runs which tests: what takes long first, so that none idles while another ends a long file."""

from __future__ import annotations

from pathlib import Path

import pytest
from xdist.scheduler import LoadFileScheduling

_LONGEST_FIRST = ("browser", "pages", "", "queries", "store", "sample_data", "analysis", "components")
"""Folders below `tests`; "" are the files beside this one. Others come last."""
_TOGETHER = (
    ("tests/browser/",),
    ("tests/pages/test_capacity", "tests/pages/test_clearing", "tests/pages/test_what_if"),
    ("tests/pages/test_reinstatements", "tests/pages/test_audit_work"),
    ("tests/pages/test_team",),
)
"""Files one worker takes: they share a server, or what the app remembers of the page they are about."""
_TESTS = Path(__file__).parent


class LongestFirst(LoadFileScheduling):
    """A file at a time in the order collected; files that share what is costly to make stay together."""

    def _split_scope(self, nodeid: str) -> str:
        return next(
            (group[0] for group in _TOGETHER if nodeid.startswith(group)), super()._split_scope(nodeid)
        )


def longest_first(items: list[pytest.Item]) -> None:
    """Sort collected tests by what their folders take, keeping the order within a file."""

    def place(item: pytest.Item) -> tuple[int, str]:
        path = item.path.relative_to(_TESTS)
        folder = path.parts[0] if len(path.parts) > 1 else ""
        rank = _LONGEST_FIRST.index(folder) if folder in _LONGEST_FIRST else len(_LONGEST_FIRST)
        return rank, str(path)

    items.sort(key=place)
