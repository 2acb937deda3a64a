"""What happened after an escalation ended: reopened, or the same seller escalated again."""

from __future__ import annotations

from store.derive.workbench import Workbench, hours_sql


def prepare(bench: Workbench) -> None:
    """`scratch.follow_ups`: row, reopened_after_days, repeated_after_days; cycles with neither are missing.

    A repeat is the seller's next *other* escalation opened after the end; a reopening is none.
    """
    bench.run(f"""
        create table scratch.follow_ups as
        with reopened as (
            select rowid as row, resolved_at,
                   lead(opened_at) over (partition by escalation_id order by cycle) as again_at
            from src.escalations
        ), first_cycles as (
            select seller_id, opened_at from (
                select seller_id, opened_at, cycle,
                       min(cycle) over (partition by escalation_id) as first_cycle
                from src.escalations)
            where cycle = first_cycle and seller_id is not null
        ), repeated as (
            select e.rowid as row, {hours_sql("e.resolved_at", "f.opened_at")} / 24 as repeated_after_days
            from (select rowid, seller_id, resolved_at from src.escalations
                  where seller_id is not null and resolved_at is not null) e
            asof join first_cycles f on f.seller_id = e.seller_id and e.resolved_at < f.opened_at
        ), again as (
            select row, {hours_sql("resolved_at", "again_at")} / 24 as reopened_after_days
            from reopened where again_at >= resolved_at
        )
        select coalesce(again.row, repeated.row) as row, reopened_after_days, repeated_after_days
        from again full join repeated on repeated.row = again.row""")
