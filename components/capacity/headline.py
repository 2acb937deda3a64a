"""The figures on top of the Capacity page."""

from __future__ import annotations

from components import drawer
from components.kept import kept
from components.tiles import TileContent, tile_row
from components.trends import tile_of, trend_lines
from components.view import View

KEYS = ("utilisation", "workload_hours", "available_hours", "shrinkage")


def tiles(view: View) -> None:
    """How used the hours are, the work that came in, the hours there were, and what took the rest."""
    tile_row(contents(view), on_ask=lambda key: drawer.ask(view, key))


@kept(4)
def contents(view: View) -> list[TileContent]:
    """The tiles, one per metric."""
    lines = trend_lines(view, KEYS)
    return [tile_of(view, lines[key]) for key in KEYS]
