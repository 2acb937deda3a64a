"""Reads of the journal, as small frozen records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from store.journal.opening import Journal
from store.journal.tables import ACCESS_LOG, ACTIONS, DIVIDERS, TARGETS


@dataclass(frozen=True)
class Action:
    """Something someone does or must decide; `scope` and `comparison` are filter texts, empty for all."""

    action_id: int
    kind: str
    title: str
    owner: str | None
    asked_by: str | None
    decision_from: str | None
    due: dt.date | None
    status: str
    metric: str | None
    live_on: dt.date | None
    expected_effect: float | None
    scope: str
    comparison: str
    evidence: str | None
    cases_held: int | None
    gmv_held: float | None
    created_at: dt.datetime
    origin: str


@dataclass(frozen=True)
class Target:
    """One step of a path: `value` holds from `valid_from` to the next step of metric and scope."""

    target_id: int
    metric: str
    scope: str
    direction: str | None
    valid_from: dt.date
    value: float
    stretch: float | None
    owner: str | None
    origin: str


@dataclass(frozen=True)
class Divider:
    """From `on_day` on the metric counts differently, so limits start anew."""

    divider_id: int
    metric: str
    on_day: dt.date
    author: str
    reason: str
    origin: str


@dataclass(frozen=True)
class Access:
    """Somebody looked at, or exported, what belongs to `subject`; `at` is UTC."""

    at: dt.datetime
    viewer: str
    subject: str
    doing: str


def actions(journal: Journal, kinds: Collection[str] = ()) -> list[Action]:
    """All actions, or those of the given kinds, earliest due first and those without a date last."""
    query = select(ACTIONS).order_by(ACTIONS.c.due.is_(None), ACTIONS.c.due, ACTIONS.c.action_id)
    if kinds:
        query = query.where(ACTIONS.c.kind.in_(list(kinds)))
    with journal.engine.connect() as connection:
        return [Action(**row) for row in connection.execute(query).mappings()]


def targets(journal: Journal, metric: str | None = None) -> list[Target]:
    """The paths of all targets, or of one metric, ordered by metric, scope and date."""
    query = select(TARGETS).order_by(TARGETS.c.metric, TARGETS.c.scope, TARGETS.c.valid_from)
    if metric is not None:
        query = query.where(TARGETS.c.metric == metric)
    with journal.engine.connect() as connection:
        return [Target(**row) for row in connection.execute(query).mappings()]


def dividers(journal: Journal, metric: str | None = None) -> list[Divider]:
    """The dividers of all metrics, or of one, oldest first."""
    query = select(DIVIDERS).order_by(DIVIDERS.c.on_day, DIVIDERS.c.divider_id)
    if metric is not None:
        query = query.where(DIVIDERS.c.metric == metric)
    with journal.engine.connect() as connection:
        return [Divider(**row) for row in connection.execute(query).mappings()]


def accesses(journal: Journal, subject: str, most: int) -> list[Access]:
    """The newest accesses to what belongs to `subject`, newest first, at most `most`."""
    query = (
        select(ACCESS_LOG.c.at, ACCESS_LOG.c.viewer, ACCESS_LOG.c.subject, ACCESS_LOG.c.doing)
        .where(ACCESS_LOG.c.subject == subject)
        .order_by(ACCESS_LOG.c.at.desc(), ACCESS_LOG.c.access_id.desc())
        .limit(most)
    )
    with journal.engine.connect() as connection:
        return [Access(**row) for row in connection.execute(query).mappings()]
