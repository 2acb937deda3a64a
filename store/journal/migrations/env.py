"""Runs migrations on the connection the journal was opened with."""

from __future__ import annotations

from alembic import context

from store.journal.tables import JOURNAL

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=JOURNAL,
    transactional_ddl=False,  # the whole upgrade already runs in one transaction of ours
)
context.run_migrations()
