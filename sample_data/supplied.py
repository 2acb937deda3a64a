"""How far each table is complete, and the day that was never delivered."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from sample_data.span import Span
from sample_data.stories import stories

TABLES = (
    "escalations",
    "escalation_events",
    "enforcements",
    "appeals",
    "investigations",
    "reviews",
    "surveys",
    "work_days",
    "work_items",
    "gmv_daily",
    "seller_months",
)


def supplied_tables(span: Span) -> Iterator[tuple[str, pa.Table]]:
    """`supplied_through` and `incomplete_days`, the two tables that go with the source tables."""
    yield (
        "supplied_through",
        pa.table(
            {
                "table_name": pa.array(TABLES),
                "first_at": pa.array([span.begins] * len(TABLES), pa.timestamp("us")),
                "through_at": pa.array([span.through] * len(TABLES), pa.timestamp("us")),
            }
        ),
    )
    story = stories()["missing_day"]
    moments = span.midnights[:-1]
    lost = story.acts(span, moments) & (span.weekdays == int(story.strength))
    days = np.flatnonzero(lost)
    yield (
        "incomplete_days",
        pa.table(
            {
                "table_name": pa.array(["escalations"] * len(days), pa.string()),
                "on_day": pa.array(span.dates[days], pa.date32()),
                "why": pa.array(
                    ["The export of the case system failed; the day was never delivered."] * len(days),
                    pa.string(),
                ),
            }
        ),
    )
