"""Kinds of cases: a row per combination of what metrics ask of one.

Millions of appeals are of some thousand kinds. A metric then asks each kind once, and of the cases only how
many there are of it, instead of asking every case everything.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Column, Table

from store.schema.columns import FACTS, fact_table, flag, whole
from store.schema.work import APPEALS, ENFORCEMENTS

HORIZONS = (30, 60, 90, 180)
"""Days after a reinstatement that are told apart."""


@dataclass(frozen=True)
class Kinds:
    """How the rows of a fact table fall into the kinds of another, small one.

    `exact` columns are kept as they are. Of `known` columns it is only kept whether they have a value, of
    `within` columns, counts of days, within which of the `HORIZONS` they lie; both under a name of their own.
    `month` is the column the fact is clustered by.
    """

    fact: str
    month: str
    exact: tuple[str, ...]
    known: dict[str, str] = field(default_factory=dict)
    within: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the table of the kinds is called."""
        return f"{self.fact.removesuffix('s')}_kinds"

    @property
    def table(self) -> Table:
        """The table of the kinds."""
        return FACTS.tables[self.name]

    @property
    def columns(self) -> tuple[str, ...]:
        """What makes a kind, as its columns are called."""
        return (*self.exact, *self.known.values(), *self.within.values())


KINDS = {
    kinds.fact: kinds
    for kinds in (
        Kinds(
            "appeals",
            "decided_month",
            (
                "outcome",
                "level",
                "decision_met",
                "audit_stratum",
                "audit_drawn",
                "audit_wrong",
                "audit_error",
                "audit_side",
                "calibrated",
                "recheck_drawn",
                "recheck_wrong",
                "second_level_wrong",
                "restumble_under_appeal",
                "latest_of_episode",
            ),
            {"decided_at": "decided", "policy": "policy_known"},
            {
                "restumbled_after_days": "restumbled_within",
                "restumbled_gross_after_days": "restumbled_gross_within",
                "restumbled_same_policy_after_days": "restumbled_same_policy_within",
            },
        ),
        Kinds(
            "enforcements",
            "enforced_month",
            (
                "reversal_kind",
                "appeal_decided",
                "level",
                "audit_stratum",
                "audit_drawn",
                "audit_wrong",
                "audit_error",
            ),
            {"risk_band": "scored"},
        ),
    )
}


def _table(kinds: Kinds) -> Table:
    source = {APPEALS.name: APPEALS, ENFORCEMENTS.name: ENFORCEMENTS}[kinds.fact].columns
    copied = (
        Column(
            name, source[name].type, comment=source[name].comment, info={**source[name].info, "derived": True}
        )
        for name in kinds.exact
    )
    return fact_table(
        kinds.name,
        f"one row per combination of what metrics ask of {kinds.fact} (derived)",
        ("kind",),
        ("kind",),
        whole("kind", f"number of the kind, as its {kinds.fact} name it", required=True, derived=True),
        *copied,
        *(flag(name, f"{column} has a value", derived=True) for column, name in kinds.known.items()),
        *(
            whole(
                name, f"least of {HORIZONS} that {column} does not exceed; null: none", unit="d", derived=True
            )
            for column, name in kinds.within.items()
        ),
    )


DERIVED_TABLES = tuple(_table(kinds).name for kinds in KINDS.values())
