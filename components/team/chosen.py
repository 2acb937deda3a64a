"""Whose page the link asks for: `person=` names one; nobody is named on the page of the team."""

from __future__ import annotations

from components import link
from components.view import View
from queries.people.roster import Member, member

PERSON = "person"
"""The page's own parameter of the link: the number of one person."""


def asked_for() -> str:
    """The number the link names; "" when it names nobody."""
    return link.own(PERSON)


def chosen(view: View) -> Member | None:
    """The person the link names, as of the last day of the view's week; None for nobody or an unknown one."""
    number = asked_for()
    return member(view.reader, number, view.week.last_day) if number else None


def first_name(person: Member) -> str:
    """How a heading calls a person: "Priya"."""
    return person.name.split(" ")[0]


def address(view: View, specialist_id: str) -> str:
    """The link of a person's page from this one, filters kept."""
    return link.address("", view.filters, **{PERSON: specialist_id}).removeprefix("/")
