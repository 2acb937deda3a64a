"""A derived table of how much people get done of what the experienced would have."""

from __future__ import annotations

from store.schema.columns import day, fact_table, number, text, whole

WORK_PACE = fact_table(
    "work_pace",
    "what one person got done on one day, beside what experienced colleagues would have (derived)",
    ("specialist_id", "worked_on"),
    ("worked_on", "team"),
    text("specialist_id", "the person", required=True, refers="specialists", derived=True),
    day("worked_on", "business date", required=True, derived=True),
    day("worked_week", "first day of its business week", derived=True),
    text("team", "team on that day", derived=True),
    text("site", "site on that day", derived=True),
    day("hired_on", "the person's first day", derived=True),
    whole("tenure_weeks", "whole weeks since the first day", derived=True),
    number("done_hours", "standard hours of the cases the person ended", unit="h", derived=True),
    number("done_squares", "sum of the squares of those standard hours", derived=True),
    whole("done_cases", "cases the person ended", derived=True),
    number(
        "usual_hours",
        "standard hours experienced colleagues of the team end in as many available hours; null: not known",
        unit="h",
        derived=True,
    ),
)

DERIVED_TABLES = ("work_pace",)
