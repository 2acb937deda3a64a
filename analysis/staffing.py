"""Hours a team can give to cases on each coming day: who is there, how far trained, who falls ill or leaves.

People who are there give hours × FTE × productivity of their tenure. Booked leave is certain. Further absence
comes in spells that begin at a measured rate and last a geometric number of days; leaving is a constant
hazard, so the time to it is exponential (Bartholomew, Forbes & McClean, Statistical Techniques for Manpower
Planning, 2nd ed. 1991, ch. 2). Each person draws from an own stream of random numbers: adding one changes
nothing of the others, so plans compared under one seed differ only by what was changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Runs = NDArray[np.float32]

LONG_AGO = -100_000
"""A first day so far back that the curve of new hires is over."""
_ATTRITION, _ABSENCE = 1, 2
KEPT_BYTES = 16 * 2**20
"""Memory for the newest sums of hours: those of some fifteen teams in 2,000 futures of half a year."""
_NEWEST: LRUCache[object, tuple[tuple[Person, ...], Runs, object]] = LRUCache(
    KEPT_BYTES, getsizeof=lambda kept: kept[1].nbytes
)
_LOCK = Lock()
DAYS_OF_YEAR = 365.25


@dataclass(frozen=True)
class Person:
    """One person's part in one team; days count from the first simulated day, 0.

    `starts` and `ends` are the first and last day in this team (None: no end known), `hired` the day tenure
    counts from, `away` the days of booked leave and of holidays of the own site. Who works for two teams is
    one Person in each, with the part of the FTE given there.
    """

    team: str
    fte: float = 1.0
    starts: int = 0
    ends: int | None = None
    hired: int = LONG_AGO
    away: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.fte <= 1:
            raise ValueError(f"an FTE of {self.fte} is not between 0 and 1")
        if self.ends is not None and self.ends < self.starts:
            raise ValueError("a person's last day lies before the first")


@dataclass(frozen=True)
class Absence:
    """Absence nobody booked: spells begun per person and working day at work, mean working days of a spell.

    `starts` is one number, or one per simulated day.
    """

    starts: float | Floats
    mean_days: float

    def __post_init__(self) -> None:
        if np.min(self.starts) < 0 or np.max(self.starts) > 1:
            raise ValueError("the rate of absence per person and day is a share")
        if self.mean_days < 1:
            raise ValueError("a spell of absence lasts a day or more")


@dataclass(frozen=True)
class Staff:
    """A team's people and what an hour of theirs is worth.

    `working` tells for each simulated day whether the team's calendar is open. `hours` are those of a full
    FTE on a day at work, after training and meetings; `case_share` is the largest part of them that can go
    to cases. `ramp` is the productivity by week of tenure (1 once it is over), `mentoring` the hours a day
    a new hire takes from others by week of tenure. `attrition` is the yearly hazard of leaving.
    `overtime` adds a share of hours per simulated day.
    """

    people: tuple[Person, ...]
    working: Bools
    hours: float
    case_share: float = 1.0
    ramp: tuple[float, ...] = ()
    mentoring: tuple[float, ...] = ()
    attrition: float = 0.0
    absences: tuple[Absence, ...] = ()
    overtime: Floats | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.hours <= 24:
            raise ValueError(f"a working day of {self.hours} hours is impossible")
        if not 0 <= self.case_share <= 1:
            raise ValueError("the share of hours given to cases lies between 0 and 1")
        if self.attrition < 0 or min((*self.ramp, *self.mentoring, 0.0)) < 0:
            raise ValueError("attrition, productivity and mentoring are not negative")
        if self.overtime is not None and len(self.overtime) != len(self.working):
            raise ValueError("overtime names a share for every simulated day")


def hours_of(staff: Staff, person: Person) -> tuple[Floats, Floats]:
    """Case hours the person gives, and hours of others the person takes, per simulated day.

    Both hold if the person neither falls ill nor leaves; 0 on closed days, on leave and outside the team.
    """
    days = np.arange(len(staff.working))
    there = staff.working & (days >= person.starts)
    if person.ends is not None:
        there &= days <= person.ends
    booked = [day for day in person.away if 0 <= day < len(days)]
    there[booked] = False
    weeks = np.maximum(days - person.hired, 0) // 7
    extra = 1.0 if staff.overtime is None else 1.0 + staff.overtime
    given = there * (staff.hours * staff.case_share * person.fte) * _by_week(staff.ramp, weeks, 1.0) * extra
    return given, there * person.fte * _by_week(staff.mentoring, weeks, 0.0)


def expected_hours(staff: Staff) -> Floats:
    """Mean case hours of the team per simulated day, random absence and leaving included.

    Absence at the level it settles at; at first nobody is ill who is not booked as away.
    """
    days = np.arange(len(staff.working))
    survival = np.exp(-staff.attrition * days / DAYS_OF_YEAR)
    absent = np.zeros(len(days))
    for absence in staff.absences:
        # Beginnings are a Poisson process whose spells may overlap: away unless none of them lasts (M/G/∞).
        load = np.broadcast_to(np.asarray(absence.starts, float), days.shape) * absence.mean_days
        absent = 1 - (1 - absent) * np.exp(-load)
    there = survival * (1 - absent)
    total = np.zeros(len(days))
    for person in staff.people:
        given, taken = hours_of(staff, person)
        total += (given - taken) * there
    return np.maximum(total, 0.0)


def simulate_hours(staff: Staff, runs: int, seed: Sequence[int]) -> Runs:
    """Case hours of the team, shape (simulated days, runs); never below 0.

    The same seed gives each person, by place in the list, the same illness and the same day of leaving. The
    newest sums are kept, so that who joins them is only added.
    """
    days = len(staff.working)
    same = (staff.working, staff.absences, staff.overtime)
    worth = (staff.hours, staff.case_share, staff.ramp, staff.mentoring, staff.attrition)
    key = (*map(id, same), worth, runs, tuple(seed))
    open_days = np.flatnonzero(staff.working)
    with _LOCK:
        before, on_days, _ = _NEWEST.get(key, ((), np.zeros((0, runs), np.float32), same))
    total = np.zeros((days, runs), np.float32)
    known = len(before) if before == staff.people[: len(before)] else 0
    if known:
        total[open_days] = on_days
    for place, person in enumerate(staff.people[known:], known):
        given, taken = hours_of(staff, person)
        net = (given - taken).astype(np.float32)
        gone = np.zeros((days, runs), bool)
        if staff.attrition > 0:
            random = np.random.default_rng([*seed, place, _ATTRITION])
            _leave(gone, max(person.starts, 0), staff.attrition, random)
        for kind, absence in enumerate(staff.absences):
            random = np.random.default_rng([*seed, place, _ABSENCE, kind])
            _fall_ill(gone, np.flatnonzero(net), absence, random)
        total += np.where(gone, np.float32(0), net[:, None])
    with _LOCK:
        if key not in _NEWEST and len(open_days) * runs * total.itemsize <= KEPT_BYTES:
            # On closed days there are none. `same` too: an id is theirs only while they live.
            _NEWEST[key] = (staff.people, total[open_days], same)
    return np.maximum(total, 0.0, out=total)


def _leave(gone: Bools, begins: int, attrition: float, random: np.random.Generator) -> None:
    """Mark the days from leaving on, in the runs in which that day comes."""
    leaves = np.asarray(begins + random.standard_exponential(gone.shape[1]) * (DAYS_OF_YEAR / attrition))
    leaving = np.flatnonzero(leaves < len(gone))
    gone[:, leaving] |= np.arange(len(gone))[:, None] >= np.floor(leaves[leaving])[None, :]


def _fall_ill(gone: Bools, at_work: NDArray[np.int64], absence: Absence, random: np.random.Generator) -> None:
    """Mark the days of random spells among the days `at_work`, on which the person would be there.

    Spells are few, so their beginnings are drawn as the points of a Poisson process, not day by day.
    """
    if not len(at_work):
        return
    rates = np.broadcast_to(np.asarray(absence.starts, float), (len(gone),))[at_work]
    clock = np.concatenate([[0.0], np.cumsum(rates)])
    counts = random.poisson(float(clock[-1]), gone.shape[1])
    run = np.repeat(np.arange(gone.shape[1]), counts)
    begins = np.searchsorted(clock, random.random(len(run)) * clock[-1], side="right") - 1
    lasts = random.geometric(1 / absence.mean_days, len(run))
    lengths = np.minimum(lasts, len(at_work) - begins)
    each = np.repeat(np.arange(len(run)), lengths)
    offset = np.arange(len(each)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    gone[at_work[begins[each] + offset], run[each]] = True


def _by_week(curve: tuple[float, ...], weeks: NDArray[np.int64], after: float) -> Floats:
    values = np.array([*curve, after])
    return values[np.minimum(weeks, len(curve))]
