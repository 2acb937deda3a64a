"""Memory of the serving process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAPS_OF_THREADS = """
import ctypes, sys, threading
if sys.argv[1] == "shared":
    from store.memory import share_one_heap
    share_one_heap()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
together = threading.Barrier(6)
def take():
    together.wait()
    taken = [libc.malloc(10_000) for _ in range(50)]
    together.wait()
threads = [threading.Thread(target=take) for _ in range(6)]
for thread in threads: thread.start()
for thread in threads: thread.join()
libc.fopen.restype = ctypes.c_void_p
out = libc.fopen(b"/dev/stdout", b"w")
libc.malloc_info(0, ctypes.c_void_p(out))
libc.fclose(ctypes.c_void_p(out))
import pyarrow as pa
print(pa.default_memory_pool().backend_name)
"""


def _heaps(how: str) -> tuple[int, str]:
    ran = subprocess.run(
        [sys.executable, "-c", HEAPS_OF_THREADS, how],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.count("<heap nr="), ran.stdout.split()[-1]


@pytest.mark.skipif(sys.platform != "linux", reason="heaps per thread are a matter of the GNU C library")
def test_threads_and_arrow_take_their_memory_from_one_heap() -> None:
    assert _heaps("shared") == (1, "system")
    assert _heaps("own")[0] > 1
