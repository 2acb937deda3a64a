"""The order in which everything derived is computed."""

from __future__ import annotations

from store.derive import (
    blocks,
    clocks,
    completeness,
    contradictions,
    cover,
    decisions,
    escalations,
    exposure,
    flows,
    hours,
    kinds,
    masters,
    numbers,
    pace,
    rollups,
    staff,
    stamps,
    standard_times,
    weekly,
)
from store.derive.workbench import Workbench, create_final
from store.progress import Progress, part


def derive(bench: Workbench, progress: Progress) -> None:
    """Fill every table of `final` from `src` but `store_info`.

    `bench.connection` must have the databases `src`, `scratch` (empty) and `final` (empty) attached.
    """
    create_final(bench.connection)
    progress("reading the clocks", 0.0)
    clocks.prepare(bench)
    stamps.prepare(bench)
    standard_times.prepare(bench)
    escalations.write(bench, part(progress, 0.05, 0.5))
    progress("writing the backlog's flows", 0.5)
    flows.write(bench)
    decisions.write(bench, part(progress, 0.55, 0.82))
    kinds.write(bench)
    progress("measuring what blocks hold back", 0.82)
    exposure.write(bench)
    blocks.write(bench)
    hours.prepare(bench)
    pace.write(bench)
    hours.write(bench)
    staff.write(bench)
    cover.write(bench)
    contradictions.write(bench)
    progress("copying master tables", 0.85)
    masters.write_plain_tables(bench)
    masters.add_unknown(bench)
    progress("judging completeness", 0.92)
    completeness.write(bench)
    progress("collecting filter values", 0.97)
    rollups.write(bench)
    progress("noting where numbers stand", 0.975)
    numbers.write(bench)
    progress("counting by week", 0.98)
    weekly.write(bench)
