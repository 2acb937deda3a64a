"""Hours of people: what is paid, away, in training, in meetings and on cases; and minutes per case.

Both the hours on cases of the timesheet and the minutes per case come from one diary, so that they say the
same about who carries how much, and nobody works more hours than the day has for cases.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

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
from sample_data.work_diary import FULL, MOST_OVERTIME, Diary
from store.settings import Settings

DAY_HOURS = {"Luxembourg": 8.0, "Berlin": 7.5, "Austin": 8.0, "Toronto": 7.5, "Hyderabad": 9.0}
OVERTIME_DAYS = 0.03
FULLEST = 0.99  # most of the available hours that the timesheet shows on cases
MEETING_HOURS = 1.3
TRAINING_DAYS = 0.13
ONBOARDING_DAYS = 42
DAILY_SPREAD = 0.06
SPREAD_OF_MINUTES = 0.45
PERSONAL_SPEED = 0.12


@dataclass(frozen=True)
class Shifts:
    """Every specialist on every weekday of the team, holidays as leave: columns of what the hours are for."""

    person: NDArray[np.int64]
    day: NDArray[np.int64]
    team: NDArray[np.int64]
    kind: NDArray[np.int64]  # of leave, 0 where present
    planned: NDArray[np.float64]
    leave: NDArray[np.float64]
    training: NDArray[np.float64]
    meeting: NDArray[np.float64]

    @property
    def usual(self) -> NDArray[np.float64]:
        """Hours left for cases without overtime."""
        return np.maximum(self.planned - self.leave - self.training - self.meeting, 0.0)

    def diary(self, people: People) -> Diary:
        """The empty diary of these hours."""
        usual = np.zeros(people.team.shape)
        usual[self.person, self.day] = self.usual
        return Diary(people, usual, np.zeros_like(usual))


def shifts(random: np.random.Generator, settings: Settings, people: People) -> Shifts:
    """The hours of everybody who carries cases; managers and directors are left out."""
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
    return Shifts(person, day, team, kind, planned, np.where(present, 0.0, planned), training, meeting)


def work_day_table(random: np.random.Generator, kept: Shifts, diary: Diary) -> pa.Table:
    """Rows of `work_days`: the shifts with the hours booked on cases, and the overtime these took."""
    span = diary.people.span
    booked = diary.booked[kept.person, kept.day]
    stayed = random.random(len(booked)) < OVERTIME_DAYS
    busy = np.clip(booked / FULL - kept.usual, 0.0, MOST_OVERTIME)
    overtime = np.maximum(busy, np.where(stayed, random.uniform(0.5, 2.0, len(booked)), 0.0))
    overtime = np.ceil(10 * np.where(kept.kind == 0, overtime, 0.0) - 1e-6) / 10
    told = booked * np.exp(random.normal(0, DAILY_SPREAD, len(booked)))
    return source_table(
        "work_days",
        specialist_id=Labels(kept.person, tuple(diary.people.ids)),
        worked_on=span.dates[kept.day],
        team=Labels(kept.team, TEAM_NAMES),
        site=Labels(SITE_OF_TEAM[kept.team], SITES),
        paid_hours=np.round(kept.planned + overtime, 2),
        overtime_hours=overtime,
        leave_hours=np.round(kept.leave, 2),
        leave_kind=Labels(np.where(kept.kind == 0, -1, kept.kind), LEAVE_KINDS),
        training_hours=np.round(kept.training, 2),
        meeting_hours=np.round(kept.meeting, 2),
        case_hours=np.round(np.minimum(told, FULLEST * (kept.usual + overtime)), 2),
    )


def work_item_table(
    random: np.random.Generator,
    diary: Diary,
    kind: str,
    cases: pa.Array,
    persons: NDArray[np.int64],
    arrived: Moments,
    worked: Moments,
    offset: int,
    scale: float,
) -> pa.Table:
    """Rows of `work_items` for cases of one kind that somebody worked on by the end of the span.

    A row per case, person and day, booked into the diary.
    """
    people = diary.people
    span = people.span
    rows = np.flatnonzero((persons >= 0) & (worked <= span.through))
    speed = _speed(people)[persons[rows]]
    spread = np.exp(random.normal(-(SPREAD_OF_MINUTES**2) / 2, SPREAD_OF_MINUTES, len(rows)))
    hours = standard_minutes(kind, scale) * speed * spread / 60
    done = diary.book(persons[rows], span.day_of(arrived[rows]), span.day_of(worked[rows]), hours)
    case = rows[done.case]
    nth = np.arange(len(case)) - np.searchsorted(case, case)
    later = pc.binary_join_element_wise("-", pa.array(nth + 1).cast(pa.string()), "")
    return source_table(
        "work_items",
        work_item_id=pc.binary_join_element_wise(
            keys(f"W{kind[0].upper()}", case + offset), pc.if_else(pa.array(nth > 0), later, ""), ""
        ),
        case_kind=[kind] * len(case),
        case_id=cases.take(pa.array(case)),
        work_type=[kind] * len(case),
        specialist_id=Labels(done.person, tuple(people.ids)),
        worked_on=span.dates[done.day],
        minutes=np.round(60 * done.hours, 2),
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
