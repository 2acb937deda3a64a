"""Actions, targets, dividers and the access log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the four tables."""
    op.create_table(
        "actions",
        sa.Column("action_id", sa.Integer),
        sa.Column(
            "kind", sa.String, nullable=False, comment="preventive, root_cause_action, policy_gap, blocker, …"
        ),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("owner", sa.String, comment="who acts"),
        sa.Column("asked_by", sa.String),
        sa.Column("decision_from", sa.String, comment="who must decide"),
        sa.Column("due", sa.Date),
        sa.Column("status", sa.String, nullable=False, comment="open, live, done or cancelled"),
        sa.Column("metric", sa.String, comment="key of the metric it should move"),
        sa.Column("live_on", sa.Date, comment="first day it was in effect"),
        sa.Column(
            "expected_effect", sa.Double, comment="relative change expected of the metric, −0.2 for −20 %"
        ),
        sa.Column("scope", sa.Text, nullable=False, comment="the rows it should move"),
        sa.Column("comparison", sa.Text, nullable=False, comment="similar rows it does not touch"),
        sa.Column("evidence", sa.Text, comment="link to the view that shows why"),
        sa.Column("cases_held", sa.Integer, comment="cases that wait for it"),
        sa.Column("gmv_held", sa.Double, comment="sales that wait for it, in the organisation's currency"),
        sa.Column("created_at", sa.DateTime, nullable=False, comment="UTC"),
        sa.Column("origin", sa.String, nullable=False, comment="sample, or who wrote it"),
        sa.PrimaryKeyConstraint("action_id", name="pk_actions"),
    )
    op.create_index("ix_actions_status_due", "actions", ["status", "due"])
    op.create_table(
        "targets",
        sa.Column("target_id", sa.Integer),
        sa.Column("metric", sa.String, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column(
            "direction", sa.String, comment="at least or at most; null: the metric's own good direction"
        ),
        sa.Column(
            "valid_from", sa.Date, nullable=False, comment="the value holds from here to the next of its path"
        ),
        sa.Column("value", sa.Double, nullable=False, comment="in the metric's unit, rates as fractions"),
        sa.Column("stretch", sa.Double, comment="ambition beyond the target"),
        sa.Column("owner", sa.String),
        sa.Column("origin", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("target_id", name="pk_targets"),
    )
    op.create_index(
        "ix_targets_metric_scope_valid_from", "targets", ["metric", "scope", "valid_from"], unique=True
    )
    op.create_table(
        "dividers",
        sa.Column("divider_id", sa.Integer),
        sa.Column("metric", sa.String, nullable=False),
        sa.Column("on_day", sa.Date, nullable=False, comment="first day of the new way of counting"),
        sa.Column("author", sa.String, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("origin", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("divider_id", name="pk_dividers"),
    )
    op.create_index("ix_dividers_metric_on_day", "dividers", ["metric", "on_day"])
    op.create_table(
        "access_log",
        sa.Column("access_id", sa.Integer),
        sa.Column("at", sa.DateTime, nullable=False, comment="UTC"),
        sa.Column("viewer", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False, comment="whose rows: a person, a case"),
        sa.Column("doing", sa.String, nullable=False, comment="what was looked at or exported"),
        sa.PrimaryKeyConstraint("access_id", name="pk_access_log"),
    )
    op.create_index("ix_access_log_subject_at", "access_log", ["subject", "at"])


def downgrade() -> None:
    """What people wrote is never dropped by a downgrade."""
    raise NotImplementedError("the first journal cannot be downgraded; restore a backup instead")
