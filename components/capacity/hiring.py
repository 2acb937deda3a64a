"""Hiring: planned against active FTE, positions that are open and agreed, and how long filling one takes."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import streamlit as st

from components import numbers, states
from components.capacity.teams import no_team, note_unheeded, team_keys
from components.charts import plan_months
from components.figure import figure, rows_behind
from components.kept import kept
from components.numbers import NBSP
from components.tables import Column, Plain, small_table
from components.theme import note, section, subtitle
from components.view import View
from components.wording import things
from queries.capacity.hiring import Position, Positions, TeamMonth, positions_on
from queries.capacity.hiring import plan_months as read_months
from queries.time import add_months

QUESTION = "Are positions filled as planned?"
BACK, AHEAD = 12, 6
MOST_POSITIONS = 8


class Month(NamedTuple):
    """All teams with a plan in one month together."""

    start: dt.date
    active: float
    planned: float | None
    ahead: bool


class Hiring(NamedTuple):
    """What the section tells as of a day; `unplanned` is FTE now in teams without a plan for the month."""

    day: dt.date
    months: tuple[Month, ...]
    lines: tuple[TeamMonth, ...]
    unplanned: float
    positions: Positions

    @property
    def known(self) -> bool:
        """Whether anybody, any plan or any position is known in these months."""
        held = self.positions.waiting or self.positions.agreed
        return bool(held) or any(month.active or month.planned is not None for month in self.months)

    @property
    def now(self) -> Month | None:
        """The month of the day."""
        return next((month for month in self.months if month.start == self.day.replace(day=1)), None)


def hiring(view: View) -> None:
    """The gap now, months of plan and people, and the open positions with their age."""
    found = contents(view)
    if found is None:
        section(QUESTION)
        states.empty(no_team(view))
        return
    if not found.known:
        section(QUESTION)
        states.not_supplied("who stands in which team, the headcount plan, and open positions")
        return
    section(QUESTION, *answer(view, found))
    left, right = st.columns([3, 2], gap="large")
    with left:
        _months(view, found)
    with right:
        _positions(view, found)
    note_unheeded(view, "Plans and positions")


@kept(4)
def contents(view: View) -> Hiring | None:
    """The months around the view's last day; None without a team."""
    teams = team_keys(view)
    if not teams:
        return None
    day = view.period.last_day
    loaded = view.reader.coverage.days()
    through = day if loaded is None else loaded.last_day
    month = day.replace(day=1)
    lines = read_months(view.reader, teams, add_months(month, -BACK), add_months(month, AHEAD), through)
    planned = [line for line in lines if line.planned is not None]
    months = tuple(
        Month(
            start,
            sum(line.active for line in lines if line.month == start and _counts(line, planned)),
            sum(line.planned or 0.0 for line in planned if line.month == start)
            if _any(planned, start)
            else None,
            any(line.ahead for line in lines if line.month == start),
        )
        for start in sorted({line.month for line in lines})
    )
    unplanned = sum(line.active for line in lines if line.month == month and not _counts(line, planned))
    return Hiring(day, months, lines, unplanned, positions_on(view.reader, teams, day))


def _any(planned: list[TeamMonth], start: dt.date) -> bool:
    return any(line.month == start for line in planned)


def _counts(line: TeamMonth, planned: list[TeamMonth]) -> bool:
    """Whether a line stands beside a plan: in months with any plan only the teams that have one do."""
    return line.planned is not None or not _any(planned, line.month)


def answer(view: View, found: Hiring) -> tuple[str, str]:
    """FTE there against the plan, the team furthest below it, and how old the open positions are."""
    now = found.now
    if now is None or now.planned is None:
        there = "" if now is None else f"{numbers.number(now.active)} FTE are there"
        lead = f"{there or 'Nobody is known to stand in these teams'}; there is no plan for this month."
        return lead, _positions_text(found)
    when = numbers.month_label(now.start, with_year=True)
    lead = (
        f"{numbers.number(now.active)} FTE are there of {numbers.number(now.planned)} planned in {when}: "
        f"{_gap_text(now.active - now.planned)}."
    )
    lines = [line for line in found.lines if line.month == now.start and line.planned is not None]
    worst = min(lines, key=lambda line: line.active - (line.planned or 0.0))
    gap = worst.active - (worst.planned or 0.0)
    rest = ""
    if len(lines) > 1 and gap <= -0.05:
        rest = f"Furthest below its plan: {view.name_of('team', worst.team)}, {_gap_text(gap)}. "
    return lead, rest + _positions_text(found)


def _gap_text(gap: float) -> str:
    if abs(gap) < 0.05:
        return "as planned"
    return f"{numbers.number(abs(gap))} {'too few' if gap < 0 else 'more than planned'}"


def _positions_text(found: Hiring) -> str:
    waiting = found.positions.waiting
    ages = [one.age_days for one in waiting if one.age_days is not None]
    if not waiting:
        text = "No position is open."
    else:
        oldest = f", the oldest for {things(max(ages), 'day')}" if ages else ""
        text = f"{things(len(waiting), 'position')} {'is' if len(waiting) == 1 else 'are'} open{oldest}."
    agreed = found.positions.agreed
    if agreed:
        who = "person starts" if len(agreed) == 1 else "people start"
        text += f" {numbers.count(len(agreed))}{NBSP}{who} on an agreed day."
    return text


def _months(view: View, found: Hiring) -> None:
    bars = [
        plan_months.Month(
            month.start.isoformat(),
            month.start,
            add_months(month.start, 1),
            month.active,
            month.planned,
            month.ahead,
        )
        for month in found.months
    ]
    figure(
        plan_months.table(bars),
        plan_months.SPEC,
        alt="FTE there and planned by month: "
        + "; ".join(
            f"{numbers.month_label(month.start, with_year=True)} {numbers.number(month.active)} "
            f"of {numbers.number(month.planned)}"
            for month in found.months
        ),
        key="plan-months",
        title="Active FTE against the plan, last day of each month",
        remark=_remark(found),
    )
    columns = [
        Column("Team"),
        Column("Month"),
        Column("Active FTE", "right"),
        Column("Planned FTE", "right"),
        Column("Difference", "right"),
    ]
    rows_behind(
        columns,
        [_line_texts(view, line) for line in found.lines],
        [_line_plain(view, line) for line in found.lines],
        "plan-months",
        "plan-against-active",
        "Planned and active FTE by team and month",
    )


def _remark(found: Hiring) -> str:
    text = (
        "Everyone who stands in a team counts with the FTE of their history, managers included. Hollow: "
        "people there now, less those whose last day is set, plus agreed starts at 1 FTE each."
    )
    if found.unplanned > 0.05:
        text += f" {numbers.number(found.unplanned)} FTE stand in teams without a plan and are not counted."
    return text


def _line_texts(view: View, line: TeamMonth) -> list[str]:
    gap = numbers.MISSING
    if line.planned is not None:
        gap = numbers.signed(numbers.number(line.active - line.planned))
    return [
        view.name_of("team", line.team),
        numbers.month_label(line.month, with_year=True) + (" (agreed)" if line.ahead else ""),
        numbers.number(line.active),
        numbers.number(line.planned),
        gap,
    ]


def _line_plain(view: View, line: TeamMonth) -> list[Plain]:
    gap = None if line.planned is None else line.active - line.planned
    return [view.name_of("team", line.team), f"{line.month:%Y-%m}", line.active, line.planned, gap]


def _positions(view: View, found: Hiring) -> None:
    """Open positions, the oldest first, and those with an agreed first day."""
    subtitle("Positions open or agreed")
    every = [*found.positions.waiting, *found.positions.agreed]
    columns = [Column("Position"), Column("Team"), Column("Open for", "right"), Column("First day")]
    if every:
        shown = [_position_texts(view, one) for one in every]
        small_table(columns, shown[:MOST_POSITIONS], "Positions that are open or have an agreed first day")
        beyond = len(every) - MOST_POSITIONS
        if beyond > 0:
            agreed = min(beyond, len(found.positions.agreed))
            note(f"{things(beyond, 'more position')} in the table below, {agreed} with an agreed first day.")
    else:
        note("No position is open, and none waits for an agreed first day.")
    note(_fill_text(view, found.positions))
    if every:
        rows_behind(
            [*columns, Column("Opened"), Column("Filled")],
            [
                [*_position_texts(view, one), _day_text(one.opened_on), _day_text(one.filled_on)]
                for one in every
            ],
            [_position_plain(view, one) for one in every],
            "positions",
            "positions",
            "Positions that are open or have an agreed first day",
        )


def _position_texts(view: View, one: Position) -> list[str]:
    starts = "none agreed" if one.starts_on is None else numbers.full_date(one.starts_on)
    age = numbers.MISSING if one.age_days is None else things(one.age_days, "day")
    return [one.requisition_id, view.name_of("team", one.team), "filled" if one.filled_on else age, starts]


def _position_plain(view: View, one: Position) -> list[Plain]:
    return [
        one.requisition_id,
        view.name_of("team", one.team),
        None if one.filled_on else one.age_days,
        None if one.starts_on is None else one.starts_on.isoformat(),
        None if one.opened_on is None else one.opened_on.isoformat(),
        None if one.filled_on is None else one.filled_on.isoformat(),
    ]


def _day_text(day: dt.date | None) -> str:
    return numbers.MISSING if day is None else numbers.full_date(day)


def _fill_text(view: View, positions: Positions) -> str:
    """Time to fill with interval and n, withheld where few; what contradicts itself is said."""
    fill, least = positions.fill, view.reader.facts.settings.small_numbers.group
    if fill.n == 0:
        text = "No position was opened in the two years before."
    elif fill.n < least:
        text = f"{things(fill.n, 'position')} opened in two years: too few for a time to fill."
    elif fill.median is None:
        text = f"Half of the positions are not filled within {numbers.count(fill.longest)}{NBSP}days."
    else:
        text = f"Half of the positions are filled within {numbers.count(fill.median)}{NBSP}days"
        text += _ends_text(fill.low, fill.high)
    if fill.n >= least:
        text += (
            f" n{NBSP}={NBSP}{numbers.count(fill.n)} opened in the two years before, "
            f"{numbers.count(fill.waiting)} of them still open (Kaplan–Meier)."
        )
    if positions.contradicting:
        text += (
            f" {things(positions.contradicting, 'position')} filled before being opened: left out; "
            "please correct at the source."
        )
    return text


def _ends_text(low: float | None, high: float | None) -> str:
    if low is None:
        return "."
    upper = "open upwards" if high is None else f"to {numbers.count(high)}"
    return f" (95{NBSP}% interval {numbers.count(low)} {upper})."
