"""Are we keeping our promises? SLA by the due cohort, who missed, and what is at risk next."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import streamlit as st

from components import link, numbers, states, theme, wording
from components.charts import bars, dot_interval
from components.figure import figure
from components.numbers import NBSP
from components.trends import (
    LAST_WORDS,
    band_words,
    drawn_line,
    grain_word,
    newest_period,
    trend_figure,
    trend_lines,
)
from components.view import View
from queries.filters import NONE_VALUE
from queries.health import distinct_values
from queries.measure import measure
from queries.now import AT_RISK_HOURS, due_soon, now_of
from queries.scorecard import ScoreLine
from queries.series import Series

KEY, CLOSED, FIRST = "resolution_sla", "resolution_sla_closed_only", "first_response_sla"
GROUPS = (("severity", "marketplace"), ("severity",), ("team",))
MOST_GROUPS = 12


def section(view: View) -> None:
    """The answer, resolution in time with who missed, then first response with the next 48 hours."""
    lines = trend_lines(view, (KEY, CLOSED, FIRST))
    line = lines[KEY]
    theme.section("Are we keeping our promises?", *answer(view, line, lines[CLOSED]))
    if line.series.reason:
        states.not_supplied(line.series.reason.removeprefix("not supplied: "))
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        how = "closed" if line.metric.note else "due"
        trend_figure(
            view,
            line,
            "promises-trend",
            f"Resolved in time, by {how} {grain_word(view, line)}",
            _remark(view, line),
        )
    with right:
        _who_missed(view, line)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _first_response(view, lines[FIRST])
    with right:
        _next_48_hours(view)


def answer(view: View, line: ScoreLine, closed: ScoreLine) -> tuple[str, str]:
    """Yes or no with the number, then the survivors' gap."""
    if line.series.reason or line.place is None:
        return "", f"{line.metric.label}: {line.series.reason or 'no complete period yet'}."
    value, n = wording.at_text(line.series, line.place), numbers.count(line.series.n[line.place])
    what = "closed" if line.metric.note else "due"
    newest = view.is_newest and line.period == newest_period(view)
    when = (
        LAST_WORDS[view.filters.grain]
        if newest
        else f"in {wording.period_text(line.series.periods[line.place])}"
    )
    if line.series.n[line.place] == 0:
        return f"No case was {what} {when}.", ""
    if line.series.withheld[line.place]:
        was = "was" if line.series.numerator[line.place] == 1 else "were"
        return f"Of the cases {what} {when}, {value} {was} resolved in time; too few for a rate.", ""
    verdict = _verdict(line)
    lead = f"{verdict} {value} of {n} cases {what} {when} were resolved in time".strip()
    rule = wording.rule_words(line)
    for side in ("above", "below"):  # a badge has no room for the "its" of a sentence
        rule = rule.replace(f"{side} usual", f"{side} its usual")
    lead += f", {rule}." if rule else "."
    return lead, " ".join(part for part in (_gap(line, closed), _unflagged(line)) if part)


def _verdict(line: ScoreLine) -> str:
    if line.target is not None and np.isfinite(line.value):
        return "No." if line.misses_target else "Yes."
    return "No." if line.tone == "bad" else ""


def _gap(line: ScoreLine, closed: ScoreLine) -> str:
    """What a report on closed cases only would have claimed."""
    place = line.place
    if place is None or closed.series.reason or not np.isfinite(closed.series.value[place]):
        return ""
    gap = float(closed.series.value[place] - line.series.value[place])
    still_open = int(line.series.n[place] - closed.series.n[place])
    if still_open <= 0:
        return "All of them are closed."
    words = numbers.points(gap).lstrip("+")
    return (
        f"Closed cases only would read {wording.at_text(closed.series, place)}, {words} more: "
        f"they leave out {numbers.count(still_open)} overdue and still open."
    )


def _unflagged(line: ScoreLine) -> str:
    return f"Measured {line.metric.note}." if line.metric.note else ""


def _remark(view: View, line: ScoreLine) -> str:
    what = "closed" if line.metric.note else "whose promise fell due"
    place = line.place
    n = ""
    if place is not None and view.span is None:
        n = f", n{NBSP}={NBSP}{numbers.count(line.series.n[place])}"
    return f"Cohort: cases {what} in the period{n}.{band_words(view, line)}"


def _who_missed(view: View, line: ScoreLine) -> None:
    """Groups of the newest period with their intervals; a click filters by the group."""
    if line.period is None:
        return
    single = {dimension for dimension, values in view.filters.chosen if len(values) == 1}
    split = next((by for by in GROUPS if not single & set(by) and _varied(view, by)), None)
    if split is None:
        return
    measures = measure(view.reader, (KEY,), (line.period,), split, view.filters, clustered=True)
    ranked = sorted(measures.groups, key=lambda group: tuple(value or "~" for value in group))
    shown = []
    for group in ranked:
        series = measures.group(KEY, group)
        if np.nan_to_num(series.n[0]) > 0:
            shown.append(_group(view, line, split, group, series))
    theme.subtitle("Who missed")
    if not shown:
        theme.note("No case fell due.")
        return
    shown = sorted(shown, key=lambda group: -(group.n or 0))[:MOST_GROUPS]
    shown.sort(key=lambda group: group.label)
    # A shape beside the colour: not everyone sees the red.
    shown = [replace(group, label=f"▼ {group.label}") if group.role == "bad" else group for group in shown]
    target = None if line.target is None else line.target.value
    figure(
        dot_interval.table(
            shown,
            "percent",
            target,
            "" if target is None else f"Target {wording.value_text(line.metric, target)}",
        ),
        dot_interval.spec("percent", len(shown)),
        alt=f"Resolved in time by {' and '.join(split)}",
        key="who-missed",
        remark=f"Dot: share in time. Line: 95{NBSP}% interval. ▼ and red: all of it lies under target.",
        on_pick=lambda picked: _filter_by(view, split, picked),
    )


def _varied(view: View, split: tuple[str, ...]) -> bool:
    """Whether the source knows at least two values of each dimension."""
    return all(len(distinct_values(view.reader, dimension)) > 1 for dimension in split)


def _group(
    view: View, line: ScoreLine, split: tuple[str, ...], group: tuple[str | None, ...], series: Series
) -> dot_interval.Group:
    value = float(series.value[0])
    high = float(series.high[0])
    below = line.target is not None and np.isfinite(high) and high < line.target.value
    return dot_interval.Group(
        id="\x1f".join(NONE_VALUE if part is None else part for part in group),
        label=view.name_of_group(split, group),
        value=value if np.isfinite(value) else None,
        low=float(series.low[0]) if np.isfinite(series.low[0]) else None,
        high=high if np.isfinite(high) else None,
        n=int(series.n[0]),
        role="bad" if below else "c1",
        remark="" if np.isfinite(value) else wording.few_text(series, 0),
    )


def _filter_by(view: View, split: tuple[str, ...], picked: str) -> None:
    filters = view.filters
    for dimension, value in zip(split, picked.split("\x1f"), strict=True):
        filters = filters.with_values(dimension, (value,))
    link.go(filters)


def _first_response(view: View, line: ScoreLine) -> None:
    if line.series.reason:
        theme.subtitle("First response in time")
        states.not_supplied(line.series.reason.removeprefix("not supplied: "))
        return
    trend_figure(
        view,
        line,
        "first-response-trend",
        f"First response in time, by due {grain_word(view, line)}",
        "One still missing past its time counts as missed. "
        f"{wording.status_of(drawn_line(view, line)).word}.",
    )


def _next_48_hours(view: View) -> None:
    """Open cases by how soon they are due; closed when the data is too old to speak of now."""
    theme.subtitle(f"Due within {AT_RISK_HOURS} hours")
    now = now_of(view.reader)
    if now is None:
        return
    as_of = view.reader.coverage.local(now.at)
    if not now.is_current:
        theme.note(
            f"Closed: the data ends {numbers.weekday(as_of.date())} {as_of:%H:%M}, "
            f"{numbers.age(now.age_hours)} ago. "
            "This panel speaks of now and opens again with newer data."
        )
        return
    classes = due_soon(view.reader, view.filters, now)
    if not classes:
        theme.note("Due times are not known under these filters.")
        return
    figure(
        bars.table(
            [
                bars.Bar(
                    item.name,
                    item.name,
                    item.cases,
                    "bad" if place == 0 else "warn" if place == 1 else "grey",
                )
                for place, item in enumerate(classes)
            ]
        ),
        bars.SPEC,
        alt="; ".join(f"{item.cases} {item.name}" for item in classes),
        key="next-48",
        remark=f"As of {numbers.weekday(as_of.date())} {as_of:%H:%M}. Open cases, by due time.",
    )
