"""The people: who works in which team on which day, with hires, leavers, moves, ramps and leave.

A team is a row of seats; a seat has one occupant after the other. The headcount of about 120 does not grow
with the scale of the simulation: more cases per person, not more people.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sample_data.leave import PARENTAL, leave_days
from sample_data.names import person_names
from sample_data.operation import ORG_OF_TEAM, ORGS, TEAM_NAMES, TEAMS
from sample_data.span import Span
from sample_data.stories import stories
from sample_data.streams import stream

SEATS = 10  # of each team, its manager among them
STILL = 10**6  # day on which somebody leaves who has not left
RAMP_DAYS, FIRST_DAY = 84, 0.3  # days until a full load, share of it on the first day
LEAVERS_PER_YEAR = 0.17
PARENTAL_DAYS_LEFT = 60  # of the leave in the overloaded team, after the end
MOVES_PER_YEAR = 7
LEVELS = ("Specialist I", "Specialist II", "Senior Specialist", "Manager", "Director")


@dataclass(frozen=True)
class People:
    """Everybody ever employed in the period. Days are indices into the span; matrices are person × day."""

    seed: int
    span: Span
    ids: list[str]
    names: list[str]
    home: NDArray[np.int64]  # team of the seat, −1 for a director
    seat: NDArray[np.int64]
    hired: NDArray[np.int64]
    left: NDArray[np.int64]  # last day + 1, STILL while employed
    fte: NDArray[np.float64]
    team: NDArray[np.int8]  # person × day, −1 while not employed
    away: NDArray[np.int8]  # person × day and some weeks more: kind of leave

    @property
    def managers(self) -> NDArray[np.bool_]:
        """Managers and directors: they decide no cases."""
        return np.asarray(self.seat == 0)

    @cached_property
    def productivity(self) -> NDArray[np.float32]:
        """As `productivity_without_leave`, 0 while on leave."""
        return self.productivity_without_leave * (self.away[:, : self.span.days] == 0)

    @cached_property
    def productivity_without_leave(self) -> NDArray[np.float32]:
        """Share of a full case load each person carries on each day: 0 for managers, less while new."""
        tenure = np.arange(self.span.days)[None, :] - self.hired[:, None]
        learned = tenure * self._ramp_speed[:, None] / RAMP_DAYS
        ramp = np.clip(FIRST_DAY + (1 - FIRST_DAY) * learned, FIRST_DAY, 1.0)
        works = (self.team >= 0) & ~self.managers[:, None]
        return np.asarray(works * ramp * self.fte[:, None], np.float32)

    @property
    def _ramp_speed(self) -> NDArray[np.float64]:
        """How fast each person learns, times the usual: less for those hired in the story's quarter."""
        slow = stories()["slow_cohort"]
        start = self.span.midnights[np.clip(self.hired, 0, self.span.days - 1)]
        return np.where((self.hired >= 0) & slow.acts(self.span, start), slow.strength, 1.0)

    @cached_property
    def levels(self) -> NDArray[np.int64]:
        """Person × day: index into LEVELS."""
        years = (np.arange(self.span.days)[None, :] - self.hired[:, None]) / 365
        grown = (years >= 1.5).astype(int) + (years >= 4.5)
        return np.asarray(
            np.where(self.home[:, None] < 0, 4, np.where(self.managers[:, None], 3, grown)), dtype=np.int64
        )

    @cached_property
    def team_managers(self) -> NDArray[np.int64]:
        """Team × day: the manager; the organisation's director while the seat is empty."""
        bosses = np.empty((len(TEAMS), self.span.days), np.int64)
        for team in range(len(TEAMS)):
            bosses[team] = self.director(int(ORG_OF_TEAM[team]))
            for person in np.flatnonzero(self.managers & (self.home == team)):
                bosses[team, max(self.hired[person], 0) : max(self.left[person], 0)] = person
        return bosses

    def director(self, org: int) -> int:
        """Director of an organisation."""
        return int(np.flatnonzero((self.home < 0) & (self.seat == 0))[org])

    def person_of(self, employee: str) -> int:
        """Index of an employee number."""
        return self.ids.index(employee)


def employ(seed: int, span: Span) -> People:
    """Everybody who works in the period: three directors, twelve managers, about 105 specialists."""
    random = stream(seed, "people")
    steady = {member for story in stories().values() for member in story.members}
    rows: list[tuple[str, int, int, int, int]] = [
        (f"E00{org:02d}a", -1, 0, -2500, STILL) for org in range(len(ORGS))
    ]
    for team in range(len(TEAMS)):
        for seat in range(SEATS):
            rows += _occupants(random, span, team, seat, steady)
    ids, home, seats, hired, left = (list(column) for column in zip(*rows, strict=True))
    orgs = [
        list(ORGS)[ORG_OF_TEAM[team] if team >= 0 else int(number[3:5])]
        for team, number in zip(home, ids, strict=True)
    ]
    fte = np.where(random.random(len(ids)) < 0.08, 0.8, 1.0)
    days = np.arange(span.days)
    employed = (days >= np.array(hired)[:, None]) & (days < np.array(left)[:, None])
    team_by_day = np.where(employed, np.array(home)[:, None], -1).astype(np.int8)
    people = People(
        seed,
        span,
        ids,
        person_names(random, orgs),
        np.array(home),
        np.array(seats),
        np.array(hired),
        np.array(left),
        fte,
        team_by_day,
        leave_days(stream(seed, "leave"), span, np.array(hired), np.array(left)),
    )
    _move(random, people, steady)
    _stay_away(people)
    return people


def _stay_away(people: People) -> None:
    """One of those who remain in the overloaded team is on parental leave from the story's first week on."""
    story = stories()["overloaded_team"]
    assert story.weeks is not None
    last = people.span.days - 1
    first = max(last + 1 - round(7 * story.weeks[0]), 0)
    team = TEAM_NAMES.index(story.conditions["team"])
    here = (people.team[:, last] == team) & (people.team[:, first] == team) & ~people.managers
    longest = sorted(np.flatnonzero(here), key=lambda person: int(people.hired[person]))
    for person in longest[:1]:
        people.away[person, first : last + 1 + PARENTAL_DAYS_LEFT] = PARENTAL


def _occupants(
    random: np.random.Generator, span: Span, team: int, seat: int, steady: set[str]
) -> list[tuple[str, int, int, int, int]]:
    """One seat's occupants: (number, team, seat, first day, day after the last)."""
    grown = seat == SEATS - 1 and team % 2 == 0  # six seats were added during the period
    hired = int(random.uniform(0.2, 0.7) * span.days) if grown else -int(random.gamma(1.6, 500)) - 30
    emptied = span.days - 7 * 12 + 5 * seat if leaves_in_story(team, seat) else STILL
    rows = []
    for letter in "abcdefghij":
        number = f"E{team + 1:02d}{seat:02d}{letter}"
        left = max(hired, 0) + int(random.exponential(365 / LEAVERS_PER_YEAR)) + 45
        vacant = int(random.integers(21, 80))
        left = emptied if left > emptied - 60 else left
        if number in steady or left >= span.days:
            left = STILL if emptied == STILL else emptied
        rows.append((number, team, seat, hired, left))
        hired = left + vacant
        if hired >= span.days or left == emptied:
            break
    return rows


def leaves_in_story(team: int, seat: int) -> bool:
    """Whether the seat falls empty in the weeks in which a team's backlog grows, and stays so."""
    return TEAM_NAMES[team] == stories()["backlog_grows"].conditions["team"] and seat in (2, 5, 7)


def _move(random: np.random.Generator, people: People, steady: set[str]) -> None:
    """Two specialists of one organisation change places, a few times a year."""
    span = people.span
    for _ in range(round(MOVES_PER_YEAR * span.days / 365)):
        day = int(random.integers(30, max(span.days - 120, 31)))
        org = int(random.integers(len(ORGS)))
        near = np.flatnonzero(_movable(people, day, steady) & (ORG_OF_TEAM[people.team[:, day]] == org))
        if len(near) < 2:
            continue
        first, second = random.choice(near, 2, replace=False)
        one, other = int(people.team[first, day]), int(people.team[second, day])
        if one == other:
            continue
        for person, goes_to in ((first, other), (second, one)):
            stays = people.team[person, day:]
            stays[stays >= 0] = goes_to


def _movable(people: People, day: int, steady: set[str]) -> NDArray[np.bool_]:
    named = np.array([employee in steady for employee in people.ids])
    stays = (people.hired < day - 200) & (people.left > day + 60)
    growing = [TEAM_NAMES.index(stories()["backlog_grows"].conditions["team"])]
    return np.asarray(stays & ~named & ~people.managers & ~np.isin(people.team[:, day], growing))
