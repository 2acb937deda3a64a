"""Shares, quantiles and weighted audits by the textbook, with their intervals."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from tests.queries.oracle_rows import Row

Test = Callable[[Row], Any]
NAN = float("nan")
Z = float(stats.norm.ppf(0.975))
FEW = 200
"""Below this many rows quantiles are exact (METRICS.md §4)."""


@dataclass(frozen=True)
class Answer:
    """What a metric should say for one group and period; nan where it has no such part.

    `encloses`: the interval is drawn at random, so only that it encloses the value is known.
    """

    value: float
    numerator: float = NAN
    denominator: float = NAN
    n: float = NAN
    low: float = NAN
    high: float = NAN
    at_least: float = NAN
    around: tuple[float, float] | None = None
    encloses: bool = False


@cache
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
    return kaplan_meier(hours, ended, p)


def midpoint(hours: float) -> float:
    """Geometric midpoint of the bucket ⌊ln h / ln 1.02⌋; 0 for a minute and less."""
    if hours <= 1 / 60:
        return 0.0
    return 1.02 ** (math.floor(math.log(hours) / math.log(1.02)) + 0.5)


def kaplan_meier(hours: Sequence[float], ended: Sequence[bool], p: float) -> Answer:
    """First time at which the product-limit estimate falls to 1 − p; not reached: at least the longest.

    The interval holds the times at which a log-log test does not reject S = 1 − p (Brookmeyer & Crowley).
    """
    times, events = np.array(hours, dtype=float), np.array(ended, dtype=bool)
    survival, greenwood = 1.0, 0.0
    value = low = high = NAN
    distinct, place = np.unique(times, return_inverse=True)
    ends = np.bincount(place, events, distinct.size).astype(int).tolist()
    still_there = (times.size - np.searchsorted(np.sort(times), distinct)).tolist()
    for time, d, at_risk in zip(distinct, ends, still_there, strict=True):
        survival *= 1 - d / at_risk
        greenwood += d / (at_risk * (at_risk - d)) if at_risk > d else 0.0
        lower = upper = survival
        if 0 < survival < 1:
            half = Z * math.sqrt(greenwood) / abs(math.log(survival))
            lower, upper = survival ** math.exp(half), survival ** math.exp(-half)
        value = float(time) if math.isnan(value) and survival <= 1 - p + 1e-12 else value
        low = float(time) if math.isnan(low) and lower <= 1 - p else low
        high = float(time) if math.isnan(high) and upper < 1 - p else high
    reached = not math.isnan(value) or not len(times)
    return Answer(value, n=len(times), low=low, high=high, at_least=NAN if reached else float(times.max()))


def weighted_audit(strata: Sequence[Sequence[Row]], hit: Test = lambda row: row["audit"]) -> Answer:
    """Σ W p over strata; a stratum with one audit joins the next one, without any it is left out.

    The last one joins the one before. Where every audit of a stratum has a weight, its share is Σ w x ÷ Σ w
    and its audits are worth (Σ w)² ÷ Σ w².
    """
    merged: list[list[Row]] = []
    for rows in strata:
        if not _audits(rows):
            continue
        if merged and len(_audits(merged[-1])) == 1:
            merged[-1] = [*merged[-1], *rows]
        else:
            merged.append(list(rows))
    if len(merged) > 1 and len(_audits(merged[-1])) == 1:
        last = merged.pop()
        merged[-1] = [*merged[-1], *last]
    audited = [row for rows in merged for row in _audits(rows)]
    found = sum(bool(hit(row)) for row in audited)
    if not audited:
        return Answer(NAN, 0, 0, n=0)
    frame = sum(len(rows) for rows in merged)
    value = variance = 0.0
    for rows in merged:
        audits = _audits(rows)
        weights = [row.get("audit_weight") for row in audits]
        known = weights if all(weights) else [1.0] * len(audits)
        p = sum(w * bool(hit(row)) for w, row in zip(known, audits, strict=True)) / sum(known)
        worth = sum(known) ** 2 / sum(w * w for w in known)
        value += len(rows) / frame * p
        if len(audits) > 1:
            spread = p * (1 - p) / max(worth - 1, 1)
            variance += (len(rows) / frame) ** 2 * (1 - len(audits) / len(rows)) * spread
    effective = len(audited)
    if variance > 1e-15 and 1e-12 < value < 1 - 1e-12:
        effective = value * (1 - value) / variance
    low, high = _wilson(value, effective)
    return Answer(value, found, len(audited), len(audited), low, high)


def _audits(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row["audit"] is not None]


def _wilson(p: float, n: float) -> tuple[float, float]:
    """Wilson's interval for a share of a fractional n (Wilson 1927, equation as in Brown, Cai & DasGupta)."""
    z = Z
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)
