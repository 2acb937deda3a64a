"""The choice of a person, and who a page is about: name, team, dates, and who can see it."""

from __future__ import annotations

import streamlit as st

from components import link, numbers, states
from components.plain_text import literal
from components.team import access
from components.team.chosen import PERSON, asked_for, chosen, first_name
from components.view import View
from queries.people.roster import Member, roster

EVERYONE = ""


def choose(view: View) -> None:
    """The list of everyone by name, to open a page or go back to the team."""
    people = roster(view.reader, view.filters.without("member"), view.week.last_day)
    names = {person.specialist_id: label(view, person) for person in people}
    asked = asked_for()
    person = chosen(view)
    if asked and asked not in names:
        names[asked] = person.name if person is not None else asked
    st.session_state["team-person"] = asked
    st.selectbox(
        "Person",
        [EVERYONE, *names],
        key="team-person",
        format_func=lambda number: names[number] if number else "My team: everyone",
        on_change=_open,
        args=(view,),
        width=360,
    )


def _open(view: View) -> None:
    number = st.session_state["team-person"] or ""
    link.go(view.filters, **({PERSON: number} if number else {}))


def label(view: View, person: Member) -> str:
    """A person in a list: name and team."""
    teams = " and ".join(view.name_of("team", team) for team in person.teams) or "no team"
    return f"{person.name} · {teams}"


def about(view: View, person: Member) -> None:
    """Who the page is about: where they stand, since when, and that they left."""
    on = view.week.last_day
    teams = " and ".join(view.name_of("team", team) for team in person.teams)
    facts = [teams or "No team"]
    if person.level:
        facts.append(person.level)
    if person.site:
        facts.append(person.site)
    if person.hired_on is not None:
        since = "was here from" if person.has_left(on) else "here since"
        facts.append(f"{since} {numbers.full_date(person.hired_on)}")
    if person.fte is not None and person.fte < 1:
        facts.append(f"{numbers.percent(person.fte, 0)} of full time")
    with st.container(gap=None):
        st.header(literal(person.name), anchor=False)
        st.markdown(literal(" · ".join(facts)))
    if person.has_left(on):
        assert person.left_on is not None
        st.info(
            literal(
                f"{first_name(person)} left on {numbers.full_date(person.left_on)}. "
                "What is shown ends with the work until then."
            ),
            icon=":material/info:",
        )
    elif person.hired_on is not None and person.hired_on > on:
        st.info(
            literal(f"{first_name(person)} starts on {numbers.full_date(person.hired_on)}."),
            icon=":material/info:",
        )
    if len(person.teams) > 1:
        st.info(
            literal(f"{first_name(person)} is in {len(person.teams)} teams at once; all work is counted."),
            icon=":material/info:",
        )


def unknown(view: View) -> None:
    """The link names somebody the directory does not know."""
    states.empty(
        f"Nobody with the number {asked_for()} is in the directory.",
        "Choose a person by name, or go back to the team.",
        "Back to the team",
        "unknown-person",
        icon="person_off",
        on_click=lambda: link.go(view.filters),
    )


def person_of_page(view: View) -> Member | None:
    """The person the page is about, their view logged; None where it is about the team."""
    person = chosen(view)
    if person is None:
        access.left_person()
        return None
    access.logged(view, person.specialist_id)
    return person
