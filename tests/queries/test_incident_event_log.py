"""The known answers of the incident event log, asked through measure() with the default settings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pytest

from queries.filters import Filters
from queries.measure import Measures, Reader, measure, open_reader
from queries.scope import open_scope
from queries.time import Grain, Period
from store.facts import open_facts
from store.location import Location

WHOLE = (Period(dt.date(2016, 2, 29), dt.date(2017, 2, 20), Grain.block),)


@pytest.fixture(scope="module")
def log(incident_store: Location) -> Iterator[Reader]:
    """The imported log as a leader sees it."""
    facts = open_facts(incident_store)
    yield open_reader(facts, open_scope())
    facts.close()


def weekly(log: Reader, key: str, first: dt.date, count: int) -> Measures:
    weeks = [log.coverage.rules.week_of(first + place * dt.timedelta(days=7)) for place in range(count)]
    return measure(log, (key,), weeks)


def test_attainment_in_total_is_63_42_per_cent_by_close_date(log: Reader) -> None:
    series = measure(log, ("resolution_sla",), WHOLE).total("resolution_sla")
    assert (series.numerator[0], series.denominator[0]) == (15_803, 15_803 + 9_115)
    assert round(100 * 15_803 / 24_918, 2) == 63.42
    assert series.metric.note == "by close date, source has no due times"


@pytest.mark.parametrize(
    ("priority", "n", "attainment"),
    [
        ("1 - Critical", 270, 1.85),
        ("2 - High", 408, 0.49),
        ("3 - Moderate", 23_466, 64.54),
        ("4 - Low", 774, 84.11),
    ],
)
def test_attainment_by_final_priority(log: Reader, priority: str, n: int, attainment: float) -> None:
    measures = measure(log, ("resolution_sla",), WHOLE, ("severity",))
    series = measures.group("resolution_sla", (priority,))
    assert series.n[0] == n
    assert round(100 * series.numerator[0] / series.denominator[0], 2) == attainment
    filtered = measure(log, ("resolution_sla",), WHOLE, (), Filters().with_values("severity", (priority,)))
    assert filtered.total("resolution_sla").numerator[0] == series.numerator[0]


def test_reopenings_and_transfers(log: Reader) -> None:
    keys = ("reopened_share", "reopenings", "transfers_per_escalation")
    measures = measure(log, keys, WHOLE)
    assert measures.total("reopened_share").numerator[0] == 275
    assert round(100 * measures.total("reopened_share").value[0], 3) == 1.104
    assert measures.total("reopenings").value[0] == 331
    assert round(float(measures.total("transfers_per_escalation").value[0]), 4) == 0.9396


@pytest.mark.parametrize(
    ("day", "open_cases"),
    [(dt.date(2016, 4, 1), 3_353), (dt.date(2016, 5, 2), 2_673), (dt.date(2016, 6, 1), 2_044)],
)
def test_the_backlog_at_midnight(log: Reader, day: dt.date, open_cases: int) -> None:
    before = Period(day - dt.timedelta(days=1), day, Grain.day)
    assert measure(log, ("backlog_open",), (before,)).total("backlog_open").value[0] == open_cases


def test_the_week_of_14_march_closed_35_and_the_next_4007(log: Reader) -> None:
    series = weekly(log, "escalations_resolved", dt.date(2016, 3, 14), 2).total("escalations_resolved")
    assert list(series.value) == [35, 4_007]
    assert series.complete.all()


def test_what_the_source_does_not_say_is_not_supplied_never_zero(log: Reader) -> None:
    for key in (
        "pause_hygiene",
        "first_response_sla",
        "reopen_rate",
        "preventable_share",
        "backlog_past_due",
    ):
        series = measure(log, (key,), WHOLE).total(key)
        assert series.reason.startswith("not supplied: "), key
        assert np.isnan(series.value).all()
