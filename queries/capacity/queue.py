"""The work ahead of each team: what is open, what comes in, how long it takes and when it is due.

Escalations, appeals and investigations, each counted as its own metrics count them; cycles of an escalation
that were cancelled or merged need no hours and are left out of what is measured.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    and_,
    func,
    literal_column,
    select,
)

from analysis.backlog_simulation import Work
from queries.capacity.coming import Coming, coming
from queries.capacity.days import Ahead, calendar_of, open_days
from queries.capacity.passing import LONGEST, MEASURED, TYPES, Passing, WorkType, passing_of
from queries.capacity.standing import spells
from queries.measure import Reader
from queries.remembering import remembered
from store.settings import BusinessCalendar

Floats = NDArray[np.float64]
FEWEST_CASES = 30
DEFAULT_SPREAD = 0.5


@dataclass(frozen=True)
class Handling:
    """Minutes a case takes: mean, standard deviation and the cases they rest on; n = 0: a standard time."""

    minutes: float
    deviation: float
    cases: int


@dataclass(frozen=True)
class Queue:
    """The work of one team, with what it was measured on; a type without hours or cases is in `missing`."""

    team: str
    work: tuple[Work, ...]
    handling: Mapping[str, Handling]
    coming: Mapping[str, Coming]
    missing: tuple[str, ...]
    usual_open: float


def queues(
    reader: Reader, teams: Sequence[str], ahead: Ahead, targets: Mapping[str, float]
) -> tuple[Queue, ...]:
    """The work of some teams; `targets` by SLA metric, of the share done in time."""
    return tuple(_queue(reader, team, ahead, targets) for team in teams)


def _queue(reader: Reader, team: str, ahead: Ahead, targets: Mapping[str, float]) -> Queue:
    works: list[Work] = []
    handled: dict[str, Handling] = {}
    arriving: dict[str, Coming] = {}
    missing: list[str] = []
    calendar = calendar_of(reader, team)
    usual = 0.0
    spread_of = 0.0
    for kind in TYPES:
        if reader.coverage.loaded((kind.table,)) is None:
            continue
        came = coming(reader, kind.name, kind.table, kind.came, ahead).get(team)
        waiting = open_cases(reader, kind.name, ahead.first).get(team, ())
        if came is None and not waiting:
            continue
        times = handling(reader, ahead.first)
        own = (
            times.get((kind.name, team))
            or times.get((kind.name, None))
            or _standard(reader, kind, ahead.first)
        )
        if own is None:
            missing.append(kind.name)
            continue
        pattern = _pattern(calendar)
        passing = passing_of(reader, kind.name, ahead.first, pattern)
        works.append(_work(kind, ahead, calendar, passing, waiting, own, came, targets, reader, team))
        handled[kind.name] = own
        if came is not None:
            arriving[kind.name] = came
            per_working_day = came.per_week / max(sum(pattern), 1)
            weekend = came.per_week * sum(
                share for day, share in enumerate(came.by_weekday) if not pattern[day]
            )
            level = per_working_day * passing.mean_wait + weekend
            usual += level
            spread_of += level * max(came.dispersion, 1.0)
    return Queue(team, tuple(works), handled, arriving, tuple(missing), usual + 1.2816 * spread_of**0.5)


def _work(
    kind: WorkType,
    ahead: Ahead,
    calendar: BusinessCalendar | None,
    passing: Passing,
    waiting: Sequence[tuple[dt.date, dt.date | None, int]],
    own: Handling,
    came: Coming | None,
    targets: Mapping[str, float],
    reader: Reader,
    team: str,
) -> Work:
    hours = own.minutes / 60
    spread = own.deviation / own.minutes
    return Work(
        kind.name,
        np.zeros(ahead.days) if came is None else came.expected,
        passing.shares,
        _open_now(waiting, ahead, calendar, passing.shares),
        hours,
        spread,
        spread / own.cases**0.5 if own.cases else 0.0,
        None if came is None else came.level_error,
        1.0 if came is None else came.dispersion,
        _finished(reader, kind, team, ahead, calendar),
        targets.get(kind.sla) if kind.sla else None,
        common_error=None if came is None else came.common_error,
    )


def _open_now(
    waiting: Sequence[tuple[dt.date, dt.date | None, int]],
    ahead: Ahead,
    calendar: BusinessCalendar | None,
    shares: Floats,
) -> Floats:
    """Open cases by the working day they can be finished on and the one they are due on, see `Work`.

    How much longer a case waits: as cases of its promise did that had waited as long. One that has waited
    longer than any did can be worked on at once.
    """
    lags, promises = shares.shape
    found = np.zeros((lags, LONGEST + 2))
    back = min([came for came, _, _ in waiting], default=ahead.first)
    days = open_days(calendar, back, (ahead.last - back).days + 1)
    place = np.cumsum(days)  # working days up to and with each day
    before = int(place[(ahead.first - back).days - 1]) if ahead.first > back else 0
    marginal = shares.sum(axis=1)
    for came, due, cases in waiting:
        came_at = (came - back).days
        waited = before - int(place[came_at]) + int(days[came_at])
        due_place = LONGEST + 1
        promise = promises - 1
        if due is None:
            promise = _usual_promise(shares)
            due_place = min(max(promise - waited + 1, 0), LONGEST + 1)
        else:
            due_at = (min(due, ahead.last) - back).days
            until = int(place[due_at]) if due_at >= 0 else 0
            due_place = min(max(until - before, 0), LONGEST + 1)
            promise = min(max(until - int(place[came_at]) + int(days[came_at]) - 1, 0), promises - 1)
        left = shares[:, promise][waited:]
        if left.sum() < 1e-9:
            left = marginal[waited:]
        if left.sum() < 1e-9:
            found[0, due_place] += cases
        else:
            found[: len(left), due_place] += cases * left / left.sum()
    used = np.flatnonzero(found.any(axis=0))
    return found[:, : max(int(used[-1]) + 1 if len(used) else 2, 2)]


def _usual_promise(shares: Floats) -> int:
    return int(np.argmax(shares.sum(axis=0)))


def _pattern(calendar: BusinessCalendar | None) -> tuple[bool, ...]:
    """Which weekdays, Monday first, the calendar is open."""
    numbers = range(7) if calendar is None else calendar.weekday_numbers
    return tuple(day in numbers for day in range(7))


@remembered(2)
def open_cases(
    reader: Reader, name: str, first: dt.date
) -> dict[str, tuple[tuple[dt.date, dt.date | None, int], ...]]:
    """Cases open at the end of the data by team: day they came, day they are due (None: none), how many."""
    kind = next(one for one in TYPES if one.name == name)
    table = reader.scope.table(kind.table)
    due = table.c[kind.due] if kind.due else literal_column("null")
    keys = [table.c.team, table.c[kind.came], *([table.c[kind.due]] if kind.due else [])]
    rows = reader.scope.read(
        reader.facts,
        select(table.c.team, table.c[kind.came].label("came"), due.label("due"), func.count().label("cases"))
        .where(table.c[kind.ended].is_(None), table.c[kind.came] < first, table.c.team.is_not(None))
        .group_by(*keys)
        .order_by(*keys),
    ).to_pylist()
    found: dict[str, list[tuple[dt.date, dt.date | None, int]]] = {}
    for row in rows:
        found.setdefault(row["team"], []).append((row["came"], row["due"], int(row["cases"])))
    return {team: tuple(cases) for team, cases in found.items()}


def _finished(
    reader: Reader, kind: WorkType, team: str, ahead: Ahead, calendar: BusinessCalendar | None
) -> Floats | None:
    """Cases done already by the working day ahead on which they are due; None where nothing is promised."""
    if kind.due is None:
        return None
    days = open_days(calendar, ahead.first, ahead.days)
    place = np.cumsum(days)
    found = np.zeros(int(days.sum()))
    for due, cases in done_early(reader, kind.name, ahead.first).get(team, ()):
        at = (due - ahead.first).days
        if at < ahead.days and place[at] > 0:
            found[place[at] - 1] += cases
    return found


@remembered(2)
def done_early(reader: Reader, name: str, first: dt.date) -> dict[str, tuple[tuple[dt.date, int], ...]]:
    """Cases ended before `first` that fall due on it or later, by team and due day."""
    kind = next(one for one in TYPES if one.name == name)
    table = reader.scope.table(kind.table)
    due, met = table.c[str(kind.due)], table.c[str(kind.met)]
    rows = reader.scope.read(
        reader.facts,
        select(table.c.team, due.label("due"), func.count().label("cases"))
        .where(due >= first, table.c[kind.ended] < first, met, table.c.team.is_not(None))
        .group_by(table.c.team, due),
    ).to_pylist()
    found: dict[str, list[tuple[dt.date, int]]] = {}
    for row in rows:
        found.setdefault(row["team"], []).append((row["due"], int(row["cases"])))
    return {team: tuple(cases) for team, cases in found.items()}


@remembered(2)
def handling(reader: Reader, first: dt.date) -> dict[tuple[str, str | None], Handling]:
    """Minutes per arrival recorded over 26 weeks by type of work and team of who worked; None: all visible.

    A case worked on by several is one case, put to one of them; minutes of one that came again are spread
    over the times it came. Fewer than 30 cases are no measure.
    """
    if not reader.scope.reaches("work_items"):
        return {}
    items = reader.scope.table("work_items")
    stands: dict[str, str] = {}

    for spell in spells(reader):
        if spell.from_on < first:
            stands[spell.specialist_id] = spell.team
    per_case = (
        select(
            items.c.case_kind,
            func.max(items.c.specialist_id).label("specialist_id"),
            func.sum(items.c.minutes).label("minutes"),
        )
        .where(items.c.worked_on >= first - MEASURED, items.c.worked_on < first, items.c.minutes > 0)
        .where(items.c.case_id.is_not(None))
        .group_by(items.c.case_kind, items.c.case_id)
        .subquery()
    )
    rows = reader.scope.read(
        reader.facts,
        select(
            per_case.c.case_kind,
            per_case.c.specialist_id,
            func.count().label("cases"),
            func.sum(per_case.c.minutes).label("minutes"),
            func.sum(per_case.c.minutes * per_case.c.minutes).label("squares"),
        ).group_by(per_case.c.case_kind, per_case.c.specialist_id),
    ).to_pylist()
    sums: dict[tuple[str, str | None], Floats] = {}
    for row in rows:
        amounts = np.array([row["cases"], row["minutes"], row["squares"]], float)
        for team in {stands.get(row["specialist_id"] or ""), None}:
            key = (row["case_kind"], team)
            sums[key] = sums.get(key, np.zeros(3)) + amounts
    found = {}
    for key, (cases, minutes, squares) in sums.items():
        if cases >= FEWEST_CASES:
            mean = minutes / cases
            variance = max(squares - cases * mean * mean, 0.0) / (cases - 1)
            again = times_each(reader, key[0], first)
            found[key] = Handling(float(mean) / again, float(variance**0.5) / again, int(cases))
    return found


@remembered(1)
def times_each(reader: Reader, name: str, first: dt.date) -> float:
    """How often a case of a type of work came in over 26 weeks, reopened ones again; 1 where none did."""
    kind = next((one for one in TYPES if one.name == name), None)
    if kind is None or reader.coverage.loaded((kind.table,)) is None:
        return 1.0
    table = reader.scope.table(kind.table)
    row = reader.scope.read(
        reader.facts,
        select(func.count().label("came"), func.count(table.c[kind.key].distinct()).label("cases")).where(
            table.c[kind.came] >= first - MEASURED, table.c[kind.came] < first
        ),
    ).to_pylist()[0]
    return row["came"] / row["cases"] if row["cases"] else 1.0


def _standard(reader: Reader, kind: WorkType, first: dt.date) -> Handling | None:
    """The standard time of a type without recorded minutes, spread as work usually is; None: none known."""
    minutes = standard_minutes(reader, kind.table, kind.came, first)
    return None if minutes is None else Handling(minutes, DEFAULT_SPREAD * minutes, 0)


@remembered(1)
def standard_minutes(reader: Reader, table_name: str, came: str, first: dt.date) -> float | None:
    """Mean standard minutes of the cases that came in over 26 weeks; None where none is known or it is 0."""
    table = reader.scope.table(table_name)
    rows = reader.scope.read(
        reader.facts,
        select(func.avg(table.c.standard_hours).label("hours")).where(
            and_(table.c[came] >= first - MEASURED, table.c[came] < first)
        ),
    ).to_pylist()
    hours = rows[0]["hours"]
    return float(hours) * 60 if hours else None
