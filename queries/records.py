"""Measures as plain records: what the command line prints, for whoever it is passed on to."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from queries.measure import Measures
from queries.series import Series
from queries.withholding import left_out, tells_alone

FIELDS = (
    "metric",
    "period",
    "start",
    "end",
    "by",
    "numerator",
    "denominator",
    "value",
    "low",
    "high",
    "n",
    "complete",
    "mature",
    "unit",
    "clock",
    "withheld",
    "reason",
)


def records(measures: Measures) -> list[dict[str, Any]]:
    """One record per metric, group and period, in that order; `end` is the last day, None is "no value".

    A metric the store cannot supply has one record per period, with the reason. Rates on too few rows are
    withheld with their rows, and so are rates that would give them away.
    """
    found: list[dict[str, Any]] = []
    for key in measures.metrics:
        if measures.by and key not in measures.reasons:
            every, hidden = measures.series(key), left_out(measures, key)
        else:
            every = [measures.total(key)]
            hidden = np.array([every[0].withheld])
        alone = tells_alone(measures, key)
        for series, cells in zip(every, hidden, strict=True):
            by = dict(zip(measures.by, series.group, strict=False))
            for place in range(len(series.periods)):
                record = _record(key, series, by, place)
                hides = bool(cells[place]) and bool(series.n[place] > 0)
                if alone and not series.reason:
                    record = _without_rows(record, "of a person told with its rate alone")
                elif hides:
                    record = _without_rows(record, _why_hidden(series, place))
                found.append(record)
    return found


def _why_hidden(series: Series, place: int) -> str:
    return "too few" if series.withheld[place] else "withheld so that a smaller group stays hidden"


def _without_rows(record: dict[str, Any], why: str) -> dict[str, Any]:
    """A record that is withheld: no value, and none of the rows it could be worked out from."""
    hidden: dict[str, Any] = dict.fromkeys(("numerator", "denominator", "value", "low", "high", "n"))
    return {**record, **hidden, "withheld": True, "reason": why}


def as_table(measures: Measures) -> pa.Table:
    """The same records as an Arrow table, `by` spread into one column per dimension."""
    return pa.Table.from_pylist([spread(record, measures.by) for record in records(measures)])


def spread(record: Mapping[str, Any], by: Sequence[str]) -> dict[str, Any]:
    """A record with a column "by_team" for each dimension in place of `by`.

    The prefix keeps the dimension `reason` apart from the reason of a record.
    """
    flat: dict[str, Any] = {}
    for name, value in record.items():
        flat |= (
            {f"by_{dimension}": value.get(dimension) for dimension in by} if name == "by" else {name: value}
        )
    return flat


def _record(key: str, series: Series, by: dict[str, str | None], place: int) -> dict[str, Any]:
    period = series.periods[place]
    return {
        "metric": key,
        "period": period.label,
        "start": period.start,
        "end": period.last_day,
        "by": by,
        "numerator": _number(series.numerator[place]),
        "denominator": _number(series.denominator[place]),
        "value": _number(series.value[place]),
        "low": _number(series.low[place]),
        "high": _number(series.high[place]),
        "n": _number(series.n[place]),
        "complete": bool(series.complete[place]),
        "mature": bool(series.mature[place]),
        "unit": series.metric.unit,
        "clock": series.metric.clock,
        "withheld": bool(series.withheld[place]),
        "reason": _reason(series, place),
    }


def _number(value: float) -> float | int | None:
    if not math.isfinite(value):
        return None
    return int(value) if float(value).is_integer() and abs(value) < 2**53 else float(value)


def _reason(series: Series, place: int) -> str:
    """Why a record has no value, or what to know about it; "" when it is plain."""
    if series.reason:
        return series.reason
    period = series.periods[place]
    if series.days[place] == 0:
        return "not loaded"
    if series.withheld[place]:
        return "too few"
    if math.isfinite(series.at_least[place]):
        return f"not reached, at least {series.at_least[place]:.1f}"
    if not math.isfinite(series.value[place]):
        return "n/a: the denominator is 0"
    if not series.complete[place]:
        return f"{series.days[place]} of {period.days} days"
    if not series.mature[place]:
        return f"matures {series.metric.follow_up} days after {period.last_day}"
    return series.metric.note
