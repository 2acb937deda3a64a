"""The final table `escalations`: stamps, business dates, promises kept, durations and follow-ups."""

from __future__ import annotations

from store.derive import audits, due_times, follow_ups, ownership, stamps, standard_times, waits
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
    _gather(bench)
    slices = bench.month_slices("escalations", "f.opened_at", "opened_month")
    bench.write("escalations", _escalations_sql(bench), slices)
    progress("writing partner waits", 0.9)
    waits.write_partner_waits(bench)


def _gather(bench: Workbench) -> None:
    """`scratch.case_facts`: what the rules found, one row per cycle, joined a slice at a time."""
    create = "create table scratch.case_facts as"
    for first, last in bench.row_slices("escalations"):
        held = {
            name: f"(select * from scratch.{name} where row >= {first} and row < {last})"
            for name in (
                "case_stamps",
                "due_times",
                "wait_hours",
                "ownership",
                "follow_ups",
                "escalation_audits",
            )
        }
        bench.run(f"""
            {create}
            select t.*, e.opened_month, d.due_at as computed_due_at,
                   d.due_at_without_pauses as computed_due_at_without_pauses,
                   d.first_response_due_at as computed_first_response_due_at,
                   w.partner_hours as waited_hours, w.any_hours, o.changes, o.came_back,
                   u.reopened_after_days, u.repeated_after_days, {audits.COLUMNS}
            from {held["case_stamps"]} t
            join (select rowid as row, month_of(business_date(opened_at)) as opened_month
                  from src.escalations where rowid >= {first} and rowid < {last}) e on e.row = t.row
            left join {held["due_times"]} d on d.row = t.row
            left join {held["wait_hours"]} w on w.row = t.row
            left join {held["ownership"]} o on o.row = t.row
            left join {held["follow_ups"]} u on u.row = t.row
            left join {held["escalation_audits"]} a on a.row = t.row""")
        create = "insert into scratch.case_facts"


def _escalations_sql(bench: Workbench) -> str:
    through = bench.through_sql("escalations")
    knows_waits = bench.holds("escalation_events", "kind = 'wait'")
    knows_transfers = bench.holds("escalation_events", "kind = 'transfer'")
    knows_responses = bench.holds("escalations", "first_response_at is not null")
    elapsed = hours_sql("e.opened_at", f"coalesce(e.resolved_at, greatest({through}, e.opened_at))")
    resolve_hours = hours_sql("e.opened_at", "e.resolved_at")
    stamped = ", ".join(f"k.{name}" for name in stamps.STAMPED)
    return f"""
        with filled as (
            select e.* exclude ({", ".join(stamps.STAMPED)}) replace (
                       coalesce(e.due_at, k.computed_due_at) as due_at,
                       coalesce(e.due_at_without_pauses,
                                case when e.due_at is null then k.computed_due_at_without_pauses end)
                           as due_at_without_pauses,
                       coalesce(e.first_response_due_at, k.computed_first_response_due_at)
                           as first_response_due_at,
                       {_hours_sql("our_hours", f"{elapsed} - coalesce(k.any_hours, 0)", knows_waits)},
                       {_hours_sql("seller_hours", "coalesce(k.any_hours - k.waited_hours, 0)", knows_waits)},
                       {_hours_sql("partner_hours", "coalesce(k.waited_hours, 0)", knows_waits)},
                       {_hours_sql("transfers", "coalesce(k.changes, 0)", knows_transfers)}
                   ),
                   {stamped},
                   coalesce(e.end_kind, 'resolved') in ('cancelled', 'merged') as left_aside,
                   {
        "coalesce(k.came_back, false)" if knows_transfers else "null"
    } as returned_to_earlier_team,
                   k.opened_month, k.reopened_after_days, k.repeated_after_days,
                   {audits.COLUMNS.replace("a.", "k.")}
            from src.escalations e join scratch.case_facts k on k.row = e.rowid
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
               {business_columns("opened", "e.opened_at")},
               {business_columns("resolved", "e.resolved_at")},
               {business_columns("due", "e.due_at")},
               {business_columns("first_response_due", "e.first_response_due_at")},
               {resolve_hours} as resolve_hours,
               bucket({elapsed}) as resolve_bucket,
               {standard_times.columns_sql(bench, "escalations", "e")},
               {stamps.seller_group_sql("e.seller_id", "e.escalation_id || ' ' || e.cycle")},
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
