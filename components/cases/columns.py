"""The columns of the case list: what stands in a cell on screen, and in a download."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from components import numbers
from components.cases.list_table import Cell
from components.cases.times import local, moment_text
from components.cases.words import spoken
from components.tables import Plain
from components.view import View
from queries.listing import LISTINGS, OWNER

Kind = Literal["text", "moment", "day", "hours", "work_hours", "days", "number", "score", "money"]
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Field:
    """A column of the lists: its head, what it holds, and the columns that stand in its second line."""

    head: str
    kind: Kind = "text"
    below: tuple[str, ...] = ()
    on_screen: bool = True


FIELDS: dict[str, Field] = {
    "escalation_id": Field("Case", below=("summary",)),
    "appeal_id": Field("Appeal", below=("enforcement_id",)),
    "enforcement_id": Field("Enforcement", on_screen=False),
    "enforcements.enforcement_id": Field("Enforcement"),
    "account_blocks.enforcement_id": Field("Enforcement"),
    "investigation_id": Field("Investigation"),
    "survey_id": Field("Survey"),
    "cycle": Field("Cycle", "number", on_screen=False),
    "level": Field("Level", "number"),
    "enforcements.level": Field("Level"),
    "partner": Field("Partner"),
    "severity": Field("Severity"),
    "reason": Field("Reason"),
    "policy": Field("Policy"),
    "case_type": Field("Type", below=("playbook",)),
    "playbook": Field("Playbook", on_screen=False),
    "enforcement_team": Field("Enforced by", below=("detection_source",)),
    "detection_source": Field("Detected by", on_screen=False),
    "risk_score": Field("Risk score", "score"),
    "team": Field("Team", below=("specialist_id",)),
    "specialist_id": Field("Owner", on_screen=False),
    "seller_id": Field("Seller", below=("marketplace", "tier")),
    "marketplace": Field("Marketplace", on_screen=False),
    "tier": Field("Tier", on_screen=False),
    "account_manager": Field("Account manager"),
    "case_kind": Field("About", below=("case_id",)),
    "case_id": Field("Case asked about", on_screen=False),
    "opened_at": Field("Opened", "moment"),
    "submitted_at": Field("Submitted", "moment"),
    "enforced_at": Field("Enforced", "moment"),
    "sent_at": Field("Sent", "moment"),
    "starts_at": Field("Wait began", "moment"),
    "due_at": Field("Due", "moment"),
    "resolved_at": Field("Ended", "moment", below=("end_kind",)),
    "ends_at": Field("Wait ended", "moment"),
    "decided_at": Field("Decided", "moment", below=("outcome",)),
    "reversed_at": Field("Lifted", "moment", below=("reversal_kind",)),
    "closed_at": Field("Closed", "moment", below=("outcome",)),
    "answered_at": Field("Answered", "moment"),
    "blocked_at": Field("Blocked", "moment"),
    "lifted_at": Field("Until", "moment"),
    "verdict": Field("Rightly?"),
    "daily_gmv": Field("Usual sales a day", "money"),
    "end_kind": Field("How it ended", on_screen=False),
    "outcome": Field("Outcome", on_screen=False),
    "appeals.outcome": Field("Decision", on_screen=False),
    "surveys.outcome": Field("Outcome of the case"),
    "reversal_kind": Field("Why it was lifted", on_screen=False),
    "score": Field("Score", "number"),
    "resolve_hours": Field("Took", "hours"),
    "decision_hours": Field("Took", "hours"),
    "investigation_hours": Field("Took", "hours"),
    "wait_hours": Field("Waited", "hours"),
    "restumbled_after_days": Field("Enforced again after", "days"),
    "summary": Field("Summary", on_screen=False),
    "work_days.specialist_id": Field("Who"),
    "work_days.team": Field("Team", below=("site",)),
    "work_pace.specialist_id": Field("Who"),
    "work_pace.team": Field("Team", below=("site",)),
    "cover_days.team": Field("Team", below=("site",)),
    "site": Field("Site", on_screen=False),
    "worked_on": Field("Day", "day"),
    "paid_hours": Field("Paid", "work_hours"),
    "lost_to_leave": Field("Leave", "work_hours"),
    "lost_to_training": Field("Training", "work_hours"),
    "lost_to_meetings": Field("Meetings", "work_hours"),
    "available_hours": Field("Available", "work_hours"),
    "case_hours": Field("On cases", "work_hours"),
    "tenure_weeks": Field("Weeks since first day", "number"),
    "done_cases": Field("Cases ended", "number"),
    "done_hours": Field("Standard hours done", "work_hours"),
    "usual_hours": Field("Usual of experienced", "work_hours"),
    "covered_on": Field("Day", "day"),
    "required": Field("Qualified needed", "number"),
    "covered": Field("Of those there", "number"),
    "thin_skills": Field("Thin skills", "number"),
}
"""The fields by column; one that means something else in a table stands under "table.column" too."""

_NAMED = {"team": "team", "specialist_id": "member"}
_SPOKEN = (
    "reason",
    "policy",
    "outcome",
    "reversal_kind",
    "case_type",
    "end_kind",
    "detection_source",
    "tier",
    "level",
)
"""Columns whose values sources write as keys ("funds_held") and people read as words."""
_ENDS = {
    "resolve_hours": "resolved_at",
    "wait_hours": "ends_at",
    "decision_hours": "decided_at",
    "investigation_hours": "closed_at",
}
"""While this moment is missing the hours still run."""


def field_of(fact: str, column: str) -> Field:
    """The field of a column of one list."""
    return FIELDS.get(f"{fact}.{column}") or FIELDS[column]


def screen_columns(fact: str) -> tuple[str, ...]:
    """The columns of a list that have a place of their own on screen."""
    return tuple(name for name in LISTINGS[fact].columns if field_of(fact, name).on_screen)


def sortable(fact: str, named: bool = True) -> tuple[str, ...]:
    """Columns a list can be sorted by: those on screen, and whose it is where that may be `named`.

    Days of people are in no order of what they did.
    """
    shown = screen_columns(fact)
    orders = LISTINGS[fact].orders(named)
    return tuple(name for name in orders if name in shown or name in (OWNER, "outcome"))


def screen_cell(view: View, fact: str, record: Record, column: str) -> Cell:
    """One cell of the list."""
    field = field_of(fact, column)
    below = " · ".join(
        part for part in (_text(view, fact, record, name) for name in field.below if name in record) if part
    )
    text = _text(view, fact, record, column)
    if column == "escalation_id" and (record.get("cycle") or 1) > 1:
        below = " · ".join(part for part in (f"Cycle {record['cycle']}", below) if part)
    if column in _ENDS and record.get(_ENDS[column]) is None:
        return Cell("still waiting" if column == "wait_hours" else "still open", tone="neutral")
    return Cell(text or numbers.MISSING, below)


def _text(view: View, fact: str, record: Record, column: str) -> str:
    value, kind = record.get(column), field_of(fact, column).kind
    if value is None:
        return ""
    if kind == "moment":
        return moment_text(value, view.reader.coverage.zone)
    if kind == "hours":
        return numbers.hours(float(value))
    if kind == "work_hours":
        return f"{numbers.number(float(value))}{numbers.NBSP}h"
    if kind == "day":
        return numbers.full_date(value)
    if kind == "days":
        return f"{value}{numbers.NBSP}d"
    if kind == "money":
        return numbers.money(float(value))
    if kind == "score":
        return numbers.number(float(value), 2)
    if column in _NAMED:
        return view.name_of(_NAMED[column], str(value))
    return spoken(str(value)) if column in _SPOKEN else str(value)


def export_heads(view: View, fact: str, flag: str, named: bool) -> list[str]:
    """Heads of a download; moments name their zone, durations their unit, the flag comes last.

    Whose a row is stands in it only where that may be `named`.
    """
    units = {
        "moment": f" ({view.reader.coverage.zone.key})",
        "hours": " (hours)",
        "work_hours": " (hours)",
        "days": " (days)",
    }
    fields = [field_of(fact, name) for name in LISTINGS[fact].told(named)]
    heads = [field.head + units.get(field.kind, "") for field in fields]
    return [*heads, flag[:1].upper() + flag[1:]] if flag else heads


def export_values(view: View, fact: str, record: Record, flag: str, named: bool) -> list[Plain | dt.datetime]:
    """One row of a download as plain values: moments without zone as the organisation's clocks show them."""
    values: list[Plain | dt.datetime] = []
    for name in LISTINGS[fact].told(named):
        value = record.get(name)
        if isinstance(value, dt.datetime):
            value = local(value, view.reader.coverage.zone).replace(microsecond=0)
        elif value is not None and name in _NAMED:
            value = view.name_of(_NAMED[name], str(value))
        elif value is not None and field_of(fact, name).kind in ("hours", "work_hours"):
            value = round(float(value), 2)
        values.append(value)
    return [*values, "yes" if record["flagged"] else "no"] if flag else values
