"""Where everyone else stands in a picture, coarsely enough that no dot gives somebody's own figures away.

What a picture draws reaches the browser as numbers. Exact ones would let who knows a colleague's counts find
them among the unnamed dots, and round ones still do where a dot stands alone at its volume. So volumes are
lowered to round steps that at least CROWD people share, and shares moved towards the middle to round steps:
no dot lies farther out than the person it stands for, and none leaves the limits that the person does not
leave. Who knows a colleague's volume learns that their share is one of those CROWD dots or more.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import Final

from components.charts.funnel import Point
from queries.people.comparison import FEWEST_OTHERS

STEPS: Final = 20
"""Round steps into which the widest volume and the highest share are divided, at most."""
CROWD: Final = FEWEST_OTHERS
"""Dots that stand at each volume drawn, at least."""


def step_of(largest: float) -> float:
    """The smallest of 1, 2 or 5 × 10ⁿ of which `largest` has no more than STEPS; 1 for nothing."""
    if not largest > 0:
        return 1.0
    wanted = largest / STEPS
    power = 10.0 ** math.floor(math.log10(wanted) + 1e-9)
    return next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= wanted * (1 - 1e-9))


def on_grid(points: list[Point], centre: float) -> list[Point]:
    """The points moved inwards, sorted by where they are: equal whoever they belong to.

    None where there are fewer than CROWD.
    """
    if len(points) < CROWD:
        return []
    across = step_of(max(point.volume for point in points))
    up = step_of(max(point.share for point in points))
    shared = _shared([_lowered(point.volume, across) for point in points])
    moved = (Point(shared[_lowered(one.volume, across)], _inwards(one.share, centre, up)) for one in points)
    return sorted(moved, key=lambda point: (point.volume, point.share))


def _shared(volumes: list[float]) -> dict[float, float]:
    """For each volume the largest one not above it that at least CROWD are drawn at."""
    standing = Counter(volumes)
    drawn: dict[float, float] = {}
    left, place, crowd = len(volumes), min(volumes), 0
    for volume in sorted(standing):
        if crowd >= CROWD and left >= CROWD:
            place, crowd = volume, 0
        drawn[volume] = place
        crowd += standing[volume]
        left -= standing[volume]
    return drawn


def _lowered(volume: float, step: float) -> float:
    """At least one step: no volume of nothing, where limits have no end."""
    return round(max(1, math.floor(volume / step + 1e-9)) * step, 9)


def _inwards(share: float, centre: float, step: float) -> float:
    whole = math.floor if share >= centre else math.ceil
    return round(whole(share / step + (1e-9 if share >= centre else -1e-9)) * step, 9)
