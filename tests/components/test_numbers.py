"""The written form of numbers, changes, dates and weeks."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import numbers as n

S = "\u00a0"  # the no-break space every value carries


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (n.percent(0.861), f"86.1{S}%"),
        (n.percent(0.0), f"0.0{S}%"),
        (n.percent(-0.0004), f"0.0{S}%"),
        (n.count(1284), "1,284"),
        (n.count(-3), "−3"),
        (n.hours(5.25), f"5.3{S}h"),
        (n.hours(81.6), f"3.4{S}d"),
        (n.work_hours(81.6, 1), f"81.6{S}h"),
        (n.days(3.4), f"3.4{S}d"),
        (n.money(2_100_000), f"${S}2.1{S}M"),
        (n.money(999_960), f"${S}1.0{S}M"),
        (n.money(999.96), f"${S}1.0{S}k"),
        (n.money(840), f"${S}840"),
        (n.money(-0.2), f"${S}0"),
        (n.points(-0.052), f"−5.2{S}pts"),
        (n.relative(1284, 1190), f"+7.9{S}%"),
        (n.relative(0, 70, 0), f"−100{S}%"),
        (n.relative(3, 0), "–"),
        (n.week_title(date(2026, 11, 9)), f"Week{S}46 · 9–15 Nov 2026".replace(" Nov ", f"{S}Nov{S}")),
        (n.day_month(date(2026, 6, 1)), f"1{S}Jun"),
        (n.weekday(date(2026, 11, 20)), f"Fri 20{S}Nov".replace("Fri ", f"Fri{S}")),
        (n.short_week(date(2026, 11, 9)), f"wk{S}46"),
        (n.week_key(date(2026, 11, 9)), "2026-W46"),
        (n.month_label(date(2025, 11, 1), with_year=True), f"Nov{S}’25"),
    ],
)
def test_the_forms_the_interface_guide_prints(written: str, expected: str) -> None:
    assert written == expected


@pytest.mark.parametrize(
    ("now", "before", "unit", "expected"),
    [
        (0.861, 0.913, "percent", f"−5.2{S}pts"),
        (1231, 1203, "count", f"+2.3{S}%"),
        (4, 5, "count", "−1"),
        (19, 45, "count", "−26"),
        (5, 5, "count", "0"),
        (0, 70, "count", "−70"),
        (98.4, 62.4, "hours", f"+1.5{S}d"),
        (30.0, 25.0, "hours", f"+20.0{S}%"),
        (7.0, 5.5, "hours", f"+1.5{S}h"),
        (2.1e6, 2.3e6, "money", f"−8.7{S}%"),
        (8.3, 8.4, "number", "−0.1"),
        (None, 3, "count", "–"),
        (3, math.nan, "percent", "–"),
    ],
)
def test_change_follows_the_unit_and_small_numbers_change_by_difference(
    now: float | None, before: float | None, unit: n.Unit, expected: str
) -> None:
    assert n.change(now, before, unit) == expected


@given(st.none() | st.sampled_from([math.nan, math.inf, -math.inf]))
def test_what_is_not_a_number_is_a_dash_in_every_unit(missing: float | None) -> None:
    units: tuple[n.Unit, ...] = ("percent", "count", "number", "hours", "days", "money", "per_1000")
    assert {n.value(missing, unit) for unit in units} == {"–"}


@given(st.floats(-1e12, 1e12), st.sampled_from(["percent", "count", "number", "hours", "days", "money"]))
def test_no_value_breaks_across_lines_or_carries_a_hyphen_or_a_negative_zero(
    amount: float, unit: n.Unit
) -> None:
    text = n.value(amount, unit)
    assert " " not in text and "-" not in text
    digits = [c for c in text if c.isdigit()]
    assert not (text.startswith("−") and set(digits) == {"0"})


@given(st.floats(-1e9, 1e9), st.integers(0, 3))
def test_fixed_is_within_half_a_step_of_the_value(amount: float, decimals: int) -> None:
    read_back = float(n.fixed(amount, decimals).replace(",", "").replace("−", "-"))
    assert abs(read_back - amount) <= 0.5 * 10**-decimals * (1 + 1e-9) + 1e-6 * abs(amount) * 1e-6


@given(st.lists(st.floats(-1000, 1000), min_size=1, max_size=12), st.integers(0, 2))
def test_rounded_parts_add_up_to_their_rounded_total(parts: list[float], decimals: int) -> None:
    rounded = n.largest_remainder(parts, decimals)
    step = 10**-decimals
    assert math.isclose(sum(rounded), math.floor(math.fsum(parts) / step + 0.5) * step, abs_tol=step / 1000)
    assert all(abs(a - b) < step * 1.0001 for a, b in zip(rounded, parts, strict=True))


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)))
def test_a_monday_week_has_its_iso_number(day: date) -> None:
    monday = day - timedelta(days=day.weekday())
    assert n.iso_week(monday) == tuple(day.isocalendar())[:2]


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)))
def test_any_week_start_numbers_the_weeks_one_after_the_other(day: date) -> None:
    this, following = n.iso_week(day), n.iso_week(day + timedelta(days=7))
    last_of_year = date(this[0], 12, 28).isocalendar().week
    assert following == ((this[0], this[1] + 1) if this[1] < last_of_year else (this[0] + 1, 1))


def test_weeks_from_sunday_keep_the_number_most_of_their_days_have() -> None:
    assert n.iso_week(date(2026, 11, 8)) == (2026, 46)
    assert n.week_title(date(2026, 11, 8)).startswith(f"Week{S}46 · 8–14")
    assert n.iso_week(date(2026, 12, 28)) == (2026, 53)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2026, 11, 9), date(2026, 11, 15), "9–15 Nov 2026"),
        (date(2026, 11, 30), date(2026, 12, 6), "30 Nov – 6 Dec 2026"),
        (date(2026, 12, 28), date(2027, 1, 3), "28 Dec 2026 – 3 Jan 2027"),
        (date(2026, 11, 9), date(2026, 11, 9), "9 Nov 2026"),
    ],
)
def test_a_span_names_month_and_year_once_where_it_can(first: date, last: date, expected: str) -> None:
    assert n.date_span(first, last).replace(S, " ") == expected


@pytest.mark.parametrize(
    ("hours", "words"),
    [(0.4, "0 hours"), (1.9, "1 hour"), (47.9, "47 hours"), (48, "2 days"), (2400, "100 days")],
)
def test_ages_are_whole_hours_to_two_days_and_whole_days_from_then_on(hours: float, words: str) -> None:
    assert n.age(hours).replace(n.NBSP, " ") == words


def test_parts_of_money_add_up_to_the_total_written_and_a_small_one_keeps_its_own_step() -> None:
    parts = [1.54e6, 3.04e6, 34_500.0]
    written = [text.replace(S, " ") for text in n.money_parts(parts)]
    assert written == ["$ 1.6 M", "$ 3.0 M", "$ 34.5 k"]
    assert n.money(sum(parts)).replace(S, " ") == "$ 4.6 M"
    assert [text.replace(S, " ") for text in n.money_parts([0.0, 720.0])] == ["$ 0", "$ 720"]
