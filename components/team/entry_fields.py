"""What can be written about a person's development: the fields of each kind of entry and their words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from components import numbers
from components.numbers import MISSING
from components.view import View
from queries.development import Career, Certification, CoachingMark, Entry, FollowUp, Goal, OneOnOne
from queries.succession import role_name

Shape = Literal["line", "notes", "day", "choice", "role"]

GOAL_WORDS: Final = {"open": "Open", "reached": "Reached", "dropped": "Dropped"}
READY_WORDS: Final = {"now": "Ready now", "in_a_year": "Ready in a year", "later": "Later"}


@dataclass(frozen=True)
class Field:
    """One field of a form: its column, its label and its shape; `words` are the choices by their value.

    `happened` marks a day that cannot lie ahead.
    """

    name: str
    label: str
    shape: Shape
    words: Mapping[str, str] = field(default_factory=dict)
    help: str | None = None
    happened: bool = False


FIELDS: Final[dict[type[Entry], tuple[Field, ...]]] = {
    OneOnOne: (
        Field("held_on", "Held on", "day", happened=True),
        Field("notes", "Notes", "notes"),
        Field("next_on", "Next on", "day"),
    ),
    FollowUp: (
        Field("text", "What was agreed", "line"),
        Field("owner", "Who does it", "line"),
        Field("due", "Due", "day"),
        Field("done_on", "Done on", "day", happened=True),
    ),
    Goal: (
        Field("title", "Goal", "line"),
        Field("why", "Why", "notes"),
        Field("due", "Due", "day"),
        Field("status", "State", "choice", GOAL_WORDS),
        Field("evidence", "Link to what shows it", "line", help="A link of this app, or one with https://"),
    ),
    Certification: (
        Field("name", "Certification", "line"),
        Field("achieved", "Achieved on", "day", happened=True),
        Field("expires", "Valid until", "day"),
    ),
    Career: (
        Field("aims_at", "Role aimed at", "line"),
        Field("ready", "Ready", "choice", READY_WORDS),
        Field("covers", "Could step in as", "role", help="Choose a role or write one"),
    ),
    CoachingMark: (
        Field("note", "What to look at", "notes"),
        Field("done_on", "Talked through on", "day", happened=True),
    ),
}


def shown(view: View, spec: Field, value: object) -> str:
    """A value of a field as a person reads it."""
    if value is None or value == "":
        return MISSING
    if isinstance(value, dt.date):
        return numbers.full_date(value)
    if spec.shape == "role":
        return role_name(view.reader, str(value))
    return spec.words.get(str(value), str(value))
