"""Writes to the journal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert

from store.journal.opening import Journal
from store.journal.tables import ACCESS_LOG, ACTIONS, DIVIDERS, TARGETS

Entry = dict[str, Any]


def replace_entries(
    journal: Journal,
    origin: str,
    *,
    actions: Sequence[Entry] = (),
    targets: Sequence[Entry] = (),
    dividers: Sequence[Entry] = (),
) -> None:
    """Put these entries in place of all earlier ones of the same origin, in one transaction.

    Keys are the columns of the tables; entries of other origins, what people wrote, are never touched.
    A target someone else wrote for the same metric, scope and date keeps its place.
    """
    with journal.engine.connect().execution_options(writes=True) as connection, connection.begin():
        for table in (ACTIONS, TARGETS, DIVIDERS):
            connection.execute(delete(table).where(table.c.origin == origin))
        taken = {tuple(row) for row in connection.execute(TARGETS.select().with_only_columns(*_target_key()))}
        free = [
            entry
            for entry in targets
            if (entry["metric"], entry.get("scope", ""), entry["valid_from"]) not in taken
        ]
        now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
        blank = {"scope": "", "comparison": "", "status": "open", "created_at": now}
        for table, entries, defaults in (
            (ACTIONS, actions, blank),
            (TARGETS, free, {"scope": ""}),
            (DIVIDERS, dividers, {}),
        ):
            for entry in entries:
                connection.execute(insert(table).values(**{**defaults, **entry, "origin": origin}))


def log_access(journal: Journal, viewer: str, subject: str, doing: str) -> None:
    """Remember that `viewer` looked at or exported what belongs to `subject`."""
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    with journal.engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(insert(ACCESS_LOG).values(at=now, viewer=viewer, subject=subject, doing=doing))


def _target_key() -> tuple[Any, ...]:
    return TARGETS.c.metric, TARGETS.c.scope, TARGETS.c.valid_from
