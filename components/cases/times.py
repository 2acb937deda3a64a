"""Moments as the organisation's clocks show them. The store keeps UTC; a screen never shows it."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from components import numbers
from components.numbers import NBSP


def local(moment: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """A moment (naive UTC) on the clocks of the zone, without zone."""
    return moment.replace(tzinfo=dt.UTC).astimezone(zone).replace(tzinfo=None)


def moment_text(moment: dt.datetime | None, zone: ZoneInfo, *, weekday: bool = False) -> str:
    """As "20 Nov 2026 14:05", with `weekday` "Fri 20 Nov 2026 14:05"; "–" for none."""
    if moment is None:
        return numbers.MISSING
    at = local(moment, zone)
    day = f"{numbers.weekday(at)}{NBSP}{at.year}" if weekday else numbers.full_date(at)
    return f"{day}{NBSP}{at:%H:%M}"
