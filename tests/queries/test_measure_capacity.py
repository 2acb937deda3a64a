"""Every capacity metric against an independent computation of it, on both engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest

from queries.catalog import METRICS, available, capacity
from queries.catalog.capacity_parts import WORK, Work
from queries.explain import explain
from queries.filters import NONE_VALUE, Filters
from queries.measure import measure
from queries.scorecard import scorecard
from queries.six_twelve import review_of
from queries.time import CALENDAR_GRAINS, DAY, Grain, Period
from store.location import Location
from tests.queries.comparing import compare, last_periods
from tests.queries.conftest import Known, World, build_world
from tests.queries.oracle_capacity import CapacityOracle, CapacityRows
from tests.queries.random_capacity import HOLIDAY, capacity_operation
from tests.queries.random_draws import SAID_INCOMPLETE
from tests.queries.random_operation import Operation

KEYS = tuple(metric.key for metric in capacity.METRICS)
SPANS = {Grain.day: 12, Grain.week: 33, Grain.month: 9, Grain.quarter: 4, Grain.block: 3}
UNTOLD_OF_ONE = ("workload_spread",)
RATES = ("utilisation", "shrinkage", "shrinkage_leave", "shrinkage_training", "shrinkage_meetings")


def known(operation: Operation) -> Known:
    """The operation, with the second computation beside it."""
    rows = CapacityRows(operation)
    oracle: Any = CapacityOracle(rows)
    return Known(operation, rows, oracle)


@cache
def nine_people() -> Known:
    """Nine people with all the faults sources have."""
    return known(capacity_operation(4))


@pytest.fixture(scope="module")
def world(build_store: Callable[..., Location]) -> Iterator[World]:
    made = build_world(build_store, nine_people())
    yield made
    made.reader.facts.close()


def periods_of(world: World, grain: Grain) -> list[Period]:
    """Periods that reach from before the first day of work to after the last."""
    return last_periods(world, "work_days", grain, SPANS[grain])


@pytest.mark.parametrize("grain", CALENDAR_GRAINS)
def test_every_metric_equals_the_oracle_in_total(world: World, grain: Grain) -> None:
    assert compare(world, KEYS, periods_of(world, grain)) == []
    measures = measure(world.reader, KEYS, periods_of(world, grain))
    for key in KEYS:
        known = np.isfinite(measures.total(key).value)
        least = 1 if grain is Grain.day else known.size // 3
        assert known.sum() >= least, f"{key} is known too seldom to test anything"


@pytest.mark.parametrize("by", [("team",), ("site",), ("team", "site")], ids=str)
def test_every_metric_equals_the_oracle_by_team_and_site(world: World, by: tuple[str, ...]) -> None:
    assert compare(world, KEYS, periods_of(world, Grain.month), by) == []


def test_hours_of_one_person_are_told_by_week_and_rates_by_thirteen(world: World) -> None:
    hours = ("available_hours", "workload_hours")
    assert compare(world, hours, periods_of(world, Grain.week)[-9:], ("member",)) == []
    assert compare(world, RATES, periods_of(world, Grain.block), ("member",)) == []
    refused = measure(world.reader, RATES, periods_of(world, Grain.week), ("member",)).reasons
    assert set(refused) == set(RATES) and "13 weeks" in refused["utilisation"]
    spread = measure(world.reader, UNTOLD_OF_ONE, periods_of(world, Grain.block), ("member",)).reasons
    assert spread["workload_spread"] == "compares the people of a team, so it is not told of one"


def test_hours_that_came_in_split_as_their_cases_do(world: World) -> None:
    for dimension in ("marketplace", "tier", "category"):
        assert compare(world, ("workload_hours",), periods_of(world, Grain.month), (dimension,)) == []


@pytest.mark.parametrize("seed", range(4))
def test_every_metric_equals_the_oracle_under_random_filters(world: World, seed: int) -> None:
    rng = np.random.default_rng(seed)
    teams = rng.choice(["emea-1", "emea-2", "amer-1", "apac-1", NONE_VALUE], size=2, replace=False)
    filters = Filters().with_values("team", [str(team) for team in teams])
    if seed == 1:
        filters = Filters().with_values("org", ["emea"])
    if seed == 2:
        filters = filters.with_values("site", ["LUX", NONE_VALUE])
    grain = (Grain.week, Grain.quarter, Grain.month, Grain.block)[seed]
    assert compare(world, KEYS, periods_of(world, grain), (), filters) == []


def test_periods_apart_from_each_other_are_as_good_as_neighbours(world: World) -> None:
    weeks = periods_of(world, Grain.week)
    assert compare(world, KEYS, [weeks[8], weeks[15], weeks[29]], ("team",)) == []


def test_leave_training_meetings_and_what_is_left_are_all_that_is_paid(world: World) -> None:
    measures = measure(world.reader, (*RATES, "available_hours"), periods_of(world, Grain.week), ("site",))
    for group in measures.groups:
        kinds = [measures.group(key, group).numerator for key in RATES[2:]]
        whole = measures.group("shrinkage", group)
        left = np.nan_to_num(measures.group("available_hours", group).numerator)
        np.testing.assert_allclose(np.nan_to_num(sum(kinds)), np.nan_to_num(whole.numerator), atol=1e-9)
        paid = np.nan_to_num(whole.numerator) + left
        np.testing.assert_allclose(paid, np.nan_to_num(whole.denominator), atol=1e-9)
        assert (left >= 0).all()


def test_new_people_count_for_less_in_the_staff_that_is_needed(world: World) -> None:
    assert isinstance(world.rows, CapacityRows)
    shares = world.rows.ramp.values()
    assert len(shares) > 3 and min(shares) < 1, "else the ramp changes nothing and nothing is tested"


def test_a_holiday_of_one_site_takes_only_its_hours(world: World) -> None:
    day = [Period(HOLIDAY, HOLIDAY.replace(day=12), Grain.day)]
    measures = measure(world.reader, ("available_hours", "shrinkage_leave"), day, ("site",))
    away = measures.group("shrinkage_leave", ("LUX",))
    assert away.numerator[0] > 0
    assert measures.group("available_hours", ("AUS",)).value[0] > 0
    assert bool(measures.total("available_hours").complete[0])


def test_days_missing_within_the_four_weeks_leave_the_backlog_days_incomplete(world: World) -> None:
    weeks = periods_of(world, Grain.week)
    days = measure(world.reader, ("backlog_days",), weeks).total("backlog_days")
    first = world.reader.coverage.tables["work_days"].first_day
    for week, complete in zip(weeks, days.complete, strict=True):
        if (week.end - first).days < 28:
            assert not complete
    # A day of escalations said to be incomplete is none of the hours looked back on.
    after = [SAID_INCOMPLETE < week.start <= SAID_INCOMPLETE + 21 * DAY for week in weeks]
    assert sum(after) == 3 and days.complete[np.array(after)].all()


def test_an_arrival_without_standard_time_makes_the_work_unknown_not_smaller(world: World) -> None:
    months = periods_of(world, Grain.month)
    work = measure(world.reader, ("workload_hours", "workload_spread", "headcount_gap"), months)
    september = next(place for place, month in enumerate(months) if month.label == "2025-09")
    for key in work.metrics:
        assert np.isnan(work.total(key).value[september]), key
    assert np.isfinite(work.total("workload_hours").value[september + 2])


def test_a_change_splits_into_teams_that_add_up_or_says_that_none_do(world: World) -> None:
    earlier, later = periods_of(world, Grain.month)[4:6]
    for key in ("available_hours", "workload_hours", "utilisation", "shrinkage", "backlog_days"):
        explained = explain(world.reader, key, ("team",), later, earlier, Filters())
        assert explained.decomposition is not None, key
        series = measure(world.reader, (key,), (earlier, later)).total(key)
        parts = sum(driver.total for driver in explained.decomposition.drivers)
        assert parts == pytest.approx(series.value[1] - series.value[0]), key
    for key in ("workload_spread", "headcount_gap"):
        explained = explain(world.reader, key, ("team",), later, earlier, Filters())
        assert explained.decomposition is None
        assert explained.reason == "its parts do not add up to the total, so none is claimed"


def test_every_metric_has_a_line_and_a_review_of_six_weeks_beside_twelve_months(world: World) -> None:
    week = periods_of(world, Grain.week)[-3]
    for line in scorecard(world.reader, KEYS, week, Filters()):
        assert line.place is not None and np.isfinite(line.value), line.metric.key
        review = review_of(world.reader, line.metric.key, week, Filters())
        assert review.weeks[-1].now.value == pytest.approx(line.value), line.metric.key
    hours = scorecard(world.reader, ("available_hours", "utilisation"), week, Filters())
    four = measure(
        world.reader, ("available_hours", "utilisation"), world.reader.coverage.rules.last(week, 4)
    )
    assert hours[0].four_weeks == pytest.approx(four.total("available_hours").value.mean())
    pooled = four.total("utilisation")
    assert hours[1].four_weeks == pytest.approx(pooled.numerator.sum() / pooled.denominator.sum())


def test_the_spread_over_four_weeks_is_that_of_their_people_not_a_mean(world: World) -> None:
    week = periods_of(world, Grain.week)[-3]
    (line,) = scorecard(world.reader, UNTOLD_OF_ONE, week, Filters())
    wanted = world.oracle.answer("workload_spread", week.end - 28 * DAY, week.end, lambda _: True)
    assert line.four_weeks == pytest.approx(wanted.value)


def without(operation: Operation, table: str, *columns: str) -> Operation:
    """The operation without a table, or without some of its columns."""
    tables = dict(operation.tables)
    if columns:
        tables[table] = tables[table].drop(columns=list(columns))
    else:
        del tables[table]
    return Operation(tables, operation.settings_toml)


def reasons(build_store: Callable[..., Location], operation: Operation) -> dict[str, str]:
    """Why metrics have no values, over one month."""
    made = build_world(build_store, known(operation))
    found = measure(made.reader, KEYS, periods_of(made, Grain.month)[-2:]).reasons
    made.reader.facts.close()
    return found


def test_what_a_source_does_not_supply_is_named(build_store: Callable[..., Location]) -> None:
    made = capacity_operation(6)
    found = reasons(build_store, without(made, "work_days", "meeting_hours", "case_hours"))
    assert found["available_hours"] == "not supplied: meeting hours"
    assert found["utilisation"] == "not supplied: meeting hours, hours on cases"
    assert "workload_hours" not in found
    assert found["headcount_gap"] == found["backlog_days"] == "not supplied: meeting hours"


def test_a_type_of_work_with_rows_but_no_standard_time_is_never_counted_as_none(
    build_store: Callable[..., Location],
) -> None:
    found = reasons(build_store, without(capacity_operation(6), "work_items"))
    for key in ("workload_hours", "backlog_days", "workload_spread", "headcount_gap"):
        assert found[key] == "not supplied: standard times of appeals", key


@cache
def without_investigations() -> Known:
    """A source that knows no investigations."""
    return known(without(capacity_operation(6), "investigations"))


def test_where_there_are_no_investigations_the_work_is_that_of_the_others(
    build_store: Callable[..., Location],
) -> None:
    made = build_world(build_store, without_investigations())
    metric, missing = made.reader.available("workload_hours")
    assert not missing and metric.note == "there are no investigations"
    assert compare(made, KEYS, periods_of(made, Grain.month)) == []
    made.reader.facts.close()


@pytest.mark.parametrize("kinds", [kinds for n in (1, 2, 3) for kinds in combinations(WORK, n)])
@pytest.mark.parametrize("key", ["workload_hours", "backlog_days", "workload_spread", "headcount_gap"])
def test_the_work_counted_is_that_of_the_kinds_there_are(key: str, kinds: tuple[Work, ...]) -> None:
    supplied = {*capacity.HOURS, "specialist_history.fte"}
    supplied |= {column for work in kinds for column in (work.came, f"{work.fact}.standard_hours")}
    metric, missing = available(METRICS[key], supplied)
    hours_there = {"work_days", "staff_flow"}
    assert not missing and set(metric.facts) - hours_there == {work.fact for work in kinds}
    without = supplied - {f"{kinds[0].fact}.standard_hours"}
    assert f"{kinds[0].fact}.standard_hours" in available(METRICS[key], without).missing


def test_a_team_of_one_has_no_spread(build_store: Callable[..., Location]) -> None:
    made = capacity_operation(8)
    days = made.tables["work_days"]
    alone = days[days["specialist_id"] == "P1"].assign(team="emea-1")
    operation = Operation({**made.tables, "work_days": alone}, made.settings_toml)
    world = build_world(build_store, known(operation))
    spread = measure(world.reader, ("workload_spread",), periods_of(world, Grain.month)).total(
        "workload_spread"
    )
    assert np.isnan(spread.value).all() and not np.nan_to_num(spread.n).any()
    assert not spread.withheld.any()
    world.reader.facts.close()


def test_nobody_at_work_gives_no_number_at_all(build_store: Callable[..., Location]) -> None:
    made = capacity_operation(8)
    days = made.tables["work_days"].assign(leave_hours=lambda frame: frame["paid_hours"])
    operation = Operation({**made.tables, "work_days": pd.DataFrame(days)}, made.settings_toml)
    world = build_world(build_store, known(operation))
    measures = measure(world.reader, KEYS, periods_of(world, Grain.month))
    assert np.nanmax(measures.total("available_hours").value) == 0
    for key in ("utilisation", "backlog_days", "headcount_gap"):
        assert np.isnan(measures.total(key).value).all(), key
    world.reader.facts.close()
