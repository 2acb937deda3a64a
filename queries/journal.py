"""What people wrote down, read-only: targets with dated paths, chart dividers, actions and decisions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from queries.filters import DIMENSIONS, Filters
from queries.scorecard import Divider, Target
from store.journal import read_journal_rows
from store.location import Location

DECISION_KINDS = ("decision", "blocker", "policy_gap")
FIX_KINDS = ("preventive", "root_cause_action")


@dataclass(frozen=True)
class Action:
    """One line of the list of actions and decisions."""

    kind: str
    title: str
    owner: str | None
    asked_by: str | None
    decision_from: str | None
    due: dt.date | None
    status: str
    metric: str | None
    live_on: dt.date | None
    expected_effect: float | None
    where: Filters
    compare: Filters | None
    cases_held: int | None
    value_held: float | None
    created_on: dt.date | None
    evidence: str | None


@dataclass(frozen=True)
class Journal:
    """Targets, dividers and actions, in the order they were written."""

    targets: tuple[Target, ...] = ()
    dividers: tuple[Divider, ...] = ()
    actions: tuple[Action, ...] = ()

    def fixes(self) -> tuple[Action, ...]:
        """Preventive and root-cause actions that name a metric and went live, newest first."""
        live = [
            action for action in self.actions if action.kind in FIX_KINDS and action.live_on and action.metric
        ]
        return tuple(sorted(live, key=lambda action: action.live_on or dt.date.min, reverse=True))

    def decisions(self) -> tuple[Action, ...]:
        """Open decisions, blockers and policy gaps, the oldest first."""
        waiting = [
            action for action in self.actions if action.kind in DECISION_KINDS and action.status == "open"
        ]
        return tuple(sorted(waiting, key=lambda action: action.created_on or dt.date.max))


def read_journal(location: Location) -> Journal:
    """The journal of a store; empty where nothing was ever written."""
    rows = read_journal_rows(location)
    return Journal(
        tuple(
            Target(
                row["metric"], filters_of(row["where"]), row["valid_from"], row["value"], row["owner"] or ""
            )
            for row in rows.targets
        ),
        tuple(
            Divider(row["metric"], row["on_day"], row["author"] or "", row["reason"] or "")
            for row in rows.dividers
        ),
        tuple(_action(row) for row in rows.actions),
    )


def filters_of(text: str | None) -> Filters:
    """Filters from their link form, "reason=x&marketplace=EU"; what is no dimension is ignored."""
    filters = Filters()
    for key, values in parse_qs(text or "", keep_blank_values=False).items():
        if key in DIMENSIONS:
            filters = filters.with_values(key, values)
    return filters


def _action(row: dict[str, Any]) -> Action:
    compare = row["compare"]
    return Action(
        row["kind"],
        row["title"],
        row["owner"],
        row["asked_by"],
        row["decision_from"],
        row["due"],
        row["status"],
        row["metric"],
        row["live_on"],
        row["expected_effect"],
        filters_of(row["where"]),
        filters_of(compare) if compare else None,
        row["cases_held"],
        row["value_held"],
        row["created_on"],
        row["evidence"],
    )
