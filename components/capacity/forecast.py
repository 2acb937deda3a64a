"""How far the forecast can be trusted, and what a case is taken to take."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st

from analysis.forecasting import Backtest, Forecast
from components import numbers
from components.downloads import downloads
from components.numbers import NBSP
from components.status import Status
from components.tables import Cell, Column, Plain, small_table
from components.theme import note, subtitle
from components.view import View
from queries.capacity.arrivals import Expected
from queries.capacity.load import Ahead
from queries.capacity.standard_times import FEWEST_CASES, MEASURED_WEEKS, StandardTime, standard_times

NAMES: Final = {"escalation": "Escalations", "appeal": "Appeals", "investigation": "Investigations"}
METHODS: Final = {
    "seasonal naive": "Seasonal naive",
    "ETS": "Exponential smoothing",
    "theta": "Theta",
    "mean": "Mean of the weeks",
}


def trust(view: View, coming: Ahead | None, why: str) -> None:
    """The backtest of every method beside the standard times."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        subtitle("How far the forecast can be trusted")
        if coming is None:
            note(why)
        else:
            _backtest(coming)
    with right:
        _standards(view)


def _backtest(coming: Ahead) -> None:
    columns = [
        Column("Arrivals"),
        Column("Method"),
        Column("Expected a week", "right"),
        Column("Error", "right"),
        Column("In the band", "right"),
        Column("Verdict"),
    ]
    rows = [row for one in coming.forecasts for row in rows_of(one)]
    small_table(columns, rows, verdict_words(coming))
    note(
        "Error: how far off on average, as a multiple of what repeating the same week a year earlier (the "
        "week before, where the past is short) was off by; below 1 is better. In the band: outcomes inside "
        f"the 80{NBSP}% band. Both are counted on the newest weeks, which chose neither method nor band; "
        "weeks ahead that earlier years had far off their season have a wider band."
    )
    for one in coming.forecasts:
        for words in remarks(one):
            note(words)
    if coming.untimed:
        names = " and ".join(NAMES[name].lower() for name in coming.untimed)
        note(f"No time per case is known of {names}: their arrivals are not in the work expected.")
    plain = [cells for one in coming.forecasts for cells in _plain(one)]
    downloads(
        ["Arrivals", "Method", "Chosen", "Error", "In the band", "Outcomes"], plain, "backtest", "backtest"
    )


def rows_of(one: Expected) -> list[list[Cell]]:
    """The methods of one type of work, the one in use first and in words."""
    found = one.forecast
    if found is None:
        return [[NAMES[one.work], one.reason or "no whole week is loaded", *[numbers.MISSING] * 3, ""]]
    mean = f"{numbers.number(float(found.mean.mean()))}"
    if found.test is None:
        words = f"Too short to test: {found.points}{NBSP}weeks"
        return [[NAMES[one.work], METHODS[found.method], mean, numbers.MISSING, numbers.MISSING, words]]
    tests = sorted(found.tests, key=lambda test: test.method != found.method)
    return [
        [
            NAMES[one.work] if test.method == found.method else "",
            METHODS[test.method],
            mean if test.method == found.method else "",
            numbers.number(test.error, 2) if np.isfinite(test.error) else "n/a",
            _band_text(test),
            verdict(found, test),
        ]
        for test in tests
    ]


def _band_text(test: Backtest) -> str:
    return f"{numbers.percent(test.coverage, 0)} of{NBSP}{numbers.count(test.outcomes)}"


def verdict(found: Forecast, test: Backtest) -> Cell:
    """What the test says of a method: in use, and worse than the seasonal naive one where it is."""
    naive = next(other for other in found.tests if other.method == "seasonal naive")
    worse = test.error > naive.error
    if test.method != found.method:
        return "worse than seasonal naive" if worse else ""
    if worse:
        return Status("In use, worse than seasonal naive", "warn")
    return "in use"


def verdict_words(coming: Ahead) -> str:
    """The finding of the table in a sentence."""
    words = []
    for one in coming.forecasts:
        test = one.forecast.test if one.forecast else None
        if one.forecast is None or test is None:
            continue
        worse = ", worse than seasonal naive" if one.forecast.worse_than_naive else ""
        words.append(
            f"{NAMES[one.work]}: {METHODS[test.method].lower()}, {_band_text(test)} in the band{worse}"
        )
    return "; ".join(words) or "The past is too short to test a forecast"


def remarks(one: Expected) -> list[str]:
    """What a reader must know of a forecast: a worse method, a band that did not hold, spikes, gaps."""
    found, name = one.forecast, NAMES[one.work]
    if found is None:
        return []
    said = []
    test = found.test
    if found.worse_than_naive:
        said.append(
            f"{name}: on the newest weeks the forecast was further off than repeating the past "
            "would have been."
        )
    if test is not None and not 0.65 <= test.coverage <= 0.95:
        side = (
            "Either their level changed or it was chance; the band shown is wider by these misses. Ask what "
            "changed before you plan on it."
            if test.coverage < 0.8
            else "The band was wider than it need have been."
        )
        said.append(
            f"{name}: {numbers.percent(test.coverage, 0)} of the newest outcomes lay inside the band that "
            f"the weeks before them gave, not 80{NBSP}%. {side}"
        )
    if test is not None and found.period == 1:
        said.append(f"{name}: {found.points}{NBSP}weeks are too few to know a season.")
    if not found.mean.any():
        said.append(f"{name}: none has arrived lately, so none is expected.")
    if found.spikes:
        weeks = "1 week is" if len(found.spikes) == 1 else f"{len(found.spikes)} weeks are"
        said.append(f"{name}: {weeks} far from the weeks around and left out as one-off.")
    if one.filled:
        weeks = "1 week" if one.filled == 1 else f"{one.filled} weeks"
        taken = "is" if one.filled == 1 else "are"
        said.append(f"{name}: {weeks} with days missing {taken} taken at the level of the weeks around.")
    return said


def _plain(one: Expected) -> list[list[Plain]]:
    if one.forecast is None:
        return []
    return [
        [
            NAMES[one.work],
            METHODS[test.method],
            "yes" if test.method == one.forecast.method else "no",
            round(test.error, 4) if np.isfinite(test.error) else None,
            round(test.coverage, 4),
            test.outcomes,
        ]
        for test in one.forecast.tests
    ]


def _standards(view: View) -> None:
    subtitle("Standard time of a case")
    times = standard_times(view.reader, view.week)
    columns = [
        Column("Work"),
        Column("Standard", "right"),
        Column("Median", "right"),
        Column("95 % interval", "right"),
        Column("Cases", "right"),
    ]
    small_table(columns, [_standard(one) for one in times], "Standard and measured minutes per case")
    off = [one for one in times if one.out_of_line]
    words = (
        f"Median of the minutes that all people together recorded on a case, {MEASURED_WEEKS}{NBSP}weeks to "
        f"{numbers.day_month(view.week.last_day)}, of all teams; told from {FEWEST_CASES}{NBSP}cases on."
    )
    if off:
        named = [NAMES[one.work].lower() for one in off]
        names = " and ".join([", ".join(named[:-1]), named[-1]]) if len(named) > 1 else named[0]
        lies, its, one_new = (
            ("standard", "lies outside its", "a new one")
            if len(off) == 1
            else ("standards", "lie outside their", "new ones")
        )
        words += f" The {lies} of {names} {its} interval: agree on {one_new}, or ask why."
    note(words)
    plain: list[list[Plain]] = [
        [NAMES[one.work], one.given, one.median, one.low, one.high, one.cases] for one in times
    ]
    downloads(
        ["Work", "Standard, min", "Median, min", "From", "To", "Cases"], plain, "standard-times", "standards"
    )


def _standard(one: StandardTime) -> list[Cell]:
    known = one.low is not None and one.high is not None
    return [
        NAMES[one.work],
        "none" if one.given is None else _minutes(one.given),
        "too few" if one.median is None else _minutes(one.median),
        f"{one.low:.0f} to {_minutes(one.high or 0)}" if known else numbers.MISSING,
        numbers.count(one.cases),
    ]


def _minutes(minutes: float) -> str:
    return f"{numbers.number(minutes, 0)}{NBSP}min"
