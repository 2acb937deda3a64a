"""Development in the journal, on both engines: kept whole, never overwritten unseen, never deleted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, text

from store.errors import StoreError
from store.journal import (
    Career,
    Certification,
    CoachingMark,
    Entry,
    EntryChanged,
    EntryRefused,
    FollowUp,
    Goal,
    Journal,
    OneOnOne,
    Stamp,
    accesses,
    archive_entry,
    development,
    entries,
    log_access,
    open_journal,
    replace_development,
    save_entry,
)
from store.journal.development import TABLES
from store.journal.development_entries import LONGEST_LINE, LONGEST_NOTES, is_safe_link
from store.journal.development_tables import GOALS
from store.location import Location

NewLocation = Callable[[], Location]
NOW = dt.datetime(2026, 11, 16, 9, 0)
DAY = dt.date(2026, 11, 13)
HOSTILE = "<script>alert(1)</script> **bold** [x](javascript:1) 👩‍🚀 مرحبا שלום ' ; drop table goals; --"
EVERY_KIND: list[Entry] = [
    OneOnOne("E1", DAY, "What we said\nand more", DAY + dt.timedelta(days=14)),
    FollowUp("E1", "Shadow two cases", "Ann", DAY),
    Goal("E1", "Read invoices", "Audits show it", DAY, "open", "?team=x"),
    Certification("E1", "Fraud examiner", DAY, DAY + dt.timedelta(days=365)),
    Career("E1", "Team manager", "in_a_year", "team:emea-1"),
    CoachingMark("E1", "appeals", "P17", "Why so fast?"),
]


@pytest.mark.parametrize("entry", EVERY_KIND, ids=lambda entry: type(entry).__name__)
def test_an_entry_comes_back_as_written_with_who_and_when(entry: Entry, journal: Journal) -> None:
    kept = save_entry(journal, entry, "Ann", NOW)
    assert replace(kept, stamp=None) == entry
    assert kept.stamp == Stamp(1, "Ann", NOW, "Ann", NOW, 1, "written")
    assert entries(journal, type(entry), "E1") == [kept]
    assert entries(journal, type(entry), "E2") == []


def test_all_kinds_are_read_at_once_each_in_its_place(journal: Journal) -> None:
    for entry in EVERY_KIND:
        save_entry(journal, entry, "Ann", NOW)
    read = development(journal)
    kinds = (read.one_on_ones, read.follow_ups, read.goals, read.certifications, read.careers)
    assert [type(found) for (found,) in (*kinds, read.coaching_marks)] == list(TABLES)


def test_a_change_of_what_nobody_else_changed_is_kept(journal: Journal) -> None:
    goal = save_entry(journal, Goal("E1", "Read invoices"), "Ann", NOW)
    later = NOW + dt.timedelta(hours=1)
    changed = save_entry(journal, replace(goal, status="reached"), "Ben", later)
    assert changed.stamp == Stamp(1, "Ann", NOW, "Ben", later, 2, "written")
    assert entries(journal, Goal) == [changed]


@pytest.mark.parametrize("entry", EVERY_KIND, ids=lambda entry: type(entry).__name__)
def test_a_stale_change_says_who_was_first_and_changes_nothing(entry: Entry, journal: Journal) -> None:
    seen = save_entry(journal, entry, "Ann", NOW)
    first = save_entry(journal, seen, "Ben", NOW)
    with pytest.raises(EntryChanged, match=r"^changed by Ben meanwhile; reload, then change what you see$"):
        save_entry(journal, seen, "Ann", NOW)
    with pytest.raises(EntryChanged, match="changed by Ben"):
        archive_entry(journal, seen, "Ann", NOW)
    assert entries(journal, type(entry)) == [first]


def test_of_eight_who_change_the_same_version_at_once_one_succeeds(journal: Journal) -> None:
    seen = save_entry(journal, Goal("E1", "Read invoices"), "Ann", NOW)

    def change(number: int) -> Goal | None:
        try:
            return save_entry(journal, replace(seen, title=f"Goal {number}"), f"B{number}", NOW)
        except EntryChanged:
            return None

    with ThreadPoolExecutor(8) as pool:
        done = [goal for goal in pool.map(change, range(8)) if goal is not None]
    assert len(done) == 1
    assert entries(journal, Goal) == done
    assert done[0].stamp is not None and done[0].stamp.version == 2


def test_what_is_removed_leaves_the_lists_but_not_the_journal(journal: Journal) -> None:
    seen = save_entry(journal, Goal("E1", "Read invoices"), "Ann", NOW)
    archive_entry(journal, seen, "Ben", NOW)
    assert entries(journal, Goal) == [] and development(journal).goals == ()
    with journal.engine.connect() as connection:
        assert connection.execute(select(GOALS.c.title, GOALS.c.archived_at)).all() == [
            ("Read invoices", NOW)
        ]
    for change in (save_entry, archive_entry):
        with pytest.raises(EntryChanged, match="removed by Ben meanwhile"):
            change(journal, seen, "Ann", NOW)


def test_an_entry_that_is_not_in_the_journal_cannot_be_changed(journal: Journal) -> None:
    lost = Goal("E1", "Read invoices", stamp=Stamp(99, "Ann", NOW, "Ann", NOW, 1, "written"))
    with pytest.raises(EntryChanged, match="no longer in the journal"):
        save_entry(journal, lost, "Ann", NOW)


def test_the_person_of_an_entry_never_changes(journal: Journal) -> None:
    seen = save_entry(journal, Goal("E1", "Read invoices"), "Ann", NOW)
    assert save_entry(journal, replace(seen, person="E2"), "Ann", NOW).person == "E1"


@pytest.mark.parametrize("entry", EVERY_KIND, ids=lambda entry: type(entry).__name__)
def test_hostile_text_comes_back_letter_by_letter(entry: Entry, journal: Journal) -> None:
    texts = {
        name: HOSTILE
        for name in ("notes", "text", "owner", "title", "why", "name", "aims_at", "covers", "case_id", "note")
        if hasattr(entry, name)
    }
    kept = save_entry(journal, replace(entry, **texts), HOSTILE, NOW)  # type: ignore[arg-type]
    assert all(getattr(kept, name) == HOSTILE for name in texts)
    assert kept.stamp is not None and kept.stamp.author == HOSTILE


def test_ten_thousand_characters_are_kept_and_one_more_is_refused(journal: Journal) -> None:
    kept = save_entry(journal, OneOnOne("E1", DAY, "a" * LONGEST_NOTES), "Ann", NOW)
    assert len(kept.notes) == LONGEST_NOTES == 10_000
    with pytest.raises(EntryRefused, match=r"the notes: 10,001 characters; at most 10,000"):
        save_entry(journal, OneOnOne("E1", DAY, "a" * (LONGEST_NOTES + 1)), "Ann", NOW)


def test_what_no_database_keeps_and_no_reader_sees_is_left_out(journal: Journal) -> None:
    kept = save_entry(journal, OneOnOne("E1", DAY, "one\x00two\u202e\r\nthree \n\n"), "A\x00nn\n", NOW)
    assert kept.notes == "one two\nthree"
    assert kept.stamp is not None and kept.stamp.author == "A nn"
    goal = save_entry(journal, Goal("E1", "a\nb\tc\x07"), "Ann", NOW)
    assert goal.title == "a b c"


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (Goal("E1", "  \n"), "the goal is missing"),
        (Goal(" ", "Read"), "the person is missing"),
        (Goal("E1", "x" * (LONGEST_LINE + 1)), "the goal is longer than 200 characters"),
        (Goal("E1", "Read", status="won"), "status must be one of open, reached, dropped"),  # type: ignore[arg-type]
        (Goal("E1", "Read", evidence="javascript:alert(1)"), "the evidence must be a link"),
        (Goal("E1", "Read", evidence="//evil.test"), "the evidence must be a link"),
        (Goal("E1", "Read", evidence="/\\evil.test"), "the evidence must be a link"),
        (Goal("E1", "Read", evidence="/" + "x" * 2_000), "the link is longer than 2,000"),
        (Goal("E1", "Read", due=dt.date(1, 1, 1)), "the due day, 0001-01-01, cannot be meant"),
        (FollowUp("E1", "Shadow", ""), "who does it is missing"),
        (FollowUp("E1", "", "Ann"), "what was agreed is missing"),
        (FollowUp("E1", "Shadow", "Ann", dt.date(9999, 12, 31)), "the due day, 9999-12-31, cannot be meant"),
        (OneOnOne("E1", DAY, "", dt.date(2026, 11, 12)), "the next one .2026-11-12. is before the one held"),
        (Certification("E1", ""), "the certification is missing"),
        (Certification("E1", "X", DAY, dt.date(2026, 1, 1)), "the last day .2026-01-01. is before the day"),
        (Career("E1", "Lead", "soon"), "readiness must be one of"),  # type: ignore[arg-type]
        (CoachingMark("E1", "sellers", "S1"), "kind of case must be one of"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_one_sentence(
    entry: Entry, message: str, journal: Journal
) -> None:
    with pytest.raises(EntryRefused, match=message):
        save_entry(journal, entry, "Ann", NOW)
    assert entries(journal, type(entry)) == []


def test_links_of_the_app_and_of_the_web_are_safe_and_others_not() -> None:
    assert all(map(is_safe_link, ("?team=x", "/cases?case=1", "https://a.test/b")))
    unsafe = ("", "javascript:1", "data:text/html,x", "//a.test", "/\\a.test", " https://a.test", "cases")
    assert not any(map(is_safe_link, unsafe))


def test_a_new_sample_replaces_its_own_entries_and_leaves_what_people_wrote_or_changed(
    journal: Journal,
) -> None:
    def sampled(title: str, at: dt.datetime = NOW) -> Goal:
        return Goal("E1", title, stamp=Stamp(0, "Mia", at, "Mia", at, 1, "sample"))

    save_entry(journal, Goal("E1", "Mine"), "Ann", NOW)
    replace_development(journal, "sample", [sampled("Kept by a change"), sampled("Goes")])
    touched = next(goal for goal in entries(journal, Goal) if goal.title == "Kept by a change")
    assert touched.stamp is not None and (touched.stamp.origin, touched.stamp.author) == ("sample", "Mia")
    save_entry(journal, replace(touched, why="said so"), "Ann", NOW)
    replace_development(journal, "sample", [sampled("New", NOW + dt.timedelta(days=1))])
    assert [goal.title for goal in entries(journal, Goal)] == ["Mine", "Kept by a change", "New"]


def test_a_sample_put_there_again_brings_nothing_twice_that_was_changed_or_removed(journal: Journal) -> None:
    stamp = Stamp(0, "Mia", NOW, "Mia", NOW, 1, "sample")
    sample: list[Entry] = [
        Goal("E1", "Read invoices", stamp=stamp),
        FollowUp("E1", "Shadow two cases", "Ann", DAY, stamp=stamp),
        FollowUp("E1", "Write a letter", "Mia", stamp=stamp),  # of the same moment: told by what it says
        CoachingMark("E1", "appeals", "P1", "Why so fast?", stamp=stamp),
        CoachingMark("E1", "appeals", "P2", "Why so fast?", stamp=stamp),
        Goal("E2", "Read invoices", stamp=stamp),
    ]
    replace_development(journal, "sample", sample)
    goal, _ = entries(journal, Goal)
    _, letter = entries(journal, FollowUp)
    _, second = entries(journal, CoachingMark)
    save_entry(journal, replace(goal, title="Read invoices in French"), "Ann", NOW)
    save_entry(journal, replace(letter, text="Write a letter to the seller"), "Ann", NOW)
    archive_entry(journal, second, "Ann", NOW)
    for _ in range(2):
        replace_development(journal, "sample", sample)
    assert sorted((found.person, found.title) for found in entries(journal, Goal)) == [
        ("E1", "Read invoices in French"),
        ("E2", "Read invoices"),
    ]
    texts = sorted(found.text for found in entries(journal, FollowUp))
    assert texts == ["Shadow two cases", "Write a letter to the seller"]
    assert [found.case_id for found in entries(journal, CoachingMark)] == ["P1"]


TOMORROW = NOW.date() + dt.timedelta(days=2)
"""After the day there is anywhere on earth at NOW."""


@pytest.mark.parametrize(
    "entry",
    [
        OneOnOne("E1", TOMORROW),
        FollowUp("E1", "Shadow", "Ann", done_on=TOMORROW),
        Certification("E1", "X", TOMORROW),
        CoachingMark("E1", "appeals", "P1", done_on=TOMORROW),
    ],
    ids=lambda entry: type(entry).__name__,
)
def test_what_has_happened_cannot_lie_ahead(entry: Entry, journal: Journal) -> None:
    with pytest.raises(EntryRefused, match="2026-11-18, is still to come"):
        save_entry(journal, entry, "Ann", NOW)
    assert entries(journal, type(entry)) == [] and accesses(journal, "E1", 10) == []
    in_time = {name: NOW.date() for name, value in vars(entry).items() if value == TOMORROW}
    seen = save_entry(journal, replace(entry, **in_time), "Ann", NOW)
    ahead = replace(seen, **dict.fromkeys(in_time, TOMORROW))
    with pytest.raises(EntryRefused, match="still to come"):
        save_entry(journal, ahead, "Ann", NOW)


def test_every_change_about_a_person_leaves_a_line_in_their_log_and_a_refused_one_none(
    journal: Journal,
) -> None:
    mark = save_entry(journal, CoachingMark("E1", "appeals", "P1"), "Ann", NOW)
    changed = save_entry(journal, replace(mark, note="Why so fast?"), "Mia", NOW + dt.timedelta(hours=1))
    with pytest.raises(EntryChanged):
        save_entry(journal, replace(mark, note="Too late"), "Mia", NOW + dt.timedelta(hours=2))
    archive_entry(journal, changed, "Ann", NOW + dt.timedelta(hours=3))
    save_entry(journal, Goal("E2", "Read"), "Ann", NOW)
    told = [(found.viewer, found.doing) for found in accesses(journal, "E1", 10)]
    assert told == [
        ("Ann", "Coaching mark on appeal P1 removed"),
        ("Mia", "Coaching mark on appeal P1 changed"),
        ("Ann", "Coaching mark on appeal P1 written"),
    ]
    assert [found.doing for found in accesses(journal, "E2", 10)] == ["Goal written"]


def test_a_failed_replacement_leaves_the_entries_before_it(journal: Journal) -> None:
    stamp = Stamp(0, "Mia", NOW, "Mia", NOW, 1, "sample")
    replace_development(journal, "sample", [Goal("E1", "Before", stamp=stamp)])
    with pytest.raises(EntryRefused):
        replace_development(journal, "sample", [Goal("E1", "New", stamp=stamp), Goal("E1", "", stamp=stamp)])
    assert [goal.title for goal in entries(journal, Goal)] == ["Before"]


def test_a_journal_that_cannot_be_written_says_so_and_keeps_what_it_has(journal: Journal) -> None:
    seen = save_entry(journal, Goal("E1", "Read"), "Ann", NOW)
    with journal.engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(text("alter table goals rename to gone"))
    for entry in (Goal("E1", "New"), seen):
        with pytest.raises(StoreError, match=r"cannot be written .*nothing was saved"):
            save_entry(journal, entry, "Ann", NOW)


def test_a_journal_of_an_earlier_release_gains_the_tables_and_keeps_its_entries(
    new_location: NewLocation,
) -> None:
    location = new_location()
    journal = open_journal(location)
    with journal.engine.connect().execution_options(writes=True) as connection, connection.begin():
        for table in TABLES.values():
            connection.execute(text(f"drop table {table.name}"))
        connection.execute(text("update alembic_version set version_num = '0003'"))
    log_access(journal, "ann", "E1", "opened the page")
    journal.engine.dispose()
    upgraded = open_journal(location)
    save_entry(upgraded, Goal("E1", "Read"), "Ann", NOW)
    assert {access.doing for access in accesses(upgraded, "E1", 10)} == {"opened the page", "Goal written"}


def test_accesses_come_newest_first_of_one_person_and_no_more_than_asked(journal: Journal) -> None:
    for doing in ("first", "second", "third"):
        log_access(journal, "ann", "E1", doing)
    log_access(journal, "ann", "E2", "other")
    found: list[Any] = accesses(journal, "E1", 2)
    assert [access.doing for access in found] == ["third", "second"]
    assert {access.subject for access in found} == {"E1"}
