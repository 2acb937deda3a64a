"""How people are away: leave booked ahead, leave usually taken that is not booked yet, and illness."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import case, func, select

from queries.capacity.days import Ahead
from queries.capacity.standing import of_known_people, spells
from queries.measure import Reader
from queries.remembering import remembered
from queries.time import WEEK

YEAR = 52 * WEEK
LATELY = 13 * WEEK
BRIDGED = 3
"""Days between two days away that make one spell: a weekend."""
SMOOTHED = 2
"""Weeks on either side over which the usual share of leave is averaged."""
NOT_BOOKED_AHEAD = ("sick",)
SPECIAL = ("other",)
"""Recorded on public holidays and odd days; holidays are in the calendar already."""


@dataclass(frozen=True)
class Habits:
    """Absence of the people the viewer may see.

    `ill` and `unbooked`: spells begun per person and day at work, for each simulated day, and the mean days
    of a spell; `spells_seen` spells of illness over `days_seen` days. `booked`: simulated days of agreed
    leave by person. `working`: people on cases or away in the last 13 weeks. `sites`: where they sit.
    """

    ill: NDArray[np.float64]
    ill_days: float
    unbooked: NDArray[np.float64]
    unbooked_days: float
    spells_seen: int
    days_seen: int
    booked: dict[str, tuple[int, ...]]
    working: frozenset[str]
    sites: dict[str, str]


@remembered(4)
def habits(reader: Reader, ahead: Ahead) -> Habits:
    """Absence measured over the year before the days ahead, and leave agreed for them."""
    away = _days_away(reader, ahead.first)
    at_work, lately = _days_at_work(reader, ahead.first)
    recorded = sum(at_work.values())
    sick = _spell_lengths(row for row in away if row["leave_kind"] in NOT_BOOKED_AHEAD)
    bookable = [row for row in away if row["leave_kind"] not in (*NOT_BOOKED_AHEAD, *SPECIAL)]
    taken = _spell_lengths(bookable)
    booked = _booked(reader, ahead)
    ill_days = float(np.mean(sick)) if sick else 1.0
    ill = len(sick) / recorded if recorded else 0.0
    unbooked_days = float(np.mean(taken)) if taken else 1.0
    share = _not_booked_yet(reader, ahead, bookable, at_work, booked)
    return Habits(
        np.full(ahead.days, min(ill, 1.0)),
        max(ill_days, 1.0),
        np.clip(-np.log1p(-np.minimum(share, 0.9)) / max(unbooked_days, 1.0), 0, 1),
        max(unbooked_days, 1.0),
        len(sick),
        recorded,
        booked,
        lately | {row["specialist_id"] for row in away if row["worked_on"] >= ahead.first - LATELY},
        _sites(reader, ahead.first),
    )


def _days_away(reader: Reader, first: dt.date) -> list[dict[str, Any]]:
    """Days of the year before on which leave took half of the paid hours or more, by person and day."""
    table = reader.scope.table("work_days")
    return reader.scope.read(
        reader.facts,
        select(table.c.specialist_id, table.c.worked_on, table.c.leave_kind)
        .where(
            table.c.worked_on >= first - YEAR,
            table.c.worked_on < first,
            table.c.paid_hours > 0,
            table.c.leave_hours * 2 >= table.c.paid_hours,
        )
        .order_by(table.c.specialist_id, table.c.worked_on),
    ).to_pylist()


def _days_at_work(reader: Reader, first: dt.date) -> tuple[dict[dt.date, int], frozenset[str]]:
    """People at work per day of the year before, and who worked on cases in the last 13 weeks."""
    table = reader.scope.table("work_days")
    there = case((table.c.leave_hours * 2 < table.c.paid_hours, 1), (table.c.leave_hours.is_(None), 1))
    rows = reader.scope.read(
        reader.facts,
        select(table.c.worked_on, func.count(there).label("people"))
        .where(table.c.worked_on >= first - YEAR, table.c.worked_on < first, table.c.paid_hours > 0)
        .group_by(table.c.worked_on),
    ).to_pylist()
    worked = reader.scope.read(
        reader.facts,
        select(table.c.specialist_id)
        .where(table.c.worked_on >= first - LATELY, table.c.worked_on < first, table.c.case_hours > 0)
        .distinct(),
    )
    return (
        {row["worked_on"]: int(row["people"]) for row in rows},
        frozenset(worked["specialist_id"].to_pylist()),
    )


def _spell_lengths(rows: Iterable[dict[str, Any]]) -> list[int]:
    """Days of each spell: days away of one person with no more than a weekend between them."""
    lengths: list[int] = []
    person, last = None, dt.date.min
    for row in rows:
        if row["specialist_id"] == person and (row["worked_on"] - last).days <= BRIDGED:
            lengths[-1] += 1
        else:
            lengths.append(1)
        person, last = row["specialist_id"], row["worked_on"]
    return lengths


def _booked(reader: Reader, ahead: Ahead) -> dict[str, tuple[int, ...]]:
    """Simulated days of agreed leave by person; leave that ends before it starts is none."""
    rows = reader.scope.read(
        reader.facts, of_known_people(reader, "planned_leave", "specialist_id", "starts_on", "ends_on")
    ).to_pylist()
    days: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        starts, ends = max(row["starts_on"], ahead.first), min(row["ends_on"], ahead.last)
        if row["starts_on"] <= row["ends_on"] and starts <= ends:
            first = (starts - ahead.first).days
            days[row["specialist_id"]].update(range(first, first + (ends - starts).days + 1))
    return {person: tuple(sorted(found)) for person, found in days.items()}


def _not_booked_yet(
    reader: Reader,
    ahead: Ahead,
    bookable: list[dict[str, Any]],
    at_work: dict[dt.date, int],
    booked: dict[str, tuple[int, ...]],
) -> NDArray[np.float64]:
    """Share of people usually on leave in that week of the year, less those booked; per simulated day."""
    weeks = len(ahead.weeks)
    usual, people = np.zeros(52), np.zeros(52)
    for row in bookable:
        usual[((row["worked_on"] - (ahead.first - YEAR)).days // 7) % 52] += 1
    for day, count in at_work.items():
        people[((day - (ahead.first - YEAR)).days // 7) % 52] += count
    people += usual
    around = np.arange(-SMOOTHED, SMOOTHED + 1)
    share = np.array(
        [usual[(week + around) % 52].sum() / max(people[(week + around) % 52].sum(), 1) for week in range(52)]
    )
    there = np.zeros(ahead.days)
    taken = np.zeros(ahead.days)
    for spell in spells(reader):
        first = max((spell.from_on - ahead.first).days, 0)
        last = min((spell.to_on - ahead.first).days if spell.to_on <= ahead.last else ahead.days, ahead.days)
        if last > first:
            there[first:last] += 1
            leave = [day for day in booked.get(spell.specialist_id, ()) if first <= day < last]
            taken[leave] += 1
    booked_share = np.divide(taken, there, out=np.zeros(ahead.days), where=there > 0)
    week_of = np.minimum(np.arange(ahead.days) // 7, weeks)
    by_week = np.array([booked_share[week_of == week].mean() for week in range(int(week_of[-1]) + 1)])
    return np.asarray(np.maximum(share[week_of % 52] - by_week[week_of], 0.0))


def _sites(reader: Reader, first: dt.date) -> dict[str, str]:
    """Where everyone sits on the first day ahead, or last sat."""
    history = reader.scope.table("specialist_history")
    rows = reader.scope.read(
        reader.facts,
        select(history.c.specialist_id, history.c.site)
        .where(history.c.valid_from <= first, history.c.site.is_not(None))
        .order_by(history.c.specialist_id, history.c.valid_from),
    ).to_pylist()
    return {row["specialist_id"]: row["site"] for row in rows}
