"""The second computation, second half: every metric of the catalog from its sentence in METRICS.md.

Each is one line: which rows, which clock, what is counted. Nothing is imported from `queries` but the words
for periods; intervals come from statsmodels and scipy directly.
"""

from __future__ import annotations

import bisect
import datetime as dt
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from tests.queries.oracle_rows import OracleRows, Row

Test = Callable[[Row], Any]
NAN = float("nan")
FEW = 200
"""Below this many rows quantiles are exact (METRICS.md §4)."""


@dataclass(frozen=True)
class Answer:
    """What a metric should say for one group and period; nan where it has no such part."""

    value: float
    numerator: float = NAN
    denominator: float = NAN
    n: float = NAN
    low: float = NAN
    high: float = NAN
    at_least: float = NAN
    around: tuple[float, float] | None = None
    crowded: bool = False


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
    "appeals_decided": (lambda r: 1, "decided_on"),
    "elapsed_hours": (lambda r: _resolved(r) * r["hours"], "resolved_on"),
    "partner_hours": (lambda r: _resolved(r) * r["split_hours"], "resolved_on"),
}
MEANS = {"open_to_close_mean": "hours", "our_time_mean": "our_hours", "seller_wait_mean": "seller_hours"}
TABLES = {"appeals_decided": "appeals", "partner_hours": "waits"}


class Oracle:
    """Answers of one operation; `by_close_date` where the source has no due times."""

    def __init__(self, rows: OracleRows, *, by_close_date: bool = False) -> None:
        self.rows = rows
        self.rates = {**RATES, "resolution_sla": BY_CLOSE_DATE} if by_close_date else RATES
        self._by_day: dict[tuple[str, str], list[Row]] = {}

    def answer(self, key: str, start: dt.date, end: dt.date, keep: Test) -> Answer:
        """A metric over the business days [start, end), of the rows for which `keep` holds."""
        if key in self.rates:
            return self._rate(self.rates[key], start, end, keep)
        if key in COUNTS:
            amount, clock = COUNTS[key]
            rows = TABLES.get(key, "cycles")
            total = sum(float(amount(row)) for row in self._within(rows, clock, start, end) if keep(row))
            return Answer(total, total, n=total)
        if key in MEANS:
            ended = self.rows_behind(key, start, end, keep)
            hours = sum(row[MEANS[key]] for row in ended)
            return Answer(hours / len(ended) if ended else NAN, hours, len(ended), len(ended))
        return getattr(self, f"_{key}")(start, end, keep)

    def rows_behind(self, key: str, start: dt.date, end: dt.date, keep: Test) -> list[Row]:
        """The rows a metric rests on: the denominator of a rate, what is open of a stock."""
        if key in self.rates:
            rate = self.rates[key]
            rows = self._within(rate.rows, rate.clock, start, end)
            return [row for row in rows if keep(row) and rate.of(row)]
        if key in COUNTS:
            amount, clock = COUNTS[key]
            rows = TABLES.get(key, "cycles")
            return [row for row in self._within(rows, clock, start, end) if keep(row) and amount(row)]
        if key.startswith(("backlog", "blockers")):
            return [row for row in self._open(end, keep) if self._also(key, row, end)]
        if key.startswith("time_to_resolve"):
            return [row for row in self._within("cycles", "opened_on", start, end) if keep(row)]
        if key == "partner_wait_p50":
            ended = self._within("waits", "resolved_on", start, end)
            return [row for row in ended if keep(row) and _resolved(row)]
        if key == "escalation_defect_rate":
            ended = self._within("cycles", "resolved_on", start, end)
            return [row for row in ended if keep(row) and _resolved(row) and row["audit"] is not None]
        if key == "escalation_rate":
            return self.rows_behind("escalations_opened", start, end, keep)
        known = "transfers" if key == "transfers_per_escalation" else "partner_hours"
        ended = self._within("cycles", "resolved_on", start, end)
        return [row for row in ended if keep(row) and _resolved(row) and row[known] is not None]

    def _within(self, table: str, clock: str, start: dt.date, end: dt.date) -> list[Row]:
        """Rows whose clock falls on a business day of [start, end)."""
        if (table, clock) not in self._by_day:
            rows = [row for row in getattr(self.rows, table) if row[clock] is not None]
            self._by_day[table, clock] = sorted(rows, key=lambda row: row[clock])
        rows = self._by_day[table, clock]
        first = bisect.bisect_left(rows, start, key=lambda row: row[clock])
        return rows[first : bisect.bisect_left(rows, end, key=lambda row: row[clock])]

    def _rate(self, rate: Rate, start: dt.date, end: dt.date, keep: Test) -> Answer:
        rows = self._within(rate.rows, rate.clock, start, end)
        of = [row for row in rows if keep(row) and rate.of(row)]
        return proportion(sum(bool(rate.hit(row)) for row in of), len(of))

    def _escalation_rate(self, start: dt.date, end: dt.date, keep: Test) -> Answer:
        opened = sum(keep(row) for row in self._within("cycles", "opened_on", start, end))
        appeals = sum(keep(row) for row in self._within("appeals", "decided_on", start, end))
        if not appeals:
            return Answer(NAN, opened, 0, 0)
        low = stats.chi2.ppf(0.025, 2 * opened) / 2 if opened else 0.0
        high = stats.chi2.ppf(0.975, 2 * opened + 2) / 2
        scale = 1000 / appeals
        return Answer(opened * scale, opened, appeals, appeals, low * scale, high * scale)

    def _open(self, end: dt.date, keep: Test) -> list[Row]:
        t = self.rows.midnight(end)
        return [
            row
            for row in self.rows.cycles
            if keep(row) and row["opened_at"] < t and (row["resolved_at"] is None or row["resolved_at"] >= t)
        ]

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
        ages = [(end - row["opened_on"]).days for row in self._open(end, keep)]
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
        for row in self._within("cycles", "resolved_on", start, end):
            if keep(row) and _resolved(row):
                frame.setdefault(row["audit_stratum"] or "None", []).append(row)
        return weighted_audit([frame[stratum] for stratum in sorted(frame)])


def proportion(hits: int, n: int) -> Answer:
    """A share with its Wilson interval, as statsmodels computes it."""
    if not n:
        return Answer(NAN, hits, n, n)
    low, high = proportion_confint(hits, n, method="wilson")
    return Answer(hits / n, hits, n, n, low, high)


def quantile(hours: Sequence[float], ended: Sequence[bool], p: float) -> Answer:
    """Kaplan–Meier from the hours below 200 rows, else from the midpoints of buckets of 2 %.

    `around` are the exact quantiles one and a half rows earlier and later: a case censored inside the bucket
    of an end counts as at risk for it, which moves the rank by at most that.
    """
    if len(hours) >= FEW:
        found = kaplan_meier([midpoint(value) for value in hours], ended, p)
        around = [kaplan_meier(hours, ended, p + step / len(hours)).value for step in (-1.5, 1.5)]
        return replace(found, around=(around[0], around[1]))
    return replace(kaplan_meier(hours, ended, p), crowded=crowded(hours))


def midpoint(hours: float) -> float:
    """Geometric midpoint of the bucket ⌊ln h / ln 1.02⌋; 0 for a minute and less."""
    if hours <= 1 / 60:
        return 0.0
    return 1.02 ** (math.floor(math.log(hours) / math.log(1.02)) + 0.5)


def crowded(hours: Sequence[float]) -> bool:
    """Whether four or more different durations share a bucket: then the store only knows their ends."""
    together: dict[float, set[float]] = {}
    for value in hours:
        together.setdefault(midpoint(value), set()).add(value)
    return any(len(values) > 3 for values in together.values())


def kaplan_meier(hours: Sequence[float], ended: Sequence[bool], p: float) -> Answer:
    """First time at which the product-limit estimate falls to 1 − p; not reached: at least the longest.

    The interval holds the times at which a log-log test does not reject S = 1 − p (Brookmeyer & Crowley).
    """
    times, events = np.array(hours, dtype=float), np.array(ended, dtype=bool)
    survival, greenwood, z = 1.0, 0.0, stats.norm.ppf(0.975)
    value = low = high = NAN
    for time in np.unique(times):
        d, at_risk = (events & (times == time)).sum(), (times >= time).sum()
        survival *= 1 - d / at_risk
        greenwood += d / (at_risk * (at_risk - d)) if at_risk > d else 0.0
        lower = upper = survival
        if 0 < survival < 1:
            half = z * math.sqrt(greenwood) / abs(math.log(survival))
            lower, upper = survival ** math.exp(half), survival ** math.exp(-half)
        value = float(time) if math.isnan(value) and survival <= 1 - p + 1e-12 else value
        low = float(time) if math.isnan(low) and lower <= 1 - p else low
        high = float(time) if math.isnan(high) and upper < 1 - p else high
    reached = not math.isnan(value) or not len(times)
    return Answer(value, n=len(times), low=low, high=high, at_least=NAN if reached else float(times.max()))


def weighted_audit(strata: Sequence[Sequence[Row]]) -> Answer:
    """Σ W p over strata; a stratum with one audit joins the next one, without any it is left out.

    The last one joins the one before.
    """
    sampled = [
        [len(rows), sum(r["audit"] is not None for r in rows), sum(r["audit"] is True for r in rows)]
        for rows in strata
        if any(row["audit"] is not None for row in rows)
    ]
    merged: list[list[int]] = []
    for part in sampled:
        if merged and merged[-1][1] == 1:
            merged[-1] = [a + b for a, b in zip(merged[-1], part, strict=True)]
        else:
            merged.append(part)
    if len(merged) > 1 and merged[-1][1] == 1:
        last = merged.pop()
        merged[-1] = [a + b for a, b in zip(merged[-1], last, strict=True)]
    audited = sum(n for _, n, _ in merged)
    if not audited:
        return Answer(NAN, 0, 0, n=0)
    frame = sum(size for size, _, _ in merged)
    value = sum(size / frame * wrong / n for size, n, wrong in merged)
    variance = sum(
        (size / frame) ** 2 * (1 - n / size) * (wrong / n) * (1 - wrong / n) / (n - 1)
        for size, n, wrong in merged
        if n > 1
    )
    effective = value * (1 - value) / variance if variance > 0 and 0 < value < 1 else audited
    low, high = _wilson(value, effective)
    return Answer(value, sum(wrong for _, _, wrong in merged), audited, audited, low, high)


def _wilson(p: float, n: float) -> tuple[float, float]:
    """Wilson's interval for a share of a fractional n (Wilson 1927, equation as in Brown, Cai & DasGupta)."""
    z = stats.norm.ppf(0.975)
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)
