"""Checks a version must pass before it is published, and again whenever someone asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Table

from store.schema import FACTS, SCHEMA_VERSION, fact
from store.settings import Settings

Ask = Callable[[str], list[tuple[Any, ...]]]
"""Runs a query and returns its rows; the SQL below is understood by DuckDB and PostgreSQL alike."""


@dataclass(frozen=True)
class Check:
    """One check: its name, whether it held, and in words what was found."""

    name: str
    passed: bool
    found: str

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


def check_version(ask: Ask, prefix: str, settings: Settings) -> list[Check]:
    """All checks of the version whose tables are reached as `prefix` + name."""
    return [
        _schema_version(ask, prefix),
        _settings_hash(ask, prefix, settings),
        *check_tables(ask, prefix),
    ]


def check_tables(ask: Ask, prefix: str) -> list[Check]:
    """The checks that need no settings: unique keys, a backlog that balances, imports that add up."""
    return [
        *(_key_is_unique(ask, prefix, table) for table in FACTS.sorted_tables),
        _backlog_balances(ask, prefix),
        _flows_equal_open_cases(ask, prefix),
        _batches_add_up(ask, prefix),
    ]


def check_rows(ask: Ask, source_prefix: str, prefix: str, tables: list[Table]) -> list[Check]:
    """Whether derivation kept every source row and made up none but unknown master rows."""
    checks = []
    for table in tables:
        before = _number(ask, f'select count(*) from {source_prefix}"{table.name}"')
        unknown = ""
        if "name" in table.columns and len(table.info["key"]) == 1:
            key = table.info["key"][0]
            unknown = f'where "{key}" in (select "{key}" from {source_prefix}"{table.name}")'
        after = _number(ask, f'select count(*) from {prefix}"{table.name}" {unknown}')
        checks.append(
            Check(f"rows of {table.name}", before == after, f"{before} in source, {after} published")
        )
    return checks


def _schema_version(ask: Ask, prefix: str) -> Check:
    found = _number(ask, f"select max(schema_version) from {prefix}store_info")
    return Check("schema version", found == SCHEMA_VERSION, f"{found}, this release writes {SCHEMA_VERSION}")


def _settings_hash(ask: Ask, prefix: str, settings: Settings) -> Check:
    found = ask(f"select settings_hash from {prefix}store_info")[0][0]
    same = found == settings.digest
    words = "same as now" if same else "other settings than now; import again to derive with them"
    return Check("settings", same, words)


def _key_is_unique(ask: Ask, prefix: str, table: Table) -> Check:
    key = ", ".join(f'"{name}"' for name in table.info["key"])
    repeated = _number(
        ask,
        f'select count(*) from (select 1 as one from {prefix}"{table.name}" '
        f"group by {key} having count(*) > 1) repeated",
    )
    return Check(f"key of {table.name}", repeated == 0, f"{repeated} keys occur more than once")


def _backlog_balances(ask: Ask, prefix: str) -> Check:
    """Every day's change of the backlog equals cycles begun less cycles ended on that day."""
    wrong = _number(
        ask,
        f"""select count(*) from (
                select on_day, sum(change) as change from (
                    select on_day, delta as change from {prefix}case_flow
                    union all select opened_on, -1 from {prefix}escalations
                    union all select resolved_on, 1 from {prefix}escalations where resolved_on is not null
                ) steps group by on_day having sum(change) <> 0
            ) days""",
    )
    return Check("backlog balance", wrong == 0, f"{wrong} days where flows differ from escalations")


def _flows_equal_open_cases(ask: Ask, prefix: str) -> Check:
    flows = _number(ask, f"select coalesce(sum(delta), 0) from {prefix}case_flow")
    still_open = _number(ask, f"select count(*) from {prefix}escalations where resolved_at is null")
    return Check("open cases", flows == still_open, f"{flows} by flows, {still_open} by escalations")


def _batches_add_up(ask: Ask, prefix: str) -> Check:
    assert "rows_folded" in fact("batches").columns
    wrong = _number(
        ask,
        f"""select count(*) from {prefix}batches
            where rows_read <> rows_loaded + coalesce(rows_folded, 0) + coalesce(rows_quarantined, 0)""",
    )
    return Check(
        "rows read", wrong == 0, f"{wrong} imports where read differs from loaded + folded + refused"
    )


def _number(ask: Ask, sql: str) -> int:
    found = ask(sql)[0][0]
    return int(str(found)) if found is not None else 0
