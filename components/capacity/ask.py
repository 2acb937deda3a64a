"""The headcount ask: one page to print, made of a saved scenario, with and without it."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from analysis.paired_runs import Spread, spread
from analysis.scenario_outcome import LATE_WEEKS, RUNS, WINDOW, Comparison, Outcome, compare
from analysis.scenarios import Hire, Scenario, ScenarioError, check
from components import link, numbers
from components.capacity.compare import BASE, table_rows
from components.capacity.scenario_words import (
    changes_anything,
    difference_words,
    scenario_words,
    span,
    work_words,
)
from components.documents import Document, Part, Table, document_html, document_pdf, unprinted_text
from components.numbers import NBSP, full_date
from components.plain_text import literal
from components.tables import Column, small_table
from components.theme import note
from components.view import View
from queries.capacity.plan import Base
from queries.capacity.what_if import (
    BLOCKED,
    STAKED,
    Question,
    Stakes,
    outcome_of,
    question_of,
    sales_waiting,
    stakes,
    surroundings,
)
from queries.catalog import find_metric
from queries.scenarios import read_scenario, saved_scenario
from store.journal import SavedScenario

PARAM = "ask"
# Static text: what only serves the screen is not printed, and the page keeps its own height.
_PRINT = """<style>@media print {
[data-testid="stHeader"],
:is([data-testid="stLayoutWrapper"], [data-testid="stElementContainer"]):not(:has(.st-key-ask-page), \
.st-key-ask-page, .st-key-ask-page *) { display: none !important; }
[data-testid="stApp"], [data-testid="stMain"], [data-testid="stAppViewContainer"] {
position: static !important; overflow: visible !important; height: auto !important; }
.st-key-ask-page { gap: 0 !important; width: 100% !important; }
.st-key-ask-page * { color: #16202b !important; }
.st-key-ask-page :is(p, td, th) { font-size: 9.5pt !important; margin: 0 !important; line-height: 1.35; }
.st-key-ask-page :is(h2, h3) { padding: 4pt 0 0 !important; }
@page { size: A4; margin: 14mm; }
}</style>"""


def asked_for() -> bool:
    """Whether the link asks for the page to print instead of the Capacity page."""
    return bool(link.own(PARAM))


def ask(view: View) -> None:
    """The page, its files, and the way back."""
    st.html(_PRINT)
    with st.container(key="ask-screen", horizontal=True, gap="small"):
        st.button(
            "Back to Capacity",
            icon=":material/arrow_back:",
            key="ask-back",
            on_click=lambda: link.go(view.filters),
        )
        found = _found(view)
        if isinstance(found, str):
            st.error(literal(found), icon=":material/error:")
            return
        _files(view, found)
    if unprinted := unprinted_text(found):
        note(f"{unprinted} The page to print has them.")
    with st.container(key="ask-page", width=820):
        _draw(found)


def _found(view: View) -> Document | str:
    number = link.own(PARAM)
    one = (
        saved_scenario(view.reader.facts.location, int(number))
        if number.isdecimal() and len(number) < 10
        else None
    )
    if one is None:
        return "The journal holds no scenario with this number. Go back and choose one from the list."
    return document(view, one)


def document(view: View, one: SavedScenario) -> Document | str:
    """The ask of a saved scenario, or the sentence why there is none."""
    question, base = question_of(view.reader, view.filters, view.journal)
    if base.plan is None or base.ahead is None:
        return f"There is nothing to simulate: {base.reason or 'no team matches'}."
    around = surroundings(view.reader, question)
    try:
        scenario = read_scenario(one.text.changes)
        check(scenario, around)
        changed = outcome_of(view.reader, question, one.text.changes, one.text.target)
    except ScenarioError as refused:
        return f"The scenario “{one.text.name}” can no longer be. {refused}"
    plain = outcome_of(view.reader, question, "", one.text.target)
    found = compare(plain, changed)
    words = scenario_words(scenario, around)
    bold, rest = difference_words(words, plain, changed, found)
    weeks = base.ahead.weeks
    return Document(
        f"Headcount ask: {one.text.name}",
        f"{view.scope_name()} · {full_date(base.ahead.first)} to {full_date(base.ahead.last)} · written by "
        f"{one.author} on {full_date(one.created_at.date())}"
        + ("" if one.version == 1 else f", changed by {one.changed_by} on {full_date(one.changed_at.date())}")
        + (", archived" if one.archived_at else ""),
        (
            Part("What is asked for", _need(scenario, words)),
            Part("What it does", (bold, rest)),
            Part(
                "With and without",
                table=Table(
                    ("", BASE, one.text.name),
                    tuple(tuple(row) for row in table_rows(plain, [(one.text.name, changed)], weeks)),
                    (1, 2),
                ),
            ),
            Part("Hours", _hours(found)),
            Part("Sales behind late escalations", _sales(view, question, base, plain, changed, found)),
            Part("Sales behind late appeals", _waiting(view, question, base, plain, changed, found)),
            Part("What this rests on", _assumptions(base, one, scenario)),
        ),
        f"Data through {full_date(base.ahead.first - dt.timedelta(days=1))}, store version "
        f"{view.reader.facts.version}. {numbers.count(RUNS)} simulated futures, the same with and without; "
        f"intervals hold 80{NBSP}% of them.",
    )


def _need(scenario: Scenario, words: str) -> tuple[str, ...]:
    heads = sum(change.people for change in scenario.changes if isinstance(change, Hire))
    if not heads:
        return ("No additional headcount.", f"{words}.")
    return (f"{heads} additional full-time {'person' if heads == 1 else 'people'}.", f"{words}.")


def _hours(found: Comparison) -> tuple[str, ...]:
    lines = [
        f"{numbers.signed(numbers.count(found.case_hours))}{NBSP}h expected for cases over these weeks, "
        "absence and leaving allowed for."
    ]
    if found.mentoring >= 1 or found.ramping >= 1:
        lines.append(
            f"Already taken off: {numbers.count(found.mentoring)}{NBSP}h that others spend on mentoring and "
            f"{numbers.count(found.ramping)}{NBSP}h lost while new people are trained."
        )
    return tuple(lines)


def _sales(
    view: View, question: Question, base: Base, plain: Outcome, changed: Outcome, found: Comparison
) -> tuple[str, ...]:
    """Late escalations times the mean value at stake of one, with and without."""
    assert base.ahead is not None
    held = stakes(view.reader, question.teams, base.ahead.first)
    if held is None or STAKED not in plain.late:
        return ("Not told: the source supplies no value at stake of escalations.",)
    without, with_it = spread(plain.late[STAKED]), spread(changed.late[STAKED])
    return (
        f"Escalations resolved late: {numbers.count(without.middle)} without, "
        f"{numbers.count(with_it.middle)} with it (middle futures).",
        f"Value at stake behind them: {_money(without, held)} without, {_money(with_it, held)} with it.",
        _difference(found.late[STAKED], held, "the value behind late escalations"),
        f"Counted as {numbers.money(held.mean)} an escalation, the mean of {numbers.count(held.cases)} of "
        f"{numbers.count(held.of)} of the last half year that name a value.",
    )


def _waiting(
    view: View, question: Question, base: Base, plain: Outcome, changed: Outcome, found: Comparison
) -> tuple[str, ...]:
    """Days that appeals are past due, times the daily sales their blocked sellers cannot make."""
    assert base.ahead is not None
    held = sales_waiting(view.reader, question.teams, base.ahead.first)
    if held is None or BLOCKED not in plain.days_late:
        return ("Not told: the source supplies no blocked accounts with their sales, or no appeals.",)
    without, with_it = spread(plain.days_late[BLOCKED]), spread(changed.days_late[BLOCKED])
    return (
        f"Days that appeals wait beyond their due day, added up: {numbers.count(without.middle)} without, "
        f"{numbers.count(with_it.middle)} with it (middle futures).",
        f"Sales that blocked sellers cannot make on these days: {_money(without, held)} without, "
        f"{_money(with_it, held)} with it.",
        _difference(found.days_late[BLOCKED], held, "these sales"),
        f"Counted as {numbers.money(held.mean)} a day and appeal: {numbers.count(held.cases)} of "
        f"{numbers.count(held.of)} appeals of the last half year came from a seller whose account was "
        "blocked and whose daily sales are known; the others count as nothing. Some of these sellers were "
        "blocked rightly and stay so whenever they are answered, so this is the most it can be.",
    )


def _difference(change: Spread, held: Stakes, what: str) -> str:
    """What a plan changes in money, future by future, with its interval."""
    if not changes_anything(change):
        return f"No detectable difference of {what}."
    interval = span(change, lambda amount: numbers.money(amount * held.mean))
    return f"The difference future by future: {_money(change, held)} (80{NBSP}% interval {interval})."


def _money(cases: Spread, held: Stakes) -> str:
    return numbers.money(cases.middle * held.mean)


def _assumptions(base: Base, one: SavedScenario, scenario: Scenario) -> tuple[str, ...]:
    assert base.plan is not None
    staff = base.plan.teams[0].staff
    target = (
        "the targets in force: "
        + ", ".join(f"{find_metric(key).label} {numbers.percent(share, 0)}" for key, share in base.targets)
        if one.text.target is None
        else f"{numbers.percent(one.text.target, 0)} in time for all work with a promise"
    )
    lines = [
        f"Target: {target}; kept means over {WINDOW} weeks. “In time” is of the cases due in the last "
        f"{LATE_WEEKS} weeks.",
        "The earliest due is worked first. Arrivals, hours a case takes, absence and leaving are drawn anew "
        "in every future around what was measured.",
        f"People leave at {numbers.percent(staff.attrition)} a year, new ones too.",
    ]
    if any(isinstance(change, Hire) for change in scenario.changes):
        ramp = ", ".join(numbers.percent(share, 0) for share in staff.ramp[::4])
        lines.append(
            "New people are full-time and have no leave booked. Their share of a trained person's output, "
            f"four weeks by four: {ramp}."
            if ramp
            else "No ramp of new people is known: they count in full."
        )
        mentors = sum(staff.mentoring) * 5
        lines.append(
            f"Each takes about {numbers.count(mentors)}{NBSP}h of mentoring from others: an assumption."
        )
    for team in base.without_people:
        lines.append(f"{team} has work and nobody to do it.")
    if base.unmeasured:
        left_out = ", ".join(work_words(work) for work in base.unmeasured)
        lines.append(f"Left out, because no hours per case are known: {left_out}.")
    return tuple(lines)


def _files(view: View, found: Document) -> None:
    made = view.reader.coverage.loaded_at or dt.datetime(2000, 1, 1)
    st.download_button(
        "PDF",
        lambda: document_pdf(found, made, one_page=True),
        "headcount-ask.pdf",
        "application/pdf",
        icon=":material/picture_as_pdf:",
        key="ask-pdf",
        on_click="ignore",
    )
    st.download_button(
        "Page to print",
        lambda: document_html(found),
        "headcount-ask.html",
        "text/html",
        icon=":material/print:",
        key="ask-html",
        on_click="ignore",
    )


def _draw(found: Document) -> None:
    st.header(literal(found.title), anchor=False)
    note(found.subtitle)
    for part in found.parts:
        st.subheader(literal(part.heading), anchor=False)
        for line in part.lines:
            st.markdown(literal(line))
        if part.table is not None:
            columns = [
                Column(head, "right" if place in part.table.numbers else "left")
                for place, head in enumerate(part.table.heads)
            ]
            small_table(columns, part.table.rows, part.heading)
    note(found.footer)
