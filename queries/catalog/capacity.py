"""The metrics of capacity: hours there are, hours that come in, and what is left. One object each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from typing import Any

from queries.catalog import capacity_parts as parts
from queries.catalog.capacity_parts import WORK, Work
from queries.formulas import Count, DaysOfWork, Formula, HeadcountGap, Ratio, Spread, Summed
from queries.model import Good, Metric, Unit
from queries.tallies import Tally

AREA = "Capacity"
DRILL = ("team", "site", "member")
WORK_DRILL = ("team", "site", "marketplace", "tier", "category", "member")
HOURS = tuple(f"work_days.{kind}_hours" for kind in ("paid", "leave", "training", "meeting"))


def _metric(
    key: str, label: str, formula: Formula, unit: Unit, good: Good, definition: str, clock: str, **more: Any
) -> Metric:
    more.setdefault("owner", "Capacity lead")
    more.setdefault("drill", DRILL)
    return Metric(key, label, AREA, formula, unit, good, definition, clock, **more)


def _shrinkage(key: str, label: str, lost: Tally, words: str, **more: Any) -> Metric:
    return _metric(
        key,
        label,
        Ratio(lost, parts.PAID, spread="none", rows=parts.DAYS_WORKED),
        "share",
        "neutral",
        f"Share of the hours paid in the period that {words} took: at most the hours paid on a day, leave first, "
        "then training, then meetings.",
        "worked",
        needs=HOURS,
        **more,
    )


def of_work(build: Callable[[tuple[Work, ...]], Metric]) -> Metric:
    """A metric of all types of work; where there is no row of a type at all, of those there are.

    A type that has rows but no standard time makes the metric "not supplied": it would be too small.
    """
    found: Metric | None = None
    for kinds in sorted((kinds for n in (1, 2, 3) for kinds in combinations(WORK, n)), key=len):
        others = [work for work in WORK if work not in kinds]
        metric = build(kinds)
        if others:
            words = " and ".join(work.fact for work in others)
            metric = replace(metric, absent=tuple(work.came for work in others), note=f"there are no {words}")
        found = replace(metric, instead=found)
    assert found is not None
    return found


def standard_times(kinds: tuple[Work, ...]) -> tuple[str, ...]:
    """The columns a metric of these types of work needs."""
    return tuple(f"{work.fact}.standard_hours" for work in kinds)


def _workload(kinds: tuple[Work, ...]) -> Metric:
    return _metric(
        "workload_hours",
        "Workload",
        Summed(tuple(work.hours for work in kinds), tuple(work.unknown for work in kinds)),
        "work_hours",
        "neutral",
        "Hours of work that came in: every arrival of the period counted at the standard time of its type of work "
        "valid on that day.",
        "arrived",
        needs=standard_times(kinds),
        drill=WORK_DRILL,
    )


def _backlog_days(kinds: tuple[Work, ...]) -> Metric:
    return _metric(
        "backlog_days",
        "Backlog in days of work",
        DaysOfWork(
            tuple(work.held for work in kinds),
            tuple(work.held_unknown for work in kinds),
            tuple(work.held_rows for work in kinds),
            parts.LAST_4_WEEKS,
        ),
        "days",
        "down",
        "Open cases at the end of the period, each counted at the standard time of its type of work, divided by the "
        "hours available on an average calendar day of the four weeks before: how long the backlog would take if "
        "nothing came in and everyone worked on nothing else.",
        "period end",
        needs=(*standard_times(kinds), *HOURS),
        headline=True,
        drill=("team", "site"),
    )


def _workload_spread(kinds: tuple[Work, ...]) -> Metric:
    return _metric(
        "workload_spread",
        "Uneven load inside teams",
        Spread(
            tuple(work.of_each for work in kinds),
            tuple(work.unknown_of_each for work in kinds),
            parts.CAPACITY_OF_EACH,
        ),
        "mean",
        "down",
        "How unequal the people of a team are in the standard hours of the cases that came to them in the period per "
        "hour they were available: Gini's coefficient × n ÷ (n − 1), 0 when all are equal, 1 when one has "
        "everything. People are compared inside their team only; a team of one has nobody to compare.",
        "arrived",
        needs=(*standard_times(kinds), *HOURS),
        drill=("team", "site"),
    )


def _headcount_gap(kinds: tuple[Work, ...]) -> Metric:
    return _metric(
        "headcount_gap",
        "Headcount gap",
        HeadcountGap(
            Summed(tuple(work.hours for work in kinds), tuple(work.unknown for work in kinds)),
            tuple(work.held for work in kinds),
            tuple(work.held_unknown for work in kinds),
            parts.RAMPED,
            parts.STAFF,
        ),
        "fte",
        "down",
        "Full-time equivalents needed less those there. Needed is the work that came in, and the whole backlog, work "
        "in progress included, spread over the days it should take, divided by the hours of one full-time equivalent: paid hours less leave, "
        "training and meetings, at the utilisation aimed at, new people counted at what people of their tenure get "
        "done. Days and utilisation are those of the settings.",
        "arrived; worked; open at period end",
        needs=(*standard_times(kinds), *HOURS, "specialist_history.fte"),
        drill=("team", "site"),
    )


METRICS: tuple[Metric, ...] = (
    _metric(
        "available_hours",
        "Available hours",
        Count(parts.AVAILABLE),
        "work_hours",
        "neutral",
        "Hours paid in the period, overtime included, less leave, training and meetings.",
        "worked",
        needs=HOURS,
    ),
    of_work(_workload),
    _metric(
        "utilisation",
        "Utilisation",
        Ratio(parts.CASE_HOURS, parts.RECORDED, spread="none", rows=parts.DAYS_RECORDED),
        "share",
        "neutral",
        "Hours on cases out of the hours available in the period, of the days on which both are known. "
        "70 to 85 % is the usual band: below it hours are idle, above it work waits and quality suffers.",
        "worked",
        needs=(*HOURS, "work_days.case_hours"),
        headline=True,
        beside=("shrinkage", "available_hours", "workload_hours"),
    ),
    _shrinkage(
        "shrinkage",
        "Shrinkage",
        parts.LOST,
        "leave, training and meetings",
        beside=("shrinkage_leave", "shrinkage_training", "shrinkage_meetings"),
    ),
    _shrinkage("shrinkage_leave", "Shrinkage by leave", parts.LEAVE, "leave"),
    _shrinkage("shrinkage_training", "Shrinkage by training", parts.TRAINING, "training"),
    _shrinkage("shrinkage_meetings", "Shrinkage by meetings", parts.MEETINGS, "meetings"),
    of_work(_backlog_days),
    of_work(_workload_spread),
    of_work(_headcount_gap),
)
