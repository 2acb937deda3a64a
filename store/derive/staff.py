"""`staff_flow`: when how much of whose working time began and ended, so that staff is a running sum."""

from __future__ import annotations

from store.derive.workbench import Workbench


def write(bench: Workbench) -> None:
    """Fill `final.staff_flow`; needs `scratch.specialist_periods`.

    The working time of a team is never longer than the employment: before the first day at work and after
    the last there is none, whatever the history says.
    """
    bench.run("""
        create table scratch.staff as
        select h.specialist_id, h.team, h.site, coalesce(h.fte, 1) as fte,
               greatest(h.from_on, s.hired_on) as from_on, least(h.to_on, s.left_on + 1) as to_on
        from scratch.specialist_periods h left join src.specialists s on s.specialist_id = h.specialist_id
        where h.specialist_id in (select specialist_id from src.work_days)""")
    bench.write(
        "staff_flow",
        """
        select specialist_id, 'joined' as flow, fte as delta, from_on as on_day, week_of(from_on) as on_week,
               team, site
        from scratch.staff where from_on < to_on
        union all
        select specialist_id, 'left', -fte, to_on, week_of(to_on), team, site
        from scratch.staff where from_on < to_on and to_on < date '9999-12-31'""",
    )
