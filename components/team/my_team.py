"""My team: everyone by name, what they carry, what is ahead, and special causes that held."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from components import link, numbers, states, theme
from components.cases.list_table import Cell, Head, Row, list_table
from components.numbers import NBSP
from components.plain_text import literal
from components.team import reading
from components.team.chosen import address
from components.view import View
from queries.development import next_one_on_ones
from queries.filters import DIMENSIONS
from queries.people.comparison import compare_people
from queries.people.load import (
    AuditsDue,
    OpenCases,
    OpenWork,
    WeekHours,
    audits_due,
    hours_by_week,
    next_leave,
    open_work,
)
from queries.people.measures import MEASURES
from queries.people.roster import ABOUT_PEOPLE, Member, leavers, roster

QUESTION = "My team"
NO_CAUSE, NOT_COMPARED = "none", "not compared"
ROWS = 40
"""People on one page of the list."""
HEADS = (
    Head("Name"),
    Head("Team"),
    Head("Load last week", align="number"),
    Head("Open", align="number"),
    Head("Overdue", align="number"),
    Head("Waiting on partner", align="number"),
    Head("Due in 7 days", align="number"),
    Head("Next leave", align="when"),
    Head("Next 1:1", align="when"),
    Head("Audits to do", align="number"),
    Head("Special cause"),
)


def my_team(view: View) -> None:
    """Everyone the filters let through, alphabetical, a page at a time; a row opens the person's page."""
    people = roster(view.reader, view.filters, view.week.last_day)
    if not people:
        theme.section(QUESTION)
        states.empty(
            "Nobody stands in these teams in this week.",
            "",
            "Clear filters",
            "my-team-empty",
            on_click=lambda: link.clear(view.filters),
        )
        return
    causes, silent = special_causes(view)
    theme.section(QUESTION, *answer(view, people))
    pages = max(1, -(-len(people) // ROWS))
    page = min(_page(), pages)
    shown = people[(page - 1) * ROWS : page * ROWS]
    rows = _rows(view, shown, causes, NO_CAUSE if len(silent) < len(MEASURES) else NOT_COMPARED)
    list_table(HEADS, rows, f"{len(shown)} of {len(people)} people, by name", "my-team")
    _pages(view, page, pages)
    theme.note(_remark(view, silent))


def special_causes(view: View) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Per person the measures with a special cause that held two periods, "▲ more: Judged wrong …".

    And per measure on which nobody is compared the reason.
    """
    found: dict[str, list[str]] = {}
    silent: dict[str, str] = {}
    for key, measure in MEASURES.items():
        compared = compare_people(view.reader, key, view.week, view.filters)
        if compared.reason or compared.causes is None:
            silent[measure.label] = compared.reason
            continue
        for person, cause in zip(compared.people, compared.causes, strict=True):
            if cause:
                words = f"{'▲ more' if cause > 0 else '▼ fewer'}: {measure.label}"
                found.setdefault(person, []).append(words)
    return found, silent


def answer(view: View, people: tuple[Member, ...]) -> tuple[str, str]:
    """How many people, what is open and overdue among them, as of when, and what is with people who left."""
    lead = f"{numbers.count(len(people))} {'person' if len(people) == 1 else 'people'}, by name."
    now = open_work(view.reader)
    if now is None:
        return lead, "No cases are loaded."
    totals = OpenCases()
    for person in people:
        totals = totals.plus(now.total(person.specialist_id))
    at = view.reader.coverage.local(now.at)
    return lead, (
        f"{numbers.count(totals.cases)} open cases, {numbers.count(totals.overdue)} overdue and "
        f"{numbers.count(totals.due_soon)} due in seven days, as of {numbers.weekday(at.date())}, {at:%H:%M}."
        f"{_left_behind(view, now)}"
    )


def _left_behind(view: View, now: OpenWork) -> str:
    """Open cases of people who left, which are in nobody's row; nothing where there are none."""
    gone = leavers(view.reader, view.filters, view.week.last_day, now.by_person.keys())
    totals = OpenCases()
    for person in gone:
        totals = totals.plus(now.total(person.specialist_id))
    if not totals.cases:
        return ""
    cases = "open case is" if totals.cases == 1 else "open cases are"
    late = "all" if totals.overdue == totals.cases > 1 else numbers.count(totals.overdue)
    return (
        f" Another {numbers.count(totals.cases)} {cases} still with people who have left "
        f"({', '.join(person.name for person in gone)}), {late} overdue."
    )


def _rows(view: View, people: tuple[Member, ...], causes: dict[str, list[str]], otherwise: str) -> list[Row]:
    on = view.week.last_day
    now = open_work(view.reader)
    hours = hours_by_week(view.reader, view.week, 1)
    leave, audits = next_leave(view.reader, on), audits_due(view.reader, on)
    meetings = next_one_on_ones(view.reader.facts.location, on)
    return [
        _row(
            view,
            person,
            now.total(person.specialist_id) if now else OpenCases(),
            hours.get(person.specialist_id, ()),
            leave.get(person.specialist_id),
            meetings.get(person.specialist_id),
            audits.get(person.specialist_id),
            "; ".join(causes.get(person.specialist_id, [])) or otherwise,
        )
        for person in people
    ]


def _row(
    view: View,
    person: Member,
    cases: OpenCases,
    hours: tuple[WeekHours, ...],
    leave: tuple[dt.date, dt.date, str | None] | None,
    meeting: dt.date | None,
    audits: AuditsDue | None,
    cause: str,
) -> Row:
    teams = " and ".join(view.name_of("team", team) for team in person.teams) or "No team"
    week = hours[-1] if hours else None
    cells = [
        Cell(person.name, note=person.level or ""),
        Cell(teams),
        _load(week),
        Cell(numbers.count(cases.cases)),
        Cell(numbers.count(cases.overdue)),
        Cell(numbers.count(cases.waiting)),
        Cell(numbers.count(cases.due_soon)),
        Cell(numbers.MISSING if leave is None else _leave_words(leave)),
        Cell(numbers.MISSING if meeting is None else numbers.weekday(meeting)),
        _audits(audits),
        Cell(cause),
    ]
    return Row(person.specialist_id, address(view, person.specialist_id), cells)


def _load(week: WeekHours | None) -> Cell:
    if week is None or (week.available is None and not week.total):
        return Cell(numbers.MISSING)
    if week.share is None:
        return Cell(numbers.MISSING, note=f"{numbers.work_hours(week.total, 1)} taken")
    return Cell(
        numbers.percent(week.share, 0),
        note=f"{numbers.work_hours(week.total, 1)} of {numbers.work_hours(week.available, 1)}",
    )


def _leave_words(leave: tuple[dt.date, dt.date, str | None]) -> str:
    return numbers.date_span(leave[0], leave[1])


def _audits(audits: AuditsDue | None) -> Cell:
    if audits is None:
        return Cell("0")
    late = f"{numbers.count(audits.late)} late" if audits.late else ""
    return Cell(numbers.count(audits.open), note=late)


def _remark(view: View, silent: dict[str, str]) -> str:
    aside = [name for name in view.filters.dimensions if name not in ABOUT_PEOPLE]
    left = (
        f" Filters on {', '.join(DIMENSIONS[name].label.lower() for name in aside)} leave this list as it is."
        if aside
        else ""
    )
    return (
        "Load: work that came in the week, at standard time, ÷ hours available. Open cases are all of a "
        "person's, "
        f"of any team. Special cause: outside 95{NBSP}% limits on one side in two periods of 13 weeks "
        "running and "
        f"outside 99.8{NBSP}% over both, like for like; everything else cannot be told from luck."
        f" {reading.not_compared(silent)}{left}".rstrip()
    )


def _page() -> int:
    text = link.own("page")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _pages(view: View, page: int, pages: int) -> None:
    if pages == 1:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for words, icon, to in (
            ("Previous", "chevron_left", page - 1),
            ("Next", "chevron_right", page + 1),
        ):
            st.button(
                words,
                icon=f":material/{icon}:",
                key=f"my-team-{words}",
                disabled=not 1 <= to <= pages,
                on_click=_turn,
                args=(view, to),
            )
        st.markdown(literal(f"Page {page} of {pages}"), width="content")


def _turn(view: View, page: int) -> None:
    link.go(view.filters, page=str(page) if page > 1 else "")
