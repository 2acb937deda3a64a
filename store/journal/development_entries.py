"""What is written about a person's development, as small frozen records, and what each may hold."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeVar

from store.errors import StoreError

GoalStatus = Literal["open", "reached", "dropped"]
Ready = Literal["now", "in_a_year", "later"]

GOAL_STATUSES: Final = ("open", "reached", "dropped")
READY: Final = ("now", "in_a_year", "later")
CASE_KINDS: Final = ("escalations", "appeals", "enforcements", "investigations")
LONGEST_LINE: Final = 200
LONGEST_LINK: Final = 2_000
LONGEST_NOTES: Final = 10_000
FIRST_DAY, LAST_DAY = dt.date(1970, 1, 1), dt.date(2100, 1, 1)
MANAGER_OF: Final = "team:"
"""Begins a role that is the manager's of a team: "team:emea-1"."""


class EntryRefused(StoreError):
    """The entry cannot be kept as it is; the message says why."""

    exit_code = 2


@dataclass(frozen=True)
class Stamp:
    """Who wrote an entry first and last, and the version a change of it must name. Times are UTC."""

    entry_id: int
    author: str
    created_at: dt.datetime
    changed_by: str
    changed_at: dt.datetime
    version: int
    origin: str


@dataclass(frozen=True)
class Entry:
    """Something written about a person; without a stamp it was not kept yet."""

    person: str
    stamp: Stamp | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class OneOnOne(Entry):
    """A talk that was held, its notes, and the agreed day of the next."""

    held_on: dt.date
    notes: str = ""
    next_on: dt.date | None = None


@dataclass(frozen=True)
class FollowUp(Entry):
    """What was agreed, who does it until when; `done_on` None while open."""

    text: str
    owner: str
    due: dt.date | None = None
    done_on: dt.date | None = None


@dataclass(frozen=True)
class Goal(Entry):
    """What a person works towards and why; `evidence` is a link to what shows it."""

    title: str
    why: str = ""
    due: dt.date | None = None
    status: GoalStatus = "open"
    evidence: str = ""


@dataclass(frozen=True)
class Certification(Entry):
    """A proof of knowledge: `achieved` None while a person prepares for it, `expires` its last day."""

    name: str
    achieved: dt.date | None = None
    expires: dt.date | None = None


@dataclass(frozen=True)
class Career(Entry):
    """The role a person works towards, when they are ready, and the role they would fill ("team:emea-1")."""

    aims_at: str
    ready: Ready = "later"
    covers: str = ""


@dataclass(frozen=True)
class CoachingMark(Entry):
    """A case to talk through with its specialist, and what to look at; `done_on` None while open."""

    case_kind: str
    case_id: str
    note: str = ""
    done_on: dt.date | None = None


E = TypeVar("E", bound=Entry)

_LINES: Final[dict[type[Entry], tuple[tuple[str, str, bool], ...]]] = {
    OneOnOne: (),
    FollowUp: (("text", "what was agreed", True), ("owner", "who does it", True)),
    Goal: (("title", "the goal", True),),
    Certification: (("name", "the certification", True),),
    Career: (("aims_at", "the role aimed at", True), ("covers", "the role covered", False)),
    CoachingMark: (("case_id", "the case", True),),
}
"""Texts on one line: column, its name in a sentence, and whether it must be there."""

_NOTES: Final[dict[type[Entry], tuple[tuple[str, str], ...]]] = {
    OneOnOne: (("notes", "the notes"),),
    FollowUp: (),
    Goal: (("why", "the reason"),),
    Certification: (),
    Career: (),
    CoachingMark: (("note", "what to look at"),),
}

_HAPPENED: Final[dict[type[Entry], tuple[tuple[str, str], ...]]] = {
    OneOnOne: (("held_on", "the day it was held"),),
    FollowUp: (("done_on", "the day it was done"),),
    Certification: (("achieved", "the day achieved"),),
    CoachingMark: (("done_on", "the day it was talked through"),),
}
"""Days of what has happened: they cannot lie ahead."""


def checked(entry: E) -> E:
    """The entry with clean texts. Raises EntryRefused with one sentence on the first thing that is wrong."""
    found: dict[str, object] = {"person": _line("the person", entry.person, required=True)}
    for name, words, required in _LINES[type(entry)]:
        found[name] = _line(words, getattr(entry, name), required=required)
    for name, words in _NOTES[type(entry)]:
        found[name] = _notes(words, getattr(entry, name))
    sound = replace(entry, **found)  # type: ignore[arg-type]
    _check_rest(sound)
    return sound


def check_happened(entry: Entry, newest: dt.date) -> None:
    """Raise EntryRefused where something that is said to have happened lies after the day `newest`."""
    for name, words in _HAPPENED.get(type(entry), ()):
        day = getattr(entry, name)
        if day is not None and day > newest:
            raise EntryRefused(f"{words}, {day.isoformat()}, is still to come")


def one_line(written: str) -> str:
    """A text on one line without what no database keeps (NUL) or no reader sees (control characters)."""
    return " ".join("".join(letter if _is_kept(letter) else " " for letter in written).split())


def is_safe_link(link: str) -> bool:
    """Whether a link stays in this app ("/cases?case=E1", "?team=x") or is a web address."""
    inside = link.startswith(("/", "?")) and not link.startswith(("//", "/\\"))
    return inside or link.startswith(("https://", "http://"))


def _is_kept(letter: str) -> bool:
    # Marks of writing direction and joiners are no control characters: some scripts need them.
    return letter.isprintable() or letter in "\u200c\u200d\u200e\u200f"


def _line(words: str, written: str, *, required: bool) -> str:
    line = one_line(written)
    if required and not line:
        raise EntryRefused(f"{words} is missing")
    if len(line) > LONGEST_LINE:
        raise EntryRefused(f"{words} is longer than {LONGEST_LINE} characters; say more in the notes")
    return line


def _notes(words: str, written: str) -> str:
    kept = "\n".join(
        "".join(letter if _is_kept(letter) else " " for letter in line).rstrip()
        for line in written.replace("\t", " ").splitlines()
    ).strip()
    if len(kept) > LONGEST_NOTES:
        raise EntryRefused(f"{words}: {len(kept):,} characters; at most {LONGEST_NOTES:,} can be kept")
    return kept


def _check_rest(entry: Entry) -> None:
    if isinstance(entry, OneOnOne):
        if entry.held_on is None:  # a form can send an empty field
            raise EntryRefused("the day it was held is missing")
        _day("the day it was held", entry.held_on)
        _day("the day of the next", entry.next_on)
        _order("the next one", entry.next_on, "the one held", entry.held_on)
    elif isinstance(entry, FollowUp):
        _day("the due day", entry.due)
        _day("the day it was done", entry.done_on)
    elif isinstance(entry, Goal):
        _day("the due day", entry.due)
        _word("status", entry.status, GOAL_STATUSES)
        if len(entry.evidence) > LONGEST_LINK:
            raise EntryRefused(f"the link is longer than {LONGEST_LINK:,} characters")
        if entry.evidence and (
            not is_safe_link(entry.evidence) or one_line(entry.evidence) != entry.evidence
        ):
            raise EntryRefused(
                "the evidence must be a link: one of this app, or one that begins with https://"
            )
    elif isinstance(entry, Certification):
        _day("the day achieved", entry.achieved)
        _day("the day it expires", entry.expires)
        _order("the last day", entry.expires, "the day achieved", entry.achieved)
    elif isinstance(entry, Career):
        _word("readiness", entry.ready, READY)
    elif isinstance(entry, CoachingMark):
        _word("kind of case", entry.case_kind, CASE_KINDS)
        _day("the day it was done", entry.done_on)


def _day(words: str, day: dt.date | None) -> None:
    if day is not None and not FIRST_DAY <= day < LAST_DAY:
        raise EntryRefused(f"{words}, {day.isoformat()}, cannot be meant")


def _order(later: str, after: dt.date | None, earlier: str, before: dt.date | None) -> None:
    if after is not None and before is not None and after < before:
        raise EntryRefused(f"{later} ({after.isoformat()}) is before {earlier} ({before.isoformat()})")


def _word(words: str, written: str, allowed: tuple[str, ...]) -> None:
    if written not in allowed:
        raise EntryRefused(f"{words} must be one of {', '.join(allowed)}")
