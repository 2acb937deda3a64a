"""`status`: what the store holds, how far it goes, and which metrics it can supply."""

from __future__ import annotations

import argparse
from dataclasses import asdict, dataclass
from typing import Any

from store import versions
from store.commands.screen import Screen
from store.facts import open_facts
from store.inspection import TableState, describe
from store.location import Location


@dataclass(frozen=True)
class MetricState:
    """Whether the store can supply a metric, and the columns that are missing for it."""

    metric: str
    on: bool
    missing: tuple[str, ...]


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser = commands.add_parser("status", parents=[shared], help="what the store holds and can answer")
    parser.set_defaults(run=run)


def run(location: Location, _arguments: argparse.Namespace, screen: Screen) -> int:
    """Show the current version."""
    version = versions.current_version(location)
    state = describe(location, version)
    metrics = metric_states(location)
    screen.result(
        {"store": str(location), **asdict(state), "metrics": [asdict(metric) for metric in metrics]}
    )
    screen.say(
        f"{location}: version {version}, built {state.built_at:%Y-%m-%d %H:%M} UTC from {state.origin}"
    )
    screen.say("")
    screen.table(
        ["table", "rows", "first day", "complete through", "incomplete days"],
        [_line(table) for table in state.tables if table.rows],
    )
    empty = [table.name for table in state.tables if not table.rows]
    if empty:
        screen.say(f"without rows: {', '.join(empty)}")
    screen.say("")
    screen.table(
        ["metric", "state", "missing"],
        [[metric.metric, "on" if metric.on else "off", ", ".join(metric.missing)] for metric in metrics],
    )
    return 0


def metric_states(location: Location) -> list[MetricState]:
    """Every metric of the catalog, on or off in this store."""
    from queries import catalog
    from queries.measure import open_reader
    from queries.scope import open_scope

    facts = open_facts(location)
    try:
        reader = open_reader(facts, open_scope())
        missing = {key: reader.available(key).missing for key in catalog.METRICS}
    finally:
        facts.close()
    return [MetricState(key, not columns, tuple(columns)) for key, columns in missing.items()]


def _line(table: TableState) -> list[object]:
    incomplete = table.incomplete_days if table.through_at else None
    return [table.name, table.rows, table.first_day, table.last_day, incomplete]
