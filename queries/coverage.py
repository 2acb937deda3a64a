"""How far and how completely each fact table is loaded: complete days, newest week, freshness."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select

from queries.scope import open_scope
from queries.time import DAY, Grain, Period, TimeRules
from store.facts import Facts

Bools = NDArray[np.bool_]
Integers = NDArray[np.int64]


class Loaded(NamedTuple):
    """One fact table: its first and last complete day, the moment it is known up to, and its broken days."""

    first_day: dt.date
    last_day: dt.date
    through_at: dt.datetime
    incomplete: dict[dt.date, str]


@dataclass(frozen=True, eq=False)
class Coverage:
    """Completeness of a store version, with its time rules; one coverage equals itself alone."""

    rules: TimeRules
    zone: ZoneInfo
    tables: dict[str, Loaded]
    known_columns: frozenset[str]
    loaded_at: dt.datetime | None
    holidays: frozenset[dt.date] = field(default=frozenset())

    def loaded(self, facts: Iterable[str]) -> Loaded | None:
        """What several tables cover together: latest first day, oldest end; None when one is missing."""
        tables = [self.tables.get(_main_table(name)) for name in facts]
        present = [table for table in tables if table is not None]
        if not present or len(present) < len(tables):
            return None
        broken: dict[dt.date, str] = {}
        for table in present:
            broken.update(table.incomplete)
        return Loaded(
            max(table.first_day for table in present),
            min(table.last_day for table in present),
            min(table.through_at for table in present),
            broken,
        )

    def days(self) -> Period | None:
        """All days loaded of any table, as a range; None in an empty store."""
        if not self.tables:
            return None
        first = min(table.first_day for table in self.tables.values())
        last = max(table.last_day for table in self.tables.values())
        return Period(first, last + DAY, Grain.range)

    def newest_week(self) -> Period | None:
        """The newest closed week of the main fact; the page opens on it. None in an empty store."""
        loaded = self.tables.get("escalations") or next(iter(self.tables.values()), None)
        if loaded is None:
            return None
        week = self.rules.week_of(loaded.last_day)
        return week if week.last_day <= loaded.last_day else self.rules.before(week)

    @cached_property
    def weeks(self) -> tuple[Period, ...]:
        """All weeks that can be chosen, newest first."""
        newest = self.newest_week()
        if newest is None:
            return ()
        first = min(table.first_day for table in self.tables.values())
        return tuple(self.rules.between(min(first, newest.start), newest.start, Grain.week)[::-1])

    def days_loaded(self, facts: Iterable[str], periods: Sequence[Period]) -> Integers:
        """Complete days per period."""
        loaded = self.loaded(facts)
        if loaded is None:
            return np.zeros(len(periods), dtype=np.int64)
        first, end = (np.array(days, dtype=np.int64) for days in _ordinals(tuple(periods)))
        first = np.maximum(first, loaded.first_day.toordinal())
        end = np.maximum(first, np.minimum(end, loaded.last_day.toordinal() + 1))
        broken = np.sort([day.toordinal() for day in loaded.incomplete])
        return end - first - (np.searchsorted(broken, end) - np.searchsorted(broken, first))

    def holiday_periods(self, periods: Sequence[Period]) -> Bools:
        """Weeks and days with a holiday of the default calendar: drawn, not tested."""
        return np.array(
            [
                period.grain in (Grain.day, Grain.week)
                and any(period.start + offset * DAY in self.holidays for offset in range(period.days))
                for period in periods
            ],
            dtype=bool,
        )

    def local(self, at: dt.datetime) -> dt.datetime:
        """A stored UTC moment as the organisation's wall clock reads it."""
        return at.replace(tzinfo=dt.UTC).astimezone(self.zone)

    def end_of(self, period: Period, fact: str = "escalations") -> dt.datetime:
        """The UTC instant a period ends, or the data of `fact` if it ends first."""
        loaded, end = self.loaded((fact,)), self.moment(period.end)
        return end if loaded is None else min(end, loaded.through_at)

    def moment(self, day: dt.date) -> dt.datetime:
        """The UTC instant at which a business day begins."""
        local = dt.datetime.combine(day, dt.time(), self.zone)
        return local.astimezone(dt.UTC).replace(tzinfo=None)


@lru_cache(maxsize=256)
def _ordinals(periods: tuple[Period, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """First days and ends as numbers of days."""
    return (
        tuple(period.start.toordinal() for period in periods),
        tuple(period.end.toordinal() for period in periods),
    )


def _main_table(name: str) -> str:
    """Derived tables are as complete as the table they come from."""
    return {"case_flow": "escalations", "partner_waits": "escalations"}.get(name, name)


def read_coverage(facts: Facts, needed_columns: Iterable[str]) -> Coverage:
    """Coverage of a store version; `needed_columns` are probed for holding any value at all."""
    scope = open_scope()
    through = scope.table("data_through")
    ends = scope.read(facts, select(through)).to_pylist()
    days = scope.table("loaded_days")
    broken = scope.read(
        facts, select(days.c.table_name, days.c.on_day, days.c.why).where(days.c.complete.is_(False))
    ).to_pylist()
    tables = {
        row["table_name"]: Loaded(
            row["first_day"],
            row["last_day"],
            row["through_at"],
            {
                item["on_day"]: item["why"] or "no rows although this weekday usually has some"
                for item in broken
                if item["table_name"] == row["table_name"]
            },
        )
        for row in ends
        if row["first_day"] is not None and row["last_day"] is not None
    }
    info = scope.table("store_info")
    built = scope.read(facts, select(info.c.built_at)).to_pylist()
    organisation = facts.settings.organisation
    calendar = facts.settings.calendar_for(None)
    return Coverage(
        TimeRules.of(organisation),
        ZoneInfo(organisation.time_zone),
        tables,
        known_columns(facts, needed_columns),
        built[0]["built_at"] if built else None,
        frozenset(calendar.holidays) if calendar else frozenset(),
    )


def known_columns(facts: Facts, columns: Iterable[str]) -> frozenset[str]:
    """Those "table.column" names that hold at least one value, found in one statement."""
    scope = open_scope()
    wanted = sorted(set(columns))
    if not wanted:
        return frozenset()
    probes = []
    for place, name in enumerate(wanted):
        table_name, _, column_name = name.partition(".")
        table = scope.table(table_name)
        found = select(table.c[column_name]).where(table.c[column_name].is_not(None)).limit(1).subquery()
        probes.append(select(func.count()).select_from(found).scalar_subquery().label(f"c{place}"))
    row = scope.read(facts, select(*probes)).to_pylist()[0]
    return frozenset(name for place, name in enumerate(wanted) if row[f"c{place}"])
