"""The tables of people's development: 1:1s, follow-ups, goals, certifications, careers, cases to coach on.

All have the same last columns: who wrote the entry first and last, and the version a change must name.
"""

from __future__ import annotations

from sqlalchemy import Column, Date, DateTime, Index, Integer, String, Table, Text

from store.journal.tables import JOURNAL


def _entries(name: str, *columns: Column[object]) -> Table:
    """A table of entries about persons, with its number first and its history last."""
    return Table(
        name,
        JOURNAL,
        Column("entry_id", Integer, primary_key=True),
        Column("person", String, nullable=False, comment="specialist number"),
        *columns,
        Column("author", Text, nullable=False, comment="who wrote it"),
        Column("created_at", DateTime, nullable=False, comment="UTC"),
        Column("changed_by", Text, nullable=False, comment="who changed it last"),
        Column("changed_at", DateTime, nullable=False, comment="UTC"),
        Column("archived_at", DateTime, comment="UTC; null: it is listed"),
        Column("version", Integer, nullable=False, comment="goes up by one with every change, from 1"),
        Column("origin", String, nullable=False, comment="sample, or written: a person wrote or changed it"),
        Index(f"ix_{name}_person", "person"),
    )


ONE_ON_ONES = _entries(
    "one_on_ones",
    Column("held_on", Date, nullable=False),
    Column("next_on", Date, comment="agreed day of the next; null: none agreed"),
    Column("notes", Text, nullable=False),
)

FOLLOW_UPS = _entries(
    "follow_ups",
    Column("text", Text, nullable=False, comment="what was agreed"),
    Column("owner", Text, nullable=False, comment="who does it"),
    Column("due", Date),
    Column("done_on", Date, comment="null while open"),
)

GOALS = _entries(
    "goals",
    Column("title", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("due", Date),
    Column("status", String, nullable=False, comment="open, reached or dropped"),
    Column("evidence", Text, nullable=False, comment="link to what shows it; empty: none"),
)

CERTIFICATIONS = _entries(
    "certifications",
    Column("name", Text, nullable=False),
    Column("achieved", Date, comment="null: not yet"),
    Column("expires", Date, comment="last day; null: no end"),
)

CAREERS = _entries(
    "careers",
    Column("aims_at", Text, nullable=False, comment="role the person works towards; empty: none named"),
    Column("ready", String, nullable=False, comment="now, in_a_year or later"),
    Column("covers", Text, nullable=False, comment="role the person would fill; team:… is its manager's"),
)

COACHING_MARKS = _entries(
    "coaching_marks",
    Column("case_kind", String, nullable=False, comment="table of the case"),
    Column("case_id", String, nullable=False),
    Column("note", Text, nullable=False, comment="what to look at"),
    Column("done_on", Date, comment="day it was talked through; null while open"),
)
