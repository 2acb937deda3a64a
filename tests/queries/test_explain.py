"""Parts add up to the change, and a planted cause is found first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

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


@dataclass(frozen=True)
class Cause:
    """What was planted in the later of two weeks."""

    dimension: str
    group: str
    rows: Rows


def worse(seed: int, dimension: str, culprit: str) -> Cause:
    """One group misses its promise far more often."""

    def late(row: dict[str, object], after: bool) -> float:
        return 0.7 if after and row[dimension] == culprit else 0.1

    return Cause(dimension, culprit, weeks_of_cases(np.random.default_rng(seed), 1200, late))


def more_work() -> Cause:
    """Six hundred more cases come, all from one marketplace."""
    rows = weeks_of_cases(np.random.default_rng(4), 1500, lambda row, after: 0.1)
    extra = [
        {**row, "escalation_id": f"X{place}", "marketplace": "market-2"}
        for place, row in enumerate(rows[1500:2100])
    ]
    return Cause("marketplace", "market-2", rows + extra)


def harder_mix() -> Cause:
    """Shares of promises missed fall in both tiers while the hard tier grows."""
    rows: Rows = []
    counts = {  # tier: (cases, missed) before and after
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
    return Cause("tier", "hard", rows)


def slower() -> Cause:
    """One team takes six times as long."""
    rows = weeks_of_cases(np.random.default_rng(6), 600, lambda row, after: 0.0)
    for row in rows:
        if row["team"] == "team-2" and row["opened_at"] >= dt.datetime(2026, 2, 9):  # type: ignore[operator]
            row["resolved_at"] = row["opened_at"] + dt.timedelta(hours=60)  # type: ignore[operator]
    return Cause("team", "team-2", rows)


# Each has two weeks of its own in one store; the one whose cases come in a day is first, since a weekday
# without rows is one of missing data once four of the same had some.
WORSE = ("worse 0", "worse 1", "worse 2")


@cache
def planted_causes() -> dict[str, Cause]:
    """The causes in the order of their weeks."""
    return {
        "harder mix": harder_mix(),
        WORSE[0]: worse(0, "team", "team-3"),
        WORSE[1]: worse(1, "reason", "reason-5"),
        WORSE[2]: worse(2, "site", "site-1"),
        "more work": more_work(),
        "slower": slower(),
    }


def weeks_of(name: str) -> tuple[Period, Period]:
    """The week before a cause and that of it."""
    first = dt.date(2026, 2, 2) + dt.timedelta(weeks=2 * list(planted_causes()).index(name))
    earlier, later = (TimeRules().week_of(first + dt.timedelta(weeks=week)) for week in (0, 1))
    return earlier, later


@pytest.fixture(scope="module")
def planted(build_store: Callable[..., Location]) -> Iterator[Reader]:
    """A store of escalations with a promise of 24 hours and every cause."""
    rows = []
    for place, (name, cause) in enumerate(planted_causes().items()):
        later = dt.timedelta(weeks=2 * place)
        for row in cause.rows:
            moments = {clock: row[clock] + later for clock in ("opened_at", "due_at", "resolved_at")}  # type: ignore[operator]
            rows.append({**row, "escalation_id": f"{name} {row['escalation_id']}", **moments})
    toml = SETTINGS.replace("WEEK_START", "monday")
    location = build_store(Operation({"escalations": pd.DataFrame(rows)}, toml).arrow(), toml)
    reader = open_reader(open_facts(location), open_scope())
    yield reader
    reader.facts.close()


@pytest.mark.parametrize("name", WORSE)
def test_the_planted_cause_of_a_worse_rate_ranks_first(planted: Reader, name: str) -> None:
    cause, (earlier, later) = planted_causes()[name], weeks_of(name)
    ranked = rank_splits(planted, "resolution_sla", later, earlier, Filters())
    assert ranked[0].dimension == cause.dimension
    assert ranked[0].candidates[0].part == cause.group
    driver = main_drivers(planted, [("resolution_sla", later, earlier)], Filters())["resolution_sla"]
    assert (driver.split, driver.group) == ((cause.dimension,), cause.group)


def test_the_planted_cause_of_more_work_ranks_first(planted: Reader) -> None:
    earlier, later = weeks_of("more work")
    ranked = rank_splits(planted, "escalations_opened", later, earlier, Filters())
    assert ranked[0].dimension == "marketplace" and ranked[0].candidates[0].part == "market-2"


def test_every_tier_better_and_the_total_worse_is_called_a_mix_shift(planted: Reader) -> None:
    measures = measure(planted, ("resolution_sla",), weeks_of("harder mix"), ("tier",))
    found = decompose(measures, "resolution_sla")
    assert found.mix_shift and found.decomposition is not None
    assert found.decomposition.change == pytest.approx((1000 - 363) / 1000 - (1000 - 140) / 1000)
    assert all(driver.later > driver.earlier for driver in found.decomposition.drivers)


def test_a_slower_group_is_named_for_a_slower_median(planted: Reader) -> None:
    key = "time_to_resolve_p50"
    found = decompose(measure(planted, (key,), weeks_of("slower"), ("team",)), key)
    assert found.decomposition is not None
    assert found.decomposition.largest_first()[0].part == "team-2"
    assert sum(driver.total for driver in found.decomposition.drivers) == pytest.approx(
        found.decomposition.change
    )


def test_groups_without_a_value_have_a_name() -> None:
    assert group_name(("EU", None)) == "EU · (none)" and group_name(()) == "All"
