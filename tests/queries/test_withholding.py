"""A table by group that leaves the app: what it withholds cannot be worked out from the rest of it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from analysis.suppression import withhold_one_way
from queries.catalog import METRICS
from queries.filters import Filters
from queries.formulas import Count, Ratio
from queries.measure import Measures, measure
from queries.records import records
from queries.time import Grain
from queries.withholding import FINDINGS, left_out
from tests.analysis.test_suppression import attack, with_totals
from tests.queries.conftest import World
from tests.queries.test_measure import periods_of

ROWS = ("numerator", "denominator", "value", "low", "high", "n")


def weeks_by(world: World, *by: str, key: str = "resolution_sla") -> Measures:
    return measure(world.reader, (key,), periods_of(world, Grain.week), by)


def test_the_total_minus_the_groups_printed_is_never_a_small_group(rich_world: World) -> None:
    measures = weeks_by(rich_world, "severity")
    total = measures.total("resolution_sla")
    printed = records(measures)
    protected = others = 0
    for place, period in enumerate(total.periods):
        rows = [row for row in printed if row["period"] == period.label]
        if not np.isfinite(total.n[place]):
            continue
        left = total.n[place] - sum(row["denominator"] or 0 for row in rows)
        assert left == 0 or left >= 5 or total.n[place] < 5
        protected += any(row["withheld"] for row in rows)
        others += any("smaller group" in row["reason"] for row in rows)
    assert protected > 5 and others > 3, "too little is withheld to test anything"


def test_nothing_of_a_withheld_group_is_printed_and_counts_are_whole(rich_world: World) -> None:
    for row in records(weeks_by(rich_world, "team")):
        if row["withheld"]:
            assert [row[name] for name in ROWS] == [None] * len(ROWS) and row["reason"]
    counts = records(weeks_by(rich_world, "team", key="escalations_opened"))
    assert not any(row["withheld"] for row in counts)


def test_with_two_dimensions_no_row_or_column_total_gives_a_group_away(rich_world: World) -> None:
    measures = weeks_by(rich_world, "team", "site")
    hidden = left_out(measures, "resolution_sla")
    n = np.array([np.nan_to_num(series.n) for series in measures.series("resolution_sla")])
    for at in (0, 1):
        for value in {group[at] for group in measures.groups}:
            line = [place for place, group in enumerate(measures.groups) if group[at] == value]
            for period in range(n.shape[1]):
                held = n[line, period][hidden[line, period]]
                total = n[line, period].sum()
                assert held.sum() == 0 or held.sum() >= 5 or total < 5


def test_medians_do_not_add_up_so_only_the_small_ones_are_left_out(rich_world: World) -> None:
    measures = weeks_by(rich_world, "team", key="time_to_resolve_p50")
    n = np.array([np.nan_to_num(series.n) for series in measures.series("time_to_resolve_p50")])
    np.testing.assert_array_equal(left_out(measures, "time_to_resolve_p50"), n < 5)


@pytest.mark.parametrize("by", [("team",), ()])
def test_the_screen_keeps_the_rows_that_its_viewer_may_list(rich_world: World, by: tuple[str, ...]) -> None:
    measures = weeks_by(rich_world, *by)
    every = measures.series("resolution_sla") if by else [measures.total("resolution_sla")]
    for series in every:
        assert np.isfinite(series.numerator[series.withheld]).all()


@pytest.mark.parametrize("grain", [Grain.block, Grain.week])
@pytest.mark.parametrize("by_person", [True, False])
def test_what_went_wrong_is_counted_of_nobody_apart_from_its_rate(
    rich_world: World, grain: Grain, by_person: bool
) -> None:
    """Cases of a person are told, so what was wrong in them, added up over weeks, would make the rate."""
    periods = periods_of(rich_world, grain)
    person = sorted(rich_world.reader.directory.names)[0]
    by = ("member",) if by_person else ("severity",)
    filters = Filters() if by_person else Filters().with_values("member", [person])
    for key in FINDINGS:
        told = records(measure(rich_world.reader, (key,), periods, by, filters))
        assert told and not [row for row in told if any(row[name] is not None for name in ROWS)], key
    volume = records(measure(rich_world.reader, ("escalations_resolved",), periods, by, filters))
    assert any(row["value"] for row in volume)
    of_teams = records(measure(rich_world.reader, ("reopenings",), periods, ("team",), Filters()))
    assert any(row["value"] for row in of_teams) and not any(row["withheld"] for row in of_teams)


def test_every_count_that_is_the_numerator_of_a_rate_of_people_is_known() -> None:
    """A new count of findings must be named too."""
    counts = {
        metric.formula.tally: key for key, metric in METRICS.items() if isinstance(metric.formula, Count)
    }
    shares = [m.formula for m in METRICS.values() if isinstance(m.formula, Ratio)]
    named = {counts[share.numerator] for share in shares if share.numerator in counts}
    assert named <= {*FINDINGS, "escalations_opened", "enforcements", "partner_hours"}, "volumes apart"
    assert set(FINDINGS) <= set(METRICS)


def as_measured(body: np.ndarray, order: np.ndarray, minimum: int) -> Any:
    """What `measure` gives of a table of people by severity: groups in any order, empty ones left out."""
    places = [(int(i), int(j)) for i, j in order if body[i, j]]
    groups = [(f"E{i}", None if j == 0 else f"S{j}") for i, j in places]
    series = {
        group: SimpleNamespace(n=np.array([float(body[place])]))
        for group, place in zip(groups, places, strict=True)
    }
    return SimpleNamespace(
        metrics={"resolution_sla": METRICS["resolution_sla"]},
        reasons={},
        groups=groups,
        periods=["wk"],
        by=("member", "severity"),
        series=lambda key: [series[group] for group in groups],
        minimum=lambda group: minimum,
    ), places


def test_a_thousand_random_tables_by_person_keep_their_small_numbers_however_their_rows_come() -> None:
    """The same attack as on the bare tables, on what is printed: rows in any order, without empty groups."""
    rng = np.random.default_rng(1001)
    hidden_at_all = bare = 0
    for _ in range(1000):
        shape = (int(rng.integers(2, 6)), int(rng.integers(2, 4)))
        body = rng.poisson(rng.gamma(1.2, 14.0, shape))
        measures, places = as_measured(body, rng.permutation(list(np.ndindex(shape))), 10)
        if not places:
            continue
        hidden = np.zeros(shape, dtype=bool)
        for place, gone in zip(places, left_out(measures, "resolution_sla")[:, 0], strict=True):
            hidden[place] = gone
            assert gone or body[place] >= 10
        whole = with_totals(body)
        # Printed are the groups alone; the totals stand in the tables by person and by severity.
        unknown = np.zeros(whole.shape, dtype=bool)
        unknown[:-1, :-1] = hidden
        unknown[:-1, -1] = withhold_one_way(whole[:-1, -1], 10).cells
        unknown[-1, :-1] = withhold_one_way(whole[-1, :-1], 10).cells
        unknown[-1, -1] = whole[-1, -1] < 10
        hidden_at_all += int(hidden.any())
        small = {cell for cell in attack(whole, unknown) if whole[cell] < 10}
        unknown[:-1, :-1] = body > 0
        # Totals and empty groups alone can tell a cell: then no cell withheld here could help it.
        told_by_totals = set(attack(whole, unknown)) if small else set()
        assert small <= told_by_totals
        bare += len(small)
    assert hidden_at_all > 900 and bare < 10


def test_people_are_printed_by_their_number_whatever_their_rates_are(rich_world: World) -> None:
    measures = measure(
        rich_world.reader, ("resolution_sla",), periods_of(rich_world, Grain.block), ("member",)
    )
    printed = [str(row["by"]) for row in records(measures)]
    rates = [row["value"] for row in records(measures) if row["value"] is not None]
    assert printed == sorted(printed) and len(set(printed)) > 5
    assert rates != sorted(rates) and rates != sorted(rates, reverse=True)


@pytest.mark.parametrize("by", [("member",), ("member", "severity"), ("team",)])
def test_by_person_and_by_team_nothing_printed_gives_a_small_group_away(
    rich_world: World, by: tuple[str, ...]
) -> None:
    blocks = periods_of(rich_world, Grain.block)
    measures = measure(rich_world.reader, ("resolution_sla",), blocks, by)
    least = 10 if by[0] == "member" else 5
    n = np.array([np.nan_to_num(series.n) for series in measures.series("resolution_sla")])
    hidden, printed = left_out(measures, "resolution_sla"), records(measures)
    assert hidden.any()
    for period in range(n.shape[1]):
        gone = n[hidden[:, period], period]
        assert gone.sum() == 0 or gone.sum() >= least or n[:, period].sum() < least
        assert (n[~hidden[:, period], period] >= least).all()
    assert sum(bool(row["withheld"]) for row in printed) >= int((hidden & (n > 0)).sum())
