"""What the people of the simulated operation wrote on each other's development: 1:1s, goals, coaching."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from sample_data.development_texts import CERTIFICATES, COACHING, FOLLOW_UPS, GOALS, TALKS
from sample_data.journal_actions import Entry
from sample_data.operation import ORG_OF_TEAM, ORGS, TEAM_NAMES
from sample_data.people import People, employ
from sample_data.span import DAY, Span, default_end
from sample_data.streams import stream
from store.settings import Settings

TALK_WEEKS = 26
SELDOM_TALKS = "amer-4"
"""The team whose manager seldom finds the time."""
UNCOVERED = ("emea-3", "amer-4", "india-2", "americas")
"""Teams whose manager nobody could replace."""

Cases = Mapping[str, Sequence[tuple[str, str]]]


def development_entries(
    *, seed: int = 7, weeks: int = 156, end: dt.date | None = None, settings: Settings, cases: Cases
) -> list[Entry]:
    """Entries by and about the people of `simulate` with the same `seed`, `weeks` and `end`.

    Each has `entry` (one_on_one, follow_up, goal, certification, career or coaching_mark), `person` (employee
    number), `author`, `written_on`, and the columns of its table. `cases` are newest cases per person, as
    (table, number), to be talked through.
    """
    organisation = settings.organisation
    span = Span(
        end or default_end(organisation.week_start, organisation.time_zone), weeks, organisation.time_zone
    )
    people = employ(seed, span)
    random = stream(seed, "development")
    found: list[Entry] = []
    for person in np.flatnonzero(people.team[:, -1] >= 0).tolist():
        found += _talks(people, person, random)
        found += _agreed(people, person, random)
        found += _goals(people, person, random)
        found += _certificates(people, person, random)
        found += _coached(people, person, cases, random)
    return [*found, *_careers(people, random)]


def _talks(people: People, person: int, random: np.random.Generator) -> Iterator[Entry]:
    """A 1:1 every second week, for half a year at most; the newest names the next."""
    span, here = people.span, int(people.hired[person])
    team = TEAM_NAMES[people.team[person, -1]]
    every = 9 if team == SELDOM_TALKS else 2
    first = int(random.integers(0, every))
    weekday = int(random.integers(0, 4))
    talks = [
        span.end - DAY * (7 * week + 6 - weekday)
        for week in range(first, TALK_WEEKS, every)
        if span.days - 7 * week - 7 > here and random.random() > 0.06
    ]
    for place, held in enumerate(reversed(talks)):
        newest = place == len(talks) - 1
        agreed = newest and team != SELDOM_TALKS and random.random() < 0.9
        yield {
            **_by(people, person, "one_on_one", held),
            "held_on": held,
            "notes": _choice(random, TALKS),
            "next_on": held + DAY * 7 * every if agreed else None,
        }


def _agreed(people: People, person: int, random: np.random.Generator) -> Iterator[Entry]:
    end = people.span.end
    for place in range(int(random.integers(1, 4))):
        written = end - DAY * int(random.integers(10, 80))
        due = written + DAY * 21
        done = place > 0 and random.random() < 0.8
        yield {
            **_by(people, person, "follow_up", written),
            "text": _choice(random, FOLLOW_UPS),
            "owner": people.names[person if random.random() < 0.75 else _boss(people, person)],
            "due": due if done else max(due, end - DAY * int(random.integers(-12, 8))),
            "done_on": min(due - DAY * int(random.integers(0, 6)), end) if done else None,
        }


def _goals(people: People, person: int, random: np.random.Generator) -> Iterator[Entry]:
    end, number = people.span.end, people.ids[person]
    for place in random.permutation(len(GOALS))[: int(random.integers(1, 3))].tolist():
        title, why, page = GOALS[place]
        written = end - DAY * int(random.integers(30, 170))
        status = str(
            random.choice(["open", "open", "open", "reached", "dropped"], p=[0.25] * 3 + [0.2, 0.05])
        )
        yield {
            **_by(people, person, "goal", written),
            "title": title,
            "why": why,
            "due": written + DAY * 120,
            "status": status,
            "evidence": f"/{page}?member={number}",
        }


def _certificates(people: People, person: int, random: np.random.Generator) -> Iterator[Entry]:
    end = people.span.end
    if random.random() < 0.55:
        achieved = end - DAY * int(random.integers(20, 720))
        yield {
            **_by(people, person, "certification", achieved),
            "name": _choice(random, CERTIFICATES),
            "achieved": achieved,
            "expires": achieved + DAY * 730 if random.random() < 0.8 else None,
        }


def _coached(people: People, person: int, cases: Cases, random: np.random.Generator) -> Iterator[Entry]:
    """Up to two cases, of every third person."""
    chosen = cases.get(people.ids[person], ())[: int(random.integers(1, 3))]
    if random.random() > 0.35:
        return
    end = people.span.end
    for place, (kind, number) in enumerate(chosen):
        yield {
            **_by(people, person, "coaching_mark", end),
            "case_kind": kind,
            "case_id": number,
            "note": _choice(random, COACHING),
            "done_on": end if place and random.random() < 0.5 else None,
        }


def _careers(people: People, random: np.random.Generator) -> Iterator[Entry]:
    """The two longest-serving people of each team work towards its lead, a manager towards the director's."""
    end = people.span.end
    for place, team in enumerate(TEAM_NAMES):
        here = np.flatnonzero((people.team[:, -1] == place) & ~people.managers)
        for rank, person in enumerate(here[np.argsort(people.hired[here], kind="stable")][:2].tolist()):
            ready = "now" if rank == 0 and random.random() < 0.6 else "in_a_year" if rank == 0 else "later"
            yield {
                **_by(people, person, "career", end - DAY * int(random.integers(20, 150))),
                "aims_at": "Team manager" if rank == 0 else "Senior specialist, session lead",
                "ready": ready,
                "covers": f"team:{team}" if rank == 0 and team not in UNCOVERED else "",
            }
    for org_place, org in enumerate(ORGS):
        managers = [
            person
            for person in np.flatnonzero(people.managers & (people.team[:, -1] >= 0)).tolist()
            if ORG_OF_TEAM[people.team[person, -1]] == org_place
        ]
        if org in UNCOVERED or not managers:
            continue
        yield {
            **_by(people, managers[org_place % len(managers)], "career", end - DAY * 60),
            "aims_at": "Director",
            "ready": "in_a_year",
            "covers": f"team:{org}",
        }


def _by(people: People, person: int, kind: str, written_on: dt.date) -> Entry:
    return {
        "entry": kind,
        "person": people.ids[person],
        "author": people.names[_boss(people, person)],
        "written_on": written_on,
    }


def _boss(people: People, person: int) -> int:
    """The manager of the person's team at the end; of a manager the director."""
    team = int(people.team[person, -1])
    boss = int(people.team_managers[team, -1])
    if boss != person:
        return boss
    return people.director(int(ORG_OF_TEAM[team]))


def _choice(random: np.random.Generator, texts: Sequence[str]) -> str:
    return texts[int(random.integers(len(texts)))]
