"""From a change of filters to the last thing drawn in a real browser, beside the same page with static data.

The floor is measured in the same run: a server that replays the messages the real page sent, so transport and
drawing are the same and only our own work is missing. Real and static changes alternate.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import shutil
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from queries.measure import Reader
from store.location import Location
from tests.benchmarks.server import RECORDED, Server, served
from tests.benchmarks.session import Session
from tests.benchmarks.timing import RUNS, Figure
from tests.benchmarks.unseen import paired_filters, query_of

SCRIPT = (Path(__file__).parent / "settling.js").read_text(encoding="utf-8")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
REPLAYED = ("delta", "page_config_changed")
SIZE = {"width": 1440, "height": 900}
LONGEST = 60_000


def browser(reader: Reader, location: Location) -> list[Figure]:
    """Never seen, seen and static, in ms and as ratios; then opening the page."""
    unseen = paired_filters(reader)
    queries = [query_of(next(unseen)) for _ in range(RUNS + 1)]
    with served(location) as teacher, tempfile.TemporaryDirectory() as folder:
        recording = Path(folder) / "messages.pickle"
        recording.write_bytes(pickle.dumps(asyncio.run(record(teacher, ["", *queries]))))
        os.environ[RECORDED] = str(recording)
        # A second server, which has seen none of these filters.
        with served(location) as real, served(location, "tests.benchmarks.static_app") as static:
            return _measure(real, static, queries)


async def record(server: Server, queries: Sequence[str]) -> dict[str, list[bytes]]:
    """The messages that draw the page, by the query of its link, each from a session of its own."""
    found = {}
    for query in queries:
        session = await Session.open(server.port)
        reply = await session.show(query)
        await session.close()
        found[query] = [
            raw for raw in reply.messages if ForwardMsg.FromString(raw).WhichOneof("type") in REPLAYED
        ]
    return found


def _measure(real: Server, static: Server, queries: Sequence[str]) -> list[Figure]:
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or playwright.chromium.executable_path
        launched = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            first = [_opened(launched.new_context(viewport=SIZE).new_page(), real) for _ in range(RUNS)]
            context = launched.new_context(viewport=SIZE)
            page, floor = context.new_page(), context.new_page()
            _opened(page, real)
            _opened(floor, static)
            unseen, seen, floors = [], [], []
            for query in queries:
                unseen.append(_choose(page, query))
                floors.append(_choose(floor, query))
            for query in queries:
                seen.append(_choose(page, query))
                floors.append(_choose(floor, query))
            warm = [_opened(page, real) for _ in range(RUNS)]
        finally:
            launched.close()
    bottom = statistics.median(floors)
    fresh, known = statistics.median(unseen[1:]), statistics.median(seen[1:])
    count = len(queries) - 1
    return [
        Figure("browser: filter to settled, static data", bottom, "ms", len(floors)),
        Figure("browser: filter to settled, seen", known, "ms", count).against(160),
        Figure("browser: filter to settled, never seen", fresh, "ms", count).against(300),
        Figure("browser: seen ÷ static", known / bottom, "×", count).against(1.2),
        Figure("browser: never seen ÷ static", fresh / bottom, "×", count).against(1.6),
        Figure("browser: page open, warm", statistics.median(warm) / 1000, "s", RUNS).against(0.9),
        Figure("browser: page open, first", statistics.median(first) / 1000, "s", RUNS).against(2.2),
    ]


def _opened(page: Page, server: Server) -> float:
    page.set_default_timeout(LONGEST)
    if not page.url.startswith("http"):
        page.add_init_script(SCRIPT)
    page.goto(f"http://127.0.0.1:{server.port}/", wait_until="commit")
    return float(page.evaluate("settled(0)"))


def _choose(page: Page, query: str) -> float:
    return float(page.evaluate("query => choose(query)", query))
