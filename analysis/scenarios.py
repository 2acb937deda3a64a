"""What could be done about load: changes of people, work and promises, checked before they are simulated."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

MOST_CHANGES: Final = 12
MOST_PEOPLE: Final = 200
LONGEST_MINUTES: Final = 24 * 60.0
LONGEST_SHIFT: Final = 30
MOST_OVERTIME: Final = 20.0
"""Hours of overtime one person can do in a week."""


class ScenarioError(ValueError):
    """A scenario that cannot be; the message is one sentence that says why and what would do."""


@dataclass(frozen=True)
class Hire:
    """`people` full-time beginners start in a team on a day; they ramp and take mentors' time."""

    team: str
    people: int
    on: dt.date


@dataclass(frozen=True)
class Move:
    """`people` of a team work for another one from a day on, with the tenure they have."""

    origin: str
    team: str
    people: int
    on: dt.date


@dataclass(frozen=True)
class StandardTime:
    """A case of a type of work takes `minutes` on average from a day on."""

    work: str
    minutes: float
    on: dt.date


@dataclass(frozen=True)
class LessPreventable:
    """From a day on a share (0 to 1) of the preventable cases no longer arrives."""

    share: float
    on: dt.date


@dataclass(frozen=True)
class DueShift:
    """Cases of a type of work that arrive from a day on are due `days` working days later, or earlier."""

    work: str
    days: int
    on: dt.date


@dataclass(frozen=True)
class Overtime:
    """Everyone in a team works `hours` more a week, from a day through a last day."""

    team: str
    hours: float
    on: dt.date
    until: dt.date


Change = Hire | Move | StandardTime | LessPreventable | DueShift | Overtime


@dataclass(frozen=True)
class Scenario:
    """Changes that hold together; without any, everything stays as it is."""

    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Surroundings:
    """What a scenario can be about: the days that are simulated, the teams with their people, the work.

    `first` and `last` are the first and last day simulated, `people` heads per team on the first day, `names`
    what a reader calls a team or a type of work. `preventable` is the preventable share of the arrivals per
    type of work; types the source does not judge are missing. `minutes` are those a case of each type takes
    now, the mean over the cases the teams expect.
    """

    first: dt.date
    last: dt.date
    people: Mapping[str, int]
    works: Collection[str]
    preventable: Mapping[str, float]
    names: Mapping[str, str]
    minutes: Mapping[str, float]

    def named(self, key: str) -> str:
        """What a reader calls a team or a type of work."""
        return self.names.get(key, key)


def check(scenario: Scenario, around: Surroundings) -> None:
    """Hold a scenario against what there is.

    Raises ScenarioError with one sentence for the first change that cannot be: a day before the first or
    beyond the last one simulated, less than one person or more than a team has, a standard time that is not
    positive, an unknown team or type of work.
    """
    if len(scenario.changes) > MOST_CHANGES:
        raise ScenarioError(
            f"A scenario holds at most {MOST_CHANGES} changes, this one {len(scenario.changes)}."
        )
    for change in scenario.changes:
        _day(change.on, around)
        _CHECKS[type(change)](change, around)
    for team in around.people:
        leaving = sum(c.people for c in scenario.changes if isinstance(c, Move) and c.origin == team)
        coming = sum(c.people for c in scenario.changes if isinstance(c, Hire | Move) and c.team == team)
        if leaving > around.people[team] + coming:
            more = f", and {coming} more with the changes" if coming else ""
            raise ScenarioError(
                f"{around.named(team)} has {around.people[team]} people{more}; {leaving} cannot move from it."
            )


def _day(day: dt.date, around: Surroundings) -> None:
    if day < around.first:
        raise ScenarioError(
            f"{_written(day)} is over: nothing can change before {_written(around.first)}, the first day "
            "after the data."
        )
    if day > around.last:
        raise ScenarioError(
            f"{_written(day)} is beyond what is simulated, which ends on {_written(around.last)}."
        )


def _team(team: str, around: Surroundings) -> None:
    if team not in around.people:
        raise ScenarioError(f"There is no team “{team[:60]}” among those shown.")


def _work(work: str, around: Surroundings) -> None:
    if work not in around.works:
        raise ScenarioError(f"There is no type of work “{work[:60]}” here.")


def _heads(people: int, doing: str) -> None:
    if people < 1:
        raise ScenarioError(f"{_signed(people)} people cannot {doing}; it takes at least one.")
    if people > MOST_PEOPLE:
        raise ScenarioError(f"At most {MOST_PEOPLE} people can {doing} in one change, not {people}.")


def _hire(change: Hire, around: Surroundings) -> None:
    _team(change.team, around)
    _heads(change.people, "start")


def _move(change: Move, around: Surroundings) -> None:
    _team(change.origin, around)
    _team(change.team, around)
    if change.origin == change.team:
        raise ScenarioError(f"People of {around.named(change.team)} are there already; choose another team.")
    _heads(change.people, "move")


def _standard_time(change: StandardTime, around: Surroundings) -> None:
    _work(change.work, around)
    if not math.isfinite(change.minutes) or change.minutes <= 0:
        raise ScenarioError(
            f"A standard time of {_signed(change.minutes)} minutes is not possible; it is more than zero."
        )
    if change.minutes > LONGEST_MINUTES:
        raise ScenarioError(f"A standard time is at most {LONGEST_MINUTES:.0f} minutes, one whole day.")


def _less_preventable(change: LessPreventable, around: Surroundings) -> None:
    if not math.isfinite(change.share) or not 0 < change.share <= 1:
        raise ScenarioError(
            f"{_signed(round(change.share * 100, 1))} % of the preventable cases cannot be cut; it is more "
            "than 0 % and at most 100 %."
        )
    if not any(around.preventable.values()):
        raise ScenarioError("The source does not say which cases were preventable, so none can be cut.")


def _due_shift(change: DueShift, around: Surroundings) -> None:
    _work(change.work, around)
    if change.days == 0 or abs(change.days) > LONGEST_SHIFT:
        raise ScenarioError(
            f"Due days cannot be shifted by {_signed(change.days)} working days; choose 1 to {LONGEST_SHIFT} "
            "later or earlier."
        )


def _overtime(change: Overtime, around: Surroundings) -> None:
    _team(change.team, around)
    if not math.isfinite(change.hours) or not 0 < change.hours <= MOST_OVERTIME:
        raise ScenarioError(
            f"{_signed(change.hours)} hours of overtime a week are not possible; choose more than 0 and at "
            f"most {MOST_OVERTIME:.0f}."
        )
    if change.until < change.on:
        raise ScenarioError(
            f"The overtime ends on {_written(change.until)}, before it starts on {_written(change.on)}."
        )


_CHECKS: Final[Mapping[type, Callable[..., None]]] = {
    Hire: _hire,
    Move: _move,
    StandardTime: _standard_time,
    LessPreventable: _less_preventable,
    DueShift: _due_shift,
    Overtime: _overtime,
}


def _written(day: dt.date) -> str:
    return f"{day.day} {day:%b %Y}"


def _signed(value: float) -> str:
    """A number as written in sentences, with a true minus."""
    return f"{value:g}".replace("-", "−")
