"""Who may see what, in words."""

from __future__ import annotations

from components.security import single_leader_mode
from components.tables import Column, small_table
from components.theme import note, section
from components.view import View
from queries.people.comparison import FEWEST_OTHERS

_AT_MACHINE = "whoever sits at the machine the app answers to"


def access(view: View) -> None:
    """The section: the mode this app runs in, and what it means for each kind of data."""
    if single_leader_mode():
        lead = "Whoever opens this app sees everything."
        rest = "No sign-in is configured, so it answers only on this machine, to one leader of all teams."
    else:
        lead = "Whoever reaches this app sees everything but what is about one person."
        rest = (
            "No sign-in is configured, and it answers beyond this machine: nobody could say who is looking."
        )
    section("Who may see what?", lead, rest)
    small = view.reader.facts.settings.small_numbers
    rows = [
        ("Numbers, targets and definitions", "everyone who opens the app"),
        ("Cases, one by one and as downloads", "everyone who opens the app"),
        (
            "Whose case each is",
            "everyone who opens the page of one case; lists, downloads, search and filters tell it to "
            "whoever sits at the machine the app answers to, and to nobody else",
        ),
        ("Refused rows as read", f"{_AT_MACHINE}; they can be about anyone"),
        ("Who reviews what, and how far each reviewer is", _AT_MACHINE),
        (
            "Numbers and rates about one person",
            f"{_AT_MACHINE}; rates from 13 weeks and {small.person} cases on, below that they are withheld",
        ),
        (
            "How a person compares with others",
            f"not told where under {FEWEST_OTHERS + 1} people have cases; others are drawn without a name, "
            f"at round steps, at least {FEWEST_OTHERS} at each number of cases",
        ),
        (
            "Pages about people, what each carries, and skills and leave by name",
            f"{_AT_MACHINE}; views of a person and what is written about them are logged, and the person may "
            "read the log",
        ),
        ("Rates about a group", f"from {small.group} cases on; below that they are withheld"),
        (
            "Rates by group that leave the app by command",
            "withheld with their rows, and so is a second group that would give a small one away; on screen "
            "whoever may list the cases sees “1 of 4” instead",
        ),
    ]
    small_table([Column("What"), Column("Who sees it")], rows, "Who may see what")
    note(
        "Rows reach a page only through the viewer's scope, which comes from the store's own directory and "
        "never from the link."
    )
