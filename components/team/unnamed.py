"""Where everyone else stands in a picture, coarsely enough that no dot gives somebody's own figures away.

What a picture draws reaches the browser as numbers. Exact ones would let who knows a colleague's counts find
them among the unnamed dots. So volumes are lowered and shares moved towards the middle, to round steps: no
dot lies farther out than the person it stands for, and none leaves the limits that the person does not leave.
"""

from __future__ import annotations

import math
from typing import Final

from components.charts.funnel import Point

STEPS: Final = 20
"""Round steps into which the widest volume and the highest share are divided, at most."""


def step_of(largest: float) -> float:
    """The smallest of 1, 2 or 5 × 10ⁿ of which `largest` has no more than STEPS; 1 for nothing."""
    if not largest > 0:
        return 1.0
    wanted = largest / STEPS
    power = 10.0 ** math.floor(math.log10(wanted) + 1e-9)
    return next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= wanted * (1 - 1e-9))


def on_grid(points: list[Point], centre: float) -> list[Point]:
    """The points moved inwards to round steps, sorted by where they are: equal whoever they belong to."""
    across = step_of(max((point.volume for point in points), default=0.0))
    up = step_of(max((point.share for point in points), default=0.0))
    moved = (Point(_lowered(point.volume, across), _inwards(point.share, centre, up)) for point in points)
    return sorted(moved, key=lambda point: (point.volume, point.share))


def _lowered(volume: float, step: float) -> float:
    """At least one step: no volume of nothing, where limits have no end."""
    return round(max(1, math.floor(volume / step + 1e-9)) * step, 9)


def _inwards(share: float, centre: float, step: float) -> float:
    whole = math.floor if share >= centre else math.ceil
    return round(whole(share / step + (1e-9 if share >= centre else -1e-9)) * step, 9)
