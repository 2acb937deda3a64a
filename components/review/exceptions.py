"""What needs you: signals, missed targets and incomplete data, each one sentence with its way on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import streamlit as st

from analysis.xmr import chance_signals
from components import drawer, mini_lines, numbers, wording
from components.cards import CardContent, exception_cards
from components.cases_link import cases_text, open_cases
from components.charts.minis import card_html
from components.drivers_text import driver_sentence
from components.kept import kept
from components.numbers import NBSP
from components.plain_text import literal
from components.review.board import Board, read_board
from components.theme import section
from components.view import View
from queries.explain import MainDriver, main_drivers
from queries.scorecard import ScoreLine


def needs_you(view: View, board: Board) -> None:
    """The section: one sentence, then a card per signal and per missed target."""
    section("What needs you", rest=summary(view))
    _incomplete(view)
    by_key = {line.metric.key: line for line in board.known}
    exception_cards(
        cards(view),
        on_explain=lambda key: drawer.ask(view, key),
        on_cases=lambda key: _open(view, by_key[key]),
    )


@kept(16)
def cards(view: View) -> list[CardContent]:
    """A card per signal for the worse, per missed target, then per signal for the better."""
    board = read_board(view)
    ordered = [line for line in board.signals if line.tone == "bad"] + list(board.off_target)
    ordered += [line for line in board.signals if line.tone == "good"]
    drivers = _drivers(view, ordered[:4])
    by_key = {line.metric.key: line for line in board.known}
    return [
        card(view, line, drivers.get(line.metric.key), wording.guard_text(line, by_key)) for line in ordered
    ]


@kept(1)
def summary(view: View) -> str:
    """ "4 of 30 metrics left their usual range …: 3 for the worse, 1 for the better. …" """
    board = read_board(view)
    tested = [line for line in board.known if line.assessment.tested]
    worse = sum(line.tone == "bad" for line in board.signals)
    better = len(board.signals) - worse
    parts = []
    if board.signals:
        split = f"{worse} for the worse, {better} for the better"
        parts.append(f"{len(board.signals)} of {len(tested)} metrics left their usual range: {split}.")
        parts.append(f"About {numbers.number(chance_signals(len(tested)))} would do so by chance alone.")
    elif tested:
        parts.append(f"All {len(tested)} metrics tested are within their usual range.")
    else:
        parts.append("No metric has the 12 complete weeks it needs to know its usual range.")
    if board.off_target:
        count = len(board.off_target)
        parts.append(f"{count} {'metric misses its' if count == 1 else 'metrics miss their'} target.")
    waiting = view.decisions()
    if waiting:
        oldest = max((_age(view, action.created_on) for action in waiting if action.created_on), default=0)
        words = "decision waits" if len(waiting) == 1 else "decisions wait"
        parts.append(f"{len(waiting)} {words} for leadership (oldest {oldest}{NBSP}d).")
    return " ".join(parts)


def _age(view: View, day: dt.date) -> int:
    return max(0, (view.week.last_day - day).days)


def _incomplete(view: View) -> None:
    """Days that are missing in the chosen week are named before any number is read."""
    loaded = view.reader.coverage.loaded(("escalations",))
    if loaded is None:
        return
    gaps = [day for day in loaded.incomplete if view.week.start <= day <= view.week.last_day]
    if gaps:
        named = ", ".join(numbers.weekday(day) for day in gaps)
        st.warning(
            literal(f"Incomplete: {named}. This week takes no part in comparisons."),
            icon=":material/warning:",
        )


def _drivers(view: View, lines: Sequence[ScoreLine]) -> dict[str, MainDriver]:
    changes = []
    for line in lines:
        if line.place is not None and line.place > 0 and line.week_change.value is not None:
            periods = line.series.periods
            earlier = periods[line.place - weeks_explained(line)]
            changes.append((line.metric.key, periods[line.place], earlier))
    return main_drivers(view.reader, changes, view.filters)


def weeks_explained(line: ScoreLine) -> int:
    """Over how many weeks the drivers of a card are sought: a stock that moved week after week, over all."""
    signal, place = line.assessment.signal, line.place
    if signal is None or signal.rule != "b" or not line.metric.is_stock or place is None:
        return 1
    back = signal.length
    return back if place >= back and line.series.usable[place - back] else 1


def card(view: View, line: ScoreLine, driver: MainDriver | None, guard: str = "") -> CardContent:
    """The card of one line; `guard` is what its value is never shown without."""
    lead = wording.lead_text(line)
    owner = line.target.owner if line.target is not None and line.target.owner else line.metric.owner
    target = f"Target {wording.target_text(line)}" if line.target is not None else "No target"
    note = wording.maturity_note(line, view.week)
    rows = cases_text(line.series, line.place)
    return CardContent(
        line.metric.key,
        line.metric.label,
        wording.status_of(line),
        lead,
        detail_text(view, line, driver),
        card_html(mini_lines.series_of(line), mini_lines.labels_of(line), f"{line.metric.label}: {lead}"),
        rows[:1].upper() + rows[1:],
        " · ".join(part for part in (guard, target, owner, note) if part),
    )


def detail_text(view: View, line: ScoreLine, driver: MainDriver | None) -> str:
    """Rule in words, then the main driver with its share of the change."""
    rule = _rule_sentence(line)
    if driver is None:
        return rule
    return f"{rule} {driver_sentence(view, driver, weeks_explained(line))}".strip()


def _rule_sentence(line: ScoreLine) -> str:
    signal = line.assessment.signal
    if signal is None:
        return f"{wording.gap_text(line)}." if line.misses_target else ""
    usual = wording.range_text(line)
    if line.metric.is_stock:
        if signal.rule == "a":
            return f"a weekly change outside its usual {usual}."
        if signal.rule == "c":
            edge = "top" if signal.side == "above" else "bottom"
            return f"its weekly change was near the {edge} of its usual {usual} in 3 of 4 weeks."
        words = wording.rule_words(line)
        direction = words.rpartition(" ")[2]
        if direction in ("growing", "falling"):
            return f"{direction} faster than on average for {signal.length} weeks."
        return f"{words}."
    if signal.rule == "a":
        return f"{signal.side} its usual range of {usual}."
    return f"{wording.rule_words(line)}; usual range {usual}."


def _open(view: View, line: ScoreLine) -> None:
    if line.period is not None:
        open_cases(view, line.metric, line.period)
