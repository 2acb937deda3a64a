"""One seller's whole history: totals, a picture with the sales under it, and every event, newest first."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import streamlit as st

from components import numbers, states
from components.cases.list_table import Cell, Head, Row, list_table
from components.cases.request import CaseRequest, is_usable, quoted
from components.cases.seller_words import event_words, totals_words
from components.cases.times import local, moment_text
from components.cases.ways import address, write
from components.cases.words import rows_words, spoken
from components.charts import daily_sales, timeline
from components.charts.timeline import Role, Stretch
from components.figure import figure, rows_behind
from components.numbers import MISSING
from components.plain_text import literal
from components.security import single_leader_mode
from components.tables import Column, small_table
from components.theme import note, section
from components.view import View
from queries.seller_history import EVENTS_PAGE, MOST_OF_A_KIND, Event, SellerHistory, seller_history

_LONG = dt.timedelta(days=365)


def seller(view: View, request: CaseRequest) -> None:
    """Draw the history of the seller that the link asks for, or one sentence where there is none to see."""
    st.button(
        "Back to the list",
        icon=":material/arrow_back:",
        key="seller-back",
        on_click=write,
        args=(view, replace(request, seller="", history=1)),
    )
    history = seller_history(view.reader, request.seller) if is_usable(request.seller) else None
    if history is None:
        # One sentence for both, so that nobody learns which sellers exist outside their scope.
        states.empty(
            f"No case of a seller {quoted(request.seller)} is within what you may see.",
            "Check the number, or search for it in the list.",
            icon="search_off",
        )
        return
    section(f"Seller {history.seller_id}", *totals_words(history.totals))
    _facts(view, history)
    _picture(view, history)
    _events(view, request, history)
    zone, everything = view.reader.coverage.zone.key, view.reader.scope.sees_everything
    hidden = "" if everything else " Cases outside what you may see are neither shown nor counted."
    note(f"Times are those of {zone}.{hidden}")


def _facts(view: View, history: SellerHistory) -> None:
    zone, who = view.reader.coverage.zone, history.seller
    heads = ("Name", "Tier now", "Marketplace", "Category", "Account manager now", "Joined", "Closed")
    closed = moment_text(who["closed_at"], zone) if who["closed_at"] else "open"
    values = [
        who["name"] or MISSING,
        spoken(who["tier"] or MISSING),
        who["marketplace"] or MISSING,
        who["category"] or MISSING,
        who["account_manager"] or MISSING,
        moment_text(who["joined_at"], zone),
        closed,
    ]
    small_table([Column(head) for head in heads], [values], f"Who seller {history.seller_id} is")


def _picture(view: View, history: SellerHistory) -> None:
    """Blocks, appeals, escalations and investigations as lanes, and the daily sales under them."""
    zone = view.reader.coverage.zone
    through = max(
        (table.through_at for table in view.reader.coverage.tables.values()), default=history.events[0].at
    )
    stretches = stretches_of(view, history, through)
    lanes = list(dict.fromkeys(stretch.lane for stretch in stretches))
    days = [(row["on_day"], float(row["gmv"])) for row in history.gmv.to_pylist() if row["gmv"] is not None]
    begins = local(history.events[-1].at, zone)
    if days:
        begins = min(begins, dt.datetime.combine(days[0][0], dt.time()))
    ends = max(local(through, zone), local(history.events[0].at, zone))
    section("What happened when?")
    bold, rest = totals_words(history.totals)
    figure(
        timeline.table(lanes, stretches, (), (), (begins, ends)),
        timeline.spec(len(lanes) + 1, ends - begins > _LONG),
        alt=f"Timeline of seller {history.seller_id}. {bold} {rest}",
        key="seller-timeline",
        title="What lasted from when to when",
    )
    if not days:
        note("No sales of this seller are known: they are kept around account blocks only.")
        return
    blocks = [
        (local(block.starts_at, zone), local(block.ends_at or through, zone)) for block in history.blocks
    ]
    figure(
        daily_sales.table(days, blocks, begins, ends),
        daily_sales.spec(ends - begins > _LONG),
        alt=f"Daily sales of seller {history.seller_id} on {len(days)} days, from "
        f"{numbers.full_date(days[0][0])} to {numbers.full_date(days[-1][0])}.",
        key="seller-sales",
        title="Sales a day",
        remark="Shaded: the account was blocked. Sales are kept from 120 days before a block to 30 after it; "
        "days that are not known are left open.",
    )
    rows_behind(
        [Column("Day"), Column("Sales", "right")],
        [[numbers.full_date(day), numbers.money(sales)] for day, sales in reversed(days)],
        [[day.isoformat(), sales] for day, sales in reversed(days)],
        "seller-sales",
        f"sales-{history.seller_id}",
        f"Daily sales of seller {history.seller_id}",
    )


def stretches_of(view: View, history: SellerHistory, through: dt.datetime) -> list[Stretch]:
    """What lasted, as bars: blocks, listings removed, appeals, escalations and investigations."""
    zone = view.reader.coverage.zone
    ends_by: dict[str, tuple[str, Role, str]] = {
        "enforced": ("Listings", "grey", "reversed_at"),
        "appealed": ("Appeals", "c1", "decided_at"),
        "escalated": ("Escalations", "c2", "resolved_at"),
        "reopened": ("Escalations", "c2", "resolved_at"),
        "opened": ("Investigations", "muted", "closed_at"),
    }
    found: list[Stretch] = []

    def add(lane: str, starts: dt.datetime, ends: dt.datetime | None, role: Role, what: str) -> None:
        until = max(ends or through, starts)
        when = f"{moment_text(starts, zone)} – {moment_text(ends, zone) if ends else 'still'}"
        lasted = numbers.hours((until - starts) / dt.timedelta(hours=1))
        found.append(Stretch(lane, local(starts, zone), local(until, zone), role, what, lasted, when))

    for block in history.blocks:
        add("Account blocked", block.starts_at, block.ends_at, "muted", "Account blocked")
    for event in history.events:
        if event.what in ends_by and not (event.what == "enforced" and event.row["level"] == "account"):
            lane, role, column = ends_by[event.what]
            add(lane, event.at, event.row[column], role, event_words(event)[0])
    order = ["Account blocked", *(lane for lane, _, _ in ends_by.values())]
    return sorted(found, key=lambda stretch: order.index(stretch.lane))


def _events(view: View, request: CaseRequest, history: SellerHistory) -> None:
    """Every event, 50 a page, each of which opens its case."""
    page = min(request.history, history.pages)
    if page < request.history:
        st.info(f"There is no page {request.history}; showing page {page}, the last.", icon=":material/info:")
    shown, listed = history.page(page), len(history.events)
    section("Event by event", f"{numbers.count(listed)} events", "newest first.")
    rows = [_row(view, request, event, place) for place, event in enumerate(shown)]
    told = rows_words((page - 1) * EVENTS_PAGE, len(rows), listed)
    heads = [Head("What happened"), Head("When", align="when"), Head("Case"), Head("Who")]
    list_table(heads, rows, f"{told} events of seller {history.seller_id}, newest first", "seller-events")
    if history.pages > 1:
        _pager(view, replace(request, history=page), history.pages, told)
    if history.cut:
        note(f"Of each kind the newest {MOST_OF_A_KIND} cases are listed; the totals count all.")


def _pager(view: View, request: CaseRequest, pages: int, told: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for words, icon, page, usable in (
            ("Newer", "chevron_left", request.history - 1, request.history > 1),
            ("Older", "chevron_right", request.history + 1, request.history < pages),
        ):
            st.button(
                words,
                icon=f":material/{icon}:",
                key=f"seller-{words}",
                disabled=not usable,
                on_click=write,
                args=(view, replace(request, history=page)),
            )
        st.markdown(literal(told), width="content")


def _row(view: View, request: CaseRequest, event: Event, place: int) -> Row:
    what, detail = event_words(event)
    warns = event.what == "enforced" and event.again_after is not None
    return Row(
        f"{event.what}-{event.case}-{place}",
        address(view, request.opening(event.kind, event.case)),
        [
            Cell(what, detail, "warn" if warns else ""),
            Cell(moment_text(event.at, view.reader.coverage.zone, weekday=True)),
            Cell(event.case, _NOUN[event.kind]),
            _who(view, event),
        ],
    )


def _who(view: View, event: Event) -> Cell:
    """Who did it: the reviewer, or the owner with the team; sellers appeal and answer themselves.

    A list of cases names people to a known viewer only.
    """
    if event.what in ("appealed", "enforced", "lifted", "surveyed"):
        return Cell("")
    person, team = event.row.get("reviewer_id") or event.row.get("specialist_id"), event.row.get("team")
    names = [view.name_of("member", person)] if person and single_leader_mode() else []
    names += [view.name_of("team", team)] if team else []
    return Cell(names[0], names[1] if len(names) > 1 else "") if names else Cell("")


_NOUN = {
    "escalations": "Escalation",
    "appeals": "Appeal",
    "enforcements": "Enforcement",
    "investigations": "Investigation",
}
