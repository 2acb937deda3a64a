"""How long work tells the one who waits how far it is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, float], None]
"""Called with what is being done and the share done, 0 to 1."""


def silent(_doing: str, _share: float) -> None:
    """Tells nobody."""


def part(progress: Progress, first: float, last: float) -> Progress:
    """A progress whose 0 to 1 fills `first` to `last` of `progress`."""
    return lambda doing, share: progress(doing, first + (last - first) * share)
