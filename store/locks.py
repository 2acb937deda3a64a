"""One build at a time: a lock file that the operating system frees even when the process is killed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from store.errors import StoreLocked


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock file at `path`; raises StoreLocked, naming the holder, when another process has it."""
    with path.open("a+") as handle:
        try:
            _lock(handle.fileno())
        except OSError:
            holder = path.read_text(encoding="utf-8").strip() or "another process"
            raise StoreLocked(
                f"{path.parent} is being changed by {holder}; wait until it is done and try again"
            ) from None
        handle.truncate(0)
        handle.write(f"process {os.getpid()}")
        handle.flush()
        yield


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        # One byte far behind the text, so that others can still read who holds the lock.
        os.lseek(descriptor, 1 << 30, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
