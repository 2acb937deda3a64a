"""What the reinstatement metrics share: their area, who answers for them, and what they can be split by."""

from __future__ import annotations

from typing import Any

from queries.formulas import Formula
from queries.model import Good, Metric, Unit

AREA = "Reinstatement"
DRILL = (
    "team",
    "site",
    "marketplace",
    "tier",
    "appeal_reason",
    "outcome",
    "policy",
    "enforcement_team",
    "category",
    "member",
)


def reinstatement_metric(
    key: str, label: str, formula: Formula, unit: Unit, good: Good, definition: str, clock: str, **more: Any
) -> Metric:
    """A metric of the area; it splits by `DRILL` unless `drill` says otherwise."""
    more.setdefault("drill", DRILL)
    more.setdefault("owner", "Reinstatement lead")
    return Metric(key, label, AREA, formula, unit, good, definition, clock, **more)
