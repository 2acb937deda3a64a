"""The scorecard: all areas in one table whose rows can be clicked or reached by keyboard.

No native element lets one click a table row that is also themed HTML, hence a small component: its markup,
styles and script lie in scorecard_table/, it loads nothing, and texts enter it only as text nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from components.status import Status

_FOLDER = Path(__file__).parent / "scorecard_table"
_HEADS = ("Metric", "26 weeks", "Last week", "WoW", "4-wk avg", "YoY", "Target", "Status")

_TABLE = st.components.v2.component(
    "quarterdeck_scorecard",
    html=(_FOLDER / "scorecard.html").read_text(encoding="utf-8"),
    css=(_FOLDER / "scorecard.css").read_text(encoding="utf-8"),
    js=(_FOLDER / "scorecard.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class ScorecardRow:
    """One metric; every text is formatted and plain.

    `key` is what a click returns. `spark_uri` is `minis.data_uri(minis.spark_svg(…))`. `note` is a muted
    second line ("wk 41, newest complete"). `help` is the definition, shown as the button's tooltip.
    """

    key: str
    label: str
    spark_uri: str
    last: str
    wow: str
    average: str
    yoy: str
    target: str
    status: Status
    note: str = ""
    help: str = ""


@dataclass(frozen=True)
class ScorecardArea:
    """A bold row and the metrics under it."""

    title: str
    rows: Sequence[ScorecardRow]


def _payload(areas: Sequence[ScorecardArea], alt: str, heads: Sequence[str]) -> dict[str, Any]:
    return {
        "alt": alt,
        "heads": list(heads),
        "areas": [
            {
                "title": area.title,
                "rows": [
                    {
                        "key": row.key,
                        "label": row.label,
                        "note": row.note,
                        "help": row.help,
                        "spark": row.spark_uri,
                        "cells": [row.last, row.wow, row.average, row.yoy, row.target],
                        "status": row.status.text,
                        "tone": row.status.tone,
                    }
                    for row in area.rows
                ],
            }
            for area in areas
        ],
    }


def scorecard(
    areas: Sequence[ScorecardArea],
    key: str,
    alt: str,
    on_metric: Callable[[str], None] | None = None,
    last_head: str = "Last week",
) -> str | None:
    """Draw the scorecard; the key of the metric clicked, in the run the click causes, else None.

    `on_metric` is called with that key before the run. `last_head` heads the value column ("Last month").
    """

    def clicked() -> None:
        metric = st.session_state[key].metric
        if metric and on_metric is not None:
            on_metric(metric)

    heads = (*_HEADS[:2], last_head, *_HEADS[3:])
    result = _TABLE(key=key, data=_payload(areas, alt, heads), on_metric_change=clicked)
    return result.metric
