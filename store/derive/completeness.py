"""How far each table goes, which of its days are complete, and which source columns hold anything."""

from __future__ import annotations

import datetime as dt

from store.derive.clocks import DERIVED_FROM, EVENT_CLOCKS, is_day, last_covered_day
from store.derive.workbench import Workbench, moment_sql, text_sql, together
from store.schema import source_columns, source_tables
from store.zones import utc_midnight

_USUAL_ROWS = 5  # METRICS rule 5: below this a day without rows is no sign of missing data
_FEWEST_WEEKS = 4  # of the eight before, so that a young store is judged too, but not by one week


def write(bench: Workbench) -> None:
    """Fill `final.loaded_days`, `final.data_through` and `final.supplied_columns`."""
    for table_name in EVENT_CLOCKS:
        if table_name in bench.through:
            _write_days(bench, table_name)
    for derived, origin in DERIVED_FROM.items():
        for name in ("loaded_days", "data_through"):
            bench.run(f"""
                insert into final.{name} select '{derived}', * exclude (table_name)
                from final.{name} where table_name = '{origin}'""")
    _write_activity(bench)
    with together(bench.connection):
        _write_supplied_columns(bench)


def _write_supplied_columns(bench: Workbench) -> None:
    for table in source_tables():
        names = [column.name for column in source_columns(table)]
        counts = bench.connection.execute(
            f'select {", ".join(f"""count("{name}")""" for name in names)} from src."{table.name}"'
        ).fetchone()
        assert counts is not None
        rows = ", ".join(
            f"('{table.name}', '{name}', {count})" for name, count in zip(names, counts, strict=True)
        )
        bench.run(f"insert into final.supplied_columns values {rows}")


def _write_activity(bench: Workbench) -> None:
    """Months of activity cover every one of their days; there is no day that could be missing."""
    row = bench.connection.execute(
        "select min(active_on), max(active_on) from final.seller_activity"
    ).fetchone()
    if row is None or row[1] is None:
        return
    zone = bench.settings.organisation.time_zone
    ends = utc_midnight(row[1] + dt.timedelta(days=1), zone) - dt.timedelta(seconds=1)
    bench.run(
        "insert into final.data_through values ('seller_activity', ?, ?, ?)",
        [row[0], row[1], min([ends, *bench.through.values()])],
    )


def _write_days(bench: Workbench, table_name: str) -> None:
    through = bench.through[table_name]
    last = last_covered_day(through, bench.settings.organisation.time_zone)
    name = text_sql(table_name)
    happened = " union all ".join(
        f"select {clock if is_day(table_name, clock) else f'business_date({clock})'} as on_day "
        f'from src."{table_name}" where "{clock}" is not null'
        for clock in EVENT_CLOCKS[table_name]
    )
    bench.run(f"""
        create or replace table scratch.day_rows as
        select on_day, count(*) as rows from ({happened}) group by on_day""")
    bench.run(f"""
        insert into final.data_through
        select {name}, least((select min(on_day) from scratch.day_rows),
                             (select min(business_date(first_at)) from src.supplied_through
                              where table_name = {name} and first_at is not null)),
               date '{last}', {moment_sql(through)}""")
    # A week of the same weekdays before: the median of up to eight of them says what is usual.
    bench.run(f"""
        insert into final.loaded_days
        with days as (
            select unnest(generate_series(first_day, business_date(through_at), interval 1 day))::date
                       as on_day
            from final.data_through where table_name = {name}
        ), counted as (
            select days.on_day, coalesce(r.rows, 0) as rows
            from days left join scratch.day_rows r using (on_day)
        ), usual as (
            select on_day, rows, median(rows) over before as usual_rows, count(*) over before as weeks
            from counted
            window before as (partition by isodow(on_day) order by on_day
                              rows between 8 preceding and 1 preceding)
        ), said as (
            select on_day, first(coalesce(why, 'the import says so')) as why
            from src.incomplete_days where table_name = {name} group by on_day
        ), judged as (
            select on_day, rows, case
                when said.why is not null then said.why
                when on_day > date '{last}' then 'the data end during this day'
                when rows = 0 and weeks >= {_FEWEST_WEEKS} and usual_rows >= {_USUAL_ROWS}
                then 'no row at all, usually about ' || round(usual_rows)::integer
            end as why
            from usual left join said using (on_day)
        )
        select {name}, on_day, rows, why is null, why from judged order by on_day""")
