"""What people write and plan: actions, targets, draws, scenarios, development. No import touches it."""

from __future__ import annotations

from store.journal.development import (
    Development,
    EntryChanged,
    archive_entry,
    development,
    entries,
    replace_development,
    save_entry,
)
from store.journal.development_entries import (
    Career,
    Certification,
    CoachingMark,
    Entry,
    EntryRefused,
    FollowUp,
    Goal,
    OneOnOne,
    Stamp,
)
from store.journal.draws import AuditDraw, DrawExists, DrawItem, DrawKind, draws, save_draw
from store.journal.opening import Journal, open_journal
from store.journal.reading import Access, Action, Divider, Target, accesses, actions, dividers, targets
from store.journal.scenarios import (
    SavedScenario,
    ScenarioChanged,
    ScenarioRefused,
    ScenarioText,
    archive_scenario,
    change_scenario,
    save_scenario,
    scenario,
    scenarios,
)
from store.journal.writing import log_access, replace_entries

__all__ = [
    "Access",
    "Action",
    "AuditDraw",
    "Career",
    "Certification",
    "CoachingMark",
    "Development",
    "Divider",
    "DrawExists",
    "DrawItem",
    "DrawKind",
    "Entry",
    "EntryChanged",
    "EntryRefused",
    "FollowUp",
    "Goal",
    "Journal",
    "OneOnOne",
    "SavedScenario",
    "ScenarioChanged",
    "ScenarioRefused",
    "ScenarioText",
    "Stamp",
    "Target",
    "accesses",
    "actions",
    "archive_entry",
    "archive_scenario",
    "change_scenario",
    "development",
    "dividers",
    "draws",
    "entries",
    "log_access",
    "open_journal",
    "replace_development",
    "replace_entries",
    "save_draw",
    "save_entry",
    "save_scenario",
    "scenario",
    "scenarios",
    "targets",
]
