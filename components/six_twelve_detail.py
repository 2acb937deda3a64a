"""The 6-12 review of a metric and its definition, as the drawer shows them."""

from __future__ import annotations

import numpy as np

from analysis.review import Comparison, SixTwelve
from components import numbers, wording
from components.charts import review_6_12
from components.figure import figure
from components.numbers import NBSP
from components.review.board import read_lines
from components.tables import Column, small_table
from components.theme import note
from components.view import View
from queries.catalog import METRICS
from queries.formulas import Count
from queries.model import Metric
from queries.scorecard import ScoreLine
from queries.six_twelve import review_of


def six_twelve_section(view: View, key: str) -> None:
    """Six weeks beside twelve months, and the box under it."""
    (line,) = read_lines(view, (key,))
    if line.series.reason or line.period is None:
        return
    review = review_of(view.reader, key, line.period, view.filters)
    metric, unit = line.metric, wording.unit_of(line.metric)
    per_week = isinstance(metric.formula, Count)
    place = line.assessment.tested_index
    usual = None
    if not metric.is_stock and place is not None and line.assessment.tested:
        usual = (float(line.assessment.lower[place]), float(line.assessment.upper[place]))
    figure(
        review_6_12.table(
            [_week_point(line, comparison) for comparison in review.weeks],
            [_month_point(line, comparison, per_week=per_week) for comparison in review.months],
            unit,
            usual,
            f"Target{NBSP}{wording.value_text(metric, line.target.value)}" if line.target else "",
        ),
        review_6_12.spec(unit),
        alt=f"{metric.label}: six weeks and twelve months against the year before",
        key=f"drawer-six-twelve-{key}",
        title=f"{metric.label}, six weeks and twelve months",
        remark="Dashed: the year before. "
        + (
            "Months are shown as their average per week."
            if per_week
            else "Months are computed from their own rows."
        ),
    )
    _box(metric, review)


def _week_point(line: ScoreLine, comparison: Comparison) -> review_6_12.Period:
    target = line.target.value if line.target is not None else None
    return review_6_12.Period(
        comparison.start.isoformat(),
        numbers.short_week(comparison.start),
        comparison.now.value,
        comparison.prior.value,
        target,
        direction=None if target is None else ("up" if line.metric.good == "up" else "down"),
    )


def _month_point(line: ScoreLine, comparison: Comparison, *, per_week: bool) -> review_6_12.Period:
    days = (comparison.end - comparison.start).days + 1
    scale = 7 / days if per_week else 1.0
    now, prior = comparison.now.value, comparison.prior.value
    target = line.target.value if line.target is not None else None
    return review_6_12.Period(
        comparison.start.isoformat(),
        numbers.month_label(comparison.start),
        None if now is None else now * scale,
        None if prior is None else prior * scale,
        target,
        direction=None if target is None else ("up" if line.metric.good == "up" else "down"),
    )


def _box(metric: Metric, review: SixTwelve) -> None:
    """LastWk, WoW, YoY, MTD, QTD, YTD with what they were a year before."""
    heads = ("Last week", "WoW", "YoY", "Month to date", "Quarter to date", "Year to date")
    to_date = [
        f"{wording.value_text(metric, part.now.value)} ({wording.change_text(metric, part.change)})"
        if part.now.value is not None
        else numbers.MISSING
        for part in (review.mtd, review.qtd, review.ytd)
    ]
    values = [
        wording.value_text(metric, review.last_week.value),
        wording.change_text(metric, review.wow),
        wording.change_text(metric, review.yoy),
        *to_date,
    ]
    small_table([Column(head, "right") for head in heads], [values], f"{metric.label}: comparisons")
    note(
        "In brackets: change against the same dates a year earlier. "
        "A dash: nothing to compare with, or not complete."
    )


def definition(view: View, key: str) -> None:
    """What the number is, word by word."""
    metric = view.reader.available(key).metric
    beside = ", ".join(METRICS[other].label for other in metric.beside if other in METRICS)
    lines = [
        _reading(view, key),
        f"Definition: {metric.definition}",
        f"Counted by: {metric.clock}.",
    ]
    if metric.follow_up:
        lines.append(f"A period is complete {metric.follow_up} days after it ends.")
    if beside:
        lines.append(f"Read together with: {beside}.")
    if metric.note:
        lines.append(f"Here: {metric.note}.")
    note(" ".join(part for part in lines if part))


def _reading(view: View, key: str) -> str:
    """Value, interval, n and freshness of the newest complete period, in one sentence."""
    (line,) = read_lines(view, (key,))
    place, series = line.place, line.series
    if place is None or series.reason:
        return ""
    text = f"{wording.at_text(series, place)} in {wording.period_text(series.periods[place])}"
    if np.isfinite(series.low[place]) and np.isfinite(series.high[place]):
        low, high = (wording.value_text(line.metric, edge[place]) for edge in (series.low, series.high))
        text += f", 95{NBSP}% interval {low} to {high}"
    loaded = view.reader.coverage.loaded(line.metric.facts)
    through = f", data through {numbers.weekday(loaded.last_day)}" if loaded is not None else ""
    return f"{text}, n{NBSP}={NBSP}{numbers.count(series.n[place])}{through}."
