"""An appeal, an enforcement or an investigation with everything that hangs on it.

An enforcement, the appeals against it, the escalations that followed, the reviews and surveys about them are
one chain; whichever of them is opened, the whole of it is read. Rows of cases come through the viewer's
scope. Who may see a case sees all that was said about it, so its reviews and surveys are read without
narrowing, as its events are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from queries.listing import LISTINGS, SUBJECTS
from queries.measure import Reader
from queries.numbered import numbered
from queries.remembering import remembered
from queries.scope import open_scope
from store.outcomes import OUR_ERROR

Row = dict[str, Any]
MOST_OF_A_KIND = 50
_TOLD = (
    "subject_kind",
    "subject_id",
    "purpose",
    "selected_at",
    "reviewed_at",
    "reviewer_id",
    "own_decision",
    "judged_wrong",
    "error_type",
)


@dataclass(frozen=True)
class Chain:
    """One case (`kind` is its table) and what belongs to it, each oldest first, at most 50 of a kind.

    `enforcement` is the one appealed against, or the case itself; None where it is unknown or not for the
    viewer. `again` is the enforcement that followed the latest reinstatement among the appeals. Reviews hold
    subject_kind, subject_id, purpose, selected_at, reviewed_at, reviewer_id, own_decision, judged_wrong and
    error_type; surveys survey_id, case_kind, case_id, sent_at, answered_at and score.
    """

    kind: str
    case: Row
    enforcement: Row | None
    appeals: tuple[Row, ...]
    escalations: tuple[Row, ...]
    reviews: tuple[Row, ...]
    surveys: tuple[Row, ...]
    again: Row | None

    @property
    def number(self) -> str:
        """The number of the case."""
        return str(self.case[LISTINGS[self.kind].key[0]])


@remembered(2)
def case_chain(reader: Reader, kind: str, number: str) -> Chain | None:
    """The chain of one case; None when the viewer may not see it or it does not exist.

    Raises KeyError for a kind that is no appeal, enforcement or investigation.
    """
    case = _one(reader, kind, number)
    if case is None:
        return None
    enforcement: Row | None = None
    appeals: tuple[Row, ...] = ()
    escalations: tuple[Row, ...] = ()
    enforced = None if kind == "investigations" else case["enforcement_id"]
    if kind == "appeals":
        enforcement, appeals = (_one(reader, "enforcements", enforced) if enforced else None), (case,)
    elif kind == "enforcements":
        enforcement = case
    if enforced:
        appeals = _of_enforcement(reader, "appeals", enforced) or appeals
        escalations = _of_enforcement(reader, "escalations", enforced)
    about: dict[str, list[str]] = {
        "enforcements": [enforced] if enforcement is not None and enforced else [],
        "appeals": [str(appeal["appeal_id"]) for appeal in appeals],
        "escalations": list(dict.fromkeys(str(row["escalation_id"]) for row in escalations)),
        "investigations": [number] if kind == "investigations" else [],
    }
    return Chain(
        kind,
        case,
        enforcement,
        appeals,
        escalations,
        reviews_about(reader, about),
        surveys_about(reader, about),
        _again(reader, appeals),
    )


def reviews_about(reader: Reader, about: Mapping[str, list[str]]) -> tuple[Row, ...]:
    """Audits, rechecks and calibrations of the cases, numbers by table, in the order they were drawn."""
    reviews = open_scope().table("reviews")
    among = [
        and_(reviews.c.subject_kind == subject, reviews.c.subject_id.in_(about[kind]))
        for subject, kind in SUBJECTS.items()
        if about.get(kind)
    ]
    if not among:
        return ()
    statement = (
        select(*(reviews.c[name] for name in _TOLD))
        .where(_among(reader, "reviews", "subject_id", about), or_(*among))
        .order_by(reviews.c.selected_at, reviews.c.review_id)
    )
    return tuple(open_scope().read(reader.facts, statement).to_pylist())


def surveys_about(reader: Reader, about: Mapping[str, list[str]]) -> tuple[Row, ...]:
    """What sellers were asked about the cases, numbers by table, in the order they were sent."""
    surveys = open_scope().table("surveys")
    among = [
        and_(surveys.c.case_kind == subject, surveys.c.case_id.in_(about[kind]))
        for subject, kind in SUBJECTS.items()
        if about.get(kind)
    ]
    if not among:
        return ()
    columns = ("survey_id", "case_kind", "case_id", "sent_at", "answered_at", "score")
    statement = (
        select(*(surveys.c[name] for name in columns))
        .where(_among(reader, "surveys", "case_id", about), or_(*among))
        .order_by(surveys.c.sent_at, surveys.c.survey_id)
    )
    return tuple(open_scope().read(reader.facts, statement).to_pylist())


def _among(reader: Reader, table: str, column: str, about: Mapping[str, list[str]]) -> ColumnElement[bool]:
    """Rows about any of the cases, whatever their kind: those of equal number are told apart besides."""
    every = {number for numbers in about.values() for number in numbers}
    return numbered(reader.facts, open_scope(), table, column, every)


def _one(reader: Reader, kind: str, number: str) -> Row | None:
    table = reader.scope.table(kind)
    named = numbered(reader.facts, reader.scope, kind, LISTINGS[kind].key[0], [number])
    rows = reader.scope.read(reader.facts, select(table).where(named).limit(1)).to_pylist()
    return rows[0] if rows else None


def _of_enforcement(reader: Reader, kind: str, number: str) -> tuple[Row, ...]:
    """The appeals against, or the escalations that follow from, one enforcement."""
    table = reader.scope.table(kind)
    listing = LISTINGS[kind]
    statement = (
        select(table)
        .where(numbered(reader.facts, reader.scope, kind, "enforcement_id", [number]))
        .order_by(table.c[listing.began], *(table.c[name] for name in listing.key))
        .limit(MOST_OF_A_KIND)
    )
    return tuple(reader.scope.read(reader.facts, statement).to_pylist())


def _again(reader: Reader, appeals: tuple[Row, ...]) -> Row | None:
    """The enforcement counted as the restumble of the latest appeal that has one."""
    followed = [appeal for appeal in appeals if appeal["restumbled_after_days"] is not None]
    if not followed:
        return None
    latest = max(followed, key=lambda appeal: appeal["decided_at"])
    table = reader.scope.table("enforcements")
    statement = (
        select(table)
        .where(
            table.c.seller_id == latest["seller_id"],
            table.c.enforced_at > latest["decided_at"],
            table.c.level == "account",
            or_(table.c.reversal_kind.is_(None), table.c.reversal_kind != OUR_ERROR),
        )
        .order_by(table.c.enforced_at, table.c.enforcement_id)
        .limit(1)
    )
    rows = reader.scope.read(reader.facts, statement).to_pylist()
    return rows[0] if rows else None
