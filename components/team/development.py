"""How does a person develop? 1:1s, what was agreed, goals, certifications, career; read and written here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import streamlit as st

from components import numbers, theme, wording
from components.cases.request import CaseRequest
from components.cases.words import noun_of
from components.cases_link import GO_TO
from components.numbers import NBSP
from components.plain_text import literal
from components.status import Status
from components.team.chosen import first_name
from components.team.entry_fields import GOAL_WORDS, READY_WORDS
from components.team.entry_form import form_of, forms_of_removed, open_form, save_at_once, today
from components.view import View
from queries.development import (
    Career,
    Certification,
    CoachingMark,
    Entry,
    FollowUp,
    Goal,
    OneOnOne,
    PersonDevelopment,
    of_person,
)
from queries.people.roster import Member
from queries.succession import role_name

SHOWN = 3
"""Entries of a kind shown at once; the others stand in an expander."""
SOON = dt.timedelta(days=60)
E = TypeVar("E", bound=Entry)


def development(view: View, person: Member) -> None:
    """All that is written about the person, with a form for each kind."""
    written = of_person(view.reader.facts.location, person.specialist_id)
    on = today(view)
    theme.section(f"How does {first_name(person)} develop?", *answer(written, on))
    left, right = st.columns(2, gap="large")
    who = person.specialist_id
    with left:
        _kind(view, "1:1s", OneOnOne(who, on), written.one_on_ones, "No 1:1 is written down.", _talk)
        _kind(view, "Goals", Goal(who, ""), written.goals, "No goal is written down.", _goal)
        _kind(
            view,
            "Career and succession",
            Career(who, ""),
            written.careers,
            "Nothing is written down.",
            _career,
        )
    with right:
        _kind(
            view,
            "Follow-ups",
            FollowUp(who, "", person.name),
            written.follow_ups,
            "Nothing was agreed.",
            _follow_up,
        )
        _kind(
            view,
            "Certifications",
            Certification(who, ""),
            written.certifications,
            "None is written down.",
            _certification,
        )
        _kind(view, "Cases to talk through", None, written.marks, NO_MARKS, _mark)
    theme.note("Written here and kept in the journal; an import of data never touches it.")


NO_MARKS = "No case is marked. On the page of a case, “Coach on this” marks it."


def answer(written: PersonDevelopment, on: dt.date) -> tuple[str, str]:
    """When the last 1:1 was and the next is, and how many follow-ups and goals are open or late."""
    if written.last_held is None:
        lead = "No 1:1 is written down."
    else:
        last = written.one_on_ones[0]
        lead = f"Last 1:1 on {numbers.weekday(last.held_on)}, {_ago(last.held_on, on)}"
        lead += f"; {_next(last.next_on, on)}."
    waiting = written.open_follow_ups
    late = sum(agreed.due is not None and agreed.due < on for agreed in waiting)
    told = [f"{wording.things(len(waiting), 'follow-up')} open" + (f", {late} overdue" if late else "")]
    told.append(f"{wording.things(len(written.open_goals), 'goal')} open")
    if written.open_marks:
        told.append(f"{wording.things(len(written.open_marks), 'case')} to talk through")
    return lead, f"{'; '.join(told)}."


def _next(day: dt.date | None, on: dt.date) -> str:
    if day is None:
        return "no next one is agreed"
    if day < on:
        return f"the next was agreed for {numbers.weekday(day)} and is not written down"
    return f"the next on {numbers.weekday(day)}"


def due_status(due: dt.date | None, on: dt.date) -> Status:
    """How an open entry stands on a day: overdue by days, due today or by when, or without a date."""
    if due is None:
        return Status("No date", "neutral")
    late = (on - due).days
    if late > 0:
        return Status(f"Overdue {late}{NBSP}d", "bad", "up")
    return Status("Due today" if late == 0 else f"Due {numbers.full_date(due)}", "neutral")


def _kind(
    view: View,
    title: str,
    blank: E | None,
    entries: Sequence[E],
    nothing: str,
    draw: Callable[[View, E], None],
) -> None:
    """One kind: its title with a button to add, the newest or most urgent entries, the others on demand."""
    with st.container(key=f"development-{title}"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            theme.subtitle(title)
            if blank is not None:
                st.button(
                    "Add",
                    icon=":material/add:",
                    type="tertiary",
                    key=f"add-{title}",
                    help=f"Add to {title}",
                    on_click=open_form,
                    args=(blank,),
                )
        if blank is not None:
            form_of(view, blank)
            forms_of_removed(view, type(blank), blank.person, entries)
        if not entries:
            theme.note(nothing)
        for entry in entries[:SHOWN]:
            _entry(view, entry, draw)
        rest = entries[SHOWN:]
        if not rest:
            return
        box = st.expander(f"{len(rest)} more", key=f"more-{title}", on_change="rerun")
        if box.open:
            with box:
                for entry in rest:
                    _entry(view, entry, draw)


def _entry(view: View, entry: E, draw: Callable[[View, E], None]) -> None:
    if not form_of(view, entry):
        draw(view, entry)


def _line(text: str, muted: str = "", status: Status | None = None) -> None:
    """One entry: what it is, then how it stands and the rest in a muted line. Plain texts."""
    second = [theme.status_markdown(status)] if status else []
    if muted:
        second.append(f":gray[{literal(muted)}]")
    below = f"  \n:small[{' · '.join(second)}]" if second else ""
    st.markdown(f"{literal(text)}{below}")


def _ways(
    entry: Entry, *more: tuple[str, str, Callable[..., None], tuple[object, ...]], link: str = ""
) -> None:
    """The buttons of an entry: edit, and what else can be done or seen with one press."""
    assert entry.stamp is not None
    key = f"{type(entry).__name__}-{entry.stamp.entry_id}"
    with st.container(horizontal=True, gap="small"):
        if link:
            st.link_button("What shows it", link, icon=":material/link:", type="tertiary")
        for words, icon, action, arguments in more:
            st.button(
                words,
                icon=f":material/{icon}:",
                type="tertiary",
                key=f"{key}-{icon}",
                on_click=action,
                args=arguments,
            )
        st.button(
            "Edit",
            icon=":material/edit:",
            type="tertiary",
            key=f"{key}-edit",
            on_click=open_form,
            args=(entry,),
        )


def _talk(view: View, talk: OneOnOne) -> None:
    with st.container(border=True, gap=None):
        st.markdown(f"**{literal(numbers.full_date(talk.held_on))}**")
        paragraphs(talk.notes)
        if talk.next_on:
            theme.note(f"Next: {numbers.full_date(talk.next_on)}")
        _ways(talk)


def paragraphs(text: str) -> None:
    """A text of several lines as written, each line literal."""
    if text:
        st.markdown("  \n".join(literal(line) or NBSP for line in text.splitlines()))


def _follow_up(view: View, agreed: FollowUp) -> None:
    on = today(view)
    with st.container(border=True, gap=None):
        if agreed.done_on:
            _line(agreed.text, agreed.owner, Status(f"Done {numbers.full_date(agreed.done_on)}", "neutral"))
            _ways(agreed)
        else:
            _line(agreed.text, agreed.owner, due_status(agreed.due, on))
            _ways(agreed, ("Done", "check", save_at_once, (view, replace(agreed, done_on=on))))


def _goal(view: View, goal: Goal) -> None:
    status = due_status(goal.due, today(view)) if goal.status == "open" else Status(GOAL_WORDS[goal.status])
    with st.container(border=True, gap=None):
        _line(goal.title, "", status)
        paragraphs(goal.why)
        _ways(goal, link=goal.evidence)


def _certification(view: View, proof: Certification) -> None:
    on = today(view)
    achieved = f"achieved {numbers.full_date(proof.achieved)}" if proof.achieved else "not achieved yet"
    with st.container(border=True, gap=None):
        _line(proof.name, achieved, expiry_status(proof, on))
        _ways(proof)


def expiry_status(proof: Certification, on: dt.date) -> Status | None:
    """Whether a certification has expired or does within two months; None where that is no question."""
    if proof.expires is None or proof.achieved is None:
        return None
    if proof.expires < on:
        return Status(f"Expired {numbers.full_date(proof.expires)}", "bad", "up")
    soon = proof.expires <= on + SOON
    return Status(f"Valid until {numbers.full_date(proof.expires)}", "warn" if soon else "neutral")


def _career(view: View, career: Career) -> None:
    covers = f"could step in as {role_name(view.reader, career.covers)}" if career.covers else ""
    with st.container(border=True, gap=None):
        _line(career.aims_at, covers, Status(READY_WORDS[career.ready]))
        _ways(career)


def _mark(view: View, mark: CoachingMark) -> None:
    with st.container(border=True, gap=None):
        case_line(mark)
        paragraphs(mark.note)
        done = ("Talked through", "check", save_at_once, (view, replace(mark, done_on=today(view))))
        see = ("Open the case", "open_in_new", open_case, (mark,))
        _ways(mark, see, *(() if mark.done_on else (done,)))


def case_line(mark: CoachingMark, name: str = "") -> None:
    """Which case is marked, for whom where that is not plain, by whom, and whether it was talked through."""
    assert mark.stamp is not None
    state = Status(f"Done {numbers.full_date(mark.done_on)}" if mark.done_on else "To talk through")
    whose = f"for {name}, " if name else ""
    by = f"{whose}marked by {mark.stamp.author}, {numbers.full_date(mark.stamp.created_at.date())}"
    _line(f"{noun_of(mark.case_kind, 1).capitalize()} {mark.case_id}", by, state)


def open_case(mark: CoachingMark) -> None:
    """From a callback: go to the page of a marked case."""
    asked = CaseRequest(kind=mark.case_kind, case=mark.case_id).to_params()
    st.session_state[GO_TO] = ("cases", {name: [value] for name, value in asked.items() if value})


def _ago(day: dt.date, on: dt.date) -> str:
    days = (on - day).days
    if days < 0:
        return "still to come"
    return "today" if days == 0 else f"{wording.things(days, 'day')} ago"
