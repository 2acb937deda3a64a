"""Definitions and data: what each number means, and whether the data behind it can be trusted."""

from __future__ import annotations

from components import view
from components.definitions import access, dictionary, freshness, import_history, reconciliation, refused
from components.states import panel

seen = view.current()

with panel("Metric dictionary"):
    dictionary(seen)
with panel("Freshness"):
    freshness(seen)
with panel("Refused rows"):
    refused(seen)
with panel("Reconciliation"):
    reconciliation(seen)
with panel("Import history"):
    import_history(seen)
with panel("Access"):
    access(seen)
