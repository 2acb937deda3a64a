"""The types of work, and how cases pass: the wait beside hours, and the promise, in working days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Integer, Subquery, and_, case, func, literal_column, select, type_coerce

from queries.capacity.people import busiest_share
from queries.measure import Reader
from queries.remembering import remembered
from queries.time import WEEK

Floats = NDArray[np.float64]
MEASURED: Final = 26 * WEEK
"""Handle times, waits and promises are those of cases that came in so long back."""
LONGEST = 45
"""Working days; who is due later counts as this."""
LONGEST_WAIT = 20
"""Working days a case can wait beside hours; one that lasts longer is taken to have waited for hours."""
UNPROMISED = 0.8
"""Work without a due time is taken up as if due when this share of it was done so far."""
CALM: Final = 0.85
"""Part of the hours a team can spend on cases up to which a day had hours to spare."""
FEWEST_CALM: Final = 30
_SUNDAY: Final = "date '2000-01-02'"


@dataclass(frozen=True)
class WorkType:
    """How a type of work is stored: its table, the columns of its clocks, and its promise.

    `key` is the case a row belongs to; a reopened escalation has several rows, its cycles.
    """

    name: str
    table: str
    key: str
    came: str
    ended: str
    due: str | None
    met: str | None
    sla: str | None


TYPES: Final = (
    WorkType(
        "appeal",
        "appeals",
        "appeal_id",
        "submitted_on",
        "decided_on",
        "due_on",
        "decision_met",
        "decision_sla",
    ),
    WorkType(
        "escalation",
        "escalations",
        "escalation_id",
        "opened_on",
        "resolved_on",
        "due_on",
        "resolution_met",
        "resolution_sla",
    ),
    WorkType(
        "investigation", "investigations", "investigation_id", "opened_on", "closed_on", None, None, None
    ),
)


@dataclass(frozen=True)
class Passing:
    """How long cases take beside hours, and when they are due: `shares[k, j]` as `Work.waits`.

    Of `cases` that came in over 26 weeks, all visible teams together; `calm`: waits of calm days only.
    """

    shares: Floats
    cases: int
    calm: bool = False

    @property
    def mean_wait(self) -> float:
        """Mean working days until a case can be finished."""
        return float(self.shares.sum(axis=1) @ np.arange(len(self.shares)))


@remembered(2)
def passing_of(reader: Reader, name: str, first: dt.date, pattern: tuple[bool, ...]) -> Passing:
    """Waits and promises of a type of work in working days of a weekly pattern; holidays are not looked at.

    Promises are those of all visible teams. Waits are those of cases that came on a calm day of their team,
    one with hours to spare: they did not queue for hours, which the simulation counts by itself. Where fewer
    than 30 did, or hours are not known, waits are those of all cases, and rather too long than too short. A
    case still open is taken to end as the others that lasted so long. Without any case all can be done at
    once.
    """
    every = _passing(_rows(reader, name, first, calm=False), pattern)
    if not reader.scope.reaches("work_days") or reader.coverage.loaded(("work_days",)) is None:
        return every
    calm = _passing(_rows(reader, name, first, calm=True), pattern)
    return every if calm.cases < FEWEST_CALM else with_waits_of(every, calm)


def with_waits_of(every: Passing, calm: Passing) -> Passing:
    """The promises of all cases with the waits of calm ones of the same promise, else of all calm ones."""
    lags, promises = len(calm.shares), every.shares.shape[1]
    shares = np.zeros((lags, promises))
    waits = calm.shares.sum(axis=1)
    for promise, share in enumerate(every.shares.sum(axis=0)):
        own = calm.shares[:, promise] if promise < calm.shares.shape[1] else np.zeros(lags)
        shares[:, promise] = share * (own / own.sum() if own.sum() > 0 else waits)
    return Passing(shares / shares.sum(), calm.cases, calm=True)


def _rows(reader: Reader, name: str, first: dt.date, *, calm: bool) -> list[dict[str, Any]]:
    """Cases of 26 weeks by weekday they came, days they lasted and were promised, late, and still open."""
    kind = next(one for one in TYPES if one.name == name)
    table = reader.scope.table(kind.table)
    came, ended = table.c[kind.came], table.c[kind.ended]
    weekday = _days_between(came, literal_column(_SUNDAY)) % literal_column("7")  # 1 is Monday
    lasted = _days_between(func.coalesce(ended, first), came)
    promised = _days_between(table.c[kind.due], came) if kind.due else literal_column("-1")
    late = case((table.c[kind.met].is_(False), 1), else_=0) if kind.met else literal_column("0")
    parts = {
        "weekday": weekday,
        "lasted": case((lasted > 99, 99), else_=lasted),
        "promised": case((promised > 99, 99), else_=promised) if kind.due else promised,
        "late": late,
        "is_open": case((ended.is_(None), 1), else_=0),
    }
    where = [came >= first - MEASURED, came < first]
    if kind.table == "escalations":
        where.append(func.coalesce(table.c.end_kind, "resolved") == "resolved")
    asked = select(*(part.label(key) for key, part in parts.items())).where(*where)
    if calm:
        days = _calm_days(reader, first)
        on = and_(days.c.team == table.c.team, days.c.worked_on == came)
        asked = asked.select_from(table.join(days, on))
    placed = asked.subquery()
    return reader.scope.read(
        reader.facts, select(*placed.c, func.count().label("cases")).group_by(*placed.c)
    ).to_pylist()


def _calm_days(reader: Reader, first: dt.date) -> Subquery:
    """Days of 26 weeks on which a team spent clearly fewer of its hours on cases than it can."""
    table = reader.scope.table("work_days")
    on_cases, hours = func.sum(table.c.case_hours), func.sum(table.c.available_hours)
    return (
        select(table.c.team, table.c.worked_on)
        .where(table.c.worked_on >= first - MEASURED, table.c.worked_on < first)
        .where(table.c.team.is_not(None), table.c.available_hours > 0, table.c.case_hours.is_not(None))
        .group_by(table.c.team, table.c.worked_on)
        .having(on_cases <= CALM * busiest_share(reader, first) * hours)
        .subquery()
    )


def _passing(rows: Sequence[dict[str, Any]], pattern: tuple[bool, ...]) -> Passing:
    counts = np.zeros((LONGEST_WAIT + 1, LONGEST + 1))
    lasting = np.zeros_like(counts)
    unpromised = np.zeros((LONGEST_WAIT + 1, 2))
    for row in rows:
        came = (int(row["weekday"]) - 1) % 7
        wait = min(_open_between(pattern, came, int(row["lasted"])), LONGEST_WAIT)
        if row["promised"] is None or row["promised"] < 0:
            unpromised[wait, int(row["is_open"])] += row["cases"]
            continue
        promise = _open_between(pattern, came, int(row["promised"]))
        if not row["is_open"]:
            # The day alone does not tell whether a case that ended on its due day was in time.
            wait = min(max(wait, promise + 1), LONGEST_WAIT) if row["late"] else min(wait, promise)
        (lasting if row["is_open"] else counts)[wait, promise] += row["cases"]
    known = counts + _ended_later(counts, lasting)
    total = unpromised.sum()
    if total:
        alone = unpromised[:, :1] + _ended_later(unpromised[:, :1], unpromised[:, 1:])
        waits = alone.sum(axis=1)
        share = np.cumsum(waits) / waits.sum()
        promise = (
            int(np.argmax(known.sum(axis=0))) if known.any() else int(np.searchsorted(share, UNPROMISED))
        )
        known[:, promise] += waits
    if not known.any():
        return Passing(np.ones((1, 1)), 0)
    lags = int(np.flatnonzero(known.any(axis=1))[-1]) + 1
    promises = int(np.flatnonzero(known.any(axis=0))[-1]) + 1
    shares = known[:lags, :promises] / known.sum()
    return Passing(shares / shares.sum(), int(counts.sum() + lasting.sum() + total))


def _ended_later(counts: Floats, lasting: Floats) -> Floats:
    """Cases still lasting, spread over the later waits of those of the same promise that ended."""
    found = np.zeros_like(counts)
    for wait, promise in zip(*np.nonzero(lasting), strict=True):
        later = counts[wait:, promise]
        if later.sum() > 0:
            found[wait:, promise] += lasting[wait, promise] * later / later.sum()
        else:
            found[wait, promise] += lasting[wait, promise]
    return found


def _open_between(pattern: tuple[bool, ...], came: int, days: int) -> int:
    """Working days from the first on or after weekday `came` to the last by `days` later; at most LONGEST."""
    if not any(pattern):
        return 0
    opened = [pattern[(came + day) % 7] for day in range(days + 1)]
    return min(max(sum(opened) - 1, 0), LONGEST)


def _days_between(later: Any, earlier: Any) -> ColumnElement[int]:
    return type_coerce(later - earlier, Integer)
