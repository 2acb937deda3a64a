"""The app as it is served, with a meter: `python -m tests.benchmarks.measured_app PORT`.

`/meter` answers the CPU seconds the process has used, those spent inside reads of the facts, and its peak
memory. Reads are metered by process time, so it is exact while one session runs at a time.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from starlette.requests import Request
from starlette.responses import JSONResponse
from streamlit.web import bootstrap

ROOT = Path(__file__).parents[2]
_in_reads = 0.0


def _metered(read: Callable[..., Any]) -> Callable[..., Any]:
    def metered(*arguments: Any) -> Any:
        global _in_reads
        began = time.process_time()
        try:
            return read(*arguments)
        finally:
            _in_reads += time.process_time() - began

    return metered


class Metered:
    """The ASGI app with `/meter` in front of it."""

    def __init__(self, served: Any) -> None:
        self._served = served

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer `/meter`, pass everything else on."""
        if scope["type"] == "http" and scope["path"] == "/meter":
            await meter(Request(scope))(scope, receive, send)
        else:
            await self._served(scope, receive, send)


def meter(_: Request) -> JSONResponse:
    """CPU seconds in all and in reads, and memory in MB: now and at its peak."""
    status = Path("/proc/self/status")
    peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return JSONResponse(
        {
            "cpu": time.process_time(),
            "reads": _in_reads,
            "memory": psutil.Process().memory_info().rss / 2**20,
            "peak": int(peak.split()[1]) / 1024,
        }
    )


def _root_app() -> Any:
    spec = importlib.util.spec_from_file_location("quarterdeck_app", ROOT / "app.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.app


if __name__ == "__main__":
    port = int(sys.argv[1])
    options = {"server.port": port, "server.headless": True, "server.fileWatcherType": "none"}
    flags = {name.replace(".", "_"): value for name, value in options.items()}
    bootstrap.load_config_options(flags)
    bootstrap.run_asgi_app(str(ROOT / "app.py"), "tests.benchmarks.measured_app:app", [], flags)
else:
    app = Metered(_root_app())  # before anything of ours is imported, as it is served
    from queries.scope import Scope

    Scope.read = _metered(Scope.read)  # type: ignore[method-assign]
