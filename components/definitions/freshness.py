"""Is the data fresh and complete? How far each table goes, and its days."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from components import numbers
from components.cases.times import moment_text
from components.charts import day_strip
from components.definitions.tables import table_words
from components.figure import figure, rows_behind
from components.numbers import MISSING, NBSP
from components.tables import Cell, Column, small_table
from components.theme import Status, note, section, subtitle
from components.view import View
from queries import health
from queries.coverage import Coverage, Loaded

WEEKS_DRAWN = 26


def freshness(view: View) -> None:
    """The section: a line per table, the days of one of them, and every incomplete day with its reason."""
    coverage = view.reader.coverage
    broken = len({day for loaded in coverage.tables.values() for day in loaded.incomplete})
    late = _days_late(coverage)
    answer = "Up to date" if late <= 0 else f"{late:,}{NBSP}days late"
    days = "day is" if broken == 1 else "days are"
    rest = f"but {broken} {days} incomplete." if broken else "and no day is incomplete."
    section("Is the data fresh and complete?", f"{answer},", rest)
    _tables(view, coverage)
    _days(view, coverage)


def _days_late(coverage: Coverage, table: Loaded | None = None) -> int:
    """Days between the last closed week on today's calendar and the last complete day."""
    loaded = table or coverage.loaded(("escalations",))
    if loaded is None:
        return 0
    today = dt.datetime.now(coverage.zone).date()
    return (coverage.rules.week_of(today).start - dt.timedelta(days=1) - loaded.last_day).days


def _tables(view: View, coverage: Coverage) -> None:
    rows: list[list[Cell]] = []
    for name, loaded in coverage.tables.items():
        late = _days_late(coverage, loaded)
        state = (
            Status(f"{late:,}{NBSP}d late", "warn")
            if late > 0
            else Status(f"{len(loaded.incomplete)} incomplete", "warn")
            if loaded.incomplete
            else Status("Complete")
        )
        rows.append(
            [
                table_words(name),
                numbers.full_date(loaded.first_day),
                numbers.full_date(loaded.last_day),
                moment_text(loaded.through_at, coverage.zone),
                numbers.count(len(loaded.incomplete)),
                state,
            ]
        )
    heads = [
        Column("Table"),
        Column("First day"),
        Column("Last complete day"),
        Column(f"Known up to ({coverage.zone.key})"),
        Column("Incomplete days", "right"),
        Column("State"),
    ]
    small_table(heads, rows, f"{len(rows)} tables and how far each is loaded")


def _days(view: View, coverage: Coverage) -> None:
    """The days of one table as a calendar, and the incomplete ones with their reasons."""
    tables = list(coverage.tables)
    if not tables:
        return
    chosen = st.selectbox("Days of", tables, format_func=table_words, key="health-table", width=300)
    records = health.loaded_days(view.reader, chosen).to_pylist()
    broken = coverage.tables[chosen].incomplete
    first = view.week.end - WEEKS_DRAWN * dt.timedelta(days=7)
    newest = max((record["on_day"] for record in records), default=first)
    first = max(min(first, newest), newest - dt.timedelta(days=7 * WEEKS_DRAWN - 1))
    first = coverage.rules.week_of(first).start
    days = [
        day_strip.Day(record["on_day"], record["rows"] or 0, broken.get(record["on_day"], ""))
        for record in records
        if record["on_day"] >= first
    ]
    missing = [day for day in days if day.missing]
    title = f"{table_words(chosen)}: rows per day, the last {WEEKS_DRAWN} weeks"
    figure(
        day_strip.table(days, coverage.rules.week_start),
        day_strip.SPEC,
        alt=f"{title}; {len(missing)} of {len(days)} days incomplete",
        key="health-days",
        title=title,
        remark="Stronger shade: more rows. Dashed: incomplete, so its week takes no part in comparisons. "
        "A day counts as incomplete when the source says so, or when it has no row although its weekday "
        "usually has five or more.",
    )
    rows_behind(
        [Column("Day"), Column("Rows", "right"), Column("State")],
        [(numbers.weekday(d.day), numbers.count(d.rows), d.missing or "Complete") for d in days],
        [(d.day.isoformat(), d.rows, d.missing or "complete") for d in days],
        "health-days",
        f"days-{chosen}",
        title,
    )
    if not broken:
        note("No day of this table is incomplete.")
        return
    subtitle("Incomplete days, newest first")
    by_day = {record["on_day"]: record["rows"] for record in records}
    lines = [
        (numbers.weekday(day) + f" {day.year}", numbers.count(by_day[day]) if day in by_day else MISSING, why)
        for day, why in sorted(broken.items(), reverse=True)
    ]
    small_table(
        [Column("Day"), Column("Rows loaded", "right"), Column("Why")], lines, f"{len(lines)} incomplete days"
    )
