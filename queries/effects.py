"""The measured effect of a dated action on the metric it should move."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.intervention import Effect, measured_effect
from queries.formulas import Count, Ratio
from queries.journal import Action
from queries.measure import Reader, measure
from queries.series import Series
from queries.time import WEEK, Period

WEEKS_BEFORE = 26
SETTLE_IN = 2
"""Weeks from the action on that count on neither side."""


@dataclass(frozen=True)
class MeasuredAction:
    """An action with its metric's weeks, those of its comparison group, and the effect.

    `effect` is None when the metric cannot be tested so; `reason` then says why.
    """

    action: Action
    series: Series
    comparison: Series | None
    start: int
    effect: Effect | None
    reason: str


def measure_action(reader: Reader, action: Action, week: Period) -> MeasuredAction | None:
    """The effect of an action as of `week`; None when it names no metric or was not live by then."""
    if action.metric is None or action.live_on is None or action.live_on > week.last_day:
        return None
    live = reader.coverage.rules.week_of(action.live_on)
    count = (week.start - live.start) // WEEK + 1 + WEEKS_BEFORE
    weeks = reader.coverage.rules.last(week, count)
    series = measure(reader, (action.metric,), weeks, (), action.where).total(action.metric)
    comparison = None
    if action.compare is not None:
        comparison = measure(reader, (action.metric,), weeks, (), action.compare).total(action.metric)
    effect, reason = _effect(series, WEEKS_BEFORE)
    return MeasuredAction(action, series, comparison, WEEKS_BEFORE, effect, reason)


def _effect(series: Series, start: int) -> tuple[Effect | None, str]:
    if series.reason:
        return None, series.reason
    formula = series.metric.formula
    if not isinstance(formula, Count | Ratio) or series.metric.good == "neutral":
        return None, "an effect can be measured on counts and rates only"
    exposure = series.denominator if isinstance(formula, Ratio) else None
    effect = measured_effect(
        np.where(series.complete & series.mature, series.numerator, np.nan),
        action_index=start,
        good_direction="up" if series.metric.good == "up" else "down",
        exposure=exposure,
        usable=series.complete & series.mature,
        settle_in=SETTLE_IN,
    )
    return effect, effect.reason
