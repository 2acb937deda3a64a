"""What lasts and what comes from upstream, measured and drawn as curves, against the second computation."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from queries.catalog import enforcements, restumble
from queries.conditions import unknown_to
from queries.filters import DIMENSIONS, NONE_VALUE, Filters
from queries.hand_back import cases_to_hand_back
from queries.measure import measure, open_reader
from queries.restumble_curve import VARIANTS, difference_on, restumble_curves, unknown_to_curves
from queries.scan import unlike_the_rest
from queries.scope import scope_of
from queries.time import Grain, Period
from store.location import Location
from tests.queries.comparing import differences, differences_of_some, keeper
from tests.queries.conftest import Known, World, build_world
from tests.queries.oracle_lasting import LastingOracle
from tests.queries.oracle_rows import OracleRows
from tests.queries.random_draws import HOUR, THROUGH, one
from tests.queries.random_operation import Operation, random_operation

KEYS = tuple(metric.key for metric in (*restumble.METRICS, *enforcements.METRICS))
OF_APPEALS = (*(metric.key for metric in restumble.METRICS), "overturned_on_appeal")
OF_ENFORCEMENTS = tuple(key for key in KEYS if key not in OF_APPEALS)
SPLITS = {
    OF_APPEALS: (
        "appeal_reason",
        "outcome",
        "policy",
        "enforcement_team",
        "detection_source",
        "team",
        "tier",
    ),
    OF_ENFORCEMENTS: ("enforcement_team", "detection_source", "policy", "team", "tier", "marketplace"),
}
GRAINS = (Grain.week, Grain.month, Grain.block)


def operation(seed: int) -> Operation:
    """A random operation with audits of enforcements, sellers that close, and an end of enforcements."""
    made = random_operation(seed, cases=600)
    rng = np.random.default_rng(seed)
    tables = dict(made.tables)
    struck = tables["enforcements"]
    reviews = [
        {
            "review_id": f"RF{place}-{again}",
            "subject_kind": "enforcement",
            "subject_id": row["enforcement_id"],
            "purpose": one(rng, ["random", "random", "random", "complaint"]),
            "selected_at": row["enforced_at"] + HOUR * int(rng.integers(1, 90)),
            "reviewed_at": one(rng, [None, row["enforced_at"] + 100 * HOUR]),
            "reviewer_id": one(rng, ["P1", "P4", None]),
            "blind": one(rng, [True, True, None, False]),
            "own_decision": None,
            "judged_wrong": one(rng, [True, False, False, None]),
            "error_type": None,
            "weight": one(rng, [None, 0.0, 2.0, 3.5]),
        }
        for place, row in enumerate(struck.to_dict("records"))
        for again in range(int(one(rng, [0, 1, 2])))
    ]
    tables["reviews"] = pd.concat([tables["reviews"], pd.DataFrame(reviews)], ignore_index=True)
    tables["sellers"] = tables["sellers"].assign(
        closed_at=[
            one(rng, [None, None, THROUGH - HOUR * int(rng.integers(0, 5000))])
            for _ in range(len(tables["sellers"]))
        ]
    )
    through = {"table_name": "enforcements", "first_at": None, "through_at": THROUGH - 40 * HOUR}
    tables["supplied_through"] = pd.concat(
        [tables["supplied_through"], pd.DataFrame([through])], ignore_index=True
    )
    tables["enforcements"] = struck[struck["enforced_at"] <= through["through_at"]].reset_index(drop=True)
    return Operation(tables, made.settings_toml)


@cache
def known() -> Known:
    """The operation, with the second computation beside it."""
    made = operation(23)
    rows = OracleRows(made)
    oracle: Any = LastingOracle(rows, made.tables)
    return Known(made, rows, oracle)


@pytest.fixture(scope="module")
def world(build_store: Callable[..., Location]) -> Iterator[World]:
    made = build_world(build_store, known())
    yield made
    made.reader.facts.close()


def oracle_of(world: World) -> LastingOracle:
    assert isinstance(world.oracle, LastingOracle)
    return world.oracle


def periods_of(world: World, grain: Grain) -> list[Period]:
    """Periods from before the first day to after the last."""
    rules = world.reader.coverage.rules
    spans = {Grain.day: 30, Grain.week: 36, Grain.month: 9, Grain.quarter: 4, Grain.block: 3}
    return rules.last(rules.period_of(THROUGH.date(), grain), spans[grain])


def random_filters(
    world: World, rng: np.random.Generator, names: tuple[str, ...], rows: list[dict[str, Any]]
) -> Filters:
    """Up to two dimensions narrowed, nulls included."""
    filters = Filters()
    for dimension in names[: int(rng.integers(3))]:
        present = sorted({row[dimension] or NONE_VALUE for row in rows})
        chosen = rng.choice(present, size=int(rng.integers(1, len(present) + 1)), replace=False)
        filters = filters.with_values(dimension, [str(value) for value in chosen])
    return filters


@pytest.mark.parametrize("grain", [Grain.day, Grain.week, Grain.month, Grain.quarter, Grain.block])
def test_every_metric_equals_the_oracle_in_total(world: World, grain: Grain) -> None:
    measures = measure(world.reader, KEYS, periods_of(world, grain))
    assert measures.reasons == {}
    keep = keeper(world, Filters())
    found = [line for key in KEYS for line in differences(world, key, measures.total(key), keep, 5)]
    assert found == []
    for key in KEYS:
        assert np.nansum(measures.total(key).numerator) > 0, f"{key} must hold something"


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("keys", list(SPLITS), ids=["appeals", "enforcements"])
def test_every_metric_equals_the_oracle_under_random_filters_and_splits(
    world: World, keys: tuple[str, ...], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    names = tuple(str(name) for name in rng.permutation(SPLITS[keys]))
    rows = oracle_of(world).appeals if keys is OF_APPEALS else oracle_of(world).enforcements
    by, filters = names[: 1 + seed % 2], random_filters(world, rng, names[2:], rows)
    measures = measure(world.reader, keys, periods_of(world, GRAINS[seed % 3]), by, filters)
    assert measures.reasons == {}
    found = []
    for key in keys:
        for group in measures.groups:
            keep = keeper(world, filters, by, group)
            found += differences(world, key, measures.group(key, group), keep, 5)
        some = rng.permutation(len(measures.groups))[: 1 + len(measures.groups) // 2].tolist()
        found += differences_of_some(world, measures, key, filters, by, some)
        found += differences(world, key, measures.total(key), keeper(world, filters), 5)
    assert found == []


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("variant", list(VARIANTS))
def test_curves_equal_the_oracle_under_random_filters_and_splits(
    world: World, variant: Any, seed: int
) -> None:
    rng = np.random.default_rng(seed + 50)
    oracle = oracle_of(world)
    names = tuple(str(name) for name in rng.permutation(SPLITS[OF_APPEALS]))
    by = names[0] if seed % 2 else ""
    filters = random_filters(world, rng, names[1:], oracle.appeals)
    start = dt.date(2025, 9, 1) + dt.timedelta(days=int(rng.integers(0, 60)))
    span = Period(start, start + dt.timedelta(days=int(rng.integers(60, 240))), Grain.range)
    found = restumble_curves(world.reader, span, filters, by, variant)
    assert len(found) > 0
    suffix = "" if variant == "net" else f"_{variant}"
    for curve in found:
        keep = keeper(world, filters, (by,) if by else (), (curve.group,) if by else ())
        episodes, shares, at_risk = oracle.curve(span.start, span.end, keep, suffix)
        assert curve.episodes == episodes
        reached = np.isfinite(curve.daily.share)
        np.testing.assert_allclose(curve.daily.share[reached], np.array(shares)[reached], atol=1e-12)
        np.testing.assert_array_equal(curve.daily.at_risk, at_risk)
    whole = oracle.curve(span.start, span.end, keeper(world, filters), suffix)[0]
    assert sum(curve.episodes for curve in found) == whole
    assert [curve.episodes for curve in found] == sorted((c.episodes for c in found), reverse=True)


def test_restumbles_under_appeal_are_those_the_curve_may_lose(world: World) -> None:
    span = Period(dt.date(2025, 9, 1), dt.date(2026, 4, 10), Grain.range)
    (curve,) = restumble_curves(world.reader, span, Filters())
    rows = [
        row
        for row in oracle_of(world).appeals
        if row["latest_of_episode"] and span.start <= row["decided_on"] < span.end
    ]
    again = [
        row
        for row in rows
        if row["restumbled_after_days"] is not None
        and row["restumbled_after_days"] <= min(row["followed_days"], 180)
        and (row["closed_after_days"] is None or row["restumbled_after_days"] <= row["closed_after_days"])
    ]
    assert curve.restumbles == len(again)
    assert curve.under_appeal == sum(row["restumble_under_appeal"] is True for row in again) > 0


def test_a_curve_minus_itself_is_nothing_and_an_empty_one_has_no_difference(world: World) -> None:
    span = Period(dt.date(2025, 9, 1), dt.date(2026, 4, 10), Grain.range)
    (curve,) = restumble_curves(world.reader, span, Filters())
    apart = difference_on(curve, curve, 90)
    assert apart is not None
    assert apart.value == 0.0
    assert apart.low == pytest.approx(-apart.high)
    assert apart.high == pytest.approx(1.96 * np.sqrt(2) * _standard_error(curve, 90), rel=1e-3)
    assert (
        restumble_curves(
            world.reader, Period(dt.date(2020, 1, 1), dt.date(2020, 2, 1), Grain.range), Filters()
        )
        == ()
    )


def _standard_error(curve: Any, day: int) -> float:
    step = np.searchsorted(curve.curve.times, day, side="right") - 1
    return float(np.sqrt(curve.curve.variance[step]))


def test_a_curve_knows_every_dimension_of_appeals_but_what_audits_found_and_refuses_the_others(
    world: World,
) -> None:
    known = [name for name in DIMENSIONS if not unknown_to("appeals", (name,))]
    assert unknown_to_curves(known) == ("error_type",)
    span = Period(dt.date(2025, 9, 1), dt.date(2026, 4, 10), Grain.range)
    for dimension in ("severity", "error_type", "reason"):
        with pytest.raises(KeyError, match=dimension):
            restumble_curves(world.reader, span, Filters().with_values(dimension, ["any"]))
    for dimension in set(known) - {"error_type", "org"}:
        assert restumble_curves(world.reader, span, Filters().with_values(dimension, ["no such"])) == ()


def test_a_manager_sees_curves_and_cases_of_the_own_teams_alone(world: World) -> None:
    manager = open_reader(world.reader.facts, scope_of(world.reader.facts, "P1"))
    span = Period(dt.date(2025, 9, 1), dt.date(2026, 4, 10), Grain.range)
    found = {curve.group: curve.episodes for curve in restumble_curves(manager, span, Filters(), "team")}
    rows = [
        row["team"]
        for row in oracle_of(world).appeals
        if row["latest_of_episode"]
        and (row["team"] == "emea-1" or row["specialist_id"] == "P1")
        and span.start <= row["decided_on"] < span.end
    ]
    assert found == dict(Counter(rows))
    handed = cases_to_hand_back(manager, span, Filters())
    own = {
        row["enforcement_id"]
        for row in oracle_of(world).enforcements
        if row["team"] == "emea-1" or row["specialist_id"] == "P1"
    }
    assert {row.enforcement_id for row in handed} <= own


@pytest.mark.parametrize("team", [None, "SPIV"])
def test_cases_to_hand_back_are_the_enforcements_reversed_as_our_error_in_the_period(
    world: World, team: str | None
) -> None:
    span = Period(dt.date(2025, 11, 1), dt.date(2026, 2, 1), Grain.range)
    filters = Filters().with_values("policy", ["identity", NONE_VALUE])
    found = cases_to_hand_back(world.reader, span, filters, team)
    wanted = {
        row["enforcement_id"]: row
        for row in oracle_of(world).enforcements
        if row["reversal_kind"] == "reversed_our_error"
        and row["reversed_on"] is not None
        and span.start <= row["reversed_on"] < span.end
        and row["policy"] in ("identity", None)
        and (team is None or row["enforcement_team"] == team)
    }
    assert len(found) == len(wanted) > 0
    assert [row.days for row in found] == sorted((row.days for row in found), reverse=True)
    appeals = world.rows.rows("appeals")
    for row in found:
        source = wanted[row.enforcement_id]
        assert (row.policy, row.detection_source) == (source["policy"], source["detection_source"])
        assert row.days == pytest.approx(
            (source["reversed_at"] - source["enforced_at"]).total_seconds() / 86400
        )
        reversing = [
            a
            for a in appeals
            if a["enforcement_id"] == row.enforcement_id
            and a["outcome"] == "reversed_our_error"
            and a["decided_at"] is not None
        ]
        first = min(reversing, key=lambda a: (a["decided_at"], a["appeal_id"]), default=None)
        assert row.appeal_id == (None if first is None else first["appeal_id"])
        assert row.decision_reason == (None if first is None else first["reason"])


def test_one_group_unlike_the_others_does_not_make_them_stand_out(world: World) -> None:
    span = Period(dt.date(2025, 9, 1), dt.date(2026, 4, 10), Grain.range)
    measures = measure(world.reader, ("overturned_on_appeal",), (span,), ("enforcement_team",))
    found = unlike_the_rest(measures, "overturned_on_appeal", range(len(measures.groups)))
    assert found == [None] * len(measures.groups), "outcomes were drawn without regard to the team"
    by_outcome = measure(world.reader, ("restumble_rate_90", "overturned_on_appeal"), (span,), ("outcome",))
    unlike = unlike_the_rest(by_outcome, "overturned_on_appeal", range(len(by_outcome.groups)))
    sides = dict(zip((group[0] for group in by_outcome.groups), unlike, strict=True))
    assert sides.pop("reversed_our_error") == "above"
    assert set(sides.values()) == {None}
