"""Pooled figures as the sections of the page draw them: dots with intervals, and the table behind them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from components import numbers, states, theme, wording
from components.charts import dot_interval
from components.figure import rows_behind
from components.numbers import NBSP, finite
from components.reinstatements.spans import young
from components.tables import Column, Plain
from queries.scan import Finding
from queries.scorecard import ScoreLine
from queries.series import Series


def interval_text(series: Series, place: int) -> str:
    """ "1.7 % to 3.9 %"; "–" where there is none."""
    low, high = series.low[place], series.high[place]
    if not (np.isfinite(low) and np.isfinite(high)):
        return numbers.MISSING
    metric = series.metric
    return f"{wording.value_text(metric, float(low))} to{NBSP}{wording.value_text(metric, float(high))}"


def unsupplied(line: ScoreLine) -> None:
    """Why a whole line has no value."""
    why_missing(line.series)


def why_missing(series: Series) -> None:
    """Why a whole series has no value: not supplied, or not under these filters; nothing where it has."""
    if series.reason.startswith("not supplied: "):
        states.not_supplied(series.reason.removeprefix("not supplied: "))
    elif series.reason:
        theme.note(f"{series.metric.label}: {series.reason}.")


def dot(series: Series, name: str, label: str) -> dot_interval.Group:
    """A pooled figure as a dot with its interval, hollow while young; text where too few."""
    value = finite(series.value[0])
    return dot_interval.Group(
        id=name,
        label=label,
        value=value,
        low=finite(series.low[0]),
        high=finite(series.high[0]),
        n=int(series.n[0]) if np.isfinite(series.n[0]) else None,
        hollow=young(series),
        remark="" if value is not None else wording.at_text(series, 0),
    )


def apart(group: dot_interval.Group, side: Finding | None, worse: Finding) -> dot_interval.Group:
    """The dot marked by shape and colour where its group differs from all others; not everyone sees red.

    What is still young is not judged.
    """
    if side is None or group.hollow:
        return group
    shape = "▲" if side == "above" else "▼"
    return replace(group, label=f"{shape} {group.label}", role="bad" if side == worse else "good")


def interval_table(labels: list[str], shown: list[Series], head: str, key: str) -> None:
    """The pooled figures behind dots: value, interval, n."""
    columns = [
        Column(head),
        Column("Value", "right"),
        Column("95 % interval", "right"),
        Column("n", "right"),
    ]
    texts = [
        (label, wording.at_text(series, 0), interval_text(series, 0), numbers.count(series.n[0]))
        for label, series in zip(labels, shown, strict=True)
    ]
    exported: list[tuple[Plain, ...]] = [
        (
            label,
            finite(series.value[0]),
            None if finite(series.low[0]) is None else f"{series.low[0]:.6f} to {series.high[0]:.6f}",
            None if series.withheld[0] else finite(series.n[0]),
        )
        for label, series in zip(labels, shown, strict=True)
    ]
    rows_behind(columns, texts, exported, key, key, f"{head}: {len(texts)} rows")
