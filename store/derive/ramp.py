"""How much new people get done of what the experienced do, by the weeks since they were hired.

Read from `work_pace`, where everyone stands beside the experienced of their own team in the weeks around: the
standard hours of the cases ended ÷ those usual for the hours there were, in stretches of four weeks.
"""

from __future__ import annotations

from store.derive.workbench import Workbench

STEP_WEEKS = 4
EXPERIENCED_WEEKS = 26
FEWEST_DAYS = 30
"""Days of work a stretch must rest on; on fewer, people of it count as experienced."""


def prepare(bench: Workbench) -> None:
    """`scratch.ramp` (step, share) of the stretches with enough days, at most 1; needs `final.work_pace`."""
    bench.run(f"""
        create table scratch.ramp as
        select {step_sql("tenure_weeks")} as step, least(sum(done_hours) / sum(usual_hours), 1) as share
        from final.work_pace
        where tenure_weeks >= 0 and tenure_weeks < {EXPERIENCED_WEEKS} and usual_hours is not null
        group by step having count(*) >= {FEWEST_DAYS} and sum(usual_hours) > 0""")


def step_sql(weeks: str) -> str:
    """The stretch of whole weeks since the first day, counted from 0; the experienced have none."""
    return f"case when {weeks} < {EXPERIENCED_WEEKS} then {weeks} // {STEP_WEEKS} end"
