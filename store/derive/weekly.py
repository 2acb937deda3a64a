"""Cases counted by week, for facts of so many rows that counting them anew takes long."""

from __future__ import annotations

from store.derive.workbench import Workbench
from store.schema.weekly import EVERYONE, WEEKLY, Weekly, weight_columns

LEAST_ROWS = 1_000_000
"""Of fewer the cases themselves are counted as fast."""


def write(bench: Workbench) -> None:
    """Fill the tables of weekly counts from the final facts; those of smaller facts stay empty."""
    for weekly in WEEKLY:
        rows = bench.value(f"select count(*) from final.{weekly.fact}")
        assert isinstance(rows, int)
        if rows >= LEAST_ROWS:
            for dimension in sorted((EVERYONE, *weekly.dimensions)):
                bench.run(f'insert into final."{weekly.name}" by name {_counts(weekly, dimension)}')


def _counts(weekly: Weekly, dimension: str) -> str:
    """The rows of one dimension, in the table's order: so a view finds its own side by side."""
    known = {name: f"(f.{column} is not null)" for column, name in weekly.known.items()}
    told_apart = {
        "value": f"f.{dimension}" if dimension else "null::varchar",
        "week": f"f.{weekly.clock}_week",
        **{name: f"f.{name}" for name in weekly.exact},
        **known,
    }
    sums = {"cases": "count(*)"}
    for sample in weekly.samples:
        weight = f"f.{sample}_weight"
        values = (f"count({weight})", f"sum({weight})", f"sum({weight} * {weight})")
        sums |= zip(weight_columns(sample), values, strict=True)
    selected = ", ".join(f"{value} as {name}" for name, value in (told_apart | sums).items())
    grouped = ", ".join(str(place + 2) for place in range(len(told_apart)))
    return f"""
        select '{dimension}' as dimension, {selected} from final.{weekly.fact} f
        where f.{weekly.clock}_week is not null
        group by {grouped} order by value, week"""
