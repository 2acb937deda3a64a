"""Tables published as they were supplied, and masters completed by rows others refer to."""

from __future__ import annotations

from store.derive.workbench import Workbench, text_sql
from store.schema import fact, source_tables

OWN_RULES = {"escalations", "enforcements", "appeals", "investigations", "surveys", "work_days"}


def write_plain_tables(bench: Workbench) -> None:
    """Copy every source table without derived columns, and the bookkeeping of imports."""
    for table in source_tables():
        if table.name not in OWN_RULES:
            bench.write(table.name, f'select * from src."{table.name}"')
    for name in ("batches", "quarantine"):
        bench.write(name, f"select * from src.{name}")


def add_unknown(bench: Workbench) -> None:
    """A row named "Unknown (id)" for every id referred to whose master row has not arrived.

    Only the published table gets it, so the true row takes its place once it is imported.
    """
    referring: dict[str, list[str]] = {}
    for table in source_tables():
        for column in table.columns:
            if column.info["refers"]:
                referring.setdefault(column.info["refers"], []).append(
                    f'select distinct "{column.name}" as id from final."{table.name}"'
                )
    for name, selects in referring.items():
        master = fact(name)
        if "name" not in master.columns:
            continue
        (key,) = master.info["key"]
        bench.run(f"""
            insert into final."{name}" by name
            select id as "{key}", {text_sql("Unknown (")} || id || ')' as name
            from ({" union ".join(selects)})
            where id is not null and id not in (select "{key}" from src."{name}") order by id""")
