"""The line under every page: whose time rules hold, and what the store is."""

from __future__ import annotations

from components.security import single_leader_mode
from components.theme import note
from components.view import View
from queries import health

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def footer(view: View) -> None:
    """Organisation, week start, time zone, fiscal year, origin and version of the facts; the open mode."""
    organisation = view.reader.facts.settings.organisation
    origin = health.store_facts(view.reader).get("origin", "")
    month = _MONTHS[organisation.fiscal_year_ends_in - 1]
    note(
        f"{organisation.name} · weeks start on {organisation.week_starts_on.capitalize()}, "
        f"{organisation.time_zone} time · fiscal year ends in {month} · "
        f"{origin}, version {view.reader.facts.version} · "
        f"No sign-in is configured: {_reach()}."
    )


def _reach() -> str:
    """Who can open the app, and what they see."""
    if single_leader_mode():
        return "this app answers only on this machine, and whoever opens it sees everything"
    return (
        "this app answers beyond this machine, and whoever reaches it sees everything but what is about one "
        "person"
    )
