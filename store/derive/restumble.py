"""Did a reinstatement last? Days to what came next: an enforcement of the same seller's account, or closure.

Only account-level enforcements count. Three figures stand side by side (METRICS: restumble_rate): net leaves
out those later reversed as our error, gross counts them too, same policy keeps to the policy first enforced.
Days are rounded up, so day 1 is the first 24 hours after the decision.
"""

from __future__ import annotations

from store.derive.workbench import Workbench, hours_sql
from store.outcomes import OUR_ERROR, REINSTATING

COLUMNS = """
    t.days as restumbled_after_days, t.gross_days as restumbled_gross_after_days,
    t.same_policy_days as restumbled_same_policy_after_days, t.closed_days as closed_after_days,
    t.followed_days, t.under_appeal as restumble_under_appeal, t.latest as latest_of_episode"""
"""Select items of an appeal `f`, over `joins_sql`."""

JOIN = "left join scratch.outlasted t on t.row = f.rowid"


def prepare(bench: Workbench) -> None:
    """`scratch.outlasted`: a row per reinstatement that can be followed; needs `scratch.appealed`.

    It cannot where its seller is unknown, or where it was decided before the enforcement it lifts: then the
    dates contradict each other, and the enforcement appealed against would pass for one that followed.
    """
    bench.run(f"""
        create table scratch.reinstatements as
        select f.rowid as row, f.appeal_id, coalesce(f.seller_id, e.seller_id) as seller_id,
               e.policy, f.decided_at
        from src.appeals f left join scratch.appealed e on e.row = f.rowid
        where f.decided_at is not null and f.outcome in {REINSTATING}
          and coalesce(f.seller_id, e.seller_id) is not null
          and (e.enforced_at is null or e.enforced_at <= f.decided_at)""")
    bench.run(f"""
        create table scratch.strikes as
        with appealed as (
            select distinct enforcement_id from src.appeals
            where decided_at is null and enforcement_id is not null
        )
        select e.seller_id, e.policy, e.enforced_at,
               e.reversal_kind is distinct from {OUR_ERROR!r} as stands,
               a.enforcement_id is not null as under_appeal
        from src.enforcements e left join appealed a on a.enforcement_id = e.enforcement_id
        where e.level = 'account' and e.seller_id is not null""")
    _next_strike(bench, "net", "where stands", "seller_id")
    _next_strike(bench, "gross", "", "seller_id")
    _next_strike(bench, "same_policy", "where stands and policy is not null", "seller_id, policy")
    _superseded(bench)
    to_closure = f"ceil({hours_sql('r.decided_at', 's.closed_at')} / 24)::integer"
    to_end = f"floor({hours_sql('r.decided_at', bench.through_sql('enforcements'))} / 24)::integer"
    bench.run(f"""
        create table scratch.outlasted as
        select r.row, net.days, gross.days as gross_days, same_policy.days as same_policy_days,
               case when {to_closure} < 0 then 0 else {to_closure} end as closed_days,
               case when {to_end} < 0 then 0 else {to_end} end as followed_days,
               net.under_appeal, later.row is null as latest
        from scratch.reinstatements r
        left join scratch.next_net net on net.row = r.row
        left join scratch.next_gross gross on gross.row = r.row
        left join scratch.next_same_policy same_policy on same_policy.row = r.row
        left join scratch.superseded later on later.row = r.row
        left join src.sellers s on s.seller_id = r.seller_id""")


def _next_strike(bench: Workbench, name: str, condition: str, key: str) -> None:
    """`scratch.next_<name>` (row, days, under_appeal): the first enforcement after the reinstatement.

    Several of the same moment are one; it is under appeal while all of them are, because any one of them
    that stands keeps the restumble.
    """
    same = " and ".join(f"n.{column} = r.{column}" for column in key.split(", "))
    bench.run(f"""
        create table scratch.next_{name} as
        select r.row, ceil({hours_sql("r.decided_at", "n.enforced_at")} / 24)::integer as days,
               n.under_appeal
        from scratch.reinstatements r
        asof join (select {key}, enforced_at, bool_and(under_appeal) as under_appeal
                   from scratch.strikes {condition} group by {key}, enforced_at) n
          on {same} and r.decided_at < n.enforced_at""")


def _superseded(bench: Workbench) -> None:
    """`scratch.superseded` (row): the seller was reinstated again with no enforcement between.

    Such reinstatements are one episode, clocked from the latest. Any enforcement parts two episodes, of a
    listing too, and one at the very moment of the later reinstatement. Of two at one moment the one with
    the greater number is the later.
    """
    bench.run("""
        create table scratch.superseded as
        with steps as (
            select seller_id, decided_at as happened_at, appeal_id, row, true as reinstates
            from scratch.reinstatements
            union all
            select seller_id, enforced_at, null, null, false from src.enforcements where seller_id is not null
        ), followed as (
            select row, reinstates, lead(reinstates) over (
                partition by seller_id order by happened_at, reinstates, appeal_id) as next_reinstates
            from steps
        )
        select row from followed where reinstates and next_reinstates""")
