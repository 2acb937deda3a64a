"""The sample's development entries: about people who work there, by managers, dated within the history."""

from __future__ import annotations

import datetime as dt

import numpy as np

from sample_data import development_entries
from sample_data.journal_development import UNCOVERED
from sample_data.people import employ
from sample_data.span import Span
from store.commands.sample import _as_development
from store.journal import CoachingMark, Goal
from store.journal.development_entries import checked
from store.settings import DEFAULT_SETTINGS, read_settings
from tests.sample_data.conftest import END

SETTINGS = read_settings(DEFAULT_SETTINGS)
PEOPLE = employ(7, Span(END, 156, SETTINGS.organisation.time_zone))
WORKING = {PEOPLE.ids[person] for person in np.flatnonzero(PEOPLE.team[:, -1] >= 0)}
CASES = {person: [("appeals", f"P-{person}-{place}") for place in range(2)] for person in WORKING}
ENTRIES = development_entries(end=END, settings=SETTINGS, cases=CASES)


def of_kind(kind: str) -> list[dict[str, object]]:
    return [entry for entry in ENTRIES if entry["entry"] == kind]


def test_everybody_who_works_there_has_talks_and_a_goal_and_nobody_else() -> None:
    assert {entry["person"] for entry in ENTRIES} == WORKING
    assert {entry["person"] for entry in of_kind("one_on_one")} >= {
        who for who in WORKING if PEOPLE.hired[PEOPLE.person_of(who)] < PEOPLE.span.days - 100
    }


def test_nobody_writes_about_themselves_and_writers_work_there() -> None:
    names = {PEOPLE.ids[place]: name for place, name in enumerate(PEOPLE.names)}
    assert all(entry["author"] != names[str(entry["person"])] for entry in ENTRIES)
    assert {str(entry["author"]) for entry in ENTRIES} <= set(PEOPLE.names)


def test_every_entry_can_be_kept_and_lies_within_the_history_of_the_person() -> None:
    for entry in ENTRIES:
        kept = checked(_as_development(dict(entry)))
        assert kept.stamp is not None and kept.stamp.created_at.date() <= END
        if entry["entry"] == "one_on_one":
            held = entry["held_on"]
            assert isinstance(held, dt.date)
            assert PEOPLE.span.index(held) >= PEOPLE.hired[PEOPLE.person_of(str(entry["person"]))]


def test_cases_to_coach_on_are_those_of_the_person() -> None:
    marks = [_as_development(dict(entry)) for entry in of_kind("coaching_mark")]
    assert len(marks) > 20
    for mark in marks:
        assert isinstance(mark, CoachingMark)
        assert (mark.case_kind, mark.case_id) in CASES[mark.person]


def test_some_roles_have_nobody_and_the_others_somebody() -> None:
    covered = {entry["covers"] for entry in of_kind("career")} - {""}
    assert covered.isdisjoint({f"team:{team}" for team in UNCOVERED})
    assert len(covered) >= 10


def test_goals_stand_in_every_state_and_the_same_seed_writes_the_same() -> None:
    goals = [_as_development(dict(entry)) for entry in of_kind("goal")]
    assert {goal.status for goal in goals if isinstance(goal, Goal)} == {"open", "reached", "dropped"}
    assert development_entries(end=END, settings=SETTINGS, cases=CASES) == ENTRIES
    assert development_entries(seed=8, end=END, settings=SETTINGS, cases=CASES) != ENTRIES
