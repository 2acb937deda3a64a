"""Which rows a number counts, and which of them are worth looking at, as SQL conditions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import FromClause, and_, case, false, func, or_, true

from queries.agreement import SEPARATOR
from queries.formulas import (
    Accrued,
    Agreed,
    Audited,
    DaysOfWork,
    Expected,
    HeadcountGap,
    Level,
    Ratio,
    Spread,
    Summed,
)
from queries.listing import LISTINGS
from queries.measure import Reader
from queries.model import Metric
from queries.tallies import AuditFrame, Decisions, Durations, Snapshot, Tally
from queries.time import Period

Listed = Tally | Durations | AuditFrame | Decisions | Snapshot


def rows_of(metric: Metric) -> Listed:
    """The component whose rows a number rests on.

    Of several kinds of rows the first, see `counted_beside`.
    Of a ratio the denominator, unless it counts something else, as seller-months, or by another date: then
    the numerator.
    """
    formula = metric.formula
    if isinstance(formula, Ratio):
        top, bottom = formula.numerator, formula.denominator
        return bottom if (top.fact, top.clock) == (bottom.fact, bottom.clock) else top
    several = _counted(metric)
    if several:
        return several[0]
    if isinstance(formula, Level | Accrued):
        return formula.rows
    if isinstance(formula, Expected):
        return formula.holding.rows
    component = metric.components[0]
    assert isinstance(component, Listed)
    return component


def counted_beside(metric: Metric) -> tuple[Tally | Snapshot, ...]:
    """The components whose rows a number counts besides those listed; they are of other tables."""
    return _counted(metric)[1:]


def _counted(metric: Metric) -> tuple[Tally | Snapshot, ...]:
    """The components of a number that counts rows of several tables; none for other numbers."""
    formula = metric.formula
    if isinstance(formula, HeadcountGap):
        formula = formula.arrived
    if isinstance(formula, Summed):
        return formula.tallies
    if isinstance(formula, DaysOfWork):
        return tuple(holding.rows for holding in formula.held)
    return tuple(person.tally for person in formula.load) if isinstance(formula, Spread) else ()


def adds_up_quantities(metric: Metric) -> bool:
    """Whether the number adds up hours, returns or money of its rows instead of counting them."""
    rows = rows_of(metric)
    of_rows = isinstance(rows, Tally) and rows.quantity is not None
    return of_rows or isinstance(metric.formula, Accrued | Expected)


def fact_behind(metric: Metric | None) -> str:
    """The table whose rows a metric counts; without one the escalations."""
    return "escalations" if metric is None else rows_of(metric).fact


def flag_label(metric: Metric | None) -> str:
    """What a flagged row is: the numerator of a share, or its complement where higher is better.

    "" for other metrics: their rows are not told apart.
    """
    if metric is not None and isinstance(metric.formula, Audited):
        return metric.formula.flagged
    if metric is not None and isinstance(metric.formula, Agreed):
        return "decided differently"
    if metric is None or not _is_share(metric):
        return ""
    if metric.flagged or metric.good == "up":
        return metric.flagged or "missed"
    return metric.label.lower()


def _is_share(metric: Metric) -> bool:
    """Whether the metric is a share of rows, some of which are its numerator."""
    formula = metric.formula
    return (
        isinstance(formula, Ratio) and formula.spread == "wilson" and rows_of(metric) is formula.denominator
    )


def counted(
    table: FromClause, reader: Reader, fact: str, metric: Metric | None, period: Period | None
) -> tuple[Any, Any]:
    """Conditions for the rows of a number in a period (None: ever), and for the flagged ones among them."""
    if metric is None:
        return _in_period(table, LISTINGS[fact].clock, period), false()
    component = rows_of(metric)
    if isinstance(component, Tally):
        rows = and_(component.where(table.c), _in_period(table, component.clock, period))
        if component.quantity is not None and not isinstance(metric.formula, Ratio):
            rows = and_(rows, component.quantity(table.c) > 0)
        return rows, _flagged(metric, table)
    if isinstance(component, Durations):
        rows = and_(component.where(table.c), table.c[component.bucket].is_not(None))
        return and_(rows, _in_period(table, component.clock, period)), false()
    if isinstance(component, AuditFrame):
        rows = and_(component.where(table.c), component.audited(table.c))
        return and_(rows, _in_period(table, component.clock, period)), component.found(table.c)
    if isinstance(component, Decisions):
        rows = and_(component.where(table.c), table.c.decision_pattern.is_not(None))
        return and_(rows, _in_period(table, component.clock, period)), _disagreed(table)
    if isinstance(metric.formula, Accrued):
        held = and_(metric.formula.accrual.where(table.c), table.c.daily_gmv.is_not(None))
        return and_(held, _open_within(table, component, period)), false()
    if isinstance(metric.formula, Expected):
        held = metric.formula.holding.quantity(table.c).is_not(None)
        return and_(held, _open_at_end(table, component, reader, period)), false()
    return _open_at_end(table, component, reader, period), false()


def _disagreed(table: FromClause) -> Any:
    """Rows not all decided alike: the decisions are sorted, so then the first is not the last."""
    decisions = table.c.decision_pattern
    return func.split_part(decisions, SEPARATOR, 1) != func.split_part(decisions, SEPARATOR, -1)


def _flagged(metric: Metric, table: FromClause) -> Any:
    """Rows worth looking at: the misses of a rate that should be high, the hits of one that should be low."""
    formula = metric.formula
    if not isinstance(formula, Ratio) or rows_of(metric) is not formula.denominator:
        return false()
    if formula.numerator.quantity is not None:
        return formula.numerator.quantity(table.c) > 0
    hit = case((formula.numerator.where(table.c), 1), else_=0)
    return hit == (0 if metric.good == "up" else 1)


def _in_period(table: FromClause, clock: str, period: Period | None) -> Any:
    if period is None:
        return true()
    on = table.c[f"{clock}_on"]
    return and_(on >= period.start, on < period.end)


def _open_within(table: FromClause, snapshot: Snapshot, period: Period | None) -> Any:
    """Rows that held on some day of the period: begun before its end, not over when it began."""
    if period is None:
        return true()
    began, ended = table.c[f"{snapshot.starts}_on"], table.c[f"{snapshot.ends}_on"]
    return and_(began < period.end, or_(ended.is_(None), ended > period.start))


def _open_at_end(table: FromClause, snapshot: Snapshot, reader: Reader, period: Period | None) -> Any:
    """Rows that began before the end of the period and did not end before it; of no period: still open."""
    began, ended = table.c[f"{snapshot.starts}_on"], table.c[f"{snapshot.ends}_on"]
    if period is None:
        return ended.is_(None)
    is_open = and_(began < period.end, or_(ended.is_(None), ended >= period.end))
    if snapshot.since is None:
        return is_open
    return and_(is_open, table.c[snapshot.since] < reader.coverage.end_of(period, snapshot.fact))
