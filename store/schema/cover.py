"""A derived table of how far teams have the qualified people they need."""

from __future__ import annotations

from store.schema.columns import day, fact_table, number, text, whole

COVER_DAYS = fact_table(
    "cover_days",
    "qualified people a team needs and has on one day, all skills together (derived)",
    ("team", "covered_on"),
    ("covered_on", "team"),
    text("team", "the team", required=True, refers="teams", derived=True),
    text("site", "its home site", derived=True),
    day("covered_on", "business date", required=True, derived=True),
    day("covered_week", "first day of its business week", derived=True),
    number("required", "people needed, summed over skills", derived=True),
    number("covered", "of those, people qualified; never more than needed of a skill", derived=True),
    whole("thin_skills", "skills with no more qualified people than needed", derived=True),
)

DERIVED_TABLES = ("cover_days",)
