"""What people write and plan: actions, targets, draws, scenarios, who looked. No import touches it."""

from __future__ import annotations

from store.journal.draws import AuditDraw, DrawExists, DrawItem, DrawKind, draws, save_draw
from store.journal.opening import Journal, open_journal
from store.journal.reading import Action, Divider, Target, actions, dividers, targets
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
    "Action",
    "AuditDraw",
    "Divider",
    "DrawExists",
    "DrawItem",
    "DrawKind",
    "Journal",
    "SavedScenario",
    "ScenarioChanged",
    "ScenarioRefused",
    "ScenarioText",
    "Target",
    "actions",
    "archive_scenario",
    "change_scenario",
    "dividers",
    "draws",
    "log_access",
    "open_journal",
    "replace_entries",
    "save_draw",
    "save_scenario",
    "scenario",
    "scenarios",
    "targets",
]
