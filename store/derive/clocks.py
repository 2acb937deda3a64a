"""Business dates and how far each source table goes.

A business date is the date of a moment in the organisation's zone. Zone rules are turned into a CASE over
the few changes of offset in the data: eleven times faster than asking ICU per row, and the same tzdata as
the calendars use.
"""

from __future__ import annotations

import datetime as dt

from store.derive.workbench import Workbench, moment_sql
from store.schema import fact, source_columns, source_tables
from store.zones import local_date, offset_changes, utc_midnight

# The moments or days on which something happened, by source table: they say how far a table goes and on
# which days it was loaded. Due times are promises, not events, so they are not among them.
EVENT_CLOCKS: dict[str, tuple[str, ...]] = {
    "escalations": ("opened_at", "first_response_at", "resolved_at"),
    "escalation_events": ("starts_at", "ends_at"),
    "investigations": ("opened_at", "closed_at"),
    "enforcements": ("enforced_at", "reversed_at"),
    "appeals": ("submitted_at", "decided_at"),
    "reviews": ("selected_at", "reviewed_at"),
    "surveys": ("sent_at", "answered_at"),
    "work_items": ("worked_on",),
    "work_days": ("worked_on",),
    "gmv_daily": ("on_day",),
}
# Derived tables go as far as the table they are derived from.
DERIVED_FROM = {
    "partner_waits": "escalations",
    "case_flow": "escalations",
    "staff_flow": "work_days",
    "work_pace": "work_days",
    "cover_days": "work_days",
    "account_blocks": "enforcements",
    "block_flow": "enforcements",
}
_BEFORE = dt.timedelta(days=400)
_AFTER = dt.timedelta(days=5 * 366)  # due times and follow-ups reach beyond the last event
_EARLIEST, _LATEST = dt.datetime(1, 1, 3), dt.datetime(9999, 12, 29)


def is_day(table_name: str, column_name: str) -> bool:
    """Whether a clock is a calendar date already."""
    return type(fact(table_name).columns[column_name].type).__name__ == "Date"


def prepare(bench: Workbench) -> None:
    """Fill `bench.through` and define the macros `business_date`, `week_of`, `month_of` and `bucket`."""
    zone = bench.settings.organisation.time_zone
    earliest, latest = _LATEST, _EARLIEST
    for table in source_tables():
        for column in source_columns(table):
            if type(column.type).__name__ == "DateTime":
                first, last = _extent(bench, f"src.{table.name}", column.name)
                earliest, latest = min(earliest, first or earliest), max(latest, last or latest)
    bench.through = _through(bench, zone)
    earliest, latest = min([earliest, *bench.through.values()]), max([latest, *bench.through.values()])
    if earliest > latest:
        earliest = latest = dt.datetime(2000, 1, 1)
    first_moment = max(earliest, _EARLIEST + _BEFORE) - _BEFORE
    last_moment = min(latest, _LATEST - _AFTER) + _AFTER
    _define_macros(bench, zone, first_moment, last_moment)


def local_sql(moment: str) -> str:
    """The wall-clock moment in the organisation's zone."""
    return f"local_time({moment})"


def business_columns(clock: str, moment: str) -> str:
    """The select items `<clock>_on` and `<clock>_week` of a moment."""
    return f'business_date({moment}) as "{clock}_on", week_of(business_date({moment})) as "{clock}_week"'


def _define_macros(bench: Workbench, zone: str, first: dt.datetime, last: dt.datetime) -> None:
    changes = offset_changes(zone, first, last)
    newest_first = " ".join(
        f"when m >= {moment_sql(change.at)} then {_interval(change.offset)}" for change in changes[:0:-1]
    )
    shift = _interval(changes[0].offset)
    if newest_first:
        shift = f"case {newest_first} else {shift} end"
    start = bench.settings.organisation.week_start
    bench.run(f"create or replace temp macro local_time(m) as m + {shift}")
    bench.run("create or replace temp macro business_date(m) as cast(local_time(m) as date)")
    bench.run(
        "create or replace temp macro week_of(d) as "
        f"cast(d - ((isodow(d) - 1 - {start} + 7) % 7)::integer as date)"
    )
    bench.run("create or replace temp macro month_of(d) as cast(date_trunc('month', d) as date)")
    bench.run(
        "create or replace temp macro bucket(h) as "
        "case when h <= 1 / 60::double then -9999 else floor(ln(h) / ln(1.02::double))::integer end"
    )


def _interval(offset: dt.timedelta) -> str:
    return f"to_seconds({int(offset.total_seconds())})"


def _extent(bench: Workbench, table: str, column: str) -> tuple[dt.datetime | None, dt.datetime | None]:
    row = bench.connection.execute(f'select min("{column}"), max("{column}") from {table}').fetchone()
    assert row is not None
    return row


def _through(bench: Workbench, zone: str) -> dict[str, dt.datetime]:
    """What the imports say, else the latest event of the table; a day counts to its end."""
    supplied = dict(
        bench.connection.execute(
            "select table_name, max(through_at) from src.supplied_through "
            "where through_at is not null group by table_name"
        ).fetchall()
    )
    through: dict[str, dt.datetime] = {}
    for table_name, clocks in EVENT_CLOCKS.items():
        latest = supplied.get(table_name)
        if latest is None:
            for clock in clocks:
                last = _extent(bench, f"src.{table_name}", clock)[1]
                if last is not None and is_day(table_name, clock):
                    last = utc_midnight(last + dt.timedelta(days=1), zone) - dt.timedelta(seconds=1)
                latest = max((at for at in (latest, last) if at is not None), default=None)
        if latest is not None:
            through[table_name] = latest
    for derived, origin in DERIVED_FROM.items():
        if origin in through:
            through[derived] = through[origin]
    return through


def last_covered_day(through_at: dt.datetime, zone: str) -> dt.date:
    """The last business day that is over at `through_at`; a minute short of midnight counts as over."""
    return local_date(through_at + dt.timedelta(minutes=1), zone) - dt.timedelta(days=1)
