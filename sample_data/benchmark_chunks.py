"""A stream of source tables large enough for benchmarks, made by repeating one simulated block.

Repeating is faster than simulating and keeps every distribution; the copies differ only in their keys, so
totals are multiples of one block's. A store built from it must say so: `benchmark_origin` gives the words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from sample_data.simulation import simulate
from store.progress import Progress, silent
from store.settings import Settings

SHIFTED = {  # columns that name a seller or a case, per table that is repeated
    "sellers": ("seller_id",),
    "seller_history": ("seller_id",),
    "enforcements": ("enforcement_id", "seller_id"),
    "appeals": ("appeal_id", "seller_id", "enforcement_id", "previous_appeal_id"),
    "escalations": ("escalation_id", "seller_id", "enforcement_id"),
    "escalation_events": ("escalation_id",),
}
WITH_SELLERS = ("sellers", "seller_history", "enforcements")


def benchmark_chunks(
    appeals: int,
    escalations: int,
    *,
    seed: int = 7,
    weeks: int = 156,
    end: dt.date | None = None,
    settings: Settings,
    progress: Progress = silent,
) -> Iterator[tuple[str, pa.Table]]:
    """Chunks of source tables with exactly so many appeals and so many escalation cycles.

    One block is simulated at scale 1; its sellers, enforcements, appeals, escalations and events are then
    repeated with keys shifted ("A0000007" becomes "A0000007-3"), other case tables appear once. The last
    copies are cut to the asked number, events with their escalations. Raises ValueError for numbers below 1.
    """
    if appeals < 1 or escalations < 1:
        raise ValueError(f"{appeals} appeals and {escalations} escalations: both must be at least 1")
    block: dict[str, list[pa.Table]] = {}
    for name, chunk in simulate(seed=seed, weeks=weeks, end=end, settings=settings):
        if name in SHIFTED:
            block.setdefault(name, []).append(chunk)
        else:
            yield name, chunk
    whole = {name: pa.concat_tables(chunks) for name, chunks in block.items()}
    of_appeals, of_escalations = (
        _copies(whole["appeals"], appeals),
        _copies(whole["escalations"], escalations),
    )
    copies = max(len(of_appeals), len(of_escalations))
    for copy in range(copies):
        progress(f"copy {copy + 1} of {copies}", copy / copies)
        for name in WITH_SELLERS:
            yield name, shifted(name, whole[name], copy)
        if copy < len(of_appeals):
            yield "appeals", shifted("appeals", whole["appeals"].slice(0, of_appeals[copy]), copy)
        if copy < len(of_escalations):
            cycles = whole["escalations"].slice(0, of_escalations[copy])
            yield "escalations", shifted("escalations", cycles, copy)
            yield "escalation_events", shifted("escalation_events", _events_of(whole, cycles), copy)
    progress("repeated", 1.0)


def benchmark_origin(appeals: int, escalations: int) -> str:
    """What a store built from `benchmark_chunks` says about its rows."""
    return (
        f"benchmark: one simulated block repeated with shifted keys to {appeals:,} appeals and "
        f"{escalations:,} escalations; totals are multiples of one block"
    )


def shifted(name: str, rows: pa.Table, copy: int) -> pa.Table:
    """The rows with the number of the copy added to every key; copy 0 keeps its keys."""
    if copy == 0:
        return rows
    for column in SHIFTED[name]:
        place = rows.schema.get_field_index(column)
        keys = pc.binary_join_element_wise(rows[column], pa.scalar(str(copy)), "-")
        rows = rows.set_column(place, rows.schema.field(place), keys)
    return rows


def _copies(rows: pa.Table, wanted: int) -> list[int]:
    """How many rows of each copy to take."""
    full, rest = divmod(wanted, rows.num_rows)
    return [rows.num_rows] * full + ([rest] if rest else [])


def _events_of(whole: dict[str, pa.Table], cycles: pa.Table) -> pa.Table:
    events = whole["escalation_events"]
    if cycles.num_rows == whole["escalations"].num_rows:
        return events
    return events.filter(pc.is_in(_cycle_key(events), value_set=_cycle_key(cycles)))


def _cycle_key(rows: pa.Table) -> pa.Array:
    key = pc.binary_join_element_wise(rows["escalation_id"], rows["cycle"].cast(pa.string()), "/")
    return key.combine_chunks()
