"""Rows that were loaded although they contradict another row: how many, one of them, and what is done.

A row that cannot be right by itself is refused at import. Whether two rows fit together is known only here,
when both have arrived, in whatever order; a later import of either one can still mend it, so nothing is
refused for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from store.derive.audits import DECIDED_IN_TIME
from store.derive.standard_times import WORK_TYPES
from store.derive.workbench import Workbench, text_sql, together


@dataclass(frozen=True)
class Contradiction:
    """`found` selects the key of every such row, as `id`; `wrong` follows "2 rows" in a sentence."""

    name: str
    table: str
    wrong: str
    treated: str
    found: str


def _unknown_enforcement(table: str, key: str) -> str:
    return f"""
        select {key} as id from src.{table} f where enforcement_id is not null
        and not exists (select 1 from src.enforcements e where e.enforcement_id = f.enforcement_id)"""


def _overlapping(table: str, key: str) -> str:
    return f"""
        select {key} as id from src.{table}
        qualify lead(valid_from) over (partition by {key} order by valid_from)
                < coalesce(valid_to, date '9999-12-31')"""


def _owner_not_employed(table: str, key: str) -> str:
    """An owner who took a case over later may be hired after it began, and may leave before it ends."""
    began, ended = WORK_TYPES[table].arrives, WORK_TYPES[table].ends
    return f"""
        select {key} as id from final.{table} f join src.specialists s using (specialist_id)
        where business_date(f.{ended}) < s.hired_on or business_date(f.{began}) > s.left_on"""


def _without_standard_time(table: str, key: str) -> str:
    """Where no row of the table has any, the source supplies none, and metrics say so."""
    return f"""
        select {key} as id from final.{table} where standard_hours is null
        and exists (select 1 from final.{table} where standard_hours is not null)"""


_LATER_HOLDS = "from its first day on the later one counts, for as long as it lasts; end the earlier one"
_WITHOUT_ENFORCEMENT = "they count, with nothing known of it, until enforcements has a row for it"

_OWNER_NOT_THERE = "ended before the first or begun after the last day of the person who owns them"
_COUNT_AS_GIVEN = "they count for that person, as given; mend the person's dates or the owner of the case"
_NO_STANDARD_TIME = "of a day on which no standard time held"
_UNKNOWN_WORK = (
    "the work of a period with one of them is not known, nor the backlog while one is open; give "
    "standard_times a row valid from an earlier day, or work_items of 30 cases to estimate it from"
)

CONTRADICTIONS = (
    Contradiction(
        "appeal_before_enforcement",
        "appeals",
        "submitted before the enforcement they are against",
        "they count by their own dates, but one also decided before it is not followed for restumbles; "
        "mend the dates in the source",
        """select f.appeal_id as id from src.appeals f join scratch.appealed e on e.row = f.rowid
           where f.submitted_at < e.enforced_at""",
    ),
    Contradiction(
        "appeal_without_enforcement",
        "appeals",
        "against an enforcement that has not arrived",
        _WITHOUT_ENFORCEMENT,
        _unknown_enforcement("appeals", "appeal_id"),
    ),
    Contradiction(
        "escalation_without_enforcement",
        "escalations",
        "about an enforcement that has not arrived",
        _WITHOUT_ENFORCEMENT,
        _unknown_enforcement("escalations", "escalation_id"),
    ),
    Contradiction(
        "review_of_undecided_appeal",
        "reviews",
        "of an appeal that was not decided by then",
        "they count as reviews, their verdict as none on a decision; mend the dates in the source",
        f"""select r.review_id as id from src.reviews r join src.appeals f on f.appeal_id = r.subject_id
            where r.subject_kind = 'appeal' and not {DECIDED_IN_TIME}""",
    ),
    Contradiction(
        "seller_history_overlap",
        "seller_history",
        "overlapping a later one of the same seller",
        _LATER_HOLDS,
        _overlapping("seller_history", "seller_id"),
    ),
    Contradiction(
        "specialist_history_overlap",
        "specialist_history",
        "overlapping a later one of the same person",
        _LATER_HOLDS,
        _overlapping("specialist_history", "specialist_id"),
    ),
    Contradiction(
        "work_day_of_more_than_paid",
        "work_days",
        "with more leave, training and meetings than hours paid",
        "leave counts first, then training, then meetings, until the paid hours are used up; "
        "mend the hours in the source",
        """select specialist_id || ' on ' || worked_on as id from src.work_days
           where coalesce(leave_hours, 0) + coalesce(training_hours, 0) + coalesce(meeting_hours, 0)
                 > paid_hours + 1e-6""",
    ),
    Contradiction(
        "work_day_outside_employment",
        "work_days",
        "before the first or after the last day of the person",
        "their hours count, as given; mend the person's dates or the day",
        """select specialist_id || ' on ' || worked_on as id
           from src.work_days f join src.specialists s using (specialist_id)
           where f.worked_on < s.hired_on or f.worked_on > s.left_on""",
    ),
    *(
        Contradiction(
            f"{name}_of_nobody_employed",
            table,
            _OWNER_NOT_THERE,
            _COUNT_AS_GIVEN,
            _owner_not_employed(table, f"{name}_id"),
        )
        for table, (name, _, _) in WORK_TYPES.items()
    ),
    *(
        Contradiction(
            f"{name}_without_standard_time",
            table,
            _NO_STANDARD_TIME,
            _UNKNOWN_WORK,
            _without_standard_time(table, f"{name}_id"),
        )
        for table, (name, _, _) in WORK_TYPES.items()
    ),
)


def write(bench: Workbench) -> None:
    """Fill `final.contradictions` with those found; needs `scratch.appealed` and the final cases."""
    with together(bench.connection):
        for each in CONTRADICTIONS:
            words = ", ".join(map(text_sql, (each.name, each.table, each.wrong, each.treated)))
            bench.run(
                "insert into final.contradictions by name "
                "select name, table_name, rows, example, wrong, treated from "
                f"(select {words}) as words(name, table_name, wrong, treated), "
                f"(select count(*) as rows, min(id) as example from ({each.found})) where rows > 0"
            )
