"""How many days of work are open, and how many people arrivals and backlog need, from sums of parts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from queries.formulas import DaysOfWork, HeadcountGap
from queries.parts import Parts
from queries.sums import Found, added, grids, total

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def days_of_work(formula: DaysOfWork, parts: Parts, groups: Integers) -> Found:
    """Hours of work open at period end ÷ mean hours available on each of the calendar days before it.

    nan where some open row has no standard time, or nobody was available.
    """
    unknown = added(formula.unknown, parts, groups)
    held = np.where(unknown > 0, np.nan, added(formula.held, parts, groups))
    daily = parts.amounts[formula.hours][groups].sum(axis=0) / formula.hours.days
    return Found(held, daily, _divided(held, daily), added(formula.open_rows, parts, groups))


def work_by_group(formula: DaysOfWork, parts: Parts) -> tuple[Floats, Floats] | None:
    """Hours open and mean hours available a day, (group, period); None where a row has no standard time."""
    if grids(formula.unknown, parts).any():
        return None
    return grids(formula.held, parts), parts.amounts[formula.hours] / formula.hours.days


def headcount_gap(formula: HeadcountGap, parts: Parts, groups: Integers) -> Found:
    """Full-time equivalents needed, there, and the difference.

    Needed are the hours of work of the period, with the part of the backlog its days should clear, ÷ the
    hours one full-time equivalent has for them: available hours, new people's at what they get done, at the
    utilisation aimed at.
    """
    days = np.array([period.days for period in parts.periods], dtype=np.float64)
    unknown = added(formula.unknown, parts, groups)
    backlog = np.where(unknown > 0, np.nan, added(formula.backlog, parts, groups))
    work = total(formula.arrived, parts, groups) + backlog * days / parts.planning.backlog_days
    there = parts.amounts[formula.staff][groups].sum(axis=0) / days
    hours = parts.sums[formula.ramped][groups].sum(axis=0) * parts.planning.utilisation_target
    needed = _divided(work, _divided(hours, there))
    return Found(needed, there, needed - there, there)


def _divided(top: Floats, bottom: Floats) -> Floats:
    return np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0)
