"""The five figures on top of the Escalations page."""

from __future__ import annotations

from dataclasses import replace

from components import drawer, wording
from components.kept import kept
from components.tiles import TileContent, tile_row
from components.trends import tile_of, trend_lines
from components.view import View

KEYS = ("resolution_sla", "escalations_opened", "escalations_resolved", "backlog_open", "time_to_resolve_p50")
GUARD = "reopen_rate"


def tiles(view: View) -> None:
    """Promise, inflow, outflow, backlog, and speed with its guard."""
    tile_row(contents(view), on_ask=lambda key: drawer.ask(view, key))


@kept(8)
def contents(view: View) -> list[TileContent]:
    """The five tiles."""
    lines = trend_lines(view, (*KEYS, GUARD))
    tiles_shown = [tile_of(view, lines[key]) for key in KEYS]
    guard = lines[GUARD]
    if guard.place is not None and not guard.series.reason:
        words = f"reopened within 14 days: {wording.at_text(guard.series, guard.place)}"
        speed = tiles_shown[-1]
        tiles_shown[-1] = replace(speed, note=" · ".join(part for part in (speed.note, words) if part))
    return tiles_shown
