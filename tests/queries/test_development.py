"""Development as pages read it: in reading order, of one person, never older than an own write; and cover."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from queries import development
from queries.development import (
    Career,
    CoachingMark,
    EntryChanged,
    FollowUp,
    Goal,
    OneOnOne,
    archive,
    current,
    everyone,
    marks_of_case,
    next_one_on_ones,
    of_person,
    save,
    views_of,
)
from queries.journal import kept_open
from store.journal import log_access
from store.location import Location

NewLocation = Callable[[], Location]
DAY = dt.date(2026, 11, 13)


@pytest.fixture
def location(new_location: NewLocation) -> Location:
    return new_location()


def days(count: int) -> dt.date:
    return DAY + dt.timedelta(days=count)


def test_a_person_nobody_wrote_about_has_nothing(location: Location) -> None:
    found = of_person(location, "E1")
    assert found.last_held is None
    assert (found.open_follow_ups, found.open_goals, found.open_marks, found.careers) == ((), (), (), ())


def test_entries_come_in_the_order_they_are_read(location: Location) -> None:
    for held in (0, -14, -7):
        save(location, OneOnOne("E1", days(held), str(held)), "Ann")
    for text, due, done in (("late", -3, None), ("no day", None, None), ("done", -9, -9), ("soon", 4, None)):
        save(
            location,
            FollowUp(
                "E1", text, "Ben", None if due is None else days(due), None if done is None else days(done)
            ),
            "Ann",
        )
    for title, status in (("reached", "reached"), ("open", "open")):
        save(location, Goal("E1", title, status=status), "Ann")  # type: ignore[arg-type]
    save(location, Goal("E2", "of somebody else"), "Ann")
    found = of_person(location, "E1")
    assert [talk.notes for talk in found.one_on_ones] == ["0", "-7", "-14"]
    assert found.last_held == DAY
    assert [agreed.text for agreed in found.follow_ups] == ["late", "soon", "no day", "done"]
    assert [agreed.text for agreed in found.open_follow_ups] == ["late", "soon", "no day"]
    assert [goal.title for goal in found.goals] == ["open", "reached"]
    assert [goal.title for goal in found.open_goals] == ["open"]


def test_an_own_write_shows_at_once_and_others_within_seconds(location: Location) -> None:
    assert everyone(location).goals == ()
    kept = save(location, Goal("E1", "Read"), "Ann")
    assert everyone(location).goals == (kept,)
    changed = save(location, replace(kept, title="Write"), "Ann")
    assert everyone(location).goals == (changed,)
    archive(location, changed, "Ann")
    assert everyone(location).goals == () and current(location, changed) is None


def test_after_a_stale_write_the_page_shows_the_state_that_holds(location: Location) -> None:
    seen = save(location, Goal("E1", "Read"), "Ann")
    everyone(location)
    other = kept_open(location)
    newer = development.stored.save_entry(
        other, replace(seen, title="Theirs"), "Ben", dt.datetime(2026, 11, 16)
    )
    assert everyone(location).goals == (seen,)  # another process wrote; this one looks again in seconds
    with pytest.raises(EntryChanged, match="changed by Ben"):
        save(location, replace(seen, title="Mine"), "Ann")
    assert everyone(location).goals == (newer,) and current(location, seen) == newer


def test_the_next_talk_is_that_of_the_newest_one_and_not_in_the_past(location: Location) -> None:
    save(location, OneOnOne("E1", days(-14), "", days(30)), "Ann")
    save(location, OneOnOne("E1", days(0), "", days(14)), "Ann")
    save(location, OneOnOne("E2", days(0), ""), "Ann")
    save(location, OneOnOne("E3", days(-30), "", days(-2)), "Ann")
    assert next_one_on_ones(location, DAY) == {"E1": days(14)}


def test_marks_are_found_by_the_case_and_its_kind(location: Location) -> None:
    mark = save(location, CoachingMark("E1", "appeals", "P1", "why"), "Ann")
    save(location, CoachingMark("E1", "escalations", "P1"), "Ann")
    assert marks_of_case(location, "appeals", "P1") == (mark,)
    assert marks_of_case(location, "appeals", "P2") == ()
    assert len(of_person(location, "E1").open_marks) == 2


def test_views_are_those_of_the_person_newest_first(location: Location) -> None:
    for doing in ("Team page", "1:1 brief downloaded"):
        log_access(kept_open(location), "ann", "E1", doing)
    assert [view.doing for view in views_of(location, "E1", 10)] == ["1:1 brief downloaded", "Team page"]
    assert views_of(location, "E2", 10) == []


def test_stores_do_not_share_what_is_kept(new_location: NewLocation) -> None:
    one, other = new_location(), new_location()
    save(one, Career("E1", "Lead"), "Ann")
    assert everyone(other).careers == () and len(everyone(one).careers) == 1
