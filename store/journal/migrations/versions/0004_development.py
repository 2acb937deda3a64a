"""People's development: 1:1s, follow-ups, goals, certifications, careers and cases to coach on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the six tables, all with the same history columns."""
    _create(
        "one_on_ones",
        sa.Column("held_on", sa.Date, nullable=False),
        sa.Column("next_on", sa.Date, comment="agreed day of the next; null: none agreed"),
        sa.Column("notes", sa.Text, nullable=False),
    )
    _create(
        "follow_ups",
        sa.Column("text", sa.Text, nullable=False, comment="what was agreed"),
        sa.Column("owner", sa.Text, nullable=False, comment="who does it"),
        sa.Column("due", sa.Date),
        sa.Column("done_on", sa.Date, comment="null while open"),
    )
    _create(
        "goals",
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("due", sa.Date),
        sa.Column("status", sa.String, nullable=False, comment="open, reached or dropped"),
        sa.Column("evidence", sa.Text, nullable=False, comment="link to what shows it; empty: none"),
    )
    _create(
        "certifications",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("achieved", sa.Date, comment="null: not yet"),
        sa.Column("expires", sa.Date, comment="last day; null: no end"),
    )
    _create(
        "careers",
        sa.Column(
            "aims_at", sa.Text, nullable=False, comment="role the person works towards; empty: none named"
        ),
        sa.Column("ready", sa.String, nullable=False, comment="now, in_a_year or later"),
        sa.Column(
            "covers", sa.Text, nullable=False, comment="role the person would fill; team:… is its manager's"
        ),
    )
    _create(
        "coaching_marks",
        sa.Column("case_kind", sa.String, nullable=False, comment="table of the case"),
        sa.Column("case_id", sa.String, nullable=False),
        sa.Column("note", sa.Text, nullable=False, comment="what to look at"),
        sa.Column("done_on", sa.Date, comment="day it was talked through; null while open"),
    )


def _create(name: str, *columns: sa.Column[object]) -> None:
    op.create_table(
        name,
        sa.Column("entry_id", sa.Integer),
        sa.Column("person", sa.String, nullable=False, comment="specialist number"),
        *columns,
        sa.Column("author", sa.Text, nullable=False, comment="who wrote it"),
        sa.Column("created_at", sa.DateTime, nullable=False, comment="UTC"),
        sa.Column("changed_by", sa.Text, nullable=False, comment="who changed it last"),
        sa.Column("changed_at", sa.DateTime, nullable=False, comment="UTC"),
        sa.Column("archived_at", sa.DateTime, comment="UTC; null: it is listed"),
        sa.Column("version", sa.Integer, nullable=False, comment="goes up by one with every change, from 1"),
        sa.Column(
            "origin", sa.String, nullable=False, comment="sample, or written: a person wrote or changed it"
        ),
        sa.PrimaryKeyConstraint("entry_id", name=f"pk_{name}"),
    )
    op.create_index(f"ix_{name}_person", name, ["person"])


def downgrade() -> None:
    """What people wrote is never dropped by a downgrade."""
    raise NotImplementedError("the journal cannot be downgraded; restore a backup instead")
