"""The five figures on top of the Escalations page."""

from __future__ import annotations

from dataclasses import replace

from components import drawer, wording
from components.tiles import tile_row
from components.trends import tile_of, trend_lines
from components.view import View

KEYS = ("resolution_sla", "escalations_opened", "escalations_resolved", "backlog_open", "time_to_resolve_p50")
GUARD = "reopen_rate"


def tiles(view: View) -> None:
    """Promise, inflow, outflow, backlog, and speed with its guard."""
    lines = trend_lines(view, (*KEYS, GUARD))
    contents = [tile_of(view, lines[key]) for key in KEYS]
    guard = lines[GUARD]
    if guard.place is not None and not guard.series.reason:
        words = f"reopened within 14 days: {wording.at_text(guard.series, guard.place)}"
        speed = contents[-1]
        contents[-1] = replace(speed, note=" · ".join(part for part in (speed.note, words) if part))
    tile_row(contents, on_ask=lambda key: drawer.ask(view, key))
