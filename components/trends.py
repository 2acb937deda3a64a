"""Trends of a metric as every page draws them: its periods, usual range, target and dividers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from components import link, numbers, wording
from components.charts import xmr_trend
from components.charts.minis import Tone, tile_html
from components.figure import figure
from components.tiles import TileContent
from components.view import View
from queries.scorecard import HISTORY_WEEKS, ScoreLine, lines_over
from queries.time import Grain, Period

SHOWN = {Grain.week: 26, Grain.month: 13, Grain.quarter: 8}
HISTORY = {Grain.week: HISTORY_WEEKS, Grain.month: 30, Grain.quarter: 14}
LAST_WORDS = {Grain.week: "last week", Grain.month: "last month", Grain.quarter: "last quarter"}


def newest_period(view: View) -> Period:
    """The period of the view's grain that the chosen week ends or lies in, closed by the week's end."""
    rules, grain = view.reader.coverage.rules, view.filters.grain
    period = rules.period_of(view.week.last_day, grain)
    return period if period.last_day <= view.week.last_day else rules.before(period)


def periods_of(view: View) -> list[Period]:
    """The periods a trend is computed on, oldest first."""
    return view.reader.coverage.rules.last(newest_period(view), HISTORY[view.filters.grain])


def trend_lines(view: View, keys: Sequence[str]) -> dict[str, ScoreLine]:
    """Lines of several metrics over the periods of the view's grain, from one measure."""
    found = lines_over(
        view.reader, keys, periods_of(view), view.filters, view.journal.targets, view.journal.dividers
    )
    return dict(zip(keys, found, strict=True))


def grain_word(line: ScoreLine) -> str:
    """The length of a line's periods in words: "week", "13 weeks"."""
    grain = line.series.periods[-1].grain
    return "13 weeks" if grain is Grain.block else grain.value


def trend_figure(view: View, line: ScoreLine, key: str, title: str, remark: str) -> None:
    """The XmR trend of a line; a click opens that period."""
    unit, grain = wording.unit_of(line.metric), view.filters.grain
    target = None if line.target is None else line.target.value
    figure(
        xmr_trend.table(
            points(line, SHOWN[grain]),
            unit,
            target,
            "" if target is None else f"Target {wording.value_text(line.metric, target)}",
            dividers_of(view, line, SHOWN[grain]),
            days_per_point=line.series.periods[-1].days,
        ),
        xmr_trend.spec(unit),
        alt=f"{line.metric.label}: {wording.lead_text(line)}; {wording.status_of(line).word}",
        key=key,
        title=title,
        remark=remark,
        on_pick=(lambda week: _open_week(view, week))
        if line.series.periods[-1].grain is Grain.week
        else None,
    )


def _open_week(view: View, label: str) -> None:
    week = view.reader.coverage.rules.parse_week(label)
    newest = view.reader.coverage.newest_week()
    link.go(view.filters.at_week(None if week == newest else week))


def points(line: ScoreLine, shown: int) -> list[xmr_trend.Point]:
    """The newest `shown` periods as points: hollow where partial or immature, gaps left open."""
    series, chart = line.series, line.assessment
    first = max(0, len(series.periods) - shown)
    tone: Tone | None = line.tone if line.tone in ("bad", "good") else None
    found = []
    for place in range(first, len(series.periods)):
        settled = bool(series.complete[place] and series.mature[place])
        found.append(
            xmr_trend.Point(
                series.periods[place].label,
                series.periods[place].start,
                _number(series.value[place]),
                int(series.n[place]) if np.isfinite(series.n[place]) else None,
                None if line.metric.is_stock else _number(chart.lower[place]),
                None if line.metric.is_stock else _number(chart.centre[place]),
                None if line.metric.is_stock else _number(chart.upper[place]),
                tone if chart.signal_points[place] else None,
                wording.rule_words(line) if chart.signal_points[place] else "",
                hollow=not settled and bool(series.days[place]),
                remark=remark_of(line, place),
            )
        )
    return found


def remark_of(line: ScoreLine, place: int) -> str:
    """Why a point is hollow: "5 of 7 days", "complete 14 days after it ends"."""
    series = line.series
    period = series.periods[place]
    if not series.days[place]:
        return "not loaded"
    if not series.complete[place]:
        return f"{series.days[place]} of {period.days} days"
    if not series.mature[place]:
        return f"complete {line.metric.follow_up} days after it ends"
    return wording.few_text(series, place) if series.withheld[place] else ""


def dividers_of(view: View, line: ScoreLine, shown: int) -> list[xmr_trend.Divider]:
    """Dividers of the metric that fall inside the shown periods."""
    first = line.series.periods[max(0, len(line.series.periods) - shown)].start
    last = line.series.periods[-1].last_day
    return [
        xmr_trend.Divider(divider.on_day, divider.reason)
        for divider in view.journal.dividers
        if divider.metric == line.metric.key and first <= divider.on_day <= last
    ]


def tile_of(view: View, line: ScoreLine) -> TileContent:
    """A metric as a tile; a speed carries its guard in the note."""
    status = wording.status_of(line, short=True)
    rule = f"{status.shape} {wording.rule_words(line, short=True)}" if line.assessment.signal else "usual"
    note = line.series.reason or wording.maturity_note(line, newest_period(view))
    return TileContent(
        line.metric.label,
        wording.at_text(line.series, line.place),
        _delta(line),
        "bad" if line.tone == "bad" else "good" if line.tone == "good" else "neutral",
        rule if line.place is not None and line.assessment.tested else "",
        tile_html(wording.mini_series(line), f"{line.metric.label}: {wording.lead_text(line)}"),
        line.metric.definition,
        note,
        line.metric.key,
    )


def _delta(line: ScoreLine) -> str:
    text = wording.change_text(line.metric, line.week_change)
    return "" if text == numbers.MISSING else text


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
