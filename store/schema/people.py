"""People facts: teams, specialists, their history, skills, days and plans."""

from __future__ import annotations

from store.schema.columns import day, fact_table, flag, moment, number, text, whole

TEAMS = fact_table(
    "teams",
    "one row per team; parent teams make the organisation",
    ("team",),
    ("position", "team"),
    text("team", "short name used in links", required=True),
    text("name", "name shown"),
    text("parent", "organisation the team belongs to"),
    text("site", "home site"),
    text("manager_id", "specialist number of the manager"),
    text("calendar", "business calendar of the settings"),
    whole("position", "the organisation's own order"),
)

SPECIALISTS = fact_table(
    "specialists",
    "one row per person",
    ("specialist_id",),
    ("specialist_id",),
    text("specialist_id", "employee number", required=True),
    text("name", "name shown"),
    text("email", "work e-mail"),
    day("hired_on", "first day"),
    day("left_on", "last day; null while employed"),
)

SPECIALIST_HISTORY = fact_table(
    "specialist_history",
    "where a person stood, half-open [valid_from, valid_to)",
    ("specialist_id", "valid_from"),
    ("specialist_id", "valid_from"),
    text("specialist_id", "person", required=True, refers="specialists"),
    text("team", "team", refers="teams"),
    text("manager_id", "manager", refers="specialists"),
    text("level", "job level"),
    text("site", "site"),
    number("fte", "full-time equivalent, 0 to 1", positive=True),
    day("valid_from", "first day", required=True),
    day("valid_to", "first day no longer; null: still"),
)

SKILLS = fact_table(
    "skills",
    "one row per skill",
    ("skill",),
    ("skill",),
    text("skill", "short name", required=True),
    text("name", "name shown"),
)

SPECIALIST_SKILLS = fact_table(
    "specialist_skills",
    "who is qualified since when",
    ("specialist_id", "skill"),
    ("specialist_id", "skill"),
    text("specialist_id", "person", required=True, refers="specialists"),
    text("skill", "skill", required=True, refers="skills"),
    day("qualified_on", "qualified since"),
    day("expires_on", "until; null: no end"),
)

SKILL_REQUIREMENTS = fact_table(
    "skill_requirements",
    "people needed per team and skill",
    ("team", "skill"),
    ("team", "skill"),
    text("team", "team", required=True, refers="teams"),
    text("skill", "skill", required=True, refers="skills"),
    whole("people", "people required", positive=True),
)

TRAININGS = fact_table(
    "trainings",
    "one row per training",
    ("training_id",),
    ("held_on",),
    text("training_id", "number", required=True),
    text("name", "name shown"),
    day("held_on", "date"),
    text("reasons", "reasons covered, separated by ;"),
    text("tiers", "tiers covered, separated by ;"),
)

TRAINING_OUTCOMES = fact_table(
    "training_outcomes",
    "who took part, with what result",
    ("training_id", "specialist_id"),
    ("training_id", "specialist_id"),
    text("training_id", "training", required=True, refers="trainings"),
    text("specialist_id", "person", required=True, refers="specialists"),
    flag("passed", "passed"),
    number("score", "score, 0 to 100", positive=True),
)

WORK_DAYS = fact_table(
    "work_days",
    "hours of one person on one day",
    ("specialist_id", "worked_on"),
    ("worked_on", "team"),
    text("specialist_id", "person", required=True, refers="specialists"),
    day("worked_on", "business date", required=True),
    text("team", "team on that day", refers="teams"),
    text("site", "site on that day"),
    number("paid_hours", "paid hours, overtime included", unit="h", positive=True),
    number("overtime_hours", "overtime", unit="h", positive=True),
    number("leave_hours", "leave", unit="h", positive=True),
    text("leave_kind", "vacation, sick, parental, other"),
    number("training_hours", "training", unit="h", positive=True),
    number("meeting_hours", "meetings", unit="h", positive=True),
    number("case_hours", "hours on cases", unit="h", positive=True),
    day("worked_week", "first day of the business week of worked_on", derived=True),
    number("lost_to_leave", "paid hours that leave took", unit="h", derived=True),
    number("lost_to_training", "paid hours that training took, after leave", unit="h", derived=True),
    number(
        "lost_to_meetings", "paid hours that meetings took, after leave and training", unit="h", derived=True
    ),
    number("available_hours", "paid hours left; null: some kind is not supplied", unit="h", derived=True),
    whole("tenure_weeks", "whole weeks since the person's first day; null: not known", derived=True),
    number(
        "ramped_hours",
        "available hours × what new people of that tenure get done of what the experienced do",
        unit="h",
        derived=True,
    ),
)

PLANNED_LEAVE = fact_table(
    "planned_leave",
    "leave already agreed",
    ("specialist_id", "starts_on"),
    ("starts_on",),
    text("specialist_id", "person", required=True, refers="specialists"),
    day("starts_on", "first day", required=True),
    day("ends_on", "last day", required=True),
    text("leave_kind", "vacation, parental, other"),
)

HEADCOUNT_PLAN = fact_table(
    "headcount_plan",
    "planned full-time equivalents",
    ("team", "month"),
    ("month", "team"),
    text("team", "team", required=True, refers="teams"),
    day("month", "first day of the month", required=True),
    number("fte", "planned FTE", positive=True),
)

REQUISITIONS = fact_table(
    "requisitions",
    "open and filled positions",
    ("requisition_id",),
    ("opened_on",),
    text("requisition_id", "number", required=True),
    text("team", "team", refers="teams"),
    day("opened_on", "opened"),
    day("filled_on", "filled; null while open"),
    day("starts_on", "agreed first day"),
    text("specialist_id", "who filled it", refers="specialists"),
)

CALENDARS = fact_table(
    "calendars",
    "holidays and special days per business calendar",
    ("calendar", "on_day"),
    ("calendar", "on_day"),
    text("calendar", "business calendar", required=True),
    day("on_day", "date", required=True),
    text("name", "name of the holiday"),
)

ALIASES = fact_table(
    "aliases",
    "login, e-mail or employee number of one person",
    ("alias",),
    ("alias",),
    text("alias", "as a source writes it", required=True),
    text("specialist_id", "the person", required=True, refers="specialists"),
    moment("seen_at", "when first seen"),
)
