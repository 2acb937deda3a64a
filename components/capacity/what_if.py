"""What if? Changes of people, work and promises, tried on the same futures, compared, saved and asked for."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import streamlit as st

from analysis.scenario_outcome import RUNS, Outcome, compare, futures_compared
from analysis.scenarios import Scenario, ScenarioError, Surroundings, check
from components import link, states
from components.capacity import saved
from components.capacity.change_form import change_form
from components.capacity.compare import MOST, Alternative, compared
from components.capacity.needed import needed
from components.capacity.scenario_words import (
    as_it_is,
    change_words,
    difference_words,
    scenario_words,
)
from components.capacity.teams import note_unheeded
from components.choosing import kept_params
from components.plain_text import literal
from components.theme import note, section
from components.view import View
from queries.capacity.plan import Base
from queries.capacity.standing import HEEDED
from queries.capacity.what_if import Question, kept_by_team, outcome_of, question_of, surroundings
from queries.filters import Filters
from queries.journal import filters_of
from queries.scenarios import read_scenario, scenario_text
from store.journal import SavedScenario

QUESTION = "What if?"
WHAT, BESIDE, GOAL, ASK = "what", "beside", "goal", "ask"
"""Own parameters of the link: the scenario on screen, saved ones beside it, the target, the page to print."""
_WHOLE_PAGE = "what-whole-page"


def what_if(view: View) -> None:
    """The section; a change of the scenario redraws it alone."""
    st.fragment(_what_if)(view)


@states.isolated(QUESTION)  # a part that is redrawn alone shows its own fault: no panel of the page does
def _what_if(view: View) -> None:
    if st.session_state.pop(_WHOLE_PAGE, False):
        st.rerun()  # the last click chose other teams or another page, which the section alone cannot draw
    question, base = question_of(view.reader, view.filters, view.journal)
    if base.plan is None or base.ahead is None:
        section(QUESTION)
        _nothing(base)
        return
    around = surroundings(view.reader, question)
    scenario, refused = _on_screen(around)
    target = goal()
    found = saved.listed(view)
    futures = futures_compared([scenario, *_readable(_chosen(view, found))], question.teams)
    plain = outcome_of(view.reader, question, "", target, futures)
    changed = None
    if scenario.changes and not refused:
        changed = _changed(view, question, scenario, target, futures)
    if isinstance(changed, str):
        refused, changed = changed, None
    teams = kept_by_team(view.reader, question, target) if changed is None else ()
    section(QUESTION, *_answer(scenario, around, plain, changed, teams))
    if refused:
        st.error(literal(refused), icon=":material/error:")
    note_unheeded(view, "Plans")
    change_form(around, scenario, lambda change: _go(view, Scenario((*scenario.changes, change))))
    _changes(view, scenario, around)
    saved.messages()
    beside = _beside(view, found)
    others = [Alternative(_name(scenario, found), changed)] if changed is not None else []
    others += [_alternative(view, question, one, target, futures) for one in beside]
    compared(plain, others[:MOST], base.ahead.weeks, RUNS)
    needed(
        view,
        question,
        scenario,
        base.ahead.weeks,
        target,
        lambda hire: _go(view, Scenario((*scenario.changes, hire))),
        lambda share: _go(view, scenario, share),
    )
    saved.saved_list(
        view,
        around,
        found,
        lambda number: _open(view, number, found),
        lambda one: link.address(view.page, _scoped(view, one), **{ASK: str(one.scenario_id)}),
    )


def goal() -> float | None:
    """The share in time the link asks for, 0.5 to 1 as whole per cent; None for the targets in force."""
    written = link.own(GOAL)
    return int(written) / 100 if written.isdecimal() and 50 <= int(written) <= 100 else None


def _nothing(base: Base) -> None:
    if base.reason.startswith("not supplied: "):
        states.not_supplied(base.reason.removeprefix("not supplied: "))
    else:
        note(f"Nothing to simulate: {base.reason or 'no team matches'}.")


def _on_screen(around: Surroundings) -> tuple[Scenario, str]:
    """The scenario of the link, and the sentence why it cannot be; what cannot be read is no scenario."""
    try:
        scenario = read_scenario(link.own(WHAT))
    except ScenarioError as refused:
        return Scenario(), str(refused)
    try:
        check(scenario, around)
    except ScenarioError as refused:
        return scenario, str(refused)
    return scenario, ""


def _changed(
    view: View, question: Question, scenario: Scenario, target: float | None, futures: int
) -> Outcome | str:
    """What comes of the scenario, or why it cannot be."""
    try:
        return outcome_of(view.reader, question, scenario_text(scenario), target, futures)
    except ScenarioError as refused:
        return str(refused)


def _answer(
    scenario: Scenario,
    around: Surroundings,
    plain: Outcome,
    changed: Outcome | None,
    teams: Sequence[tuple[str, float]],
) -> tuple[str, str]:
    if changed is None:
        return as_it_is(plain, [(around.named(team), chance) for team, chance in teams])
    return difference_words(scenario_words(scenario, around), plain, changed, compare(plain, changed))


def _changes(view: View, scenario: Scenario, around: Surroundings) -> None:
    """The changes on screen as chips that take them away, and what can be done with them."""
    if not scenario.changes:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.session_state["what-chips"] = []
        st.pills(
            "Changes",
            list(range(len(scenario.changes))),
            selection_mode="multi",
            key="what-chips",
            label_visibility="collapsed",
            format_func=lambda place: (
                f"{literal(change_words(scenario.changes[place], around))} :material/close:"
                if place < len(scenario.changes)
                else ""
            ),
            on_change=_remove,
            args=(view, scenario),
            wrap=True,
        )
        saved.save_box(view, scenario_text(scenario), goal())


def _remove(view: View, scenario: Scenario) -> None:
    gone = set(st.session_state["what-chips"])
    _go(view, Scenario(tuple(c for place, c in enumerate(scenario.changes) if place not in gone)))


def _go(view: View, scenario: Scenario, asked: str | None = None) -> None:
    """Write the link for another scenario on screen, or for another target."""
    own = {WHAT: scenario_text(scenario), BESIDE: link.own(BESIDE), GOAL: asked or link.own(GOAL)}
    link.go(view.filters, **kept_params(view) | own)


def _name(scenario: Scenario, found: list[SavedScenario]) -> str:
    """What the scenario on screen is called: its saved name while it is unchanged."""
    text = scenario_text(scenario)
    seen = saved.opened()
    same = [one for one in found if one.text.changes == text and seen and one.scenario_id == seen.scenario_id]
    return same[0].text.name if same else "On screen"


def _beside(view: View, found: list[SavedScenario]) -> list[SavedScenario]:
    """Saved scenarios about the same teams that the link puts beside the one on screen."""
    here = {str(one.scenario_id): one for one in saved.comparable(view, found)}
    if not here:
        return []
    chosen = _chosen(view, found)
    st.session_state["what-beside"] = [str(one.scenario_id) for one in chosen]
    st.pills(
        f"Compare with (up to {MOST})",
        list(here),
        selection_mode="multi",
        key="what-beside",
        format_func=lambda number: literal(here[number].text.name) if number in here else "",
        on_change=_compare,
        args=(view,),
    )
    return chosen


def _chosen(view: View, found: list[SavedScenario]) -> list[SavedScenario]:
    """Those of them that the link names."""
    here = {str(one.scenario_id): one for one in saved.comparable(view, found)}
    return [here[number] for number in link.own(BESIDE).split(",") if number in here][:MOST]


def _readable(found: list[SavedScenario]) -> list[Scenario]:
    """The scenarios of saved texts; what cannot be read is refused where it would be drawn."""
    read = []
    for one in found:
        with suppress(ScenarioError):
            read.append(read_scenario(one.text.changes))
    return read


def _compare(view: View) -> None:
    chosen = list(st.session_state["what-beside"])[-MOST:]
    own = kept_params(view) | {
        WHAT: link.own(WHAT),
        BESIDE: ",".join(chosen),
        GOAL: link.own(GOAL),
    }
    link.go(view.filters, **own)


def _alternative(
    view: View, question: Question, one: SavedScenario, target: float | None, futures: int
) -> Alternative:
    try:
        found = outcome_of(view.reader, question, one.text.changes, target, futures)
        return Alternative(one.text.name, found)
    except ScenarioError as refused:
        return Alternative(one.text.name, None, str(refused))


def _open(view: View, number: int, found: list[SavedScenario]) -> None:
    """From a callback: put a saved scenario on screen, with the teams and the target it is about."""
    one = next((one for one in found if one.scenario_id == number), None)
    if one is None:
        return
    saved.remember_opened(one)
    asked = "" if one.text.target is None else str(round(one.text.target * 100))
    own = kept_params(view) | {WHAT: one.text.changes, BESIDE: link.own(BESIDE), GOAL: asked}
    st.session_state[_WHOLE_PAGE] = True
    link.go(_scoped(view, one), **own)


def _scoped(view: View, one: SavedScenario) -> Filters:
    """The filters of the page with the teams a scenario is about."""
    filters = view.filters
    for dimension in HEEDED:
        filters = filters.with_values(dimension, filters_of(one.text.scope).values(dimension))
    return filters
