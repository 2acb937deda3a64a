"""Open blocks, scores by source and fairness, counted again from the rows of the second computation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import StratifiedTable

from queries.blocks import block_sums, open_blocks
from queries.blocks import refused as blocks_refuse
from queries.fairness import fairness
from queries.filters import NONE_VALUE, Filters
from queries.measure import open_reader
from queries.scope import scope_of
from queries.scores import refused as scores_refuse
from queries.scores import scores_by_source
from queries.time import Grain, Period
from store.location import Location
from tests.queries.comparing import keeper
from tests.queries.conftest import Known, World, build_world
from tests.queries.oracle_rows import Row
from tests.queries.oracle_strategic import SellerOracle, SellerRows
from tests.queries.random_sellers import seller_operation
from tests.queries.test_strategic import sellers_known

REINSTATING = ("reversed_our_error", "reinstated_after_fix", "reinstated_goodwill", "partially_reinstated")
ENDS = (dt.date(2025, 11, 3), dt.date(2026, 2, 9), dt.date(2026, 4, 13))
WHOLE = Period(dt.date(2025, 9, 1), dt.date(2026, 4, 13), Grain.range)


@cache
def more_than_they_can_bear() -> Known:
    """More enforcements than sellers can bear, so that strata of two tiers fill."""
    return sellers_known(seller_operation(5, enforcements=900))


@pytest.fixture(scope="module")
def world(build_store: Callable[..., Location]) -> Iterator[World]:
    made = build_world(build_store, more_than_they_can_bear())
    yield made
    made.reader.facts.close()


def rows_of(world: World) -> SellerRows:
    assert isinstance(world.rows, SellerRows)
    return world.rows


def still(world: World, row: Row, end: dt.date) -> float:
    oracle = world.oracle
    assert isinstance(oracle, SellerOracle)
    return oracle._still((end - row["blocked_on"]).days)


def is_open(row: Row, end: dt.date) -> bool:
    return row["blocked_on"] < end and (row["lifted_on"] is None or row["lifted_on"] >= end)


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("tiers", [(), ("strategic", NONE_VALUE)])
def test_open_blocks_are_those_that_hold_with_the_most_at_risk_first(
    world: World, end: dt.date, tiers: tuple[str, ...]
) -> None:
    filters = Filters().with_values("tier", tiers)
    keep = keeper(world, filters)
    expected = {
        row["enforcement_id"]: row for row in rows_of(world).blocks if is_open(row, end) and keep(row)
    }
    found = open_blocks(world.reader, end, filters, 10_000)
    assert {block.enforcement_id for block in found} == set(expected)
    for block in found:
        row = expected[block.enforcement_id]
        assert (block.tier, block.account_manager, block.verdict) == (
            row["tier"],
            row["account_manager"],
            row["verdict"],
        )
        assert block.days == (end - row["blocked_on"]).days
        assert block.daily_gmv == pytest.approx(row["daily_gmv"])
        wanted = None if row["daily_gmv"] is None else row["daily_gmv"] * still(world, row, end)
        assert block.at_risk == pytest.approx(wanted)
    known = [block.at_risk for block in found if block.at_risk is not None]
    assert known == sorted(known, reverse=True) and len(known) > 5
    assert all(block.at_risk is None for block in found[len(known) :])
    assert found[:7] == open_blocks(world.reader, end, filters, 7)


@pytest.mark.parametrize("by", ["verdict", "account_manager"])
def test_sums_of_open_blocks_add_up_to_the_metric(world: World, by: str) -> None:
    end = ENDS[-1]
    sums = block_sums(world.reader, end, Filters(), by)
    blocks = open_blocks(world.reader, end, Filters(), 10_000)
    assert {group.name for group in sums} == {getattr(block, by) for block in blocks}
    for group in sums:
        own = [block for block in blocks if getattr(block, by) == group.name]
        assert (group.blocks, group.known) == (len(own), sum(b.daily_gmv is not None for b in own))
        assert group.at_risk == pytest.approx(sum(block.at_risk or 0 for block in own))
    whole = world.oracle.answer("gmv_at_risk", end - dt.timedelta(days=7), end, lambda row: True)
    assert sum(group.at_risk for group in sums) == pytest.approx(whole.value)


def test_a_viewer_of_one_team_sees_the_blocks_of_that_team(world: World) -> None:
    narrow = open_reader(world.reader.facts, scope_of(world.reader.facts, "P4"))
    expected = {
        row["enforcement_id"]
        for row in rows_of(world).blocks
        if is_open(row, ENDS[-1]) and row["team"] == "amer-1"
    }
    found = open_blocks(narrow, ENDS[-1], Filters(), 10_000)
    assert {block.enforcement_id for block in found} == expected and expected
    assert all(block.seller_name is None for block in found)


def test_scores_by_source_count_every_enforcement_once(world: World) -> None:
    found = scores_by_source(world.reader, WHOLE, Filters())
    rows = [row for row in rows_of(world).enforcements if WHOLE.start <= row["enforced_on"] < WHOLE.end]
    assert found[0].source == ""
    for scores in found:
        own = [row for row in rows if scores.source in ("", row["detection_source"])]
        scored = [row for row in own if row["risk_score"] is not None]
        right = [row for row in scored if row["reversal_kind"] != "reversed_our_error"]
        assert (scores.scored, scores.confirmed) == (len(scored), len(right))
        assert scores.unscored == len(own) - len(scored)
        assert list(scores.bands) == sorted({row["risk_band"] for row in scored})
        for name, band in zip(scores.bands, scores.found.bands, strict=True):
            members = [row for row in scored if row["risk_band"] == name]
            confirmed = [row["reversal_kind"] != "reversed_our_error" for row in members]
            assert band.n == len(members)
            assert band.share == pytest.approx(np.mean(confirmed))
            assert band.mean_score == pytest.approx(np.mean([row["risk_score"] for row in members]))
        brier = np.mean([(row["risk_score"] - (row in right)) ** 2 for row in scored])
        assert scores.found.brier.score == pytest.approx(brier)
    assert sum(scores.scored for scores in found[1:]) == found[0].scored


def strata_of(rows: list[Row], hit: Callable[[Row], bool]) -> list[np.ndarray]:
    """2 × 2 tables of strategic against standard per risk band and policy of the enforcement."""
    tables = []
    for stratum in sorted({(row["risk_band"], row["policy"]) for row in rows}):
        table = np.zeros((2, 2))
        for row in rows:
            if (row["risk_band"], row["policy"]) == stratum:
                table[int(row["tier"] == "standard"), int(not hit(row))] += 1
        if (table.sum(axis=0) > 0).all() and (table.sum(axis=1) > 0).all():
            tables.append(table)
    return tables


def test_odds_are_compared_within_risk_band_and_policy(world: World) -> None:
    _, account, reinstated = fairness(world.reader, WHOLE, Filters(), "strategic", "standard")
    compared = [
        row
        for row in rows_of(world).enforcements
        if row["tier"] in ("strategic", "standard")
        and row["risk_band"]
        and row["policy"]
        and row["level"]
        and WHOLE.start <= row["enforced_on"] < WHOLE.end
    ]
    tables = strata_of(compared, lambda row: row["level"] == "account")
    assert account.strata == len(tables) > 3
    assert account.rows == sum(table.sum() for table in tables)
    assert account.ratio == pytest.approx(StratifiedTable(tables).oddsratio_pooled)
    assert account.low < account.ratio < account.high

    about = {row["enforcement_id"]: row for row in rows_of(world).enforcements}
    decided = []
    for appeal in rows_of(world).appeals:
        enforcement = about.get(appeal["enforcement_id"])
        judged = appeal["outcome"] not in (None, "withdrawn")
        if enforcement and judged and WHOLE.start <= appeal["decided_on"] < WHOLE.end:
            day = appeal["decided_on"]
            tier = rows_of(world).tier_on(appeal["seller_id"], day, None)
            kept = {"risk_band": enforcement["risk_band"], "policy": enforcement["policy"], "tier": tier}
            decided.append(appeal | kept)
    decided = [
        row
        for row in decided
        if row["tier"] in ("strategic", "standard") and row["risk_band"] and row["policy"]
    ]
    tables = strata_of(decided, lambda row: row["outcome"] in REINSTATING)
    assert reinstated.strata == len(tables) > 0
    assert reinstated.ratio == pytest.approx(StratifiedTable(tables).oddsratio_pooled)


def test_enforcement_is_compared_per_active_month_within_marketplace_and_category(world: World) -> None:
    enforced = fairness(world.reader, WHOLE, Filters(), "strategic", "standard")[0]
    top = bottom = 0.0
    cells: dict[tuple[str | None, str | None], dict[str, list[float]]] = {}
    for row in rows_of(world).enforcements:
        if row["tier"] in ("strategic", "standard") and WHOLE.start <= row["enforced_on"] < WHOLE.end:
            cell = cells.setdefault((row["marketplace"], row["category"]), {})
            cell.setdefault(row["tier"], [0.0, 0.0])[0] += 1
    for row in rows_of(world).activity:
        if row["tier"] in ("strategic", "standard") and WHOLE.start <= row["on"] < WHOLE.end:
            cell = cells.setdefault((row["marketplace"], row["category"]), {})
            cell.setdefault(row["tier"], [0.0, 0.0])[1] += row["seller_months"]
    for cell in cells.values():
        (a, t), (b, u) = cell.get("strategic", [0, 0]), cell.get("standard", [0, 0])
        if t > 0 and u > 0:
            top, bottom = top + a * u / (t + u), bottom + b * t / (t + u)
    assert enforced.ratio == pytest.approx(top / bottom)
    assert enforced.low < enforced.ratio < enforced.high


def test_a_tier_filter_is_left_aside_and_what_rows_do_not_have_is_refused(world: World) -> None:
    plain = fairness(world.reader, WHOLE, Filters(), "strategic", "standard")
    narrowed = Filters().with_values("tier", ["growth"])
    assert fairness(world.reader, WHOLE, narrowed, "strategic", "standard") == plain
    by_severity = Filters().with_values("severity", ["Sev-1"])
    refused = fairness(world.reader, WHOLE, by_severity, "strategic", "standard")
    assert [item.reason for item in refused] == [
        "cannot be split by severity",
        "cannot be narrowed by severity",
        "cannot be narrowed by severity",
    ]
    assert blocks_refuse(by_severity) == scores_refuse(by_severity) == "cannot be narrowed by severity"
    assert open_blocks(world.reader, ENDS[0], by_severity, 5) == ()
    assert block_sums(world.reader, ENDS[0], by_severity, "verdict") == ()
    assert scores_by_source(world.reader, WHOLE, by_severity) == ()


def test_a_tier_without_rows_has_no_ratio_and_says_why(world: World) -> None:
    nobody = fairness(world.reader, WHOLE, Filters(), "platinum", "standard")
    assert all(np.isnan(item.ratio) and item.reason for item in nobody)
