"""Arrivals, standard times, load and splits, counted again from the raw rows."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from queries.capacity.arrivals import SEASON, WEEKS_AHEAD, arrivals, expected
from queries.capacity.load import ahead, behind
from queries.capacity.split import block_to, split
from queries.capacity.standard_times import MEASURED_WEEKS, minutes_from, standard_times
from queries.filters import Filters
from queries.measure import Reader, measure
from queries.time import DAY, WEEK, Period
from tests.queries.capacity.conftest import Staff
from tests.queries.random_capacity import STANDARD_TIMES

FACTS = {
    "escalation": ("escalations", "opened_at"),
    "appeal": ("appeals", "submitted_at"),
    "investigation": ("investigations", "opened_at"),
}
UNKNOWN = Filters().with_values("severity", ["Sev-1"])


def newest(reader: Reader) -> Period:
    week = reader.coverage.newest_week()
    assert week is not None
    return week


def by_week(staff: Staff, work: str, weeks: tuple[Period, ...]) -> np.ndarray:
    """Rows of a type of work per week by their business day, from the raw table."""
    table, came = FACTS[work]
    zone = staff.reader.coverage.zone
    days = pd.to_datetime(staff.tables[table][came]).dt.tz_localize("UTC").dt.tz_convert(zone).dt.date
    return np.array([sum(week.start <= day < week.end for day in days) for week in weeks], float)


def test_arrivals_are_the_rows_of_each_week(staff: Staff) -> None:
    for one in arrivals(staff.reader, newest(staff.reader), Filters()):
        assert one.reason == "" and one.weeks
        whole = ~np.isnan(one.counts)
        np.testing.assert_array_equal(one.counts[whole], by_week(staff, one.work, one.weeks)[whole])
        assert whole[0] and whole[-1]


def test_arrivals_of_a_team_are_those_its_metrics_count(staff: Staff) -> None:
    filters = Filters().with_values("team", ["emea-1"])
    found = {one.work: one for one in arrivals(staff.reader, newest(staff.reader), filters)}
    for work, key in (("escalation", "escalations_opened"), ("appeal", "appeals_submitted")):
        counts = measure(staff.reader, (key,), found[work].weeks, (), filters).total(key).numerator
        whole = ~np.isnan(found[work].counts)
        np.testing.assert_array_equal(found[work].counts[whole], counts[whole])
    every = {one.work: one for one in arrivals(staff.reader, newest(staff.reader), Filters())}
    assert 0 < np.nansum(found["escalation"].counts) < np.nansum(every["escalation"].counts)


def test_a_week_with_days_missing_is_no_count(staff: Staff) -> None:
    coverage = staff.reader.coverage
    for one in arrivals(staff.reader, newest(staff.reader), Filters()):
        days = coverage.days_loaded((FACTS[one.work][0],), one.weeks)
        np.testing.assert_array_equal(np.isnan(one.counts), days < 7)


def test_every_type_of_work_is_forecast_for_13_weeks(staff: Staff) -> None:
    for one in expected(staff.reader, newest(staff.reader), Filters()):
        assert one.forecast is not None
        assert one.forecast.mean.shape == (WEEKS_AHEAD,) and one.forecast.period in (1, SEASON)


def test_a_filter_a_table_does_not_know_is_named_not_ignored(staff: Staff) -> None:
    found = {one.work: one for one in arrivals(staff.reader, newest(staff.reader), UNKNOWN)}
    assert found["escalation"].reason == "" and found["escalation"].weeks
    assert found["appeal"].reason == "cannot be narrowed by severity" and not found["appeal"].weeks
    assert {
        one.work: one.forecast is None for one in expected(staff.reader, newest(staff.reader), UNKNOWN)
    } == {
        "escalation": False,
        "appeal": True,
        "investigation": True,
    }


def test_standard_times_are_those_in_force_and_medians_of_cases_spent_on(staff: Staff) -> None:
    week = newest(staff.reader)
    items = staff.tables["work_items"]
    items = items[items["minutes"].notna() & (items["minutes"] > 0)]
    items = items[(items["worked_on"] >= week.end - MEASURED_WEEKS * WEEK) & (items["worked_on"] < week.end)]
    kinds = items["work_type"].where(items["work_type"].notna(), items["case_kind"]).str.strip().str.lower()
    alone = items["case_id"].where(items["case_id"].notna(), items["work_item_id"])
    spent = (
        items.assign(kind=kinds, case=alone).groupby(["kind", "case_kind", "case"])["minutes"].sum().round()
    )
    for one in standard_times(staff.reader, week):
        cases = spent[spent.index.get_level_values("kind") == one.work].sort_values()
        assert one.cases == len(cases)
        given = [
            (day, minutes)
            for kind, day, minutes in STANDARD_TIMES
            if kind.lower() == one.work and minutes and day <= week.last_day
        ]
        assert (one.since, one.given) == (max(given) if given else (None, None))
        if len(cases) < 30:
            assert (one.median, one.low, one.high) == (None, None, None)
            continue
        assert one.median == cases.iloc[(len(cases) + 1) // 2 - 1]
        assert one.low is not None and one.high is not None and one.median is not None
        assert one.low <= one.median <= one.high


def test_a_standard_agreed_for_later_counts_from_its_day(staff: Staff) -> None:
    steps = minutes_from(staff.reader, newest(staff.reader))["escalation"]
    assert steps[-1] == (dt.date(2026, 5, 1), 30.0)
    found = ahead(staff.reader, newest(staff.reader), Filters())
    assert found is not None
    forecast = next(one.forecast for one in found.forecasts if one.work == "escalation")
    assert forecast is not None
    each = found.work["escalation"] / forecast.mean
    wanted = [255.5 / 60 if week.start < dt.date(2026, 5, 1) else 0.5 for week in found.weeks]
    np.testing.assert_allclose(each, wanted)


def test_a_standard_of_zero_is_none(staff: Staff) -> None:
    assert all(
        minutes > 0
        for steps in minutes_from(staff.reader, newest(staff.reader)).values()
        for _, minutes in steps
    )


def test_work_behind_is_the_metric_split_by_type(staff: Staff) -> None:
    week = newest(staff.reader)
    found = behind(staff.reader, week, Filters())
    metric = measure(staff.reader, ("workload_hours", "available_hours"), found.weeks, (), Filters())
    np.testing.assert_allclose(found.total, metric.total("workload_hours").value)
    np.testing.assert_allclose(found.available, metric.total("available_hours").value)
    counted = by_week(staff, "escalation", found.weeks)
    for place, one in enumerate(found.weeks):
        if dt.date(2026, 1, 10) <= one.start:
            assert found.work["escalation"][place] == pytest.approx(counted[place] * 255.5 / 60)


def test_the_band_ahead_holds_the_sum_of_its_parts(staff: Staff) -> None:
    found = ahead(staff.reader, newest(staff.reader), Filters())
    assert found is not None
    np.testing.assert_allclose(found.mean, np.sum(list(found.work.values()), axis=0))
    assert (found.low <= found.mean).all() and (found.mean <= found.high).all()
    assert found.weeks[0].start == newest(staff.reader).end and len(found.weeks) == WEEKS_AHEAD


def test_hours_ahead_are_not_told_under_filters_that_choose_no_team(staff: Staff) -> None:
    found = ahead(staff.reader, newest(staff.reader), Filters().with_values("tier", ["strategic"]))
    assert found is not None
    assert found.no_hours == "hours ahead are known for teams, not by seller tier"
    assert np.isnan(found.available).all()


@pytest.mark.parametrize("by", ["org", "team", "member"])
def test_hours_by_whom_add_up_to_all(staff: Staff, by: str) -> None:
    week = newest(staff.reader)
    found = split(staff.reader, week, Filters(), by)  # type: ignore[arg-type]
    assert found.reason == ""
    block = block_to(week)
    assert block.days == 91 and block.end == week.end
    whole = measure(staff.reader, ("workload_hours", "available_hours"), (block,), (), Filters())
    assert np.nansum([row.available for row in found.rows]) == pytest.approx(
        whole.total("available_hours").value[0]
    )
    assert sum(row.work for row in found.rows) == pytest.approx(whole.total("workload_hours").value[0])


def test_a_skill_counts_everyone_who_holds_it(staff: Staff) -> None:
    week = newest(staff.reader)
    people = {row.key: row for row in split(staff.reader, week, Filters(), "member").rows}
    for row in split(staff.reader, week, Filters(), "skill").rows:
        assert row.key is not None
        able = [person for person in people if person and staff.able(person, row.key, week.last_day)]
        wanted = sum(np.nan_to_num(people[person].available) for person in able)
        assert np.nan_to_num(row.available) == pytest.approx(wanted)


def test_shares_of_people_with_few_days_are_withheld(staff: Staff) -> None:
    week = newest(staff.reader)
    for row in split(staff.reader, week, Filters(), "member").rows:
        assert row.withheld == (0 < row.days < 10)
        assert not (row.withheld and np.isfinite(row.utilisation))


def test_days_of_the_past_do_not_change_with_a_later_view(staff: Staff) -> None:
    week = newest(staff.reader)
    earlier = staff.reader.coverage.rules.week_of(week.start - 4 * WEEK + DAY)
    then, now = (behind(staff.reader, at, Filters()) for at in (earlier, week))
    shared = [place for place, one in enumerate(now.weeks) if one in then.weeks]
    places = [then.weeks.index(now.weeks[place]) for place in shared]
    np.testing.assert_allclose(now.total[shared], then.total[places])
