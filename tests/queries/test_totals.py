"""Totals, subtotals, "Others" and KPIs are recomputed from rows, never averaged from parts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries import catalog
from queries.filters import NONE_VALUE, Filters
from queries.measure import measure
from queries.time import Grain
from tests.queries.comparing import differences, keeper
from tests.queries.conftest import World
from tests.queries.oracle import Oracle
from tests.queries.test_measure import periods_of

ALL_METRICS = tuple(key for key in catalog.METRICS if Oracle.knows(key))
FEW_EXAMPLES = settings(max_examples=8, deadline=None)
DIMENSIONS = ("team", "site", "marketplace", "tier")


@FEW_EXAMPLES
@given(
    by=st.lists(st.sampled_from(DIMENSIONS), min_size=1, max_size=2, unique=True),
    kept=st.integers(min_value=0, max_value=2**16 - 1),
    severities=st.sets(st.sampled_from(["Sev-1", "Sev-2", "Odd", NONE_VALUE])),
)
def test_any_groups_taken_as_one_equal_their_rows(
    rich_world: World, by: list[str], kept: int, severities: set[str]
) -> None:
    filters = Filters().with_values("severity", sorted(severities))
    weeks = periods_of(rich_world, Grain.block)
    measures = measure(rich_world.reader, ALL_METRICS, weeks, by, filters)
    places = [place for place in range(len(measures.groups)) if kept >> (place % 16) & 1]
    groups = {measures.groups[place] for place in places}
    passes = keeper(rich_world, filters)
    for key in ALL_METRICS:
        if key in measures.reasons:
            continue
        merged = measures.merged(key, places, ("Others",))
        assert (
            differences(
                rich_world,
                key,
                merged,
                lambda row: passes(row) and tuple(row[dimension] for dimension in by) in groups,
                5,
            )
            == []
        )


def test_every_row_stands_in_exactly_one_group_the_rows_without_value_too(rich_world: World) -> None:
    weeks = periods_of(rich_world, Grain.week)
    for dimension in DIMENSIONS:
        measures = measure(rich_world.reader, ("escalations_opened",), weeks, (dimension,))
        assert (None,) in measures.groups
        assert len(set(measures.groups)) == len(measures.groups)
        parts = sum(np.nan_to_num(series.value) for series in measures.series("escalations_opened"))
        np.testing.assert_array_equal(parts, np.nan_to_num(measures.total("escalations_opened").value))


def test_rows_without_a_value_can_be_chosen_by_name(rich_world: World) -> None:
    weeks = periods_of(rich_world, Grain.quarter)
    nothing = measure(rich_world.reader, ("escalations_opened",), weeks, ("site",))
    chosen = measure(
        rich_world.reader, ("escalations_opened",), weeks, (), Filters().with_values("site", [NONE_VALUE])
    )
    np.testing.assert_array_equal(
        chosen.total("escalations_opened").value, nothing.group("escalations_opened", (None,)).value
    )


@pytest.mark.parametrize("grain", [Grain.day, Grain.week, Grain.month])
def test_backlog_balances_in_every_period_in_total_and_by_team(rich_world: World, grain: Grain) -> None:
    ended = ("escalations_resolved", "escalations_cancelled", "escalations_merged")
    keys = ("backlog_open", "escalations_opened", *ended)
    measures = measure(rich_world.reader, keys, periods_of(rich_world, grain), ("team",))
    every = [measures.total, *(lambda key, g=group: measures.group(key, g) for group in measures.groups)]
    for series_of in every:
        level = series_of("backlog_open").value
        change = series_of("escalations_opened").value - sum(series_of(key).value for key in ended)
        known = np.isfinite(level[1:]) & np.isfinite(level[:-1]) & np.isfinite(change[1:])
        assert known.sum() > 3
        np.testing.assert_array_equal((level[1:] - level[:-1])[known], change[1:][known])


def test_a_group_unknown_to_the_store_is_empty_not_an_error(rich_world: World) -> None:
    weeks = periods_of(rich_world, Grain.quarter)
    measures = measure(rich_world.reader, ("escalations_opened", "resolution_sla"), weeks, ("team",))
    assert np.nansum(measures.group("escalations_opened", ("no such team",)).value) == 0
    assert np.isnan(measures.group("resolution_sla", ("no such team",)).value).all()


def test_a_filter_no_row_passes_gives_zero_counts_and_no_rates(rich_world: World) -> None:
    nobody = Filters().with_values("team", ["'; drop table escalations; --"])
    measures = measure(rich_world.reader, ALL_METRICS, periods_of(rich_world, Grain.quarter), (), nobody)
    opened = measures.total("escalations_opened")
    assert np.nansum(opened.value) == 0 and np.isfinite(opened.value).any()
    assert np.isnan(measures.total("resolution_sla").value).all()
    assert np.nansum(measures.total("backlog_open").value) == 0
