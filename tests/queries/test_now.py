"""What is open right now: due soon, waiting on partners, blocked; and when "now" is too old to say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest

from queries.filters import Filters
from queries.measure import Reader
from queries.now import blocked_cases, due_soon, now_of, partner_brief, waiting_now
from store.location import Location
from tests.queries.small_store import at, open_small

NOW = at(16)


def case(
    name: str, opened: dt.datetime, resolved: dt.datetime | None = None, **more: object
) -> dict[str, object]:
    return {"escalation_id": name, "opened_at": opened, "resolved_at": resolved, "severity": "high", **more}


@pytest.fixture(scope="module")
def reader(build_store: Callable[..., Location]) -> Iterator[Reader]:
    """Due 24 hours after opening; known up to midnight of 16 November."""
    escalations = [
        case("late", at(14, 12)),  # due 15 Nov 12:00
        case("soon", at(15, 3), team="emea-1"),  # due in 3 hours
        case("today", at(15, 20)),  # due in 20 hours
        case("done", at(15, 3), at(15, 9)),
        case("waits", at(10), blocked_since=at(12), blocked_on="Policy", decision_needed="Which rule?"),
        case("waits twice", at(11)),
        case("was blocked", at(9), at(13), blocked_since=at(10)),
    ]
    events = [
        {"escalation_id": "waits", "kind": "wait", "party": "Legal", "starts_at": at(11), "ends_at": None},
        {
            "escalation_id": "waits twice",
            "kind": "wait",
            "party": "Legal",
            "starts_at": at(15),
            "ends_at": None,
        },
        {
            "escalation_id": "waits twice",
            "kind": "wait",
            "party": "Policy",
            "starts_at": at(12),
            "ends_at": at(13),
        },
        {
            "escalation_id": "done",
            "kind": "wait",
            "party": "Policy",
            "starts_at": at(15, 4),
            "ends_at": at(15, 5),
        },
    ]
    opened = open_small(build_store, escalations, NOW, events)
    yield opened
    opened.facts.close()


def test_open_cases_are_counted_once_by_how_soon_they_are_due(reader: Reader) -> None:
    now = now_of(reader, NOW)
    assert now is not None
    classes = {item.name: item.cases for item in due_soon(reader, Filters(), now)}
    assert classes == {"past due": 3, "within 8 h": 1, "8–24 h": 1, "24–48 h": 0}


def test_due_soon_obeys_filters_and_says_nothing_about_unknown_ones(reader: Reader) -> None:
    now = now_of(reader, NOW)
    assert now is not None
    one_team = due_soon(reader, Filters().with_values("team", ["emea-1"]), now)
    assert [item.cases for item in one_team] == [0, 1, 0, 0]
    assert due_soon(reader, Filters().with_values("partner", ["Legal"]), now) == []


def test_waiting_now_counts_open_waits_their_age_and_those_over_the_agreed_time(reader: Reader) -> None:
    now = now_of(reader, NOW)
    assert now is not None
    loads = waiting_now(reader, Filters(), now)
    assert [(load.partner, load.cases, load.past_agreed) for load in loads] == [("Legal", 2, 1)]
    assert loads[0].oldest_days == pytest.approx(5.0)


def test_the_brief_of_a_partner_lists_its_open_waits_the_longest_first(reader: Reader) -> None:
    now = now_of(reader, NOW)
    assert now is not None
    brief = partner_brief(reader, "Legal", Filters(), now)
    assert [row["escalation_id"] for row in brief] == ["waits", "waits twice"]
    assert brief[0]["decision_needed"] == "Which rule?"
    assert partner_brief(reader, "Policy", Filters(), now) == []


def test_blocked_cases_are_those_open_and_blocked_at_the_moment_asked(reader: Reader) -> None:
    assert [row["escalation_id"] for row in blocked_cases(reader, Filters(), NOW)] == ["waits"]
    past = blocked_cases(reader, Filters(), at(12, 12))
    assert [row["escalation_id"] for row in past] == ["was blocked", "waits"]
    assert blocked_cases(reader, Filters(), at(9, 12)) == []


@pytest.mark.parametrize(("hours", "current"), [(0, True), (24, True), (24.1, False), (500, False)])
def test_now_closes_when_the_data_is_older_than_a_day(reader: Reader, hours: float, current: bool) -> None:
    now = now_of(reader, NOW + dt.timedelta(hours=hours))
    assert now is not None
    assert (now.at, now.is_current) == (NOW, current)
    assert now.age_hours == pytest.approx(hours)
