"""When will the backlog clear? Simulated day by day: the date, open cases ahead, each week's chances."""

from __future__ import annotations

import datetime as dt

import numpy as np
import streamlit as st

from components import numbers, states
from components.capacity import clearing_assumptions
from components.capacity.teams import note_unheeded
from components.charts import compared_lines, fan
from components.figure import figure, rows_behind
from components.numbers import NBSP
from components.tables import Column, Plain, small_table
from components.theme import note, section, subtitle
from components.view import View
from components.wording import things
from queries.capacity.clearing import Clearing, Outlook, outlook
from queries.capacity.days import Ahead

QUESTION = "When will the backlog clear?"
PLURALS = {"appeal": "appeals", "escalation": "escalations", "investigation": "investigations"}
SURE, HALF = 0.9, 0.5


def clearing(view: View) -> None:
    """The date or that there is none, open cases ahead, the chances per week, the teams, what is assumed."""
    found = contents(view)
    ahead = found.base.ahead
    if found.whole is None or ahead is None:
        section(QUESTION)
        _why_not(view, found.base.reason)
        return
    section(QUESTION, *answer(found, ahead))
    left, right = st.columns([3, 2], gap="large")
    with left:
        _fan(view, found, ahead)
    with right:
        _chances(view, found, ahead)
    if len(found.teams) > 1:
        _teams(found, ahead)
    clearing_assumptions.box(view, found)
    if not view.is_newest:
        note(f"Simulated from the end of the data, {numbers.weekday(ahead.first)}, whatever week is shown.")
    note_unheeded(view, "Hours and queues")


def contents(view: View) -> Outlook:
    """The simulated futures of the teams the filters choose, against the journal's targets."""
    return outlook(view.reader, view.filters, view.journal.targets)


def _why_not(view: View, reason: str) -> None:
    if reason.startswith("not supplied: "):
        states.not_supplied(reason.removeprefix("not supplied: "))
    else:
        whose = "of the chosen teams " if view.filters.dimensions else ""
        states.empty("Nothing to simulate", f"Of the work {whose}{reason}.", icon="hourglass_empty")


def answer(found: Outlook, ahead: Ahead) -> tuple[str, str]:
    """The date with its 80 % interval, or how often there is none within the weeks simulated."""
    whole = found.whole
    assert whole is not None
    behind = [team for team in found.teams if not team.is_clear]
    if whole.is_clear and behind:
        return _some_behind(found, behind, ahead)
    if whole.is_clear:
        lead = f"There is no backlog to clear: {_open(whole)}, {_level(whole)}."
        return lead, _stays(whole, ahead)
    weeks = len(ahead.weeks)
    opened = (
        f"{_open(whole).capitalize()}; if no work waited for hours, it would be "
        f"{numbers.count(whole.clear_at)} or fewer."
    )
    chance = numbers.count(100 * (1 - whole.chance_cleared))
    early, middle, late = whole.clears
    if middle is None:
        some = (
            f" One run in ten is there by {numbers.weekday(ahead.date(early))}." if early is not None else ""
        )
        return (
            f"The backlog does not clear within {weeks} weeks in {chance} of 100 runs.",
            f"{opened}{some} {_at_end(whole, ahead)}",
        )
    day = numbers.weekday(ahead.date(middle))
    begin = numbers.weekday(ahead.date(early if early is not None else middle))
    until = numbers.weekday(ahead.date(late)) if late is not None else f"after {numbers.weekday(ahead.last)}"
    never = f" Not within {weeks} weeks in {chance} of 100 runs." if whole.chance_cleared < SURE else ""
    return (
        f"The backlog clears on {day}, 80{NBSP}% interval {begin} to {until}.",
        f"{opened}{never} {_stays(whole, ahead)}",
    )


def _some_behind(found: Outlook, behind: list[Clearing], ahead: Ahead) -> tuple[str, str]:
    """All together are clear, yet some team is not: the total would hide it."""
    whole = found.whole
    assert whole is not None
    named = ", ".join(team.name for team in behind)
    many = "teams has" if len(behind) == 1 else "teams have"
    lead = f"{len(behind)} of {len(found.teams)} {many} a backlog to clear: {named}."
    if len(behind) == 1:
        day, between = _dates(behind[0], ahead)
        interval = "" if between == numbers.MISSING else f", 80{NBSP}% interval {between}"
        lead = f"{lead.removesuffix('.')} ({day}{interval})."
    return lead, f"All teams together: {_open(whole)}, {_level(whole)}. {_stays(whole, ahead)}"


def _open(found: Clearing) -> str:
    return f"{things(found.open_now, 'case')} {'is' if found.open_now == 1 else 'are'} open"


def _level(found: Clearing) -> str:
    return f"no more than the {numbers.count(found.clear_at)} that are open when no work waits for hours"


def _stays(found: Clearing, ahead: Ahead) -> str:
    """Whether the level is kept, and what is open at the end where it mostly is not."""
    last = float(found.chance_backlog[-1])
    kept_text = (
        f"In {numbers.count(100 * last)} of 100 simulated runs no more than {numbers.count(found.clear_at)} "
        f"are open on {numbers.weekday(ahead.last)}, after {things(len(ahead.weeks), 'week')}."
    )
    return kept_text if last >= HALF else f"{kept_text} {_at_end(found, ahead)}"


def _at_end(found: Clearing, ahead: Ahead) -> str:
    low, middle, high = (float(found.open_cases[place, -1]) for place in (0, 2, 4))
    return (
        f"On {numbers.weekday(ahead.last)} {numbers.count(middle)} are open in the middle run, "
        f"80{NBSP}% interval {numbers.count(low)} to {numbers.count(high)}."
    )


def _runs(runs: int) -> str:
    return f"{numbers.count(runs)} simulated runs"


def _fan(view: View, found: Outlook, ahead: Ahead) -> None:
    whole = found.whole
    assert whole is not None
    points = [
        fan.FanPoint(week.label, week.last_day, low, quarter, middle, three, high)
        for week, (low, quarter, middle, three, high) in zip(
            ahead.weeks, whole.open_cases.T.tolist(), strict=True
        )
    ]
    last = points[-1]
    figure(
        fan.table(
            whole.open_now,
            ahead.first - dt.timedelta(days=1),
            points,
            whole.clear_at,
            f"{numbers.count(whole.clear_at)}{NBSP}when no work waits",
        ),
        fan.SPEC,
        alt=f"Open cases of {view.scope_name()} over the next {len(points)} weeks: "
        f"{numbers.count(whole.open_now)} now, {numbers.count(last.p50)} at the end in the middle run, "
        f"80 % of the runs between {numbers.count(last.p10)} and {numbers.count(last.p90)}",
        key="clearing-fan",
        title=f"Open cases at the end of each week, {view.scope_name()}",
        remark="Line: the middle run. Dark band: half of the runs, light band: 80 of 100. "
        f"{_runs(found.runs)}, seed {found.seed}: the same data and view give the same runs.",
    )
    _week_rows(found, ahead)


def _chances(view: View, found: Outlook, ahead: Ahead) -> None:
    whole = found.whole
    assert whole is not None
    lines = [compared_lines.Line("Backlog", _values(whole.chance_backlog))]
    lines += [
        compared_lines.Line(f"{one.work.capitalize()} SLA", _values(one.chance)) for one in whole.promises
    ]
    if whole.chance_past_due is not None:
        lines.append(compared_lines.Line("Past due", _values(whole.chance_past_due)))
    said = ", ".join(
        f"{line.name} {numbers.percent(line.values[0], 0)} in the first week and "
        f"{numbers.percent(line.values[-1], 0)} in the last"
        for line in lines
    )
    starts = [week.start for week in ahead.weeks]
    figure(
        compared_lines.table(starts, lines, "percent"),
        compared_lines.SPECS["percent"],
        alt=f"Chance per week that targets hold: {said}",
        key="clearing-chances",
        title="Chance that each target holds, per week",
        remark=_targets_text(whole),
    )


def _values(chances: np.ndarray) -> tuple[float | None, ...]:
    return tuple(numbers.finite(float(chance)) for chance in chances)


def _targets_text(whole: Clearing) -> str:
    parts = [f"Backlog: no more than {numbers.count(whole.clear_at)} open at the end of the week."]
    parts += [
        f"SLA of {PLURALS[one.work]}: {numbers.percent(one.target)} of those due in the week done in time."
        for one in whole.promises
    ]
    if not whole.promises:
        parts.append("No SLA target is set for this view.")
    if whole.past_due_target is not None:
        parts.append(f"Past due: no more than {numbers.count(whole.past_due_target)} escalations.")
    return " ".join(parts)


def _week_rows(found: Outlook, ahead: Ahead) -> None:
    """Every week as a table: the fan's numbers and the chances."""
    whole = found.whole
    assert whole is not None
    columns = [Column("Week"), Column("Ends")]
    columns += [Column(f"{name} open", "right") for name in ("10 %", "50 %", "90 %")]
    columns += [Column("Hours waiting", "right"), Column("Backlog holds", "right")]
    for one in whole.promises:
        named = PLURALS[one.work].capitalize()
        columns += [Column(f"{named} in time", "right"), Column(f"{named}, SLA holds", "right")]
    if whole.chance_past_due is not None:
        columns.append(Column("Past due holds", "right"))
    shown: list[list[str]] = []
    plain: list[list[Plain]] = []
    for place, week in enumerate(ahead.weeks):
        open_cases = [float(whole.open_cases[row, place]) for row in (0, 2, 4)]
        texts = [week.label, numbers.weekday(week.last_day), *(numbers.count(v) for v in open_cases)]
        cells: list[Plain] = [week.label, week.last_day.isoformat(), *(round(v, 1) for v in open_cases)]
        hours, chance = float(whole.hours_waiting[place]), float(whole.chance_backlog[place])
        texts += [numbers.work_hours(hours), numbers.percent(chance, 0)]
        cells += [round(hours, 1), chance]
        for one in whole.promises:
            share, held = float(one.shares[1, place]), float(one.chance[place])
            texts += [numbers.percent(share), numbers.percent(held, 0)]
            cells += [numbers.finite(share), numbers.finite(held)]
        if whole.chance_past_due is not None:
            texts.append(numbers.percent(float(whole.chance_past_due[place]), 0))
            cells.append(float(whole.chance_past_due[place]))
        shown.append(texts)
        plain.append(cells)
    rows_behind(columns, shown, plain, "clearing-weeks", "backlog-ahead", "Simulated weeks ahead")


def _teams(found: Outlook, ahead: Ahead) -> None:
    """Each team by itself, in the organisation's order: together they may hide one that never clears."""
    behind = [team for team in found.teams if not team.is_clear]
    subtitle(
        f"{things(len(behind), 'team')} of {len(found.teams)} {'has' if len(behind) == 1 else 'have'} "
        "a backlog to clear"
    )
    columns = [
        Column("Team"),
        Column("Open now", "right"),
        Column("Clear at", "right"),
        Column("Clears"),
        Column("80 % interval"),
        Column(f"Clear after {things(len(ahead.weeks), 'week')}", "right"),
    ]
    rows = [
        [
            team.name,
            numbers.count(team.open_now),
            numbers.count(team.clear_at),
            *_dates(team, ahead),
            numbers.percent(float(team.chance_backlog[-1]), 0),
        ]
        for team in found.teams
    ]
    small_table(columns, rows, f"{len(rows)} teams with the day their backlog clears")
    note(
        "In the organisation's order. What a team has open when no work waits for hours differs with what "
        "comes in, so each team has its own level. Hours are not lent from one team to another."
    )
    plain: list[list[Plain]] = [list(row) for row in rows]
    rows_behind(columns, rows, plain, "clearing-teams", "backlog-by-team", "The backlog by team")


def _dates(team: Clearing, ahead: Ahead) -> tuple[str, str]:
    if team.is_clear:
        return "clear now", numbers.MISSING
    texts = [
        numbers.weekday(ahead.date(day)) if day is not None else f"after {numbers.weekday(ahead.last)}"
        for day in team.clears
    ]
    never = team.clears[1] is None
    never_in = numbers.count(100 * (1 - team.chance_cleared))
    middle = f"not within {len(ahead.weeks)} weeks in {never_in} of 100 runs" if never else texts[1]
    return middle, f"{texts[0]} to {texts[2]}" if team.clears[0] is not None else numbers.MISSING
