"""The scorecard: each metric at its newest mature week, against its own past and its target."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from analysis.control_limits import Kind
from analysis.review import Change, Unit, change
from analysis.xmr import Assessment, assess
from queries.agreement import INDICATIVE_BELOW
from queries.catalog import find_metric
from queries.filters import Filters
from queries.formulas import Agreed, Audited, Count, Ratio
from queries.measure import PEOPLE, Measures, Reader, measure, needs_block
from queries.model import Metric
from queries.pooling import pooled_value
from queries.remembering import remembered
from queries.series import Series
from queries.time import Grain, Period, span_a_year_earlier

HISTORY_WEEKS = 70
"""A baseline of 26, a run of 8, the year before, and 90 days of follow-up."""
YEAR = 52
BLOCKS = 5
"""13-week blocks shown of a person: the newest and a year before it."""
ONE_PERIOD = "outside its usual range in one period alone"
"""Why a change about one person is not claimed: luck does that now and then."""
ENOUGH_BLOCK_DAYS = 84
"""Days of a 13-week block's 91 that must be loaded."""
Tone = Literal["bad", "good", "warn", "neutral"]


@dataclass(frozen=True)
class Target:
    """What a metric should reach from a day on, and who answers for it."""

    metric: str
    where: Filters
    valid_from: dt.date
    value: float
    owner: str


@dataclass(frozen=True)
class Divider:
    """A day on which the process is known to have changed; limits start anew."""

    metric: str
    on_day: dt.date
    author: str
    reason: str


@dataclass(frozen=True)
class ScoreLine:
    """One metric of the scorecard. Values are nan and changes None where there is nothing to compare."""

    metric: Metric
    series: Series
    place: int | None
    assessment: Assessment
    four_weeks: float
    week_change: Change
    year_change: Change
    target: Target | None

    @property
    def period(self) -> Period | None:
        """The newest mature and complete period."""
        return None if self.place is None else self.series.periods[self.place]

    @property
    def value(self) -> float:
        """Its value there."""
        return float("nan") if self.place is None else float(self.series.value[self.place])

    @property
    def tone(self) -> Tone:
        """bad or good for a signal, warn for a missed target, else neutral."""
        signal = self.assessment.signal
        if signal is not None and self.metric.good != "neutral":
            better = (signal.side == "above") == (self.metric.good == "up")
            return "good" if better else "bad"
        return "warn" if self.misses_target else "neutral"

    @property
    def misses_target(self) -> bool:
        """Whether the value is on the wrong side of its target."""
        return self.target is not None and self.target_gap > 0

    @property
    def target_gap(self) -> float:
        """How far the value is on the wrong side of its target (negative: on the right side)."""
        if self.target is None or not np.isfinite(self.value):
            return float("nan")
        gap = self.value - self.target.value
        return -gap if self.metric.good == "up" else gap

    @property
    def weight(self) -> float:
        """Size × importance, to order what needs attention: distance from the centre in half bands."""
        place = self.assessment.tested_index
        if place is None:
            return 0.0
        half = (self.assessment.upper[place] - self.assessment.lower[place]) / 2
        distance = abs(self.assessment.values[place] - self.assessment.centre[place])
        size = distance / half if np.isfinite(half) and half > 0 else 1.0
        return float(np.nan_to_num(size)) * self.metric.importance


def scorecard(
    reader: Reader,
    keys: Sequence[str],
    week: Period,
    filters: Filters,
    targets: Iterable[Target] = (),
    dividers: Iterable[Divider] = (),
) -> list[ScoreLine]:
    """A line per metric as of `week`, from one measure over the weeks before it."""
    weeks = reader.coverage.rules.last(week, HISTORY_WEEKS)
    return lines_over(reader, keys, weeks, filters, targets, dividers)


def lines_over(
    reader: Reader,
    keys: Sequence[str],
    periods: Sequence[Period],
    filters: Filters,
    targets: Iterable[Target] = (),
    dividers: Iterable[Divider] = (),
) -> list[ScoreLine]:
    """A line per metric over `periods`, in the order of `keys`.

    When the view is about one person, rates are measured over 13-week blocks instead: on single weeks they
    would be luck.
    """
    view = Filters(chosen=filters.chosen)
    return list(_lines_over(reader, tuple(keys), tuple(periods), view, tuple(targets), tuple(dividers)))


@remembered(24)
def _lines_over(
    reader: Reader,
    keys: tuple[str, ...],
    periods: tuple[Period, ...],
    filters: Filters,
    targets: tuple[Target, ...],
    dividers: tuple[Divider, ...],
) -> tuple[ScoreLine, ...]:
    about_person = any(dimension in PEOPLE for dimension in filters.dimensions)
    by_block = [key for key in keys if about_person and needs_block(find_metric(key))]
    found: dict[str, ScoreLine] = {}
    for chosen, over in (([key for key in keys if key not in by_block], list(periods)), (by_block, None)):
        if not chosen:
            continue
        if over is None:
            block = reader.coverage.rules.period_of(periods[-1].last_day, Grain.block)
            over = reader.coverage.rules.last(block, BLOCKS)
        measures = measure(reader, chosen, over, (), filters)
        found.update(zip(chosen, lines(measures, chosen, targets, dividers), strict=True))
    return tuple(found[key] for key in keys)


def lines_of_range(
    reader: Reader, keys: Sequence[str], span: Period, filters: Filters, targets: Iterable[Target] = ()
) -> list[ScoreLine]:
    """A line per metric for a free range of days, against the same number of days just before and a year ago.

    Its series has two periods, the range before and the range; the range is the shown one unless its
    follow-up still runs or none of its days is loaded. Never tested for a signal: limits need periods of one
    length. The number of a count has no target, since targets of counts are meant per week.
    """
    return list(_lines_of_range(reader, tuple(keys), span, Filters(chosen=filters.chosen), tuple(targets)))


@remembered(16)
def _lines_of_range(
    reader: Reader, keys: tuple[str, ...], span: Period, filters: Filters, targets: tuple[Target, ...]
) -> tuple[ScoreLine, ...]:
    measures = measure(reader, keys, (reader.coverage.rules.before(span), span), (), filters)
    year_ago = measure(reader, keys, (span_a_year_earlier(span),), (), filters)
    return tuple(_line_of_range(measures.total(key), year_ago.total(key), targets, filters) for key in keys)


def _line_of_range(
    series: Series, year_ago: Series, targets: tuple[Target, ...], filters: Filters
) -> ScoreLine:
    metric, unit = series.metric, unit_of(series.metric)
    settled = series.complete[1] if metric.is_stock else series.mature[1] or not metric.follow_up
    place = 1 if settled and series.days[1] and not series.reason else None

    def against(earlier: Series, reason: str, *, comparable: bool = True) -> Change:
        if place is None or not (comparable and series.usable[1] and earlier.usable[0]):
            return Change(None, "points" if unit == "rate" else "%", reason)
        return change(_scaled(series, 1), _scaled(earlier, 0), unit)

    target = None
    if metric.is_rate or metric.is_stock:
        target = target_for(targets, metric, filters, series.periods[1].last_day)
    return ScoreLine(
        series.metric,
        series,
        place,
        assess_series(series, np.ones(2, dtype=bool)),
        float("nan"),
        against(series, "not complete", comparable=not _moved_by_a_gap(series)[1]),
        against(year_ago, "no prior year"),
        target,
    )


def lines(
    measures: Measures, keys: Sequence[str], targets: Iterable[Target], dividers: Iterable[Divider]
) -> list[ScoreLine]:
    """The lines of a measure already made."""
    targets, dividers = list(targets), list(dividers)
    day = measures.periods[-1].last_day
    return [
        line_of(measures, series, target_for(targets, series.metric, measures.filters, day), dividers)
        for series in map(measures.total, keys)
    ]


def line_of(
    measures: Measures, series: Series, target: Target | None, dividers: Iterable[Divider] = ()
) -> ScoreLine:
    """The line of one series of a measure: the total, or one group judged exactly as the total is."""
    untested = measures.holidays | _moved_by_a_gap(series)
    starts = [divider.on_day for divider in dividers if divider.metric == series.metric.key]
    place = _newest(series)
    found = assess_series(series, untested, starts)
    if any(dimension in PEOPLE for dimension in (*measures.filters.dimensions, *measures.by)):
        found = _held(found, series, untested, starts)
    return ScoreLine(
        series.metric,
        series,
        place,
        _of_shown(found, place),
        _four_weeks(measures, series, place),
        _change_to(series, place, 1),
        _change_to(series, place, YEAR),
        target,
    )


def _of_shown(assessment: Assessment, place: int | None) -> Assessment:
    """A change is claimed of the shown period only: one without a value to test has none of an older one."""
    if place is None or assessment.tested_index in (None, place):
        return assessment
    none = np.zeros_like(assessment.signal_points)
    return replace(assessment, signal=None, signal_points=none, reason="nothing to test in the newest period")


def _held(found: Assessment, series: Series, untested: np.ndarray, starts: Sequence[dt.date]) -> Assessment:
    """A change about one person is claimed only where the period before showed it too, on the same side."""
    if found.signal is None or found.tested_index is None:
        return found
    older = np.flatnonzero(series.usable[: found.tested_index] & ~untested[: found.tested_index])
    if older.size:
        before = assess_series(series, untested, starts, through=int(older[-1]))
        if before.signal is not None and before.signal.side == found.signal.side:
            return found
    none = np.zeros_like(found.signal_points)
    return replace(found, signal=None, signal_points=none, reason=ONE_PERIOD)


def _newest(series: Series) -> int | None:
    """The period a line shows: the newest complete and mature one.

    A block of 13 weeks about a person is shown, not compared, with a few days missing: else one lost day
    would blank a person for a quarter. The days stand beside it.
    """
    if series.reason:
        return None
    if series.periods[-1].grain is Grain.block:
        enough = series.days >= ENOUGH_BLOCK_DAYS
        settled = series.mature if series.metric.follow_up else np.ones(len(series.periods), dtype=bool)
        places = np.flatnonzero(enough & settled & np.isfinite(series.n))
        return int(places[-1]) if places.size else None
    return series.newest()


def assess_series(
    series: Series, untested: np.ndarray, dividers: Sequence[dt.date] = (), through: int | None = None
) -> Assessment:
    """The control chart that suits a series, and whether its newest point is a change.

    `untested` marks periods that are drawn but not tested: holidays, and those of a stock with missing days.
    With `through` periods after that one are as if they had not been yet.
    """
    metric = series.metric
    numerators: np.ndarray | None = None
    denominators: np.ndarray | None = None
    kind: Kind = "duration"
    per = 1.0
    if metric.is_stock:
        kind = "stock"
    elif isinstance(metric.formula, Count):
        kind = "count"
    elif isinstance(metric.formula, Audited):
        kind, numerators, denominators = "ratio", series.value * series.effective_n, series.effective_n
    elif isinstance(metric.formula, Ratio) and metric.formula.spread in ("wilson", "poisson"):
        kind = "ratio" if metric.formula.spread == "wilson" else "rate"
        numerators, denominators, per = series.numerator, series.denominator, metric.formula.per
    usable = series.usable
    if isinstance(metric.formula, Agreed):  # of few cases it is indicative only, and no change is claimed
        usable &= series.n >= INDICATIVE_BELOW
    if through is not None:
        usable = usable & (np.arange(usable.size) <= through)
    return assess(
        series.value,
        kind=kind,
        numerators=numerators,
        denominators=denominators,
        usable=usable,
        holiday=untested,
        divider_index=_divided_at(series.periods, dividers) if dividers else None,
        per=per,
    )


def _divided_at(periods: Sequence[Period], dividers: Sequence[dt.date]) -> int | None:
    """The last period in which a divider falls."""
    return max(
        (
            place
            for day in dividers
            for place, period in enumerate(periods)
            if period.start <= day < period.end
        ),
        default=None,
    )


def target_for(targets: Iterable[Target], metric: Metric, filters: Filters, day: dt.date) -> Target | None:
    """The target in force on `day` for exactly this view.

    A part of the organisation without a target of its own inherits that of a rate or duration, but never
    that of a count: half the teams do not have half the backlog target.
    """
    in_force = [target for target in targets if target.metric == metric.key and target.valid_from <= day]
    own = [target for target in in_force if target.where.chosen == filters.chosen]
    if not own and metric.is_rate:
        own = [target for target in in_force if not target.where.chosen]
    return max(own, key=lambda target: target.valid_from, default=None)


def unit_of(metric: Metric) -> Unit:
    """How changes of a metric are compared: counts and durations in %, rates in points."""
    if metric.unit == "share":
        return "rate"
    if metric.unit in ("hours", "days", "mean"):
        return "duration"
    return "per_thousand" if metric.unit == "per_1000" else "count"


def _moved_by_a_gap(series: Series) -> np.ndarray:
    """Periods over which a stock changed also because days of them were never loaded."""
    if not series.metric.is_stock:
        return np.zeros(len(series.periods), dtype=bool)
    return series.days < np.array([period.days for period in series.periods])


def _change_to(series: Series, place: int | None, back: int) -> Change:
    unit = unit_of(series.metric)
    gap = place is not None and back == 1 and bool(_moved_by_a_gap(series)[place])
    if back == YEAR and series.periods[0].grain is Grain.block:
        back = 4
    if place is None or place < back or not series.usable[place - back] or gap:
        reason = "no prior year" if back > 1 else "no complete week before"
        return Change(None, "points" if unit == "rate" else "%", reason)
    return change(_scaled(series, place), _scaled(series, place - back), unit)


def _scaled(series: Series, place: int) -> float | None:
    value = float(series.value[place])
    return value if np.isfinite(value) else None


def _four_weeks(measures: Measures, series: Series, place: int | None) -> float:
    if place is None or place < 3 or series.reason or series.periods[0].grain is Grain.block:
        return float("nan")
    weeks, minimum = range(place - 3, place + 1), measures.minimum(series.group)
    return pooled_value(series.metric, measures.parts, series, weeks, series.places, minimum)
