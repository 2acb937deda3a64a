"""What an appeal can end in, and which of these endings mean what."""

from __future__ import annotations

OUR_ERROR = "reversed_our_error"
"""The one outcome of an appeal, and kind of reversal of an enforcement, that makes it a false positive."""
APPEAL_OUTCOMES = (
    OUR_ERROR,
    "reinstated_after_fix",
    "reinstated_goodwill",
    "partially_reinstated",
    "upheld",
    "withdrawn",
)
REINSTATING = APPEAL_OUTCOMES[:4]
"""Outcomes that let the seller sell again."""
