"""What became of scored enforcements, per detection source and score band: is the risk model right?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from sqlalchemy import Double, case, cast, func, select

from analysis.calibration import Calibration, calibration
from queries.conditions import matches, unknown_to
from queries.filters import DIMENSIONS, Filters
from queries.measure import Reader
from queries.remembering import remembered
from queries.time import Period
from store.outcomes import OUR_ERROR


class SourceScores(NamedTuple):
    """Scored enforcements of one detection source (None: unnamed; "" stands for all of them).

    `bands` names the score bands, lowest first; `found` is the calibration over them.
    """

    source: str | None
    bands: tuple[str, ...]
    found: Calibration
    scored: int
    confirmed: int
    unscored: int


@remembered(2)
def scores_by_source(reader: Reader, period: Period, filters: Filters) -> tuple[SourceScores, ...]:
    """All sources together first, then each with the most scored enforcements first.

    An enforcement is confirmed when it was not reversed as our error, so `period` should be one whose
    follow-up is over. Empty where a filter cannot be obeyed (`refused`) or nothing was scored.
    """
    if refused(filters):
        return ()
    table = reader.scope.table("enforcements")
    score = cast(table.c.risk_score, Double)
    confirmed = case((table.c.reversal_kind == OUR_ERROR, 0.0), else_=1.0)
    rows = reader.scope.read(
        reader.facts,
        select(
            table.c.detection_source.label("source"),
            table.c.risk_band.label("band"),
            func.count().label("n"),
            func.coalesce(func.sum(score), 0.0).label("s"),
            func.sum(confirmed).label("o"),
            func.coalesce(func.sum(score * score), 0.0).label("ss"),
            func.coalesce(func.sum(score * confirmed), 0.0).label("so"),
        )
        .where(
            table.c.enforced_on >= period.start,
            table.c.enforced_on < period.end,
            matches(table, filters, reader.directory),
        )
        .group_by(table.c.detection_source, table.c.risk_band)
        .order_by(table.c.detection_source, table.c.risk_band),
    ).to_pylist()
    sources = sorted({row["source"] for row in rows}, key=lambda source: (source is None, source or ""))
    each = [_scores(source, [row for row in rows if row["source"] == source]) for source in sources]
    each.sort(key=lambda scores: -scores.scored)
    everything = _scores("", rows)
    return (everything, *each) if everything.scored else ()


def refused(filters: Filters) -> str:
    """Why scores cannot be narrowed as asked; "" when they can."""
    unknown = unknown_to("enforcements", filters.dimensions)
    return f"cannot be narrowed by {DIMENSIONS[unknown[0]].label.lower()}" if unknown else ""


def _scores(source: str | None, rows: list[dict[str, float]]) -> SourceScores:
    bands = sorted({str(row["band"]) for row in rows if row["band"] is not None})
    sums = np.array(
        [
            [sum(row[name] for row in rows if row["band"] == band) for band in bands]
            for name in ("n", "s", "o", "ss", "so")
        ]
    ).reshape(5, len(bands))
    return SourceScores(
        source,
        tuple(bands),
        calibration(*sums),
        int(sums[0].sum()),
        int(sums[2].sum()),
        int(sum(row["n"] for row in rows if row["band"] is None)),
    )
