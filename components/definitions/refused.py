"""Was anything refused, or loaded with a contradiction? Refused rows themselves for who may see all cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import numbers
from components.definitions.tables import table_words
from components.downloads import downloads
from components.one_person import NOT_SHOWN
from components.plain_text import literal
from components.security import single_leader_mode
from components.tables import Column, small_table
from components.theme import note, section, subtitle
from components.view import View
from queries import health

ABOUT_PEOPLE = ("specialist_history", "work_days")
"""Tables whose rows are known by the person they are about."""


def refused(view: View) -> None:
    """The section: how many rows were refused and why, and which were loaded with a contradiction."""
    reasons = health.quarantine_reasons(view.reader).to_pylist()
    contradictions = health.contradictions(view.reader)
    total = sum(record["rows"] for record in reasons)
    answer, rest = "No row was refused.", ""
    if total:
        rows = "row was" if total == 1 else "rows were"
        answer, rest = f"{numbers.count(total)} {rows} refused", "and take no part in any number."
    section("Was anything refused?", answer, f"{rest} {_contradicting(contradictions)}".strip())
    if total:
        _reasons(reasons, total)
        _rows(view, total)
    if contradictions:
        subtitle("Loaded although they contradict another row")
        _contradictions(contradictions)


def _contradicting(contradictions: Sequence[Mapping[str, Any]]) -> str:
    """What to add to the answer; "" where no loaded row contradicts another."""
    rows = sum(record["rows"] for record in contradictions)
    if not rows:
        return ""
    verb = (
        "row was loaded although it contradicts" if rows == 1 else "rows were loaded although they contradict"
    )
    return f"{numbers.count(rows)} {verb} another row: either of the two may be the wrong one."


def _contradictions(contradictions: Sequence[Mapping[str, Any]]) -> None:
    """What contradicts in each table, how often, and how such rows count."""
    heads = ["Table", "What contradicts", "Such as", "How they count, and how to mend it"]
    small_table(
        [*map(Column, heads), Column("Rows", "right")],
        [
            [
                table_words(record["table_name"]),
                record["wrong"],
                _example(record),
                record["treated"],
                numbers.count(record["rows"]),
            ]
            for record in contradictions
        ],
        f"{len(contradictions)} ways in which loaded rows contradict other rows",
    )


def _example(record: Mapping[str, Any]) -> str:
    """One such row; of days and spells of people, known by their person, for a known viewer only."""
    told = record["table_name"] not in ABOUT_PEOPLE or single_leader_mode()
    return (record["example"] or "") if told else ""


def _reasons(reasons: Sequence[Mapping[str, Any]], total: int) -> None:
    small_table(
        [
            Column("Source"),
            Column("Column"),
            Column("What is wrong and how to mend it"),
            Column("Rows", "right"),
        ],
        [
            [
                record["source"] or "",
                record["column_name"] or "",
                record["reason"] or "",
                numbers.count(record["rows"]),
            ]
            for record in reasons
        ],
        f"{len(reasons)} reasons for {total} refused rows",
    )


def _rows(view: View, total: int) -> None:
    """The refused rows in an expander that reads them only when it is open."""
    box = st.expander("The refused rows", icon=":material/table:", key="refused-rows", on_change="rerun")
    if not box.open:
        return
    with box:
        if not single_leader_mode():
            note(f"Refused rows as read, which can be about anyone, are {NOT_SHOWN}")
            return
        try:
            records = health.quarantined_rows(view.reader).to_pylist()
        except PermissionError as fault:
            st.markdown(literal(str(fault)[:1].upper() + str(fault)[1:] + "."))
            return
        heads = ("File", "Line", "Column", "Value", "Reason", "Row as read")
        names = ("file", "line", "column_name", "value", "reason", "raw")
        lines = [[record[name] for name in names] for record in records]
        small_table(
            [Column(head, "right" if head == "Line" else "left") for head in heads],
            [["" if value is None else str(value) for value in line] for line in lines],
            f"{len(lines)} refused rows",
        )
        if len(lines) < total:
            note(f"The first {numbers.count(len(lines))} of {numbers.count(total)}.")
        downloads(heads, lines, "refused-rows", "refused")
