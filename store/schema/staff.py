"""A derived table of how much staff there is."""

from __future__ import annotations

from store.schema.columns import day, fact_table, number, text

STAFF_FLOW = fact_table(
    "staff_flow",
    "full-time equivalents that join (+) and leave (−), of the people whose hours are recorded (derived)",
    ("specialist_id", "flow", "on_day"),
    ("on_day", "team"),
    text("specialist_id", "the person", required=True, refers="specialists", derived=True),
    text("flow", "joined or left the team, site or working time", derived=True),
    number("delta", "+fte or −fte; 1 where the person's is not given", derived=True),
    day("on_day", "first day with it, or first without it", derived=True),
    day("on_week", "first day of its business week", derived=True),
    text("team", "team", derived=True),
    text("site", "site", derived=True),
)

DERIVED_TABLES = ("staff_flow",)
