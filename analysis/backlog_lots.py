"""Who of the cases that wait for others misses the promise: drawn by lot, once for the same chances.

What hours change is none of it, so plans that differ in people or pace draw alike and the newest are kept.
"""

from __future__ import annotations

import hashlib
from threading import Lock
from typing import Final

import numpy as np
from cachetools import LRUCache

from analysis.backlog_plan import WHOLE
from analysis.staffing import Runs

KEPT_BYTES: Final = 16 * 2**20
_NEWEST: LRUCache[object, Runs] = LRUCache(KEPT_BYTES, getsizeof=lambda drawn: drawn.nbytes)
_LOCK = Lock()


def missed_by_chance(expected: Runs, variance: Runs, seed: tuple[int, ...]) -> Runs:
    """Cases that waited for others past their due day, drawn as binomial with this mean and variance.

    n and p follow from the two; the part of n beyond whole cases misses with its share. Nobody may change
    the answer.
    """
    told = hashlib.blake2b(expected.tobytes())
    told.update(variance.tobytes())
    key = (told.digest(), expected.shape, seed)
    with _LOCK:
        if key in _NEWEST:
            return _NEWEST[key]
    drawn = _drawn(expected, variance, np.random.default_rng(seed))
    if drawn.nbytes <= KEPT_BYTES:
        with _LOCK:
            _NEWEST[key] = drawn
    return drawn


def _drawn(expected: Runs, variance: Runs, random: np.random.Generator) -> Runs:
    some = expected > WHOLE
    mean = expected[some].astype(np.float64)
    chance = np.clip(1 - variance[some] / mean, 1e-3, 1.0)
    number = mean / chance
    whole = np.floor(number + WHOLE)
    drawn = np.zeros_like(expected)
    drawn[some] = random.binomial(whole.astype(np.int64), chance) + (number - whole) * chance
    return drawn
