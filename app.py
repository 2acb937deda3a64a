"""The ASGI app: security headers, health check, and the shell as its script.

Run it with `streamlit run app.py`. The script is not this file because, with a folder `pages/` beside the
main script, a fresh server would answer a deep link by running the page file alone, without the shell.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

# Read when numpy and scipy are loaded. On matrices as small as ours a second thread of linear algebra only
# waits for the first: a forecast takes three times the processor with two.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT))

from store.memory import share_one_heap  # noqa: E402 - the root must be importable first

share_one_heap()

from components.security import SecurityHeaders  # noqa: E402
from components.source import warm_up  # noqa: E402


async def health(_: Request) -> JSONResponse:
    """Alive, and which facts are being served; for load balancers, so it opens nothing."""
    from components.source import served_version

    return JSONResponse({"status": "ok", "version": served_version()})


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[None]:
    """Before the first visitor: import what pages need, read the usual views, and collect garbage rarely.

    A collection after each rerun costs more than the rerun; everything alive now is kept for good. Runs leave
    next to nothing to collect, so looking after every 700 new objects, as Python does, took 3 to 6 % of them.
    """
    warm_up()
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
    yield


app = st.App(
    ROOT / "components" / "shell.py",
    lifespan=lifespan,
    middleware=[Middleware(SecurityHeaders)],
    routes=[Route("/health", health)],
)
