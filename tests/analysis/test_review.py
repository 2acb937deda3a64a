"""The 6-12 review: golden scenarios by hand, and every figure recomputed day by day."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.review import Figure, SixTwelve, change, six_twelve, week_of, year_earlier

ONE_DAY = dt.timedelta(days=1)


def calendar(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + i * ONE_DAY for i in range((last - first).days + 1)]


def review_of_ones(as_of: dt.date, **options: Any) -> SixTwelve:
    """One event on every day of 2021 to 2026, so that every total is a number of days."""
    days = calendar(dt.date(2021, 1, 1), dt.date(2026, 12, 31))
    return six_twelve(days, np.ones(len(days)), as_of=as_of, unit="count", **options)


def test_totals_of_one_per_day_are_the_days_of_each_period() -> None:
    seen = review_of_ones(dt.date(2026, 11, 11))
    assert [w.start for w in seen.weeks] == [dt.date(2026, 10, 5) + i * 7 * ONE_DAY for i in range(6)]
    assert seen.last_week.value == 7 and seen.weeks[-1].end == dt.date(2026, 11, 15)
    assert [m.now.value for m in seen.months] == [30, 31, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31]
    assert seen.months[0].start == dt.date(2025, 11, 1) and seen.months[-1].end == dt.date(2026, 10, 31)
    assert seen.mtd.now.value == 15
    assert seen.qtd.now.value == 31 + 15
    assert seen.ytd.now.value == (dt.date(2026, 11, 15) - dt.date(2025, 12, 31)).days
    assert seen.ytd.prior.value == seen.ytd.now.value


def test_a_month_that_closes_with_the_week_is_among_the_twelve() -> None:
    seen = review_of_ones(dt.date(2026, 5, 31))
    assert seen.weeks[-1].end == dt.date(2026, 5, 31)
    assert seen.months[-1].start == dt.date(2026, 5, 1)
    assert seen.mtd.now.value == 31


@pytest.mark.parametrize(
    ("year_end", "quarter", "year"),
    [
        (12, dt.date(2026, 10, 1), dt.date(2026, 1, 1)),
        (6, dt.date(2026, 10, 1), dt.date(2026, 7, 1)),
        (1, dt.date(2026, 11, 1), dt.date(2026, 2, 1)),
        (10, dt.date(2026, 11, 1), dt.date(2026, 11, 1)),
        (11, dt.date(2026, 9, 1), dt.date(2025, 12, 1)),
    ],
)
def test_fiscal_years_may_end_in_any_month(year_end: int, quarter: dt.date, year: dt.date) -> None:
    seen = review_of_ones(dt.date(2026, 11, 11), fiscal_year_end_month=year_end)
    assert (seen.qtd.start, seen.ytd.start) == (quarter, year)


@pytest.mark.parametrize("week_start", range(7))
def test_weeks_may_start_on_any_day(week_start: int) -> None:
    for day in calendar(dt.date(2026, 11, 9), dt.date(2026, 11, 15)):
        first = week_of(day, week_start)
        assert first.weekday() == week_start and first <= day <= first + 6 * ONE_DAY
        assert review_of_ones(day, week_start=week_start).weeks[-1].start == first


def test_leap_day_compares_with_28_february() -> None:
    assert year_earlier(dt.date(2024, 2, 29)) == dt.date(2023, 2, 28)
    seen = review_of_ones(dt.date(2024, 2, 29), week_start=4)  # the week Friday 23 to Thursday 29 February
    assert seen.mtd.end == dt.date(2024, 2, 29)
    assert (seen.mtd.now.value, seen.mtd.prior.value) == (29, 28)
    later = review_of_ones(dt.date(2025, 3, 5))
    assert (later.ytd.now.value, later.ytd.prior.value) == (31 + 28 + 9, 31 + 29 + 9)


def test_a_week_53_compares_364_days_earlier() -> None:
    """2020 has an ISO week 53, starting 28 December; 364 days earlier is the week of 30 December 2019."""
    days = calendar(dt.date(2019, 1, 1), dt.date(2021, 1, 31))
    numbers = np.zeros(len(days))
    numbers[days.index(dt.date(2019, 12, 30)) : days.index(dt.date(2020, 1, 5)) + 1] = 10
    numbers[days.index(dt.date(2020, 12, 28)) : days.index(dt.date(2021, 1, 3)) + 1] = 15
    seen = six_twelve(days, numbers, as_of=dt.date(2020, 12, 28), unit="count")
    assert (seen.last_week.value, seen.weeks[-1].prior.value) == (105, 70)
    assert seen.yoy == (50.0, "%", "")


def test_from_70_to_0_is_minus_100_percent_and_zero_is_a_value() -> None:
    days = calendar(dt.date(2026, 1, 1), dt.date(2026, 3, 1))
    numbers = np.full(len(days), 10.0)
    numbers[-7:] = 0
    seen = six_twelve(days, numbers, as_of=dt.date(2026, 3, 1), unit="count")
    assert seen.last_week.value == 0
    assert seen.wow == (-100.0, "%", "")
    assert seen.yoy.value is None and seen.yoy.reason == "no prior year"
    assert seen.ytd.prior == Figure(None, None, None, "no prior year")


def test_a_gap_in_a_closed_period_is_incomplete_never_a_partial_sum() -> None:
    days = calendar(dt.date(2025, 1, 1), dt.date(2026, 3, 1))
    numbers: list[float | None] = [1.0] * len(days)
    numbers[days.index(dt.date(2026, 2, 10))] = None
    seen = six_twelve(days, np.array(numbers, dtype=float), as_of=dt.date(2026, 2, 25), unit="count")
    hurt = [w for w in seen.weeks if w.now.value is None]
    assert [w.start for w in hurt] == [dt.date(2026, 2, 9)]
    assert hurt[0].now.reason == "incomplete: 6 of 7 days"
    assert seen.months[-1].now.reason == "incomplete: 27 of 28 days" and seen.mtd.now.value == 1
    assert seen.months[-1].start == dt.date(2026, 2, 1)
    assert seen.ytd.now.value is None and seen.wow.value == 0.0
    absent = [d for d in days if d != dt.date(2026, 2, 10)]
    assert six_twelve(absent, np.ones(len(absent)), as_of=dt.date(2026, 2, 25), unit="count") == seen


def test_an_open_week_is_incomplete() -> None:
    days = calendar(dt.date(2026, 1, 1), dt.date(2026, 2, 25))
    seen = six_twelve(days, np.ones(len(days)), as_of=dt.date(2026, 2, 25), unit="count")
    assert seen.last_week.reason == "incomplete: 3 of 7 days"
    assert seen.wow.value is None and seen.wow.reason == "incomplete: 3 of 7 days"


def test_ratios_are_pooled_and_compared_in_points() -> None:
    days = calendar(dt.date(2026, 1, 5), dt.date(2026, 1, 18))
    made = [9, *[0] * 6, 0, 50, *[0] * 5]
    due = [10, 90, *[0] * 5, 0, 100, *[0] * 5]
    seen = six_twelve(days, made, due, as_of=dt.date(2026, 1, 12), unit="rate", aggregate="ratio")
    assert seen.last_week == (0.5, 50, 100, "")
    assert seen.weeks[-2].now.value == 0.09
    assert seen.wow == (pytest.approx(41.0), "points", "")
    none_due = six_twelve(
        days, made, np.zeros(14), as_of=dt.date(2026, 1, 12), unit="rate", aggregate="ratio"
    )
    assert none_due.last_week == (None, 50, 0, "n/a: denominator is 0")


def test_stocks_take_the_last_day_and_means_the_average_day() -> None:
    days = calendar(dt.date(2026, 1, 5), dt.date(2026, 1, 18))
    level = np.arange(14.0)
    level[8] = np.nan
    last = six_twelve(days, level, as_of=dt.date(2026, 1, 12), unit="count", aggregate="last")
    assert (last.last_week.value, last.weeks[-2].now.value) == (13, 6)
    mean = six_twelve(days, level, as_of=dt.date(2026, 1, 5), unit="count", aggregate="mean")
    assert mean.last_week.value == 3.0


@pytest.mark.parametrize(
    ("current", "previous", "unit", "expected"),
    [
        (0, 70, "count", (-100.0, "%", "")),
        (3, 2, "count", (1.0, "absolute", "")),
        (30, 19, "count", (11.0, "absolute", "")),
        (19, 20, "count", (-5.0, "%", "")),
        (5, 0, "duration", (5.0, "absolute", "")),
        (5.5, 5.0, "duration", (10.0, "%", "")),
        (0.5, 0.09, "rate", (41.0, "points", "")),
        (12.0, 10.0, "per_thousand", (20.0, "%", "")),
        (None, 10.0, "count", (None, "absolute", "nothing to compare with")),
        (3, None, "rate", (None, "points", "nothing to compare with")),
    ],
)
def test_changes_follow_the_unit(current: Any, previous: Any, unit: Any, expected: tuple) -> None:
    seen = change(current, previous, unit)
    assert seen.value == pytest.approx(expected[0]) and seen[1:] == expected[1:]


def test_bad_calendars_are_refused() -> None:
    day = dt.date(2026, 1, 1)
    with pytest.raises(ValueError, match="twice"):
        six_twelve([day, day], [1, 2], as_of=day, unit="count")
    with pytest.raises(ValueError, match="as many"):
        six_twelve([day], [1, 2], as_of=day, unit="count")
    with pytest.raises(ValueError, match="denominators"):
        six_twelve([day], [1], as_of=day, unit="rate", aggregate="ratio")
    with pytest.raises(ValueError, match="0 to 6"):
        six_twelve([day], [1], as_of=day, unit="count", week_start=7)
    assert six_twelve([], [], as_of=day, unit="count").last_week.reason == "no data"


def day_by_day(rows: dict[dt.date, tuple[float, float]], start: dt.date, end: dt.date) -> float | None:
    """A pooled ratio by walking the calendar; None when a day is missing or nothing is due."""
    made = due = 0.0
    day = start
    while day <= end:
        if day not in rows or math.isnan(rows[day][0]):
            return None
        made, due = made + rows[day][0], due + rows[day][1]
        day += ONE_DAY
    return made / due if due else None


def walk_back_a_year(day: dt.date) -> dt.date:
    """One year earlier found by stepping through the days, independent of date.replace."""
    target = (day.month, 28 if (day.month, day.day) == (2, 29) else day.day)
    day -= 364 * ONE_DAY
    while (day.month, day.day) != target:
        day -= ONE_DAY
    return day


@settings(max_examples=60, deadline=None)
@given(
    first=st.dates(dt.date(2015, 1, 1), dt.date(2024, 1, 1)),
    length=st.integers(20, 900),
    as_of_back=st.integers(-10, 60),
    week_start=st.integers(0, 6),
    year_end=st.integers(1, 12),
    gaps=st.sets(st.integers(0, 899), max_size=3),
    seed=st.integers(0, 2**31),
)
def test_every_figure_equals_walking_day_by_day(
    first: dt.date, length: int, as_of_back: int, week_start: int, year_end: int, gaps: set[int], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    days = [first + i * ONE_DAY for i in range(length)]
    due = rng.integers(0, 9, length).astype(float)
    made = rng.binomial(due.astype(int), 0.6).astype(float)
    made[[g for g in gaps if g < length]] = np.nan
    rows = {day: (made[i], due[i]) for i, day in enumerate(days)}
    as_of = days[-1] - as_of_back * ONE_DAY
    shuffled = rng.permutation(length)
    seen = six_twelve(
        np.array(days)[shuffled],
        made[shuffled],
        due[shuffled],
        as_of=as_of,
        unit="rate",
        aggregate="ratio",
        week_start=week_start,
        fiscal_year_end_month=year_end,
    )
    last = as_of
    while (last + ONE_DAY).weekday() != week_start:
        last += ONE_DAY
    for back, week in enumerate(reversed(seen.weeks)):
        end = last - back * 7 * ONE_DAY
        start = end - 6 * ONE_DAY
        assert (week.start, week.end) == (start, end)
        assert week.now.value == day_by_day(rows, start, end)
        assert week.prior.value == day_by_day(rows, start - 364 * ONE_DAY, end - 364 * ONE_DAY)
    ends = [d for d in calendar(last - 430 * ONE_DAY, last) if (d + ONE_DAY).day == 1][-12:]
    assert [m.end for m in seen.months] == ends
    month_first = last.replace(day=1)
    quarter_first, year_first = month_first, month_first
    while (year_first - ONE_DAY).month != year_end:
        year_first = (year_first - ONE_DAY).replace(day=1)
    while ((quarter_first - ONE_DAY).month - year_end) % 3:
        quarter_first = (quarter_first - ONE_DAY).replace(day=1)
    boxes = [(seen.mtd, month_first), (seen.qtd, quarter_first), (seen.ytd, year_first)]
    spans = [(part, start, last) for part, start in boxes]
    spans += [(m, m.end.replace(day=1), m.end) for m in seen.months]
    for part, start, end in spans:
        assert (part.start, part.end) == (start, end)
        assert part.now.value == day_by_day(rows, start, end)
        assert part.prior.value == day_by_day(rows, walk_back_a_year(start), walk_back_a_year(end))
