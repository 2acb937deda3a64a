"""A series of rates as the points of a picture with intervals."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from components import wording
from components.charts.rate_interval import RatePoint
from components.numbers import finite
from queries.series import Series


def rate_points(
    series: Series, places: Iterable[int], remark: Callable[[int], str], indicative_below: int = 0
) -> list[RatePoint]:
    """The periods at `places`, hollow where not complete, not mature or of fewer rows than said.

    `remark` gives the words a reader sees on pointing at a period.
    """
    return [
        RatePoint(
            series.periods[place].label,
            series.periods[place].start,
            finite(series.value[place]),
            finite(series.low[place]),
            finite(series.high[place]),
            int(series.n[place]) if np.isfinite(series.n[place]) else None,
            hollow=not (series.complete[place] and series.mature[place])
            or bool(series.n[place] < indicative_below),
            remark=remark(place),
            when=wording.period_text(series.periods[place]),
        )
        for place in places
    ]
