"""How much comes in on which day: the week's profile, holidays, the year-end peak and a mild trend."""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from sample_data.operation import CALENDAR_ZONES, MARKETPLACE_ZONES, ROUTES
from sample_data.span import Moments, Span, local_midnights
from store.settings import Settings

WEEK_PROFILE = np.array([1.32, 1.24, 1.18, 1.14, 1.06, 0.55, 0.51])
HOLIDAY = 0.55
PEAK = 0.22  # from Black Friday week to the first days of January
TREND_PER_YEAR = 0.02
WEEK_NOISE = 0.015


def day_weights(random: np.random.Generator, span: Span, settings: Settings) -> NDArray[np.float64]:
    """Matrix marketplace × day with mean 1 over the period: expected arrivals relative to the average."""
    dates = [span.start + dt.timedelta(days=index) for index in range(span.days)]
    season = np.array([1 + PEAK * _peak(day) for day in dates])
    years = (np.arange(span.days) - span.days / 2) / 365
    noise = np.repeat(np.exp(random.normal(0, WEEK_NOISE, span.weeks)), 7)
    common = WEEK_PROFILE[span.weekdays] * season * (1 + TREND_PER_YEAR * years) * noise
    weights = np.array([common * _holidays(dates, settings, name) for name in MARKETPLACE_ZONES])
    return np.asarray(weights / weights.mean())


def arrival_moments(
    random: np.random.Generator, span: Span, days: NDArray[np.int64], marketplaces: NDArray[np.int64]
) -> Moments:
    """Moments on the given days, by the waking hours of each marketplace's zone."""
    seconds = (6 + 16 * random.beta(2.2, 2.4, len(days))) * 3600
    midnights = np.stack(
        [local_midnights(zone, span.start, span.days) for zone in MARKETPLACE_ZONES.values()]
    )
    return np.asarray(midnights[marketplaces, days] + seconds.astype("timedelta64[s]"))


def _peak(day: dt.date) -> float:
    year_end = dt.date(day.year if day.month > 6 else day.year - 1, 12, 31)
    before = (year_end - day).days
    return float(np.clip((41 - before) / 6, 0, 1) * np.clip((before + 9) / 6, 0, 1))


def _holidays(dates: list[dt.date], settings: Settings, marketplace: str) -> NDArray[np.float64]:
    home = list(CALENDAR_ZONES)[int(np.argmax(ROUTES[marketplace]))]
    calendar = settings.calendar_for(home)
    free = calendar.holidays if calendar else {}
    return np.array([HOLIDAY if day in free and day.weekday() < 5 else 1.0 for day in dates])
