"""Independent random streams, one per subsystem, so that a change in one leaves the others as they were."""

from __future__ import annotations

import zlib

import numpy as np


def stream(*path: int | str) -> np.random.Generator:
    """The generator named by `path`: the seed, then the subsystem; equal paths give equal numbers."""
    words = [part if isinstance(part, int) else zlib.crc32(part.encode()) for part in path]
    return np.random.default_rng(np.random.SeedSequence(words))
