"""Saved scenarios: keep the one on screen, open, archive; nothing of others is overwritten unseen."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import streamlit as st

from analysis.scenarios import ScenarioError, Surroundings
from components.capacity.scenario_words import scenario_words
from components.numbers import full_date
from components.plain_text import literal
from components.security import single_leader_mode
from components.tables import Column, small_table
from components.theme import note, subtitle
from components.view import View
from queries import scenarios as journal
from queries.capacity.standing import HEEDED
from queries.journal import filters_of
from queries.scenarios import read_scenario
from store.errors import StoreError
from store.journal import SavedScenario, ScenarioText

AUTHOR = "leader at this machine"
"""Who writes while there is no sign-in, unless the form names somebody."""
_SEEN = "what-seen"
_SAID = "what-said"
_STOPPED = "what-stopped"


def scope_of(view: View) -> str:
    """The teams on screen as a filter text: what of the filters chooses teams."""
    chosen = {name: list(values) for name, values in view.filters.chosen if name in HEEDED}
    return urlencode(chosen, doseq=True)


def listed(view: View) -> list[SavedScenario]:
    """The saved scenarios, by name."""
    return journal.saved_scenarios(view.reader.facts.location)


def comparable(view: View, found: list[SavedScenario]) -> list[SavedScenario]:
    """Those about the same teams as the page."""
    own = filters_of(scope_of(view))
    return [one for one in found if filters_of(one.text.scope) == own]


def remember_opened(found: SavedScenario) -> None:
    """From a callback: the state a later save must find unchanged."""
    st.session_state[_SEEN] = found


def opened() -> SavedScenario | None:
    """The scenario that was opened or saved in this session, as it was then."""
    seen = st.session_state.get(_SEEN)
    return seen if isinstance(seen, SavedScenario) else None


def save_box(view: View, text: str, target: float | None) -> None:
    """A popover that keeps the scenario on screen under a name, or over the one it was opened from."""
    if not single_leader_mode():
        note("Scenarios are saved only where the app answers to this machine alone.")
        return
    box = st.popover("Save", icon=":material/save:", key="what-save-box", on_change="rerun")
    if not box.open:
        return
    seen = opened()
    with box, st.form("what-save", border=False, enter_to_submit=False):
        st.text_input("Name", seen.text.name if seen else "", max_chars=80, key="what-name", width=300)
        st.text_input("Written by", AUTHOR, max_chars=80, key="what-author", width=300)
        with st.container(horizontal=True, gap="small"):
            st.form_submit_button(
                "Save as new",
                type="primary",
                key="what-save-new",
                on_click=_save,
                args=(view, text, target, None),
            )
            if seen is not None:
                st.form_submit_button(
                    literal(f"Save over “{seen.text.name}”"),
                    key="what-save-over",
                    on_click=_save,
                    args=(view, text, target, seen),
                )


def messages() -> None:
    """What came of the last save, archive or opening."""
    if said := st.session_state.pop(_SAID, ""):
        st.success(literal(said), icon=":material/check_circle:")
    if stopped := st.session_state.pop(_STOPPED, ""):
        st.error(literal(stopped), icon=":material/error:")


def saved_list(
    view: View,
    around: Surroundings,
    found: list[SavedScenario],
    to_open: Callable[[int], None],
    page_to_print: Callable[[SavedScenario], str],
) -> None:
    """All saved scenarios as a table, and what can be done with the chosen one."""
    if not found:
        note("No scenario is saved yet.")
        return
    subtitle(f"Saved scenarios ({len(found)})")
    rows = [
        [
            one.text.name,
            described(one, around),
            _teams(view, one),
            f"{one.changed_by}, {full_date(one.changed_at.date())}",
        ]
        for one in found
    ]
    small_table(
        [Column("Name"), Column("Changes"), Column("Teams"), Column("Last changed")],
        rows,
        f"{len(found)} saved scenarios",
    )
    by_id = {one.scenario_id: one for one in found}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = st.selectbox(
            "Scenario",
            list(by_id),
            key="what-chosen",
            width=280,
            format_func=lambda number: by_id[number].text.name if number in by_id else "",
            label_visibility="collapsed",
        )
        if chosen not in by_id:
            return
        st.button("Open", key="what-open", icon=":material/edit:", on_click=to_open, args=(chosen,))
        st.link_button("Headcount ask", page_to_print(by_id[chosen]), icon=":material/print:")
        if single_leader_mode():
            st.button(
                "Archive",
                key="what-archive",
                icon=":material/archive:",
                on_click=_archive,
                args=(view, by_id[chosen]),
            )


def described(one: SavedScenario, around: Surroundings) -> str:
    """Its changes in words; the sentence where its text cannot be read."""
    try:
        return scenario_words(read_scenario(one.text.changes), around)
    except ScenarioError as refused:
        return str(refused)


def _teams(view: View, one: SavedScenario) -> str:
    chosen = filters_of(one.text.scope).chosen
    names = [view.name_of(dimension, value) for dimension, values in chosen for value in values]
    return ", ".join(names) or "All teams"


def _save(view: View, text: str, target: float | None, seen: SavedScenario | None) -> None:
    written = ScenarioText(str(st.session_state["what-name"]), scope_of(view), text, target)
    author = str(st.session_state["what-author"])
    location = view.reader.facts.location
    try:
        kept = (
            journal.save(location, written, author)
            if seen is None
            else journal.change(location, seen, written, author)
        )
    except StoreError as stopped:
        st.session_state[_STOPPED] = _sentence(stopped)
        return
    remember_opened(kept)
    st.session_state[_SAID] = f"Saved as “{kept.text.name}”."


def _archive(view: View, seen: SavedScenario) -> None:
    try:
        journal.archive(view.reader.facts.location, seen, AUTHOR)
    except StoreError as stopped:
        st.session_state[_STOPPED] = _sentence(stopped)
        return
    st.session_state[_SAID] = f"“{seen.text.name}” is archived."


def _sentence(fault: StoreError) -> str:
    text = str(fault)
    return text[0].upper() + text[1:] + ("" if text.endswith(".") else ".")
