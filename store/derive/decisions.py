"""The final tables of enforcements, appeals, investigations and surveys."""

from __future__ import annotations

from store.derive import audits, restumble, stamps
from store.derive.clocks import business_columns
from store.derive.workbench import Workbench, hours_sql
from store.progress import Progress


def write(bench: Workbench, progress: Progress) -> None:
    """Fill `final.enforcements`, `final.appeals`, `final.investigations` and `final.surveys`."""
    progress("writing enforcements", 0.0)
    audits.prepare(bench, "enforcement", "enforcement_id")
    audits.prepare(bench, "appeal", "appeal_id")
    bench.write("enforcements", _enforcements_sql())
    progress("following reinstatements", 0.2)
    restumble.prepare(bench)
    progress("writing appeals", 0.3)
    bench.write("appeals", _appeals_sql(bench))
    progress("writing investigations and surveys", 0.9)
    bench.write("investigations", _investigations_sql(bench))
    bench.write("surveys", _surveys_sql())


def _stamped(table_name: str, clock: str) -> str:
    """Source rows `f` with their stamps `t`; the select list starts here and continues after it."""
    own = ", ".join(stamps.STAMPED)
    return f"""
        from (select f.rowid as row, * exclude ({own}) from src.{table_name} f) f
        join ({stamps.stamps_sql(table_name, clock)}) t on t.row = f.row"""


def _enforcements_sql() -> str:
    return f"""
        select f.* exclude (row), t.* exclude (row),
               month_of(business_date(f.enforced_at)) as enforced_month,
               {business_columns("enforced", "f.enforced_at")},
               {business_columns("reversed", "f.reversed_at")}, a.audit_wrong
        {_stamped("enforcements", "f.enforced_at")}
        left join scratch.enforcement_audits a on a.row = f.row"""


def _appeals_sql(bench: Workbench) -> str:
    through = bench.through_sql("appeals")
    clock = "coalesce(f.decided_at, f.submitted_at)"
    hours = hours_sql("f.submitted_at", "f.decided_at")
    so_far = hours_sql("f.submitted_at", f"coalesce(f.decided_at, greatest({through}, f.submitted_at))")
    reinstates = f"f.outcome in {restumble.REINSTATING} and f.decided_at is not null"
    return f"""
        select f.* exclude (row), t.* exclude (row),
               month_of(business_date({clock})) as decided_month,
               {business_columns("submitted", "f.submitted_at")},
               {business_columns("decided", "f.decided_at")},
               {business_columns("due", "f.due_at")},
               {hours} as decision_hours, bucket({so_far}) as decision_bucket,
               case when f.due_at is null or f.outcome = 'withdrawn' then null
                    when f.decided_at is not null then f.decided_at <= f.due_at
                    when f.due_at <= {through} then false end as decision_met,
               r.days as restumbled_after_days,
               case when {reinstates} then s.row is null end as latest_of_episode,
               a.audit_wrong
        {_stamped("appeals", clock)}
        left join scratch.restumbles r on r.row = f.row
        left join scratch.superseded s on s.row = f.row
        left join scratch.appeal_audits a on a.row = f.row"""


def _investigations_sql(bench: Workbench) -> str:
    through = bench.through_sql("investigations")
    hours = hours_sql("f.opened_at", "f.closed_at")
    so_far = hours_sql("f.opened_at", f"coalesce(f.closed_at, greatest({through}, f.opened_at))")
    return f"""
        select f.* exclude (row), t.* exclude (row),
               {business_columns("opened", "f.opened_at")},
               {business_columns("closed", "f.closed_at")},
               {hours} as investigation_hours, bucket({so_far}) as investigation_bucket
        {_stamped("investigations", "f.opened_at")}"""


def _surveys_sql() -> str:
    return f"""
        select f.* exclude (row, marketplace, tier), t.* exclude (row),
               {business_columns("sent", "f.sent_at")}
        from (select rowid as row, * from src.surveys) f
        join ({stamps.survey_stamps_sql()}) t on t.row = f.row"""
