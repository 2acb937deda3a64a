"""What the simulation of the backlog takes for granted, in plain words with the numbers it was given."""

from __future__ import annotations

import streamlit as st

from components import numbers
from components.numbers import NBSP
from components.plain_text import literal
from components.tables import Column, small_table
from components.theme import note
from components.view import View
from queries.capacity.absence import habits
from queries.capacity.clearing import Outlook
from queries.capacity.passing import FEWEST_CALM, LONGEST_WAIT
from queries.capacity.people import busiest_share, leaving_of, ramp_of

NAMES = {"appeal": "Appeals", "escalation": "Escalations", "investigation": "Investigations"}


def box(view: View, found: Outlook) -> None:
    """The assumptions in an expander that runs only when open; what is missing is said at once."""
    for text in missing(view, found):
        note(text)
    expander = st.expander(
        "What the simulation assumes", icon=":material/rule:", key="clearing-assumes", on_change="rerun"
    )
    if not expander.open:
        return
    with expander:
        for text in assumptions(view, found):
            st.markdown(f"- {literal(text)}")
        small_table(COLUMNS, team_rows(view, found), "What each team was simulated with")


def missing(view: View, found: Outlook) -> list[str]:
    """What had to be left out, or cannot be known; nothing where all is there."""
    base = found.base
    texts = []
    if base.without_people:
        named = ", ".join(view.name_of("team", team) for team in base.without_people)
        texts.append(f"Work without people: nobody who carries cases is known in {named}; it only piles up.")
    if base.without_hours:
        named = ", ".join(view.name_of("team", team) for team in base.without_hours)
        texts.append(f"Left out, because no hours are known: {named}.")
    if base.unmeasured:
        named = ", ".join(NAMES[kind].lower() for kind in base.unmeasured)
        texts.append(f"Left out, because neither minutes nor a standard time are known: {named}.")
    return texts


def assumptions(view: View, found: Outlook) -> list[str]:
    """One sentence or two per assumption, with n."""
    base = found.base
    ahead = base.ahead
    assert ahead is not None
    reader = view.reader
    habit, leaving = habits(reader, ahead), leaving_of(reader, ahead.first)
    ramp = ramp_of(reader, ahead.first)
    people = sum(len(crew.staff.people) for crew in base.crews)
    beginning = sum(crew.beginning for crew in base.crews)
    going = sum(crew.going for crew in base.crews)
    idle = sum(crew.idle for crew in base.crews)
    share = busiest_share(reader, ahead.first)
    arriving = [coming for queue in base.queues for coming in queue.coming.values()]
    errors = [coming.level_error[-1] for coming in arriving]
    common = [coming.common_error[-1] for coming in arriving]
    ill = float(habit.ill.max(initial=0.0)) * habit.ill_days
    named = "person" if people == 1 else "people"
    return [
        "Work flows day by day: what is open, plus what comes in, less what the hours of the day can do. The "
        "earliest due is done first within a team, whatever the type of work.",
        f"{numbers.count(people)} {named} of the chosen teams carry cases; {numbers.count(idle)} without "
        f"case hours do not. {numbers.count(beginning)} with a first day ahead and {numbers.count(going)} "
        "with a known last day count from and to that day. Open positions without a date do not count, and "
        "nobody who leaves is replaced.",
        "A day at work gives the hours available in the last 13 weeks per full-time equivalent. At most "
        f"{numbers.percent(share, 0)} of them go to cases, as in the busiest tenth of team-weeks of half a "
        "year.",
        f"Booked leave is certain. Illness takes {numbers.percent(ill)} of the days, in spells of "
        f"{numbers.number(habit.ill_days)} days on average ({numbers.count(habit.spells_seen)} spells seen). "
        "Leave not booked yet is taken as in the same weeks a year ago.",
        f"{numbers.percent(leaving.hazard)} of people leave in a year ({numbers.count(leaving.left)} left in "
        f"{numbers.number(leaving.years, 0)} person-years), at any time alike.",
        _ramp_text(ramp.by_week, ramp.days),
        "Arrivals: what the forecast of the load above expects of each type of work, with its season; a team "
        "gets its share of the last 8 weeks, by weekday as in the last 13. The forecast errs for all teams "
        f"at once, in the last week by {_range(common)} of the level (standard deviation), and the share of "
        f"a team by {_range(errors)} more; days scatter around it.",
        "A case takes the minutes recorded over 26 weeks in its team, with their spread; minutes of a "
        "reopened one are spread over the times it came.",
        "Beside hours, cases wait for sellers, partners and answers as those did over 26 weeks that came on "
        f"a day with hours to spare, {LONGEST_WAIT}{NBSP}working days at most. Where fewer than "
        f"{FEWEST_CALM} came on such days, as all did, queues of that time included.",
        "Work without a due time (investigations) is taken up as if due when four in five were done so far.",
        "Illness, leaving and the shares of teams vary independently between teams.",
    ]


def _ramp_text(curve: tuple[float, ...], days: int) -> str:
    if not curve:
        return "New people count as fully trained: too few days of theirs are known to tell otherwise."
    return (
        f"New people do {numbers.percent(curve[0], 0)} of what others do in their first weeks and "
        f"{numbers.percent(curve[-1], 0)} after half a year ({numbers.count(days)} days of new people "
        "measured). They take an hour a day from others for four weeks and half an hour for four more, which "
        "is assumed, not measured."
    )


def _range(errors: list[float]) -> str:
    if not errors:
        return "nothing known"
    low, high = min(errors), max(errors)
    return f"{numbers.percent(low, 0)} to {numbers.percent(high, 0)}"


COLUMNS = (
    Column("Team"),
    Column("People", "right"),
    Column("FTE", "right"),
    Column("Hours a day", "right"),
    Column("Type"),
    Column("Open", "right"),
    Column("A week", "right"),
    Column("Minutes a case", "right"),
    Column("Cases measured", "right"),
)


def team_rows(view: View, found: Outlook) -> list[list[str]]:
    """A row per team and type of work."""
    rows: list[list[str]] = []
    for crew, queue in zip(found.base.crews, found.base.queues, strict=True):
        here = [person for person in crew.staff.people if person.starts <= 0]
        for work in queue.work:
            times, coming = queue.handling[work.name], queue.coming.get(work.name)
            rows.append(
                [
                    view.name_of("team", crew.team),
                    numbers.count(len(here)),
                    numbers.number(sum(person.fte for person in here)),
                    numbers.number(crew.worth.hours if crew.worth else None),
                    NAMES[work.name],
                    numbers.count(work.cases_open),
                    numbers.number(coming.per_week if coming else 0.0),
                    numbers.count(times.minutes),
                    numbers.count(times.cases) if times.cases else "standard time",
                ]
            )
    return rows
