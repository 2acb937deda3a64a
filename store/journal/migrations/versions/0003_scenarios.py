"""Scenarios of capacity: what if people came, moved or worked otherwise."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "scenarios",
        sa.Column("scenario_id", sa.Integer),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False, comment="the teams it is about, a filter text"),
        sa.Column("changes", sa.Text, nullable=False, comment="what it changes, as in the link"),
        sa.Column("target", sa.Double, comment="share of cases in time it asks for; null: the one in force"),
        sa.Column("author", sa.Text, nullable=False, comment="who wrote it"),
        sa.Column("created_at", sa.DateTime, nullable=False, comment="UTC"),
        sa.Column("changed_by", sa.Text, nullable=False, comment="who changed it last"),
        sa.Column("changed_at", sa.DateTime, nullable=False, comment="UTC"),
        sa.Column("archived_at", sa.DateTime, comment="UTC; null: it is listed"),
        sa.Column("version", sa.Integer, nullable=False, comment="goes up by one with every change, from 1"),
        sa.PrimaryKeyConstraint("scenario_id", name="pk_scenarios"),
    )
    op.create_index("ix_scenarios_archived_at_name", "scenarios", ["archived_at", "name"])


def downgrade() -> None:
    """What people planned is never dropped by a downgrade."""
    raise NotImplementedError("the journal cannot be downgraded; restore a backup instead")
