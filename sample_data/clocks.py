"""Business-hour clocks on the calendars of teams."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sample_data.operation import TEAMS
from sample_data.span import Moments
from store.calendars import add_business_hours, business_hours_between
from store.settings import Settings


def team_hours_later(
    settings: Settings, starts: Moments, business_hours: NDArray[np.float64], team: NDArray[np.int64]
) -> Moments:
    """`starts` plus business hours on each row's team calendar."""
    later = np.empty(len(starts), "datetime64[us]")
    names = np.array([entry.calendar for entry in TEAMS])
    for name in dict.fromkeys(names):
        rows = np.isin(team, np.flatnonzero(names == name))
        later[rows] = add_business_hours(starts[rows], business_hours[rows], settings.calendar_for(name))
    return later


def team_hours_between(
    settings: Settings, starts: Moments, stops: Moments, team: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Business hours between two moments on each row's team calendar."""
    between = np.empty(len(starts))
    names = np.array([entry.calendar for entry in TEAMS])
    for name in dict.fromkeys(names):
        rows = np.isin(team, np.flatnonzero(names == name))
        between[rows] = business_hours_between(starts[rows], stops[rows], settings.calendar_for(name))
    return between
