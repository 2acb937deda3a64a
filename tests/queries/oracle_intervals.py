"""Half-open intervals of the second computation: opening hours, pauses, waits, owners."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

HOUR = dt.timedelta(hours=1)
Interval = tuple[dt.datetime, dt.datetime]
Row = dict[str, Any]
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def first(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def owners(transfers: Sequence[Row]) -> list[str]:
    """Owning teams in order, one after the other never the same."""
    if not transfers:
        return []
    named = [transfers[0]["from_team"], *(transfer["to_team"] for transfer in transfers)]
    path: list[str] = []
    for team in named:
        if team is not None and (not path or path[-1] != team):
            path.append(team)
    return path


def open_on(calendar: Row, zone: ZoneInfo, day: dt.date) -> list[Interval]:
    """Opening hours of a local day in UTC."""
    workdays = calendar.get("workdays", list(WEEKDAYS[:5]))
    holidays = {str(holiday) for holiday in calendar.get("holidays", {})}
    if WEEKDAYS[day.weekday()] not in workdays or str(day) in holidays:
        return []
    return [(at(day, calendar["opens"], zone), at(day, calendar["closes"], zone))]


def at(day: dt.date, clock: str, zone: ZoneInfo) -> dt.datetime:
    hours, minutes = (int(part) for part in clock.split(":"))
    day, hours = (day + dt.timedelta(days=1), 0) if hours == 24 else (day, hours)
    return dt.datetime.combine(day, dt.time(hours, minutes), zone).astimezone(dt.UTC).replace(tzinfo=None)


def minus(spans: list[Interval], pauses: list[tuple[dt.datetime, dt.datetime | None]]) -> list[Interval]:
    """What is left of the spans outside every pause."""
    for start, stop in pauses:
        left = []
        for begins, ends in spans:
            left.append((begins, min(ends, start)))
            if stop is not None:
                left.append((max(begins, stop), ends))
        spans = [(begins, ends) for begins, ends in left if begins < ends]
    return sorted(spans)


def inside(event: Row, cycle: Row) -> Interval:
    """An event cut to its cycle, and to what is known while the cycle is open."""
    begins = min(max(event["starts_at"], cycle["opened_at"]), cycle["stop_at"])
    ends = min(first(event["ends_at"], cycle["stop_at"]), cycle["stop_at"])
    return begins, max(begins, ends)


def split_equally(waits: list[tuple[str, dt.datetime, dt.datetime]]) -> list[float]:
    """Hours of each wait when every instant is shared by the partners waited on, then by their waits."""
    edges = sorted({edge for _, begins, ends in waits for edge in (begins, ends)})
    hours = [0.0] * len(waits)
    for start, stop in itertools.pairwise(edges):
        active = [i for i, (_, begins, ends) in enumerate(waits) if begins <= start and stop <= ends]
        partners = {waits[i][0] for i in active}
        for i in active:
            own = sum(waits[j][0] == waits[i][0] for j in active)
            hours[i] += (stop - start) / HOUR / len(partners) / own
    return hours


def length(spans: list[Interval]) -> dt.timedelta:
    """Length of the union."""
    total, reached = dt.timedelta(0), dt.datetime.min
    for begins, ends in sorted(spans):
        total += max(ends - max(begins, reached), dt.timedelta(0))
        reached = max(reached, ends)
    return total
