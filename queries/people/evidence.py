"""What half a year of one person's work consists of: cases done, load, trainings taken, leave agreed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from sqlalchemy import select

from queries.filters import Filters
from queries.measure import Reader, measure
from queries.remembering import remembered
from queries.time import Grain, Period

VOLUMES: Final = {
    "escalations_resolved": "Escalations resolved",
    "appeals_decided": "Appeals decided",
    "workload_hours": "Work taken, at standard times",
    "available_hours": "Hours available",
    "utilisation": "Hours spent on cases ÷ hours available",
}


class Volume(NamedTuple):
    """One measure of volume or load in the earlier and the later block; None where it is not known."""

    key: str
    label: str
    unit: str
    earlier: float | None
    later: float | None


class Training(NamedTuple):
    """A training somebody took part in; `passed` and `score` (0 to 100) None where the source is silent."""

    name: str
    held_on: dt.date
    passed: bool | None
    score: float | None


class Leave(NamedTuple):
    """Agreed leave, both days away."""

    starts_on: dt.date
    ends_on: dt.date
    kind: str


@dataclass(frozen=True)
class HalfYear:
    """Two consecutive blocks of 13 weeks, the later one ending with the week asked for, and what was done."""

    earlier: Period
    later: Period
    volumes: tuple[Volume, ...]
    trainings: tuple[Training, ...]


def half_year(reader: Reader, specialist_id: str, week: Period) -> HalfYear:
    """The half-year of one person that ends with `week`."""
    rules = reader.coverage.rules
    later = rules.period_of(week.last_day, Grain.block)
    earlier = rules.before(later)
    return HalfYear(
        earlier,
        later,
        _volumes(reader, specialist_id, earlier, later),
        _trainings(reader, specialist_id, earlier.start, later.last_day),
    )


@remembered(2)
def _volumes(reader: Reader, specialist_id: str, earlier: Period, later: Period) -> tuple[Volume, ...]:
    filters = Filters().with_values("member", (specialist_id,))
    found = measure(reader, tuple(VOLUMES), (earlier, later), (), filters)
    volumes = []
    for key, label in VOLUMES.items():
        series = found.total(key)
        told = [
            None if series.reason or not np.isfinite(value) else float(value)
            for value in (series.value if len(series.value) else (np.nan, np.nan))
        ]
        volumes.append(Volume(key, label, series.metric.unit, *told))
    return tuple(volumes)


@remembered(2)
def _trainings(reader: Reader, specialist_id: str, first: dt.date, last: dt.date) -> tuple[Training, ...]:
    """Trainings of the person from `first` to `last`, newest first."""
    trainings, outcomes = reader.scope.table("trainings"), reader.scope.table("training_outcomes")
    query = (
        select(
            trainings.c.training_id,
            trainings.c.name,
            trainings.c.held_on,
            outcomes.c.passed,
            outcomes.c.score,
        )
        .join(outcomes, outcomes.c.training_id == trainings.c.training_id)
        .where(outcomes.c.specialist_id == specialist_id)
        .where(trainings.c.held_on >= first, trainings.c.held_on <= last)
        .order_by(trainings.c.held_on.desc(), trainings.c.training_id)
    )
    return tuple(
        Training(row["name"] or row["training_id"], row["held_on"], row["passed"], row["score"])
        for row in reader.scope.read(reader.facts, query).to_pylist()
    )


@remembered(1)
def leave_of(reader: Reader, specialist_id: str, first: dt.date, last: dt.date) -> tuple[Leave, ...]:
    """Agreed leave of the person that touches the days from `first` to `last`, the earliest first."""
    leave = reader.scope.table("planned_leave")
    query = (
        select(leave.c.starts_on, leave.c.ends_on, leave.c.leave_kind)
        .where(leave.c.specialist_id == specialist_id, leave.c.starts_on <= leave.c.ends_on)
        .where(leave.c.starts_on <= last, leave.c.ends_on >= first)
        .order_by(leave.c.starts_on)
    )
    return tuple(
        Leave(row["starts_on"], row["ends_on"], row["leave_kind"] or "")
        for row in reader.scope.read(reader.facts, query).to_pylist()
    )
