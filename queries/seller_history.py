"""One seller's whole history: everything that happened to it, newest first, with totals and daily sales.

Rows of cases come through the viewer's scope; a seller none of whose cases the viewer may see is not there
at all. Who may see a case sees what was said about it and what the seller sold around it, so reviews, surveys
and sales are read without narrowing. Other people's cases are neither shown nor counted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, NamedTuple

import pyarrow as pa
from sqlalchemy import case, func, select

from queries.case_chain import Row, reviews_about, surveys_about
from queries.catalog.reinstatement_parts import reinstated
from queries.listing import KINDS, LISTINGS
from queries.measure import Reader
from queries.remembering import remembered
from queries.scope import open_scope
from store.outcomes import OUR_ERROR, REINSTATING

EVENTS_PAGE = 50
MOST_OF_A_KIND = 500


class Event(NamedTuple):
    """One thing that happened: `case` of `kind` (its table) is opened for more; moments are UTC.

    `what` is one of enforced, lifted, appealed, decided, reviewed, escalated, reopened, ended, opened, closed
    and surveyed; `row` holds what is known of it.
    """

    at: dt.datetime
    what: str
    kind: str
    case: str
    row: Row
    again_after: int | None = None


class Block(NamedTuple):
    """Days a seller's account was blocked, [starts_at, ends_at); None: still. Moments are UTC."""

    starts_at: dt.datetime
    ends_at: dt.datetime | None


@dataclass(frozen=True)
class Totals:
    """How much there is of everything; of reviews and surveys those about the cases that are listed."""

    enforcements: int
    appeals: int
    reinstated: int
    restumbled: int
    escalations: int
    investigations: int
    reviews: int
    surveys: int


@dataclass(frozen=True)
class SellerHistory:
    """A seller (`seller` holds name, marketplace, category, joined_at, closed_at, tier, account_manager).

    `events` are newest first; `cut` says that only the newest 500 cases of some kind are among them. `gmv`
    has a row per day that is known (on_day, gmv), oldest first.
    """

    seller_id: str
    seller: Row
    totals: Totals
    events: tuple[Event, ...]
    cut: bool
    blocks: tuple[Block, ...]
    gmv: pa.Table

    def page(self, number: int) -> tuple[Event, ...]:
        """The events of page `number`, from 1."""
        return self.events[(number - 1) * EVENTS_PAGE : number * EVENTS_PAGE]

    @property
    def pages(self) -> int:
        """How many pages of events there are, at least 1."""
        return max(1, -(-len(self.events) // EVENTS_PAGE))


@remembered(8)
def seller_history(reader: Reader, seller_id: str) -> SellerHistory | None:
    """The history of one seller; None when none of its cases is within the viewer's scope.

    Kept, because turning its pages asks again.
    """
    rows = {kind: _rows(reader, kind, seller_id) for kind in KINDS}
    if not any(rows.values()):
        return None
    cut = any(len(found) == MOST_OF_A_KIND for found in rows.values())
    about = {
        kind: list(dict.fromkeys(str(row[LISTINGS[kind].key[0]]) for row in found))
        for kind, found in rows.items()
    }
    reviews, surveys = reviews_about(reader, about), surveys_about(reader, about)
    told = (
        sum(review["reviewed_at"] is not None for review in reviews),
        sum(survey["answered_at"] is not None for survey in surveys),
    )
    totals = _counted(reader, seller_id, *told) if cut else _of_rows(rows, *told)
    events = [
        *_of_enforcements(rows["enforcements"], rows["appeals"]),
        *_of_appeals(rows["appeals"]),
        *_of_escalations(rows["escalations"]),
        *_of_investigations(rows["investigations"]),
        *_of_reviews(reviews),
        *_of_surveys(surveys),
    ]
    events.sort(key=lambda event: (event.at, _ORDER.index(event.what), event.case), reverse=True)
    return SellerHistory(
        seller_id,
        _seller(reader, seller_id),
        totals,
        tuple(events),
        cut,
        _blocks(reader, seller_id),
        _gmv(reader, seller_id),
    )


_WORK = ("escalated", "reopened", "ended", "opened", "closed")
_ORDER = ("enforced", "lifted", "appealed", "decided", *_WORK, "reviewed", "surveyed")
"""Of things that happened at one moment, what came first."""


def _rows(reader: Reader, kind: str, seller_id: str) -> list[Row]:
    """The newest cases of the seller, at most 500."""
    table, listing = reader.scope.table(kind), LISTINGS[kind]
    statement = (
        select(table)
        .where(table.c.seller_id == seller_id)
        .order_by(table.c[listing.began].desc(), *(table.c[name] for name in listing.key))
        .limit(MOST_OF_A_KIND)
    )
    rows: list[Row] = reader.scope.read(reader.facts, statement).to_pylist()
    return rows


def _of_rows(rows: Mapping[str, Sequence[Row]], reviews: int, surveys: int) -> Totals:
    """Counted from the rows, where all of them were read."""
    appeals = rows["appeals"]
    return Totals(
        len(rows["enforcements"]),
        len(appeals),
        sum(appeal["decided_at"] is not None and appeal["outcome"] in REINSTATING for appeal in appeals),
        sum(appeal["restumbled_after_days"] is not None for appeal in appeals),
        len(rows["escalations"]),
        len(rows["investigations"]),
        reviews,
        surveys,
    )


def _counted(reader: Reader, seller_id: str, reviews: int, surveys: int) -> Totals:
    """Counted in the store, so that they hold however many cases are read."""
    appeals = reader.scope.table("appeals")
    sums = {
        "appeals": (
            func.count(case((reinstated(appeals.c), 1))).label("reinstated"),
            func.count(appeals.c.restumbled_after_days).label("restumbled"),
        )
    }
    found: dict[str, Row] = {}
    for kind in KINDS:
        table = reader.scope.table(kind)
        statement = select(func.count().label("cases"), *sums.get(kind, ())).where(
            table.c.seller_id == seller_id
        )
        found[kind] = reader.scope.read(reader.facts, statement).to_pylist()[0]
    return Totals(
        found["enforcements"]["cases"],
        found["appeals"]["cases"],
        found["appeals"]["reinstated"],
        found["appeals"]["restumbled"],
        found["escalations"]["cases"],
        found["investigations"]["cases"],
        reviews,
        surveys,
    )


def _of_enforcements(enforcements: Sequence[Row], appeals: Sequence[Row]) -> Iterable[Event]:
    again = _again(enforcements, appeals)
    for row in enforcements:
        number = str(row["enforcement_id"])
        yield Event(row["enforced_at"], "enforced", "enforcements", number, row, again.get(number))
        if row["reversed_at"]:
            yield Event(row["reversed_at"], "lifted", "enforcements", number, row)


def _again(enforcements: Sequence[Row], appeals: Sequence[Row]) -> dict[str, int]:
    """Enforcements that are the restumble of a reinstatement, with the days since it.

    The restumble is the next one of the account that is not our error; where the viewer may not see that one,
    the days do not fit and no other is named.
    """
    counted = [row for row in enforcements if row["level"] == "account" and row["reversal_kind"] != OUR_ERROR]
    found: dict[str, int] = {}
    for appeal in appeals:
        later = [row for row in counted if appeal["decided_at"] and row["enforced_at"] > appeal["decided_at"]]
        if appeal["restumbled_after_days"] is None or not later:
            continue
        following = min(later, key=lambda row: row["enforced_at"])
        days = ceil((following["enforced_at"] - appeal["decided_at"]) / dt.timedelta(days=1))
        if days == appeal["restumbled_after_days"]:
            number = str(following["enforcement_id"])
            found[number] = min(days, found.get(number, days))
    return found


def _of_appeals(appeals: Sequence[Row]) -> Iterable[Event]:
    for row in appeals:
        number = str(row["appeal_id"])
        yield Event(row["submitted_at"], "appealed", "appeals", number, row)
        if row["decided_at"]:
            after = row["restumbled_after_days"]
            yield Event(row["decided_at"], "decided", "appeals", number, row, after)


def _of_escalations(cycles: Sequence[Row]) -> Iterable[Event]:
    for row in cycles:
        number = str(row["escalation_id"])
        began = "escalated" if row["cycle"] == 1 else "reopened"
        yield Event(row["opened_at"], began, "escalations", number, row)
        if row["resolved_at"]:
            yield Event(row["resolved_at"], "ended", "escalations", number, row)


def _of_investigations(investigations: Sequence[Row]) -> Iterable[Event]:
    for row in investigations:
        number = str(row["investigation_id"])
        yield Event(row["opened_at"], "opened", "investigations", number, row)
        if row["closed_at"]:
            yield Event(row["closed_at"], "closed", "investigations", number, row)


def _of_reviews(reviews: Sequence[Row]) -> Iterable[Event]:
    for row in reviews:
        if row["reviewed_at"]:
            kind = f"{row['subject_kind']}s"
            yield Event(row["reviewed_at"], "reviewed", kind, str(row["subject_id"]), row)


def _of_surveys(surveys: Sequence[Row]) -> Iterable[Event]:
    for row in surveys:
        at = row["answered_at"] or row["sent_at"]
        yield Event(at, "surveyed", f"{row['case_kind']}s", str(row["case_id"]), row)


def _seller(reader: Reader, seller_id: str) -> Row:
    """Who the seller is, with the tier and account manager that hold now."""
    sellers, history = open_scope().table("sellers"), open_scope().table("seller_history")
    found = open_scope().read(reader.facts, select(sellers).where(sellers.c.seller_id == seller_id))
    now = open_scope().read(
        reader.facts,
        select(history.c.tier, history.c.account_manager)
        .where(history.c.seller_id == seller_id)
        .order_by(history.c.valid_from.desc())
        .limit(1),
    )
    blank: dict[str, Any] = dict.fromkeys(("name", "marketplace", "category", "joined_at", "closed_at"))
    blank |= {"tier": None, "account_manager": None}
    for rows in (found.to_pylist(), now.to_pylist()):
        blank |= rows[0] if rows else {}
    return blank


def _blocks(reader: Reader, seller_id: str) -> tuple[Block, ...]:
    table = reader.scope.table("account_blocks")
    statement = (
        select(table.c.blocked_at, table.c.lifted_at)
        .where(table.c.seller_id == seller_id)
        .order_by(table.c.blocked_at)
    )
    rows = reader.scope.read(reader.facts, statement).to_pylist()
    return tuple(Block(row["blocked_at"], row["lifted_at"]) for row in rows)


def _gmv(reader: Reader, seller_id: str) -> pa.Table:
    table = open_scope().table("gmv_daily")
    statement = (
        select(table.c.on_day, table.c.gmv).where(table.c.seller_id == seller_id).order_by(table.c.on_day)
    )
    return open_scope().read(reader.facts, statement)
