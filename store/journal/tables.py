"""The tables of the journal. Alembic makes them (`migrations/`); a test holds both equal.

A scope is a filter text as in the URL ("team=emea-1&tier=strategic"); empty means everything.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Double,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

JOURNAL = MetaData(
    naming_convention={"pk": "pk_%(table_name)s", "ix": "ix_%(table_name)s_%(column_0_N_name)s"}
)

ACTIONS = Table(
    "actions",
    JOURNAL,
    Column("action_id", Integer, primary_key=True),
    Column("kind", String, nullable=False, comment="preventive, root_cause_action, policy_gap, blocker, …"),
    Column("title", Text, nullable=False),
    Column("owner", String, comment="who acts"),
    Column("asked_by", String),
    Column("decision_from", String, comment="who must decide"),
    Column("due", Date),
    Column("status", String, nullable=False, comment="open, live, done or cancelled"),
    Column("metric", String, comment="key of the metric it should move"),
    Column("live_on", Date, comment="first day it was in effect"),
    Column("expected_effect", Double, comment="relative change expected of the metric, −0.2 for −20 %"),
    Column("scope", Text, nullable=False, comment="the rows it should move"),
    Column("comparison", Text, nullable=False, comment="similar rows it does not touch"),
    Column("evidence", Text, comment="link to the view that shows why"),
    Column("cases_held", Integer, comment="cases that wait for it"),
    Column("gmv_held", Double, comment="sales that wait for it, in the organisation's currency"),
    Column("created_at", DateTime, nullable=False, comment="UTC"),
    Column("origin", String, nullable=False, comment="sample, or who wrote it"),
    Index("ix_actions_status_due", "status", "due"),
)

TARGETS = Table(
    "targets",
    JOURNAL,
    Column("target_id", Integer, primary_key=True),
    Column("metric", String, nullable=False),
    Column("scope", Text, nullable=False),
    Column("direction", String, comment="at least or at most; null: the metric's own good direction"),
    Column("valid_from", Date, nullable=False, comment="the value holds from here to the next of its path"),
    Column("value", Double, nullable=False, comment="in the metric's unit, rates as fractions"),
    Column("stretch", Double, comment="ambition beyond the target"),
    Column("owner", String),
    Column("origin", String, nullable=False),
    Index("ix_targets_metric_scope_valid_from", "metric", "scope", "valid_from", unique=True),
)

DIVIDERS = Table(
    "dividers",
    JOURNAL,
    Column("divider_id", Integer, primary_key=True),
    Column("metric", String, nullable=False),
    Column("on_day", Date, nullable=False, comment="first day of the new way of counting"),
    Column("author", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("origin", String, nullable=False),
    Index("ix_dividers_metric_on_day", "metric", "on_day"),
)

ACCESS_LOG = Table(
    "access_log",
    JOURNAL,
    Column("access_id", Integer, primary_key=True),
    Column("at", DateTime, nullable=False, comment="UTC"),
    Column("viewer", String, nullable=False),
    Column("subject", String, nullable=False, comment="whose rows: a person, a case"),
    Column("doing", String, nullable=False, comment="what was looked at or exported"),
    Index("ix_access_log_subject_at", "subject", "at"),
)

AUDIT_DRAWS = Table(
    "audit_draws",
    JOURNAL,
    Column("draw_id", Integer, primary_key=True),
    Column("kind", String, nullable=False, comment="audit or calibration"),
    Column("week_start", Date, nullable=False, comment="first day of the week of the decisions"),
    Column("week_end", Date, nullable=False, comment="first day after it"),
    Column("seed", BigInteger, nullable=False),
    Column("size", Integer, nullable=False, comment="cases drawn"),
    Column("min_per_person", Integer, nullable=False),
    Column("min_per_reason", Integer, nullable=False),
    Column("raters", Integer, nullable=False, comment="people who review each case"),
    Column("frame_size", Integer, nullable=False, comment="decisions of the week that could be drawn"),
    Column("store_version", String, nullable=False, comment="facts the decisions were drawn from"),
    Column("drawn_at", DateTime, nullable=False, comment="UTC"),
    Column("due_on", Date, nullable=False, comment="last day for the reviews"),
    Column("replaced_at", DateTime, comment="UTC; another draw took its place; null: it holds"),
    Index("ix_audit_draws_kind_week_start", "kind", "week_start"),
)

AUDIT_DRAW_ITEMS = Table(
    "audit_draw_items",
    JOURNAL,
    Column("draw_id", Integer, primary_key=True, autoincrement=False),
    Column("review_id", String, primary_key=True, comment="number of the review, as imported"),
    Column("subject_kind", String, nullable=False, comment="what is reviewed: appeal"),
    Column("subject_id", String, nullable=False),
    Column("stratum", String, nullable=False, comment="of the audit frame; empty: none"),
    Column("person", String, nullable=False, comment="who decided it"),
    Column("team", String, nullable=False, comment="team that decided it; empty: unknown"),
    Column("reason", String, nullable=False, comment="of the decision; empty: none"),
    Column("reviewer_id", String, nullable=False, comment="who reviews it"),
    Column("chance", Double, nullable=False, comment="of the case to be drawn"),
    Column("weight", Double, nullable=False, comment="1 ÷ chance"),
)

SCENARIOS = Table(
    "scenarios",
    JOURNAL,
    Column("scenario_id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("scope", Text, nullable=False, comment="the teams it is about, a filter text"),
    Column("changes", Text, nullable=False, comment="what it changes, as in the link"),
    Column("target", Double, comment="share of cases in time it asks for; null: the one in force"),
    Column("author", Text, nullable=False, comment="who wrote it"),
    Column("created_at", DateTime, nullable=False, comment="UTC"),
    Column("changed_by", Text, nullable=False, comment="who changed it last"),
    Column("changed_at", DateTime, nullable=False, comment="UTC"),
    Column("archived_at", DateTime, comment="UTC; null: it is listed"),
    Column("version", Integer, nullable=False, comment="goes up by one with every change, from 1"),
    Index("ix_scenarios_archived_at_name", "archived_at", "name"),
)
