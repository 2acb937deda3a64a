"""What the people of the simulated operation wrote down: actions, targets with dated paths, dividers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sample_data.span import default_end
from sample_data.stories import stories
from store.settings import Settings

Entry = dict[str, object]


@dataclass(frozen=True)
class JournalEntries:
    """Rows of the journal as plain dictionaries.

    actions: kind, title, owner, asked_by, decision_from, due, status, metric, live_on, expected_effect,
    where, compare, cases_held, value_held, created_on, evidence. targets: metric, where, valid_from, value,
    owner (rates as fractions). dividers: metric, on_day, author, reason.
    """

    actions: list[Entry]
    targets: list[Entry]
    dividers: list[Entry]


def journal_entries(*, weeks: int = 156, end: dt.date | None = None, settings: Settings) -> JournalEntries:
    """The entries that belong to `simulate` with the same `weeks` and `end`."""
    organisation = settings.organisation
    last = end or default_end(organisation.week_start, organisation.time_zone)
    return JournalEntries(
        [_action(last, **entry) for entry in _actions()],
        list(_targets(last, weeks)),
        [
            {
                "metric": "resolution_sla",
                "on_day": last + dt.timedelta(days=1) - dt.timedelta(weeks=min(weeks, 110)),
                "author": "Clara Weber",
                "reason": "Severities were redefined; older weeks count other cases as Sev-2.",
            }
        ],
    )


def _action(last: dt.date, *, created: int, due: int, live: int | None = None, **told: object) -> Entry:
    """An action with weeks before the end turned into dates; a negative number lies after the end."""
    blank: Entry = {
        "asked_by": None,
        "decision_from": None,
        "status": "open",
        "metric": None,
        "expected_effect": None,
        "where": "",
        "compare": "",
        "cases_held": None,
        "value_held": None,
        "evidence": None,
    }
    day_after = last + dt.timedelta(days=1)
    return {
        **blank,
        **told,
        "created_on": day_after - dt.timedelta(weeks=created),
        "due": day_after - dt.timedelta(weeks=due),
        "live_on": None if live is None else day_after - dt.timedelta(weeks=live),
    }


def _actions() -> list[dict]:
    works, fails = stories()["fix_works"], stories()["fix_does_not_work"]
    assert works.weeks is not None and fails.weeks is not None
    return [
        {
            "kind": "preventive",
            "title": "Check addresses while they are typed, in EU",
            "owner": "Lukas Moreau",
            "asked_by": "Head of Escalations",
            "created": 26,
            "due": 14,
            "live": int(works.weeks[0]),
            "status": "live",
            "metric": works.metric,
            "expected_effect": -0.35,
            "where": works.where,
            "compare": "reason=address_mismatch&marketplace=NA",
            "evidence": "?reason=address_mismatch&marketplace=EU",
        },
        {
            "kind": "preventive",
            "title": "New letter that explains held funds, in NA",
            "owner": "Camila Rivera",
            "asked_by": "Head of Escalations",
            "created": 24,
            "due": 16,
            "live": int(fails.weeks[0]),
            "status": "live",
            "metric": fails.metric,
            "expected_effect": -0.25,
            "where": fails.where,
            "compare": "reason=funds_held&marketplace=EU",
            "evidence": "?reason=funds_held&marketplace=NA",
        },
        {
            "kind": "preventive",
            "title": "Checklist for listing appeals, in IN",
            "owner": "Meera Nair",
            "created": 9,
            "due": 4,
            "live": 4,
            "status": "live",
            "metric": "escalations_opened",
            "expected_effect": -0.2,
            "where": "reason=listing_removed&marketplace=IN",
            "compare": "reason=listing_removed&marketplace=NA",
        },
        {
            "kind": "root_cause_action",
            "title": "Say in the letter which document is missing",
            "owner": "Anna Keller",
            "asked_by": "Head of Escalations",
            "created": 7,
            "due": -2,
            "metric": "preventable_share",
            "expected_effect": -0.05,
            "where": "reason=document_rejected",
            "evidence": "?reason=document_rejected&site=Hyderabad",
        },
        {
            "kind": "root_cause_action",
            "title": "Route related-account cases to trained people",
            "owner": "Rohan Iyer",
            "created": 12,
            "due": 1,
            "metric": "transfers_per_escalation",
            "expected_effect": -0.1,
            "where": "reason=related_account",
        },
        {
            "kind": "root_cause_action",
            "title": "Correct the address master of three carriers",
            "owner": "Sofia Nielsen",
            "created": 30,
            "due": 18,
            "status": "done",
            "metric": "repeat_rate",
            "where": "reason=address_mismatch",
        },
        {
            "kind": "policy_gap",
            "title": "Expired documents during a renewal",
            "owner": "Priya Menon",
            "asked_by": "Head of Reinstatements",
            "decision_from": "Head of Policy",
            "created": 6,
            "due": -1,
            "metric": "escalations_opened",
            "where": "reason=document_rejected",
            "cases_held": 9,
            "value_held": 184_000.0,
        },
        {
            "kind": "policy_gap",
            "title": "Refurbished goods: two rules contradict each other",
            "owner": "Hugo Fontaine",
            "decision_from": "Head of Policy",
            "created": 15,
            "due": 3,
            "where": "reason=policy_unclear",
            "cases_held": 3,
            "value_held": 21_500.0,
        },
        {
            "kind": "blocker",
            "title": "Three people of amer-4 were not replaced",
            "owner": "Director Americas",
            "asked_by": "Manager amer-4",
            "decision_from": "VP Seller Risk",
            "created": 7,
            "due": 0,
            "metric": "backlog_open",
            "where": "team=amer-4",
            "cases_held": 74,
            "value_held": 655_000.0,
            "evidence": "?team=amer-4",
        },
        {
            "kind": "blocker",
            "title": "Legal needs a second reader for brand complaints",
            "owner": "Director EMEA",
            "asked_by": "Manager emea-3",
            "decision_from": "Legal director",
            "created": 13,
            "due": 2,
            "metric": "partner_on_time",
            "where": "partner=Legal",
            "cases_held": 12,
            "value_held": 240_000.0,
        },
        {
            "kind": "decision",
            "title": "Release limit for held funds goes from 5,000 to 10,000",
            "owner": "VP Seller Risk",
            "asked_by": "Director Americas",
            "decision_from": "VP Seller Risk",
            "created": 10,
            "due": 5,
            "status": "done",
            "where": "reason=funds_held",
        },
        {
            "kind": "decision",
            "title": "May clocks be paused for internal checks?",
            "owner": "Director EMEA",
            "asked_by": "Head of Escalations",
            "decision_from": "VP Seller Risk",
            "created": 4,
            "due": -1,
            "metric": "pause_hygiene",
            "where": "team=emea-2",
            "evidence": "?team=emea-2",
        },
        {
            "kind": "tooling",
            "title": "Show the partner's agreed time in the case tool",
            "owner": "Tools team",
            "asked_by": "Manager india-2",
            "created": 18,
            "due": -6,
            "metric": "partner_on_time",
        },
        {
            "kind": "tooling",
            "title": "Roll back the SOCR model of SPIV",
            "owner": "SPIV science",
            "asked_by": "Head of Reinstatements",
            "created": 20,
            "due": 6,
            "metric": "false_positive_floor",
            "where": "enforcement_team=SPIV&detection_source=SOCR",
        },
        {
            "kind": "tooling",
            "title": "Bulk upload of invoices",
            "owner": "Tools team",
            "created": 40,
            "due": 25,
            "status": "cancelled",
        },
    ]


def _targets(last: dt.date, weeks: int) -> list[Entry]:
    """Targets with their paths: a new value is valid from its date until the next one."""
    begins = last + dt.timedelta(days=1) - dt.timedelta(weeks=weeks)
    year, next_year = dt.date(last.year, 1, 1), dt.date(last.year + 1, 1, 1)
    paths: list[tuple[str, str, str, tuple[float, float, float]]] = [
        ("resolution_sla", "", "Head of Escalations", (0.85, 0.87, 0.90)),
        ("resolution_sla", "tier=strategic", "Head of Escalations", (0.93, 0.95, 0.96)),
        ("first_response_sla", "", "Head of Escalations", (0.93, 0.95, 0.95)),
        ("reopen_rate", "", "Head of Escalations", (0.07, 0.06, 0.05)),
        ("backlog_past_due", "", "Head of Escalations", (60.0, 50.0, 40.0)),
        ("partner_on_time", "", "Head of Partnerships", (0.85, 0.88, 0.90)),
        ("preventable_share", "", "Head of Escalations", (0.55, 0.50, 0.42)),
        ("audit_defect_rate", "", "Head of Reinstatements", (0.06, 0.05, 0.04)),
        ("decision_sla", "", "Head of Reinstatements", (0.85, 0.88, 0.90)),
        ("restumble_rate_90", "", "Head of Reinstatements", (0.16, 0.15, 0.12)),
        ("false_positive_floor", "", "Head of Enforcement", (0.08, 0.07, 0.06)),
    ]
    dates = (begins, year, next_year)
    return [
        {"metric": metric, "where": where, "valid_from": day, "value": value, "owner": owner}
        for metric, where, owner, values in paths
        for day, value in zip(dates, values, strict=True)
        if day >= begins
    ]
