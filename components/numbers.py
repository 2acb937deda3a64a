"""How numbers, dates and weeks are written on screen. Pure: no Streamlit, no queries.

Every value keeps its unit behind a no-break space, negative numbers carry a true minus (U+2212),
and a missing value is an en dash, never a zero.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

Unit = Literal["percent", "count", "number", "hours", "work_hours", "days", "money", "per_1000"]
"""percent: a share 0..1, shown × 100. hours, days: durations. work_hours: hours of work, never shown as days.
money: a currency amount. per_1000: a rate already multiplied. number: a mean or a ratio with decimals.
count: whole things."""

NBSP = "\u00a0"
MINUS = "\u2212"
MISSING = "–"
SMALL_COUNT = 20  # below it a change is shown in things, not in per cent
HOURS_SHOWN_AS_DAYS = 48.0

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONEY_STEPS = ((1e9, "B"), (1e6, "M"), (1e3, "k"))


def is_missing(value: float | None) -> bool:
    """True for None, NaN and infinities: none of them is a number to show."""
    return value is None or not math.isfinite(value)


def finite(value: float) -> float | None:
    """The number as charts take it: None for NaN and infinities."""
    return float(value) if math.isfinite(value) else None


def fixed(value: float, decimals: int) -> str:
    """`value` rounded half up with thousands separators and a true minus; never "−0.0"."""
    rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,}"
    return MINUS + text if rounded < 0 else text


def percent(share: float | None, decimals: int = 1) -> str:
    """A share 0..1 as "86.1 %"."""
    return MISSING if share is None or is_missing(share) else f"{fixed(share * 100, decimals)}{NBSP}%"


def count(value: float | None) -> str:
    """A whole number as "1,284"."""
    return MISSING if value is None or is_missing(value) else fixed(value, 0)


def number(value: float | None, decimals: int = 1) -> str:
    """A mean or ratio as "8.3"."""
    return MISSING if value is None or is_missing(value) else fixed(value, decimals)


def hours(value: float | None, decimals: int = 1) -> str:
    """Hours as "5.2 h"; from 48 hours on as days, "3.4 d"."""
    if value is None or is_missing(value):
        return MISSING
    if abs(value) >= HOURS_SHOWN_AS_DAYS:
        return days(value / 24, decimals)
    return f"{fixed(value, decimals)}{NBSP}h"


def work_hours(value: float | None, decimals: int = 0) -> str:
    """Hours of work as "12,345 h": however many, they are no stretch of days."""
    return MISSING if value is None or is_missing(value) else f"{fixed(value, decimals)}{NBSP}h"


def days(value: float | None, decimals: int = 1) -> str:
    """Days as "3.4 d"."""
    return MISSING if value is None or is_missing(value) else f"{fixed(value, decimals)}{NBSP}d"


def age(hours_passed: float) -> str:
    """How old something is, "30 hours", "7 days": whole hours to two days, then whole days."""
    whole = int(hours_passed if hours_passed < HOURS_SHOWN_AS_DAYS else hours_passed / 24)
    unit = "hour" if hours_passed < HOURS_SHOWN_AS_DAYS else "day"
    return f"{count(whole)}{NBSP}{unit}" + ("" if whole == 1 else "s")


def money(value: float | None, symbol: str = "$", decimals: int = 1) -> str:
    """An amount as "$ 2.1 M", "$ 840": one decimal from a thousand on, none below."""
    if value is None or is_missing(value):
        return MISSING
    sign = MINUS if value < 0 else ""
    for step, letter in _MONEY_STEPS:
        # 999,960 rounds to 1,000.0 k, which is written 1.0 M
        if abs(value) >= step - step / 1000 * 0.05:
            return f"{sign}{symbol}{NBSP}{fixed(abs(value) / step, decimals)}{NBSP}{letter}"
    return f"{sign if round(abs(value)) else ''}{symbol}{NBSP}{fixed(abs(value), 0)}"


def value(amount: float | None, unit: Unit, decimals: int | None = None, symbol: str = "$") -> str:
    """`amount` written in its unit; `decimals` defaults to what the unit usually shows."""
    if unit == "count":
        return count(amount)
    places = 1 if decimals is None else decimals
    if unit == "percent":
        return percent(amount, places)
    if unit == "hours":
        return hours(amount, places)
    if unit == "work_hours":
        return work_hours(amount)
    if unit == "days":
        return days(amount, places)
    if unit == "money":
        return money(amount, symbol, places)
    return number(amount, places)


def signed(text: str) -> str:
    """`text` of a number with a plus in front unless it is negative, zero or missing."""
    if text == MISSING or text.startswith(MINUS) or not any(c in "123456789" for c in text):
        return text
    return "+" + text


def points(difference: float | None, decimals: int = 1) -> str:
    """A difference of two shares (0..1) as "−5.2 pts"."""
    if difference is None or is_missing(difference):
        return MISSING
    return f"{signed(fixed(difference * 100, decimals))}{NBSP}pts"


def relative(now: float | None, before: float | None, decimals: int = 1) -> str:
    """The change from `before` to `now` in per cent, "+7.9 %". From 70 to 0 is −100 %; from 0 it is "–"."""
    if now is None or before is None or is_missing(now) or is_missing(before) or before == 0:
        return MISSING
    return signed(percent((now - before) / abs(before), decimals))


def change(now: float | None, before: float | None, unit: Unit, decimals: int | None = None) -> str:
    """How a value moved, in the form its unit asks for.

    Shares move in points and money in per cent. Everything else moves in per cent, but by its difference
    when either side is shown as a number under 20. "–" when either side is missing.
    """
    if now is None or before is None or is_missing(now) or is_missing(before):
        return MISSING
    places = 1 if decimals is None else decimals
    if unit == "percent":
        return points(now - before, places)
    if unit == "money":
        return relative(now, before)
    if unit == "hours" and max(abs(now), abs(before)) >= HOURS_SHOWN_AS_DAYS:
        return change(now / 24, before / 24, "days", decimals)
    if min(abs(now), abs(before)) >= SMALL_COUNT:
        return relative(now, before)
    if unit == "hours":
        return signed(f"{fixed(now - before, places)}{NBSP}h")
    return signed(value(now - before, unit, decimals))


def largest_remainder(parts: Sequence[float], decimals: int = 0) -> list[float]:
    """`parts` rounded to `decimals` so that they add up to their rounded total (Hamilton's method)."""
    scale = 10**decimals
    scaled = [part * scale for part in parts]
    floors = [math.floor(part) for part in scaled]
    missing = math.floor(math.fsum(scaled) + 0.5) - sum(floors)
    by_remainder = sorted(range(len(parts)), key=lambda i: (floors[i] - scaled[i], i))
    for i in by_remainder[: max(missing, 0)]:
        floors[i] += 1
    return [whole / scale for whole in floors]


def money_parts(parts: Sequence[float], symbol: str = "$") -> list[str]:
    """Amounts written so that they add up to their written total: in its step, by largest remainder.

    What is nothing in that step is written by itself: "$ 34.5 k" beside millions.
    """
    whole = math.fsum(parts)
    found = next(((step, letter) for step, letter in _MONEY_STEPS if whole >= step), None)
    if found is None or min(parts) < 0:
        return [money(part, symbol) for part in parts]
    step, letter = found
    rounded = largest_remainder([part / step for part in parts], 1)
    return [
        f"{symbol}{NBSP}{fixed(shown, 1)}{NBSP}{letter}" if shown else money(part, symbol)
        for part, shown in zip(parts, rounded, strict=True)
    ]


def iso_week(week_start: date) -> tuple[int, int]:
    """ISO year and number of the week beginning on `week_start`, whatever weekday that is.

    A week is numbered by its fourth day (METRICS.md rule 6), so weeks from Sunday or Saturday keep the
    number of the ISO week most of their days belong to.
    """
    iso = (week_start + timedelta(days=3)).isocalendar()
    return iso.year, iso.week


def week_key(week_start: date) -> str:
    """As "2026-W46", the form used in links."""
    year, week = iso_week(week_start)
    return f"{year}-W{week:02d}"


def short_week(week_start: date) -> str:
    """As "wk 46"."""
    return f"wk{NBSP}{iso_week(week_start)[1]}"


def day_month(day: date) -> str:
    """As "1 Jun"."""
    return f"{day.day}{NBSP}{_MONTHS[day.month - 1]}"


def weekday(day: date) -> str:
    """As "Fri 20 Nov"."""
    return f"{_DAYS[day.weekday()]}{NBSP}{day_month(day)}"


def full_date(day: date) -> str:
    """As "20 Nov 2026"."""
    return f"{day_month(day)}{NBSP}{day.year}"


def month_label(month: date, with_year: bool = False) -> str:
    """As "Oct", or "Nov ’25" where the year must be told."""
    text = _MONTHS[month.month - 1]
    return f"{text}{NBSP}’{month.year % 100:02d}" if with_year else text


def date_span(first: date, last: date) -> str:
    """As "9–15 Nov 2026", "30 Nov – 6 Dec 2026", "28 Dec 2026 – 3 Jan 2027"."""
    if first == last:
        return full_date(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{full_date(last)}"
    # A line may end after the dash: a no-break space there would begin the next one.
    if first.year == last.year:
        return f"{day_month(first)}{NBSP}– {full_date(last)}"
    return f"{full_date(first)}{NBSP}– {full_date(last)}"


def week_title(week_start: date) -> str:
    """As "Week 46 · 9–15 Nov 2026" for the seven days from `week_start`."""
    span = date_span(week_start, week_start + timedelta(days=6))
    return f"Week{NBSP}{iso_week(week_start)[1]} · {span}"


def week_point(week_start: date) -> str:
    """As "wk 46 · to Sun 15 Nov", the line that names a week in a tooltip."""
    return f"{short_week(week_start)} · to {weekday(week_start + timedelta(days=6))}"
