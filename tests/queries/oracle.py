"""The second computation, second half: every metric of the catalog from its sentence in METRICS.md.

Each is one line: which rows, which clock, what is counted. Nothing is imported from `queries` but the words
for periods; intervals come from statsmodels and scipy directly.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from scipy import stats

from tests.queries.oracle_appeals import ASKED, appeal_rows
from tests.queries.oracle_rows import OracleRows, Row, from_day_to_day
from tests.queries.oracle_statistics import NAN, Answer, kaplan_meier, proportion, quantile, weighted_audit

Test = Callable[[Row], Any]


@dataclass(frozen=True)
class Rate:
    """Share of `of` rows that are also `hit`, by a clock."""

    hit: Test
    of: Test
    clock: str
    rows: str = "cycles"


def _resolved(row: Row) -> bool:
    return row["kind"] == "resolved"


def _reopened(row: Row) -> bool:
    return row["reopened_days"] is not None


RATES: dict[str, Rate] = {
    "resolution_sla": Rate(lambda r: r["met"], lambda r: r["met"] is not None, "due_on"),
    "resolution_sla_closed_only": Rate(
        lambda r: r["met"], lambda r: r["met"] is not None and r["resolved_at"] is not None, "due_on"
    ),
    "first_response_sla": Rate(
        lambda r: r["first_met"], lambda r: r["first_met"] is not None, "first_response_due_on"
    ),
    "reopen_rate": Rate(lambda r: _reopened(r) and r["reopened_days"] <= 14, _resolved, "resolved_on"),
    "reopened_share": Rate(
        lambda r: _reopened(r) or (r.get("reopenings") or 0) > 0, _resolved, "resolved_on"
    ),
    "repeat_rate": Rate(
        lambda r: r["repeated_days"] is not None and r["repeated_days"] <= 90,
        lambda r: _resolved(r) and r.get("seller_id") is not None,
        "resolved_on",
    ),
    "ping_pong_rate": Rate(
        lambda r: r["sent_back"], lambda r: _resolved(r) and r["sent_back"] is not None, "resolved_on"
    ),
    "partner_on_time": Rate(lambda r: r["on_time"], lambda r: r["on_time"] is not None, "due_on", "waits"),
    "pause_hygiene": Rate(
        lambda r: r["resolved_at"] > r["due_without"],
        lambda r: _resolved(r) and r["met"] and r["due_without"] is not None,
        "resolved_on",
    ),
    "preventable_share": Rate(
        lambda r: r["preventable"], lambda r: r["preventable"] is not None, "opened_on"
    ),
    "preventable_tagged_share": Rate(lambda r: r["preventable"] is not None, lambda r: True, "opened_on"),
}
BY_CLOSE_DATE = Rate(
    lambda r: r["sla_met"], lambda r: _resolved(r) and r["sla_met"] is not None, "resolved_on"
)
COUNTS: dict[str, tuple[Test, str]] = {
    "escalations_opened": (lambda r: 1, "opened_on"),
    "escalations_resolved": (_resolved, "resolved_on"),
    "escalations_cancelled": (lambda r: r["kind"] == "cancelled", "resolved_on"),
    "escalations_merged": (lambda r: r["kind"] == "merged", "resolved_on"),
    "reopenings": (lambda r: _resolved(r) * ((r.get("reopenings") or 0) + _reopened(r)), "resolved_on"),
    "elapsed_hours": (lambda r: _resolved(r) * r["hours"], "resolved_on"),
    "partner_hours": (lambda r: _resolved(r) * r["split_hours"], "resolved_on"),
}
MEANS = {"open_to_close_mean": "hours", "our_time_mean": "our_hours", "seller_wait_mean": "seller_hours"}
TABLES = {"partner_hours": "waits"}


class Oracle:
    """Answers of one operation; `by_close_date` where the source has no due times."""

    def __init__(self, rows: OracleRows, *, by_close_date: bool = False) -> None:
        self.rows = rows
        self.rates = {**RATES, "resolution_sla": BY_CLOSE_DATE} if by_close_date else RATES

    def answer(self, key: str, start: dt.date, end: dt.date, keep: Test) -> Answer:
        """A metric over the business days [start, end), of the rows for which `keep` holds."""
        if key in self.rates:
            return self._rate(self.rates[key], start, end, keep)
        if key in COUNTS:
            amount, clock = COUNTS[key]
            rows = TABLES.get(key, "cycles")
            total = sum(float(amount(row)) for row in self._within(rows, clock, start, end, keep))
            return Answer(total, total, n=total)
        if key in MEANS:
            ended = self.rows_behind(key, start, end, keep)
            hours = sum(row[MEANS[key]] for row in ended)
            return Answer(hours / len(ended) if ended else NAN, hours, len(ended), len(ended))
        if key in ASKED:
            asked = ASKED[key]
            appeals = self._within("appeals", asked.clock, start, end, keep)
            return asked.answer([row for row in appeals if asked.of(row)])
        return getattr(self, f"_{key}")(start, end, keep)

    @classmethod
    def knows(cls, key: str) -> bool:
        """Whether the metric is computed here."""
        return key in RATES or key in COUNTS or key in MEANS or key in ASKED or hasattr(cls, f"_{key}")

    def rows_behind(self, key: str, start: dt.date, end: dt.date, keep: Test) -> list[Row]:
        """The rows a metric rests on: the denominator of a rate, what is open of a stock."""
        if key in self.rates:
            rate = self.rates[key]
            rows = self._within(rate.rows, rate.clock, start, end, keep)
            return [row for row in rows if rate.of(row)]
        if key in COUNTS:
            amount, clock = COUNTS[key]
            counted = self._within(TABLES.get(key, "cycles"), clock, start, end, keep)
            return [row for row in counted if amount(row)]
        if key in ASKED:
            asked = ASKED[key]
            appeals = self._within("appeals", asked.clock, start, end, keep)
            return [row for row in appeals if (asked.behind or asked.of)(row)]
        if key == "appeals_open":
            return self._open_appeals(end, keep)
        if key.startswith(("backlog", "blockers")):
            return [row for row in self._open(end, keep) if self._also(key, row, end)]
        if key.startswith("time_to_resolve"):
            return self._within("cycles", "opened_on", start, end, keep)
        if key == "partner_wait_p50":
            ended = self._within("waits", "resolved_on", start, end, keep)
            return [row for row in ended if _resolved(row)]
        if key == "escalation_defect_rate":
            ended = self._within("cycles", "resolved_on", start, end, keep)
            return [row for row in ended if _resolved(row) and row["audit"] is not None]
        if key == "escalation_rate":
            return self.rows_behind("escalations_opened", start, end, keep)
        known = "transfers" if key == "transfers_per_escalation" else "partner_hours"
        ended = self._within("cycles", "resolved_on", start, end, keep)
        return [row for row in ended if _resolved(row) and row[known] is not None]

    def _table(self, name: str) -> list[Row]:
        found: list[Row] = self.appeals if name == "appeals" else getattr(self.rows, name)
        return found

    @cached_property
    def appeals(self) -> list[Row]:
        """Every appeal."""
        return appeal_rows(self.rows)

    def _within(self, table: str, clock: str, start: dt.date, end: dt.date, keep: Test) -> list[Row]:
        """Rows for which `keep` holds whose clock falls on a business day of [start, end)."""
        return from_day_to_day(self._by_day(table, clock, keep), clock, start, end)

    @lru_cache(maxsize=1 << 14)  # noqa: B019 as long-lived as the oracle itself
    def _by_day(self, table: str, clock: str, keep: Test) -> list[Row]:
        rows = (row for row in self._kept(table, keep) if row[clock] is not None)
        return sorted(rows, key=lambda row: row[clock])

    @lru_cache(maxsize=1 << 12)  # noqa: B019
    def _kept(self, table: str, keep: Test) -> list[Row]:
        return [row for row in self._table(table) if keep(row)]

    def _rate(self, rate: Rate, start: dt.date, end: dt.date, keep: Test) -> Answer:
        rows = self._within(rate.rows, rate.clock, start, end, keep)
        of = [row for row in rows if rate.of(row)]
        return proportion(sum(bool(rate.hit(row)) for row in of), len(of))

    def _escalation_rate(self, start: dt.date, end: dt.date, keep: Test) -> Answer:
        opened = len(self._within("cycles", "opened_on", start, end, keep))
        appeals = len(self._within("appeals", "decided_on", start, end, keep))
        if not appeals:
            return Answer(NAN, opened, 0, 0)
        low = stats.chi2.ppf(0.025, 2 * opened) / 2 if opened else 0.0
        high = stats.chi2.ppf(0.975, 2 * opened + 2) / 2
        scale = 1000 / appeals
        return Answer(opened * scale, opened, appeals, appeals, low * scale, high * scale)

    @lru_cache(maxsize=1 << 12)  # noqa: B019
    def _open(self, end: dt.date, keep: Test) -> list[Row]:
        t = self.rows.midnight(end)
        return [
            row
            for row in self._kept("cycles", keep)
            if row["opened_at"] < t and (row["resolved_at"] is None or row["resolved_at"] >= t)
        ]

    def _open_appeals(self, end: dt.date, keep: Test) -> list[Row]:
        t = self.rows.midnight(end)
        return [
            row
            for row in self._kept("appeals", keep)
            if row["submitted_at"] < t and (row["decided_at"] is None or row["decided_at"] >= t)
        ]

    def _appeals_open(self, start: dt.date, end: dt.date, keep: Test) -> Answer:
        total = len(self._open_appeals(end, keep))
        return Answer(total, total, n=total)

    def _also(self, key: str, row: Row, end: dt.date) -> bool:
        column = {"backlog_past_due": "due_at", "blockers_open": "blocked_since"}.get(key)
        if column is None:
            return True
        return row[column] is not None and row[column] < self.rows.midnight(end)

    def _stock(self, key: str, end: dt.date, keep: Test) -> Answer:
        total = sum(self._also(key, row, end) for row in self._open(end, keep))
        return Answer(total, total, n=total)

    def _backlog_open(self, start: dt.date, end: dt.date, keep: Test) -> Answer:
        return self._stock("backlog_open", end, keep)

    def _backlog_past_due(self, start: dt.date, end: dt.date, keep: Test) -> Answer:
        return self._stock("backlog_past_due", end, keep)

    def _blockers_open(self, start: dt.date, end: dt.date, keep: Test) -> Answer:
        return self._stock("blockers_open", end, keep)

    def _age(self, end: dt.date, keep: Test, p: float) -> Answer:
        """Days begun since opening, counted on the calendar to the moment the period ends."""
        # The middle of the day in which a case is: opened on the last day, it is half a day old.
        ages = [(end - row["opened_on"]).days - 0.5 for row in self._open(end, keep)]
        return kaplan_meier(ages, [True] * len(ages), p)

    def _backlog_age_p50(self, start: dt.date, end: dt.date, keep: Test) -> Answer:
        return self._age(end, keep, 0.5)

    def _backlog_age_p90(self, start: dt.date, end: dt.date, keep: Test) -> Answer:
        return self._age(end, keep, 0.9)

    def _time_to_resolve_p50(self, start: dt.date, end: dt.date, keep: Test) -> Answer:
        return self._cohort(start, end, keep, 0.5)

    def _time_to_resolve_p90(self, start: dt.date, end: dt.date, keep: Test) -> Answer:
        return self._cohort(start, end, keep, 0.9)

    def _cohort(self, start: dt.date, end: dt.date, keep: Test, p: float) -> Answer:
        rows = self.rows_behind("time_to_resolve", start, end, keep)
        return quantile([row["hours"] for row in rows], [_resolved(row) for row in rows], p)

    def _partner_wait_p50(self, start: dt.date, end: dt.date, keep: Test) -> Answer:
        rows = self.rows_behind("partner_wait_p50", start, end, keep)
        return quantile([row["wait_hours"] for row in rows], [row["ended"] for row in rows], 0.5)

    def _partner_split_share(self, start: dt.date, end: dt.date, keep: Test) -> Answer:
        waits = self._within("waits", "resolved_on", start, end, keep)
        waited = sum(row["split_hours"] for row in waits if _resolved(row))
        everyone = self.rows_behind("partner_wait_share", start, end, self._of_any_partner(keep))
        elapsed = sum(row["hours"] for row in everyone)
        return Answer(waited / elapsed if elapsed else NAN, waited, elapsed)

    def _partner_involvement(self, start: dt.date, end: dt.date, keep: Test) -> Answer:
        waits = self._within("waits", "resolved_on", start, end, keep)
        held = {(row["escalation_id"], row["cycle"]) for row in waits if _resolved(row)}
        everyone = self.rows_behind("partner_wait_share", start, end, self._of_any_partner(keep))
        return proportion(len(held), len(everyone))

    @lru_cache(maxsize=1024)  # noqa: B019
    def _of_any_partner(self, keep: Test) -> Test:
        """Whether a case passes what `keep` asks besides the partner."""
        partners = {row["partner"] for row in self.rows.waits}
        passing = {
            id(row)
            for row in self.rows.cycles
            if any(keep(row | {"partner": partner}) for partner in partners)
        }
        return lambda row: id(row) in passing

    def _partner_wait_share(self, start: dt.date, end: dt.date, keep: Test) -> Answer:
        rows = self.rows_behind("partner_wait_share", start, end, keep)
        waited, elapsed = sum(row["partner_hours"] for row in rows), sum(row["hours"] for row in rows)
        return Answer(waited / elapsed if elapsed else NAN, waited, elapsed)

    def _transfers_per_escalation(self, start: dt.date, end: dt.date, keep: Test) -> Answer:
        moved = np.array(
            [row["transfers"] for row in self.rows_behind("transfers_per_escalation", start, end, keep)]
        )
        n = len(moved)
        if n < 2:
            return Answer(float(moved[0]) if n else NAN, float(moved.sum()), n, n)
        error = moved.std(ddof=1) / math.sqrt(n)
        half = stats.t.ppf(0.975, n - 1) * error
        return Answer(moved.mean(), moved.sum(), n, n, moved.mean() - half, moved.mean() + half)

    def _escalation_defect_rate(self, start: dt.date, end: dt.date, keep: Test) -> Answer:
        frame: dict[str, list[Row]] = {}
        for row in self._within("cycles", "resolved_on", start, end, keep):
            if _resolved(row):
                frame.setdefault(row["audit_stratum"] or "None", []).append(row)
        return weighted_audit([frame[stratum] for stratum in sorted(frame)])
