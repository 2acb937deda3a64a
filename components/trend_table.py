"""The numbers behind a trend: each period with its value, its rows, its usual range and its state."""

from __future__ import annotations

from components import numbers, wording
from components.charts.xmr_trend import Point
from components.figure import rows_behind
from components.numbers import finite
from components.tables import Column, Plain
from queries.scorecard import ScoreLine


def trend_table(line: ScoreLine, points: list[Point], key: str, title: str) -> None:
    """The `points` of a trend, its newest periods, as a table that is made when it is opened."""
    series = line.series
    first = len(series.periods) - len(points)
    places = range(first, len(series.periods))

    def shown(value: float | None) -> str:
        return wording.value_text(series.metric, value)

    columns = [
        Column("Period"),
        Column(series.metric.label, "right"),
        Column("n", "right"),
        Column("Usual from", "right"),
        Column("Usual to", "right"),
        Column("State"),
    ]
    texts = [
        (
            wording.period_text(series.periods[place]),
            wording.at_text(series, place),
            numbers.count(point.n),
            shown(point.lower),
            shown(point.upper),
            point.remark or point.rule or "complete",
        )
        for place, point in zip(places, points, strict=True)
    ]
    exported: list[tuple[Plain, ...]] = [
        (
            point.id,
            finite(series.value[place]),
            None if series.withheld[place] else point.n,
            point.lower,
            point.upper,
            point.remark or point.rule or "complete",
        )
        for place, point in zip(places, points, strict=True)
    ]
    rows_behind(columns, texts, exported, key, series.metric.key, f"{title}: {len(points)} periods")
