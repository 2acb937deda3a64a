"""The header every page shares: period, scope, stepper, filters, chips, freshness."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import streamlit as st

from components import link, numbers, states
from components.choose_period import choose_period
from components.choosing import go, kept_params, pinned
from components.numbers import date_span, full_date, week_title, weekday
from components.one_person import without_people
from components.plain_text import literal
from components.view import View
from queries import health
from queries.filters import DIMENSIONS, GRAINS, NONE_VALUE
from queries.now import now_of
from queries.time import Grain

COMMON = ("org", "team", "member", "site", "marketplace", "tier", "category")
Offers = Literal["range", "week", "filters", "plain"]
"""What can be chosen: a week or range and filters, a week and filters, filters, nothing."""
RANGE_CHIP = "range"
LONG_AGO_HOURS = 24 * 200
"""From this age on a date is told with its year."""
GRAIN_WORDS = {Grain.week: "Week", Grain.month: "Month", Grain.quarter: "Quarter"}


def header(
    view: View,
    title: str,
    page_dimensions: Sequence[str],
    notices: Sequence[str],
    offers: Offers = "range",
) -> None:
    """Title with period and scope, stepper and filters at the right; below it freshness and chips."""
    dated = offers in ("range", "week")
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title(literal(_title(view, title, offers)), anchor=False, width="content")
        with st.container(horizontal=True, width="content", vertical_alignment="center", gap="small"):
            if dated:
                choose_period(view)
            if offers != "plain":
                _filters(view, without_people((*COMMON, *page_dimensions)), with_grain=dated)
            if dated:
                _copy_link(view)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _freshness(view)
        if offers != "plain":
            _chips(view, with_range=dated)
    if offers == "week" and view.filters.span is not None:
        notices = [*notices, _weeks_only(view)]
    for notice in notices:
        st.info(literal(notice), icon=":material/info:")


def _weeks_only(view: View) -> str:
    """A page of weeks under a chosen range says which week it shows instead."""
    return (
        f"This page compares weeks. Of the range {_span_words(view)} it shows "
        f"{week_title(view.week.start)[0].lower()}{week_title(view.week.start)[1:]}, "
        "the last week that had ended by then."
    )


def _span_words(view: View) -> str:
    span = view.filters.span
    return "" if span is None else date_span(span.start, span.last_day)


def _copy_link(view: View) -> None:
    """The link of exactly this view, its week pinned, so that it shows the same numbers next month."""
    box = st.popover("", icon=":material/link:", help="Copy link", key="copy-link", on_change="rerun")
    if box.open:
        with box:
            st.markdown("The link to this view, its week pinned:")
            st.code(link.absolute(view.page, pinned(view)), language=None)


def _title(view: View, title: str, offers: Offers) -> str:
    if offers == "plain":
        return title
    if offers == "filters":
        return f"{title} · {view.scope_name()}"
    if view.span is not None:
        return f"{title} · {_span_words(view)} · {view.scope_name()}"
    week = week_title(view.week.start)
    if not title:
        return f"{week} · {view.scope_name()}"
    return f"{title} · {week[0].lower()}{week[1:]} · {view.scope_name()}"


def _filters(view: View, dimensions: Sequence[str], *, with_grain: bool) -> None:
    """One popover with every filter of the page, built only while it is open; a change is applied at once.

    Its label never changes: it is part of what the popover is known by, and a new one would close it.
    """
    box = st.popover("Filters", icon=":material/tune:", width="content", key="filters", on_change="rerun")
    if not box.open:
        return
    with box:
        if with_grain:
            _grain(view, tuple(dimensions))
        with st.container(width=380, gap="small"):
            for dimension in dimensions:
                _one_filter(view, dimension, tuple(dimensions))


def _grain(view: View, dimensions: tuple[str, ...]) -> None:
    """How long the periods of trends are."""
    st.session_state["grain"] = view.filters.grain
    st.segmented_control(
        "Trends by",
        GRAINS,
        key="grain",
        required=True,
        format_func=lambda grain: GRAIN_WORDS[grain],
        on_change=_apply,
        args=(view, dimensions),
    )


def _one_filter(view: View, dimension: str, dimensions: tuple[str, ...]) -> None:
    chosen = view.filters.values(dimension)
    options = choices(view, dimension)
    extra = [value for value in chosen if value not in options]
    if len(options) < 2 and not chosen:
        return
    st.session_state[f"filter-{dimension}"] = list(chosen)
    st.multiselect(
        DIMENSIONS[dimension].label,
        [*options, *extra],
        key=f"filter-{dimension}",
        placeholder=f"All {DIMENSIONS[dimension].plural}",
        format_func=lambda value: view.name_of(dimension, value),
        on_change=_apply,
        args=(view, dimensions),
    )


def choices(view: View, dimension: str) -> list[str]:
    """Values that can be chosen: teams and members in their own order, the rest most frequent first."""
    directory = view.reader.directory
    if dimension == "org":
        parents = {team.parent for team in directory.teams if team.parent}
        return [team.team for team in directory.teams if team.team in parents]
    if dimension == "team":
        parents = {team.parent for team in directory.teams if team.parent}
        below = set(directory.teams_below(view.filters.values("org"))) if view.filters.values("org") else None
        listed = [team.team for team in directory.teams if team.team not in parents]
        return [team for team in listed if below is None or team in below]
    if dimension == "member":
        return sorted(directory.names, key=lambda person: directory.names[person])
    facts = ("escalations", "partner_waits") if view.fact == "escalations" else (view.fact,)
    found = health.distinct_values(view.reader, dimension, facts)
    return [value for value in found if value != NONE_VALUE]


def _apply(view: View, dimensions: tuple[str, ...]) -> None:
    """Write what the widgets hold; `dimensions` are those on screen."""
    filters = view.filters
    for dimension in dimensions:
        if f"filter-{dimension}" in st.session_state:
            filters = filters.with_values(dimension, st.session_state[f"filter-{dimension}"])
    grain = st.session_state.get("grain") or view.filters.grain
    if not filters.chosen:
        st.session_state["cleared"] = True
    go(view, replace(filters, grain=Grain(grain)))


def _freshness(view: View) -> None:
    """How far the data goes; orange when days are missing, or it is too old for panels that speak of now."""
    coverage, now = view.reader.coverage, now_of(view.reader, fact=view.fact)
    loaded = coverage.loaded((view.fact,))
    if loaded is None or now is None:
        states.not_loaded(view.fact)
        return
    through = weekday(loaded.last_day)
    missing = [day for day in loaded.incomplete if view.period.start <= day <= view.period.last_day]
    if missing:
        states.stale(through, f"{weekday(missing[0])} is missing")
    elif not now.is_current:
        long_ago = now.age_hours > LONG_AGO_HOURS
        states.stale(full_date(loaded.last_day) if long_ago else through, f"{numbers.age(now.age_hours)} old")
    else:
        when = (
            coverage.loaded_at.replace(tzinfo=dt.UTC).astimezone(coverage.zone)
            if coverage.loaded_at
            else None
        )
        states.fresh(through, f"{when:%H:%M}" if when else "")


def _chips(view: View, *, with_range: bool) -> None:
    """One chip for a range and per chosen value; a click removes it. No row when nothing is chosen."""
    pairs = [(dimension, value) for dimension, values in view.filters.chosen for value in values]
    if with_range and view.filters.span is not None:
        pairs.insert(0, (RANGE_CHIP, ""))
    if not pairs:
        return
    st.session_state["chips"] = []
    st.pills(
        "Filters in force",
        [*pairs, "all"],
        selection_mode="multi",
        key="chips",
        label_visibility="collapsed",
        format_func=lambda chip: chip_words(view, chip),
        on_change=_remove,
        args=(view,),
        wrap=True,  # else the last ones, "Clear all" among them, lie beyond the edge of the page
    )


def chip_words(view: View, chip: tuple[str, str] | str) -> str:
    """What a chip reads, as Markdown: "Site: Berlin" and a cross."""
    if isinstance(chip, str):
        return "Clear all"
    dimension, value = chip
    if dimension == RANGE_CHIP:
        return f"{literal(_span_words(view))} :material/close:"
    words = f"{DIMENSIONS[dimension].label}: {view.name_of(dimension, value)}"
    return f"{literal(words)} :material/close:"


def _remove(view: View) -> None:
    filters = view.filters
    for chip in st.session_state["chips"]:
        if isinstance(chip, str):
            link.clear(filters if filters.span is None else filters.at_week(None), **kept_params(view))
            return
        filters = filters.at_week(None) if chip[0] == RANGE_CHIP else filters.without(*chip)
    if not filters.chosen:
        st.session_state["cleared"] = True
    go(view, filters)
