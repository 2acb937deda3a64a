"""Escalations: are we keeping our promises, and what stands in the way?"""

from __future__ import annotations

from components import drawer, view
from components.escalations import backlog as backlog_section
from components.escalations import blocked, fixes, headline, promises, volume, waiting
from components.states import panel

seen = view.current()

with panel("Key figures"):
    headline.tiles(seen)
with panel("Are we keeping our promises?"):
    promises.section(seen)
with panel("Is the backlog healthy?"):
    backlog_section.section(seen)
with panel("What drives volume?"):
    volume.section(seen)
with panel("Where do cases wait?"):
    waiting.section(seen)
with panel("Did our fixes work?"):
    fixes.section(seen)
with panel("What is blocked on leadership?"):
    blocked.section(seen)

drawer.open_if_asked(seen)
