"""Is the work the right size? Hours of work taken against hours there are, and open cases by age."""

from __future__ import annotations

import streamlit as st

from components import numbers, theme
from components.cases_link import open_cases
from components.charts import work_capacity
from components.figure import figure, rows_behind
from components.plain_text import literal
from components.tables import Column, small_table
from components.team.chosen import first_name
from components.view import View
from queries.catalog.capacity_parts import WORK
from queries.people.load import AGES, OpenWork, WeekHours, hours_by_week, open_work
from queries.people.roster import Member

WEEKS = 13
RECENT = 6
FULL = 1.0
PARTS = tuple(
    work_capacity.Part(work.fact.capitalize(), role)
    for work, role in zip(WORK, ("c1", "grey", "c3"), strict=True)
)


def workload(view: View, person: Member) -> None:
    """The answer, thirteen weeks of work beside the hours available, and what is open now."""
    hours = hours_by_week(view.reader, view.week, WEEKS).get(person.specialist_id, ())
    now = open_work(view.reader)
    theme.section("Is the work the right size?", *answer(person, hours))
    left, right = st.columns((3, 2), gap="large")
    with left:
        _weeks(person, hours)
    with right:
        _open(view, person, now)


def answer(person: Member, hours: tuple[WeekHours, ...]) -> tuple[str, str]:
    """Last week's share of the hours available, and how many recent weeks were above all of them."""
    name = first_name(person)
    if not any(week.total for week in hours) and not any(week.available for week in hours):
        return f"No work and no hours of {name} are known in these {WEEKS} weeks.", ""
    known = [week for week in hours if week.share is not None]
    if not known:
        return "", f"Hours available are not known, so work taken cannot be compared with them ({name})."
    over = sum((week.share or 0.0) > FULL for week in known[-RECENT:])
    recent = min(RECENT, len(known))
    last = known[-1]
    lead = (
        f"{numbers.percent(last.share, 0)} of the hours available in {numbers.short_week(last.week.start)}: "
        f"{numbers.work_hours(last.total, 1)} of work taken, "
        f"{numbers.work_hours(last.available, 1)} available."
    )
    return lead, f"Above all hours available in {over} of the last {recent} weeks."


def _weeks(person: Member, hours: tuple[WeekHours, ...]) -> None:
    if not hours:
        theme.note("No hours are known.")
        return
    weeks = [
        work_capacity.Week(
            week.week.label,
            week.week.start,
            week.taken,
            week.available,
            warns=_warns(week) if week is hours[-1] else "",
        )
        for week in hours
    ]
    figure(
        work_capacity.table(weeks, PARTS),
        work_capacity.SPEC,
        alt=f"{person.name}: {' '.join(answer(person, hours))}",
        key="person-weeks",
        title="Hours of work taken and hours available, a week",
        remark=(
            "Work: cases that came in the week and that are with this person, at the standard time of "
            "their type. "
            "Available: paid hours less leave, training and meetings."
        ),
    )
    columns = [Column("Week"), *(Column(part.name, "right") for part in PARTS), Column("Available", "right")]
    rows_behind(
        columns,
        [
            (
                numbers.short_week(week.week.start),
                *(numbers.work_hours(part, 1) for part in week.taken),
                numbers.work_hours(week.available, 1),
            )
            for week in hours
        ],
        [(week.week.label, *week.taken, week.available) for week in hours],
        "person-weeks",
        f"work-{person.specialist_id}",
        "Hours of work taken and hours available, a week",
    )


def _warns(week: WeekHours) -> str:
    return numbers.percent(week.share, 0) if (week.share or 0.0) > FULL else ""


def _open(view: View, person: Member, now: OpenWork | None) -> None:
    theme.subtitle("Open cases, by age")
    if now is None:
        theme.note("No cases are loaded.")
        return
    at = view.reader.coverage.local(now.at)
    bands = now.of(person.specialist_id)
    total = now.total(person.specialist_id)
    lines = [*zip((name for name, _ in AGES), bands, strict=True), ("All", total)]
    small_table(
        [
            Column("Age"),
            Column("Cases", "right"),
            Column("Overdue", "right"),
            Column("Waiting on partner", "right"),
            Column("Due in 7 days", "right"),
        ],
        [(name, *(numbers.count(part) for part in band)) for name, band in lines],
        f"{numbers.count(total.cases)} open cases, {numbers.count(total.overdue)} overdue",
    )
    theme.note(
        f"As of {numbers.weekday(at.date())}, {at:%H:%M}, the end of the data: all types of work, any team."
    )
    own = view.filters.cleared().with_values("member", (person.specialist_id,))
    with st.container(horizontal=True, gap="small"):
        for key, words in (("backlog_open", "Open escalations"), ("appeals_open", "Open appeals")):
            metric, missing = view.reader.available(key)
            if not missing:
                st.button(
                    literal(words),
                    icon=":material/list:",
                    key=f"person-open-{key}",
                    type="tertiary",
                    on_click=open_cases,
                    args=(view, metric, view.week, own),
                    help="At the end of the week shown.",
                )
