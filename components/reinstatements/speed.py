"""Are we fast? Time to decision with the defect rate beside it, and decisions made in time."""

from __future__ import annotations

import numpy as np
import streamlit as st

from components import numbers, theme, wording
from components.cases_link import cases_text, open_cases
from components.numbers import NBSP
from components.reinstatements.pooled import interval_text, unsupplied
from components.trends import band_words, grain_word, trend_figure, trend_lines
from components.view import View
from queries.scorecard import ScoreLine

MEDIAN, SLOWEST, IN_TIME, OPEN, GUARD = (
    "decision_hours_p50",
    "decision_hours_p90",
    "decision_sla",
    "appeals_open",
    "audit_defect_rate",
)


def section(view: View) -> None:
    """The answer, the median beside its guard, then what was due and the slowest tenth."""
    lines = trend_lines(view, (MEDIAN, SLOWEST, IN_TIME, OPEN, GUARD))
    theme.section("Are we fast?", *answer(lines))
    if lines[MEDIAN].series.reason:
        unsupplied(lines[MEDIAN])
        return
    left, right = st.columns(2, gap="large")
    with left:
        _trend(
            view,
            lines[MEDIAN],
            "decision-median",
            "Time to decision, median",
            "Appeals still open are censored, not left out.",
        )
    with right:
        _trend(
            view,
            lines[GUARD],
            "decision-guard",
            "Its guard: judged wrong in blind random audits",
            "Read both together: a decision is not better for being quick.",
        )
    left, right = st.columns(2, gap="large")
    with left:
        _trend(
            view,
            lines[IN_TIME],
            "decision-in-time",
            "Decided in time, by due {grain}",
            "One still open and overdue counts as missed.",
        )
    with right:
        _trend(
            view,
            lines[SLOWEST],
            "decision-slowest",
            "Time to decision, slowest tenth",
            "One in ten takes longer.",
        )


def answer(lines: dict[str, ScoreLine]) -> tuple[str, str]:
    """The median with its rule, then the slowest tenth, what was in time, what is open, and the guard."""
    line = lines[MEDIAN]
    if line.series.reason or line.place is None:
        return "", wording.nothing_text(line)
    series, place = line.series, line.place
    when = wording.period_text(series.periods[place])
    if series.withheld[place] or not series.n[place]:
        return f"{wording.few_text(series, place)} submitted in {when}: too few for a median.", ""
    n = numbers.count(series.n[place])
    if np.isfinite(series.at_least[place]):
        lead = (
            f"Of {n} appeals submitted in {when} fewer than half are decided: median at least {_waited(line)}"
        )
    else:
        lead = (
            f"Half of the appeals submitted in {when} were decided within {wording.at_text(series, place)} "
            f"(95{NBSP}% interval {interval_text(series, place)}, n{NBSP}={NBSP}{n})"
        )
    rule = wording.rule_words(line)
    lead += f", {rule}." if rule else ". No detectable change." if line.assessment.tested else "."
    return lead, " ".join(part for part in _rest(lines) if part)


def _rest(lines: dict[str, ScoreLine]) -> tuple[str, ...]:
    return _slowest(lines), _in_time(lines), _open(lines), _guard(lines)


def _waited(line: ScoreLine) -> str:
    assert line.place is not None
    return wording.value_text(line.metric, float(line.series.at_least[line.place]))


def _shown(line: ScoreLine) -> tuple[str, str] | None:
    """Value and period of a line; None where it has none to show."""
    place = line.place
    if line.series.reason or place is None or line.series.withheld[place]:
        return None
    if not (np.isfinite(line.series.value[place]) or np.isfinite(line.series.at_least[place])):
        return None
    return wording.at_text(line.series, place), wording.period_text(line.series.periods[place])


def _slowest(lines: dict[str, ScoreLine]) -> str:
    line, shown = lines[SLOWEST], _shown(lines[SLOWEST])
    if shown is None or line.place is None:
        return ""
    if np.isfinite(line.series.at_least[line.place]):
        return f"More than one in ten submitted in {shown[1]} were not decided within {_waited(line)}."
    return f"One in ten submitted in {shown[1]} took longer than {shown[0]}."


def _in_time(lines: dict[str, ScoreLine]) -> str:
    line, shown = lines[IN_TIME], _shown(lines[IN_TIME])
    if shown is None or line.place is None:
        return ""
    n = numbers.count(line.series.n[line.place])
    return f"{shown[0]} of the {n} due in {shown[1]} were decided in time."


def _open(lines: dict[str, ScoreLine]) -> str:
    shown = _shown(lines[OPEN])
    return "" if shown is None else f"{shown[0]} appeals were open at the end of {shown[1]}."


def _guard(lines: dict[str, ScoreLine]) -> str:
    line, shown = lines[GUARD], _shown(lines[GUARD])
    if shown is None or line.place is None:
        return "No audited defect rate stands beside it."
    interval = interval_text(line.series, line.place)
    return f"Of the decisions of {shown[1]}, {shown[0]} were judged wrong (95{NBSP}% interval {interval})."


def _trend(view: View, line: ScoreLine, key: str, title: str, words: str) -> None:
    """One trend with its way to the rows, or why there is none."""
    title = title.format(grain=grain_word(view, line))
    if line.series.reason:
        theme.subtitle(title)
        unsupplied(line)
        return
    trend_figure(view, line, key, title, f"{words}{band_words(view, line)}")
    rows = cases_text(line.series, line.place)
    if rows and line.period is not None:
        st.button(
            rows,
            icon=":material/list:",
            key=f"{key}-cases",
            type="tertiary",
            on_click=open_cases,
            args=(view, line.metric, line.period),
        )
