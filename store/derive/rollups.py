"""A small table for speed: the values of every filter dimension."""

from __future__ import annotations

from store.derive.workbench import Workbench, together
from store.schema import fact

WORK_TABLES = (
    "escalations",
    "partner_waits",
    "case_flow",
    "investigations",
    "enforcements",
    "appeals",
    "surveys",
    "account_blocks",
)
DIMENSIONS = (
    "team",
    "site",
    "marketplace",
    "category",
    "tier",
    "severity",
    "reason",
    "root_cause",
    "specialist_id",
    "account_manager",
    "enforcement_team",
    "detection_source",
    "policy",
    "outcome",
    "partner",
    "case_type",
    "risk_band",
)


def write(bench: Workbench) -> None:
    """Fill `final.distinct_values`."""
    with together(bench.connection):
        for table_name in WORK_TABLES:
            _write_values(bench, table_name)


def _write_values(bench: Workbench, table_name: str) -> None:
    columns = fact(table_name).columns
    for dimension in DIMENSIONS:
        if dimension in columns:
            bench.run(f"""
                insert into final.distinct_values
                select '{table_name}', '{dimension}', "{dimension}", count(*) from final."{table_name}"
                where "{dimension}" is not null group by "{dimension}" order by "{dimension}" """)
