"""Every strategic seller metric against an independent computation of it, on both engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
import pytest

from queries.catalog import strategic
from queries.filters import NONE_VALUE, Filters
from queries.measure import measure, open_reader
from queries.scope import open_scope, scope_of
from queries.time import CALENDAR_GRAINS, Grain, Period
from store.facts import open_facts
from store.location import Location
from tests.queries.comparing import compare, last_periods
from tests.queries.conftest import Known, World, build_world
from tests.queries.oracle_strategic import SellerOracle, SellerRows
from tests.queries.random_operation import Operation, bare_operation
from tests.queries.random_sellers import seller_operation

KEYS = tuple(metric.key for metric in strategic.METRICS)
SPANS = {Grain.day: 20, Grain.week: 34, Grain.month: 9, Grain.quarter: 4, Grain.block: 3}
DRILLS = {metric.key: metric.drill for metric in strategic.METRICS}


def sellers_known(operation: Operation) -> Known:
    """The operation, with the second computation beside it."""
    rows = SellerRows(operation)
    return Known(operation, rows, SellerOracle(rows))  # type: ignore[arg-type]


@cache
def thirty_sellers() -> Known:
    """Thirty sellers to whom everything happens."""
    return sellers_known(seller_operation(3))


@pytest.fixture(scope="module")
def world(build_store: Callable[..., Location]) -> Iterator[World]:
    made = build_world(build_store, thirty_sellers())
    yield made
    made.reader.facts.close()


def periods_of(world: World, grain: Grain) -> list[Period]:
    """Periods that reach from before the first day to after the last."""
    return last_periods(world, "enforcements", grain, SPANS[grain])


@pytest.mark.parametrize("grain", CALENDAR_GRAINS)
def test_every_metric_equals_the_oracle_in_total(world: World, grain: Grain) -> None:
    assert compare(world, KEYS, periods_of(world, grain), (), Filters()) == []


@pytest.mark.parametrize("key", KEYS)
def test_every_metric_equals_the_oracle_by_each_of_its_dimensions(world: World, key: str) -> None:
    for dimension in DRILLS[key]:
        grain = Grain.block if dimension == "member" else Grain.month
        if dimension != "member":
            assert compare(world, (key,), periods_of(world, grain), (dimension,), Filters()) == [], dimension


@pytest.mark.parametrize("seed", range(4))
def test_every_metric_equals_the_oracle_under_random_filters(world: World, seed: int) -> None:
    rng = np.random.default_rng(seed)
    tiers = rng.choice(["strategic", "growth", "standard", NONE_VALUE], size=2, replace=False)
    filters = Filters().with_values("tier", [str(tier) for tier in tiers])
    if seed % 2:
        filters = filters.with_values("marketplace", ["EU", NONE_VALUE])
    grain = (Grain.week, Grain.quarter, Grain.day, Grain.block)[seed]
    assert compare(world, KEYS, periods_of(world, grain), (), filters) == []
    assert compare(world, KEYS, periods_of(world, grain), ("tier",), filters) == []


def test_periods_apart_from_each_other_are_as_good_as_neighbours(world: World) -> None:
    weeks = periods_of(world, Grain.week)
    apart = [weeks[5], weeks[12], weeks[29]]
    assert compare(world, KEYS, apart, ("tier",), Filters()) == []


def test_what_is_blocked_wrongly_rightly_or_not_yet_known_is_all_that_is_blocked(world: World) -> None:
    keys = ("gmv_days_blocked", "gmv_days_blocked_wrongly", "gmv_days_blocked_rightly")
    measures = measure(
        world.reader, (*keys, "gmv_days_blocked_unknown"), periods_of(world, Grain.week), ("tier",)
    )
    for group in measures.groups:
        whole = measures.group(keys[0], group).numerator
        parts = sum(measures.group(key, group).numerator for key in (*keys[1:], "gmv_days_blocked_unknown"))
        np.testing.assert_allclose(whole, parts, atol=1e-5)
    assert all(np.nansum(measures.total(key).value) > 0 for key in measures.metrics)


def test_weeks_of_activity_add_up_to_their_quarter(world: World) -> None:
    days = measure(world.reader, ("enforcement_rate",), periods_of(world, Grain.day)).total(
        "enforcement_rate"
    )
    first, last = days.periods[0], days.periods[-1]
    span = world.reader.coverage.rules.between(first.start, last.last_day, Grain.range)
    whole = measure(world.reader, ("enforcement_rate",), span).total("enforcement_rate")
    assert whole.denominator[0] == pytest.approx(np.nansum(days.denominator), rel=1e-12)


def test_the_exposure_has_no_team_and_says_so(world: World) -> None:
    measures = measure(world.reader, ("enforcement_rate",), periods_of(world, Grain.month), ("team",))
    assert measures.reasons["enforcement_rate"] == "cannot be split by team"


def test_a_viewer_of_some_teams_is_refused_what_exists_for_the_whole_alone(world: World) -> None:
    narrow = open_reader(world.reader.facts, scope_of(world.reader.facts, "P4"))
    measures = measure(narrow, KEYS, periods_of(world, Grain.month))
    assert measures.reasons == {"enforcement_rate": "is known for the whole operation only"}
    seen = measures.total("blocks_open").numerator[-1]
    assert (
        0
        < seen
        < measure(world.reader, ("blocks_open",), periods_of(world, Grain.month))
        .total("blocks_open")
        .numerator[-1]
    )


def test_a_source_without_sellers_names_what_it_lacks(build_store: Callable[..., Location]) -> None:
    operation = bare_operation(9)
    reader = open_reader(open_facts(build_store(operation.arrow(), operation.settings_toml)), open_scope())
    rules = reader.coverage.rules
    weeks = rules.last(rules.period_of(reader.coverage.tables["escalations"].last_day, Grain.week), 3)
    reasons = measure(reader, KEYS, weeks).reasons
    assert set(reasons) == set(KEYS)
    assert reasons["gmv_at_risk"] == "not supplied: daily sales of enforced sellers"
    assert reasons["seller_satisfaction"] == "not supplied: survey scores"
    assert reasons["enforcement_rate"] == "not supplied: enforcements, active days of sellers"
    assert reasons["investigation_defect_rate"] == "not supplied: random audits of investigations"
    reader.facts.close()
