"""Commands a person waits for: the import of the incident log and the sample, each a process of its own."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.timing import RUNS, Figure

ROOT = Path(__file__).parents[2]
MAPPING = ROOT / "sample_data" / "mappings" / "incident_event_log.toml"
LOG_VARIABLE = "QUARTERDECK_INCIDENT_LOG"
LOG = Path(os.environ.get(LOG_VARIABLE, ROOT.parent / "shared" / "data" / "incident_event_log.csv.gz"))


def commands() -> list[Figure]:
    """Wall clock of both commands into an empty store, median of nine; the remark adds CPU and memory."""
    figures = [_command("sample store, scale 1", ["sample"], 20)]
    if LOG.exists():
        figures.append(_command("import of the incident log", ["import", str(MAPPING), str(LOG)], 5))
    else:
        print(f"no incident log at {LOG}; {LOG_VARIABLE} names another place", file=sys.stderr)
    return figures


def _command(name: str, arguments: Sequence[str], target: float) -> Figure:
    wall, cpu = [], []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory(prefix="quarterdeck-benchmark-") as folder:
            before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
            command = [sys.executable, "-m", "store", *arguments, "--store", f"{folder}/store", "--json"]
            subprocess.run(
                command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            wall.append(time.perf_counter() - began)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    figure = Figure(name, statistics.median(wall), "s", len(wall)).against(target)
    return figure.remarked(f"CPU {statistics.median(cpu):.1f} s, peak memory {after.ru_maxrss / 1024:.0f} MB")
