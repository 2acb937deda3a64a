"""`work_pace`: what people get done beside what experienced colleagues of their team do in as many hours.

Measured by the standard hours of the cases somebody ended per hour available for cases. Comparing with the
same team in the same weeks keeps a team's much or little work from passing for the pace of its new people.
"""

from __future__ import annotations

from store.derive.ramp import EXPERIENCED_WEEKS
from store.derive.workbench import Workbench

AROUND_DAYS = 14
"""The pace of experienced colleagues is that of the weeks so many days before and after."""
_ENDS = {"escalations": "resolved_on", "appeals": "decided_on", "investigations": "closed_on"}


def write(bench: Workbench) -> None:
    """Fill `final.work_pace`; needs `scratch.day_hours`, `scratch.specialist_periods` and the final cases.

    Only weeks in which a person has hours recorded count: cases of others would have no hours beside them.
    """
    ended = " union all ".join(
        f"select specialist_id, {on} as on_day, standard_hours as h from final.{table} "
        f"where {on} is not null and specialist_id is not null and standard_hours is not null"
        for table, on in _ENDS.items()
    )
    bench.write(
        "work_pace",
        f"""
        with done as (
            select specialist_id, on_day, sum(h) as hours, sum(h * h) as squares, count(*) as cases
            from ({ended}) group by all
        ), recorded as (
            select distinct specialist_id, worked_week from scratch.day_hours
            where available_hours is not null
        ), days as (
            select d.specialist_id, d.worked_on, d.team, d.site, d.available_hours
            from scratch.day_hours d where d.available_hours is not null
            union all
            select done.specialist_id, done.on_day, h.team, h.site, 0
            from done
            join recorded r on r.specialist_id = done.specialist_id and r.worked_week = week_of(done.on_day)
            left join scratch.specialist_periods h
              on h.specialist_id = done.specialist_id
             and done.on_day >= h.from_on and done.on_day < h.to_on
            where not exists (
                select 1 from scratch.day_hours d
                where d.specialist_id = done.specialist_id and d.worked_on = done.on_day
                  and d.available_hours is not null)
        ), placed as (
            select days.*, week_of(days.worked_on) as worked_week, s.hired_on,
                   case when days.worked_on >= s.hired_on
                        then (days.worked_on - s.hired_on) // 7 end as tenure_weeks,
                   coalesce(done.hours, 0) as done_hours, coalesce(done.squares, 0) as done_squares,
                   coalesce(done.cases, 0) as done_cases
            from days
            left join done on done.specialist_id = days.specialist_id and done.on_day = days.worked_on
            left join src.specialists s on s.specialist_id = days.specialist_id
        ), weeks as (
            select team, worked_week,
                   sum(done_hours) filter (tenure_weeks >= {EXPERIENCED_WEEKS}) as done,
                   sum(available_hours) filter (tenure_weeks >= {EXPERIENCED_WEEKS}) as had
            from placed where team is not null group by all
        ), paces as (
            select team, worked_week, sum(done) over around / nullif(sum(had) over around, 0) as pace
            from weeks
            window around as (partition by team order by worked_week
                              range between interval {AROUND_DAYS} days preceding
                                        and interval {AROUND_DAYS} days following)
        )
        select p.* exclude (available_hours), p.available_hours * nullif(w.pace, 0) as usual_hours
        from placed p left join paces w on w.team = p.team and w.worked_week = p.worked_week""",
    )
