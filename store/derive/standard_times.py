"""The standard hours of an arrival: those valid on its day, else a median of the minutes recorded.

A standard time of 0 or without minutes is none. An arrival before the first one valid, and a type of work
without any, take the median of the minutes spent on a case of that type, from 30 cases on. What then still
has none stays null, so that its workload is unknown instead of 0.
"""

from __future__ import annotations

from typing import NamedTuple

from store.derive.workbench import Workbench


class WorkType(NamedTuple):
    """What the rows of a fact table are as work, and the moments they arrive and end."""

    name: str
    arrives: str
    ends: str


WORK_TYPES = {
    "escalations": WorkType("escalation", "opened_at", "resolved_at"),
    "appeals": WorkType("appeal", "submitted_at", "decided_at"),
    "investigations": WorkType("investigation", "opened_at", "closed_at"),
}
FEWEST_CASES = 30
"""Cases a median must rest on."""
SUPPLIED = "standard time"
"""Origin of hours the source gave; an estimate says "median of 1,284 cases"."""


def prepare(bench: Workbench) -> None:
    """Fill `scratch.standards` (work_type, from_on, minutes, origin); types are compared without case."""
    bench.run(f"""
        create table scratch.standards as
        select lower(trim(work_type)) as work_type, valid_from as from_on, max(minutes) as minutes,
               '{SUPPLIED}' as origin
        from src.standard_times where minutes > 0 group by all""")
    for table_name, work_type in WORK_TYPES.items():
        if _is_short(bench, table_name, work_type):
            _estimate(bench, work_type.name)


def columns_sql(bench: Workbench, table_name: str, row: str) -> str:
    """Select items `standard_hours` and `standard_origin` of the source rows called `row`."""
    work_type, arrives, _ = WORK_TYPES[table_name]
    times = bench.connection.execute(
        "select from_on, minutes, origin from scratch.standards where work_type = ? order by from_on desc",
        [work_type],
    ).fetchall()
    if not times:
        return "null::double as standard_hours, null::varchar as standard_origin"
    held = f"business_date({row}.{arrives}) >= date "
    hours = " ".join(f"when {held}'{start}' then {minutes / 60!r}" for start, minutes, _ in times)
    origin = " ".join(f"when {held}'{start}' then '{words}'" for start, _, words in times)
    return f"case {hours} end::double as standard_hours, case {origin} end as standard_origin"


def _is_short(bench: Workbench, table_name: str, work_type: WorkType) -> bool:
    """Whether some row arrived before the first standard time of its type."""
    first = bench.value(
        "select coalesce(min(from_on), date '9999-12-31') from scratch.standards where work_type = ?",
        [work_type.name],
    )
    return bench.holds(table_name, f"business_date({work_type.arrives}) < date '{first}'")


def _estimate(bench: Workbench, work_type: str) -> None:
    """The median of the minutes a case took, of all its people together; an item without case is one."""
    bench.run(
        f"""
        insert into scratch.standards
        with spent as (
            select sum(minutes) as minutes from src.work_items
            where minutes > 0 and lower(trim(coalesce(work_type, case_kind))) = ?
            group by case_kind, case_id, case when case_id is null then work_item_id end
        )
        select ?, date '0001-01-01', median(minutes), 'median of ' || format('{{:,}}', count(*)) || ' cases'
        from spent having count(*) >= {FEWEST_CASES}""",
        [work_type, work_type],
    )
