"""The scorecard: newest mature week, honest comparisons, pooled four weeks, inherited targets."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest

from queries import catalog
from queries.filters import Filters
from queries.formulas import Agreed, Audited, Quantile, Ratio
from queries.measure import measure
from queries.pooling import pooled_value
from queries.scorecard import HISTORY_WEEKS, ScoreLine, Target, scorecard, target_for, unit_of
from queries.time import Grain
from tests.conftest import BuildStore
from tests.queries.conftest import World
from tests.queries.oracle import Oracle
from tests.queries.random_draws import MISSING_DAY, SAID_INCOMPLETE
from tests.queries.small_store import at, open_small
from tests.queries.test_measure import FOR_ONE_PARTNER, periods_of

ALL_METRICS = tuple(key for key in catalog.METRICS if Oracle.knows(key))
FIRST = dt.date(2025, 1, 1)


def lines_at(world: World, day: dt.date) -> dict[str, ScoreLine]:
    """Every line as of the week that holds `day`."""
    week = world.reader.coverage.rules.week_of(day)
    lines = scorecard(world.reader, ALL_METRICS, week, Filters())
    return {line.metric.key: line for line in lines if not line.series.reason}


def test_each_line_stands_at_its_newest_complete_and_mature_week(rich_world: World) -> None:
    lines = lines_at(rich_world, dt.date(2026, 4, 15))
    assert lines["escalations_opened"].period.label == "2026-W15"  # type: ignore[union-attr]
    for line in lines.values():
        assert line.period is not None and line.place is not None
        over = line.period.last_day + dt.timedelta(days=line.metric.follow_up)
        if not isinstance(line.metric.formula, Audited):  # audits may be done before
            assert over <= dt.date(2026, 4, 15), line.metric.key
        assert line.series.complete[line.place]


def test_week_on_week_compares_with_the_week_before_and_only_if_that_is_whole(rich_world: World) -> None:
    compared = 0
    for day in (dt.date(2026, 3, 18), dt.date(2026, 1, 21), dt.date(2025, 12, 17)):
        before_is_whole = not any(
            0 <= (day - hole).days - (day.weekday() + 1) % 7 - 1 < 7
            for hole in (MISSING_DAY, SAID_INCOMPLETE)
        )
        for line in lines_at(rich_world, day).values():
            if line.metric.follow_up or line.metric.is_stock or "appeals" in line.metric.facts:
                continue
            place = line.place
            assert place is not None and line.period is not None
            if not before_is_whole and line.period.start <= day < line.period.end:
                assert line.week_change.value is None, line.metric.key
                assert line.week_change.reason == "no complete week before"
                continue
            now, before = line.series.value[place], line.series.value[place - 1]
            if line.week_change.value is None or not line.series.usable[place - 1]:
                continue
            unit = line.week_change.unit
            part = abs(before) / 100 if unit == "%" else {"points": 0.01, "absolute": 1.0}[unit]
            assert line.week_change.value == pytest.approx((now - before) / part), line.metric.key
            compared += 1
    assert compared > 10


def test_without_a_year_of_history_there_is_no_change_to_last_year(rich_world: World) -> None:
    for line in lines_at(rich_world, dt.date(2026, 4, 15)).values():
        assert line.year_change.value is None and line.year_change.reason == "no prior year"


def test_a_year_is_364_days(rich_world: World) -> None:
    weeks = rich_world.reader.coverage.rules.last(periods_of(rich_world, Grain.week)[-1], HISTORY_WEEKS)
    assert (weeks[-1].start - weeks[-1 - 52].start).days == 364


@pytest.mark.parametrize("key", sorted(set(ALL_METRICS) - FOR_ONE_PARTNER))
def test_four_weeks_are_pooled_from_their_rows(rich_world: World, key: str) -> None:
    weeks = periods_of(rich_world, Grain.week)
    measures = measure(rich_world.reader, (key,), weeks)
    series = measures.total(key)
    checked = 0
    for place in range(3, len(weeks)):
        four = range(place - 3, place + 1)
        pooled = pooled_value(series.metric, measures.parts, series, four, series.places, 5)
        if not (series.complete & series.mature)[list(four)].all():
            assert math.isnan(pooled)
            continue
        if isinstance(series.metric.formula, Ratio | Quantile | Audited | Agreed):
            wanted = rich_world.oracle.answer(key, weeks[place - 3].start, weeks[place].end, lambda row: True)
            few = wanted.n < 5
            assert pooled == pytest.approx(math.nan if few else wanted.value, nan_ok=True)
        else:
            assert pooled == pytest.approx(np.mean(series.value[list(four)]), nan_ok=True)
        checked += 1
    assert checked > 3


def test_a_part_inherits_the_target_of_a_rate_but_never_of_a_count() -> None:
    rate, count = catalog.METRICS["resolution_sla"], catalog.METRICS["backlog_open"]
    team = Filters().with_values("team", ["a"])
    targets = [
        Target("resolution_sla", Filters(), FIRST, 0.9, "lead"),
        Target("resolution_sla", Filters(), dt.date(2026, 1, 1), 0.92, "lead"),
        Target("resolution_sla", Filters().with_values("team", ["b"]), FIRST, 0.8, "b"),
        Target("backlog_open", Filters(), FIRST, 300, "lead"),
    ]

    def value(metric: object, filters: Filters, day: dt.date) -> float | None:
        found = target_for(targets, metric, filters, day)  # type: ignore[arg-type]
        return None if found is None else found.value

    assert value(rate, Filters(), dt.date(2025, 12, 31)) == 0.9
    assert value(rate, Filters(), dt.date(2026, 1, 1)) == 0.92
    assert value(rate, team, dt.date(2026, 5, 1)) == 0.92
    assert value(rate, Filters().with_values("team", ["b"]), dt.date(2026, 5, 1)) == 0.8
    assert value(count, Filters(), dt.date(2026, 5, 1)) == 300
    assert value(count, team, dt.date(2026, 5, 1)) is None
    assert value(rate, Filters(), dt.date(2024, 1, 1)) is None


def test_a_target_is_missed_on_the_wrong_side_only(rich_world: World) -> None:
    week = rich_world.reader.coverage.rules.week_of(dt.date(2026, 3, 18))
    for key in ("resolution_sla", "backlog_open"):
        plain = scorecard(rich_world.reader, (key,), week, Filters())[0]
        for step in (-1, 1):
            target = Target(key, Filters(), FIRST, plain.value + step * 0.01, "lead")
            line = scorecard(rich_world.reader, (key,), week, Filters(), [target])[0]
            assert line.misses_target == ((step > 0) == (line.metric.good == "up"))
            assert abs(line.target_gap) == pytest.approx(0.01)


def test_counts_compare_in_percent_and_rates_in_points() -> None:
    units = {key: unit_of(metric) for key, metric in catalog.METRICS.items()}
    assert units["escalations_opened"] == "count" and units["resolution_sla"] == "rate"
    assert units["time_to_resolve_p50"] == "duration" and units["escalation_rate"] == "per_thousand"


def test_a_week_without_cases_is_no_signal_of_the_weeks_before(build_store: BuildStore) -> None:
    """Late for eight weeks running, then nothing is due: the week without a case says nothing."""
    weeks = 40
    cases = [
        {
            "escalation_id": f"{week}-{number}",
            "opened_at": at(2 + 7 * week + number),
            "resolved_at": at(2 + 7 * week + number, 5 if week < weeks - 9 or number % 2 else 30),
            "severity": "high",
        }
        for week in range(weeks)
        for number in range(5 + week % 2)
    ]
    through = at(9 + 7 * weeks)
    reader = open_small(build_store, cases, through)
    rules = reader.coverage.rules

    def line(week: int) -> ScoreLine:
        day = at(4 + 7 * week).date()
        (found,) = scorecard(reader, ("resolution_sla",), rules.week_of(day), Filters())
        return found

    assert line(weeks - 1).assessment.signal is not None
    empty = line(weeks)
    assert empty.place is not None and math.isnan(empty.value)
    assert empty.assessment.signal is None and not empty.assessment.tested
    reader.facts.close()


def test_what_is_not_supplied_leaves_the_scorecard_without_value(bare_world: World) -> None:
    week = bare_world.reader.coverage.rules.week_of(dt.date(2026, 3, 18))
    for line in scorecard(bare_world.reader, ALL_METRICS, week, Filters()):
        if line.series.reason:
            assert line.place is None and math.isnan(line.value) and line.tone == "neutral"
            assert not line.assessment.tested and math.isnan(line.four_weeks)
