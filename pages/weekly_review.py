"""Weekly review: what changed last week, and what needs me?"""

from __future__ import annotations

from components import drawer, view
from components.review import by_team, commitments, further_metrics, needs_you, read_board, scorecard_section
from components.states import panel

seen = view.current()
board = read_board(seen)

with panel("What needs you"):
    needs_you(seen, board)
with panel("Commitments"):
    commitments(seen)
with panel("Scorecard"):
    scorecard_section(seen, board)
with panel("Further metrics"):
    further_metrics(seen, board)
with panel("Which team or site"):
    by_team(seen, board)

drawer.open_if_asked(seen)
