"""The three views of wrong enforcement by month, with their intervals; young months hollow."""

from __future__ import annotations

import numpy as np

from components import numbers, wording
from components.cases_link import open_cases
from components.charts import rate_interval
from components.figure import figure, rows_behind
from components.numbers import NBSP, finite
from components.rate_points import rate_points
from components.reinstatements.pooled import interval_text
from components.tables import Column, Plain
from components.view import View
from queries.measure import Measures, measure
from queries.series import Series
from queries.time import DAY, Grain

MONTHS, QUARTERS = 18, 8
"""The floor of the last seven months is not known yet: shorter pictures would hold nothing else."""


def measured(view: View, keys: tuple[str, ...]) -> Measures:
    """The figures over the months (or quarters) that end with the view's."""
    rules = view.reader.coverage.rules
    quarters = view.filters.grain is Grain.quarter
    newest = rules.period_of(view.period.last_day, Grain.quarter if quarters else Grain.month)
    return measure(view.reader, keys, rules.last(newest, QUARTERS if quarters else MONTHS), (), view.filters)


def trend(view: View, measures: Measures, key: str, title: str) -> None:
    """One figure over time and its rows; a click opens the cases of a month."""
    series = measures.total(key)
    if series.reason or not np.isfinite(series.value).any():
        return
    periods = series.periods
    figure(
        rate_interval.table(points(series), "percent", days_per_point=periods[-1].days),
        rate_interval.spec("percent"),
        alt=f"{title} by {periods[-1].grain.value}: {told(series)}",
        key=f"upstream-trend-{key}",
        title=f"{title}, by {periods[-1].grain.value}",
        remark=f"Band: 95{NBSP}% interval.{_young(series)} A click opens the cases.",
        on_pick=lambda label: open_cases(
            view, series.metric, next(period for period in periods if period.label == label)
        ),
    )
    _table(series, title, key)


def points(series: Series) -> list[rate_interval.RatePoint]:
    """The periods from the first that holds any day on, hollow where not complete or not mature."""
    known = np.flatnonzero(series.days > 0)
    first = int(known[0]) if known.size else 0
    return rate_points(series, range(first, len(series.periods)), lambda place: _remark(series, place))


def told(series: Series) -> str:
    """The newest settled figure with its interval, and how many younger periods are hollow."""
    place = series.newest()
    if place is None:
        return "none is complete yet"
    hollow = len(series.periods) - 1 - place
    young = f"; {hollow} younger not complete yet" if hollow else ""
    when = wording.period_text(series.periods[place])
    return f"{wording.at_text(series, place)} in {when}, interval {interval_text(series, place)}{young}"


def _remark(series: Series, place: int) -> str:
    period = series.periods[place]
    if not series.complete[place]:
        return f"{series.days[place]} of {period.days} days"
    if not series.mature[place]:
        done = period.last_day + series.metric.follow_up * DAY
        return f"complete on {numbers.full_date(done)}"
    return wording.few_text(series, place) if series.withheld[place] else ""


def _young(series: Series) -> str:
    """When the oldest of the hollow periods will be complete."""
    hollow = [
        place
        for place in range(len(series.periods))
        if series.days[place] and not (series.complete[place] and series.mature[place])
    ]
    if not hollow:
        return ""
    first = series.periods[hollow[0]]
    done = numbers.full_date(first.last_day + series.metric.follow_up * DAY)
    return f" Hollow: not complete yet, {wording.period_text(first)} on {done}."


def _table(series: Series, title: str, key: str) -> None:
    columns = [
        Column("Period"),
        Column(title, "right"),
        Column("95 % interval", "right"),
        Column("n", "right"),
        Column("State"),
    ]
    places = [place for place in range(len(series.periods)) if series.days[place]]
    texts = [
        (
            wording.period_text(series.periods[place]),
            wording.at_text(series, place),
            interval_text(series, place),
            numbers.count(series.n[place]),
            _remark(series, place) or "complete",
        )
        for place in places
    ]
    exported: list[tuple[Plain, ...]] = [
        (
            series.periods[place].label,
            finite(series.value[place]),
            interval_text(series, place),
            None if series.withheld[place] else finite(series.n[place]),
            _remark(series, place) or "complete",
        )
        for place in places
    ]
    rows_behind(columns, texts, exported, f"upstream-trend-{key}", f"{key}-by-period", f"{title} by period")
