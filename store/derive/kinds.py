"""Kinds of appeals and enforcements: the combinations that occur, and on each row which one it is."""

from __future__ import annotations

from store.derive.workbench import Workbench
from store.schema.kinds import HORIZONS, KINDS, Kinds

_MONTHS = 3  # at a time, so that memory stays bounded


def write(bench: Workbench) -> None:
    """Fill the tables of kinds and the column `kind` of their facts; needs the final tables of the facts."""
    for kinds in KINDS.values():
        columns = ", ".join(f"{_value(kinds, name)} as {name}" for name in kinds.columns)
        bench.write(
            kinds.name,
            f"""
            select (row_number() over (order by {", ".join(kinds.columns)}) - 1)::integer as kind, *
            from (select distinct {columns} from final.{kinds.fact} f)""",
        )
        same = " and ".join(f"{_value(kinds, name)} is not distinct from k.{name}" for name in kinds.columns)
        months = bench.connection.execute(
            f"select distinct {kinds.month} from final.{kinds.fact} order by 1"
        ).fetchall()
        for first in range(0, len(months), _MONTHS):
            some = ", ".join(f"date '{month}'" for (month,) in months[first : first + _MONTHS])
            bench.run(f"""
                update final.{kinds.fact} f set kind = k.kind from final.{kinds.name} k
                where f.{kinds.month} in ({some}) and {same}""")


def _value(kinds: Kinds, name: str) -> str:
    """What a row `f` has in a column of its kind."""
    known = {kept: column for column, kept in kinds.known.items()}
    within = {kept: column for column, kept in kinds.within.items()}
    if name in known:
        return f"(f.{known[name]} is not null)"
    if name in within:
        steps = " ".join(f"when f.{within[name]} <= {days} then {days}" for days in HORIZONS)
        return f"(case {steps} end)"
    return f"f.{name}"
