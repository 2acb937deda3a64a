"""The final tables of enforcements, appeals, investigations and surveys."""

from __future__ import annotations

from store.derive import (
    appealed,
    audits,
    episodes,
    rechecks,
    restumble,
    second_decisions,
    stamps,
    standard_times,
)
from store.derive.bands import risk_band_sql
from store.derive.clocks import business_columns
from store.derive.workbench import Workbench, hours_sql
from store.outcomes import REINSTATING
from store.progress import Progress


def write(bench: Workbench, progress: Progress) -> None:
    """Fill `final.enforcements`, `final.appeals`, `final.investigations` and `final.surveys`."""
    progress("writing enforcements", 0.0)
    audits.prepare(bench, "enforcement", "enforcement_id")
    audits.prepare(bench, "appeal", "appeal_id")
    second_decisions.prepare(bench)
    rechecks.prepare(bench)
    audits.prepare(bench, "investigation", "investigation_id")
    _find_appeals_decided(bench)
    slices = bench.month_slices("enforcements", "f.enforced_at", "enforced_month")
    bench.write("enforcements", _enforcements_sql(), slices)
    progress("following reinstatements", 0.2)
    appealed.prepare(bench)
    restumble.prepare(bench)
    progress("writing appeals", 0.3)
    slices = bench.month_slices("appeals", _APPEAL_CLOCK, "decided_month")
    bench.write("appeals", _appeals_sql(bench), slices)
    episodes.write(bench)
    progress("writing investigations and surveys", 0.9)
    bench.write("investigations", _investigations_sql(bench))
    _write_surveys(bench)


_APPEAL_CLOCK = "coalesce(f.decided_at, f.submitted_at)"
_OWN = f"f.* exclude ({', '.join(stamps.STAMPED)}), {stamps.COLUMNS}"


def _find_appeals_decided(bench: Workbench) -> None:
    """`scratch.appeals_decided`: the enforcements of which an appeal has said whether they were right."""
    bench.run("""
        create table scratch.appeals_decided as
        select distinct e.rowid as row
        from src.appeals a join src.enforcements e on e.enforcement_id = a.enforcement_id
        where a.decided_at is not null and a.outcome != 'withdrawn'""")


def _enforcements_sql() -> str:
    return f"""
        select {_OWN},
               month_of(business_date(f.enforced_at)) as enforced_month,
               {business_columns("enforced", "f.enforced_at")},
               {business_columns("reversed", "f.reversed_at")},
               {risk_band_sql("f.risk_score")} as risk_band,
               d.row is not null as appeal_decided, {audits.COLUMNS},
               {stamps.seller_group_sql("f.seller_id", "f.enforcement_id")}
        from src.enforcements f {stamps.joins_sql("f.enforced_at")}
        left join scratch.enforcement_audits a on a.row = f.rowid
        left join scratch.appeals_decided d on d.row = f.rowid"""


def _appeals_sql(bench: Workbench) -> str:
    through = bench.through_sql("appeals")
    clock = _APPEAL_CLOCK
    hours = hours_sql("f.submitted_at", "f.decided_at")
    so_far = hours_sql("f.submitted_at", f"coalesce(f.decided_at, greatest({through}, f.submitted_at))")
    return f"""
        select {_OWN}, {appealed.COLUMNS},
               month_of(business_date({clock})) as decided_month,
               {business_columns("submitted", "f.submitted_at")},
               {business_columns("decided", "f.decided_at")},
               {business_columns("due", "f.due_at")},
               {hours} as decision_hours, bucket({so_far}) as decision_bucket,
               case when f.due_at is null or f.outcome = 'withdrawn' then null
                    when f.decided_at is not null then f.decided_at <= f.due_at
                    when f.due_at <= {through} then false end as decision_met,
               {standard_times.columns_sql(bench, "appeals", "f")},
               {restumble.COLUMNS},
               {audits.COLUMNS}, {_SIDE} as audit_side, {second_decisions.COLUMNS},
               {rechecks.COLUMNS},
               {stamps.seller_group_sql("f.seller_id", "f.appeal_id")}
        from src.appeals f {stamps.joins_sql(clock)}
        {appealed.JOIN}
        {restumble.JOIN}
        {second_decisions.JOIN}
        {rechecks.JOIN}
        left join scratch.appeal_audits a on a.row = f.rowid"""


# Which way a wrong decision went: the reviewer's word, else the reviewer's own decision beside ours.
_SIDE = f"""
    case when a.audit_error in ('over_reinstated', 'under_reinstated')
         then replace(a.audit_error, '_reinstated', '')
         when a.audit_wrong and a.audit_error is null and f.outcome is not null and a.own_decision is not null
         then case when f.outcome in {REINSTATING}
                        and a.own_decision not in {REINSTATING} then 'over'
                   when f.outcome not in {REINSTATING}
                        and a.own_decision in {REINSTATING} then 'under' end end"""


def _investigations_sql(bench: Workbench) -> str:
    through = bench.through_sql("investigations")
    hours = hours_sql("f.opened_at", "f.closed_at")
    so_far = hours_sql("f.opened_at", f"coalesce(f.closed_at, greatest({through}, f.opened_at))")
    return f"""
        select {_OWN},
               {business_columns("opened", "f.opened_at")},
               {business_columns("closed", "f.closed_at")},
               {hours} as investigation_hours, bucket({so_far}) as investigation_bucket,
               {standard_times.columns_sql(bench, "investigations", "f")}, {audits.COLUMNS}
        from src.investigations f {stamps.joins_sql("f.opened_at")}
        left join scratch.investigation_audits a on a.row = f.rowid"""


def _write_surveys(bench: Workbench) -> None:
    """A survey belongs to the team and the person who had the case it asks about, the last of its cycles."""
    bench.run("create table scratch.survey_owners (row bigint, team text, specialist_id text, site text)")
    for case_kind, key in _ASKED_ABOUT.items():
        latest = ", c.cycle desc" if case_kind == "escalation" else ""
        for first, stop in bench.row_slices("surveys"):
            bench.run(f"""
                insert into scratch.survey_owners
                select distinct on (f.rowid) f.rowid, c.team, c.specialist_id, c.site
                from src.surveys f join final.{case_kind}s c on c.{key} = f.case_id
                where f.case_kind = '{case_kind}' and f.rowid >= {first} and f.rowid < {stop}
                order by f.rowid{latest}""")
    columns, joins = stamps.survey_sql()
    select = f"""
        select f.* exclude (marketplace, tier), {columns}, o.team, o.specialist_id, o.site,
               {business_columns("sent", "f.sent_at")}
        from src.surveys f {joins}
        left join scratch.survey_owners o on o.row = f.rowid"""
    bench.write("surveys", select, bench.month_slices("surveys", "f.sent_at", "sent_on"))


_ASKED_ABOUT = {
    "escalation": "escalation_id",
    "appeal": "appeal_id",
    "investigation": "investigation_id",
}
