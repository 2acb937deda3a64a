"""What is blocked on leadership? Decisions that wait, and the cases they hold."""

from __future__ import annotations

import datetime as dt
from typing import Any

from components import numbers, theme
from components.figure import rows_behind
from components.review.commitments import state_of
from components.tables import Cell, Column, small_table
from components.view import View
from components.wording import things
from queries.now import blocked_cases

MOST_SHOWN = 8


def section(view: View) -> None:
    """The answer, the decisions from the journal, and the blocked cases of the store."""
    decisions = view.decisions()
    at = view.reader.coverage.end_of(view.period)
    cases = blocked_cases(view.reader, view.filters, at)
    theme.section("What is blocked on leadership?", *answer(view, cases))
    if decisions:
        theme.subtitle("Decisions that wait")
        rows: list[list[Cell]] = [
            [
                action.title,
                action.decision_from or action.owner,
                action.asked_by or numbers.MISSING,
                numbers.count(action.cases_held),
                numbers.money(action.value_held),
                numbers.days(max(0, (view.period.last_day - action.created_on).days), 0),
                numbers.weekday(action.due) if action.due else numbers.MISSING,
                state_of(action, view.period.last_day),
            ]
            for action in decisions
        ]
        columns = [
            Column("Decision needed"),
            Column("From"),
            Column("Asked by"),
            Column("Cases held", "right"),
            Column("Value held", "right"),
            Column("Waiting", "right"),
            Column("Due"),
            Column("State"),
        ]
        small_table(columns, rows, f"{len(rows)} decisions wait")
    if cases:
        _cases(view, cases, at)


def answer(view: View, cases: list[dict[str, Any]]) -> tuple[str, str]:
    """How many decisions wait for how long, and how many cases and how much they hold."""
    decisions = view.decisions()
    if not decisions and not cases:
        return "Nothing waits for a decision.", ""
    held = sum(action.cases_held or 0 for action in decisions)
    oldest = max(((view.period.last_day - action.created_on).days for action in decisions), default=0)
    lead = (
        f"{len(decisions)} {'decision waits' if len(decisions) == 1 else 'decisions wait'}, "
        f"holding {things(held, 'case')}; "
        f"the oldest has waited {things(max(0, oldest), 'day')}."
        if decisions
        else "No decision is recorded."
    )
    stake = sum(row["value_at_stake"] or 0 for row in cases)
    if not cases:
        return lead, "No open case is marked blocked."
    rest = f"{things(len(cases), 'open case')} {'is' if len(cases) == 1 else 'are'} marked blocked"
    return lead, f"{rest}, {numbers.money(stake)} at stake." if stake else f"{rest}."


def _cases(view: View, cases: list[dict[str, Any]], at: dt.datetime) -> None:
    """The longest blocked cases, all of them behind the expander."""
    theme.subtitle("Cases that wait the longest")
    columns = [
        Column("Case"),
        Column("Severity"),
        Column("Reason"),
        Column("Team"),
        Column("Who must act"),
        Column("Decision needed"),
        Column("Blocked", "right"),
        Column("At stake", "right"),
    ]
    texts = [_texts(view, row, at) for row in cases]
    small_table(columns, texts[:MOST_SHOWN], f"{len(cases)} blocked cases")
    if len(cases) > MOST_SHOWN:
        plain = [
            [
                row["escalation_id"],
                row["severity"],
                row["reason"],
                row["team"],
                row["blocked_on"],
                row["decision_needed"],
                round((at - row["blocked_since"]).total_seconds() / 86400, 1),
                row["value_at_stake"],
            ]
            for row in cases
        ]
        rows_behind(columns, texts, plain, "blocked", "blocked-cases", f"All {len(cases)} blocked cases")


def _texts(view: View, row: dict[str, Any], at: dt.datetime) -> list[str]:
    return [
        row["escalation_id"],
        row["severity"] or numbers.MISSING,
        view.name_of("reason", row["reason"]) if row["reason"] else numbers.MISSING,
        view.name_of("team", row["team"]) if row["team"] else numbers.MISSING,
        row["blocked_on"] or numbers.MISSING,
        row["decision_needed"] or numbers.MISSING,
        numbers.days((at - row["blocked_since"]).total_seconds() / 86400, 0),
        numbers.money(row["value_at_stake"]),
    ]
