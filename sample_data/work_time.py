"""Hours of people: what is paid, away, in training, in meetings and on cases; and minutes per case.

Hours on cases follow the minutes of the cases somebody worked on in the weeks around, so that the timesheet
and the work say the same about who carries how much.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
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

DAY_HOURS = {"Luxembourg": 8.0, "Berlin": 7.5, "Austin": 8.0, "Toronto": 7.5, "Hyderabad": 9.0}
OVERTIME_DAYS = 0.03
FULL, FULLEST = 0.93, 0.99  # share of the available hours from which people stay longer; most that is booked
MOST_OVERTIME = 2.0
AROUND_DAYS = 14  # work on a case is done in the days around the one it is booked on
MEETING_HOURS = 1.3
TRAINING_DAYS = 0.13
ONBOARDING_DAYS = 42
DAILY_SPREAD = 0.06
SPREAD_OF_MINUTES = 0.45
PERSONAL_SPEED = 0.12


def work_day_table(
    random: np.random.Generator, settings: Settings, people: People, handled: NDArray[np.float64]
) -> pa.Table:
    """Rows of `work_days`: every specialist on every weekday of the team, holidays as paid leave.

    `handled` is person × day: hours of the cases booked that day, as `handled_hours` sums them. Managers and
    directors carry no cases and are left out.
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
    planned = np.array([DAY_HOURS[site] for site in SITES])[SITE_OF_TEAM[team]] * people.fte[person]
    new = day - people.hired[person] < ONBOARDING_DAYS
    trained = present & (random.random(count) < np.where(new, 0.55, TRAINING_DAYS))
    training = np.where(trained, np.round(random.uniform(1.5, 4.8, count), 1), 0.0) * people.fte[person]
    meeting = np.where(present, np.round(random.gamma(3.0, MEETING_HOURS / 3, count), 1), 0.0)
    meeting = np.minimum(np.minimum(meeting, 3.2) * people.fte[person], planned - training)
    leave = np.where(present, 0.0, planned)
    usual = np.maximum(planned - leave - training - meeting, 0.0)
    load = _load(handled, person, day, usual)
    busy = np.clip(usual * (load / FULL - 1), 0.0, MOST_OVERTIME)
    stayed = random.random(count) < OVERTIME_DAYS
    overtime = np.maximum(busy, np.where(stayed, random.uniform(0.5, 2.0, count), 0.0))
    overtime = np.round(np.where(present, overtime, 0.0), 1)
    wanted = usual * load * np.exp(random.normal(0, DAILY_SPREAD, count))
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
        case_hours=np.round(np.minimum(wanted, FULLEST * (usual + overtime)), 2),
    )


def handled_hours(people: People, items: pa.Table) -> NDArray[np.float64]:
    """Person × day: hours of a chunk of `work_items`."""
    span = people.span
    person = pc.index_in(items["specialist_id"], pa.array(people.ids)).to_numpy().astype(np.int64)
    day = (items["worked_on"].to_numpy() - span.dates[0]).astype("timedelta64[D]").astype(np.int64)
    hours = np.zeros((len(people.ids), span.days))
    np.add.at(hours, (person, day), items["minutes"].to_numpy() / 60)
    return hours


def _load(
    handled: NDArray[np.float64],
    person: NDArray[np.int64],
    day: NDArray[np.int64],
    available: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Hours handled per available hour of the person in the weeks around each row's day."""
    hours = np.zeros_like(handled)
    hours[person, day] = available
    around = _around(hours)[person, day]
    return np.asarray(_around(handled)[person, day] / np.maximum(around, 1e-9)) * (around > 0)


def _around(days: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum over AROUND_DAYS before and after each day, over what there is at the edges."""
    sums = np.pad(np.cumsum(days, axis=1), ((0, 0), (1, 0)))
    index = np.arange(days.shape[1])
    last = np.minimum(index + AROUND_DAYS + 1, days.shape[1])
    return np.asarray(sums[:, last] - sums[:, np.maximum(index - AROUND_DAYS, 0)])


def work_item_table(
    random: np.random.Generator,
    people: People,
    kind: str,
    cases: pa.Array,
    persons: NDArray[np.int64],
    worked: Moments,
    offset: int,
    scale: float,
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
        minutes=np.round(standard_minutes(kind, scale) * speed * spread, 2),
    )


def standard_minutes(kind: str, scale: float) -> float:
    """Standard minutes of a case of a kind: `scale` times the cases for the same people take 1/scale each."""
    return STANDARD_MINUTES[kind] / scale


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
