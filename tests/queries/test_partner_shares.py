"""What each partner holds up: shares of everyone's hours that add up, and shares of cases that do not."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.explain import explain, splits_for
from queries.filters import NONE_VALUE, Filters
from queries.measure import measure
from queries.pooling import pool
from queries.series import evaluate
from queries.time import Grain
from store.location import Location
from tests.queries.conftest import World, build_world
from tests.queries.random_operation import random_operation
from tests.queries.test_measure import compare, periods_of

SHARE, INVOLVED, UNITED = "partner_split_share", "partner_involvement", "partner_wait_share"


@pytest.fixture(scope="module")
def world_of_events(build_store: Callable[..., Location]) -> Iterator[World]:
    """A source without hours of its own: all of them come from the events."""
    operation = random_operation(23, cases=400)
    for column in ("our_hours", "seller_hours", "partner_hours"):
        del operation.tables["escalations"][column]
    world = build_world(build_store, operation)
    yield world
    world.reader.facts.close()


@settings(max_examples=8, deadline=None)
@given(
    grain=st.sampled_from([Grain.week, Grain.month, Grain.range, Grain.block]),
    severities=st.sets(st.sampled_from(["Sev-1", "Sev-2", "Sev-3", NONE_VALUE])),
)
def test_shares_of_the_partners_add_up_to_the_time_waiting_on_any(
    world_of_events: World, grain: Grain, severities: set[str]
) -> None:
    periods = periods_of(world_of_events, grain)
    filters = Filters().with_values("severity", sorted(severities))
    by_partner = measure(world_of_events.reader, (SHARE,), periods, ("partner",), filters)
    united = measure(world_of_events.reader, (UNITED,), periods, (), filters).total(UNITED)
    hours = sum(np.nan_to_num(series.numerator) for series in by_partner.series(SHARE))
    whole = by_partner.total(SHARE).numerator
    loaded = np.isfinite(whole)  # the earliest ranges lie before the first day
    assert loaded.any() and not hours[~loaded].any()
    np.testing.assert_allclose(whole[loaded], hours[loaded])
    np.testing.assert_allclose(np.nan_to_num(hours), np.nan_to_num(united.numerator), atol=1e-6)
    np.testing.assert_allclose(
        np.nan_to_num(by_partner.total(SHARE).denominator), np.nan_to_num(united.denominator)
    )


@pytest.mark.parametrize("by", [("partner", "team"), ("severity", "partner"), ("team",)])
def test_within_a_team_the_whole_is_the_teams(rich_world: World, by: tuple[str, ...]) -> None:
    assert compare(rich_world, periods_of(rich_world, Grain.quarter), by, Filters()) == []


def test_a_chosen_partner_is_a_share_of_everyones_cases(rich_world: World) -> None:
    months = periods_of(rich_world, Grain.month)
    partner = rich_world.rows.waits[0]["partner"]
    chosen = Filters().with_values("partner", [partner])
    assert compare(rich_world, months, (), chosen) == []
    alone = measure(rich_world.reader, (SHARE, INVOLVED), months, (), chosen)
    beside = measure(rich_world.reader, (SHARE, INVOLVED), months, ("partner",))
    for key in (SHARE, INVOLVED):
        assert alone.total(key).reason == ""
        np.testing.assert_allclose(alone.total(key).value, beside.group(key, (partner,)).value)


def test_involvement_is_told_for_one_partner_at_a_time(rich_world: World) -> None:
    months = periods_of(rich_world, Grain.month)
    words = "is told for one partner at a time: a case may stand under several"
    assert measure(rich_world.reader, (INVOLVED,), months).reasons == {INVOLVED: words}
    split = measure(rich_world.reader, (INVOLVED,), months, ("partner",))
    assert split.reasons == {} and split.total(INVOLVED).reason == words
    assert np.isnan(split.total(INVOLVED).value).all()
    assert any(np.isfinite(series.value).any() for series in split.series(INVOLVED))


def test_no_group_of_nobody_appears_beside_the_partners(rich_world: World) -> None:
    split = measure(rich_world.reader, (SHARE,), periods_of(rich_world, Grain.month), ("partner",))
    assert sorted(group[0] or "" for group in split.groups) == sorted(
        {row["partner"] for row in rich_world.rows.waits if row["kind"] == "resolved"}
    )


def test_the_change_of_the_share_is_explained_by_partners_that_add_up(rich_world: World) -> None:
    months = periods_of(rich_world, Grain.month)
    metric = rich_world.reader.available(SHARE).metric
    assert ("partner",) in splits_for(metric, Filters())
    found = explain(rich_world.reader, SHARE, ("partner",), months[-3], months[-4], Filters())
    assert found.decomposition is not None
    total = measure(rich_world.reader, (SHARE,), [months[-4], months[-3]]).total(SHARE).value
    assert found.decomposition.change == pytest.approx(total[1] - total[0])
    parts = sum(driver.total for driver in found.decomposition.drivers)
    assert parts == pytest.approx(found.decomposition.change)


def test_pooled_months_have_the_whole_of_all_of_them(rich_world: World) -> None:
    months = periods_of(rich_world, Grain.month)
    split = measure(rich_world.reader, (SHARE,), months, ("partner",))
    metric = split.metrics[SHARE]
    pooled = evaluate(metric, pool(split.parts, [2, 3, 4], metric.components), [0])
    series = split.series(SHARE)[0]
    whole = sum(split.total(SHARE).denominator[2:5])
    assert pooled.value[0] == pytest.approx(np.nansum(series.numerator[2:5]) / whole)
