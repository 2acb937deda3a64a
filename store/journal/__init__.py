"""What people write: actions, targets, dividers and who looked at what. Never touched by an import."""

from __future__ import annotations

from store.journal.opening import Journal, open_journal
from store.journal.reading import Action, Divider, Target, actions, dividers, targets
from store.journal.writing import log_access, replace_entries

__all__ = [
    "Action",
    "Divider",
    "Journal",
    "Target",
    "actions",
    "dividers",
    "log_access",
    "open_journal",
    "replace_entries",
    "targets",
]
