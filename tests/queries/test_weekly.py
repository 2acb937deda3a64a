"""Counts by week answer what they can, and as the cases do; everything else is read from the cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import true

from queries import catalog, weekly
from queries import measure as measuring
from queries.branches import Branch, branches_of
from queries.catalog import reinstatement_parts
from queries.filters import NONE_VALUE, Filters
from queries.measure import Measures, Reader, measure
from queries.scope import scope_of
from queries.tallies import Columns, Component, Tally
from queries.time import DAY, Grain, Period
from store.schema.weekly import WEEKLY
from tests.queries.conftest import World

KEYS = tuple(
    key for key, metric in catalog.METRICS.items() if {"appeals", "enforcements"} & set(metric.facts)
)
PARTS = ("numerator", "denominator", "value", "low", "high", "n", "effective_n", "at_least")
VIEWS = {
    Grain.week: ("team", "policy"),
    Grain.range: ("outcome",),
}


@pytest.fixture
def counted(rich_world: World) -> Reader:
    """A store whose facts were counted by week; weeks start on Sunday."""
    assert set(weekly.NEEDED) <= rich_world.reader.coverage.known_columns
    return rich_world.reader


def _both(
    monkeypatch: pytest.MonkeyPatch,
    reader: Reader,
    periods: list[Period],
    by: tuple[str, ...],
    filters: Filters,
) -> tuple[Measures, Measures]:
    """The same question answered from the counts and from the cases."""
    kept = getattr(measuring._answer, "__wrapped__", measuring._answer)
    monkeypatch.setattr(measuring, "_answer", kept)  # nothing that was kept answers
    columns = reader.coverage.known_columns - set(weekly.NEEDED)
    cases = replace(reader, coverage=replace(reader.coverage, known_columns=columns))
    return measure(reader, KEYS, periods, by, filters), measure(cases, KEYS, periods, by, filters)


def _differences(counts: Measures, cases: Measures) -> tuple[list[str], int]:
    found: list[str] = []
    compared = 0
    assert set(counts.groups) == set(cases.groups)
    for key in KEYS:
        for one, other in [(counts.total(key), cases.total(key))] + [
            (counts.group(key, group), cases.group(key, group)) for group in cases.groups
        ]:
            assert one.reason == other.reason
            for part in PARTS:
                own, expected = getattr(one, part), getattr(other, part)
                if not np.allclose(own, expected, rtol=1e-9, atol=1e-9, equal_nan=True):
                    found.append(f"{key} {one.group} {part}: {own} instead of {expected}")
            compared += int(np.isfinite(one.value).sum())
    return found, compared


def _weeks(reader: Reader, grain: Grain) -> list[Period]:
    rules, week = reader.coverage.rules, reader.coverage.newest_week()
    assert week is not None
    if grain is Grain.range:
        return [Period(week.end - 28 * DAY * n, week.end - 28 * DAY * (n - 1), grain) for n in (3, 2, 1)]
    return rules.last(rules.period_of(week.last_day, grain), 8 if grain is Grain.week else 2)


@pytest.mark.parametrize("grain", list(VIEWS))
def test_every_metric_is_the_same_from_counts_and_from_cases(
    monkeypatch: pytest.MonkeyPatch, counted: Reader, grain: Grain
) -> None:
    periods, compared = _weeks(counted, grain), 0
    found: list[str] = []
    views: list[tuple[tuple[str, ...], Filters]] = [((), Filters())]
    for dimension in VIEWS[grain]:
        values = [value for (value,) in measure(counted, KEYS, periods, (dimension,)).groups]
        chosen = [value or NONE_VALUE for value in values[:2]]
        views += [((dimension,), Filters()), ((), Filters().with_values(dimension, chosen))]
    for by, filters in views:
        counts, cases = _both(monkeypatch, counted, periods, by, filters)
        differing, some = _differences(counts, cases)
        found, compared = found + differing, compared + some
    assert found == []
    assert compared > 100, "the example must hold values"


def _read_from(reader: Reader, component: Component, by: tuple[str, ...], filters: Filters) -> str | None:
    """The counts a component of weeks is read from; None for the cases."""
    periods = tuple(_weeks(reader, Grain.week))
    question = measuring.question_of(reader, [component], periods, by, filters)
    (branch,) = branches_of(question.components, weekly.clocks_of_kinds(question.weekly))
    column = weekly.asked_by(by, filters)
    standing_in = weekly.table_of(branch, question.weekly, column, reader.scope)
    if standing_in is None:
        return None
    (source,) = {each.name for each in WEEKLY if each.name in str(standing_in.element)}  # type: ignore[attr-defined]
    return source


def test_each_component_is_read_from_the_smallest_counts_that_tell_it(counted: Reader) -> None:
    parts: dict[Component, str | None] = {
        reinstatement_parts.APPEALS_DECIDED: "appeals_decided_weekly",
        reinstatement_parts.AUDITS: "appeals_decided_weekly",
        reinstatement_parts.APPEALS_SUBMITTED: "appeals_waiting_weekly",
        reinstatement_parts.OPEN_APPEALS: "appeals_waiting_weekly",
        reinstatement_parts.DECISION_TIME: "appeals_submitted_weekly",
        reinstatement_parts.DUE_MET: "appeals_due_weekly",
        reinstatement_parts.DECIDED_TWICE: None,
        catalog.enforcements.ENFORCED: "enforcements_weekly",
    }
    for part, source in parts.items():
        assert _read_from(counted, part, (), Filters()) == source
        assert _read_from(counted, part, ("team",), Filters().with_values("team", ["A"])) == source


def test_views_of_two_dimensions_and_of_people_are_read_from_the_cases(counted: Reader) -> None:
    part, one = reinstatement_parts.APPEALS_DECIDED, Filters().with_values("team", ["A"])
    assert _read_from(counted, part, ("site",), one) is None
    assert _read_from(counted, part, (), one.with_values("tier", ["standard"])) is None
    assert _read_from(counted, part, (), Filters().with_values("member", ["P1"])) is None
    assert _read_from(counted, part, ("site",), Filters().with_values("site", ["X"])) is not None


@pytest.mark.parametrize(
    "where",
    [
        lambda c: c.decided_at > c.submitted_at,
        lambda c: c.decision_hours > 1,
        lambda c: c.seller_id.is_not(None),
    ],
)
def test_conditions_on_more_than_counts_tell_are_asked_of_the_cases(
    counted: Reader, where: Callable[[Columns], object]
) -> None:
    for clock in ("submitted", "decided", "due"):
        tally = Tally("asked", "appeals", clock, where)  # type: ignore[arg-type]
        assert _read_from(counted, tally, (), Filters()) is None
        assert _read_from(counted, replace(tally, where=lambda _: true()), (), Filters()) is not None


def test_periods_that_cut_a_week_are_read_from_the_cases(counted: Reader) -> None:
    week, scope = counted.coverage.newest_week(), counted.scope
    assert week is not None
    shifted = Period(week.start - 29 * DAY, week.end, Grain.range)
    month = counted.coverage.rules.month_of(week.start)
    for periods, answers in (([shifted], 0), ([month], 0), ([week], len(WEEKLY))):
        assert len(weekly.usable(scope, counted.coverage, periods, (), Filters())) == answers


def test_whoever_sees_a_part_reads_the_cases(counted: Reader) -> None:
    week = counted.coverage.newest_week()
    assert week is not None
    someone = next(iter(counted.directory.names))
    narrow = scope_of(counted.facts, someone)
    assert weekly.usable(narrow, counted.coverage, [week], (), Filters()) == ()
    with pytest.raises(PermissionError):
        narrow.table(WEEKLY[0].name)


def test_nothing_stands_in_for_branches_of_other_facts(counted: Reader) -> None:
    opened = catalog.escalation_parts.OPENED
    assert weekly.table_of(Branch("p0", (opened,)), WEEKLY, "", counted.scope) is None
