"""Business-time arithmetic against a minute-by-minute walk along the local wall clock."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.calendars import (
    Pauses,
    add_business_hours,
    add_business_hours_with_pauses,
    business_hours_between,
)
from store.settings import WEEKDAYS, BusinessCalendar

OFFICE = BusinessCalendar(
    time_zone="Europe/Luxembourg",
    opens="08:00",
    closes="18:00",
    holidays={dt.date(2026, 4, 6): "Easter Monday"},
)
ROUND_THE_CLOCK = BusinessCalendar(
    time_zone="Europe/Luxembourg", opens="00:00", closes="24:00", workdays=WEEKDAYS
)
EARLY_MINUTES = BusinessCalendar(
    time_zone="America/Chicago", opens="00:30", closes="05:15", workdays=WEEKDAYS
)
CALENDARS = (OFFICE, ROUND_THE_CLOCK, EARLY_MINUTES, None)
# Both changes of the clock in both zones fall into these two stretches.
SPRING, AUTUMN = dt.datetime(2026, 3, 6), dt.datetime(2026, 10, 20)


def moment(text: str) -> np.datetime64:
    return np.datetime64(text, "us")


def open_minute(calendar: BusinessCalendar | None, at: dt.datetime) -> bool:
    """Whether the minute starting at the UTC moment `at` is open, read off the wall clock."""
    if calendar is None:
        return True
    local = at.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(calendar.time_zone))
    minute = local.hour * 60 + local.minute
    return (
        local.weekday() in calendar.weekday_numbers
        and local.date() not in calendar.holidays
        and calendar.opens_minute <= minute < calendar.closes_minute
    )


def walk(
    calendar: BusinessCalendar | None,
    start: dt.datetime,
    minutes: int,
    pauses: list[tuple[dt.datetime, dt.datetime]],
) -> dt.datetime:
    """The moment after `minutes` open, unpaused minutes, one minute at a time."""
    at = start
    while minutes:
        paused = any(began <= at < ended for began, ended in pauses)
        minutes -= open_minute(calendar, at) and not paused
        at += dt.timedelta(minutes=1)
    return at


@st.composite
def clocks(draw: st.DrawFn) -> tuple[dt.datetime, int, list[tuple[dt.datetime, dt.datetime]]]:
    base = draw(st.sampled_from([SPRING, AUTUMN]))
    start = base + dt.timedelta(minutes=draw(st.integers(0, 30 * 1440)))
    pauses = []
    for _ in range(draw(st.integers(0, 4))):
        began = start + dt.timedelta(minutes=draw(st.integers(-600, 6000)))
        pauses.append((began, began + dt.timedelta(minutes=draw(st.integers(0, 2000)))))
    return start, draw(st.integers(1, 1500)), pauses


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(CALENDARS), st.lists(clocks(), min_size=1, max_size=4))
def test_due_times_equal_a_walk_along_the_wall_clock_through_clock_changes_and_overlapping_pauses(
    calendar: BusinessCalendar | None,
    rows: list[tuple[dt.datetime, int, list[tuple[dt.datetime, dt.datetime]]]],
) -> None:
    owners = [row for row, (_, _, pauses) in enumerate(rows) for _ in pauses]
    intervals = [interval for _, _, pauses in rows for interval in pauses]
    due = add_business_hours_with_pauses(
        [start for start, _, _ in rows],
        [minutes / 60 for _, minutes, _ in rows],
        calendar,
        Pauses(
            np.array(owners, np.int64),
            np.array([began for began, _ in intervals], "datetime64[us]"),
            np.array([ended for _, ended in intervals], "datetime64[us]"),
        ),
    )
    assert due.tolist() == [walk(calendar, *row) for row in rows]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(CALENDARS), clocks(), st.integers(0, 5000))
def test_hours_between_equal_the_open_minutes_counted_one_by_one(
    calendar: BusinessCalendar | None, clock: tuple[dt.datetime, int, object], minutes: int
) -> None:
    start = clock[0]
    counted = sum(open_minute(calendar, start + dt.timedelta(minutes=m)) for m in range(minutes))
    stop = start + dt.timedelta(minutes=minutes)
    assert business_hours_between([start], [stop], calendar)[0] == pytest.approx(counted / 60)
    assert business_hours_between([stop], [start], calendar)[0] == pytest.approx(-counted / 60)


def test_a_working_day_keeps_its_local_hours_when_clocks_go_forward() -> None:
    friday_noon = moment("2026-03-27T11:00")  # 12:00 in Luxembourg, still UTC+1
    assert add_business_hours([friday_noon], 10, OFFICE)[0] == moment("2026-03-30T10:00")  # 12:00, UTC+2


def test_a_round_the_clock_day_has_23_hours_in_spring_and_25_in_autumn() -> None:
    days = [("2026-03-28T23:00", "2026-03-29T22:00", 23), ("2026-10-24T22:00", "2026-10-25T23:00", 25)]
    for start, stop, hours in days:
        assert business_hours_between([moment(start)], [moment(stop)], ROUND_THE_CLOCK)[0] == hours


def test_weekend_holiday_and_evening_starts_wait_for_the_next_opening() -> None:
    starts = [moment("2026-04-03T20:00"), moment("2026-04-04T10:00"), moment("2026-04-06T10:00")]
    assert set(add_business_hours(starts, 1, OFFICE)) == {moment("2026-04-07T07:00")}


def test_a_full_day_ends_at_closing_time_not_at_the_next_opening() -> None:
    assert add_business_hours([moment("2026-04-01T06:00")], 10, OFFICE)[0] == moment("2026-04-01T16:00")


@pytest.mark.parametrize("calendar", [OFFICE, None])
def test_nothing_is_due_while_a_pause_lasts_but_a_pause_after_the_due_time_changes_nothing(
    calendar: BusinessCalendar | None,
) -> None:
    start = moment("2026-04-01T08:00")
    for paused_at, is_due in (("2026-04-01T09:00", False), ("2026-04-01T10:00", True)):
        pause = Pauses(np.array([0]), np.array([moment(paused_at)]), np.array([np.datetime64("NaT", "us")]))
        due = add_business_hours_with_pauses([start], 2, calendar, pause)[0]
        assert (due == moment("2026-04-01T10:00")) == is_due
        assert np.isnat(due) == (not is_due)


def test_unknown_starts_stay_unknown_and_do_not_shift_the_pauses_of_others() -> None:
    starts = [np.datetime64("NaT", "us"), moment("2026-04-01T08:00")]
    pause = Pauses(
        np.array([0, 1]),
        np.array([moment("2026-04-01T08:00")] * 2),
        np.array([moment("2026-04-01T08:30"), moment("2026-04-01T09:00")]),
    )
    due = add_business_hours_with_pauses(starts, [1.0, 1.0], OFFICE, pause)
    assert np.isnat(due[0])
    assert due[1] == moment("2026-04-01T10:00")
    assert np.isnan(business_hours_between([starts[0]], [starts[1]], OFFICE)[0])


def test_a_skipped_opening_takes_the_offset_before_the_gap_and_repeated_hours_are_wholly_open() -> None:
    night = BusinessCalendar(time_zone="Europe/Luxembourg", opens="02:30", closes="06:00", workdays=WEEKDAYS)
    gap_day = (moment("2026-03-29T00:00"), moment("2026-03-29T12:00"))
    assert business_hours_between([gap_day[0]], [gap_day[1]], night)[0] == 2.5  # 03:30 to 06:00
    late = BusinessCalendar(time_zone="Europe/Luxembourg", opens="01:00", closes="02:30", workdays=WEEKDAYS)
    fall_day = (moment("2026-10-24T22:00"), moment("2026-10-25T12:00"))
    assert business_hours_between([fall_day[0]], [fall_day[1]], late)[0] == 2.5  # 01:00 to the second 02:30


def test_a_promise_beyond_the_end_of_time_is_never_due_instead_of_looping() -> None:
    due = add_business_hours([moment("9900-01-01T00:00")], [1e7], OFFICE)
    assert np.isnat(due[0])
