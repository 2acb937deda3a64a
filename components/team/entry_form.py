"""Forms that write about a person: nothing typed is lost, nothing of others is overwritten unseen.

A form remembers the state of the entry it was opened on, not the newest: a save names that version. Where
somebody was faster, their text is shown and the form stays as it was typed.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable
from dataclasses import dataclass, replace

import streamlit as st

from components.plain_text import literal
from components.security import single_leader_mode
from components.tables import Column, small_table
from components.team.access import LEADER
from components.team.entry_fields import FIELDS, Field, shown
from components.theme import note
from components.view import View
from queries import development
from queries.development import CoachingMark, Entry, EntryChanged
from queries.filters import Filters
from queries.succession import role_name, roles
from store.errors import StoreError
from store.journal.development_entries import FIRST_DAY, LAST_DAY, LONGEST_LINE, LONGEST_LINK, LONGEST_NOTES

_Place = tuple[str, str, int, str]
"""Which form: kind of entry, person, number of the entry (0: a new one), and the case of a new mark."""
_OPEN = "open-entries"
_openings = itertools.count()


@dataclass(frozen=True)
class _Form:
    """An open form: the entry as it was seen (without stamp a new one), and what stopped the last save.

    `number` tells openings apart, so that a form opened again does not show what was typed before. `theirs`
    is the state somebody else wrote meanwhile, `removed` says that somebody took the entry off the list.
    """

    seen: Entry
    number: int
    stopped: str = ""
    theirs: Entry | None = None
    removed: bool = False


def today(view: View) -> dt.date:
    """The day it is where the organisation is."""
    return dt.datetime.now(view.reader.coverage.zone).date()


def open_form(entry: Entry) -> None:
    """From a callback: open the form of an entry; without a stamp, of a new one like it."""
    forms = _forms()
    forms.setdefault(_place(entry), _Form(entry, next(_openings)))


def form_of(view: View, entry: Entry) -> bool:
    """Draw the form of an entry, or of a new one for an entry without stamp; False when it is not open."""
    form = _forms().get(_place(entry))
    if form is None:
        return False
    key = f"entry-{form.number}"
    specs = FIELDS[type(entry)]
    with st.container(border=True, key=f"{key}-box"):
        if form.stopped:
            st.warning(literal(form.stopped), icon=":material/warning:")
        if form.theirs is not None:
            _difference(view, form, specs)
        with st.form(f"{key}-form", border=False, enter_to_submit=False):
            for spec in specs:
                _widget(view, form, spec, f"{key}-{spec.name}")
            with st.container(horizontal=True, gap="small"):
                label = "Save mine over it" if form.theirs is not None else "Save"
                st.form_submit_button(
                    "Save as new" if form.removed else label,
                    type="primary",
                    key=f"{key}-save",
                    on_click=_save,
                    args=(view, form),
                )
                st.form_submit_button("Cancel", key=f"{key}-cancel", on_click=_close, args=(entry,))
                if entry.stamp is not None and not form.removed:
                    st.form_submit_button("Remove", key=f"{key}-remove", on_click=_remove, args=(view, form))
    return True


def forms_of_removed(view: View, kind: type[Entry], person: str, listed: Iterable[Entry]) -> None:
    """Draw the open forms of entries that left the list meanwhile: what was typed in them is not lost."""
    here = {_place(entry) for entry in listed}
    for place, form in list(_forms().items()):
        if place[:2] == (kind.__name__, person) and place[2] and place not in here:
            form_of(view, form.seen)


def save_at_once(view: View, entry: Entry, said: str = "Saved.") -> None:
    """From a callback: keep a change made by one press, or say in a toast why it was not kept."""
    if not single_leader_mode():
        return
    location = view.reader.facts.location
    try:
        development.save(location, entry, LEADER)
        st.toast(said)
    except StoreError as fault:
        held = development.current(location, entry)
        if held is None or replace(held, stamp=entry.stamp) != entry:  # else it was pressed twice
            st.toast(literal(f"Not saved: {fault}."), icon=":material/warning:")


def _save(view: View, form: _Form) -> None:
    if not single_leader_mode() or _answered(form):
        return
    key = f"entry-{form.number}"
    specs = FIELDS[type(form.seen)]
    typed = {spec.name: _typed(form, spec, f"{key}-{spec.name}") for spec in specs}
    base = replace(form.seen, stamp=None) if form.removed else form.theirs or form.seen
    _write(view, form, replace(base, **typed))  # type: ignore[arg-type]


def _write(view: View, form: _Form, entry: Entry) -> None:
    location = view.reader.facts.location
    place = _place(form.seen)
    try:
        development.save(location, entry, LEADER)
    except EntryChanged as fault:
        _forms()[place] = _overtaken(view, form, str(fault))
    except StoreError as fault:
        _forms()[place] = replace(form, stopped=f"Not saved: {fault}.")
    else:
        _close(form.seen)
        st.toast("Saved.")


def _remove(view: View, form: _Form) -> None:
    if not single_leader_mode() or _answered(form):
        return
    try:
        development.archive(view.reader.facts.location, form.theirs or form.seen, LEADER)
    except EntryChanged as fault:
        _forms()[_place(form.seen)] = _overtaken(view, form, str(fault))
    except StoreError as fault:
        _forms()[_place(form.seen)] = replace(form, stopped=f"Not removed: {fault}.")
    else:
        _close(form.seen)
        st.toast("Removed from the list; the journal keeps it.")


def _answered(form: _Form) -> bool:
    """Whether a press on this form was answered already: the second of a double click does nothing.

    The form is closed then, or shows something that whoever pressed had not seen.
    """
    return _forms().get(_place(form.seen)) != form


def _overtaken(view: View, form: _Form, fault: str) -> _Form:
    """The form after somebody was faster: it now knows their state, and keeps what was typed."""
    theirs = development.current(view.reader.facts.location, form.seen)
    if theirs is None:
        stopped = f"Not saved: {fault}. What you typed is below; it can be saved as a new entry."
        return replace(form, stopped=stopped, theirs=None, removed=True)
    assert theirs.stamp is not None
    stopped = (
        f"Not saved: changed by {theirs.stamp.changed_by} meanwhile. Their state is shown here; what you "
        "typed is below and not lost."
    )
    return replace(form, stopped=stopped, theirs=theirs)


def _difference(view: View, form: _Form, specs: tuple[Field, ...]) -> None:
    """What the journal holds now, beside what was there when the form was opened."""
    theirs = form.theirs
    rows = [
        (spec.label, shown(view, spec, getattr(form.seen, spec.name)), shown(view, spec, after))
        for spec in specs
        if (after := getattr(theirs, spec.name)) != getattr(form.seen, spec.name)
    ]
    if rows:
        small_table([Column("Changed"), Column("Was"), Column("Is now")], rows, f"{len(rows)} fields changed")
    else:
        note("It was saved again without a change.")


def _widget(view: View, form: _Form, spec: Field, key: str) -> None:
    value = getattr(form.seen, spec.name)
    if spec.shape == "notes":
        st.text_area(spec.label, value, max_chars=LONGEST_NOTES, key=key, height=140)
    elif spec.shape == "day":
        st.date_input(
            spec.label,
            value,
            min_value=FIRST_DAY,
            max_value=_last_day(view, spec, value),
            key=key,
            format="YYYY-MM-DD",
            width=240,
        )
    elif spec.shape == "choice":
        options = list(spec.words)
        st.segmented_control(
            spec.label,
            options,
            default=value,
            format_func=lambda choice: literal(spec.words[choice]),
            key=key,
            required=True,
        )
    elif spec.shape == "role":
        known = ["", *roles(view.reader, Filters())]
        options = known if value in known else [*known, value]
        st.selectbox(
            spec.label,
            options,
            index=options.index(value),
            format_func=lambda role: role_name(view.reader, role) if role else "No role",
            accept_new_options=True,
            help=spec.help,
            key=key,
        )
    else:
        longest = LONGEST_LINK if spec.name == "evidence" else LONGEST_LINE
        st.text_input(spec.label, value, max_chars=longest, key=key, help=spec.help, autocomplete="off")


def _last_day(view: View, spec: Field, value: dt.date | None) -> dt.date:
    """The last day that can be chosen: today where the field says that something has happened."""
    if not spec.happened:
        return LAST_DAY - dt.timedelta(days=1)
    return max(today(view), value or FIRST_DAY)


def _typed(form: _Form, spec: Field, key: str) -> object:
    """What stands in a field; one that was not sent keeps what was seen."""
    seen = getattr(form.seen, spec.name)
    typed = st.session_state.get(key, seen)
    return "" if typed is None and spec.shape != "day" else typed


def _close(entry: Entry) -> None:
    _forms().pop(_place(entry), None)


def _forms() -> dict[_Place, _Form]:
    forms: dict[_Place, _Form] = st.session_state.setdefault(_OPEN, {})
    return forms


def _place(entry: Entry) -> _Place:
    case = entry.case_id if isinstance(entry, CoachingMark) else ""
    return type(entry).__name__, entry.person, entry.stamp.entry_id if entry.stamp else 0, case
