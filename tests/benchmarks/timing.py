"""How benchmarks measure: medians of repeated runs, wall clock and CPU apart."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

RUNS = 9


@dataclass(frozen=True)
class Figure:
    """One measured number: the median of `runs`, its unit, and what it should not exceed (or reach)."""

    name: str
    value: float
    unit: str
    runs: int
    target: float | None = None
    at_least: bool = False
    remark: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without one."""
        if self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target

    def remarked(self, remark: str) -> Figure:
        """The same figure with a remark."""
        return replace(self, remark=remark)

    def against(self, target: float, *, at_least: bool = False) -> Figure:
        """The same figure with its target."""
        return replace(self, target=target, at_least=at_least)


@dataclass(frozen=True)
class Timing:
    """Milliseconds of several runs of the same thing."""

    wall: tuple[float, ...]
    cpu: tuple[float, ...]

    @property
    def median(self) -> float:
        """Median wall clock in ms."""
        return statistics.median(self.wall)

    @property
    def cpu_median(self) -> float:
        """Median CPU time of this process, all threads, in ms."""
        return statistics.median(self.cpu)

    @property
    def worst(self) -> float:
        """Slowest run in ms."""
        return max(self.wall)

    def figure(self, name: str, remark: str = "") -> Figure:
        """The wall clock as a figure; the remark adds CPU and the slowest run."""
        words = f"CPU {self.cpu_median:.0f} ms, slowest {self.worst:.0f} ms"
        return Figure(
            name, self.median, "ms", len(self.wall), remark=f"{words}; {remark}" if remark else words
        )


def timed(runs: Iterable[Callable[[], object]]) -> Timing:
    """Run each once, in order, and time it."""
    wall, cpu = [], []
    for run in runs:
        began, began_cpu = time.perf_counter(), time.process_time()
        run()
        cpu.append(1000 * (time.process_time() - began_cpu))
        wall.append(1000 * (time.perf_counter() - began))
    return Timing(tuple(wall), tuple(cpu))
