"""Which teams a section of the page is about, and which filters it cannot obey."""

from __future__ import annotations

from components.theme import note
from components.view import View
from queries.capacity.standing import teams_chosen, unheeded
from queries.filters import DIMENSIONS


def team_keys(view: View) -> tuple[str, ...]:
    """The teams the filters choose, in the organisation's order."""
    return tuple(team.team for team in teams_chosen(view.reader, view.filters))


def note_unheeded(view: View, what: str) -> None:
    """Say which filters do not narrow the section; nothing when all do. `what` begins the sentence."""
    names = [DIMENSIONS[dimension].label.lower() for dimension in unheeded(view.filters)]
    if names:
        note(f"{what} belong to teams: not narrowed by {', '.join(names)}.")


def no_team(view: View) -> str:
    """What is empty when the filters choose no team."""
    return "No team matches" if view.filters.dimensions else "No teams are known"
