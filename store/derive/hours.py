"""The final table `work_days`: whose day it was, and what of its paid hours was left for cases.

Where a source gives a kind of hours at all, a day without them had none. Leave, training and meetings take
the paid hours in that order and never more than are left, so that the four parts always add up to what was
paid. What a source never gives stays null, and with it the hours left.
"""

from __future__ import annotations

from store.derive import ramp
from store.derive.stamps import person_joins_sql
from store.derive.workbench import Workbench


def prepare(bench: Workbench) -> None:
    """`scratch.day_hours`: the days with the parts of their hours; needs `scratch.specialist_periods`."""
    leave, training, meetings = (
        f"coalesce(f.{name}, 0)" if bench.holds("work_days", f"{name} is not null") else "null::double"
        for name in ("leave_hours", "training_hours", "meeting_hours")
    )
    left_by_leave = "paid_hours - coalesce(lost_to_leave, 0)"
    left_by_training = f"{left_by_leave} - coalesce(lost_to_training, 0)"
    bench.run(f"""
        create table scratch.day_hours as
        with placed as (
            select f.* exclude (team, site), coalesce(f.team, h.team) as team,
                   coalesce(h.site, f.site) as site, week_of(f.worked_on) as worked_week,
                   case when f.worked_on >= s.hired_on
                        then (f.worked_on - s.hired_on) // 7 end as tenure_weeks,
                   {leave} as leave, {training} as training, {meetings} as meetings
            from src.work_days f {person_joins_sql("f.worked_on")}
            left join src.specialists s on s.specialist_id = f.specialist_id
        )
        select * exclude (leave, training, meetings),
               {_at_most("leave", "paid_hours")} as lost_to_leave,
               {_at_most("training", left_by_leave)} as lost_to_training,
               {_at_most("meetings", left_by_training)} as lost_to_meetings,
               paid_hours - lost_to_leave - lost_to_training - lost_to_meetings as available_hours
        from placed""")


def write(bench: Workbench) -> None:
    """Fill `final.work_days`; needs `scratch.day_hours` and `final.work_pace`."""
    ramp.prepare(bench)
    bench.write(
        "work_days",
        f"""
        select d.*, d.available_hours * coalesce(r.share, 1) as ramped_hours
        from scratch.day_hours d left join scratch.ramp r on r.step = {ramp.step_sql("d.tenure_weeks")}""",
    )


def _at_most(hours: str, left: str) -> str:
    """The hours, but no more than are left; null where either is unknown (`least` skips nulls)."""
    return f"case when {hours} is not null and paid_hours is not null then least({hours}, {left}) end"
