"""How the rows of each fact table are listed: their columns, what names a row, where a search looks."""

from __future__ import annotations

from dataclasses import dataclass

OWNER = "specialist_id"
"""The column that says whose a row is."""


PLACES = (OWNER, "worked_on", "team", "site")
"""Whose, when and where a day of work was: what it can be looked up by without ranking anybody."""


@dataclass(frozen=True)
class Listing:
    """The list of one fact table.

    `columns` are shown and exported in this order; `key` names a row, its first column the number that is
    searched for; `began` is the moment or day a list is sorted by and `clock` its business date, by which
    rows without a metric fall into a period; `words` are columns of few values and `text` free text that a
    search looks through besides the numbers and the seller.
    """

    columns: tuple[str, ...]
    key: tuple[str, ...]
    began: str
    clock: str
    words: tuple[str, ...] = ()
    text: tuple[str, ...] = ()

    @property
    def of_people(self) -> bool:
        """Whether a row is about a person: their day of work, not a case they have."""
        return OWNER in self.key

    def orders(self, named: bool) -> tuple[str, ...]:
        """The columns rows may be sorted by: people are in no order of what they did."""
        told = self.told(named)
        return tuple(column for column in told if column in PLACES) if self.of_people else told

    def told(self, named: bool) -> tuple[str, ...]:
        """The columns for a viewer who may know whose each row is, or may not."""
        return tuple(column for column in self.columns if named or column != OWNER)


LISTINGS: dict[str, Listing] = {
    "escalations": Listing(
        (
            "escalation_id",
            "cycle",
            "severity",
            "reason",
            "team",
            "specialist_id",
            "seller_id",
            "marketplace",
            "tier",
            "opened_at",
            "due_at",
            "resolved_at",
            "end_kind",
            "resolve_hours",
            "summary",
        ),
        ("escalation_id", "cycle"),
        "opened_at",
        "opened",
        ("reason", "specialist_id"),
        ("summary",),
    ),
    "appeals": Listing(
        (
            "appeal_id",
            "level",
            "reason",
            "team",
            "specialist_id",
            "seller_id",
            "marketplace",
            "tier",
            "enforcement_id",
            "submitted_at",
            "due_at",
            "decided_at",
            "outcome",
            "decision_hours",
            "restumbled_after_days",
        ),
        ("appeal_id",),
        "submitted_at",
        "submitted",
        ("reason", "specialist_id", "outcome"),
    ),
    "enforcements": Listing(
        (
            "enforcement_id",
            "level",
            "policy",
            "enforcement_team",
            "detection_source",
            "risk_score",
            "seller_id",
            "marketplace",
            "tier",
            "account_manager",
            "enforced_at",
            "reversed_at",
            "reversal_kind",
        ),
        ("enforcement_id",),
        "enforced_at",
        "enforced",
        ("policy", "enforcement_team", "detection_source", "account_manager"),
    ),
    "investigations": Listing(
        (
            "investigation_id",
            "case_type",
            "playbook",
            "team",
            "specialist_id",
            "seller_id",
            "marketplace",
            "tier",
            "opened_at",
            "closed_at",
            "outcome",
            "investigation_hours",
        ),
        ("investigation_id",),
        "opened_at",
        "opened",
        ("specialist_id", "outcome"),
        ("case_type", "playbook"),
    ),
    "partner_waits": Listing(
        (
            "escalation_id",
            "cycle",
            "partner",
            "severity",
            "reason",
            "team",
            "seller_id",
            "starts_at",
            "due_at",
            "ends_at",
            "wait_hours",
        ),
        ("escalation_id", "cycle", "position"),
        "starts_at",
        "started",
        ("reason", "specialist_id", "partner"),
    ),
    "account_blocks": Listing(
        (
            "enforcement_id",
            "seller_id",
            "marketplace",
            "tier",
            "account_manager",
            "policy",
            "enforcement_team",
            "detection_source",
            "blocked_at",
            "lifted_at",
            "verdict",
            "daily_gmv",
        ),
        ("enforcement_id",),
        "blocked_at",
        "blocked",
        ("policy", "enforcement_team", "detection_source", "account_manager"),
    ),
    "surveys": Listing(
        (
            "survey_id",
            "seller_id",
            "marketplace",
            "tier",
            "case_kind",
            "case_id",
            "outcome",
            "sent_at",
            "answered_at",
            "score",
        ),
        ("survey_id",),
        "sent_at",
        "sent",
        ("outcome",),
        ("case_id",),
    ),
    "work_days": Listing(
        (
            "specialist_id",
            "worked_on",
            "team",
            "site",
            "paid_hours",
            "lost_to_leave",
            "lost_to_training",
            "lost_to_meetings",
            "available_hours",
            "case_hours",
        ),
        ("specialist_id", "worked_on"),
        "worked_on",
        "worked",
        ("specialist_id",),
    ),
    "work_pace": Listing(
        (
            "specialist_id",
            "worked_on",
            "team",
            "site",
            "tenure_weeks",
            "done_cases",
            "done_hours",
            "usual_hours",
        ),
        ("specialist_id", "worked_on"),
        "worked_on",
        "worked",
        ("specialist_id",),
    ),
    "cover_days": Listing(
        ("team", "site", "covered_on", "required", "covered", "thin_skills"),
        ("team", "covered_on"),
        "covered_on",
        "covered",
        (),
    ),
}
"""The lists by fact table."""

KINDS = ("escalations", "appeals", "enforcements", "investigations")
"""What can be looked for without a number, and opened one by one; the first unless another is chosen."""

SUBJECTS = {
    "escalation": "escalations",
    "appeal": "appeals",
    "enforcement": "enforcements",
    "investigation": "investigations",
}
"""The tables of what reviews and surveys are about, by the word they use."""


def kind_of_subject(subject: str | None) -> str:
    """The fact table of what a review or survey is about; "" when it is none that can be opened."""
    return SUBJECTS.get(subject or "", "")


def case_of(fact: str, row: dict[str, object]) -> tuple[str, str]:
    """The kind and number of the case that a listed row opens; empty where it opens none."""
    if fact == "surveys":
        kind, number = kind_of_subject(str(row["case_kind"] or "")), row["case_id"]
    elif fact in ("work_days", "work_pace", "cover_days"):
        return "", ""
    else:
        kind = {"partner_waits": "escalations", "account_blocks": "enforcements"}.get(fact, fact)
        number = row[LISTINGS[fact].key[0]]
    return (kind, str(number)) if kind in KINDS and number else ("", "")
