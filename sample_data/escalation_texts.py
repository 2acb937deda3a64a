"""The words in an escalation: its one-line summary, and the decision it waits for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sample_data.escalation_arrivals import Arrivals
from sample_data.labels import Labels
from sample_data.operation import MARKETPLACE_NAMES, REASONS

_SUMMARIES = {
    "address_mismatch": (
        "Address on invoice differs from the account",
        "Warehouse address rejected as private home",
        "Company moved, old address still on file",
    ),
    "document_rejected": (
        "Utility bill rejected three times without reason",
        "Business licence rejected as unreadable",
        "Scanned invoice refused although complete",
    ),
    "funds_held": (
        "Payout held beyond 90 days",
        "Balance held after the account was reinstated",
        "Reserve raised without notice before payday",
    ),
    "listing_removed": (
        "Best-selling listing removed as restricted",
        "Listings removed although approval is on file",
        "Whole brand removed after one complaint",
    ),
    "appeal_delayed": (
        "Appeal open for two weeks without answer",
        "Second appeal closed without a reading",
        "No decision since the documents were sent",
    ),
    "counterfeit_claim": (
        "Counterfeit claim withdrawn by the brand, block stays",
        "Supply-chain invoices not accepted as proof",
        "Test buy disputed by the seller",
    ),
    "related_account": (
        "Linked to an account the seller does not know",
        "Former employee's account counted as related",
        "Shared warehouse taken for a shared owner",
    ),
    "identity_check": (
        "Identity check repeats every month",
        "Passport of the new director not accepted",
        "Video call missed because of the time zone",
    ),
    "performance_metrics": (
        "Late shipments during the carrier strike",
        "Order defects caused by a catalog error",
        "Cancellations after a price fault",
    ),
    "policy_unclear": (
        "Seller asks which rule applies to refurbished goods",
        "Two letters name two different rules",
        "Rule for bundles differs by marketplace",
    ),
}
_DECISIONS = (
    ("Head of Policy", "May expired documents be accepted during the grace period?"),
    ("Legal director", "May we answer the brand owner before the court date?"),
    ("VP Seller Risk", "Release the held funds above the usual limit?"),
    ("Head of Policy", "Which rule wins where both letters apply?"),
    ("Director Payments", "Pay out in parts while the check goes on?"),
    ("VP Seller Risk", "Lift the block for a strategic seller before the audit ends?"),
)


def summaries(random: np.random.Generator, cases: Arrivals) -> list[str]:
    """One line per case that a person can search."""
    variant = random.integers(0, 3, cases.count).tolist()
    lines = [_SUMMARIES[name] for name in REASONS]
    return [
        f"{lines[reason][index]} ({MARKETPLACE_NAMES[marketplace]})"
        for reason, index, marketplace in zip(
            cases.reason.tolist(), variant, cases.marketplace.tolist(), strict=True
        )
    ]


def decision_needed(
    random: np.random.Generator, reasons: NDArray[np.int64], blocked: NDArray[np.bool_]
) -> tuple[Labels, Labels]:
    """Who must act, and the decision that is needed, for the blocked rows."""
    drawn = (reasons + random.integers(0, 2, len(reasons))) % len(_DECISIONS)
    asked = np.where(blocked, drawn, -1)
    return Labels(asked, tuple(who for who, _ in _DECISIONS)), Labels(
        asked, tuple(what for _, what in _DECISIONS)
    )
