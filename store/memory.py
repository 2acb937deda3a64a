"""Memory of a process that serves many readers at once."""

from __future__ import annotations

import ctypes
from contextlib import suppress

_M_ARENA_MAX = -8  # malloc.h of the GNU C library


def share_one_heap() -> None:
    """Let all threads take memory from one heap of the C library, Arrow included; call it before they start.

    By default each thread gets a heap of its own, up to eight per processor, and what a run took and gave
    back stays in the heap of its thread: at the peak of thirty sessions some 80 MB. Heaps that exist already
    stay. C libraries without that setting (musl, macOS, Windows) are left as they are.
    """
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)
    import pyarrow as pa  # starts threads

    pa.set_memory_pool(pa.system_memory_pool())
