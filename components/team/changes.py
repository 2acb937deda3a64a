"""What changed for a person? Small multiples with the person's own usual range and the team's median."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import streamlit as st

from components import mini_lines, numbers, theme, wording
from components.charts.minis import card_html
from components.figure import rows_behind
from components.numbers import NBSP, finite
from components.plain_text import literal
from components.tables import Column
from components.team.chosen import first_name
from components.team.reading import inside
from components.view import View
from queries.people.changes import Course, course
from queries.people.roster import Member
from queries.scorecard import ONE_PERIOD
from queries.time import Grain

SHOWN = 26


def changes(view: View, person: Member) -> None:
    """The answer, and one small picture a metric."""
    name = first_name(person)
    team = person.teams[0] if len(person.teams) == 1 else None
    found = course(view.reader, person.specialist_id, team, view.week, view.filters)
    theme.section(f"What changed for {name}?", *answer(name, found))
    for column, one in zip(st.columns(len(found), gap="medium"), found, strict=True):
        with column:
            _panel(person, one)
    theme.note(
        f"Band: {name}'s own usual range (XmR); dashed: the median of "
        f"{view.name_of('team', team) if team else 'everyone'}, from five people up. Counts are told by "
        "week, rates "
        "and times over 13 weeks: over less they would be luck."
    )
    _table(person, found)


def answer(name: str, found: tuple[Course, ...]) -> tuple[str, str]:
    """Which metrics left the person's own usual range, else that no change is told; and what is untested."""
    told = [one for one in found if not one.line.series.reason]
    signals = [one for one in told if one.line.assessment.signal]
    once = [one for one in told if one.line.assessment.reason == ONE_PERIOD]
    untested = [one for one in told if not one.line.assessment.tested and one not in once]
    if not any(np.nanmax(one.line.series.value, initial=0.0) > 0 for one in told):
        return f"{name} decided nothing in these weeks, so there is no course to tell.", ""
    if signals:
        words = "; ".join(f"{one.metric.label} {wording.rule_words(one.line)}" for one in signals)
        lead = f"Outside {name}'s own usual range two periods running: {words}."
    elif len(untested) == len(told):
        lead = "No detectable change: there are too few periods for a usual range."
    else:
        lead = "No detectable change: nothing left the usual range two periods running."
    rest = ""
    if once:
        named = ", ".join(inside(one.metric.label) for one in once)
        rest = f"Outside it this time only: {named}. One period alone is no change. "
    if untested and len(untested) < len(told):
        named = ", ".join(inside(one.metric.label) for one in untested)
        rest += f"Too few periods for a usual range of {name}'s own: {named}."
    return lead, rest.strip()


def _panel(person: Member, one: Course) -> None:
    line = one.line
    theme.subtitle(f"{line.metric.label}, {'13 weeks' if _by_block(one) else 'a week'}")
    if line.series.reason:
        theme.note(wording.nothing_text(line))
        return
    mini = mini_lines.series_of(line, SHOWN)
    beside = [finite(value) for value in one.team_median[-len(mini.values) :]]
    series = replace(mini, beside=beside, target=None)
    if not any(value is not None for value in mini.values):
        theme.note("Under ten cases in every period: no rate.")
        return
    value = wording.at_text(line.series, line.place)
    labels = replace(mini_lines.labels_of(line, SHOWN), value=value, target="")
    st.html(card_html(series, labels, f"{person.name}, {line.metric.label}: {wording.lead_text(line)}"))
    median = finite(one.team_median[line.place]) if line.place is not None else None
    n = line.series.n[line.place] if line.place is not None else np.nan
    words = [f"n{NBSP}={NBSP}{numbers.count(n)}"] if np.isfinite(n) and _by_block(one) else []
    words.append(
        f"team median {wording.value_text(line.metric, median)}" if median is not None else "no team median"
    )
    if line.place is not None:
        words.append(f"to {numbers.full_date(line.series.periods[line.place].last_day)}")
    st.markdown(f":gray[:small[{literal(' · '.join(words))}]]")


def _by_block(one: Course) -> bool:
    return one.line.series.periods[-1].grain is Grain.block


def _table(person: Member, found: tuple[Course, ...]) -> None:
    """Every point of the pictures: the person's value, its n, and the median."""
    columns = [Column("Metric"), Column("Period"), Column("Value", "right"), Column("n", "right")]
    columns.append(Column("Team median", "right"))
    shown, plain = [], []
    for one in found:
        series = one.line.series
        if series.reason:
            continue
        for place in range(max(0, len(series.periods) - SHOWN), len(series.periods)):
            value, median = finite(series.value[place]), finite(one.team_median[place])
            hidden = bool(series.withheld[place])
            n = None if hidden else finite(series.n[place])
            shown.append(
                (
                    one.metric.label,
                    series.periods[place].label,
                    "withheld" if hidden else wording.value_text(one.metric, value),
                    numbers.count(n),
                    wording.value_text(one.metric, median),
                )
            )
            plain.append((one.metric.label, series.periods[place].label, value, n, median))
    rows_behind(columns, shown, plain, "person-course", f"course-{person.specialist_id}", "Every point")
