"""Several periods taken as one: sums add, histograms and audit frames merge, the ratio is taken last."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from queries import agreement, audit_frames
from queries.model import Metric
from queries.parts import Parts
from queries.series import Series, evaluate
from queries.tallies import Component
from queries.time import Period

Key = TypeVar("Key", bound=Component)
Content = TypeVar("Content")


def pool(parts: Parts, places: Sequence[int], components: Collection[Component]) -> Parts:
    """Those components over one period, the union of the periods at `places`, which must be neighbours.

    Stocks cannot be pooled (they are levels, not sums) and are left out.
    """
    first, last = parts.periods[places[0]], parts.periods[places[-1]]
    union = Period(first.start, last.end, first.grain)
    chosen = list(places)
    histograms = {}
    for durations, histogram in _asked(parts.histograms, components):
        pooled = histogram.of(np.isin(histogram.period, chosen))
        histograms[durations] = replace(pooled, period=np.zeros_like(pooled.period))
    frames = {key: audit_frames.pooled(frame, chosen) for key, frame in _asked(parts.frames, components)}
    decisions = {key: agreement.pooled(found, chosen) for key, found in _asked(parts.decisions, components)}
    sums = {
        tally: grid[:, chosen].sum(axis=1, keepdims=True) for tally, grid in _asked(parts.sums, components)
    }
    wholes = {
        tally: {group: grid[chosen].sum(keepdims=True) for group, grid in found.items()}
        for tally, found in _asked(parts.wholes, components)
    }
    people = {key: found.pooled(chosen) for key, found in _asked(parts.people, components)}
    return Parts(
        parts.groups,
        (union,),
        sums,
        histograms,
        frames,
        decisions,
        people=people,
        by=parts.by,
        wholes=wholes,
    )


def _asked(found: Mapping[Key, Content], components: Collection[Any]) -> Iterator[tuple[Key, Content]]:
    return ((component, found[component]) for component in components if component in found)


def pooled_value(
    metric: Metric, parts: Parts, series: Series, places: Sequence[int], groups: Sequence[int], minimum: int
) -> float:
    """The metric over several neighbouring periods: rates and quantiles pooled, counts and stocks as a mean.

    `places` are the periods, `groups` the places of the groups the series is made of.
    nan when any of the periods is incomplete or young: a mean over a gap would mislead. A rate too small to
    show in each period may be shown pooled, from `minimum` rows up.
    """
    chosen = list(places)
    if not chosen or not (series.complete & series.mature)[chosen].all():
        return float("nan")
    if metric.is_stock or not metric.is_rate:
        return float(np.mean(series.value[chosen]))
    pooled = evaluate(metric, pool(parts, places, metric.components), list(groups))
    return float(pooled.value[0]) if pooled.n[0] >= minimum else float("nan")
