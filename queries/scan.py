"""Scans over many groups: which of them really stand out, when looking at all of them at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np

from analysis.multiple import benjamini_hochberg, point_p_value
from analysis.two_shares import equal_shares_p_value
from queries.measure import Measures
from queries.scorecard import ScoreLine

Finding = Literal["above", "below"]
FALSE_SHARE = 0.1
_Z = 1.959963984540054


def standing_out(lines: Sequence[ScoreLine]) -> list[Finding | None]:
    """Per line, the side on which its newest point left its own usual range, or None.

    Each newest point is compared with its limits; Benjamini–Hochberg at 0.1 over all lines keeps the share
    of false findings small however many groups are scanned. Lines that were not tested never stand out.
    """
    p_values = np.full(len(lines), np.nan)
    sides: list[Finding] = []
    for place, line in enumerate(lines):
        chart, tested = line.assessment, line.assessment.tested_index
        sides.append("above")
        if tested is None or not chart.tested:
            continue
        value, centre = chart.values[tested], chart.centre[tested]
        sides[place] = "above" if value > centre else "below"
        start, stop = chart.baseline_start or 0, chart.baseline_stop or 0
        p_values[place] = point_p_value(value, centre, chart.lower[tested], chart.upper[tested], stop - start)
    kept = benjamini_hochberg(p_values, FALSE_SHARE)
    return [side if keep else None for side, keep in zip(sides, kept, strict=True)]


def apart_from_the_rest(measures: Measures, key: str, place: int = 0) -> list[Finding | None]:
    """Per group of a measure, the side on which it differs from all other groups taken as one, or None.

    Of the period at `place`. Both figures are taken as independent, with the standard error their 95 %
    intervals imply; Benjamini–Hochberg at 0.1 over all groups. Groups without an interval never differ.
    """
    count = len(measures.groups)
    p_values = np.full(count, np.nan)
    sides: list[Finding] = []
    for group in range(count):
        own = measures.merged(key, (group,), measures.groups[group])
        rest = measures.merged(key, [other for other in range(count) if other != group], ())
        error = math.hypot(*(float(s.high[place] - s.low[place]) / (2 * _Z) for s in (own, rest)))
        distance = float(own.value[place] - rest.value[place])
        sides.append("above" if distance > 0 else "below")
        if math.isfinite(distance) and error > 0:
            p_values[group] = math.erfc(abs(distance) / error / math.sqrt(2))
    kept = benjamini_hochberg(p_values, FALSE_SHARE)
    return [side if keep else None for side, keep in zip(sides, kept, strict=True)]


def unlike_the_rest(measures: Measures, key: str, places: Sequence[int]) -> list[Finding | None]:
    """Per group at `places` of a share measured over one period, the side on which it differs, or None.

    Each group is compared with the rest by the score test on what its rows are worth (`effective_n`);
    Benjamini–Hochberg at 0.1 over the groups keeps the share of false findings small. The clearest finding
    leaves the rest before the next is looked for, so that one bad group does not make all others look good.
    A withheld group is not compared.
    """
    found: dict[int, Finding] = {}
    left = [place for place in places if np.isfinite(_estimate(measures, key, [place])[0])]
    while len(left) > 1:
        p_values, sides = _against_the_rest(measures, key, left)
        kept = benjamini_hochberg([*p_values, *np.zeros(len(found))], FALSE_SHARE)[: len(left)]
        clearest = int(np.nanargmin(p_values))
        if not kept[clearest]:
            break
        found[left[clearest]] = sides[clearest]
        left.pop(clearest)
    return [found.get(place) for place in places]


def _against_the_rest(
    measures: Measures, key: str, places: Sequence[int]
) -> tuple[list[float], list[Finding]]:
    p_values, sides = [], []
    for place in places:
        value, n = _estimate(measures, key, [place])
        other, m = _estimate(measures, key, [one for one in places if one != place])
        p_values.append(float(equal_shares_p_value(value * n, n, other * m, m)))
        sides.append(_side(value, other))
    return p_values, sides


def _side(value: float, other: float) -> Finding:
    return "above" if value > other else "below"


def _estimate(measures: Measures, key: str, places: Sequence[int]) -> tuple[float, float]:
    """The share of several groups taken as one and what its rows are worth."""
    name = measures.groups[places[0]] if len(places) == 1 else ()
    series = measures.merged(key, places, name)
    return float(series.value[0]), float(series.effective_n[0])
