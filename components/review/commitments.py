"""Last week's commitments and their state, from the journal."""

from __future__ import annotations

import datetime as dt

from components import numbers, wording
from components.status import Status
from components.tables import Column, small_table
from components.theme import section
from components.view import View
from queries.journal import Action
from queries.time import WEEK

STATE_WORDS = {"done": "Done", "live": "Live", "cancelled": "Dropped", "open": "Open"}


def commitments(view: View) -> None:
    """Actions due in the shown week or overdue by its end; nothing where nothing was promised."""
    due = due_actions(view)
    if not due:
        return
    kept = sum(action.status in ("done", "live") for action in due)
    section(
        "Did we do what we said?",
        f"{kept} of {wording.things(len(due), 'commitment')} kept:",
        "what fell due in the week, and what was overdue from before.",
    )
    rows = [
        (action.title, action.owner or "", numbers.weekday(action.due), state_of(action, view.week.last_day))
        for action in due
        if action.due is not None
    ]
    small_table(
        [Column("Commitment"), Column("Owner"), Column("Due"), Column("State")],
        rows,
        f"{len(due)} commitments, {kept} kept",
    )


def due_actions(view: View) -> list[Action]:
    """What fell due in the week shown, and what was still open from before."""
    week = view.week
    found = []
    for action in view.journal.actions:
        if action.due is None or action.due > week.last_day:
            continue
        if action.due >= week.start or (action.status == "open" and action.due >= week.start - 8 * WEEK):
            found.append(action)
    return sorted(found, key=lambda action: action.due or dt.date.max)


def state_of(action: Action, today: dt.date) -> Status:
    """The state of an action on a day: done, live, overdue by days, due this week."""
    if action.status in ("done", "live"):
        return Status(STATE_WORDS[action.status], "good")
    if action.status == "cancelled" or action.due is None:
        return Status(STATE_WORDS.get(action.status, action.status.capitalize()), "neutral")
    late = (today - action.due).days
    if late > 0:
        return Status(f"Overdue {late}{numbers.NBSP}d", "bad", "up")
    if late > -7:
        return Status("Due this week", "warn")
    return Status("On time", "neutral")
