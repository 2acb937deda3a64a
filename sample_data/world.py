"""What every part of one simulation shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sample_data.people import People
from sample_data.span import Span
from sample_data.work_diary import Diary
from store.settings import Settings

Streams = Callable[[str], np.random.Generator]
"""The random stream of a subsystem within one block."""


@dataclass(frozen=True)
class World:
    """What every block shares."""

    seed: int
    span: Span
    settings: Settings
    people: People
    weights: NDArray[np.float64]
    scale: float  # of the whole simulation
    diary: Diary
