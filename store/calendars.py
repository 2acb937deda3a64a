"""Business-time arithmetic: hours that count only while a calendar is open.

A calendar becomes a `Timeline`: its open intervals in UTC with the open time elapsed before each. Every
question is then a lookup on a monotone, piecewise linear function, exact to the microsecond and vectorised.
Daylight saving is handled once, when local opening times are turned into UTC.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import ArrayLike, NDArray

from store.settings import BusinessCalendar

Moments = NDArray[np.datetime64]
HOUR = 3_600_000_000  # microseconds
_NEVER = np.iinfo(np.int64).max // 4  # position of a pause that has not ended
_FIRST_SPAN_DAYS = 366
_LAST_YEAR = 9990


@dataclass(frozen=True)
class Pauses:
    """Half-open intervals in which a clock stands still.

    `rows` holds the index of the start each pause belongs to; `stops` is NaT while a pause lasts.
    All three have the same length.
    """

    rows: NDArray[np.int64]
    starts: Moments
    stops: Moments


@dataclass(frozen=True)
class Timeline:
    """Open intervals [opens, closes), sorted and disjoint, and the open time before each (µs UTC)."""

    opens: NDArray[np.int64]
    closes: NDArray[np.int64]
    before: NDArray[np.int64]

    @property
    def total(self) -> int:
        """Open microseconds of the whole timeline."""
        return int(self.before[-1] + self.closes[-1] - self.opens[-1])

    def position(self, at: NDArray[np.int64]) -> NDArray[np.int64]:
        """Open microseconds elapsed from the timeline's beginning to each moment."""
        interval = np.maximum(np.searchsorted(self.opens, at, side="right") - 1, 0)
        inside = np.clip(at, self.opens[interval], self.closes[interval]) - self.opens[interval]
        return np.asarray(self.before[interval] + inside)

    def moment(self, position: NDArray[np.int64]) -> NDArray[np.int64]:
        """The earliest moment at which `position` microseconds have been open."""
        interval = np.maximum(np.searchsorted(self.before, position, side="left") - 1, 0)
        return np.asarray(self.opens[interval] + position - self.before[interval])


def add_business_hours(starts: ArrayLike, hours: ArrayLike, calendar: BusinessCalendar | None) -> Moments:
    """The earliest moments at which `hours` business hours have passed since `starts`.

    `starts` are UTC datetime64 (NaT gives NaT), `hours` are >= 0 and broadcast against them. Without a
    calendar the clock runs round the clock. Eight hours from opening end at closing, not at the next opening.
    """
    no_pauses = Pauses(np.empty(0, np.int64), _moments([]), _moments([]))
    return add_business_hours_with_pauses(starts, hours, calendar, no_pauses)


def add_business_hours_with_pauses(
    starts: ArrayLike, hours: ArrayLike, calendar: BusinessCalendar | None, pauses: Pauses
) -> Moments:
    """As `add_business_hours`, but time inside the union of a row's pauses does not count.

    A row whose clock stands in a pause that has not ended gets NaT: while paused nothing is due.
    """
    began = _moments(starts)
    wanted = np.broadcast_to(np.rint(np.asarray(hours, float) * HOUR), began.shape)
    known = ~np.isnat(began) & ~np.isnan(wanted)
    due = np.full(began.shape, np.datetime64("NaT", "us"))
    if not known.any():
        return due
    at, micros = began[known].astype(np.int64), wanted[known].astype(np.int64)
    compact = np.full(began.shape, -1, np.int64)
    compact[known] = np.arange(len(at))
    rows = compact[pauses.rows]
    of_known = rows >= 0
    rows, paused_at, paused_to = rows[of_known], pauses.starts[of_known], pauses.stops[of_known]
    if calendar is None:
        end = moments = _push(at, at + micros, rows, _ints(paused_at), _ints(paused_to))
        finished = end < _NEVER
    else:
        last = max(int(at.max()), int(_ints(paused_to).max(initial=0)))
        timeline = _timeline(calendar, int(at.min()), last)
        start = timeline.position(at)
        stop = np.where(np.isnat(paused_to), _NEVER, timeline.position(_ints(paused_to)))
        end = _push(start, start + micros, rows, timeline.position(_ints(paused_at)), stop)
        reached = end[end < _NEVER]
        while len(reached) and timeline.total < reached.max() and _year(last) < _LAST_YEAR:
            missing_days = int((reached.max() - timeline.total) / (HOUR * 24)) + _FIRST_SPAN_DAYS
            last += missing_days * 24 * HOUR
            timeline = _timeline(calendar, int(at.min()), last)
        moments = np.maximum(timeline.moment(np.minimum(end, timeline.total)), at)
        finished = end <= timeline.total
    slots = np.flatnonzero(known)
    due[slots[finished]] = moments[finished].astype("datetime64[us]")
    return due


def business_hours_between(
    starts: ArrayLike, stops: ArrayLike, calendar: BusinessCalendar | None
) -> NDArray[np.float64]:
    """Business hours in [start, stop); negative where stop comes first, NaN where either is NaT."""
    began, ended = np.broadcast_arrays(_moments(starts), _moments(stops))
    known = ~(np.isnat(began) | np.isnat(ended))
    hours = np.full(began.shape, np.nan)
    if not known.any():
        return hours
    first, second = began[known].astype(np.int64), ended[known].astype(np.int64)
    if calendar is None:
        elapsed = second - first
    else:
        bounds = np.concatenate([first, second])
        timeline = _timeline(calendar, int(bounds.min()), int(bounds.max()))
        elapsed = timeline.position(second) - timeline.position(first)
    hours[known] = elapsed / HOUR
    return hours


def open_intervals(
    calendar: BusinessCalendar, first: dt.date, last: dt.date
) -> list[tuple[dt.datetime, dt.datetime]]:
    """UTC opening and closing moments of the local days `first` to `last`, days without hours left out.

    Local times that clocks skip or repeat follow RFC 5545 section 3.3.5: a skipped time takes the offset
    before the gap; a repeated opening is its first, a repeated closing its last occurrence.
    """
    zone = ZoneInfo(calendar.time_zone)
    weekdays = set(calendar.weekday_numbers)
    intervals = []
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        on_day = dt.date.fromordinal(ordinal)
        if on_day.weekday() not in weekdays or on_day in calendar.holidays:
            continue
        opens = _utc(on_day, calendar.opens_minute, zone, last=False)
        closes = _utc(on_day, calendar.closes_minute, zone, last=calendar.closes_minute < 1440)
        if opens < closes:
            intervals.append((opens, closes))
    return intervals


def _utc(on_day: dt.date, minute: int, zone: ZoneInfo, *, last: bool) -> dt.datetime:
    local = dt.datetime.combine(on_day, dt.time()) + dt.timedelta(minutes=minute)
    moments = [
        (local.replace(tzinfo=zone, fold=fold)).astimezone(dt.UTC).replace(tzinfo=None) for fold in (0, 1)
    ]
    return max(moments) if last else moments[0]


def _timeline(calendar: BusinessCalendar, first: int, last: int) -> Timeline:
    """The timeline covering [first, last] (µs UTC), in whole years so that it can be reused."""
    first_year = _year(first - 2 * 24 * HOUR)
    return _timeline_of_years(
        calendar.model_dump_json(), max(first_year, 1), min(_year(last) + 1, _LAST_YEAR)
    )


def _year(micros: int) -> int:
    return int(np.datetime64(micros, "us").astype("datetime64[Y]").astype(int)) + 1970


@lru_cache(maxsize=64)
def _timeline_of_years(calendar_json: str, first_year: int, last_year: int) -> Timeline:
    calendar = BusinessCalendar.model_validate_json(calendar_json)
    intervals = open_intervals(calendar, dt.date(first_year, 1, 1), dt.date(last_year, 12, 31))
    edges = np.array(intervals, dtype="datetime64[us]").astype(np.int64)
    lengths = edges[:, 1] - edges[:, 0]
    return Timeline(edges[:, 0], edges[:, 1], np.concatenate([[0], np.cumsum(lengths)[:-1]]))


def _push(
    start: NDArray[np.int64],
    due: NDArray[np.int64],
    rows: NDArray[np.int64],
    paused_at: NDArray[np.int64],
    paused_to: NDArray[np.int64],
) -> NDArray[np.int64]:
    """`due` positions moved by the union of pauses that begin before them; >= _NEVER while paused.

    Works on the k-th pause of all rows at once, so the loop runs as often as the most-paused row has pauses.
    """
    if not len(rows):
        return due
    paused_to = np.where(paused_to == np.iinfo(np.int64).min, _NEVER, paused_to)
    order = np.lexsort((paused_at, rows))
    rows, paused_at, paused_to = rows[order], paused_at[order], paused_to[order]
    fresh = np.concatenate([[True], rows[1:] != rows[:-1]])
    first_of_row = np.flatnonzero(fresh)
    rank = np.arange(len(rows)) - first_of_row[np.cumsum(fresh) - 1]
    due, covered = due.copy(), start.copy()
    by_rank = np.argsort(rank, kind="stable")
    for picked in np.split(by_rank, np.cumsum(np.bincount(rank))[:-1]):
        row = rows[picked]
        began = np.maximum(paused_at[picked], covered[row])
        length = np.where(began < due[row], np.maximum(paused_to[picked] - began, 0), 0)
        due[row] = np.minimum(due[row] + length, _NEVER)
        covered[row] = np.maximum(covered[row], paused_to[picked])
    return due


def _moments(values: ArrayLike) -> Moments:
    return np.asarray(values, dtype="datetime64[us]")


def _ints(moments: Moments) -> NDArray[np.int64]:
    return moments.astype(np.int64)
