"""How many people would it take? The fewest hires that keep the target by a week, on the same futures."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from typing import Final

import streamlit as st

from analysis.scenario_outcome import Need
from analysis.scenarios import Hire, Scenario, ScenarioError
from components import numbers
from components.capacity.change_form import day_field, soon, team_field
from components.capacity.scenario_words import LIKELY
from components.numbers import full_date
from components.plain_text import literal
from components.theme import note
from components.view import View
from queries.capacity.what_if import MOST_NEEDED, Question, people_needed, surroundings
from queries.scenarios import scenario_text
from queries.time import Period

_KEY = "need-"
_ASKED = "need-asked"
_PROPOSED = "need-proposed"
_NOTHING_DUE: Final = "No case with a target falls due in those weeks."


def needed(
    view: View,
    question: Question,
    scenario: Scenario,
    weeks: tuple[Period, ...],
    target: float | None,
    add: Callable[[Hire], None],
    aim: Callable[[str], None],
) -> None:
    """Draw the question in an expander; `add` takes over the hires found, `aim` another target in %."""
    box = st.expander(
        "How many hires would it take?", icon=":material/group_add:", key="need", on_change="rerun"
    )
    if not box.open:
        return
    around = surroundings(view.reader, question)
    with box:
        if not question.targets:
            note("No SLA target is set for these teams, so there is nothing to reach.")
            return
        _propose(target)
        with (
            st.form(f"{_KEY}form", border=False, enter_to_submit=False),
            st.container(horizontal=True, vertical_alignment="bottom", gap="small"),
        ):
            team_field(around, "Hired into", "team", _KEY)
            day_field(around, "Starting", "on", soon(around), _KEY)
            st.selectbox(
                "Kept in the four weeks to the end of",
                list(range(len(weeks))),
                len(weeks) - 1,
                key=f"{_KEY}week",
                format_func=lambda place: numbers.week_title(weeks[place].start),
                width=280,
            )
            st.number_input(
                "Target, % in time (empty: in force)",
                50,
                100,
                None,
                1,
                key=f"{_KEY}goal",
                width=200,
            )
            st.form_submit_button(
                "Find", icon=":material/search:", key=f"{_KEY}find", on_click=_ask, args=(aim,)
            )
        asked = st.session_state.get(_ASKED)
        if asked is not None and asked[0] in around.people and asked[2] < len(weeks):
            _answer(view, question, scenario, weeks, target, asked, add)


def _propose(target: float | None) -> None:
    """Put the target of the link into its field whenever it is another: a default could not be emptied."""
    held = st.session_state
    if f"{_KEY}goal" not in held or held.get(_PROPOSED) != target:
        held[f"{_KEY}goal"] = None if target is None else round(target * 100)
        held[_PROPOSED] = target


def _ask(aim: Callable[[str], None]) -> None:
    held = st.session_state
    held[_ASKED] = (held[f"{_KEY}team"], held[f"{_KEY}on"], held[f"{_KEY}week"])
    share = held[f"{_KEY}goal"]
    aim("0" if share is None else str(int(share)))


def _answer(
    view: View,
    question: Question,
    scenario: Scenario,
    weeks: tuple[Period, ...],
    target: float | None,
    asked: tuple[str, dt.date, int],
    add: Callable[[Hire], None],
) -> None:
    team, on, week = asked
    around = surroundings(view.reader, question)
    try:
        need = people_needed(view.reader, question, scenario_text(scenario), team, on, week, target, LIKELY)
    except ScenarioError as refused:
        st.error(literal(str(refused)), icon=":material/error:")
        return
    goal = "the SLA targets in force" if target is None else f"{numbers.percent(target, 0)} in time"
    beside = " beside the changes on screen" if scenario.changes else ""
    aim = (
        f"{goal} over the four weeks to {full_date(weeks[week].last_day)} in at least "
        f"{numbers.percent(LIKELY, 0)} of futures"
    )
    where = f"{around.named(team)} from {full_date(on)}"
    several = len(around.people) > 1
    alone = " Judged on the work of this team alone: hires into it work on nothing else." if several else ""
    if need.people is None:
        few = f"Even {MOST_NEEDED} hires into {where}{beside} are too few for its work to reach {aim}."
        st.markdown(f"**{literal(few)}** {literal(_why_not(need))}{alone}")
        return
    if need.people == 0:
        nothing = f" {_NOTHING_DUE}" if math.isnan(need.share) else ""
        st.markdown(
            f"**No hire is needed** {literal(f'into {where}{beside} for its work to reach {aim}.')}"
            f"{nothing}{alone}"
        )
        return
    people = need.people
    hires = "1 hire" if people == 1 else f"{people} hires"
    rest = f"{'is' if people == 1 else 'are'} the fewest{beside} for its work to reach {aim}."
    st.markdown(f"**{literal(f'{hires} into {where}')}** {literal(rest)}{alone}")
    st.button(
        "Add to the scenario",
        icon=":material/add:",
        key=f"{_KEY}add",
        on_click=lambda: add(Hire(team, people, on)),
    )


def _why_not(need: Need) -> str:
    """Why not even the most hires reach the target."""
    if math.isnan(need.share):
        return _NOTHING_DUE
    reached = (
        f"With them half of the futures have {numbers.percent(need.share, 1)} of cases in time or more, and "
        f"{numbers.percent(need.kept, 0)} reach the target."
    )
    if need.idle:
        return (
            f"{reached} No work waits for hours in these weeks: what is late has waited for others past its "
            "due day."
        )
    return (
        f"{reached} Work still waits for hours in these weeks or just before them: the hires start too late "
        "for them, or are too few."
    )
