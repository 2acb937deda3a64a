"""The form that adds one change to the scenario on screen: a kind, its few fields, one button."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

import streamlit as st

from analysis.scenarios import (
    LONGEST_MINUTES,
    Change,
    DueShift,
    Hire,
    LessPreventable,
    Move,
    Overtime,
    Scenario,
    ScenarioError,
    StandardTime,
    Surroundings,
    check,
)
from components import numbers
from components.capacity.scenario_words import work_words
from components.numbers import NBSP
from components.plain_text import literal
from components.theme import note

KINDS: Final = ("hire", "move", "overtime", "minutes", "prevent", "due")
_LABELS: Final = {
    "hire": "Hire",
    "move": "Move people",
    "overtime": "Overtime",
    "minutes": "Standard time",
    "prevent": "Preventable cases",
    "due": "Due days",
}
_ERROR = "what-refused"
_KEY = "what-"


def change_form(around: Surroundings, scenario: Scenario, add: Callable[[Change], None]) -> None:
    """Draw the form; `add` is called, before the run it causes, with a change that can be.

    A change that cannot be is refused with its sentence under the form, and what was entered stays.
    """
    kinds = [kind for kind in KINDS if kind != "move" or len(around.people) > 1]
    if not any(around.preventable.values()):
        kinds.remove("prevent")
    kind = st.segmented_control(
        "Change",
        kinds,
        default="hire",
        required=True,
        key=f"{_KEY}kind",
        format_func=lambda option: _LABELS[option],
        label_visibility="collapsed",
    )
    kind = kind or "hire"
    if kind in _NOW:
        note(_NOW[kind](around))
    with (
        st.form(f"{_KEY}form", border=False, enter_to_submit=False),
        st.container(horizontal=True, vertical_alignment="bottom", gap="small"),
    ):
        _FIELDS[kind](around)
        st.form_submit_button(
            "Add change",
            icon=":material/add:",
            key=f"{_KEY}add",
            on_click=_add,
            args=(kind, around, scenario, add),
        )
    refused = st.session_state.pop(_ERROR, "")
    if refused:
        st.error(literal(refused), icon=":material/error:")


def _add(kind: str, around: Surroundings, scenario: Scenario, add: Callable[[Change], None]) -> None:
    change = _READ[kind]()
    try:
        check(Scenario((*scenario.changes, change)), around)
    except ScenarioError as refused:
        st.session_state[_ERROR] = str(refused)
        return
    add(change)


def _value(name: str) -> object:
    return st.session_state.get(f"{_KEY}{name}")


def _text(name: str) -> str:
    return str(_value(name) or "")


def _number(name: str) -> float:
    value = _value(name)
    return float(value) if isinstance(value, int | float) else 0.0


def _on(name: str = "on") -> dt.date:
    value = _value(name)
    return value if isinstance(value, dt.date) else dt.date.min


def team_field(around: Surroundings, label: str, name: str, prefix: str = _KEY) -> str:
    """A choice of a team; its key in the session."""
    teams = list(around.people)
    return str(
        st.selectbox(label, teams, key=f"{prefix}{name}", format_func=around.named, width=190) or teams[0]
    )


def day_field(around: Surroundings, label: str, name: str, default: dt.date, prefix: str = _KEY) -> dt.date:
    """A day among those simulated."""
    day = st.date_input(
        label,
        default,
        around.first,
        around.last,
        key=f"{prefix}{name}",
        format="YYYY-MM-DD",
        width=150,
    )
    return day if isinstance(day, dt.date) else default


def soon(around: Surroundings) -> dt.date:
    """The day a form proposes: six weeks from the first day, the time it takes to be there."""
    return min(around.first + dt.timedelta(weeks=6), around.last)


def _whole(label: str, name: str, value: int, least: int, most: int) -> None:
    st.number_input(label, least, most, value, 1, key=f"{_KEY}{name}", width=110)


def _hire(around: Surroundings) -> None:
    _whole("People", "people", 1, 1, 200)
    team_field(around, "Team", "team")
    day_field(around, "From", "on", soon(around))


def _move(around: Surroundings) -> None:
    _whole("People", "people", 1, 1, 200)
    team_field(around, "Out of", "origin")
    team_field(around, "Into", "team")
    day_field(around, "From", "on", around.first)


def _overtime(around: Surroundings) -> None:
    st.number_input("Hours a week, each", 0.5, 20.0, 4.0, 0.5, key=f"{_KEY}hours", width=130)
    team_field(around, "Team", "team")
    # The day may be one chosen for another kind of change; four weeks from it can always be.
    on = day_field(around, "From", "on", around.first)
    until = min(on + dt.timedelta(weeks=4, days=-1), around.last)
    day_field(around, "Through", "until", until)


def _work_field(around: Surroundings) -> None:
    st.selectbox("Work", list(around.works), key=f"{_KEY}work", format_func=work_words, width=150)


def _minutes(around: Surroundings) -> None:
    _work_field(around)
    now = min(max(float(round(around.minutes[next(iter(around.works))])), 1.0), LONGEST_MINUTES)
    st.number_input("Minutes a case", 1.0, LONGEST_MINUTES, now, 1.0, key=f"{_KEY}minutes", width=130)
    day_field(around, "From", "on", around.first)


def _prevent(around: Surroundings) -> None:
    st.number_input("Cut by, %", 1, 100, 20, 5, key=f"{_KEY}share", width=110)
    day_field(around, "From", "on", around.first)


def _due(around: Surroundings) -> None:
    _work_field(around)
    _whole("Working days later (−: earlier)", "shift", 1, -30, 30)
    day_field(around, "Arrivals from", "on", around.first)


def _minutes_now(around: Surroundings) -> str:
    """What a case takes now: in a scenario all teams have one time, where each has its own now."""
    times = ", ".join(
        f"{work_words(work)} {numbers.count(around.minutes[work])}{NBSP}min" for work in around.works
    )
    several = " The mean of the teams; a change gives all of them the same." if len(around.people) > 1 else ""
    return f"A case takes on average now: {times}.{several}"


def _preventable_now(around: Surroundings) -> str:
    """What share of which work can be cut at the most."""
    shares = ", ".join(
        f"{numbers.percent(share, 0)} of {work_words(work)}" for work, share in around.preventable.items()
    )
    return f"Preventable were in the last half year: {shares}."


_NOW: Final[dict[str, Callable[[Surroundings], str]]] = {
    "minutes": _minutes_now,
    "prevent": _preventable_now,
}
_FIELDS: Final[dict[str, Callable[[Surroundings], None]]] = {
    "hire": _hire,
    "move": _move,
    "overtime": _overtime,
    "minutes": _minutes,
    "prevent": _prevent,
    "due": _due,
}
_READ: Final[dict[str, Callable[[], Change]]] = {
    "hire": lambda: Hire(_text("team"), int(_number("people")), _on()),
    "move": lambda: Move(_text("origin"), _text("team"), int(_number("people")), _on()),
    "overtime": lambda: Overtime(_text("team"), _number("hours"), _on(), _on("until")),
    "minutes": lambda: StandardTime(_text("work"), _number("minutes"), _on()),
    "prevent": lambda: LessPreventable(_number("share") / 100, _on()),
    "due": lambda: DueShift(_text("work"), int(_number("shift")), _on()),
}
