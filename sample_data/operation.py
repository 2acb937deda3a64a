"""The operation that is simulated: its teams, sites, sellers' world and words, with their usual shares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Team:
    """A team, the organisation it belongs to, its home site and its business calendar."""

    name: str
    title: str
    org: str
    site: str
    calendar: str


ORGS = {"emea": "EMEA", "americas": "Americas", "india": "India"}
CALENDAR_ZONES = {"emea": "Europe/Luxembourg", "americas": "America/Chicago", "india": "Asia/Kolkata"}
TEAMS = (
    Team("emea-1", "EMEA 1 Luxembourg", "emea", "Luxembourg", "emea"),
    Team("emea-2", "EMEA 2 Luxembourg", "emea", "Luxembourg", "emea"),
    Team("emea-3", "EMEA 3 Berlin", "emea", "Berlin", "emea"),
    Team("emea-4", "EMEA 4 Berlin", "emea", "Berlin", "emea"),
    Team("amer-1", "Americas 1 Austin", "americas", "Austin", "americas"),
    Team("amer-2", "Americas 2 Austin", "americas", "Austin", "americas"),
    Team("amer-3", "Americas 3 Toronto", "americas", "Toronto", "americas"),
    Team("amer-4", "Americas 4 Toronto", "americas", "Toronto", "americas"),
    Team("india-1", "India 1 Hyderabad", "india", "Hyderabad", "india"),
    Team("india-2", "India 2 Hyderabad", "india", "Hyderabad", "india"),
    Team("india-3", "India 3 Hyderabad", "india", "Hyderabad", "india"),
    Team("india-4", "India 4 Hyderabad", "india", "Hyderabad", "india"),
)
TEAM_NAMES = tuple(team.name for team in TEAMS)
SITES = tuple(dict.fromkeys(team.site for team in TEAMS))
SITE_OF_TEAM = np.array([SITES.index(team.site) for team in TEAMS])
ORG_OF_TEAM = np.array([list(ORGS).index(team.org) for team in TEAMS])

TIERS = ("strategic", "growth", "standard")
CATEGORIES = {
    "Electronics": 0.20,
    "Apparel": 0.18,
    "Home": 0.17,
    "Beauty": 0.12,
    "Toys": 0.10,
    "Grocery": 0.09,
    "Automotive": 0.08,
    "Books": 0.06,
}
MARKETPLACES = {"EU": 0.28, "UK": 0.10, "NA": 0.33, "LATAM": 0.06, "JP": 0.09, "IN": 0.14}
MARKETPLACE_NAMES = tuple(MARKETPLACES)
MARKETPLACE_ZONES = {
    "EU": "Europe/Luxembourg",
    "UK": "Europe/London",
    "NA": "America/Chicago",
    "LATAM": "America/Sao_Paulo",
    "JP": "Asia/Tokyo",
    "IN": "Asia/Kolkata",
}
# Shares of each marketplace's work that go to EMEA, the Americas and India.
ROUTES = {
    "EU": (0.76, 0.0, 0.24),
    "UK": (0.80, 0.0, 0.20),
    "NA": (0.0, 0.76, 0.24),
    "LATAM": (0.0, 1.0, 0.0),
    "JP": (0.0, 0.0, 1.0),
    "IN": (0.0, 0.0, 1.0),
}

SEVERITIES = {"Sev-1": 0.08, "Sev-2": 0.36, "Sev-3": 0.56}
REASONS = {
    "address_mismatch": 0.23,
    "document_rejected": 0.22,
    "funds_held": 0.14,
    "listing_removed": 0.12,
    "appeal_delayed": 0.10,
    "counterfeit_claim": 0.08,
    "related_account": 0.07,
    "identity_check": 0.06,
    "performance_metrics": 0.05,
    "policy_unclear": 0.03,
}
ROOT_CAUSES = {
    "unclear_notice": 0.21,
    "wrong_enforcement": 0.17,
    "late_decision": 0.15,
    "missing_guidance": 0.13,
    "partner_delay": 0.10,
    "data_mismatch": 0.08,
    "seller_error": 0.07,
    "policy_gap": 0.05,
    "tool_fault": 0.04,
}
PARTNER_SHARES = {"Policy": 0.31, "Customer Trust": 0.24, "Payments": 0.20, "Legal": 0.11, "Catalog": 0.14}
PARTNER_MEDIAN_HOURS = {
    "Policy": 33.0,
    "Customer Trust": 16.0,
    "Payments": 16.0,
    "Legal": 25.0,
    "Catalog": 8.0,
}
POLICIES = {
    "identity": 0.24,
    "counterfeit": 0.20,
    "restricted_products": 0.17,
    "listing_abuse": 0.15,
    "late_shipment": 0.12,
    "review_abuse": 0.07,
    "tax_information": 0.05,
}
ENFORCEMENT_TEAMS = {"SLM": 0.40, "SPIV": 0.35, "TSI": 0.25}
DETECTION_SOURCES = {
    "SOCR": 0.42,
    "seller_reports": 0.22,
    "image_match": 0.18,
    "manual_review": 0.10,
    "payment_signals": 0.08,
}
SKILLS = {
    "identity": "Identity documents",
    "counterfeit": "Counterfeit claims",
    "payments": "Held funds",
    "related": "Related accounts",
    "german": "German",
    "french": "French",
    "spanish": "Spanish",
    "japanese": "Japanese",
}
# Standard minutes per type of work at scale 1; the appeal time fell when the new tool came.
STANDARD_MINUTES = {"appeal": 84.0, "escalation": 255.0, "investigation": 560.0, "review": 30.0}


def team_shares() -> NDArray[np.float64]:
    """Matrix marketplace × team: the usual share of a marketplace's work each team takes."""
    size = np.bincount(ORG_OF_TEAM)
    routes = np.array([ROUTES[name] for name in MARKETPLACE_NAMES])
    return np.asarray(routes[:, ORG_OF_TEAM] / size[ORG_OF_TEAM])
