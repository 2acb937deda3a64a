"""How old the open cases are: by the hour they were opened, in the class whose words are true of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from queries.filters import Filters
from queries.flow import AGE_CLASSES, age_classes
from queries.measure import measure
from queries.time import Grain, Period
from store.location import Location
from tests.queries.small_store import at, open_small

HOURS_OLD = (1, 23, 25, 47, 71, 73, 120, 167, 169, 335, 337, 671, 673, 2_000)
HOURS_OF_CLASSES = (24, 72, 168, 336, 672)
ENDED = {"escalation_id": "ended", "opened_at": at(10), "resolved_at": at(12)}
"""No longer open, so of no age; its columns are those a source of ages supplies."""


def test_an_open_case_stands_in_the_class_of_the_hours_since_it_was_opened(
    build_store: Callable[..., Location],
) -> None:
    end = at(16)
    cases = [
        {"escalation_id": str(hours), "opened_at": end - dt.timedelta(hours=hours)} for hours in HOURS_OLD
    ]
    reader = open_small(build_store, [*cases, ENDED], end - dt.timedelta(minutes=1))
    week = Period(at(9).date(), end.date(), Grain.week)
    found = age_classes(reader, week, Filters())
    expected = [0] * len(AGE_CLASSES)
    for hours in HOURS_OLD:
        expected[sum(hours >= bound for bound in HOURS_OF_CLASSES)] += 1
    assert found is not None
    assert found.cases == tuple(expected) == (2, 3, 3, 2, 2, 2)
    reader.facts.close()


def test_the_median_age_is_at_most_half_a_day_from_the_exact_one(
    build_store: Callable[..., Location],
) -> None:
    end = at(16)
    ages = [7 + 4.6 * place for place in range(41)]  # the median just over four whole days
    cases = [
        {"escalation_id": str(place), "opened_at": end - dt.timedelta(hours=hours)}
        for place, hours in enumerate(ages)
    ]
    reader = open_small(build_store, [*cases, ENDED], end - dt.timedelta(minutes=1))
    week = Period(at(9).date(), end.date(), Grain.week)
    found = measure(reader, ("backlog_age_p50",), (week,), (), Filters()).total("backlog_age_p50")
    assert abs(found.value[0] - ages[20] / 24) <= 0.5
    reader.facts.close()
