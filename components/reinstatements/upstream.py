"""What comes from upstream? How often teams and sources enforce wrongly, seen in three ways that differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from components import link, numbers, theme, wording
from components.charts import dot_interval
from components.figure import figure
from components.kept import kept
from components.numbers import NBSP, finite
from components.reinstatements import hand_back, upstream_bounds, upstream_trends
from components.reinstatements.pooled import interval_table, interval_text
from components.reinstatements.spans import settled_span, young, young_until
from components.trends import trend_lines
from components.view import View
from queries.filters import NONE_VALUE
from queries.measure import Measures, measure
from queries.scan import FALSE_SHARE, unlike_the_rest
from queries.scorecard import ScoreLine
from queries.series import Series
from queries.split_shares import measure_split_shares
from queries.splits import Split
from queries.time import Period

FLOOR, ON_APPEAL, AUDITED = "false_positive_floor", "overturned_on_appeal", "audited_precision"
KEYS = (FLOOR, ON_APPEAL, AUDITED)
SPLITS = ("enforcement_team", "detection_source")
TITLES = {
    FLOOR: "Wrong, at least",
    ON_APPEAL: "Overturned, of those who appealed",
    AUDITED: "Judged right in random audits",
}
TELLS = {
    FLOOR: "Can say: at least this share was wrong. Cannot say: how many wronged sellers never appealed.",
    ON_APPEAL: "Can say: it moves soon after something breaks. Cannot say: how often enforcement is wrong. "
    "Sellers who appeal are not like those who do not, and teams whose sellers appeal differently "
    "cannot be compared by it.",
    AUDITED: "Can say: how often enforcement is right, appealed or not. Cannot say much about few cases: "
    "its interval is wide.",
}


def section(view: View) -> None:
    """The answer; three pictures side by side, three trends, and the cases to hand back."""
    lines = trend_lines(view, KEYS)
    theme.section("What comes from upstream?", *answer(view, lines))
    for key, column in zip(KEYS, st.columns(3, gap="large"), strict=True):
        with column:
            _groups(view, lines[key])
    if not all(line.series.reason for line in lines.values()):
        theme.note(
            "Teams first, then detection sources. Colour and ▲ ▼: differs from those that do not stand out "
            f"(score test, at most {numbers.percent(FALSE_SHARE, 0)} of such findings false). A click "
            "filters the page, the months below and the cases to hand back."
        )
    settled = settled_span(view, lines[FLOOR])
    if settled is not None:
        upstream_bounds.together(view, settled, SPLITS)
    over_time = upstream_trends.measured(view, KEYS)
    for key, column in zip(KEYS, st.columns(3, gap="large"), strict=True):
        with column:
            upstream_trends.trend(view, over_time, key, TITLES[key])
    hand_back.panel(view)


@dataclass(frozen=True)
class StandsOut:
    """A team and source that differ from all the others in what is overturned."""

    name: str
    value: Series
    rest: Series
    worse: bool


def answer(view: View, lines: dict[str, ScoreLine]) -> tuple[str, str]:
    """What is certain, what random audits say, and who stands out among those who appealed."""
    said = [words for words in (_audited(view, lines[AUDITED]), _floor(view, lines[FLOOR])) if words]
    if not said:
        return "", wording.nothing_text(lines[FLOOR])
    on_appeal = lines[ON_APPEAL]
    span = None if on_appeal.series.reason else settled_span(view, on_appeal)
    found = [] if span is None else stands_out(view, span)
    worst = next((one for one in found if one.worse), None)
    if worst is not None:
        value, rest = wording.at_text(worst.value, 0), wording.at_text(worst.rest, 0)
        lead = (
            f"{worst.name} stands out: {value} of its appeals decided were overturned as our error, "
            f"against {rest} of all others."
        )
        return lead, " ".join(said)
    if span is not None:
        said.append("No team and source stands out among those who appealed.")
    return said[0], " ".join(said[1:])


def _floor(view: View, line: ScoreLine) -> str:
    pooled = _pooled(view, line)
    if pooled is None:
        return ""
    series, span = pooled
    if young(series):
        return (
            f"At least {wording.at_text(series, 0)} of the enforcements of {wording.period_text(span)} were "
            f"wrong so far; appeals can still add to it until {young_until(series)}."
        )
    return (
        f"At least {wording.at_text(series, 0)} of the enforcements of {wording.period_text(span)} were "
        "wrong, the newest whose appeals are all decided."
    )


def _audited(view: View, line: ScoreLine) -> str:
    pooled = _pooled(view, line)
    if pooled is None:
        return ""
    series, span = pooled
    return (
        f"Random audits judge {wording.at_text(series, 0)} of the enforcements of "
        f"{wording.period_text(span)} right (95{NBSP}% interval {interval_text(series, 0)}, "
        f"n{NBSP}={NBSP}{numbers.count(series.n[0])}"
        f"{f'; more to come until {young_until(series)}' if young(series) else ''})."
    )


def _pooled(view: View, line: ScoreLine) -> tuple[Series, Period] | None:
    """A figure over the weeks that are settled for it; None where it has no value there."""
    span = None if line.series.reason else settled_span(view, line)
    if span is None:
        return None
    series = measure(view.reader, (line.metric.key,), (span,), (), view.filters).total(line.metric.key)
    return (series, span) if np.isfinite(series.value[0]) else None


@kept(4)
def stands_out(view: View, span: Period) -> list[StandsOut]:
    """Upstream teams with their sources that differ in the share overturned, the furthest off first."""
    measures = _measured(view, ON_APPEAL, SPLITS, span)
    if measures.reasons:
        return []
    places = list(range(len(measures.groups)))
    found = []
    for place, finding in zip(places, unlike_the_rest(measures, ON_APPEAL, places), strict=True):
        if finding is None:
            continue
        group = measures.groups[place]
        own = measures.merged(ON_APPEAL, (place,), group)
        rest = measures.merged(ON_APPEAL, [other for other in places if other != place], ())
        found.append(StandsOut(view.name_of_group(SPLITS, group), own, rest, finding == "above"))
    return sorted(found, key=lambda one: -abs(float(one.value.value[0] - one.rest.value[0])))


def _groups(view: View, line: ScoreLine) -> None:
    """Upstream teams, then detection sources, over the 13 weeks that are settled for this figure."""
    key = line.metric.key
    theme.subtitle(TITLES[key])
    if line.series.reason:
        theme.note(f"{line.series.reason.capitalize()}.")
        return
    span = settled_span(view, line)
    if span is None:
        theme.note("No complete period yet.")
        return
    dots: list[dot_interval.Group] = []
    figures: list[Series] = []
    for by in SPLITS:
        more, series = groups_of(view, key, by, span)
        dots, figures = [*dots, *more], [*figures, *series]
    if not dots:
        theme.note("No case under these filters.")
        return
    total = measure(view.reader, (key,), (span,), (), view.filters).total(key)
    figure(
        dot_interval.table(dots, "percent", finite(total.value[0]), f"All {wording.at_text(total, 0)}"),
        dot_interval.spec("percent", len(dots)),
        alt=f"{TITLES[key]}, {_span_words(span)}: "
        + "; ".join(f"{dot.label} {dot.remark or numbers.percent(dot.value)}" for dot in dots),
        key=f"upstream-{key}",
        remark=f"{_clock(key)} {_span_words(span)}. {TELLS[key]}"
        + (f" Hollow: complete {young_until(total)}." if young(total) else ""),
        on_pick=lambda picked: _filter_by(view, picked),
    )
    interval_table([dot.label for dot in dots], figures, TITLES[key], f"upstream-{key}")


def _clock(key: str) -> str:
    return "Appeals decided" if key == ON_APPEAL else "Enforced"


def _span_words(span: Period) -> str:
    return numbers.date_span(span.start, span.last_day)


@kept(8)
def groups_of(view: View, key: str, by: str, span: Period) -> tuple[list[dot_interval.Group], list[Series]]:
    """The values of one dimension as dots with their figures, in the order of their names."""
    measures = _measured(view, key, (by,), span)
    if measures.reasons:
        return [], []
    places = [
        place
        for place, group in enumerate(measures.groups)
        if np.nan_to_num(measures.merged(key, (place,), group).n[0]) > 0
    ]
    worse = "below" if measures.metrics[key].good == "up" else "above"
    dots, figures = [], []
    for place, finding in zip(places, unlike_the_rest(measures, key, places), strict=True):
        value = measures.groups[place][0]
        series = measures.merged(key, (place,), measures.groups[place])
        if young(series):
            finding = None
        mark = {"above": "▲ ", "below": "▼ ", None: ""}[finding]
        dots.append(
            dot_interval.Group(
                id=f"{by}\x1f{NONE_VALUE if value is None else value}",
                label=f"{mark}{view.name_of(by, value)}",
                value=finite(series.value[0]),
                low=finite(series.low[0]),
                high=finite(series.high[0]),
                n=int(series.n[0]),
                role="c1" if finding is None else "bad" if finding == worse else "good",
                hollow=young(series),
                remark="" if np.isfinite(series.value[0]) else wording.at_text(series, 0),
            )
        )
        figures.append(series)
    return dots, figures


def _measured(view: View, key: str, split: Split, span: Period) -> Measures:
    """A figure by one of the splits; shares are read once for all of them."""
    if key == AUDITED:
        return measure(view.reader, (key,), (span,), split, view.filters, clustered=True)
    splits = (*((by,) for by in SPLITS), SPLITS)
    return measure_split_shares(view.reader, key, span, splits, view.filters)[split]


def _filter_by(view: View, picked: str) -> None:
    by, value = picked.split("\x1f")
    link.go(view.filters.with_values(by, (value,)))
