"""The final table `escalations`: stamps, business dates, promises kept, durations and follow-ups."""

from __future__ import annotations

from store.derive import audits, due_times, follow_ups, ownership, stamps, waits
from store.derive.clocks import business_columns
from store.derive.workbench import Workbench, hours_sql
from store.progress import Progress, part


def write(bench: Workbench, progress: Progress) -> None:
    """Fill `final.escalations` and `final.partner_waits`."""
    progress("following escalations through their events", 0.0)
    ownership.prepare(bench)
    bench.run(f"create table scratch.case_stamps as {stamps.case_stamps_sql()}")
    waits.prepare(bench)
    follow_ups.prepare(bench)
    audits.prepare_escalations(bench)
    due_times.prepare(bench, part(progress, 0.3, 0.6))
    progress("writing escalations", 0.6)
    slices = bench.month_slices("escalations", "f.opened_at", "opened_month")
    bench.write("escalations", _escalations_sql(bench), slices)
    progress("writing partner waits", 0.9)
    waits.write_partner_waits(bench)


def _escalations_sql(bench: Workbench) -> str:
    through = bench.through_sql("escalations")
    knows_waits = bench.holds("escalation_events", "kind = 'wait'")
    knows_transfers = bench.holds("escalation_events", "kind = 'transfer'")
    knows_responses = bench.holds("escalations", "first_response_at is not null")
    elapsed = hours_sql("e.opened_at", f"coalesce(e.resolved_at, greatest({through}, e.opened_at))")
    resolve_hours = hours_sql("e.opened_at", "e.resolved_at")
    stamped = ", ".join(f"t.{name}" for name in stamps.STAMPED)
    return f"""
        with filled as (
            select e.* exclude ({", ".join(stamps.STAMPED)}) replace (
                       coalesce(e.due_at, d.due_at) as due_at,
                       coalesce(e.due_at_without_pauses,
                                case when e.due_at is null then d.due_at_without_pauses end)
                           as due_at_without_pauses,
                       coalesce(e.first_response_due_at, d.first_response_due_at) as first_response_due_at,
                       {_hours_sql("our_hours", f"{elapsed} - coalesce(w.any_hours, 0)", knows_waits)},
                       {
        _hours_sql("seller_hours", "coalesce(w.any_hours - w.partner_hours, 0)", knows_waits)
    },
                       {_hours_sql("partner_hours", "coalesce(w.partner_hours, 0)", knows_waits)},
                       {_hours_sql("transfers", "coalesce(o.changes, 0)", knows_transfers)}
                   ),
                   {stamped},
                   coalesce(e.end_kind, 'resolved') in ('cancelled', 'merged') as left_aside,
                   {
        "coalesce(o.came_back, false)" if knows_transfers else "null"
    } as returned_to_earlier_team,
                   u.reopened_after_days, u.repeated_after_days, a.audit_wrong
            from src.escalations e
            join scratch.case_stamps t on t.row = e.rowid
            left join scratch.due_times d on d.row = e.rowid
            left join scratch.wait_hours w on w.row = e.rowid
            left join scratch.ownership o on o.row = e.rowid
            left join scratch.follow_ups u on u.row = e.rowid
            left join scratch.escalation_audits a on a.row = e.rowid
        ), judged as (
            select *, {_kept_sql("resolved_at", "due_at", through)} as resolution_met,
                   {
        _kept_sql("coalesce(first_response_at, resolved_at)", "first_response_due_at", through)
        if knows_responses
        else "null"
    } as first_response_met
            from filled
        )
        select e.* exclude (left_aside),
               month_of(business_date(e.opened_at)) as opened_month,
               {business_columns("opened", "e.opened_at")},
               {business_columns("resolved", "e.resolved_at")},
               {business_columns("due", "e.due_at")},
               {business_columns("first_response_due", "e.first_response_due_at")},
               {resolve_hours} as resolve_hours,
               bucket({elapsed}) as resolve_bucket,
               case when e.resolution_met is not null and e.due_at_without_pauses is not null
                    then e.resolution_met and e.resolved_at is not null
                         and e.resolved_at > e.due_at_without_pauses end as met_only_by_pauses
        from judged e"""


def _hours_sql(column: str, otherwise: str, known: bool) -> str:
    """The source's own figure, else the one counted from events, where the source has such events at all."""
    return f"coalesce(e.{column}, {otherwise if known else 'null'}) as {column}"


def _kept_sql(done: str, due: str, through: str) -> str:
    """True: in time; false: late, or not done although due; null: not yet due, no promise, left aside."""
    return f"""case when left_aside or {due} is null then null
                    when {done} is not null then {done} <= {due}
                    when {due} <= {through} then false end"""
