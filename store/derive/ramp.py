"""How much new people get done of what the experienced do, by the weeks since they were hired.

Measured on the store's own cases: the standard hours of the cases somebody ended, per hour available for
cases, in stretches of four weeks since the first day, against everyone from the 27th week on.
"""

from __future__ import annotations

from store.derive.workbench import Workbench

STEP_WEEKS = 4
EXPERIENCED_WEEKS = 26
FEWEST_DAYS = 30
"""Days of work a stretch must rest on; on fewer, people of it count as experienced."""
_EXPERIENCED = -(-EXPERIENCED_WEEKS // STEP_WEEKS)
_ENDS = {"escalations": "resolved_on", "appeals": "decided_on", "investigations": "closed_on"}


def prepare(bench: Workbench) -> None:
    """`scratch.ramp` (step, share) of the stretches with enough days, at most 1; of `scratch.day_hours`."""
    ended = " union all ".join(
        f"select specialist_id, {ended_on} as on_day, standard_hours from final.{table} "
        f"where {ended_on} is not null and standard_hours is not null and specialist_id is not null"
        for table, ended_on in _ENDS.items()
    )
    bench.run(f"""
        create table scratch.ramp as
        with done as (
            select {step_sql("((e.on_day - s.hired_on) // 7)")} as step, sum(e.standard_hours) as hours
            from ({ended}) e join src.specialists s using (specialist_id)
            where e.on_day >= s.hired_on group by all
        ), had as (
            select {step_sql("tenure_weeks")} as step, sum(available_hours) as hours, count(*) as days
            from scratch.day_hours where tenure_weeks >= 0 and available_hours is not null group by all
        ), pace as (
            select step, had.days, coalesce(done.hours, 0) / had.hours as pace
            from had left join done using (step) where had.hours > 0
        )
        select new.step, least(new.pace / experienced.pace, 1) as share
        from pace new join pace experienced on experienced.step = {_EXPERIENCED}
        where new.step < experienced.step and least(new.days, experienced.days) >= {FEWEST_DAYS}
          and experienced.pace > 0""")


def step_sql(weeks: str) -> str:
    """The stretch of whole weeks since the first day, counted from 0; the last one is the experienced."""
    return f"case when {weeks} >= {EXPERIENCED_WEEKS} then {_EXPERIENCED} else {weeks} // {STEP_WEEKS} end"
