"""The log of views of a person, in the journal."""

from __future__ import annotations

from queries.journal import kept_open
from store import journal as stored
from store.location import Location


def log_view(location: Location, viewer: str, specialist_id: str, what: str) -> None:
    """Remember that `viewer` opened `what` about a person. Raises StoreError when it cannot be written."""
    stored.log_access(kept_open(location), viewer, specialist_id, what)
