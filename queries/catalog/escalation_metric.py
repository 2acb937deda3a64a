"""What the escalation metrics share: their area and the dimensions they can be split by."""

from __future__ import annotations

from typing import Any

from queries.formulas import Formula
from queries.model import Good, Metric, Unit

AREA = "Escalations"
DRILL = ("team", "site", "marketplace", "tier", "severity", "reason", "root_cause", "category", "member")
PARTNER_DRILL = ("partner", "team", "site", "marketplace", "tier", "severity", "reason")


def escalation_metric(
    key: str, label: str, formula: Formula, unit: Unit, good: Good, definition: str, clock: str, **more: Any
) -> Metric:
    """A metric of the area; it splits by `DRILL` unless `drill` says otherwise."""
    more.setdefault("drill", DRILL)
    return Metric(key, label, AREA, formula, unit, good, definition, clock, **more)
