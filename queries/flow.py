"""The backlog as a flow: what came in, what went out by kind, what is left, and how old it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from queries.catalog.escalation_parts import BALANCE, OPEN, OPEN_PAST_DUE
from queries.filters import Filters
from queries.measure import Reader, measure
from queries.time import Period

Floats = NDArray[np.float64]
KINDS = ("opened", "reopened", "resolved", "cancelled", "merged")
AGE_CLASSES = ("under 1 d", "1–3 d", "3–7 d", "1–2 wk", "2–4 wk", "over 4 wk")
_AGE_ENDS = (1, 3, 7, 14, 28)


@dataclass(frozen=True)
class FlowSeries:
    """Per period: flows by kind as positive counts, the level at its end, completeness.

    `level` = level before + opened + reopened − resolved − cancelled − merged. `place` is the newest
    complete period (0 when there is none).
    """

    periods: tuple[Period, ...]
    by_kind: dict[str, Floats]
    level: Floats
    complete: NDArray[np.bool_]
    days: NDArray[np.int64]
    place: int

    @property
    def came_in(self) -> Floats:
        """Opened and reopened."""
        return self.by_kind["opened"] + self.by_kind["reopened"]

    @property
    def ended(self) -> Floats:
        """Resolved, cancelled and merged."""
        return self.by_kind["resolved"] + self.by_kind["cancelled"] + self.by_kind["merged"]


@dataclass(frozen=True)
class AgeClasses:
    """Open cases at the end of a period per age class, and how many of them are past due."""

    cases: tuple[int, ...]
    past_due: tuple[int, ...]


def backlog_flow(reader: Reader, periods: Sequence[Period], filters: Filters) -> FlowSeries:
    """The flow over `periods`, from the same measure the backlog metric uses."""
    measures = measure(reader, ("backlog_open",), periods, (), filters)
    flows = measures.parts.balances.get(BALANCE)
    series = measures.total("backlog_open")
    count = len(periods)
    grids = {} if flows is None else flows.by_kind
    by_kind = {kind: np.abs(grids[kind].sum(axis=0)) if kind in grids else np.zeros(count) for kind in KINDS}
    whole = series.days == np.array([period.days for period in periods])
    places = np.flatnonzero(whole)
    return FlowSeries(
        tuple(periods),
        by_kind,
        np.nan_to_num(series.numerator),
        whole,
        series.days,
        int(places[-1]) if places.size else 0,
    )


def age_classes(reader: Reader, period: Period, filters: Filters) -> AgeClasses | None:
    """Ages of the cases open at the end of `period`; None when the filters are unknown to them."""
    measures = measure(reader, ("backlog_age_p50", "backlog_past_due"), (period,), (), filters)
    if "backlog_age_p50" in measures.reasons:
        return None
    late = measures.parts.histograms.get(OPEN_PAST_DUE)
    everyone = measures.parts.histograms[OPEN]
    return AgeClasses(
        _classes(everyone.bucket, everyone.count),
        _classes(late.bucket, late.count) if late is not None else (0,) * len(AGE_CLASSES),
    )


def _classes(age_days: NDArray[np.int64], count: Floats) -> tuple[int, ...]:
    # A case in its third day is under three days old: days begun, so a class holds its upper end.
    place = np.searchsorted(_AGE_ENDS, age_days, side="left")
    return tuple(int(total) for total in np.bincount(place, count, minlength=len(AGE_CLASSES)))
