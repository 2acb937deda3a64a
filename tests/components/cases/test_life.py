"""One cycle as lanes: our time is what no wait covers, promises stand as the clocks say."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from components.cases.life import _gaps, lines_of, picture_of, sla_status
from components.cases.times import moment_text
from queries.timeline import Moment

START = dt.datetime(2026, 3, 28, 12)
HOUR = dt.timedelta(hours=1)
ZONE = ZoneInfo("Europe/Luxembourg")
VIEW: Any = SimpleNamespace(
    reader=SimpleNamespace(coverage=SimpleNamespace(zone=ZONE)), name_of=lambda _, person: f"Name of {person}"
)


def cycle(**told: object) -> dict[str, Any]:
    return {"opened_at": START, "due_at": None, "resolved_at": START + 40 * HOUR, "cycle": 1} | told


@given(some.lists(some.tuples(some.integers(0, 99), some.integers(0, 99)), max_size=6))
def test_our_time_is_exactly_the_minutes_no_wait_covers(pairs: list[tuple[int, int]]) -> None:
    held = [(START + min(pair) * HOUR, START + max(pair) * HOUR) for pair in pairs]
    free = {hour for hour in range(99) if not any(min(p) <= hour < max(p) for p in pairs)}
    found = _gaps(START, START + 99 * HOUR, held)
    covered = [hour for a, b in found for hour in range((a - START) // HOUR, (b - START) // HOUR)]
    assert sorted(covered) == sorted(free) and len(covered) == len(set(covered))
    assert all(a < b for a, b in found)


def test_each_party_has_its_lane_and_what_still_lasts_ends_with_the_data() -> None:
    through = START + 16 * HOUR
    moments = [
        Moment(START, None, "opened", None, "Opened"),
        Moment(START, START + HOUR, "work", "us", "Worked on", "S1"),
        Moment(START + HOUR, START + 3 * HOUR, "wait", "Seller", "Waiting on seller"),
        Moment(START + 2 * HOUR, START + 4 * HOUR, "pause", "seller", "Clock paused"),
        Moment(START + 5 * HOUR, None, "wait", "Legal", "Waiting on Legal"),
    ]
    drawn = picture_of(VIEW, cycle(resolved_at=None, due_at=START + 6 * HOUR), moments, through)
    assert drawn.lanes == ["Case", "In our hands", "Worked on", "Seller", "Legal", "Clock paused"]
    legal = next(one for one in drawn.stretches if one.lane == "Legal")
    assert (legal.ends - legal.starts, legal.lasted) == (12 * HOUR, "11.0\u00a0h")  # clocks went forward
    late = [one for one in drawn.stretches if one.role == "bad"]
    assert [one.lasted for one in late] == ["10.0\u00a0h"]
    assert [m.what for m in drawn.milestones] == ["Opened"]


def test_the_table_says_who_until_when_and_how_long() -> None:
    moments = [Moment(START, START + 90 * HOUR / 60, "wait", "Legal", "Waiting on Legal", "S1")]
    assert lines_of(VIEW, moments) == [
        [
            "Sat\u00a028\u00a0Mar\u00a02026\u00a013:00",
            "Waiting on Legal",
            "Name of S1",
            "28\u00a0Mar\u00a02026\u00a014:30",
            "1.5\u00a0h",
        ]
    ]


def test_moments_are_those_of_the_organisations_clocks_in_winter_and_summer() -> None:
    assert moment_text(dt.datetime(2026, 3, 29, 0, 59), ZONE).endswith("01:59")
    assert moment_text(dt.datetime(2026, 3, 29, 1, 0), ZONE).endswith("03:00")
    assert moment_text(None, ZONE) == "–"


@pytest.mark.parametrize(
    ("met", "done", "word", "tone"),
    [
        (True, START + 2 * HOUR, "Made, 8.0\u00a0h to spare", "neutral"),
        (False, START + 13 * HOUR, "Missed by 3.0\u00a0h", "bad"),
        (False, None, "Open, 20.0\u00a0h past due", "bad"),
        (None, START + 2 * HOUR, "Not counted", "neutral"),
    ],
)
def test_a_promise_stands_as_the_clocks_say(
    met: bool | None, done: dt.datetime | None, word: str, tone: str
) -> None:
    status = sla_status(met, START + 10 * HOUR, done, START + 30 * HOUR)
    assert (status.word, status.tone) == (word, tone)


def test_a_running_promise_says_what_is_left_and_warns_in_its_last_day() -> None:
    status = sla_status(None, START + 10 * HOUR, None, START)
    assert (status.word, status.tone) == ("Running, 10.0\u00a0h left", "warn")
    assert sla_status(None, START + 30 * HOUR, None, START).tone == "neutral"
    assert sla_status(None, None, None, START).word == "No due time"
