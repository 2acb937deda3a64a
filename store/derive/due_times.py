"""Due times of escalations from the promises in the settings, for cycles whose source names none.

SLA clock: business time on the team's calendar minus the union of pauses; a pause pushes the due time.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from store.calendars import Moments, Pauses, add_business_hours, add_business_hours_with_pauses
from store.derive.workbench import Workbench
from store.progress import Progress

_CHUNK = 200_000
_SCHEMA = pa.schema(
    [
        ("row", pa.int64()),
        ("due_at", pa.timestamp("us")),
        ("due_at_without_pauses", pa.timestamp("us")),
        ("first_response_due_at", pa.timestamp("us")),
    ]
)


def prepare(bench: Workbench, progress: Progress) -> None:
    """`scratch.due_times`: row and the computed due times of cycles whose severity has a promise.

    Needs `scratch.case_stamps` (row, team). Without any pause in the source the time without pauses stays
    unknown: a source that does not record pauses must not look as if nobody paused.
    """
    bench.connection.register("due_times_none", _SCHEMA.empty_table())
    bench.run("create table scratch.due_times as select * from due_times_none")
    bench.connection.unregister("due_times_none")
    missing = "due_at is null or first_response_due_at is null"
    if not bench.settings.severities or not bench.holds("escalations", missing):
        return
    knows_pauses = bench.holds("escalation_events", "kind = 'pause'")
    calendars = dict(bench.connection.execute("select team, calendar from src.teams").fetchall())
    for cases, pauses in _chunks(bench, progress):
        due = _due_times(bench, cases, pauses, calendars, knows_pauses)
        bench.connection.register("due_times_chunk", due)
        bench.run("insert into scratch.due_times select * from due_times_chunk")
        bench.connection.unregister("due_times_chunk")


def _chunks(bench: Workbench, progress: Progress) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Cycles that need a due time and their pauses, a stretch of rows at a time."""
    last = bench.value("select coalesce(max(rowid), -1) from src.escalations")
    assert isinstance(last, int)
    bench.run("""
        create table scratch.pauses as
        select e.rowid as row, v.starts_at, v.ends_at
        from src.escalation_events v
        join src.escalations e on e.escalation_id = v.escalation_id and e.cycle = v.cycle
        where v.kind = 'pause' order by row""")
    for first in range(0, last + 1, _CHUNK):
        bounds = [first, first + _CHUNK]
        progress("computing due times", first / (last + 1))
        cases = bench.connection.execute(
            """select e.rowid as row, e.opened_at, e.severity, t.team
               from src.escalations e join scratch.case_stamps t on t.row = e.rowid
               where e.rowid >= ? and e.rowid < ? and t.row >= ? and t.row < ? order by row""",
            bounds * 2,
        ).to_arrow_table()
        pauses = bench.connection.execute(
            "select row, starts_at, ends_at from scratch.pauses where row >= ? and row < ?", bounds
        ).to_arrow_table()
        yield cases, pauses


def _due_times(
    bench: Workbench,
    cases: pa.Table,
    pauses: pa.Table,
    calendars: dict[str, str | None],
    knows_pauses: bool,
) -> pa.Table:
    """Computed due times of a chunk of cycles; each (severity, team) is one vectorised step."""
    rows = cases["row"].to_numpy()
    opened = _moments(cases["opened_at"])
    severities, teams = cases["severity"], cases["team"]
    keys = pa.table({"severity": severities, "team": teams}).group_by(["severity", "team"]).aggregate([])
    due = np.full(len(rows), np.datetime64("NaT", "us"))
    without, response = due.copy(), due.copy()
    severity_of, team_of = _codes(severities), _codes(teams)
    for severity, team in zip(keys["severity"].to_pylist(), keys["team"].to_pylist(), strict=True):
        promise = bench.settings.severities.get(severity) if severity else None
        if promise is None:
            continue
        picked = np.flatnonzero(
            (severity_of[0] == severity_of[1][severity]) & (team_of[0] == team_of[1][team])
        )
        calendar = bench.settings.calendar_for(calendars.get(team))
        paused = _pauses_of(rows[picked], pauses)
        starts = opened[picked]
        due[picked] = add_business_hours_with_pauses(starts, promise.resolution_hours, calendar, paused)
        response[picked] = add_business_hours(starts, promise.first_response_hours, calendar)
        if knows_pauses:
            without[picked] = add_business_hours(starts, promise.resolution_hours, calendar)
    return pa.table([rows, due, without, response], schema=_SCHEMA)


def _pauses_of(rows: np.ndarray, pauses: pa.Table) -> Pauses:
    """The pauses of the given rows (ascending), as indexes into them."""
    owners = pauses["row"].to_numpy()
    index = np.searchsorted(rows, owners)
    ours = (index < len(rows)) & (rows[np.minimum(index, len(rows) - 1)] == owners)
    return Pauses(index[ours], _moments(pauses["starts_at"])[ours], _moments(pauses["ends_at"])[ours])


def _codes(column: pa.ChunkedArray) -> tuple[np.ndarray, dict[str | None, int]]:
    """A text column as small numbers, and the number of each value; null is -1."""
    encoded = column.combine_chunks().dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return codes, {None: -1} | {value: code for code, value in enumerate(encoded.dictionary.to_pylist())}


def _moments(column: pa.ChunkedArray) -> Moments:
    return np.asarray(column.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False), "datetime64[us]")
