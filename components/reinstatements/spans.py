"""The days a section pools where single weeks hold too few reviews."""

from __future__ import annotations

from components import numbers
from components.view import View
from queries.scorecard import ScoreLine
from queries.series import Series
from queries.time import DAY, Grain, Period


def settled_span(view: View, line: ScoreLine) -> Period | None:
    """The days to pool for a line; None where it has no period to show."""
    return span_to(view, line.period)


def span_to(view: View, newest: Period | None) -> Period | None:
    """The chosen range, else the 13 weeks to the end of `newest`, the newest complete and mature period.

    None where no period is.
    """
    if view.span is not None:
        return view.span
    if newest is None:
        return None
    rules = view.reader.coverage.rules
    week = rules.week_of(newest.last_day)
    if week.last_day > newest.last_day:
        week = rules.before(week)
    return rules.period_of(week.last_day, Grain.block)


def young(series: Series) -> bool:
    """Whether part of what a pooled figure counts is still to come: it is drawn hollow and not judged."""
    return not series.reason and not bool(series.mature[0])


def young_until(series: Series) -> str:
    """The day by which a young figure is complete, in words."""
    return numbers.full_date(series.periods[0].last_day + series.metric.follow_up * DAY)
