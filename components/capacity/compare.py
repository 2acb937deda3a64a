"""Plans side by side: how each keeps the target and what backlog it leaves, as pictures and as a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from analysis.paired_runs import Spread, spread
from analysis.scenario_outcome import LATE_WEEKS, WINDOW, Comparison, Outcome, compare, share_in_time
from components import numbers
from components.capacity.scenario_words import changes_anything, clear, earlier_span, kept_from
from components.charts import compared_lines
from components.charts.compared_lines import Line
from components.figure import figure, rows_behind
from components.numbers import MISSING, NBSP
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
            _chances(lines, weeks)
        else:
            note("No SLA target is set for this work, so no chance of keeping one can be told.")
    with right:
        _backlog(lines, weeks)
    rows = table_rows(base, plans, weeks)
    columns = [Column("Over the weeks simulated"), *(Column(name, "right") for name, _ in lines)]
    small_table(columns, rows, "What each plan comes to, with the difference from how it is")
    note(
        f"{numbers.count(runs)} futures, the same for every plan: equal arrivals, illness and leaving. In "
        f"brackets the difference future by future, with the interval that holds 80{NBSP}% of them. A target "
        f"is judged over {WINDOW} weeks, all types of work with a target together."
    )


def _chances(lines: list[tuple[str, Outcome]], weeks: tuple[Period, ...]) -> None:
    starts = [week.start for week in weeks]
    drawn = [Line(name, tuple(float(share) for share in found.chance)) for name, found in lines]
    figure(
        compared_lines.table(starts, drawn, "percent"),
        compared_lines.SPECS["percent"],
        alt="Chance that the SLA target is kept, by week; at the end "
        + ", ".join(f"{name} {numbers.percent(float(found.chance[-1]), 0)}" for name, found in lines),
        key="what-if-chance",
        title="Chance that the SLA target is kept",
    )
    _rows(
        lines,
        weeks,
        "what-if-chance",
        "chance-of-target",
        lambda found, place: float(found.chance[place]),
        True,
    )


def _backlog(lines: list[tuple[str, Outcome]], weeks: tuple[Period, ...]) -> None:
    starts = [week.start for week in weeks]
    drawn = [Line(name, tuple(float(cases) for cases in found.open_cases[1])) for name, found in lines]
    figure(
        compared_lines.table(starts, drawn, "count"),
        compared_lines.SPECS["count"],
        alt="Open cases at the end of each week, middle future; at the end "
        + ", ".join(f"{name} {numbers.count(float(found.open_cases[1][-1]))}" for name, found in lines),
        key="what-if-backlog",
        title="Open cases at the end of the week, middle future",
    )
    _rows(
        lines,
        weeks,
        "what-if-backlog",
        "open-cases",
        lambda found, place: float(found.open_cases[1][place]),
        False,
    )


def _rows(
    lines: list[tuple[str, Outcome]],
    weeks: tuple[Period, ...],
    key: str,
    stem: str,
    value: Callable[[Outcome, int], float],
    percent: bool,
) -> None:
    columns = [Column("Week from"), *(Column(name, "right") for name, _ in lines)]
    exported: list[list[Plain]] = [
        [week.start.isoformat(), *(value(found, place) for _, found in lines)]
        for place, week in enumerate(weeks)
    ]
    shown = [
        [
            numbers.full_date(week.start),
            *(
                numbers.percent(value(found, place), 0) if percent else numbers.count(value(found, place))
                for _, found in lines
            ),
        ]
        for place, week in enumerate(weeks)
    ]
    rows_behind(columns, shown, exported, key, stem, "The same by week")


def table_rows(base: Outcome, plans: list[tuple[str, Outcome]], weeks: tuple[Period, ...]) -> list[list[str]]:
    """One row per measure: the base's value, then each plan's value and its difference with the interval."""
    changes = [compare(base, found) for _, found in plans]
    everyone = [base, *(found for _, found in plans)]
    starts = tuple(week.start for week in weeks)
    rows: list[list[str]] = []
    if base.promised:
        rows.append(
            [
                "SLA target kept at the end",
                *(f"{numbers.percent(float(found.chance[-1]), 0)} of futures" for found in everyone),
            ]
        )
        rows.append(
            [
                "Kept to the end from (middle future)",
                kept_from(base, starts),
                *(
                    f"{kept_from(found, starts)} ({_earlier(change)})"
                    for (_, found), change in zip(plans, changes, strict=True)
                ),
            ]
        )
        rows.append(
            [
                f"In time, last {LATE_WEEKS} weeks",
                _share(base),
                *(
                    f"{_share(found)} ({_points(change.share)})"
                    for (_, found), change in zip(plans, changes, strict=True)
                ),
            ]
        )
    for title, values, differences in (
        (
            "Open cases at the end",
            [found.open_at_end for found in everyone],
            [c.open_at_end for c in changes],
        ),
        (
            "Past due at the end",
            [found.past_due_at_end for found in everyone],
            [c.past_due_at_end for c in changes],
        ),
    ):
        told = [numbers.count(spread(value).middle) for value in values]
        rows.append(
            [title, told[0], *(f"{t} ({_cases(d)})" for t, d in zip(told[1:], differences, strict=True))]
        )
    rows.append(
        [
            "Hours on cases expected",
            _hours(base.effort.case_hours),
            *(
                f"{_hours(found.effort.case_hours)} ({numbers.signed(numbers.count(change.case_hours))})"
                for (_, found), change in zip(plans, changes, strict=True)
            ),
        ]
    )
    return rows


def _share(found: Outcome) -> str:
    share = share_in_time(found)
    return MISSING if share is None else numbers.percent(share.middle)


def _earlier(change: Comparison) -> str:
    assert change.earlier is not None
    weeks = change.earlier.weeks
    if not clear(weeks):
        return f"no detectable change, {earlier_span(change.earlier)} weeks earlier"
    later = weeks.high < 0
    return f"{earlier_span(change.earlier)} weeks {'later' if later else 'earlier'}"


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
