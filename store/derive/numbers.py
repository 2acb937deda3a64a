"""Where rows stand by the numbers in them, and how the numbers of cases are written."""

from __future__ import annotations

from store.derive.workbench import Workbench
from store.schema import fact
from store.schema.numbers import NUMBERED, SHAPED, Numbered

MOST_SHAPES = 1_000
"""Of numbers written in more ways it would cost more to keep the ways than to look through the numbers."""


def write(bench: Workbench) -> None:
    """Fill `final.case_numbers` and `final.number_shapes` from the final tables of the facts."""
    for numbered in sorted(NUMBERED):
        bench.run(f'insert into final.case_numbers by name {_days(numbered)} order by "number"')
    for name in sorted(SHAPED):
        (key, *_) = fact(name).info["key"]
        bench.run(f"""
            insert into final.number_shapes by name
            with shapes as materialized (select distinct {shape_sql(key)} as shape from final.{name})
            select '{name}' as table_name, shape from shapes
            where (select count(*) from shapes) <= {MOST_SHAPES} order by shape""")


def shape_sql(number: str) -> str:
    """A number with each digit as 0."""
    return f"translate({number}, '123456789', '000000000')"


def _days(numbered: Numbered) -> str:
    table, column, ordered_by = numbered
    # A number that names its row occurs once; looking for others like it would take longest of all.
    distinct = "" if fact(table).info["key"] == (column,) else "distinct"
    return f"""
        select {distinct} '{table}' as table_name, '{column}' as column_name, {column} as number,
               cast({ordered_by} as date) as on_day
        from final.{table} where {column} is not null"""
