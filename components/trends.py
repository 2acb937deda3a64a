"""Trends of a metric as every page draws them: its periods, usual range, target and dividers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np

from components import link, mini_lines, numbers, wording
from components.charts import xmr_trend
from components.charts.minis import Tone, tile_html
from components.figure import figure
from components.numbers import finite
from components.theme import note, subtitle
from components.tiles import TileContent
from components.trend_table import trend_table
from components.view import View
from queries.scorecard import HISTORY_WEEKS, ScoreLine, lines_of_range, lines_over
from queries.time import Grain, Period

SHOWN = {Grain.week: 26, Grain.month: 13, Grain.quarter: 8}
HISTORY = {Grain.week: HISTORY_WEEKS, Grain.month: 30, Grain.quarter: 14}
LAST_WORDS = {Grain.week: "last week", Grain.month: "last month", Grain.quarter: "last quarter"}


def newest_period(view: View) -> Period:
    """The period the numbers of a page are about: the range, else the newest closed one of the grain."""
    return view.span or _newest_of_grain(view)


def _newest_of_grain(view: View) -> Period:
    """The period of the view's grain that its week ends or lies in, closed by the week's end."""
    rules, grain = view.reader.coverage.rules, view.filters.grain
    period = rules.period_of(view.week.last_day, grain)
    return period if period.last_day <= view.week.last_day else rules.before(period)


def periods_of(view: View) -> list[Period]:
    """The periods a trend is drawn on, oldest first; a chosen range does not change their length."""
    return view.reader.coverage.rules.last(_newest_of_grain(view), HISTORY[view.filters.grain])


def shown_periods(view: View) -> int:
    """How many of the newest periods a trend shows: as usual, or as many as the chosen range reaches back."""
    grain, span = view.filters.grain, view.span
    reach = 0 if span is None else sum(period.end > span.start for period in periods_of(view)) + 2
    return min(HISTORY[grain], max(SHOWN[grain], reach))


def chosen_days(view: View) -> tuple[dt.date, dt.date] | None:
    """The chosen range as charts shade it."""
    span = view.span
    return None if span is None else (span.start, span.end)


def shaded_words(view: View, words: str) -> str:
    """What the shade of a chart over time is; a range after the last whole period has none."""
    last = periods_of(view)[-1]
    if view.span is not None and view.span.start >= last.end:
        return f"Not drawn: {words}, after the last whole {view.filters.grain.value}."
    return f"Shaded: {words}."


def trend_lines(view: View, keys: Sequence[str]) -> dict[str, ScoreLine]:
    """Lines of several metrics, from one measure: over the chosen range, else the periods of the grain."""
    if view.span is not None:
        found = lines_of_range(view.reader, keys, view.span, view.filters, view.journal.targets)
    else:
        found = _drawn_lines(view, keys)
    return dict(zip(keys, found, strict=True))


def drawn_line(view: View, line: ScoreLine) -> ScoreLine:
    """The line as charts draw it: over the periods of the grain, whatever range its number is about."""
    return line if view.span is None else _drawn_lines(view, (line.metric.key,))[0]


def _drawn_lines(view: View, keys: Sequence[str]) -> list[ScoreLine]:
    return lines_over(
        view.reader, keys, periods_of(view), view.filters, view.journal.targets, view.journal.dividers
    )


def band_words(view: View, line: ScoreLine) -> str:
    """What the band of a trend is: " Band: usual range 83.8 % to 94.5 % (XmR).", or that there is none."""
    drawn = drawn_line(view, line)
    usual = wording.range_text(drawn)
    return f" Band: usual range {usual} ({drawn.assessment.method})." if usual else " No usual range yet."


def grain_word(view: View, line: ScoreLine) -> str:
    """The length of the periods a line is drawn on, in words: "week", "13 weeks"."""
    grain = line.series.periods[-1].grain
    return "13 weeks" if grain is Grain.block else view.filters.grain.value


def trend_figure(view: View, line: ScoreLine, key: str, title: str, remark: str) -> None:
    """The XmR trend of a line, a chosen range shaded; a click opens that period."""
    if view.span is not None:
        remark = (
            f"{remark} {shaded_words(view, _range_words(line))} Each point is a {grain_word(view, line)}."
        )
    line, unit, shown = drawn_line(view, line), wording.unit_of(line.metric), shown_periods(view)
    if not np.isfinite(line.series.value[-shown:]).any():
        subtitle(title)
        note(f"No {grain_word(view, line)} of these has a value to draw. {remark}")
        return
    target = None if line.target is None else line.target.value
    drawn = points(line, shown)
    figure(
        xmr_trend.table(
            drawn,
            unit,
            target,
            "" if target is None else f"Target {wording.value_text(line.metric, target)}",
            dividers_of(view, line, shown),
            days_per_point=line.series.periods[-1].days,
            chosen=chosen_days(view),
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
    trend_table(line, drawn, key, title)


def _range_words(line: ScoreLine) -> str:
    """The chosen range with its value: "the 45 days 1 Sep – 15 Oct 2026, 91.2 % (n = 1,204)"."""
    words = wording.period_text(line.series.periods[-1])
    if line.place is None:
        return words
    n = numbers.count(line.series.n[line.place])
    return f"{words}, {wording.at_text(line.series, line.place)} (n{numbers.NBSP}={numbers.NBSP}{n})"


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
                finite(series.value[place]),
                int(series.n[place]) if np.isfinite(series.n[place]) else None,
                None if line.metric.is_stock else finite(chart.lower[place]),
                None if line.metric.is_stock else finite(chart.centre[place]),
                None if line.metric.is_stock else finite(chart.upper[place]),
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
    """A metric as a tile: its mini shows the trend, its change that against the period or range before."""
    status = wording.status_of(line, short=True)
    rule = f"{status.shape} {wording.rule_words(line, short=True)}" if line.assessment.signal else "usual"
    note = line.series.reason or wording.maturity_note(line, newest_period(view))
    if view.span is not None:
        rule = f"vs {wording.range_before(view.span)}" if line.week_change.value is not None else ""
        note = " · ".join(part for part in (note, wording.year_note(line)) if part)
    return TileContent(
        line.metric.label,
        wording.at_text(line.series, line.place),
        _delta(line),
        "bad" if line.tone == "bad" else "good" if line.tone == "good" else "neutral",
        rule if line.place is not None and (line.assessment.tested or view.span) else "",
        tile_html(
            mini_lines.series_of(drawn_line(view, line)), f"{line.metric.label}: {wording.lead_text(line)}"
        ),
        line.metric.definition,
        note,
        line.metric.key,
    )


def _delta(line: ScoreLine) -> str:
    text = wording.change_text(line.metric, line.week_change)
    return "" if text == numbers.MISSING else text
