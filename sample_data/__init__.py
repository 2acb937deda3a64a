"""The simulated operation: source tables as an import would bring them, and the journal beside them."""

from __future__ import annotations

from sample_data.journal import JournalEntries, journal_entries
from sample_data.journal_development import development_entries
from sample_data.simulation import simulate

__all__ = ["JournalEntries", "development_entries", "journal_entries", "simulate"]
