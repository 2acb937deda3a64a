"""The list: the number it stands behind, its rows, pages and downloads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Literal

import streamlit as st

from components import numbers, states
from components.cases import export, words
from components.cases.columns import field_of, screen_cell, screen_columns, sortable
from components.cases.controls import controls, kinds, order_words, sort_by_head
from components.cases.list_table import Cell, Head, Row, list_table
from components.cases.nothing import nothing, of_people, refused
from components.cases.request import CaseRequest
from components.cases.ways import address, write
from components.one_person import NOT_SHOWN
from components.plain_text import literal
from components.security import single_leader_mode
from components.theme import note
from components.view import View
from queries import catalog
from queries.cases import MOST_EXPORTED, PAGE_ROWS, Behind, CasePage, case_page, counts_behind
from queries.listing import LISTINGS, OWNER, case_of
from queries.rows_behind import flag_label


def case_list(view: View, request: CaseRequest) -> None:
    """Draw the list that the link asks for, or say why it cannot be shown and how to go on."""
    if request.missing:
        assert request.metric is not None
        st.markdown(f"**{literal(request.metric.label)}** cannot be counted here.")
        states.not_supplied(catalog.not_supplied(request.missing).removeprefix("not supplied: "))
        st.button("Show all cases", on_click=write, args=(view, CaseRequest()), key="cases-all")
        return
    kinds(view, request)
    if refused(view, request) or of_people(request):
        return
    behind = Behind(
        request.metric,
        request.period,
        view.filters,
        request.flagged_only,
        request.search,
        request.kind,
        single_leader_mode(),
    )
    found, request = _page(view, request, behind)
    total, flagged = found.total, found.flagged
    if request.search:
        total, flagged = counts_behind(view.reader, behind)
    _sentence(request, found, total, flagged)
    controls(view, request, found)
    listed = found.flagged if request.flagged_only else found.total
    if listed == 0:
        nothing(view, request, behind, total)
        return
    _rows(view, request, found, listed)
    _below(view, request, behind, found, listed)


def _page(view: View, request: CaseRequest, behind: Behind) -> tuple[CasePage, CaseRequest]:
    """The page of rows that is asked for, or the last one when there are not so many."""
    found = case_page(view.reader, behind, request.sort, request.descending, request.page - 1)
    listed = found.flagged if request.flagged_only else found.total
    pages = max(1, -(-listed // PAGE_ROWS))
    if request.page <= pages:
        return found, request
    st.info(
        literal(f"There is no page {request.page}; showing page {pages}, the last."), icon=":material/info:"
    )
    last = replace(request, page=pages)
    return case_page(view.reader, behind, request.sort, request.descending, pages - 1), last


def _sentence(request: CaseRequest, found: CasePage, total: int, flagged: int) -> None:
    """The number, and under it what it means and how many of its rows the search finds."""
    bold, rest = words.number_words(request.metric, request.period, total, flagged, request.kind)
    with st.container(gap=None):
        st.markdown(f"**{literal(bold)}** {literal(rest)}")
        if request.metric is not None:
            note(f"{request.metric.label}: {request.metric.definition}")
        if request.search:
            hits = found.flagged if request.flagged_only else found.total
            of = flagged if request.flagged_only else total
            st.markdown(literal(words.found_words(found.how, hits, of, request.search)))


def _rows(view: View, request: CaseRequest, found: CasePage, listed: int) -> None:
    columns = screen_columns(found.table)
    label = flag_label(request.metric) if not request.flagged_only else ""
    heads = [_head(request, column) for column in columns]
    if label:
        heads.insert(1, Head(label[:1].upper() + label[1:]))
    records = found.rows.to_pylist()
    rows = [_row(view, request, record, columns, label) for record in records]
    first = (request.page - 1) * PAGE_ROWS
    list_table(
        heads,
        rows,
        f"{words.rows_words(first, len(rows), listed)} {words.NOUNS[found.table][1]}, "
        f"sorted by {order_words(found.table, (request.sort, request.descending))}",
        "cases-list",
        on_sort=lambda column: sort_by_head(view, request, column),
    )


_ALIGNED: dict[str, Literal["", "number", "when"]] = {
    "hours": "number",
    "work_hours": "number",
    "day": "when",
    "days": "number",
    "score": "number",
    "money": "number",
    "moment": "when",
}


def _head(request: CaseRequest, column: str) -> Head:
    field = field_of(request.fact, column)
    here = column == request.sort
    return Head(
        field.head,
        column if column in sortable(request.fact) else "",
        ("descending" if request.descending else "ascending") if here else "",
        _ALIGNED.get(field.kind, ""),
    )


def _row(
    view: View, request: CaseRequest, record: dict[str, object], columns: Sequence[str], label: str
) -> Row:
    fact = request.fact
    cells = [screen_cell(view, fact, record, column) for column in columns]
    seller = record.get("seller_id")
    if seller and "seller_id" in columns:
        place = columns.index("seller_id")
        cells[place] = replace(cells[place], href=address(view, request.of_seller(str(seller))))
    if label:
        cells.insert(
            1, Cell(f"◆{numbers.NBSP}yes", tone="bad") if record["flagged"] else Cell("no", tone="neutral")
        )
    kind, case = case_of(fact, record)
    listing = LISTINGS[fact]
    place_of = "-".join(str(record.get(name, "")) for name in (*listing.key, listing.began))
    return Row(place_of, address(view, request.opening(kind, case)) if case else "", cells)


def _below(view: View, request: CaseRequest, behind: Behind, found: CasePage, listed: int) -> None:
    """Pages at the left, downloads of the whole list at the right."""
    pages = -(-listed // PAGE_ROWS)
    first = (request.page - 1) * PAGE_ROWS
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
            for words_, icon, page, usable in (
                ("First", "first_page", 1, request.page > 1),
                ("Previous", "chevron_left", request.page - 1, request.page > 1),
                ("Next", "chevron_right", request.page + 1, request.page < pages),
            ):
                st.button(
                    words_,
                    icon=f":material/{icon}:",
                    key=f"cases-{words_}",
                    disabled=not usable,
                    on_click=write,
                    args=(view, replace(request, page=page)),
                )
            st.markdown(literal(words.rows_words(first, found.rows.num_rows, listed)), width="content")
        with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
            for ending, make in (("CSV", export.csv_file), ("XLSX", export.xlsx_file)):
                st.download_button(
                    ending,
                    partial(make, view, request, behind),
                    file_name=export.file_name(request, ending.lower()),
                    icon=":material/download:",
                    key=f"cases-{ending}",
                    on_click="ignore",
                )
    zone = view.reader.coverage.zone.key
    cut = (
        f" Downloads hold the first {numbers.count(MOST_EXPORTED)} rows of this order."
        if listed > MOST_EXPORTED
        else " Downloads hold the whole list."
    )
    cycles = " A case that was reopened has one row per cycle." if request.fact == "escalations" else ""
    owned = OWNER in LISTINGS[request.fact].columns and not behind.named
    owners = f" Whose case each is, is {NOT_SHOWN}" if owned else ""
    note(f"Times are those of {zone}.{cycles}{cut}{owners}")
