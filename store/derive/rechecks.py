"""Denials looked at again: those drawn at random, and those whose seller appealed to the second level.

The two stand side by side and are never pooled: the one speaks of all denials, the other only of sellers who
went on. A review by the person who decided is none, one by somebody who saw the denial is: rechecks are drawn
from denials. A reviewer who only says how to decide instead reverses by reinstating. One done before the
denial has judged none. Where a denial was drawn twice, the latest finished review holds.
"""

from __future__ import annotations

from store.derive.workbench import Workbench
from store.outcomes import REINSTATING

COLUMNS = """
    recheck.drawn as recheck_drawn, recheck.wrong as recheck_wrong, recheck.weight as recheck_weight,
    second.wrong as second_level_wrong"""
"""Select items of an appeal `f`, over `JOIN`."""

JOIN = """
    left join scratch.appeal_denial_recheck recheck on recheck.row = f.rowid
    left join scratch.appeal_second_level second on second.row = f.rowid"""


def prepare(bench: Workbench) -> None:
    """`scratch.appeal_denial_recheck` and `scratch.appeal_second_level` (row, drawn, wrong, weight)."""
    for purpose in ("denial_recheck", "second_level"):
        bench.run(f"""
            create table scratch.appeal_{purpose} as
            with reviewed as (
                select f.rowid as row, coalesce(r.judged_wrong, r.own_decision in {REINSTATING}) as wrong,
                       nullif(r.weight, 0) as weight, r.review_id,
                       coalesce(r.reviewed_at, r.selected_at) as done_at, f.decided_at
                from src.reviews r join src.appeals f on f.appeal_id = r.subject_id
                where r.subject_kind = 'appeal' and r.purpose = '{purpose}'
                  and f.decided_at is not null and f.outcome = 'upheld'
                  and (r.reviewer_id = f.specialist_id) is not true
            )
            select row, true as drawn, wrong, weight from reviewed
            where wrong is null or done_at >= decided_at
            qualify row_number() over (
                partition by row order by wrong is null, done_at desc, review_id desc) = 1""")
