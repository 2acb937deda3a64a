"""Verdicts of random audits, brought onto the row that was audited.

Only reviews drawn at random count: those drawn because of a complaint would make every figure look worse.
Where a case was audited twice, the latest finished review holds.
"""

from __future__ import annotations

from store.derive.workbench import Workbench


def prepare(bench: Workbench, subject_kind: str, key: str) -> None:
    """`scratch.<subject_kind>_audits` (row, audit_wrong) of the audited rows of `<subject_kind>s`."""
    bench.run(f"""
        create table scratch.{subject_kind}_audits as
        select f.rowid as row, arg_max(r.judged_wrong, coalesce(r.reviewed_at, r.selected_at)) as audit_wrong
        from src.reviews r join src.{subject_kind}s f on f.{key} = r.subject_id
        where r.subject_kind = '{subject_kind}' and {_FINISHED}
        group by f.rowid""")


def prepare_escalations(bench: Workbench) -> None:
    """`scratch.escalation_audits`: the verdict belongs to the last cycle that had ended when it was drawn."""
    bench.run(f"""
        create table scratch.escalation_audits as
        with drawn as (
            select f.rowid as row, r.judged_wrong, coalesce(r.reviewed_at, r.selected_at) as finished_at
            from src.reviews r
            join src.escalations f on f.escalation_id = r.subject_id and f.resolved_at <= r.selected_at
            where r.subject_kind = 'escalation' and {_FINISHED}
            qualify row_number() over (partition by r.review_id order by f.cycle desc) = 1
        )
        select row, arg_max(judged_wrong, finished_at) as audit_wrong from drawn group by row""")


_FINISHED = "r.purpose = 'random' and r.judged_wrong is not null"
