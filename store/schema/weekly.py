"""Cases counted by week: for views of one filter, where millions of rows come to thousands of counts.

A case stands once for each dimension it has, under its value there, so that any view narrowed or split by one
dimension finds its counts side by side; a view of two is counted from the cases.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Column, Table

from store.schema.columns import FACTS, day, fact_table, flag, number, text, whole
from store.schema.work import APPEALS, ENFORCEMENTS

EVERYONE = ""
"""The dimension under which every case stands once, with no value."""
DIMENSIONS = (
    "team",
    "site",
    "marketplace",
    "category",
    "tier",
    "severity",
    "reason",
    "account_manager",
    "enforcement_team",
    "detection_source",
    "policy",
    "outcome",
    "risk_band",
)
"""Columns of filters that cases are counted by; people are too many to count by week."""
_SOURCES = {APPEALS.name: APPEALS, ENFORCEMENTS.name: ENFORCEMENTS}
WEIGHTS = ("weighted", "weight", "squares")
"""Of the audits whose design weight the source gave: how many, the sum of weights and that of squares."""


@dataclass(frozen=True)
class Weekly:
    """Which rows of a fact table are counted as one: those of a week of `clock` alike in what follows.

    `exact` columns are kept as they are. Of `known` columns it is only kept whether they have a value, under
    a name of their own. `samples` are the audits whose weights are added up.
    """

    name: str
    fact: str
    clock: str
    exact: tuple[str, ...]
    known: dict[str, str] = field(default_factory=dict, hash=False)
    within: dict[str, str] = field(default_factory=dict, hash=False)
    samples: tuple[str, ...] = ()

    @property
    def table(self) -> Table:
        """The table of the counts."""
        return FACTS.tables[self.name]

    @property
    def columns(self) -> tuple[str, ...]:
        """What is told apart within a week, as its columns are called."""
        return (*self.exact, *self.known.values())

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions of the fact that its rows are counted by."""
        return tuple(name for name in DIMENSIONS if name in _SOURCES[self.fact].columns)


WEEKLY = (
    Weekly("appeals_decided_weekly", "appeals", "decided", ("kind",), samples=("audit", "recheck")),
    Weekly("appeals_waiting_weekly", "appeals", "submitted", ("submitted_on", "decided_week")),
    Weekly(
        "appeals_submitted_weekly",
        "appeals",
        "submitted",
        ("decision_bucket", "outcome"),
        {"decided_at": "decided"},
    ),
    Weekly("appeals_due_weekly", "appeals", "due", ("decision_met",)),
    Weekly("enforcements_weekly", "enforcements", "enforced", ("kind",), samples=("audit",)),
)
"""The first that tells what is asked answers it, so the smaller of two stands first."""


def weight_columns(sample: str) -> tuple[str, ...]:
    """The columns of a sample's weights, in the order of `WEIGHTS`."""
    return tuple(f"{sample}_{name}" for name in WEIGHTS)


def _table(weekly: Weekly) -> Table:
    source = _SOURCES[weekly.fact].columns
    copied = (
        Column(
            name, source[name].type, comment=source[name].comment, info={**source[name].info, "derived": True}
        )
        for name in weekly.exact
    )
    weights = (
        number(name, f"{weekly.fact} whose {sample} has a weight: number, weights, squares", derived=True)
        for sample in weekly.samples
        for name in weight_columns(sample)
    )
    return fact_table(
        weekly.name,
        f"{weekly.fact} counted by the week {weekly.clock}, one dimension at a time (derived)",
        ("dimension", "value", "week", *weekly.columns),
        ("dimension", "value", "week"),
        text("dimension", "what they are counted by; empty: nothing", required=True, derived=True),
        text("value", "its value", derived=True),
        day("week", "first day of the business week", required=True, derived=True),
        *copied,
        *(flag(name, f"{column} has a value", derived=True) for column, name in weekly.known.items()),
        whole("cases", f"how many {weekly.fact}", required=True, derived=True),
        *weights,
    )


DERIVED_TABLES = tuple(_table(weekly).name for weekly in WEEKLY)
