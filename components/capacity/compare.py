"""Plans side by side: how each keeps the target and what backlog it leaves, as pictures and as a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from analysis.paired_runs import Spread, spread
from analysis.scenario_outcome import LATE_WEEKS, WINDOW, Comparison, Outcome, compare, share_in_time
from components import numbers
from components.capacity.scenario_words import changes_anything, clear, earlier_words, kept_from
from components.charts import compared_lines
from components.charts.compared_lines import Line
from components.figure import figure, rows_behind
from components.numbers import MISSING, NBSP, Unit
from components.tables import Column, Plain, small_table
from components.theme import note
from queries.time import Period

BASE = "As it is"
MOST = 3
"""Scenarios beside the base: more lines cannot be told apart."""


@dataclass(frozen=True)
class Alternative:
    """A scenario to compare: its name and what comes of it; None where it cannot be, and the sentence why."""

    name: str
    found: Outcome | None
    refused: str = ""


def compared(base: Outcome, others: list[Alternative], weeks: tuple[Period, ...], runs: int) -> None:
    """Two pictures, then a row per measure with each scenario's value and difference from the base."""
    for other in others:
        if other.found is None:
            note(f"{other.name} is not compared. {other.refused}")
    plans = [(other.name, other.found) for other in others if other.found is not None][:MOST]
    lines = [(BASE, base), *plans]
    left, right = st.columns(2, gap="large")
    with left:
        if base.promised:
            _drawn(_CHANCES, lines, weeks)
        else:
            note("No SLA target is set for this work, so no chance of keeping one can be told.")
    with right:
        _drawn(_BACKLOG, lines, weeks)
    rows = table_rows(base, plans, weeks)
    columns = [Column("Over the weeks simulated"), *(Column(name, "right") for name, _ in lines)]
    small_table(columns, rows, "What each plan comes to, with the difference from how it is")
    every = numbers.count(runs)
    some = f"The first {numbers.count(base.futures)} of {every} futures, because many teams change"
    note(
        f"{some if base.futures < runs else f'{every} futures'}, the same for every plan: equal arrivals, "
        "illness and leaving. In brackets the difference future by future, with the interval that holds "
        f"80{NBSP}% of them. A target is judged over {WINDOW} weeks, all types of work with a target "
        "together."
    )


@dataclass(frozen=True)
class _Picture:
    """A number per week of every plan: its title, words of the alternative text, and how it is written."""

    title: str
    alt: str
    kind: Unit
    key: str
    stem: str
    values: Callable[[Outcome], NDArray[np.float64]]

    def written(self, value: float) -> str:
        """The number as on screen."""
        return numbers.percent(value, 0) if self.kind == "percent" else numbers.count(value)


_CHANCES = _Picture(
    "Chance that the SLA target is kept",
    "Chance that the SLA target is kept, by week",
    "percent",
    "what-if-chance",
    "chance-of-target",
    lambda found: found.chance,
)
_BACKLOG = _Picture(
    "Open cases at the end of the week, middle future",
    "Open cases at the end of each week, middle future",
    "count",
    "what-if-backlog",
    "open-cases",
    lambda found: found.open_cases[1],
)


def _drawn(picture: _Picture, lines: list[tuple[str, Outcome]], weeks: tuple[Period, ...]) -> None:
    """One picture of all plans, with its rows behind it."""
    series = [(name, tuple(float(value) for value in picture.values(found))) for name, found in lines]
    ends = ", ".join(f"{name} {picture.written(values[-1])}" for name, values in series)
    figure(
        compared_lines.table(
            [week.start for week in weeks], [Line(name, values) for name, values in series], picture.kind
        ),
        compared_lines.SPECS[picture.kind],
        alt=f"{picture.alt}; at the end {ends}",
        key=picture.key,
        title=picture.title,
    )
    columns = [Column("Week from"), *(Column(name, "right") for name, _ in series)]
    exported: list[list[Plain]] = [
        [week.start.isoformat(), *(values[place] for _, values in series)] for place, week in enumerate(weeks)
    ]
    shown = [
        [numbers.full_date(week.start), *(picture.written(values[place]) for _, values in series)]
        for place, week in enumerate(weeks)
    ]
    rows_behind(columns, shown, exported, picture.key, picture.stem, "The same by week")


def table_rows(base: Outcome, plans: list[tuple[str, Outcome]], weeks: tuple[Period, ...]) -> list[list[str]]:
    """One row per measure: the base's value, then each plan's value and its difference with the interval."""
    changes = [compare(base, found) for _, found in plans]
    everyone = [base, *(found for _, found in plans)]
    starts = tuple(week.start for week in weeks)

    def differing(title: str, value: Callable[[Outcome], str], by: Callable[[Comparison], str]) -> list[str]:
        told = zip(plans, changes, strict=True)
        return [title, value(base), *(f"{value(found)} ({by(change)})" for (_, found), change in told)]

    rows: list[list[str]] = []
    if base.promised:
        kept = [f"{numbers.percent(float(found.chance[-1]), 0)} of futures" for found in everyone]
        rows += [
            ["SLA target kept at the end", *kept],
            differing(
                "Kept to the end from (middle future)", lambda found: kept_from(found, starts), _earlier
            ),
            differing(f"In time, last {LATE_WEEKS} weeks", _share, lambda change: _points(change.share)),
        ]
    return [
        *rows,
        differing(
            "Open cases at the end",
            lambda found: numbers.count(spread(found.open_at_end).middle),
            lambda change: _cases(change.open_at_end),
        ),
        differing(
            "Past due at the end",
            lambda found: numbers.count(spread(found.past_due_at_end).middle),
            lambda change: _cases(change.past_due_at_end),
        ),
        differing(
            "Hours for cases expected",
            lambda found: _hours(found.effort.case_hours),
            lambda change: numbers.signed(numbers.count(change.case_hours)),
        ),
    ]


def _share(found: Outcome) -> str:
    share = share_in_time(found)
    return MISSING if share is None else numbers.percent(share.middle)


def _earlier(change: Comparison) -> str:
    assert change.earlier is not None
    weeks = change.earlier.weeks
    if weeks.low == weeks.high == 0:
        return "no detectable change"
    words = earlier_words(change.earlier)
    return words if clear(weeks) else f"no detectable change, {words}"


def _points(found: Spread | None) -> str:
    if found is None:
        return MISSING
    if not clear(found):
        return f"no detectable change, {numbers.points(found.low)} to {numbers.points(found.high)}"
    return f"{numbers.points(found.middle)}, {numbers.points(found.low)} to {numbers.points(found.high)}"


def _cases(found: Spread) -> str:
    ends = f"{_signed(found.low)} to {_signed(found.high)}"
    return f"{_signed(found.middle)}, {ends}" if changes_anything(found) else f"no detectable change, {ends}"


def _signed(cases: float) -> str:
    return numbers.signed(numbers.count(float(np.round(cases)) + 0.0))


def _hours(hours: float) -> str:
    return f"{numbers.count(hours)}{NBSP}h"
