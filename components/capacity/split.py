"""Whose work and hours: by organisation, team, person or skill, over 13 weeks."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st

from components import numbers
from components.downloads import downloads
from components.kept import kept
from components.security import single_leader_mode
from components.tables import Column, Plain, small_table
from components.theme import note, subtitle
from components.view import View
from queries.capacity.split import By, Share, Split, split

LABELS: Final[dict[By, str]] = {"org": "Organisation", "team": "Team", "member": "Person", "skill": "Skill"}
HEADS: Final = ("Work", "Available", "Load", "Utilisation")


def by_whom(view: View) -> None:
    """A table of load by the dimension chosen."""
    subtitle("Whose work, over 13 weeks")
    # What each person carries is told by name, so only where it is known who is looking.
    offered = [by for by in LABELS if by != "member" or single_leader_mode()]
    chosen: By = (
        st.segmented_control(
            "By",
            offered,
            default="team",
            format_func=lambda name: LABELS[name],
            key="load-by",
            label_visibility="collapsed",
        )
        or "team"
    )
    found = contents(view, chosen)
    if found.reason:
        note(f"Not told by {LABELS[chosen].lower()}: {found.reason}.")
        return
    if not found.rows:
        note("No work came in and no hours were recorded.")
        return
    columns = [Column(LABELS[chosen]), *(Column(head, "right") for head in HEADS)]
    rows = [texts(name_of(view, chosen, row.key), row) for row in found.rows]
    with st.container(height=560 if len(rows) > 15 else "content", border=False):
        small_table(columns, rows, f"Work, hours and load of {len(rows)} rows by {LABELS[chosen].lower()}")
    if chosen == "skill":
        note("Everyone who holds the skill, with all of their work: a person with two skills stands in both.")
    if chosen == "member":
        note(
            "In alphabetical order. Shares of people with fewer than 10 days of work are withheld. A "
            "download leaves out more, so that theirs cannot be worked out from those of their team."
        )
    plain = [plain_of(name_of(view, chosen, row.key), row) for row in found.rows]
    downloads([LABELS[chosen], *HEADS], plain, f"load-by-{chosen}", f"load-{chosen}")


@kept(4)
def contents(view: View, by: By) -> Split:
    """The rows, people by name."""
    found = split(view.reader, view.week, view.filters, by)
    if by != "member":
        return found
    return found._replace(
        rows=tuple(sorted(found.rows, key=lambda row: (row.key is None, name_of(view, by, row.key))))
    )


def name_of(view: View, by: By, key: str | None) -> str:
    """What a row is called."""
    if by == "skill":
        return (key or "").replace("_", " ").capitalize()
    return view.name_of(by, key)


def load_of(row: Share) -> float:
    """Work ÷ hours available; nan where either is not known or withheld."""
    known = not row.withheld and row.available > 0
    return row.work / row.available if known else float("nan")


def texts(name: str, row: Share) -> list[str]:
    """A row as a reader reads it."""
    few = "too few days" if row.withheld else ""
    return [
        name,
        numbers.work_hours(row.work),
        numbers.work_hours(row.available),
        few or numbers.percent(load_of(row), 0),
        few or numbers.percent(row.utilisation, 0),
    ]


def plain_of(name: str, row: Share) -> list[Plain]:
    """A row as it is exported; a share that is withheld, or would tell one that is, is empty."""
    blank = row.withheld or row.left_out
    shares = (float("nan"), float("nan")) if blank else (load_of(row), row.utilisation)
    return [
        name,
        *(None if not np.isfinite(value) else round(value, 1) for value in (row.work, row.available)),
        *(None if not np.isfinite(value) else round(value, 4) for value in shares),
    ]
