"""What a rerun of the Weekly review costs a real server, and what thirty sessions get out of it."""

from __future__ import annotations

import asyncio
import itertools
import os
import pickle
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from components import source
from components.filter_bar import chip_words
from components.view import View
from queries.filters import Filters
from queries.measure import Reader
from store.location import Location
from tests.benchmarks.browser import record
from tests.benchmarks.server import RECORDED, Meter, Server, served
from tests.benchmarks.session import Reply, Session
from tests.benchmarks.timing import RUNS, Figure
from tests.benchmarks.unseen import paired_filters, query_of, single_filters

SESSIONS = 30
REPEATS = 12  # of a view that is cached: a rerun is too short to meter one alone
CACHED_VIEWS = 12
SECONDS = 20.0
FLOOR_REPEATS = 60


def reruns(reader: Reader, location: Location) -> list[Figure]:
    """CPU per rerun for one session, what thirty sessions get and take, and what no rerun can fall below."""
    with served(location) as server:
        figures = asyncio.run(_measure(server, reader))
        query = query_of(single_filters(reader)[0])
        recorded = asyncio.run(record(server, ["", query]))
    return figures + _floors(location, query, recorded)


def _floors(location: Location, query: str, recorded: dict[str, list[bytes]]) -> list[Figure]:
    """What Streamlit itself takes: for a page without anything, and for the recorded messages of this one."""
    with tempfile.TemporaryDirectory() as folder:
        recording = Path(folder) / "messages.pickle"
        recording.write_bytes(pickle.dumps(recorded))
        os.environ[RECORDED] = str(recording)
        figures = []
        for name, module in (
            ("an empty page", "empty_app"),
            ("the same page with static data", "static_app"),
        ):
            with served(location, f"tests.benchmarks.{module}") as server:
                spent = asyncio.run(_floor(server, query))
            figures.append(Figure(f"server CPU: rerun of {name}", statistics.median(spent), "ms", RUNS))
    return figures


async def _floor(server: Server, query: str) -> list[float]:
    session = await Session.open(server.port)
    await session.show(query)
    spent = []
    for _ in range(RUNS):
        before = server.cpu()
        for _ in range(FLOOR_REPEATS):
            await session.show(query)
        spent.append((server.cpu() - before) / FLOOR_REPEATS)
    await session.close()
    return spent


async def _measure(server: Server, reader: Reader) -> list[Figure]:
    week = reader.coverage.newest_week()
    assert week is not None
    words = View(reader, Filters(), week, source.journal(), "")
    views = single_filters(reader)
    figures = await _one_session(server, words, views[:RUNS])
    cached = views[:CACHED_VIEWS]
    warming = await Session.open(server.port)
    for filters in cached:
        await warming.show(query_of(filters))
    await warming.close()
    unseen = paired_filters(reader)
    figures += await _many_sessions(server, words, "cached", itertools.cycle(cached), 60)
    figures += await _many_sessions(server, words, "never seen", unseen, 10)
    figures.append(
        Figure(f"memory: peak after {SESSIONS} sessions", server.meter().peak, "MB", 1).against(600)
    )
    return figures


async def _one_session(server: Server, words: View, views: Sequence[Filters]) -> list[Figure]:
    session = await Session.open(server.port)
    await session.show("")
    fresh, fresh_reads, cached, cached_reads = [], [], [], []
    for filters in views:
        before = server.meter()
        _checked(await session.show(query_of(filters)), filters, words)
        after = server.meter()
        fresh.append(_without_reads(before, after))
        fresh_reads.append(after.reads - before.reads)
        before = server.meter()
        for _ in range(REPEATS):
            _checked(await session.show(query_of(filters)), filters, words)
        after = server.meter()
        cached.append(_without_reads(before, after) / REPEATS)
        cached_reads.append((after.reads - before.reads) / REPEATS)
    await session.close()
    return [
        _cpu("rerun without SQL, measures cached", cached, cached_reads).against(15),
        _cpu("rerun without SQL, filter never seen", fresh, fresh_reads).against(80),
    ]


def _cpu(name: str, spent: list[float], reads: list[float]) -> Figure:
    figure = Figure(f"server CPU: {name}", statistics.median(spent), "ms", len(spent))
    return figure.remarked(f"reads besides: {statistics.median(reads):.0f} ms")


def _without_reads(before: Meter, after: Meter) -> float:
    return (after.cpu - before.cpu) - (after.reads - before.reads)


async def _many_sessions(
    server: Server, words: View, kind: str, views: Iterator[Filters], target: float
) -> list[Figure]:
    """Every session asks for its next view as soon as it has the last one, for `SECONDS`."""
    sessions = [await Session.open(server.port) for _ in range(SESSIONS)]
    for session in sessions:
        await session.show("")
    waits: list[float] = []
    began = time.perf_counter()

    async def click(session: Session) -> None:
        while time.perf_counter() < began + SECONDS:
            filters = next(views)
            asked = time.perf_counter()
            _checked(await session.show(query_of(filters)), filters, words)
            waits.append(1000 * (time.perf_counter() - asked))

    cpu = server.meter().cpu
    await asyncio.gather(*(click(session) for session in sessions))
    lasted = time.perf_counter() - began
    spent = (server.meter().cpu - cpu) / len(waits)
    for session in sessions:
        await session.close()
    figure = Figure(f"{SESSIONS} sessions, {kind}: reruns per second", len(waits) / lasted, "/s", len(waits))
    remark = (
        f"{spent:.0f} ms CPU each, median wait {statistics.median(waits):.0f} ms, every reply its own filter"
    )
    return [figure.against(target, at_least=True).remarked(remark)]


def _checked(reply: Reply, filters: Filters, words: View) -> None:
    """Raises when a run failed or shows other filters than were asked for."""
    asked = tuple(
        chip_words(words, (dimension, value)) for dimension, values in filters.chosen for value in values
    )
    if not reply.succeeded:
        raise AssertionError(f"the run for {asked} failed: {reply.texts}")
    if reply.chips[:-1] != asked:  # the last one clears all
        raise AssertionError(f"asked for {asked}, the reply shows {reply.chips}")
