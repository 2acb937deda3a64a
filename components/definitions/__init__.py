"""The sections of Definitions and data, in the order the page draws them."""

from __future__ import annotations

from components.definitions.access import access
from components.definitions.books import import_history, reconciliation
from components.definitions.dictionary import dictionary
from components.definitions.freshness import freshness
from components.definitions.refused import refused

__all__ = ["access", "dictionary", "freshness", "import_history", "reconciliation", "refused"]
