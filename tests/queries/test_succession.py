"""Succession and a person's half-year on a store of four people, on both engines: counted on fingers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from queries.development import Career, save
from queries.filters import Filters
from queries.measure import Reader, open_reader
from queries.people.evidence import Leave, Training, half_year, leave_of
from queries.scope import open_scope
from queries.succession import RoleCover, roles, succession
from store.facts import open_facts
from store.location import Location
from tests.queries.small_store import UTC_SETTINGS, at, rows_of

ON = dt.date(2026, 11, 16)
BuildStore = Callable[..., Location]


@pytest.fixture
def reader(build_store: BuildStore) -> Reader:
    """North with two teams led by Mia and nobody; Ann in one, Ben in two, Cid left, Dan starts later."""
    case: dict[str, Any] = {"escalation_id": "E1", "cycle": 1, "opened_at": at(2), "team": "one"}
    people = [("mia", None, None), ("ann", None, None), ("ben", None, None)]
    people += [("cid", None, dt.date(2026, 11, 1)), ("dan", dt.date(2026, 12, 1), None)]
    stands = [("mia", "one"), ("ann", "one"), ("ben", "one"), ("ben", "two"), ("cid", "two"), ("dan", "two")]
    tables = {
        "escalations": rows_of("escalations", [case]),
        "teams": rows_of(
            "teams",
            [
                {"team": "north", "name": "North", "position": 0},
                {
                    "team": "one",
                    "name": "One",
                    "parent": "north",
                    "site": "Berlin",
                    "manager_id": "mia",
                    "position": 1,
                },
                {"team": "two", "name": "Two", "parent": "north", "site": "Bonn", "position": 2},
            ],
        ),
        "specialists": rows_of(
            "specialists",
            [
                {"specialist_id": who, "name": who.title(), "hired_on": hired, "left_on": left}
                for who, hired, left in people
            ],
        ),
        "specialist_history": rows_of(
            "specialist_history",
            [
                {"specialist_id": who, "team": team, "valid_from": dt.date(2026, 1, 1 + place)}
                for place, (who, team) in enumerate(stands)
            ],
        ),
        "trainings": rows_of(
            "trainings",
            [
                {"training_id": "T1", "name": "Invoices", "held_on": dt.date(2026, 9, 1)},
                {"training_id": "T2", "name": None, "held_on": dt.date(2026, 10, 1)},
                {"training_id": "T3", "name": "Long ago", "held_on": dt.date(2025, 1, 1)},
            ],
        ),
        "training_outcomes": rows_of(
            "training_outcomes",
            [
                {"training_id": "T1", "specialist_id": "ann", "passed": True, "score": 91.0},
                {"training_id": "T2", "specialist_id": "ann", "passed": None, "score": None},
                {"training_id": "T3", "specialist_id": "ann", "passed": True, "score": None},
                {"training_id": "T1", "specialist_id": "ben", "passed": False, "score": 10.0},
            ],
        ),
        "planned_leave": rows_of(
            "planned_leave",
            [
                {"specialist_id": "ann", "starts_on": first, "ends_on": last, "leave_kind": kind}
                for first, last, kind in (
                    (dt.date(2026, 11, 10), dt.date(2026, 11, 16), "vacation"),
                    (dt.date(2026, 12, 24), dt.date(2026, 12, 31), "other"),
                    (dt.date(2026, 11, 1), dt.date(2026, 11, 5), "other"),
                    (dt.date(2026, 11, 20), dt.date(2026, 11, 18), "other"),
                )
            ],
        ),
        "supplied_through": pa.table(
            {
                "table_name": ["escalations"],
                "first_at": pa.array([at(-300)], pa.timestamp("us")),
                "through_at": pa.array([at(15, 23.99)], pa.timestamp("us")),
            }
        ),
    }
    return open_reader(open_facts(build_store(tables, UTC_SETTINGS)), open_scope())


def write(reader: Reader, *careers: Career) -> None:
    for career in careers:
        save(reader.facts.location, career, "Mia")


def cover(reader: Reader, filters: Filters | None = None) -> dict[str, RoleCover]:
    return {role.role: role for role in succession(reader, filters or Filters(), ON)}


def test_every_team_has_a_role_in_the_organisations_order_and_none_is_covered_at_first(
    reader: Reader,
) -> None:
    found = cover(reader)
    assert list(found) == ["team:north", "team:one", "team:two"]
    assert [role.name for role in found.values()] == ["Manager, North", "Manager, One", "Manager, Two"]
    assert [role.holder for role in found.values()] == ["", "Mia", ""]
    assert not any(role.is_covered for role in found.values())


def test_who_is_ready_stands_at_the_earliest_readiness_by_name(reader: Reader) -> None:
    write(
        reader,
        Career("ben", "Manager", "in_a_year", "team:one"),
        Career("ann", "Manager", "now", "team:one"),
        Career("ann", "Manager", "later", "team:one"),
        Career("ben", "Manager", "later", "team:two"),
    )
    found = cover(reader)
    assert (found["team:one"].now, found["team:one"].in_a_year, found["team:one"].later) == (
        ("Ann",),
        ("Ben",),
        (),
    )
    assert found["team:two"].later == ("Ben",) and not found["team:two"].is_covered


def test_holders_of_the_role_leavers_and_people_to_come_cover_nothing(reader: Reader) -> None:
    write(
        reader,
        Career("mia", "Manager", "now", "team:one"),
        Career("cid", "Manager", "now", "team:two"),
        Career("dan", "Manager", "now", "team:two"),
        Career("mia", "Director", "now", "team:north"),
    )
    found = cover(reader)
    assert [role.is_covered for role in found.values()] == [True, False, False]


def test_roles_in_words_follow_and_filters_narrow_by_team_and_site(reader: Reader) -> None:
    write(reader, Career("ann", "Lead", "now", "Session lead"), Career("ben", "Lead", "later", "Auditor"))
    assert list(cover(reader))[3:] == ["Auditor", "Session lead"]
    narrowed = Filters().with_values("team", ("two",))
    assert list(cover(reader, narrowed)) == ["team:two", "Auditor"]
    assert roles(reader, Filters().with_values("site", ("Berlin",))) == ("team:one",)
    assert roles(reader, Filters().with_values("org", ("north",))) == ("team:north", "team:one", "team:two")


def test_a_half_year_has_the_trainings_within_it_and_leave_that_touches_the_days(reader: Reader) -> None:
    newest = reader.coverage.newest_week()
    assert newest is not None
    half = half_year(reader, "ann", newest)
    assert (half.later.end - half.earlier.start).days == 182
    assert half.later.last_day == newest.last_day
    assert half.trainings == (
        Training("T2", dt.date(2026, 10, 1), None, None),
        Training("Invoices", dt.date(2026, 9, 1), True, 91.0),
    )
    assert leave_of(reader, "ann", ON, dt.date(2026, 12, 24)) == (
        Leave(dt.date(2026, 11, 10), dt.date(2026, 11, 16), "vacation"),
        Leave(dt.date(2026, 12, 24), dt.date(2026, 12, 31), "other"),
    )
    assert leave_of(reader, "ben", ON, ON) == ()
    assert all(volume.later in (None, 0.0) for volume in half.volumes)
