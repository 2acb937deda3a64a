"""Offsets of zones, and the business dates SQL computes from them, against zoneinfo."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.settings import WEEKDAYS, Settings
from store.zones import local_date, offset_changes, utc_midnight
from tests.store.derivation import derived_in_memory

ZONES = [
    "UTC",
    "Europe/Luxembourg",
    "America/Chicago",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/Havana",
]


def wall(at: dt.datetime, zone: str) -> dt.datetime:
    return at.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(ZONES), st.datetimes(dt.datetime(2023, 1, 1), dt.datetime(2028, 1, 1)))
def test_the_latest_change_before_a_moment_gives_its_offset(zone: str, at: dt.datetime) -> None:
    changes = offset_changes(zone, dt.datetime(2022, 12, 31), dt.datetime(2028, 1, 2))
    offset = [change.offset for change in changes if change.at <= at][-1]
    assert at + offset == wall(at, zone)


@given(st.sampled_from(ZONES), st.dates(dt.date(2023, 1, 1), dt.date(2028, 1, 1)))
def test_a_local_day_begins_at_its_utc_midnight(zone: str, day: dt.date) -> None:
    begins = utc_midnight(day, zone)
    assert local_date(begins, zone) == day
    assert local_date(begins - dt.timedelta(seconds=1), zone) == day - dt.timedelta(days=1)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("week_start", ["monday", "saturday", "sunday"])
def test_business_dates_and_weeks_of_every_hour_around_both_changes_equal_zoneinfo(
    zone: str, week_start: str
) -> None:
    moments = [
        start + dt.timedelta(minutes=30 * step)
        for start in (dt.datetime(2026, 3, 5), dt.datetime(2026, 10, 1), dt.datetime(2026, 12, 28))
        for step in range(48 * 45)
    ]
    rules = Settings.model_validate(
        {"organisation": {"name": "T", "time_zone": zone, "week_starts_on": week_start}}
    )
    source = pa.table(
        {
            "investigation_id": [str(n) for n in range(len(moments))],
            "opened_at": pa.array(moments, pa.timestamp("us")),
        }
    )
    with derived_in_memory({"investigations": source}, rules) as connection:
        rows = connection.execute(
            "select opened_at, opened_on, opened_week from final.investigations"
        ).fetchall()
    for at, on_day, week in rows:
        assert on_day == wall(at, zone).date()
        assert week <= on_day < week + dt.timedelta(days=7)
        assert week.weekday() == WEEKDAYS.index(week_start)
