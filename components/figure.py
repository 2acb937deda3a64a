"""One chart on a page: subtitle above, note below, what a click on a mark does, and its rows as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa
import streamlit as st

from components.charts.grammar import PICK, Spec
from components.downloads import downloads
from components.tables import Column, Plain, small_table
from components.theme import note, subtitle


def figure(
    rows: pa.Table,
    spec: Spec,
    alt: str,
    key: str,
    title: str = "",
    remark: str = "",
    on_pick: Callable[[str], None] | None = None,
) -> None:
    """Draw a chart of `components.charts`.

    `rows` and `spec` come from the same chart module; `alt` states the finding; `key` is unique on the
    page and keeps the view while its rows change. `on_pick` is called, before the run a click causes, with
    the id of the mark; without it the chart is not clickable and costs less.
    """
    if title:
        subtitle(title)
    if on_pick is None:
        st.vega_lite_chart(rows, spec, alt=alt, key=key)
    else:
        picked = on_pick

        def clicked() -> None:
            mark = picked_id(st.session_state.get(key))
            if mark is not None:
                picked(mark)

        st.vega_lite_chart(rows, spec, alt=alt, key=key, on_select=clicked, selection_mode=PICK)
    if remark:
        note(remark)


def picked_id(event: Any) -> str | None:
    """The id of the mark in a chart's selection state; None when nothing is selected."""
    marks = event["selection"].get(PICK) if event and "selection" in event else None
    return str(marks[0]["id"]) if marks and marks[0].get("id") is not None else None


def rows_behind(
    columns: Sequence[Column],
    shown: Sequence[Sequence[str]],
    exported: Sequence[Sequence[Plain]] | None,
    key: str,
    stem: str,
    alt: str,
) -> None:
    """The rows behind a picture in an expander that runs only when open, with CSV and XLSX downloads.

    `shown` are formatted texts, `exported` the same rows with plain values, `stem` the file name. Without
    `exported` there is no file: a table that may be seen here may still tell too much elsewhere.
    """
    box = st.expander("Table", icon=":material/table:", key=f"rows-{key}", on_change="rerun")
    if not box.open:
        return
    with box:
        small_table(columns, shown, alt)
        if exported is not None:
            downloads([column.title for column in columns], exported, stem, key)
