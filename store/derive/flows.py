"""`case_flow`: every step into and out of the escalation backlog, so that a backlog is a running sum."""

from __future__ import annotations

from store.derive.workbench import Workbench
from store.schema import fact


def write(bench: Workbench) -> None:
    """Fill `final.case_flow` from `final.escalations`: one row where a cycle begins, one where it ends."""
    carried = [
        column.name
        for column in fact("case_flow").columns
        if column.name not in ("flow", "delta", "at", "on_day", "on_week")
    ]
    columns = ", ".join(f'"{name}"' for name in carried)
    bench.write(
        "case_flow",
        f"""
        select {columns}, case when cycle = 1 then 'opened' else 'reopened' end as flow, 1 as delta,
               opened_at as "at", opened_on as on_day, opened_week as on_week
        from final.escalations
        union all
        select {columns}, coalesce(end_kind, 'resolved'), -1, resolved_at, resolved_on, resolved_week
        from final.escalations where resolved_at is not null""",
    )
