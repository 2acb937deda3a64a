"""People's development for pages: what the journal holds of one person, and writes that show at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from threading import Lock
from typing import TypeVar

from cachetools import TTLCache

from queries.journal import READ_EVERY_SECONDS, kept_open
from store import journal as stored
from store.journal import (
    Access,
    Career,
    Certification,
    CoachingMark,
    Development,
    Entry,
    EntryChanged,
    EntryRefused,
    FollowUp,
    Goal,
    OneOnOne,
    Stamp,
)
from store.location import Location

__all__ = [
    "Access",
    "Career",
    "Certification",
    "CoachingMark",
    "Entry",
    "EntryChanged",
    "EntryRefused",
    "FollowUp",
    "Goal",
    "OneOnOne",
    "PersonDevelopment",
    "Stamp",
    "archive",
    "current",
    "everyone",
    "marks_of_case",
    "next_one_on_ones",
    "of_person",
    "save",
    "views_of",
]

E = TypeVar("E", bound=Entry)
_kept: TTLCache[str, Development] = TTLCache(8, READ_EVERY_SECONDS)
_keeping = Lock()


@dataclass(frozen=True)
class PersonDevelopment:
    """What is written about one person.

    1:1s newest first; follow-ups, goals and marks the open ones first and those by due day or age, the done
    ones after them, newest first; certifications by name; careers as written.
    """

    person: str
    one_on_ones: tuple[OneOnOne, ...]
    follow_ups: tuple[FollowUp, ...]
    goals: tuple[Goal, ...]
    certifications: tuple[Certification, ...]
    careers: tuple[Career, ...]
    marks: tuple[CoachingMark, ...]

    @property
    def open_follow_ups(self) -> tuple[FollowUp, ...]:
        """What was agreed and is not done."""
        return tuple(agreed for agreed in self.follow_ups if agreed.done_on is None)

    @property
    def open_goals(self) -> tuple[Goal, ...]:
        """Goals neither reached nor dropped."""
        return tuple(goal for goal in self.goals if goal.status == "open")

    @property
    def open_marks(self) -> tuple[CoachingMark, ...]:
        """Cases still to be talked through."""
        return tuple(mark for mark in self.marks if mark.done_on is None)

    @property
    def last_held(self) -> dt.date | None:
        """Day of the newest 1:1."""
        return self.one_on_ones[0].held_on if self.one_on_ones else None


def everyone(location: Location) -> Development:
    """All listed entries, at most five seconds old and never older than a write of this process."""
    name = str(location)
    with _keeping:
        found = _kept.get(name)
        if found is None:
            found = _kept[name] = stored.development(kept_open(location))
        return found


def of_person(location: Location, person: str) -> PersonDevelopment:
    """What is written about one person; all empty where nothing is."""
    written = everyone(location)
    return PersonDevelopment(
        person,
        tuple(
            sorted(
                _about(person, written.one_on_ones),
                key=lambda talk: (talk.held_on, _number(talk)),
                reverse=True,
            )
        ),
        _open_first(person, written.follow_ups),
        _goals(person, written.goals),
        tuple(sorted(_about(person, written.certifications), key=lambda proof: proof.name.casefold())),
        _about(person, written.careers),
        _open_first(person, written.coaching_marks),
    )


def marks_of_case(location: Location, case_kind: str, case_id: str) -> tuple[CoachingMark, ...]:
    """The coaching marks of one case, oldest first."""
    return tuple(
        mark
        for mark in everyone(location).coaching_marks
        if (mark.case_kind, mark.case_id) == (case_kind, case_id)
    )


def next_one_on_ones(location: Location, on: dt.date) -> dict[str, dt.date]:
    """Per person the agreed day of the next 1:1, from `on` on; people without one are not in it."""
    newest: dict[str, OneOnOne] = {}
    for talk in everyone(location).one_on_ones:
        held = newest.get(talk.person)
        if held is None or (talk.held_on, _number(talk)) > (held.held_on, _number(held)):
            newest[talk.person] = talk
    return {who: talk.next_on for who, talk in newest.items() if talk.next_on and talk.next_on >= on}


def save(location: Location, entry: E, author: str) -> E:
    """Keep a new or changed entry as of now; every page of this process shows it from then on.

    Raises EntryRefused, EntryChanged, or StoreError where the journal cannot be written.
    """
    try:
        return stored.save_entry(kept_open(location), entry, author, _now())
    finally:
        _forget(location)


def archive(location: Location, entry: E, author: str) -> E:
    """Take an entry off the lists. Raises what `save` does."""
    try:
        return stored.archive_entry(kept_open(location), entry, author, _now())
    finally:
        _forget(location)


def current(location: Location, entry: E) -> E | None:
    """The entry as the journal holds it now; None when it was removed or never kept."""
    if entry.stamp is None:
        return None
    held = stored.entries(kept_open(location), type(entry), entry.person)
    return next((found for found in held if _number(found) == entry.stamp.entry_id), None)


def views_of(location: Location, person: str, most: int) -> list[Access]:
    """Who looked at a person's page or exported it, newest first, at most `most`; as of now."""
    return stored.accesses(kept_open(location), person, most)


def _forget(location: Location) -> None:
    with _keeping:
        _kept.pop(str(location), None)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)


def _about(person: str, written: tuple[E, ...]) -> tuple[E, ...]:
    return tuple(entry for entry in written if entry.person == person)


def _number(entry: Entry) -> int:
    return entry.stamp.entry_id if entry.stamp else 0


def _goals(person: str, goals: tuple[Goal, ...]) -> tuple[Goal, ...]:
    own = _about(person, goals)
    waiting = sorted(
        (goal for goal in own if goal.status == "open"),
        key=lambda goal: (goal.due or dt.date.max, _number(goal)),
    )
    closed = sorted((goal for goal in own if goal.status != "open"), key=_number, reverse=True)
    return (*waiting, *closed)


Closing = TypeVar("Closing", bound=FollowUp | CoachingMark)


def _open_first(person: str, written: tuple[Closing, ...]) -> tuple[Closing, ...]:
    own = _about(person, written)
    waiting = sorted((entry for entry in own if entry.done_on is None), key=_waiting_order)
    done = sorted((entry for entry in own if entry.done_on is not None), key=_done_order, reverse=True)
    return (*waiting, *done)


def _waiting_order(entry: FollowUp | CoachingMark) -> tuple[dt.date, int]:
    due = entry.due if isinstance(entry, FollowUp) else None
    return (due or dt.date.max, _number(entry))


def _done_order(entry: FollowUp | CoachingMark) -> tuple[dt.date, int]:
    return (entry.done_on or dt.date.min, _number(entry))
