"""Did a reinstatement last? Days to the next enforcement of the same seller's account.

Account-level enforcements not reversed as our error, in (decided, …], whatever their policy; days are
rounded up (METRICS: restumble_rate).
"""

from __future__ import annotations

from store.derive.workbench import Workbench, hours_sql
from store.schema.work import APPEAL_OUTCOMES

REINSTATING = APPEAL_OUTCOMES[:4]


def prepare(bench: Workbench) -> None:
    """`scratch.restumbles` (row, days): followed by an enforcement; `scratch.superseded` (row).

    Reinstatements of one seller with no enforcement between them are one episode clocked from the latest:
    the earlier ones are in `scratch.superseded`.
    """
    bench.run(f"""
        create table scratch.reinstatements as
        select f.rowid as row, coalesce(f.seller_id, e.seller_id) as seller_id, f.decided_at
        from src.appeals f left join src.enforcements e on e.enforcement_id = f.enforcement_id
        where f.decided_at is not null and f.outcome in {REINSTATING}
          and coalesce(f.seller_id, e.seller_id) is not null""")
    bench.run(f"""
        create table scratch.restumbles as
        select r.row, ceil({hours_sql("r.decided_at", "n.enforced_at")} / 24)::integer as days
        from scratch.reinstatements r
        asof join (select seller_id, enforced_at from src.enforcements
                   where level = 'account' and reversal_kind is distinct from 'reversed_our_error') n
          on n.seller_id = r.seller_id and r.decided_at < n.enforced_at""")
    bench.run("""
        create table scratch.superseded as
        with steps as (
            select seller_id, decided_at as happened_at, row, true as reinstates from scratch.reinstatements
            union all
            select seller_id, enforced_at, null, false from src.enforcements where seller_id is not null
        ), followed as (
            select row, reinstates, lead(reinstates) over (
                partition by seller_id order by happened_at, reinstates, row) as next_reinstates
            from steps
        )
        select row from followed where reinstates and next_reinstates""")
