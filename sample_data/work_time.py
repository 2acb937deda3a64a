"""Hours of people: what is paid, away, in training, in meetings and on cases; and minutes per case."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sample_data.labels import Labels, keys
from sample_data.leave import LEAVE_KINDS, OTHER
from sample_data.operation import SITE_OF_TEAM, SITES, STANDARD_MINUTES, TEAM_NAMES, TEAMS
from sample_data.people import People
from sample_data.queueing import workdays
from sample_data.source_tables import source_table
from sample_data.span import Moments, Span
from sample_data.streams import stream
from store.settings import Settings

DAY_HOURS = 8.0
OVERTIME_DAYS = 0.05
MEETING_HOURS = 1.3
TRAINING_DAYS = 0.13
ONBOARDING_DAYS = 42
UTILISATION, UTILISATION_SPREAD, PERSONAL_SPREAD = 0.79, 0.07, 0.05
SPREAD_OF_MINUTES = 0.45
PERSONAL_SPEED = 0.12


def work_day_table(random: np.random.Generator, settings: Settings, people: People) -> pa.Table:
    """Rows of `work_days`: every specialist on every weekday of the team, holidays as paid leave.

    Managers and directors carry no cases and are left out.
    """
    span = people.span
    on_duty = people.productivity_without_leave > 0
    weekdays = _weekdays(span, settings)
    person, day = np.nonzero(on_duty & weekdays[np.maximum(people.team, 0), np.arange(span.days)])
    team = people.team[person, day].astype(np.int64)
    holiday = ~workdays(span, settings)[team, day]
    kind = np.where(holiday, OTHER, people.away[person, day])
    present = kind == 0
    count = len(person)
    planned = DAY_HOURS * people.fte[person]
    overtime = np.where(
        present & (random.random(count) < OVERTIME_DAYS), np.round(random.uniform(0.5, 2.0, count), 1), 0.0
    )
    new = day - people.hired[person] < ONBOARDING_DAYS
    trained = present & (random.random(count) < np.where(new, 0.55, TRAINING_DAYS))
    training = np.where(trained, np.round(random.uniform(1.5, 4.8, count), 1), 0.0) * people.fte[person]
    meeting = np.where(present, np.round(random.gamma(3.0, MEETING_HOURS / 3, count), 1), 0.0)
    meeting = np.minimum(meeting, 3.2) * people.fte[person]
    leave = np.where(present, 0.0, planned)
    available = np.maximum(planned + overtime - leave - training - meeting, 0.0)
    habit = random.normal(0, PERSONAL_SPREAD, len(people.ids))[person]
    share = np.clip(UTILISATION + habit + random.normal(0, UTILISATION_SPREAD, count), 0.4, 0.98)
    return source_table(
        "work_days",
        specialist_id=Labels(person, tuple(people.ids)),
        worked_on=span.dates[day],
        team=Labels(team, TEAM_NAMES),
        site=Labels(SITE_OF_TEAM[team], SITES),
        paid_hours=np.round(planned + overtime, 2),
        overtime_hours=overtime,
        leave_hours=np.round(leave, 2),
        leave_kind=Labels(np.where(present, -1, kind), LEAVE_KINDS),
        training_hours=np.round(training, 2),
        meeting_hours=np.round(meeting, 2),
        case_hours=np.round(available * share, 2),
    )


def work_item_table(
    random: np.random.Generator,
    people: People,
    kind: str,
    cases: pa.Array,
    persons: NDArray[np.int64],
    worked: Moments,
    offset: int,
) -> pa.Table:
    """Rows of `work_items` for cases of one kind that somebody worked on by the end of the span."""
    span = people.span
    rows = np.flatnonzero((persons >= 0) & (worked <= span.through))
    days = span.day_of(worked[rows])  # where work ends after midnight here, Friday evening is a Saturday
    speed = _speed(people)[persons[rows]]
    spread = np.exp(random.normal(-(SPREAD_OF_MINUTES**2) / 2, SPREAD_OF_MINUTES, len(rows)))
    return source_table(
        "work_items",
        work_item_id=keys(f"W{kind[0].upper()}", rows + offset),
        case_kind=[kind] * len(rows),
        case_id=cases.take(pa.array(rows)),
        work_type=[kind] * len(rows),
        specialist_id=Labels(persons[rows], tuple(people.ids)),
        worked_on=span.dates[np.maximum(days - np.maximum(span.weekdays[days] - 4, 0), 0)],
        minutes=np.round(STANDARD_MINUTES[kind] * speed * spread, 1),
    )


def _speed(people: People) -> NDArray[np.float64]:
    """Time each person takes, relative to the standard: the same for every kind of work."""
    return np.asarray(np.exp(stream(people.seed, "speed").normal(0, PERSONAL_SPEED, len(people.ids))))


def _weekdays(span: Span, settings: Settings) -> NDArray[np.bool_]:
    """Team × day: a weekday of the team's calendar, holiday or not."""
    rows = []
    for team in TEAMS:
        calendar = settings.calendar_for(team.calendar)
        numbers = calendar.weekday_numbers if calendar else tuple(range(7))
        rows.append([(span.start + dt.timedelta(days=day)).weekday() in numbers for day in range(span.days)])
    return np.array(rows)
