"""Capacity: can we carry the load, who is overloaded, when does the backlog clear, and what if?"""

from __future__ import annotations

from components import drawer, view
from components.capacity import cover, headline, hiring
from components.states import panel

seen = view.current()

with panel("Key figures"):
    headline.tiles(seen)
with panel("Are positions filled as planned?"):
    hiring.hiring(seen)
with panel("Is cover thin?"):
    cover.cover(seen)

drawer.open_if_asked(seen)
