"""How long a case waits before somebody begins: each team is a queue served at a planned daily capacity."""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from sample_data.operation import TEAMS
from sample_data.span import Span
from store.settings import Settings

SLACK = 1.22  # planned capacity over the expected arrivals of the weeks around
OPEN_HOURS = 10.0
SMOOTHED_DAYS = 63


def queue_hours(
    random: np.random.Generator,
    span: Span,
    settings: Settings,
    teams: NDArray[np.int64],
    days: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Business hours each case waits for a free hand.

    A fluid queue per team: B(t) = max(B(t−1) + A(t) − C(t), 0) with C planned from the smoothed arrivals and
    0 on days off; the wait is the backlog met, divided by the rate at which it is worked off.
    """
    arrivals = np.zeros((len(TEAMS), span.days))
    np.add.at(arrivals, (teams, days), 1.0)
    rate = SLACK * np.maximum(_smooth(arrivals), 1e-9) * 7 / 5
    capacity = rate * workdays(span, settings)
    backlog = np.zeros(len(TEAMS))
    met = np.zeros_like(arrivals)
    for day in range(span.days):
        met[:, day] = backlog
        backlog = np.maximum(backlog + arrivals[:, day] - capacity[:, day], 0)
    moment = random.random(len(teams))
    ahead = met[teams, days] + moment * (arrivals[teams, days] - capacity[teams, days])
    return np.asarray(np.maximum(ahead, 0) / rate[teams, days] * OPEN_HOURS)


def workdays(span: Span, settings: Settings) -> NDArray[np.bool_]:
    """Team × day: the team's calendar is open that day."""
    rows = {}
    for name in dict.fromkeys(team.calendar for team in TEAMS):
        calendar = settings.calendar_for(name)
        open_days = calendar.weekday_numbers if calendar else tuple(range(7))
        free = calendar.holidays if calendar else {}
        rows[name] = [
            weekday in open_days and span.start + dt.timedelta(days=day) not in free
            for day, weekday in enumerate(span.weekdays.tolist())
        ]
    return np.array([rows[team.calendar] for team in TEAMS])


def _smooth(arrivals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Centred moving average over nine weeks, over what there is at the edges."""
    window = np.ones(min(SMOOTHED_DAYS, arrivals.shape[1]))
    days = np.convolve(np.ones(arrivals.shape[1]), window, mode="same")
    return np.array([np.convolve(row, window, mode="same") / days for row in arrivals])
