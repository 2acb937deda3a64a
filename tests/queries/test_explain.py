"""Parts add up to the change, and a planted cause is found first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from queries import catalog
from queries.conditions import column_name
from queries.explain import decompose, explain_all, group_name, main_drivers, rank_splits, splits_for
from queries.filters import Filters
from queries.formulas import Audited, Count, Level, OpenCount, Ratio
from queries.measure import Reader, measure, open_reader
from queries.scope import open_scope
from queries.time import Grain, Period, TimeRules
from store.facts import open_facts
from store.location import Location
from tests.queries.conftest import World
from tests.queries.random_operation import Operation
from tests.queries.random_settings import SETTINGS
from tests.queries.test_measure import periods_of

ALL_METRICS = tuple(catalog.METRICS)
SPLITS = (("team",), ("site",), ("tier",), ("reason",), ("severity", "marketplace"))
EARLIER, LATER = (TimeRules().week_of(dt.date(2026, 2, day)) for day in (2, 9))
Rows = list[dict[str, object]]


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize(("earlier", "later"), [(8, 9), (3, 30)])
def test_mix_and_rate_add_up_exactly_for_every_metric(
    rich_world: World, split: tuple[str, ...], earlier: int, later: int
) -> None:
    weeks = periods_of(rich_world, Grain.week)
    pair = [weeks[earlier], weeks[later]]
    explained = explain_all(rich_world.reader, ALL_METRICS, split, pair[1], pair[0], Filters())
    whole = measure(rich_world.reader, ALL_METRICS, pair)
    summed = 0
    for key, found in explained.items():
        formula = whole.metrics[key].formula
        total = whole.total(key)
        if isinstance(formula, Ratio | Count | Level | OpenCount) and found.decomposition is not None:
            parts = sum(driver.mix + driver.rate for driver in found.decomposition.drivers)
            assert found.decomposition.change == pytest.approx(parts, abs=1e-9), key
            if (total.n >= 5).all() and not total.withheld.any() and np.isfinite(total.value).all():
                assert found.decomposition.change == pytest.approx(total.value[1] - total.value[0], abs=1e-9)
                summed += 1
        if isinstance(formula, Audited):
            assert found.decomposition is None and "do not add up" in found.reason
    assert summed > 5


def test_only_dimensions_a_metric_has_are_offered_and_those_already_chosen_are_not() -> None:
    metric = catalog.METRICS["resolution_sla"]
    offered = splits_for(metric, Filters().with_values("team", ["a"]).with_values("site", ["x", "y"]))
    assert ("team",) not in offered and ("site",) in offered and ("member",) not in offered
    for other in catalog.METRICS.values():
        for (dimension,) in splits_for(other, Filters()):
            split = [part for part in other.components if dimension not in getattr(part, "of_all", ())]
            assert split, (other.key, dimension)
            for part in split:
                assert hasattr(_columns(part.fact), column_name(dimension)), (other.key, dimension)


def _columns(fact_name: str) -> object:
    from store.schema import fact

    return fact(fact_name).c


@pytest.fixture(scope="session")
def planted(build_store: Callable[..., Location]) -> Callable[[Rows], Reader]:
    """Builds a store of escalations with a promise of 24 hours."""

    def build(rows: Rows) -> Reader:
        frame = pd.DataFrame(rows)
        tables = {"escalations": frame}
        toml = SETTINGS.replace("WEEK_START", "monday")
        location = build_store(Operation(tables, toml).arrow(), toml)
        return open_reader(open_facts(location), open_scope())

    return build


def weeks_of_cases(
    rng: np.random.Generator, cases: int, late: Callable[[dict[str, object], bool], float]
) -> Rows:
    """Two weeks of cases with a promise of a day; `late` says how likely each is to miss it."""
    rows: Rows = []
    for number in range(2 * cases):
        after = number >= cases
        row: dict[str, object] = {
            "escalation_id": f"E{number}",
            "cycle": 1,
            "team": f"team-{rng.integers(6)}",
            "site": f"site-{rng.integers(4)}",
            "tier": f"tier-{rng.integers(3)}",
            "reason": f"reason-{rng.integers(8)}",
            "severity": f"sev-{rng.integers(3)}",
            "marketplace": f"market-{rng.integers(4)}",
        }
        start = dt.datetime(2026, 2, 9 if after else 2, 1)
        opened = start + dt.timedelta(hours=int(rng.integers(100)))
        missed = rng.random() < late(row, after)
        row |= {
            "opened_at": opened,
            "due_at": opened + dt.timedelta(hours=24),
            "resolved_at": opened + dt.timedelta(hours=30 if missed else 10),
            "end_kind": "resolved",
        }
        rows.append(row)
    return rows


@pytest.mark.parametrize(
    ("seed", "dimension", "culprit"),
    [(0, "team", "team-3"), (1, "reason", "reason-5"), (2, "site", "site-1")],
)
def test_the_planted_cause_of_a_worse_rate_ranks_first(
    planted: Callable[[Rows], Reader], seed: int, dimension: str, culprit: str
) -> None:
    def late(row: dict[str, object], after: bool) -> float:
        return 0.7 if after and row[dimension] == culprit else 0.1

    reader = planted(weeks_of_cases(np.random.default_rng(seed), 1200, late))
    ranked = rank_splits(reader, "resolution_sla", LATER, EARLIER, Filters())
    assert ranked[0].dimension == dimension
    assert ranked[0].candidates[0].part == culprit
    driver = main_drivers(reader, [("resolution_sla", LATER, EARLIER)], Filters())["resolution_sla"]
    assert (driver.split, driver.group) == ((dimension,), culprit)
    reader.facts.close()


def test_the_planted_cause_of_more_work_ranks_first(planted: Callable[[Rows], Reader]) -> None:
    rng = np.random.default_rng(4)
    rows = weeks_of_cases(rng, 1500, lambda row, after: 0.1)
    extra = [
        {**row, "escalation_id": f"X{place}", "marketplace": "market-2"}
        for place, row in enumerate(rows[1500:2100])
    ]
    reader = planted(rows + extra)
    ranked = rank_splits(reader, "escalations_opened", LATER, EARLIER, Filters())
    assert ranked[0].dimension == "marketplace" and ranked[0].candidates[0].part == "market-2"
    reader.facts.close()


def test_every_tier_better_and_the_total_worse_is_called_a_mix_shift(
    planted: Callable[[Rows], Reader],
) -> None:
    rows: Rows = []
    counts = {  # tier: (cases, missed) before and after: shares fall in both tiers, the hard tier grows
        "easy": ((900, 90), (300, 27)),
        "hard": ((100, 50), (700, 336)),
    }
    for tier, weeks in counts.items():
        for after, (cases, missed) in enumerate(weeks):
            for place in range(cases):
                opened = dt.datetime(2026, 2, 9 if after else 2, 3) + dt.timedelta(minutes=place)
                hours = 30 if place < missed else 10
                rows.append(
                    {
                        "escalation_id": f"{tier}{after}-{place}",
                        "cycle": 1,
                        "tier": tier,
                        "opened_at": opened,
                        "due_at": opened + dt.timedelta(hours=24),
                        "resolved_at": opened + dt.timedelta(hours=hours),
                        "end_kind": "resolved",
                    }
                )
    reader = planted(rows)
    measures = measure(reader, ("resolution_sla",), [EARLIER, LATER], ("tier",))
    found = decompose(measures, "resolution_sla")
    assert found.mix_shift and found.decomposition is not None
    assert found.decomposition.change == pytest.approx((1000 - 363) / 1000 - (1000 - 140) / 1000)
    assert all(driver.later > driver.earlier for driver in found.decomposition.drivers)
    reader.facts.close()


def test_a_slower_group_is_named_for_a_slower_median(planted: Callable[[Rows], Reader]) -> None:
    rows = weeks_of_cases(np.random.default_rng(6), 600, lambda row, after: 0.0)
    for row in rows:
        if row["team"] == "team-2" and row["opened_at"] >= dt.datetime(2026, 2, 9):  # type: ignore[operator]
            row["resolved_at"] = row["opened_at"] + dt.timedelta(hours=60)  # type: ignore[operator]
    reader = planted(rows)
    periods: list[Period] = [EARLIER, LATER]
    found = decompose(measure(reader, ("time_to_resolve_p50",), periods, ("team",)), "time_to_resolve_p50")
    assert found.decomposition is not None
    assert found.decomposition.largest_first()[0].part == "team-2"
    assert sum(driver.total for driver in found.decomposition.drivers) == pytest.approx(
        found.decomposition.change
    )
    reader.facts.close()


def test_groups_without_a_value_have_a_name() -> None:
    assert group_name(("EU", None)) == "EU · (none)" and group_name(()) == "All"
