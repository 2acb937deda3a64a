"""What people carry: open cases by age, hours of work taken and hours there are, leave and audits ahead."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, and_, case, func, literal_column, null, select

from queries.audit_work import reviews_done
from queries.catalog.capacity_parts import WORK, Work
from queries.journal import read_draws
from queries.measure import Reader
from queries.now import now_of
from queries.remembering import remembered
from queries.time import DAY, WEEK, Grain, Period

AGES: tuple[tuple[str, float | None], ...] = (
    ("0–3 d", 4.0),
    ("4–7 d", 8.0),
    ("8–14 d", 15.0),
    ("Over 14 d", None),
)
"""Age bands of open cases in whole days: name and the first age no longer in it."""
ENDS = {"escalations": "resolved_at", "appeals": "decided_at", "investigations": "closed_at"}
AUDIT_WEEKS = 8
"""Draws of so many weeks are looked through for reviews still to be done."""


class OpenCases(NamedTuple):
    """Open cases of one age: how many, past due, waiting on a partner, and due within seven days."""

    cases: int = 0
    overdue: int = 0
    waiting: int = 0
    due_soon: int = 0

    def plus(self, other: OpenCases) -> OpenCases:
        """Both together."""
        return OpenCases(*(one + more for one, more in zip(self, other, strict=True)))


@dataclass(frozen=True)
class OpenWork:
    """Everyone's open cases at `at`, the end of the data (UTC): per person one entry per age band."""

    at: dt.datetime
    by_person: dict[str, tuple[OpenCases, ...]]

    def of(self, specialist_id: str) -> tuple[OpenCases, ...]:
        """One person's open cases per age band."""
        return self.by_person.get(specialist_id, (OpenCases(),) * len(AGES))

    def total(self, specialist_id: str) -> OpenCases:
        """One person's open cases of all ages."""
        whole = OpenCases()
        for part in self.of(specialist_id):
            whole = whole.plus(part)
        return whole


@remembered(2)
def open_work(reader: Reader) -> OpenWork | None:
    """Open escalations, appeals and investigations of everyone, whatever the filters; None in an empty store.

    All work of a person is theirs, of whatever team it is.
    """
    moments = [now.at for work in WORK if (now := now_of(reader, fact=work.fact)) is not None]
    if not moments:
        return None
    at = max(moments)
    found: dict[str, list[OpenCases]] = {}
    for work in WORK:
        for row in _open(reader, work, at):
            bands = found.setdefault(row["person"], [OpenCases()] * len(AGES))
            band = int(row["band"])
            bands[band] = bands[band].plus(
                OpenCases(int(row["cases"]), int(row["overdue"]), int(row["waiting"]), int(row["soon"]))
            )
    return OpenWork(at, {person: tuple(bands) for person, bands in found.items()})


def _open(reader: Reader, work: Work, at: dt.datetime) -> list[dict[str, Any]]:
    table = reader.scope.table(work.fact)
    came = table.c[work.came.partition(".")[2]]
    due: ColumnElement[Any] = table.c.due_at if "due_at" in table.c else null()
    bands: list[tuple[ColumnElement[bool], ColumnElement[Any]]] = [
        (came > at - dt.timedelta(days=end), literal_column(str(place)))
        for place, (_, end) in enumerate(AGES)
        if end is not None
    ]
    band = case(*bands, else_=literal_column(str(len(AGES) - 1)))
    rows: FromClause = table
    waiting: ColumnElement[Any] = null()
    if work.fact == "escalations":
        waits = _waiting(reader)
        rows = table.outerjoin(
            waits, and_(waits.c.escalation_id == table.c.escalation_id, waits.c.cycle == table.c.cycle)
        )
        waiting = waits.c.escalation_id
    has_due = "due_at" in table.c
    found: list[dict[str, Any]] = reader.scope.read(
        reader.facts,
        select(
            table.c.specialist_id.label("person"),
            band.label("band"),
            func.count().label("cases"),
            (func.count(case((due < at, 1))) if has_due else literal_column("0")).label("overdue"),
            func.count(waiting).label("waiting")
            if rows is not table
            else literal_column("0").label("waiting"),
            (
                func.count(case((and_(due >= at, due < at + WEEK), 1))) if has_due else literal_column("0")
            ).label("soon"),
        )
        .select_from(rows)
        .where(table.c[ENDS[work.fact]].is_(None), came <= at, table.c.specialist_id.is_not(None))
        .group_by(table.c.specialist_id, band),
    ).to_pylist()
    return found


def _waiting(reader: Reader) -> FromClause:
    """Open cycles with a wait on a partner that lasts."""
    waits = reader.scope.table("partner_waits")
    return (
        select(waits.c.escalation_id, waits.c.cycle)
        .where(waits.c.ends_at.is_(None), waits.c.resolved_on.is_(None))
        .distinct()
        .subquery("waiting")
    )


class WeekHours(NamedTuple):
    """One week of one person: hours of work taken per type, in the order of WORK, and hours available.

    `available` is None where no day of the week is known.
    """

    week: Period
    taken: tuple[float, ...]
    available: float | None

    @property
    def total(self) -> float:
        """Hours of work taken."""
        return sum(self.taken)

    @property
    def share(self) -> float | None:
        """Work taken ÷ hours available; None where there are none."""
        return self.total / self.available if self.available else None


@remembered(4)
def hours_by_week(reader: Reader, week: Period, weeks: int) -> dict[str, tuple[WeekHours, ...]]:
    """Everyone's weeks up to `week`, oldest first: cases taken at standard time, and hours available.

    A case counts for whoever has it now, in the week it came. Weeks without hours known have `available`
    None.
    """
    rules = reader.coverage.rules
    periods = rules.last(rules.period_of(week.last_day, Grain.week), weeks)
    place = {period.start: at for at, period in enumerate(periods)}
    taken: dict[str, list[list[float]]] = {}
    for kind, work in enumerate(WORK):
        for row in _sums(reader, work.fact, work.hours.clock, "standard_hours", periods):
            lines = taken.setdefault(row["person"], [[0.0] * len(WORK) for _ in periods])
            lines[place[row["week"]]][kind] += float(row["hours"] or 0.0)
    available: dict[str, list[float | None]] = {}
    for row in _sums(reader, "work_days", "worked", "available_hours", periods):
        if row["hours"] is not None:
            available.setdefault(row["person"], [None] * len(periods))[place[row["week"]]] = float(
                row["hours"]
            )
    blank, unknown = [[0.0] * len(WORK) for _ in periods], [None] * len(periods)
    return {
        person: tuple(
            WeekHours(period, tuple(line), there)
            for period, line, there in zip(
                periods, taken.get(person, blank), available.get(person, unknown), strict=True
            )
        )
        for person in {*taken, *available}
    }


def _sums(reader: Reader, fact: str, clock: str, column: str, periods: list[Period]) -> list[dict[str, Any]]:
    """Hours per person and week; weeks are found from days, because a day's table may keep no weeks."""
    table = reader.scope.table(fact)
    on = table.c[f"{clock}_on"]
    weeks: list[tuple[ColumnElement[bool], ColumnElement[Any]]] = [
        (on < period.end, literal_column(str(at))) for at, period in enumerate(periods[:-1])
    ]
    which = case(*weeks, else_=literal_column(str(len(periods) - 1))) if weeks else literal_column("0")
    rows: list[dict[str, Any]] = reader.scope.read(
        reader.facts,
        select(
            table.c.specialist_id.label("person"),
            which.label("place"),
            func.sum(table.c[column]).label("hours"),
        )
        .where(on >= periods[0].start, on < periods[-1].end, table.c.specialist_id.is_not(None))
        # A constant in GROUP BY would be taken for the number of a column.
        .group_by(table.c.specialist_id, *([which] if weeks else [])),
    ).to_pylist()
    return [{**row, "week": periods[int(row["place"])].start} for row in rows]


@remembered(1)
def next_leave(reader: Reader, on: dt.date) -> dict[str, tuple[dt.date, dt.date, str | None]]:
    """Per person the leave agreed that lasts on a day, or begins next: first day, last day, kind."""
    leave = reader.scope.table("planned_leave")
    rows = reader.scope.read(
        reader.facts,
        select(leave.c.specialist_id, leave.c.starts_on, leave.c.ends_on, leave.c.leave_kind)
        .where(leave.c.ends_on > on, leave.c.starts_on <= leave.c.ends_on)
        .order_by(leave.c.specialist_id, leave.c.starts_on, leave.c.ends_on),
    ).to_pylist()
    found: dict[str, tuple[dt.date, dt.date, str | None]] = {}
    for row in rows:
        found.setdefault(row["specialist_id"], (row["starts_on"], row["ends_on"], row["leave_kind"]))
    return found


class AuditsDue(NamedTuple):
    """Drawn reviews a person still has to do, and how many of them are late."""

    open: int
    late: int


def audits_due(reader: Reader, on: dt.date) -> dict[str, AuditsDue]:
    """Per reviewer the drawn reviews of the last weeks not imported as done, late if their day is over."""
    draws = read_draws(reader.facts.location, on - AUDIT_WEEKS * WEEK)
    if not draws:
        return {}
    loaded = reader.coverage.loaded(("reviews",))
    known = loaded.last_day if loaded else on - DAY
    done = reviews_done(reader, draws)
    found: dict[str, AuditsDue] = {}
    for draw in draws:
        for item in draw.items:
            if item.review_id not in done:
                before = found.get(item.reviewer_id, AuditsDue(0, 0))
                found[item.reviewer_id] = AuditsDue(before.open + 1, before.late + (known > draw.due_on))
    return found
