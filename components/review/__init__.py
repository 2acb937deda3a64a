"""The sections of the Weekly review, in the order the page draws them."""

from __future__ import annotations

from components.review.board import Board, read_board
from components.review.breakdown import by_team
from components.review.commitments import commitments
from components.review.exceptions import needs_you
from components.review.scorecard_section import further_metrics, scorecard_section

__all__ = [
    "Board",
    "by_team",
    "commitments",
    "further_metrics",
    "needs_you",
    "read_board",
    "scorecard_section",
]
