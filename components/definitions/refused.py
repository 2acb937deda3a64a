"""Was anything refused? Quarantined rows by reason, and the rows themselves for whoever may see all cases."""

from __future__ import annotations

import streamlit as st

from components import numbers
from components.downloads import downloads
from components.plain_text import literal
from components.tables import Column, small_table
from components.theme import note, section
from components.view import View
from queries import health


def refused(view: View) -> None:
    """The section: how many rows were refused and why."""
    reasons = health.quarantine_reasons(view.reader).to_pylist()
    total = sum(record["rows"] for record in reasons)
    if not total:
        section("Was anything refused?", "No row was refused.")
        return
    rows = "row was" if total == 1 else "rows were"
    section(
        "Was anything refused?", f"{numbers.count(total)} {rows} refused", "and take no part in any number."
    )
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
    _rows(view, total)


def _rows(view: View, total: int) -> None:
    """The refused rows in an expander that reads them only when it is open."""
    box = st.expander("The refused rows", icon=":material/table:", key="refused-rows", on_change="rerun")
    if not box.open:
        return
    with box:
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
