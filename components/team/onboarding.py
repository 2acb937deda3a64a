"""How does the onboarding go? Where a new person stands on the usual curve, as long as they are new."""

from __future__ import annotations

from components import numbers, theme
from components.capacity.onboarding import contents
from components.numbers import NBSP
from components.tables import Column, small_table
from components.team.chosen import first_name
from components.view import View
from queries.capacity.onboarding import STARTS, WEEKS
from queries.people.roster import Member


def is_new(view: View, person: Member) -> bool:
    """Whether the person is within the first 26 weeks on the last day of the view's week."""
    weeks = person.weeks_in(view.week.last_day)
    return weeks is not None and 0 <= weeks < WEEKS


def onboarding(view: View, person: Member) -> None:
    """The usual curve with the person's week marked; no share of their own, weeks are too short for that."""
    if not is_new(view, person):
        return
    week = int(person.weeks_in(view.week.last_day) or 0)
    found = contents(view)
    name = first_name(person)
    lead = f"{name} is in week {week + 1} of {WEEKS}."
    here = max(place for place, start in enumerate(STARTS) if start <= week)
    usual = found.usual[here] if here < len(found.usual) else None
    rest = (
        f"At this time new people usually do {numbers.percent(usual.value, 0)} of the hours that experienced "
        f"colleagues do in as many (n{NBSP}={NBSP}{numbers.count(usual.cases)} cases)."
        if usual is not None and usual.value is not None
        else "What is usual at this time is not known yet."
    )
    theme.section(f"How does {name}'s onboarding go?", lead, rest)
    ends = [*STARTS[1:], WEEKS]
    small_table(
        [
            Column("Weeks of tenure"),
            Column("Usual share", "right"),
            Column("95 % interval", "right"),
            Column(""),
        ],
        [
            (
                f"{start + 1} to {end}",
                numbers.percent(step.value, 0),
                f"{numbers.percent(step.low, 0)} to{NBSP}{numbers.percent(step.high, 0)}",
                f"{name} is here" if place == here else "",
            )
            for place, (start, end, step) in enumerate(zip(STARTS, ends, found.usual, strict=False))
        ],
        f"The usual onboarding curve; {name} is in week {week + 1}",
    )
    theme.note(
        "The curve is that of all new people together. A few weeks of one person are too short for a "
        "share "
        "of their own; quality is in the audits above once ten are done."
    )
