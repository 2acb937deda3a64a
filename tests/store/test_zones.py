"""Offsets of zones, and the business dates SQL computes from them, against zoneinfo."""

from __future__ import annotations

import datetime as dt
import functools
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.derive import clocks
from store.derive.workbench import Workbench, create_source
from store.settings import WEEKDAYS, Settings
from store.zones import local_date, offset_changes, utc_midnight
from tests.conftest import fill
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


MOMENTS = [
    start + dt.timedelta(minutes=30 * step)
    for start in (dt.datetime(2026, 3, 5), dt.datetime(2026, 10, 1), dt.datetime(2026, 12, 28))
    for step in range(48 * 45)
]


@functools.cache
def days_of(zone: str) -> list[dt.date]:
    """The local day of every moment of `MOMENTS`."""
    return [wall(at, zone).date() for at in MOMENTS]


def rules_of(zone: str, week_start: str) -> Settings:
    return Settings.model_validate(
        {"organisation": {"name": "T", "time_zone": zone, "week_starts_on": week_start}}
    )


def investigations() -> dict[str, pa.Table]:
    """An investigation opened at each moment."""
    return {
        "investigations": pa.table(
            {
                "investigation_id": [str(n) for n in range(len(MOMENTS))],
                "opened_at": pa.array(MOMENTS, pa.timestamp("us")),
            }
        )
    }


def compare(rows: list[tuple[dt.date, dt.date]], zone: str, week_start: str) -> None:
    """Day and week of each moment are those of zoneinfo."""
    assert [on_day for on_day, _ in rows] == days_of(zone)
    for on_day, week in rows:
        assert week <= on_day < week + dt.timedelta(days=7)
        assert week.weekday() == WEEKDAYS.index(week_start)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("week_start", ["monday", "saturday", "sunday"])
def test_business_dates_and_weeks_of_every_hour_around_both_changes_equal_zoneinfo(
    zone: str, week_start: str
) -> None:
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as src")
        create_source(connection)
        fill(connection, investigations())
        clocks.prepare(Workbench(connection, rules_of(zone, week_start)))
        rows = connection.execute(
            "select business_date(opened_at), week_of(business_date(opened_at)) "
            "from src.investigations order by opened_at"
        ).fetchall()
    compare(rows, zone, week_start)


def test_derived_days_and_weeks_are_those_of_the_zone_and_the_week_of_the_settings() -> None:
    with derived_in_memory(investigations(), rules_of("Australia/Lord_Howe", "saturday")) as connection:
        rows = connection.execute(
            "select opened_on, opened_week from final.investigations order by opened_at"
        ).fetchall()
    compare(rows, "Australia/Lord_Howe", "saturday")
