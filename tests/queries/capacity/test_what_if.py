"""What a scenario is judged by, read from a store of a few cases: preventable shares and value at stake."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pyarrow as pa
import pytest

from queries.capacity.what_if import Question, preventable, question_of, sales_waiting, stakes
from queries.filters import Filters
from queries.journal import Journal
from queries.measure import Reader, open_reader
from queries.scope import open_scope
from store.facts import open_facts
from store.location import Location
from tests.queries.small_store import UTC_SETTINGS, at

FIRST = dt.date(2026, 12, 1)
LONG_AGO = at(1) - dt.timedelta(weeks=40)
CASES: tuple[tuple[str, dt.datetime, bool | None, float | None], ...] = (
    ("ours", at(3), True, 100.0),
    ("ours", at(4), False, 300.0),
    ("ours", at(5), False, None),
    ("ours", at(6), None, None),
    ("ours", LONG_AGO, True, 9_000.0),
    ("theirs", at(7), True, 7_000.0),
    ("blank", at(8), None, None),
)


@pytest.fixture(scope="module")
def reader(build_store: Callable[..., Location]) -> Iterator[Reader]:
    teams, opened, tags, values = zip(*CASES, strict=True)
    tables = {
        "teams": pa.table({"team": ["ours", "theirs", "blank"]}),
        "escalations": pa.table(
            {
                "escalation_id": [f"E{place}" for place in range(len(CASES))],
                "cycle": pa.array([1] * len(CASES), pa.int32()),
                "team": list(teams),
                "opened_at": pa.array(opened, pa.timestamp("us")),
                "preventable": pa.array(tags, pa.bool_()),
                "value_at_stake": pa.array(values, pa.float64()),
            }
        ),
        "supplied_through": pa.table(
            {
                "table_name": ["escalations"],
                "first_at": pa.array([LONG_AGO], pa.timestamp("us")),
                "through_at": pa.array([at(31)], pa.timestamp("us")),
            }
        ),
    }
    opened = open_reader(open_facts(build_store(tables, UTC_SETTINGS)), open_scope())
    yield opened
    opened.facts.close()


def test_the_preventable_share_is_of_the_tagged_cases_of_the_teams_and_the_half_year(reader: Reader) -> None:
    assert preventable(reader, ("ours",), FIRST) == {"escalation": pytest.approx(1 / 3)}
    assert preventable(reader, ("ours", "theirs"), FIRST) == {"escalation": pytest.approx(2 / 4)}
    assert preventable(reader, ("blank",), FIRST) == {}


def test_sales_of_waiting_sellers_are_not_told_where_nothing_is_known_of_blocks(reader: Reader) -> None:
    assert sales_waiting(reader, ("ours",), FIRST) is None


def test_the_value_at_stake_is_the_mean_of_the_cases_that_name_one(reader: Reader) -> None:
    found = stakes(reader, ("ours",), FIRST)
    assert found is not None
    assert (found.mean, found.cases, found.of) == (200.0, 2, 4)
    assert stakes(reader, ("blank",), FIRST) is None


def test_without_hours_there_is_nothing_to_simulate_and_the_reason_is_told(reader: Reader) -> None:
    question, base = question_of(reader, Filters(), Journal())
    assert question == Question((), ())
    assert base.plan is None and base.reason
