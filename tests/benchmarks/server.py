"""A real server process of the app for benchmarks, and its meter."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from store.location import ENVIRONMENT_VARIABLE, Location

ROOT = Path(__file__).parents[2]
PATIENCE = 120  # seconds
RECORDED = "QUARTERDECK_BENCHMARK_RECORDED"
"""Environment variable: the file of messages that `static_page` replays."""


@dataclass(frozen=True)
class Meter:
    """CPU ms used so far, those inside reads of the facts, and MB of memory now and at the peak."""

    cpu: float
    reads: float
    memory: float
    peak: float


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    pid: int

    def meter(self) -> Meter:
        """Read its meter."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/meter", timeout=PATIENCE) as answer:
            found = json.load(answer)
        return Meter(1000 * found["cpu"], 1000 * found["reads"], found["memory"], found["peak"])

    def cpu(self) -> float:
        """CPU ms used so far as the system counts them, in steps of 10; of a server without a meter too."""
        spent = psutil.Process(self.pid).cpu_times()
        return 1000 * float(spent.user + spent.system)


@contextmanager
def served(location: Location, module: str = "tests.benchmarks.measured_app") -> Iterator[Server]:
    """Start the app on the store at `location` and stop it afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, ENVIRONMENT_VARIABLE: str(location)}
    process = subprocess.Popen(
        [sys.executable, "-m", module, str(port)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port, process)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the app ended with code {process.returncode} before it answered")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"the app did not answer on port {port} within {PATIENCE} s")
