"""What to praise and what to train: errors and flawless reasons of one person, with the cases behind them."""

from __future__ import annotations

import streamlit as st

from components import numbers, theme
from components.cases_link import open_cases
from components.figure import rows_behind
from components.numbers import NBSP
from components.plain_text import literal
from components.status import Status
from components.tables import Cell, Column, small_table
from components.team.chosen import first_name
from components.view import View
from queries.filters import NONE_VALUE, Filters
from queries.people.needs import FEWEST_AUDITS, PersonNeed, PersonNeeds, for_others, person_needs
from queries.people.roster import Member

ERRORS = "decisions_judged_wrong"
AUDITED = "audit_defect_rate"
MOST_BUTTONS = 6


def needs(view: View, person: Member) -> None:
    """The answer, errors by reason with their cases, and reasons in which nothing was judged wrong."""
    name = first_name(person)
    question = f"What are {name}'s strengths and training needs?"
    found = person_needs(view.reader, person.specialist_id, view.week, view.filters)
    if found.span is None:
        theme.section(question, "", f"{found.why_none[:1].upper()}{found.why_none[1:]}.")
        return
    theme.section(question, *answer(name, view, found))
    left, right = st.columns(2, gap="large")
    with left:
        _errors(view, person, found)
    with right:
        _flawless(view, person, found)


def answer(name: str, view: View, found: PersonNeeds) -> tuple[str, str]:
    """What stands out, else that nothing does; and how many audits that rests on."""
    assert found.span is not None
    days = numbers.date_span(found.span.start, found.span.last_day)
    rests = f"{numbers.count(found.audits)} random audits, {days}."
    out = [need for need in found.needs if need.stands_out]
    if out:
        named = "; ".join(_words(view, need) for need in out)
        return f"Training need: {named}.", rests
    if not found.audits:
        return f"No decision of {name} was audited at random.", ""
    return "No kind of error stands out.", rests


def _words(view: View, need: PersonNeed) -> str:
    """ "step missed on actions not shown, 4 of 12 audits against 3 % elsewhere"."""
    error = view.name_of("error_type", need.error)
    about = f"{error.lower()} on {_reason(view, need).lower()}"
    return (
        f"{about}, {need.wrong} of{NBSP}{need.audits} audits against "
        f"{numbers.percent(need.elsewhere)} elsewhere"
    )


def _reason(view: View, need: PersonNeed) -> str:
    return "Any reason" if need.any_reason else view.name_of("appeal_reason", need.reason)


def _errors(view: View, person: Member, found: PersonNeeds) -> None:
    theme.subtitle("Judged wrong, by reason and kind of error")
    if not found.needs:
        theme.note("Nothing was judged wrong.")
        return
    columns = [
        Column("Appeal reason"),
        Column("Kind of error"),
        Column("Found in audits", "right"),
        Column("Elsewhere", "right"),
        Column("Reads as"),
    ]
    rows: list[tuple[Cell, ...]] = [
        (
            _reason(view, need),
            view.name_of("error_type", need.error),
            f"{need.wrong} of{NBSP}{need.audits}",
            numbers.percent(numbers.finite(need.elsewhere)),
            _reads(need),
        )
        for need in found.needs
    ]
    small_table(columns, rows, f"{len(rows)} kinds of error by reason")
    theme.note(
        "All reasons together first, then each by name. A training need stands out by Fisher's exact test "
        f"against everyone else's audits, over the {found.tested} with {FEWEST_AUDITS} audits and more "
        "(Benjamini–Hochberg "
        "at 0.1)."
    )
    with st.container(horizontal=True, gap="small"):
        for place, need in enumerate(found.needs[:MOST_BUTTONS]):
            st.button(
                literal(
                    f"{need.wrong} {view.name_of('error_type', need.error).lower()}, "
                    f"{_reason(view, need).lower()}"
                ),
                icon=":material/list:",
                key=f"person-need-{place}",
                type="tertiary",
                on_click=_open,
                args=(view, person, need, found),
            )
    rows_behind(
        columns,
        [tuple(cell if isinstance(cell, str) else cell.text for cell in row) for row in rows],
        [
            (
                _reason(view, need),
                need.error,
                f"{need.wrong} of {need.audits}",
                need.elsewhere,
                _reads(need).word,
            )
            for need in for_others(found)
        ],
        "person-needs",
        f"needs-{person.specialist_id}",
        "Kinds of error by reason",
    )


def _reads(need: PersonNeed) -> Status:
    if need.stands_out:
        return Status("Training need", "warn")
    if need.audits < FEWEST_AUDITS:
        return Status(f"Under {FEWEST_AUDITS} audits: read the cases")
    if numbers.is_missing(need.elsewhere):
        return Status("Too few others to compare with")
    return Status("No more than elsewhere, as far as can be told")


def _flawless(view: View, person: Member, found: PersonNeeds) -> None:
    theme.subtitle("Nothing judged wrong")
    if not found.flawless:
        theme.note(f"No reason has {FEWEST_AUDITS} audits and none judged wrong.")
        return
    small_table(
        [Column("Appeal reason"), Column("Audits", "right"), Column("Judged wrong elsewhere", "right")],
        [
            (
                view.name_of("appeal_reason", item.reason),
                numbers.count(item.audits),
                numbers.percent(numbers.finite(item.elsewhere)),
            )
            for item in found.flawless
        ],
        f"{len(found.flawless)} reasons without an error",
    )
    theme.note(f"From {FEWEST_AUDITS} audits up. With few audits luck alone can leave none wrong.")
    assert found.span is not None
    with st.container(horizontal=True, gap="small"):
        for place, item in enumerate(found.flawless[:MOST_BUTTONS]):
            st.button(
                literal(f"{item.audits} audited, {view.name_of('appeal_reason', item.reason).lower()}"),
                icon=":material/list:",
                key=f"person-strength-{place}",
                type="tertiary",
                on_click=open_cases,
                args=(
                    view,
                    view.reader.available(AUDITED).metric,
                    found.span,
                    _narrowed(view, person, [("appeal_reason", item.reason)]),
                ),
            )


def _open(view: View, person: Member, need: PersonNeed, found: PersonNeeds) -> None:
    assert found.span is not None
    chosen = [("error_type", need.error)]
    if not need.any_reason:
        chosen.append(("appeal_reason", need.reason))
    filters = _narrowed(view, person, chosen)
    open_cases(view, view.reader.available(ERRORS).metric, found.span, filters)


def _narrowed(view: View, person: Member, chosen: list[tuple[str, str | None]]) -> Filters:
    filters = view.filters.with_values("member", (person.specialist_id,))
    for dimension, value in chosen:
        filters = filters.with_values(dimension, (NONE_VALUE if value is None else value,))
    return filters
