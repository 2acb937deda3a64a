"""What one person's audits show: kinds of error that stand out on a reason, and reasons without any."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from sqlalchemy import and_, case, func, literal_column, select, true

from analysis.excess import excess
from analysis.multiple import benjamini_hochberg
from analysis.suppression import withhold_one_way
from queries.catalog import not_supplied
from queries.conditions import matches, unknown_to
from queries.filters import DIMENSIONS, Filters
from queries.measure import PERSON_BREAKDOWNS, Reader
from queries.people.comparison import FEWEST_OTHERS, mature_blocks
from queries.remembering import remembered
from queries.time import Grain, Period

RATE = "audit_defect_rate"
FEWEST_AUDITS = 10
"""Audits of a person on a reason below which nothing is said to stand out."""
FALSE_SHARE = 0.1


class PersonNeed(NamedTuple):
    """A kind of error of one person on one reason: found in `wrong` of `audits`, `elsewhere` in all others'.

    With `any_reason` it is about all reasons together, and `reason` is None. `elsewhere` is nan where nobody
    else was audited, or so few that it would tell who they are.

    `stands_out` where little is left to chance: Fisher's exact test, Benjamini–Hochberg over all tested.
    """

    error: str | None
    reason: str | None
    wrong: int
    audits: int
    elsewhere: float
    stands_out: bool
    any_reason: bool = False


class Flawless(NamedTuple):
    """A reason with ten audits and more, none judged wrong; `elsewhere` is the share of others."""

    reason: str | None
    audits: int
    elsewhere: float


class PersonNeeds(NamedTuple):
    """Errors and flawless reasons of one person over `span`, by name; `why_none` where there is nothing."""

    span: Period | None
    needs: tuple[PersonNeed, ...]
    flawless: tuple[Flawless, ...]
    audits: int
    tested: int
    why_none: str


def person_needs(reader: Reader, specialist_id: str, week: Period, filters: Filters) -> PersonNeeds:
    """What random audits of the newest 26 mature weeks by `week` show about one person."""
    return _needs(reader, specialist_id, week, Filters(chosen=filters.chosen).without("member"))


def for_others(found: PersonNeeds) -> tuple[PersonNeed, ...]:
    """The needs a file holds: from ten audits up, and no reason by which the rest could be worked out.

    The line of all reasons together is the total of the others, so what is left out must rest on ten audits
    together, or on none.
    """
    by_reason = {need.reason: need.audits for need in found.needs if not need.any_reason}
    large = {reason: n for reason, n in by_reason.items() if n >= FEWEST_AUDITS}
    hidden = withhold_one_way([*large.values(), found.audits - sum(large.values())], FEWEST_AUDITS).cells
    shown = {reason for reason, left_out in zip(large, hidden[:-1], strict=True) if not left_out}
    return tuple(
        need
        for need in found.needs
        if need.audits >= FEWEST_AUDITS and (need.any_reason or need.reason in shown)
    )


@remembered(1)
def _needs(reader: Reader, specialist_id: str, week: Period, filters: Filters) -> PersonNeeds:
    metric, missing = reader.available(RATE)
    blocks = mature_blocks(reader, metric, week)
    narrow = [
        name for name in filters.dimensions if name not in PERSON_BREAKDOWNS or unknown_to("appeals", (name,))
    ]
    if missing or blocks is None or narrow:
        why = (
            not_supplied(missing)
            if missing
            else f"not narrowed by {DIMENSIONS[narrow[0]].label.lower()}"
            if narrow
            else "no 13 weeks are complete and mature yet"
        )
        return PersonNeeds(None, (), (), 0, 0, why)
    span = Period(blocks[0].start, blocks[1].end, Grain.range)
    table = reader.scope.table("appeals")
    own = case((table.c.specialist_id == specialist_id, literal_column("1")), else_=literal_column("0"))
    error = case((table.c.audit_wrong.is_(True), table.c.audit_error))
    wrong = case((table.c.audit_wrong.is_(True), literal_column("1")), else_=literal_column("0"))
    audited = and_(
        table.c.decided_on >= span.start,
        table.c.decided_on < span.end,
        table.c.audit_wrong.is_not(None),
        matches(table, filters, reader.directory),
    )
    people = select(func.count(table.c.specialist_id.distinct()).label("n")).where(
        audited, table.c.specialist_id != specialist_id
    )
    told_apart = int(reader.scope.read(reader.facts, people)["n"][0].as_py()) < FEWEST_OTHERS
    rows = reader.scope.read(
        reader.facts,
        select(
            own.label("own"),
            table.c.reason.label("reason"),
            wrong.label("wrong"),
            error.label("error"),
            func.count().label("n"),
        )
        .where(audited, table.c.specialist_id == specialist_id if told_apart else true())
        .group_by(own, table.c.reason, wrong, error),
    ).to_pylist()
    audits: dict[tuple[int, str | None], int] = {}
    errors: dict[tuple[int, str | None, str | None], int] = {}
    for row in rows:
        cell = (int(row["own"]), row["reason"])
        audits[cell] = audits.get(cell, 0) + int(row["n"])
        if int(row["wrong"]):
            errors[(*cell, row["error"])] = errors.get((*cell, row["error"]), 0) + int(row["n"])
    return _told(span, audits, errors)


def _told(
    span: Period,
    audits: dict[tuple[int, str | None], int],
    errors: dict[tuple[int, str | None, str | None], int],
) -> PersonNeeds:
    found: list[PersonNeed] = []
    chances: list[float] = []
    whole = {own: sum(n for at, n in audits.items() if at[0] == own) for own in (0, 1)}
    kinds: dict[tuple[int, str | None], int] = {}
    for (own, _, error), n in errors.items():
        kinds[(own, error)] = kinds.get((own, error), 0) + n
    rows = [
        (
            error,
            reason,
            wrong,
            audits[(1, reason)],
            errors.get((0, reason, error), 0),
            audits.get((0, reason), 0),
        )
        for (own, reason, error), wrong in errors.items()
        if own
    ]
    by_kind = [
        (error, None, wrong, whole[1], kinds.get((0, error), 0), whole[0])
        for (own, error), wrong in kinds.items()
        if own
    ]
    for place, (error, reason, wrong, n, theirs, others) in enumerate((*by_kind, *rows)):
        tested = n >= FEWEST_AUDITS and others > 0
        compared = excess(np.array([wrong, theirs]), np.array([n, others])) if tested else None
        chances.append(float(compared.p_value[0]) if compared is not None else 1.0)
        share = theirs / others if others else float("nan")
        found.append(PersonNeed(error, reason, wrong, n, share, tested, place < len(by_kind)))
    tested_at = [place for place, need in enumerate(found) if need.stands_out]
    kept: Sequence[bool] = (
        list(benjamini_hochberg([chances[place] for place in tested_at], FALSE_SHARE)) if tested_at else []
    )
    standing = {place for place, stands in zip(tested_at, kept, strict=True) if stands}
    needs = [need._replace(stands_out=place in standing) for place, need in enumerate(found)]
    flawless = [
        Flawless(reason, n, _share(audits, errors, reason))
        for (own, reason), n in audits.items()
        if own and n >= FEWEST_AUDITS and not any(at[:2] == (1, reason) for at in errors)
    ]
    return PersonNeeds(
        span,
        tuple(sorted(needs, key=lambda need: (not need.any_reason, str(need.reason), str(need.error)))),
        tuple(sorted(flawless, key=lambda item: str(item.reason))),
        sum(n for (own, _), n in audits.items() if own),
        len(tested_at),
        "",
    )


def _share(
    audits: dict[tuple[int, str | None], int],
    errors: dict[tuple[int, str | None, str | None], int],
    reason: str | None,
) -> float:
    of = audits.get((0, reason), 0)
    return sum(n for at, n in errors.items() if at[:2] == (0, reason)) / of if of else float("nan")
