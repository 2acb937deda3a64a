"""Capacity: can we carry the load, who is overloaded, when does the backlog clear, and what if?"""

from __future__ import annotations

from components import drawer, view
from components.capacity import headline
from components.states import panel

seen = view.current()

with panel("Key figures"):
    headline.tiles(seen)

drawer.open_if_asked(seen)
