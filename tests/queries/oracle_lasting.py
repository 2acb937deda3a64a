"""The second computation of what lasts and what comes from upstream, row by row from METRICS.md.

What followed each reinstatement is walked through seller by seller (`walked`); the curve is the product-limit
estimate of Aalen and Johansen taken one day after the other.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from tests.queries.oracle_appeals import REINSTATING, appeal_rows
from tests.queries.oracle_rows import OracleRows, Row, from_day_to_day
from tests.queries.oracle_statistics import Answer, proportion, weighted_audit
from tests.store.test_derive_restumble import walked

Test = Callable[[Row], Any]
HORIZON = 180
VARIANTS = {
    "": "restumbled_after_days",
    "_gross": "restumbled_gross_after_days",
    "_same_policy": "restumbled_same_policy_after_days",
}


def _within(column: str, days: int) -> Test:
    return lambda row: row[column] is not None and row[column] <= days


def _episode(row: Row) -> bool:
    return row["latest_of_episode"] is True


SHARES: dict[str, tuple[Test, Test]] = {
    **{
        f"restumble_rate_{days}{suffix}": (
            _within(column, days),
            _episode if suffix != "_same_policy" else lambda row: _episode(row) and row["policy"] is not None,
        )
        for days in (30, 60, 90, 180)
        for suffix, column in VARIANTS.items()
    },
    "second_level_reversal_rate": (
        lambda row: row["second"],
        lambda row: row["outcome"] == "upheld" and row["second"] is not None,
    ),
    "overturned_on_appeal": (lambda row: row["outcome"] == "reversed_our_error", lambda row: True),
}


class LastingOracle:
    """Answers over appeals by their decision and over enforcements by when they took effect."""

    def __init__(self, rows: OracleRows, tables: dict[str, pd.DataFrame]) -> None:
        self.rows = rows
        self.tables = tables

    @cached_property
    def appeals(self) -> list[Row]:
        """Decided appeals with what followed them and what rechecks found."""
        tables = self.tables
        history = {name: tables[name] for name in ("enforcements", "appeals", "sellers")}
        through = tables["supplied_through"]
        of_enforcements = through[through["table_name"] == "enforcements"].reset_index(drop=True)
        followed = walked({**history, "supplied_through": of_enforcements}).to_dict("index")
        reviews = self._reviews("appeal")
        found = []
        for row in appeal_rows(self.rows):
            if row["decided_at"] is None:
                continue
            facts = {key: _plain(value) for key, value in followed[row["appeal_id"]].items()}
            denied = row["outcome"] == "upheld"
            own = reviews.get(row["appeal_id"], [])
            recheck = _latest(row, own, "denial_recheck") if denied else None
            second = _latest(row, own, "second_level") if denied else None
            found.append(
                row
                | facts
                | {
                    "recheck": None if recheck is None else _reversed(recheck),
                    "recheck_weight": None if recheck is None else recheck["weight"] or None,
                    "second": None if second is None else _reversed(second),
                }
            )
        return found

    @cached_property
    def enforcements(self) -> list[Row]:
        """Enforcements with what was true when they took effect, and their audit."""
        reviews = self._reviews("enforcement")
        found = []
        for row in self.rows.rows("enforcements"):
            audits = [
                review
                for review in reviews.get(row["enforcement_id"], [])
                if review["purpose"] == "random"
                and review["blind"] is not False
                and review["judged_wrong"] is not None
                and (review["reviewer_id"] is None or review["reviewer_id"] != row.get("specialist_id"))
            ]
            chosen = max(audits, key=_order) if audits else None
            found.append(
                row
                | self.rows.stamps(row, row["enforced_at"], None)
                | {
                    "enforced_on": self.rows.on(row["enforced_at"]),
                    "reversed_on": self.rows.on(row["reversed_at"]),
                    "audit": None if chosen is None else chosen["judged_wrong"],
                    "audit_weight": None if chosen is None else chosen["weight"] or None,
                }
            )
        return found

    @cached_property
    def appeals_decided(self) -> set[str]:
        """The enforcements an appeal has decided about."""
        return {
            row["enforcement_id"]
            for row in self.rows.rows("appeals")
            if row["decided_at"] is not None and row["outcome"] not in (None, "withdrawn")
        }

    def answer(self, key: str, start: dt.date, end: dt.date, keep: Test) -> Answer:
        """A metric over the business days [start, end), of the rows for which `keep` holds."""
        if key in SHARES:
            hit, of = SHARES[key]
            rows = [row for row in self._in("appeals", "decided_on", start, end, keep) if of(row)]
            return proportion(sum(bool(hit(row)) for row in rows), len(rows))
        if key == "restumbles_under_appeal":
            rows = self._in("appeals", "decided_on", start, end, keep)
            hits = sum(
                _episode(row)
                and _within("restumbled_after_days", 90)(row)
                and row["restumble_under_appeal"] is True
                for row in rows
            )
            return Answer(hits, hits, n=hits)
        if key == "wrongful_denial_rate":
            denials = [
                row | {"audit": row["recheck"], "audit_weight": row["recheck_weight"]}
                for row in self._in("appeals", "decided_on", start, end, keep)
                if row["outcome"] == "upheld"
            ]
            return weighted_audit(_strata(denials), lambda row: row["audit"])
        clock = "reversed_on" if key == "reversed_as_our_error" else "enforced_on"
        rows = self._in("enforcements", clock, start, end, keep)
        wrong = [row for row in rows if row["reversal_kind"] == "reversed_our_error"]
        if key == "enforcements":
            return Answer(len(rows), len(rows), n=len(rows))
        if key == "enforcements_settled":
            settled = sum(row in wrong or row["enforcement_id"] in self.appeals_decided for row in rows)
            return Answer(settled, settled, n=settled)
        if key == "reversed_as_our_error":
            return Answer(len(wrong), len(wrong), n=len(wrong))
        if key == "false_positive_floor":
            return proportion(len(wrong), len(rows))
        assert key == "audited_precision"
        return weighted_audit(_strata(rows), lambda row: row["audit"] is False)

    @lru_cache(maxsize=1024)  # noqa: B019
    def curve(
        self, start: dt.date, end: dt.date, keep: Test, variant: str
    ) -> tuple[int, list[float], list[int]]:
        """Episodes, the incidence after each day 0 to 180, and how many were at risk on each."""
        column = VARIANTS[variant]
        ends = []
        for row in self._in("appeals", "decided_on", start, end, keep):
            if not _episode(row) or (variant == "_same_policy" and row["policy"] is None):
                continue
            seen = min(row["followed_days"], HORIZON)
            again, closed = row[column], row["closed_after_days"]
            if again is not None and again <= seen and (closed is None or again <= closed):
                ends.append((again, "again"))
            elif closed is not None and closed <= seen:
                ends.append((closed, "closed"))
            else:
                ends.append((seen, "seen"))
        return len(ends), *_aalen_johansen(ends)

    def _in(self, table: str, clock: str, start: dt.date, end: dt.date, keep: Test) -> list[Row]:
        return from_day_to_day(self._by_day(table, clock, keep), clock, start, end)

    @lru_cache(maxsize=1 << 12)  # noqa: B019 as long-lived as the oracle itself
    def _by_day(self, table: str, clock: str, keep: Test) -> list[Row]:
        rows: list[Row] = [row for row in getattr(self, table) if row[clock] is not None and keep(row)]
        return sorted(rows, key=lambda row: row[clock])

    def _reviews(self, kind: str) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for review in self.rows.rows("reviews"):
            if review["subject_kind"] == kind:
                found.setdefault(review["subject_id"], []).append(review)
        return found


def _aalen_johansen(ends: Sequence[tuple[int, str]]) -> tuple[list[float], list[int]]:
    incidence, free, shares, risk = 0.0, 1.0, [], []
    counted, at_risk = Counter(ends), len(ends)
    for day in range(HORIZON + 1):
        again, closed = counted[day, "again"], counted[day, "closed"]
        if at_risk:
            incidence += free * again / at_risk
            free *= 1 - (again + closed) / at_risk
        shares.append(incidence)
        risk.append(at_risk)
        at_risk -= again + closed + counted[day, "seen"]
    return shares, risk


def _order(review: Row) -> tuple[dt.datetime, str]:
    return review["reviewed_at"] or review["selected_at"], review["review_id"]


def _latest(row: Row, reviews: Sequence[Row], purpose: str) -> Row | None:
    """The latest finished review of the purpose, done by another after the decision."""
    fitting = [
        review
        for review in reviews
        if review["purpose"] == purpose
        and _reversed(review) is not None
        and _order(review)[0] >= row["decided_at"]
        and (review["reviewer_id"] is None or review["reviewer_id"] != row.get("specialist_id"))
    ]
    return max(fitting, key=_order) if fitting else None


def _reversed(review: Row) -> bool | None:
    if review["judged_wrong"] is not None:
        return bool(review["judged_wrong"])
    return None if review["own_decision"] is None else review["own_decision"] in REINSTATING


def _strata(rows: Sequence[Row]) -> list[list[Row]]:
    strata: dict[str, list[Row]] = {}
    for row in rows:
        strata.setdefault(row["audit_stratum"] or "None", []).append(row)
    return [strata[name] for name in sorted(strata)]


def _plain(value: Any) -> Any:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return None
    return value
