"""Counts by day and kind answer what sections share as the cases themselves do, and are made once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from sqlalchemy import Select

from queries import catalog, day_kinds
from queries import measure as measuring
from queries.branches import Branch
from queries.day_kinds import DayCounts, KindSums
from queries.filters import NONE_VALUE, Filters
from queries.measure import Measures, Reader, measure
from queries.snapshots import EPOCH
from queries.statements import Question
from queries.time import DAY, WEEK, Grain, Period
from tests.queries.conftest import World

KEYS = tuple(
    key for key, metric in catalog.METRICS.items() if {"appeals", "enforcements"} & set(metric.facts)
)
PARTS = ("numerator", "denominator", "value", "low", "high", "n", "effective_n", "at_least")


@pytest.fixture
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """No answer of an earlier question is given again."""
    monkeypatch.setattr(measuring, "_answer", getattr(measuring._answer, "__wrapped__", measuring._answer))


@pytest.fixture
def one_section(monkeypatch: pytest.MonkeyPatch) -> None:
    """All metrics asked at once count as a section."""
    monkeypatch.setattr(day_kinds, "MOST_COMPONENTS", 1000)


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> list[Branch]:
    """The branches that were answered from the counts."""
    found: list[Branch] = []

    def noting(
        reader: Reader, question: Question, branches: Sequence[Branch], served: Container[tuple[str, str]]
    ) -> dict[Branch, pa.Table]:
        tables = answer(reader, question, branches, served)
        found.extend(tables)
        return tables

    answer = day_kinds.answer
    monkeypatch.setattr(day_kinds, "answer", noting)
    return found


def _periods(reader: Reader, grain: Grain) -> list[Period]:
    """At least half a year of the grain up to the newest week; of ranges two with a gap between them."""
    rules, week = reader.coverage.rules, reader.coverage.newest_week()
    assert week is not None
    if grain is Grain.range:
        start, middle = week.end - 200 * DAY, week.end - 60 * DAY
        return [Period(start, middle, grain), Period(middle + 3 * DAY, week.end, grain)]
    counts = {Grain.day: 190, Grain.week: 30, Grain.month: 8, Grain.quarter: 3, Grain.block: 2}
    return rules.last(rules.period_of(week.last_day, grain), counts[grain])


def _filters(world: World) -> Filters:
    """Two filters, so that no counts by week answer."""
    teams = sorted({row["team"] or NONE_VALUE for row in world.oracle.appeals})
    tiers = sorted({row["tier"] or NONE_VALUE for row in world.oracle.appeals})
    return Filters().with_values("team", teams[:3]).with_values("tier", tiers[:2])


def _differences(counts: Measures, cases: Measures) -> tuple[list[str], int]:
    found, compared = [], 0
    for key in KEYS:
        one, other = counts.total(key), cases.total(key)
        assert one.reason == other.reason
        for part in PARTS:
            own, expected = getattr(one, part), getattr(other, part)
            if not np.allclose(own, expected, rtol=1e-9, atol=1e-9, equal_nan=True):
                found.append(f"{key} {part}: {own} instead of {expected}")
        compared += int(np.isfinite(one.value).sum())
    return found, compared


@pytest.mark.parametrize("grain", list(Grain))
@pytest.mark.usefixtures("nothing_kept", "one_section")
def test_every_metric_is_the_same_from_the_counts_and_from_the_cases(
    monkeypatch: pytest.MonkeyPatch, rich_world: World, answered: list[Branch], grain: Grain
) -> None:
    periods, filters = _periods(rich_world.reader, grain), _filters(rich_world)
    counts = measure(rich_world.reader, KEYS, periods, (), filters)
    assert {part.fact for branch in answered for part in branch.components} == {"appeals", "enforcements"}
    monkeypatch.setattr(day_kinds, "serves", lambda *_: frozenset())
    found, compared = _differences(counts, measure(rich_world.reader, KEYS, periods, (), filters))
    assert found == []
    assert compared > 20, "the example must hold values"


@pytest.mark.usefixtures("nothing_kept")
def test_cases_are_read_once_for_trends_of_weeks_and_of_months(
    monkeypatch: pytest.MonkeyPatch, rich_world: World
) -> None:
    reads: list[DayCounts] = []
    read = day_kinds._read

    def noting(reader: Reader, statement: Select[Any]) -> DayCounts:
        reads.append(read(reader, statement))
        return reads[-1]

    monkeypatch.setattr(day_kinds, "_read", noting)
    filters = _filters(rich_world).with_values("outcome", ("upheld",))
    for grain in (Grain.week, Grain.month):
        measure(rich_world.reader, ("appeals_decided",), _periods(rich_world.reader, grain), (), filters)
    assert len(reads) == 1


@pytest.mark.usefixtures("nothing_kept", "one_section")
def test_groups_and_few_weeks_are_read_from_the_cases_unless_these_are_counted(
    rich_world: World, answered: list[Branch]
) -> None:
    reader, filters = rich_world.reader, _filters(rich_world).with_values("site", ("nowhere",))
    weeks = _periods(reader, Grain.week)
    measure(reader, KEYS, weeks, ("marketplace",), filters)
    measure(reader, KEYS, weeks[-25:], (), filters)
    assert answered == []
    measure(reader, KEYS, weeks, (), filters)
    once = len(answered)
    measure(reader, KEYS, weeks[-25:], (), filters)
    assert len(answered) == 2 * once > 0


@pytest.mark.usefixtures("nothing_kept")
def test_a_scorecard_is_read_in_one_statement_unless_its_cases_are_counted(
    rich_world: World, answered: list[Branch]
) -> None:
    reader, filters = rich_world.reader, _filters(rich_world).with_values("site", ("nobody",))
    weeks = _periods(reader, Grain.week)
    measure(reader, KEYS, weeks, (), filters)
    assert answered == []
    measure(reader, ("appeals_decided",), weeks, (), filters)
    section = len(answered)
    measure(reader, KEYS, weeks, (), filters)
    assert len(answered) > section > 0


def test_sums_stand_by_period_and_stratum_and_leave_out_gaps_and_empty_cells() -> None:
    first = Period(dt.date(2026, 1, 5), dt.date(2026, 1, 12), Grain.range)
    later = Period(first.end + WEEK, first.end + 2 * WEEK, Grain.range)
    day = np.array([(date - EPOCH).days for date in (first.start, first.last_day, first.end, later.start)])
    counts = DayCounts(day, np.array([0, 2, 1, 1]), {"cases": np.array([3.0, 5.0, 100.0, 7.0])})
    weights = DayCounts(day[1:2], np.array([2]), {"audit_weight": np.array([2.5])})
    sums = KindSums(
        np.array([[True, True, False], [True, True, True]]),
        ("cases", "audit_weight"),
        np.array([0, 0, 1]),
        ("large", None),
    )
    table = day_kinds._table("p3", (first, later), (counts, weights), sums, by_stratum=True)
    rows = [(row["key"], row["label"], row["v0"], row["v1"]) for row in table.to_pylist()]
    assert rows == [
        (first.start, "large", 3.0, 0.0),
        (later.start, "large", 7.0, 0.0),
        (first.start, None, 0.0, 2.5),
    ]
    assert set(table.column("part").to_pylist()) == {"p3"}
