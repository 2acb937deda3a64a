"""Transfers of an escalation: last owning team, number of changes, and whether it came back."""

from __future__ import annotations

from store.derive.workbench import Workbench


def prepare(bench: Workbench) -> None:
    """`scratch.ownership`: row, last_team, changes, came_back; cycles without transfers are missing.

    The owners of a cycle in order are the first transfer's from_team and every to_team; naming the same
    team twice running is no change.
    """
    bench.run("""
        create table scratch.ownership as
        with moves as (
            select e.rowid as row, v.position, v.from_team, v.to_team,
                   row_number() over (partition by e.rowid order by v.position) as nth
            from src.escalation_events v
            join src.escalations e on e.escalation_id = v.escalation_id and e.cycle = v.cycle
            where v.kind = 'transfer'
        ), owners as (
            select row, 0 as step, from_team as team from moves where nth = 1
            union all
            select row, nth, to_team from moves
        ), spells as (
            select row, step, team from owners where team is not null
            qualify team is distinct from lag(team) over (partition by row order by step)
        )
        select row, arg_max(team, step) as last_team, count(*) - 1 as changes,
               count(*) > count(distinct team) as came_back
        from spells group by row""")
