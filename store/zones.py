"""Offsets of a time zone as plain numbers, so that SQL and Python share one set of rules."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class OffsetChange:
    """From this UTC moment on, local time is UTC + `offset`."""

    at: dt.datetime
    offset: dt.timedelta


def offset_changes(zone_name: str, first: dt.datetime, last: dt.datetime) -> list[OffsetChange]:
    """The offset at `first` and every change after it up to `last` (naive UTC), oldest first."""
    zone = ZoneInfo(zone_name)
    changes = [OffsetChange(first, _offset(zone, first))]
    at = first
    while at < last:
        later = min(at + dt.timedelta(days=1), last)
        if _offset(zone, later) != changes[-1].offset:
            changes.append(_change_between(zone, at, later))
        at = later
    return changes


def utc_midnight(on_day: dt.date, zone_name: str) -> dt.datetime:
    """The UTC moment (naive) at which `on_day` begins in the zone."""
    local = dt.datetime.combine(on_day, dt.time(), ZoneInfo(zone_name))
    return local.astimezone(dt.UTC).replace(tzinfo=None)


def local_date(at: dt.datetime, zone_name: str) -> dt.date:
    """The date in the zone of a naive UTC moment."""
    return at.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone_name)).date()


def _offset(zone: ZoneInfo, at: dt.datetime) -> dt.timedelta:
    offset = at.replace(tzinfo=dt.UTC).astimezone(zone).utcoffset()
    assert offset is not None
    return offset


def _change_between(zone: ZoneInfo, before: dt.datetime, after: dt.datetime) -> OffsetChange:
    old = _offset(zone, before)
    while after - before > dt.timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle <= before:
            middle = before + dt.timedelta(seconds=1)
        before, after = (middle, after) if _offset(zone, middle) == old else (before, middle)
    return OffsetChange(after.replace(microsecond=0), _offset(zone, after))
