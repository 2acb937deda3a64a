"""Fact tables by the words a reader uses for them."""

from __future__ import annotations

TABLE_WORDS: dict[str, str] = {
    "escalations": "Escalations",
    "escalation_events": "Events of escalations",
    "partner_waits": "Waits on partners",
    "case_flow": "Flow of the backlog",
    "appeals": "Appeals",
    "enforcements": "Enforcements",
    "investigations": "Investigations",
    "reviews": "Reviews",
    "work_items": "Work items",
    "work_days": "Work days",
    "work_pace": "Pace of work",
    "cover_days": "Cover of skills",
    "surveys": "Surveys",
    "gmv_daily": "Sales by day",
    "seller_activity": "Activity of sellers",
    "account_blocks": "Blocked accounts",
    "block_flow": "Flow of blocked sales",
    "specialists": "Specialists",
    "specialist_history": "History of specialists",
    "sellers": "Sellers",
    "seller_history": "History of sellers",
    "teams": "Teams",
}


def table_words(name: str) -> str:
    """The table's words; its name with spaces where it has none."""
    return TABLE_WORDS.get(name, name.replace("_", " ").capitalize())
