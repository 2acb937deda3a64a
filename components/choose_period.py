"""Which days a page is about: the week, stepped or picked from a list, or a free range of days."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import streamlit as st

from components.choosing import chosen_now, go
from components.view import View
from queries.filters import LONGEST_RANGE, over_days
from queries.time import DAY, Grain, Period


def choose_period(view: View) -> None:
    """Previous, the week or the range, next; next is off where the data ends."""
    before, after = _neighbours(view)
    st.button(
        "",
        icon=":material/chevron_left:",
        help=f"Previous {_unit(view)}",
        key="week-previous",
        disabled=before is None,
        on_click=_go_period,
        args=(view, before),
    )
    if view.filters.span is None:
        _weeks(view)
    st.button(
        "",
        icon=":material/chevron_right:",
        help=f"Next {_unit(view)}",
        key="week-next",
        disabled=after is None,
        on_click=_go_period,
        args=(view, after),
    )
    _range(view)


def _neighbours(view: View) -> tuple[Period | None, Period | None]:
    """The week, or the range of the same length, before and after the shown one; None beyond the data."""
    rules, loaded = view.reader.coverage.rules, view.reader.coverage.days()
    span = view.filters.span
    if span is not None and loaded is not None:
        before = Period(span.start - span.days * DAY, span.start, Grain.range)
        after = Period(span.end, span.end + span.days * DAY, Grain.range)
        return before if before.end > loaded.start else None, after if after.start < loaded.end else None
    weeks = view.reader.coverage.weeks
    following = rules.week_of(view.week.end)
    return (
        rules.before(view.week) if view.week > weeks[-1] else None,
        following if following <= weeks[0] else None,
    )


def _unit(view: View) -> str:
    return "week" if view.filters.span is None else f"{view.filters.span.days} days"


def _weeks(view: View) -> None:
    weeks = view.reader.coverage.weeks
    names = [week.label for week in weeks]
    st.session_state["week-choice"] = view.week.label if view.week.label in names else names[0]
    st.selectbox(
        "Week",
        names,
        key="week-choice",
        label_visibility="collapsed",
        width=150,
        format_func=_week_words,
        on_change=_go_chosen_week,
        args=(view,),
    )


@lru_cache(maxsize=2048)
def _week_words(name: str) -> str:
    year, week = name.split("-W")
    return f"Week {int(week)}, {year}"


def _range(view: View) -> None:
    """First and last day in a popover, built only while it is open; each change is applied at once.

    Its label never changes: it is part of what the popover is known by, and a new one would close it.
    """
    span = view.filters.span
    box = st.popover(
        "Range",
        icon=":material/date_range:",
        help="Choose a range of days",
        key="range",
        on_change="rerun",
    )
    loaded = view.reader.coverage.days()
    if not box.open or loaded is None:
        return
    with box:
        shown = span or view.week
        for name, label, day, limits in (
            ("first", "First day", shown.start, (shown.end - LONGEST_RANGE * DAY, shown.last_day)),
            ("last", "Last day", shown.last_day, (shown.start, shown.start + (LONGEST_RANGE - 1) * DAY)),
        ):
            key = f"range-{name}"
            st.session_state[key] = day
            st.date_input(
                label,
                min_value=min(day, max(limits[0], loaded.start)),
                max_value=max(day, min(limits[1], loaded.last_day)),
                key=key,
                format="YYYY-MM-DD",
                required=True,
                on_change=_go_days,
                args=(view,),
            )
        if span is not None:
            st.button("Back to weeks", key="range-off", on_click=_go_period, args=(view, view.week))


def _go_days(view: View) -> None:
    coverage = view.reader.coverage
    shown = view.filters.span or view.week
    first, last = _day("first", shown.start), _day("last", shown.last_day)
    filters = over_days(
        chosen_now(view), first, last, coverage.rules, coverage.newest_week(), coverage.days()
    )
    go(view, filters)


def _day(name: str, otherwise: dt.date) -> dt.date:
    day = st.session_state.get(f"range-{name}")
    return day if isinstance(day, dt.date) else otherwise


def _go_period(view: View, period: Period) -> None:
    """Show a week or range; the newest week is the default and is not written."""
    filters = chosen_now(view)
    if period.grain is Grain.range:
        go(view, filters.over(period))
    else:
        go(view, filters.at_week(None if period == view.reader.coverage.newest_week() else period))


def _go_chosen_week(view: View) -> None:
    _go_period(view, view.reader.coverage.rules.parse_week(st.session_state["week-choice"]))
