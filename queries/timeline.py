"""One escalation from open to end: its facts, and everything that happened to it in order."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import select

from queries.measure import Reader
from queries.numbered import numbered
from queries.scope import open_scope


class Moment(NamedTuple):
    """Something that happened, or lasted from `starts_at` to `ends_at` (None: still, or a point in time).

    `person` is the specialist who did it, where the source says so. All moments are UTC.
    """

    starts_at: dt.datetime
    ends_at: dt.datetime | None
    kind: str
    party: str | None
    text: str
    person: str | None = None


@dataclass(frozen=True)
class CaseLife:
    """All cycles of one escalation, oldest first, the moments of each, its reviews, the seller's other cases.

    A review is about the escalation as a whole: purpose, selected_at, reviewed_at, reviewer_id, judged_wrong
    and error_type, in the order they were drawn.
    """

    escalation_id: str
    cycles: tuple[dict[str, Any], ...]
    moments: dict[int, tuple[Moment, ...]]
    reviews: tuple[dict[str, Any], ...]
    linked: tuple[dict[str, Any], ...]


MOST_LINKED = 20


def case_life(reader: Reader, escalation_id: str) -> CaseLife | None:
    """The life of one escalation; None when the viewer may not see it or it does not exist.

    Who may see a cycle sees all that happened in it, so events and reviews are read without narrowing; a
    cycle of somebody else's is left out with its events.
    """
    table = reader.scope.table("escalations")
    named = numbered(reader.facts, reader.scope, "escalations", "escalation_id", [escalation_id])
    cycles = reader.scope.read(reader.facts, select(table).where(named).order_by(table.c.cycle)).to_pylist()
    if not cycles:
        return None
    moments = {int(cycle["cycle"]): _milestones(cycle) for cycle in cycles}
    for number, happened in _events(reader, escalation_id).items():
        if number in moments:
            moments[number].extend(happened)
    ordered = {
        number: tuple(sorted(happened, key=lambda moment: moment.starts_at))
        for number, happened in moments.items()
    }
    reviews = _reviews(reader, escalation_id)
    return CaseLife(escalation_id, tuple(cycles), ordered, reviews, _linked(reader, cycles[-1]))


def _milestones(cycle: dict[str, Any]) -> list[Moment]:
    """The moments that stand on the case itself."""
    named = (
        ("opened_at", "opened", "Opened" if cycle["cycle"] == 1 else "Reopened"),
        ("first_response_at", "response", "First response"),
        ("first_response_due_at", "due", "First response due"),
        ("solution_at", "solution", "Solution proposed"),
        ("due_at", "due", "Resolution due"),
        ("blocked_since", "blocked", "Needs senior help"),
        ("resolved_at", "ended", f"Ended: {cycle['end_kind'] or 'resolved'}"),
    )
    return [Moment(cycle[column], None, kind, None, words) for column, kind, words in named if cycle[column]]


def _events(reader: Reader, escalation_id: str) -> dict[int, list[Moment]]:
    """Events per cycle; those that only repeat a milestone of the case are left out."""
    events = open_scope().table("escalation_events")
    rows = (
        open_scope()
        .read(
            reader.facts,
            select(events)
            .where(events.c.escalation_id == escalation_id)
            .order_by(events.c.cycle, events.c.position),
        )
        .to_pylist()
    )
    found: dict[int, list[Moment]] = {}
    for row in rows:
        if row["kind"] in ("opened", "reopened", "response", "ended"):
            continue
        found.setdefault(int(row["cycle"]), []).append(
            Moment(
                row["starts_at"], row["ends_at"], row["kind"], row["party"], _words(row), row["specialist_id"]
            )
        )
    return found


def _words(row: dict[str, Any]) -> str:
    if row["kind"] == "transfer":
        return f"Transferred from {row['from_team'] or 'no team'} to {row['to_team'] or 'no team'}"
    if row["kind"] == "wait":
        return f"Waiting on {row['party'] or 'someone'}"
    if row["kind"] == "pause":
        return "Clock paused"
    if row["kind"] == "work":
        return row["note"] or "Worked on"
    return row["note"] or row["kind"].capitalize()


def _reviews(reader: Reader, escalation_id: str) -> tuple[dict[str, Any], ...]:
    """Audits and peer reviews of the case."""
    table = open_scope().table("reviews")
    statement = (
        select(
            table.c.purpose,
            table.c.selected_at,
            table.c.reviewed_at,
            table.c.reviewer_id,
            table.c.judged_wrong,
            table.c.error_type,
        )
        .where(
            table.c.subject_kind == "escalation",
            numbered(reader.facts, open_scope(), "reviews", "subject_id", [escalation_id]),
        )
        .order_by(table.c.selected_at, table.c.review_id)
    )
    return tuple(open_scope().read(reader.facts, statement).to_pylist())


def _linked(reader: Reader, cycle: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    """Other escalations of the same seller, newest first."""
    if cycle["seller_id"] is None:
        return ()
    table = reader.scope.table("escalations")
    statement = (
        select(
            table.c.escalation_id,
            table.c.cycle,
            table.c.severity,
            table.c.reason,
            table.c.opened_at,
            table.c.resolved_at,
        )
        .where(table.c.seller_id == cycle["seller_id"], table.c.escalation_id != cycle["escalation_id"])
        .order_by(table.c.opened_at.desc())
        .limit(MOST_LINKED)
    )
    return tuple(reader.scope.read(reader.facts, statement).to_pylist())
