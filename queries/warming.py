"""The views most people open first, read before they ask."""

from __future__ import annotations

from queries import catalog
from queries.filters import Filters
from queries.measure import Reader
from queries.scorecard import scorecard


def warm(reader: Reader) -> None:
    """Read the unfiltered scorecard of the newest week; nothing in an empty store."""
    week = reader.coverage.newest_week()
    if week is not None:
        headline = [metric.key for metric in catalog.METRICS.values() if metric.headline]
        scorecard(reader, headline, week, Filters())
