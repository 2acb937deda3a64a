"""Which policy gaps need a decision? Those that wait in the journal, the oldest first."""

from __future__ import annotations

from components import numbers
from components.figure import rows_behind
from components.numbers import NBSP
from components.review.commitments import state_of
from components.tables import Cell, Column, small_table
from components.theme import section
from components.view import View
from queries.journal import Action

QUESTION = "Which policy gaps need a decision?"
MOST_SHOWN = 8


def gaps(view: View) -> None:
    """The answer and the open policy gaps with what they hold up."""
    waiting = [action for action in view.decisions() if action.kind == "policy_gap"]
    section(QUESTION, *answer(view, waiting))
    if not waiting:
        return
    columns = [
        Column("Policy gap"),
        Column("Decision from"),
        Column("Asked by"),
        Column("Cases held", "right"),
        Column("Value held", "right"),
        Column("Waiting", "right"),
        Column("Due"),
        Column("State"),
    ]
    rows: list[list[Cell]] = [_row(view, action) for action in waiting]
    small_table(columns, rows[:MOST_SHOWN], f"{len(rows)} policy gaps wait for a decision")
    heads = [*columns[:-1], Column("Concerns")]
    texts = [
        [*(str(cell) for cell in row[:-1]), _concerns(view, action)]
        for row, action in zip(rows, waiting, strict=True)
    ]
    rows_behind(heads, texts, [list(row) for row in texts], "policy-gaps", "policy-gaps", "All policy gaps")


def answer(view: View, waiting: list[Action]) -> tuple[str, str]:
    """How many wait for how long, and what they hold."""
    if not waiting:
        return "No policy gap waits for a decision.", ""
    oldest = max(_days(view, action) for action in waiting)
    held = sum(action.cases_held or 0 for action in waiting)
    value = sum(action.value_held or 0 for action in waiting)
    many = "policy gap waits" if len(waiting) == 1 else "policy gaps wait"
    lead = f"{len(waiting)} {many} for a decision; the oldest has waited {oldest}{NBSP}days."
    rest = f"They hold {numbers.count(held)} cases and {numbers.money(value)}." if held or value else ""
    return lead, rest


def _days(view: View, action: Action) -> int:
    return max(0, (view.week.last_day - action.created_on).days)


def _row(view: View, action: Action) -> list[Cell]:
    return [
        action.title,
        action.decision_from or action.owner or numbers.MISSING,
        action.asked_by or numbers.MISSING,
        numbers.count(action.cases_held),
        numbers.money(action.value_held),
        numbers.days(_days(view, action), 0),
        numbers.weekday(action.due) if action.due else numbers.MISSING,
        state_of(action, view.week.last_day),
    ]


def _concerns(view: View, action: Action) -> str:
    """The rows it concerns: "Reason Funds held · Marketplace NA"."""
    parts = [
        f"{view.name_of(dimension, value)}" for dimension, values in action.where.chosen for value in values
    ]
    return " · ".join(parts) or "everything"
