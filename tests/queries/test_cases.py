"""The case list holds exactly the rows of the number that was clicked."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from queries import catalog
from queries.cases import PAGE_ROWS, Behind, case_page, counts_behind, exported_cases
from queries.filters import NONE_VALUE, Filters
from queries.formulas import Agreed, Audited, Count, Ratio
from queries.listing import LISTINGS
from queries.measure import Measures, measure
from queries.rows_behind import fact_behind
from queries.time import Grain, Period
from tests.queries.comparing import keeper
from tests.queries.conftest import World
from tests.queries.test_measure import periods_of

ALL_METRICS = tuple(catalog.METRICS)
OF_WAITS = ("partner_on_time", "partner_wait_p50", "partner_hours")
VIEWS = (
    Filters(),
    Filters()
    .with_values("tier", ["strategic", NONE_VALUE])
    .with_values("team", ["emea-1", "amer-1", NONE_VALUE]),
    Filters().with_values("org", ["emea"]).with_values("site", ["LUX"]),
)


def complete_period(world: World, grain: Grain) -> Period:
    """A period known to its end, so that a stock is known too."""
    return periods_of(world, grain)[-2]


@pytest.fixture(scope="module")
def measured(rich_world: World) -> dict[tuple[Filters, Period], Measures]:
    """Every metric of every view over a week and a month."""
    periods = [complete_period(rich_world, grain) for grain in (Grain.week, Grain.month)]
    return {
        (filters, period): measure(rich_world.reader, ALL_METRICS, [period], (), filters)
        for filters in VIEWS
        for period in periods
    }


@pytest.mark.parametrize("key", ALL_METRICS)
def test_as_many_cases_as_the_number_says_and_the_flagged_ones_among_them(
    rich_world: World, measured: dict[tuple[Filters, Period], Measures], key: str
) -> None:
    for (filters, period), measures in measured.items():
        series = measures.total(key)
        if series.days[0] == 0 or series.reason:
            continue
        metric = series.metric
        total, flagged = counts_behind(rich_world.reader, Behind(metric, period, filters))
        formula = metric.formula
        keep = keeper(rich_world, filters)
        if fact_behind(metric) == "escalations" or key in OF_WAITS:
            wanted = rich_world.oracle.rows_behind(key, period.start, period.end, keep)
            assert total == len(wanted)
        if isinstance(formula, Count) and formula.tally.quantity is not None:
            assert flagged == 0
        elif isinstance(formula, Ratio) and formula.spread == "poisson":
            assert total == series.numerator[0] and flagged == 0
        elif isinstance(formula, Ratio) and formula.spread == "wilson":
            hits = series.numerator[0]
            assert total == series.n[0]
            assert flagged == (total - hits if metric.good == "up" else hits)
        elif isinstance(formula, Agreed):
            assert total == series.n[0]
        elif isinstance(formula, Audited):
            assert (total, flagged) == (series.n[0], series.numerator[0])
        elif not isinstance(formula, Ratio):
            assert total == series.n[0] and flagged == 0


@pytest.mark.parametrize("key", ["resolution_sla", "backlog_past_due", "partner_on_time", "reopen_rate"])
def test_pages_hold_each_row_once_and_export_holds_them_all(rich_world: World, key: str) -> None:
    period = complete_period(rich_world, Grain.block)
    metric = rich_world.reader.available(key).metric
    behind = Behind(metric, period, Filters())
    wanted = rich_world.oracle.rows_behind(key, period.start, period.end, lambda row: True)
    seen = []
    for page in range(20):
        found = case_page(rich_world.reader, behind, page=page)
        seen += [(row["escalation_id"], row["cycle"]) for row in found.rows.to_pylist()]
        if found.rows.num_rows < PAGE_ROWS:
            break
    assert sorted(seen) == sorted((row["escalation_id"], row["cycle"]) for row in wanted)
    exported = [row for part in exported_cases(rich_world.reader, behind) for row in part.to_pylist()]
    assert [(row["escalation_id"], row["cycle"]) for row in exported] == seen


def test_flagged_only_lists_the_misses_of_a_promise(rich_world: World) -> None:
    period = complete_period(rich_world, Grain.block)
    metric = rich_world.reader.available("resolution_sla").metric
    behind = Behind(metric, period, Filters(), flagged_only=True)
    wanted = rich_world.oracle.rows_behind("resolution_sla", period.start, period.end, lambda row: True)
    missed = {(row["escalation_id"], row["cycle"]) for row in wanted if not row["met"]}
    rows = [row for part in exported_cases(rich_world.reader, behind) for row in part.to_pylist()]
    assert {(row["escalation_id"], row["cycle"]) for row in rows} == missed
    assert (
        all(row["flagged"] == 1 for row in rows)
        and case_page(rich_world.reader, behind).flag_label == "missed"
    )


def test_of_agreement_the_rows_not_all_decided_alike_are_flagged(rich_world: World) -> None:
    reader = rich_world.reader
    metric = reader.available("agreement").metric
    appeals = reader.scope.table("appeals")
    patterns = reader.scope.read(
        reader.facts, select(appeals.c.decision_pattern).where(appeals.c.decision_pattern.is_not(None))
    )
    differ = [len(set(text.split("\x1f"))) > 1 for text in patterns.column(0).to_pylist()]
    assert counts_behind(reader, Behind(metric, None, Filters())) == (len(differ), sum(differ))
    assert 0 < sum(differ) < len(differ)


def test_sorting_puts_missing_values_last_in_both_directions(rich_world: World) -> None:
    behind = Behind(None, None, Filters())
    for descending in (True, False):
        rows = [
            row["resolved_at"]
            for part in exported_cases(rich_world.reader, behind, "resolved_at", descending)
            for row in part.to_pylist()
        ]
        ended = [moment for moment in rows if moment is not None]
        assert ended == sorted(ended, reverse=descending)
        assert rows == ended + [None] * (len(rows) - len(ended)) and None in rows


@pytest.mark.parametrize(
    "words", ["E0001", "e0001", "S", "O'Hara & co", "<b>down</b>", "|", "p1", "person 2"]
)
def test_search_finds_the_words_as_typed(rich_world: World, words: str) -> None:
    columns = ("escalation_id", "seller_id", "reason", "member", "name")
    names = {row["specialist_id"]: row["name"] for row in rich_world.rows.rows("specialists")}
    wanted = sum(
        any(words.lower() in (row.get(column) or "").lower() for column in columns)
        for row in (row | {"name": names.get(row["member"])} for row in rich_world.rows.cycles)
    )
    found = case_page(rich_world.reader, Behind(None, None, Filters(), search=words))
    assert (found.total, found.how) == (wanted, "words") and wanted > 0


@pytest.mark.parametrize(
    ("words", "column"), [("s1", "seller_id"), ("S3", "seller_id"), ("e00010", "escalation_id")]
)
def test_a_number_typed_whole_finds_what_has_it_and_nothing_that_contains_it(
    rich_world: World, words: str, column: str
) -> None:
    wanted = {
        (row["escalation_id"], row["cycle"])
        for row in rich_world.rows.cycles
        if (row.get(column) or "") == words.upper()
    }
    behind = Behind(None, None, Filters(), search=words)
    rows = [row for part in exported_cases(rich_world.reader, behind) for row in part.to_pylist()]
    assert {(row["escalation_id"], row["cycle"]) for row in rows} == wanted
    page = case_page(rich_world.reader, behind)
    assert (page.total, page.how) == (len(wanted), "seller" if column == "seller_id" else "number")
    assert page.total > 0


@pytest.mark.parametrize("words", ["%", "_", "\\", "'; drop table escalations; --", "E%1"])
def test_search_has_no_wildcards_and_no_way_out(rich_world: World, words: str) -> None:
    assert case_page(rich_world.reader, Behind(None, None, Filters(), search=words)).total == 0


def test_what_cannot_be_listed_is_refused(rich_world: World) -> None:
    with pytest.raises(ValueError, match="cannot be sorted by 'password'"):
        case_page(rich_world.reader, Behind(None, None, Filters()), sort="password")
    with pytest.raises(ValueError, match="cannot be filtered by policy"):
        case_page(rich_world.reader, Behind(None, None, Filters().with_values("policy", ["x"])))
    assert case_page(rich_world.reader, Behind(None, None, Filters()), page=-5).rows.num_rows == PAGE_ROWS
    assert case_page(rich_world.reader, Behind(None, None, Filters()), page=10**6).rows.num_rows == 0


def test_every_metric_has_a_list_of_cases() -> None:
    listed = {fact_behind(metric) for metric in catalog.METRICS.values()}
    assert listed <= set(LISTINGS)
