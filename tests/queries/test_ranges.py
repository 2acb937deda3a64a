"""A free range of days is one period: measured from its rows, compared with the same weekdays before it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from components.wording import range_before
from queries.cases import Behind, case_page
from queries.filters import Filters
from queries.measure import measure
from queries.scorecard import Target, lines_of_range
from queries.time import DAY, WEEK, Grain, Period, TimeRules, span_a_year_earlier
from tests.queries.conftest import World
from tests.queries.random_draws import MISSING_DAY
from tests.queries.test_measure import ALL_METRICS, compare

WHOLE = Period(dt.date(2026, 2, 20), dt.date(2026, 3, 20), Grain.range)
WITH_A_GAP = Period(MISSING_DAY - 20 * DAY, MISSING_DAY + 16 * DAY, Grain.range)


@example(first=76, days=42, severity="")
@settings(max_examples=12, deadline=None)
@given(first=st.integers(-5, 250), days=st.integers(1, 150), severity=st.sampled_from(["Sev-1", "Sev-2", ""]))
def test_every_metric_over_any_range_of_days_equals_the_oracle_over_those_days(
    rich_world: World, first: int, days: int, severity: str
) -> None:
    start = rich_world.reader.coverage.tables["escalations"].first_day + first * DAY
    span = Period(start, start + days * DAY, Grain.range)
    filters = Filters().with_values("severity", [severity] if severity else [])
    found = compare(rich_world, [rich_world.reader.coverage.rules.before(span), span], (), filters)
    assert found == []


def test_a_line_of_a_range_compares_with_the_same_weekdays_before_and_with_a_year_earlier(
    rich_world: World,
) -> None:
    reader = rich_world.reader
    keys = ("escalations_opened", "resolution_sla", "backlog_open")
    lines = lines_of_range(reader, keys, WHOLE, Filters())
    before = measure(reader, keys, [reader.coverage.rules.before(WHOLE)])
    for line, key in zip(lines, keys, strict=True):
        assert line.period == WHOLE and not line.assessment.tested and line.assessment.signal is None
        then, now = float(before.total(key).value[0]), line.value
        assert line.week_change.value is not None
        if line.week_change.unit == "%":
            assert line.week_change.value == pytest.approx(100 * (now - then) / then)
        else:
            scale = 100 if line.metric.unit == "share" else 1
            assert line.week_change.value == pytest.approx(scale * (now - then))
    year_ago = measure(reader, keys, [span_a_year_earlier(WHOLE)]).total("escalations_opened")
    assert not year_ago.complete[0] and lines[0].year_change.value is None


@given(start=st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), days=st.integers(1, 400))
def test_the_range_before_has_the_same_weekdays_shares_no_day_and_is_the_newest_such(
    start: dt.date, days: int
) -> None:
    """Half a week is never compared with the other half: Monday to Wednesday not with Friday to Sunday."""
    span = Period(start, start + days * DAY, Grain.range)
    before = TimeRules().before(span)
    assert before.days == days and before.start.weekday() == start.weekday()
    assert before.end <= start < before.end + WEEK
    words = range_before(span)
    assert ("same weekday" in words) == bool(days % 7) and ("days before" in words) == (days % 7 == 0)


def test_a_range_with_a_missing_day_is_shown_and_never_compared(rich_world: World) -> None:
    (line,) = lines_of_range(rich_world.reader, ("escalations_opened",), WITH_A_GAP, Filters())
    assert line.period == WITH_A_GAP and np.isfinite(line.value)
    assert line.series.days[1] == WITH_A_GAP.days - 1 and not line.series.complete[1]
    assert line.week_change.value is None and line.year_change.value is None


def test_a_range_whose_follow_up_still_runs_has_no_value_and_the_one_before_does_not_stand_in(
    rich_world: World,
) -> None:
    (line,) = lines_of_range(rich_world.reader, ("repeat_rate",), WHOLE, Filters())
    assert line.metric.follow_up == 90
    assert line.place is None and line.period is None and np.isnan(line.value)


def test_a_stock_is_that_of_the_last_day_and_unknown_when_that_is_not_loaded(rich_world: World) -> None:
    reader = rich_world.reader
    (line,) = lines_of_range(reader, ("backlog_open",), WITH_A_GAP, Filters())
    day = Period(WITH_A_GAP.last_day, WITH_A_GAP.end, Grain.day)
    assert line.value == measure(reader, ("backlog_open",), [day]).total("backlog_open").value[0]
    to_the_gap = Period(WITH_A_GAP.start, MISSING_DAY + DAY, Grain.range)
    assert lines_of_range(reader, ("backlog_open",), to_the_gap, Filters())[0].place is None


def test_rates_and_stocks_of_a_range_have_a_target_counts_have_none(rich_world: World) -> None:
    targets = [
        Target(key, Filters(), dt.date(2025, 1, 1), 0.5, "A")
        for key in ("escalations_opened", "resolution_sla", "backlog_open")
    ]
    lines = lines_of_range(
        rich_world.reader, [target.metric for target in targets], WHOLE, Filters(), targets
    )
    assert [line.target is not None for line in lines] == [False, True, True]


def test_a_rate_about_one_person_is_refused_over_a_range_and_says_why(rich_world: World) -> None:
    person = next(row["specialist_id"] for row in rich_world.rows.rows("specialists"))
    filters = Filters().with_values("member", [person])
    rate, count = lines_of_range(rich_world.reader, ("resolution_sla", "escalations_opened"), WHOLE, filters)
    assert rate.series.reason == "a rate about one person needs 13 weeks" and rate.place is None
    assert count.series.reason == "" and count.place == 1


@pytest.mark.parametrize(
    "key", [key for key in ALL_METRICS if key in ("resolution_sla", "escalations_opened")]
)
def test_the_cases_behind_a_range_are_as_many_as_its_number_says(rich_world: World, key: str) -> None:
    (line,) = lines_of_range(rich_world.reader, (key,), WHOLE, Filters())
    page = case_page(rich_world.reader, Behind(line.metric, WHOLE, Filters()))
    assert page.total == line.series.n[1] > 0
