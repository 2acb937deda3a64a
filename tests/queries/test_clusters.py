"""Where few sellers bring many rows, intervals say so: rule 8's design effect."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from analysis.intervals import design_effect, design_effect_of_sums, wilson
from queries import catalog, clusters
from queries.clusters import read_sums, shares_of_cases
from queries.filters import Filters
from queries.formulas import Ratio
from queries.measure import measure
from queries.time import Grain, Period
from tests.conftest import BuildStore
from tests.queries.comparing import keeper
from tests.queries.conftest import SELLER_GROUPS, World
from tests.queries.oracle_rows import Row
from tests.queries.small_store import at, open_small
from tests.queries.test_measure import FOR_ONE_PARTNER, periods_of

SHARES = tuple(
    key
    for key, metric in catalog.METRICS.items()
    if isinstance(metric.formula, Ratio) and metric.formula.spread == "wilson" and key not in FOR_ONE_PARTNER
)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30))
def test_sums_over_sellers_give_the_same_effect_as_the_sellers_do(pairs: list[tuple[int, int]]) -> None:
    sizes = np.array([hits + misses for hits, misses in pairs if hits + misses], dtype=float)
    hits = np.array([hits for hits, misses in pairs if hits + misses], dtype=float)
    sums = (sizes.size, hits.sum(), sizes.sum(), hits @ hits, hits @ sizes, sizes @ sizes)
    assert float(design_effect_of_sums(*sums)) == pytest.approx(design_effect(hits, sizes))


def clusters_of(
    rows: list[Row], hit: object, told_apart_by: Callable[[Row], object] = lambda row: row["seller_id"]
) -> tuple[list[int], list[int]]:
    """Hits and rows of each seller; a row without seller stands alone."""
    sellers: dict[object, list[Row]] = {}
    for place, row in enumerate(rows):
        sellers.setdefault(told_apart_by(row) or ("alone", place), []).append(row)
    return [sum(bool(hit(row)) for row in own) for own in sellers.values()], [  # type: ignore[operator]
        len(own) for own in sellers.values()
    ]


def random_group(row: Row) -> str:
    """The random group of a row's seller: the lower half of its MD5 sum, modulo their number."""
    number = row.get("appeal_id") or row.get("enforcement_id")
    if "cycle" in row:
        number = f"{row['escalation_id']} {row['cycle']}"
    digest = hashlib.md5((row["seller_id"] or number).encode(), usedforsecurity=False).digest()
    return f"group {int.from_bytes(digest[8:], 'little') % SELLER_GROUPS}"


@pytest.mark.parametrize("by", [(), ("tier",)])
@pytest.mark.parametrize("grain", [Grain.month, Grain.quarter])
def test_effective_n_and_interval_equal_a_count_by_seller(
    rich_world: World, grain: Grain, by: tuple[str, ...]
) -> None:
    filters = Filters().with_values("marketplace", ["EU", "NA"])
    counted = [key for key in SHARES if key in rich_world.oracle.rates]
    measures = measure(rich_world.reader, counted, periods_of(rich_world, grain), by, filters, clustered=True)
    clustered = 0
    for key in counted:
        for group in {(), *measures.groups}:
            series = measures.group(key, group) if group else measures.total(key)
            keep = keeper(rich_world, filters, by if group else (), group)
            for place, period in enumerate(series.periods):
                rows = rich_world.oracle.rows_behind(key, period.start, period.end, keep)
                if series.days[place] == 0 or series.withheld[place] or not rows:
                    continue
                hits, sizes = clusters_of(rows, rich_world.oracle.rates[key].hit)
                n = len(rows)
                worth = n / design_effect(hits, sizes) if n / len(sizes) > 1.2 else n
                assert series.n[place] == n and series.effective_n[place] == pytest.approx(worth), key
                low, high = proportion_confint(sum(hits) / n * worth, worth, method="wilson")
                assert (series.low[place], series.high[place]) == pytest.approx((low, high))
                assert series.value[place] == sum(hits) / n
                clustered += worth < n
    assert clustered > 10, "the example must hold sellers with many rows"


def test_without_it_nothing_is_changed_and_with_it_no_interval_gets_narrower(rich_world: World) -> None:
    periods = periods_of(rich_world, Grain.quarter)
    plain = measure(rich_world.reader, SHARES, periods, ("team",))
    wide = measure(rich_world.reader, SHARES, periods, ("team",), clustered=True)
    for key in SHARES:
        for before, after in zip(plain.series(key), wide.series(key), strict=True):
            np.testing.assert_array_equal(before.effective_n, before.n)
            known = np.isfinite(before.low)
            np.testing.assert_array_equal(before.value, after.value)
            assert (after.high - after.low >= before.high - before.low - 1e-12)[known].all()


def test_a_source_without_sellers_has_rows_that_stand_alone(bare_world: World) -> None:
    periods = periods_of(bare_world, Grain.month)
    series = measure(bare_world.reader, ("resolution_sla",), periods, clustered=True).total("resolution_sla")
    seen = series.days > 0
    np.testing.assert_array_equal(series.effective_n[seen], series.n[seen])


@pytest.mark.parametrize("by", [(), ("tier",)])
def test_many_rows_are_told_apart_by_random_groups_of_whole_sellers(
    rich_world: World, by: tuple[str, ...]
) -> None:
    reader, filters = rich_world.reader, Filters().with_values("marketplace", ["EU", "NA"])
    periods = periods_of(rich_world, Grain.quarter)
    keys = [
        key
        for key in SHARES
        if key in rich_world.oracle.rates
        and set(catalog.METRICS[key].facts) <= {"escalations", "appeals", "enforcements"}
    ]
    measures = measure(reader, keys, periods, by, filters)
    ratios = shares_of_cases([measures.metrics[key] for key in keys])
    found = read_sums(
        reader.facts,
        reader.scope,
        reader.directory,
        dict.fromkeys(ratios, 1e6),
        periods,
        by,
        filters,
        measures.groups,
    )
    compared = 0
    for key in keys:
        sums = found[measures.metrics[key].formula]  # type: ignore[index]
        for place, group in [*enumerate(measures.groups), (None, ())]:
            keep = keeper(rich_world, filters, by if place is not None else (), group)
            for number, period in enumerate(periods):
                rows = rich_world.oracle.rows_behind(key, period.start, period.end, keep)
                hits, sizes = map(np.array, clusters_of(rows, rich_world.oracle.rates[key].hit, random_group))
                part = sums.whole if place is None else sums.groups[:, place]
                expected = [sizes.size, hits.sum(), sizes.sum(), hits @ hits, hits @ sizes, sizes @ sizes]
                assert part[:, number].tolist() == pytest.approx(expected), key
                compared += sizes.size < len({row["seller_id"] for row in rows})
    assert compared > 10, "the example must hold sellers that share a group"


@pytest.mark.parametrize(("most", "marketplace"), [(clusters.MOST_ONE_BY_ONE, "EU"), (0, "NA")])
@pytest.mark.parametrize("by", [(), ("tier", "team")])
def test_shares_asked_alone_are_what_they_are_beside_other_figures(
    rich_world: World, by: tuple[str, ...], most: int, marketplace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "MOST_ONE_BY_ONE", most)
    reader, periods = rich_world.reader, periods_of(rich_world, Grain.quarter)
    filters = Filters().with_values("marketplace", [marketplace])
    alone = measure(reader, SHARES, periods, by, filters, clustered=True)
    beside = measure(reader, (*SHARES, "escalations_resolved"), periods, by, filters, clustered=True)
    assert alone.clusters and set(alone.groups) <= set(beside.groups)
    assert sorted(alone.groups, key=beside.groups.index) == list(alone.groups)
    for key in SHARES:
        assert alone.reasons.get(key) == beside.reasons.get(key)
        for group in [(), *beside.groups]:
            one, other = (each.group(key, group) if group else each.total(key) for each in (alone, beside))
            for name in ("numerator", "n", "value", "low", "high", "effective_n", "withheld"):
                np.testing.assert_allclose(getattr(one, name), getattr(other, name), err_msg=f"{key} {name}")


def test_the_square_of_one_seller_with_very_many_rows_is_counted(build_store: BuildStore) -> None:
    many = 46_341  # the square of one less is the last to fit in 32 bits
    case = {"opened_at": at(2), "resolved_at": at(2, 5), "severity": "high", "seller_id": "S1"}
    cases = [{**case, "escalation_id": str(n), "marketplace": ("DE", "FR")[n % 2]} for n in range(many)]
    reader = open_small(build_store, cases, at(20))
    (share,) = shares_of_cases([catalog.METRICS["resolution_sla_closed_only"]])
    month = Period(at(1).date(), at(31).date(), Grain.month)
    split = ("marketplace",)
    groups = (("DE",), ("FR",))
    found = read_sums(
        reader.facts, reader.scope, reader.directory, {share: many}, [month], split, Filters(), groups
    )
    assert found[share].whole[:, 0].tolist() == [1, many, many, many**2, many**2, many**2]
    reader.facts.close()


def test_intervals_from_random_groups_cover_the_true_share_as_often_as_they_say() -> None:
    luck = np.random.default_rng(4)
    runs, sellers, groups, share = 1_000, 4_000, 1_024, 0.2
    group = luck.integers(0, groups, sellers)
    covered, plainly = 0, 0
    for _ in range(runs):
        # Beta-binomial: sellers differ in their share (correlation 1 in 11), a few bring many rows.
        rows = luck.geometric(0.3, sellers)
        hits = luck.binomial(rows, luck.beta(10 * share, 10 * (1 - share), sellers))
        x, n = (np.bincount(group, weights=of, minlength=groups) for of in (hits, rows))
        effect = design_effect_of_sums(groups, x.sum(), n.sum(), x @ x, x @ n, n @ n)
        value, worth = hits.sum() / rows.sum(), rows.sum() / effect
        low, high = wilson(value * worth, worth)
        covered += int(low <= share <= high)
        low, high = wilson(hits.sum(), rows.sum())
        plainly += int(low <= share <= high)
    # Three standard errors of a coverage of 95 % over 1,000 runs are 2 %.
    assert 0.93 <= covered / runs <= 0.97
    assert plainly / runs < 0.91, "the example must hold sellers whose rows resemble each other"
