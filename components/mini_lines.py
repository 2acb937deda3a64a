"""Lines of the scorecard as the minis of cards, tiles and rows draw them."""

from __future__ import annotations

import numpy as np

from components import wording
from components.charts.minis import MiniLabels, MiniSeries, Tone
from queries.scorecard import ScoreLine
from queries.series import Series

SPARK_WEEKS = 26


def series_of(line: ScoreLine, weeks: int = SPARK_WEEKS) -> MiniSeries:
    """The last weeks of a line as a mini draws them; a stock shows its level without band."""
    series, chart = line.series, line.assessment
    first = _first_drawn(series, weeks)
    settled = series.complete & series.mature
    last_settled = int(np.flatnonzero(settled)[-1]) if settled.any() else -1
    hollow_from = last_settled + 1 - first if last_settled + 1 < len(series.periods) else None
    # A gap inside the past is a gap in the line: a partial sum would mislead.
    drawn = np.where(settled | (np.arange(len(series.periods)) > last_settled), series.value, np.nan)
    shown = slice(first, None)
    tone: Tone | None = line.tone if line.tone in ("bad", "good") else None
    signals = {
        int(place) - first: tone
        for place in np.flatnonzero(chart.signal_points)
        if tone is not None and place >= first
    }
    lower = upper = centre = None
    tested = chart.tested_index
    if not line.metric.is_stock and tested is not None and np.isfinite(chart.centre[tested]):
        lower, upper = _filled(chart.lower[shown]), _filled(chart.upper[shown])
        centre = float(chart.centre[tested])
    return MiniSeries(
        [float(value) if np.isfinite(value) else None for value in drawn[shown]],
        centre,
        lower,
        upper,
        None if line.target is None else line.target.value,
        signals,
        hollow_from,
    )


def _first_drawn(series: Series, weeks: int) -> int:
    """Where a mini begins: so many weeks before the end, or where the rows begin."""
    known = np.flatnonzero(series.days > 0)
    return max(0, len(series.periods) - weeks, int(known[0]) if known.size else 0)


def _filled(limits: np.ndarray) -> list[float] | None:
    """Limits per week with gaps closed by their nearest earlier value; None where there are none at all."""
    known = np.flatnonzero(np.isfinite(limits))
    if known.size == 0:
        return None
    nearest = np.maximum.accumulate(np.where(np.isfinite(limits), np.arange(limits.size), known[0]))
    return [float(value) for value in limits[nearest]]


def labels_of(line: ScoreLine, weeks: int = SPARK_WEEKS) -> MiniLabels:
    """Labels at the right of a card's mini, beside the point they tell."""
    place = line.assessment.tested_index
    upper = lower = ""
    if not line.metric.is_stock and place is not None and np.isfinite(line.assessment.upper[place]):
        upper = wording.value_text(line.metric, float(line.assessment.upper[place]))
        lower = wording.value_text(line.metric, float(line.assessment.lower[place]))
    target = "" if line.target is None else f"Target {wording.value_text(line.metric, line.target.value)}"
    drawn_at = None if line.place is None else line.place - _first_drawn(line.series, weeks)
    return MiniLabels(wording.at_text(line.series, line.place), upper, lower, target, drawn_at)
