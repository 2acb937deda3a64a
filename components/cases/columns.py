"""The columns of the case list: what stands in a cell on screen, and in a download."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from components import numbers
from components.cases.list_table import Cell
from components.cases.times import local, moment_text
from components.tables import Plain
from components.view import View

Kind = Literal["text", "moment", "hours", "number"]
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Field:
    """A column of the lists: its head, what it holds, and the columns that stand in its second line."""

    head: str
    kind: Kind = "text"
    below: tuple[str, ...] = ()
    on_screen: bool = True


FIELDS: dict[str, Field] = {
    "escalation_id": Field("Case", below=("summary",)),
    "appeal_id": Field("Appeal"),
    "cycle": Field("Cycle", "number", on_screen=False),
    "partner": Field("Partner"),
    "severity": Field("Severity"),
    "reason": Field("Reason"),
    "team": Field("Team", below=("specialist_id",)),
    "specialist_id": Field("Owner", on_screen=False),
    "seller_id": Field("Seller", below=("marketplace", "tier")),
    "marketplace": Field("Marketplace", on_screen=False),
    "tier": Field("Tier", on_screen=False),
    "opened_at": Field("Opened", "moment"),
    "submitted_at": Field("Submitted", "moment"),
    "starts_at": Field("Wait began", "moment"),
    "due_at": Field("Due", "moment"),
    "resolved_at": Field("Ended", "moment", below=("end_kind",)),
    "ends_at": Field("Wait ended", "moment"),
    "decided_at": Field("Decided", "moment"),
    "end_kind": Field("How it ended", on_screen=False),
    "outcome": Field("Decision"),
    "resolve_hours": Field("Took", "hours"),
    "wait_hours": Field("Waited", "hours"),
    "summary": Field("Summary", on_screen=False),
}

_NAMED = {"team": "team", "specialist_id": "member"}
_ENDS = {"resolve_hours": "resolved_at", "wait_hours": "ends_at"}
"""While this moment is missing the hours still run."""


def screen_columns(columns: tuple[str, ...]) -> tuple[str, ...]:
    """Those columns that have a place of their own on screen; a wait has no team line with an owner."""
    return tuple(name for name in columns if FIELDS[name].on_screen)


def screen_cell(view: View, record: Record, column: str) -> Cell:
    """One cell of the list."""
    field = FIELDS[column]
    below = " · ".join(
        part for part in (_text(view, record, name) for name in field.below if name in record) if part
    )
    text = _text(view, record, column)
    if column == "escalation_id" and (record.get("cycle") or 1) > 1:
        below = " · ".join(part for part in (f"Cycle {record['cycle']}", below) if part)
    if column in _ENDS and record.get(_ENDS[column]) is None:
        return Cell("still open" if column == "resolve_hours" else "still waiting", tone="neutral")
    return Cell(text or numbers.MISSING, below)


def _text(view: View, record: Record, column: str) -> str:
    value, kind = record.get(column), FIELDS[column].kind
    if value is None:
        return ""
    if kind == "moment":
        return moment_text(value, view.reader.coverage.zone)
    if kind == "hours":
        return numbers.hours(float(value))
    if column in _NAMED:
        return view.name_of(_NAMED[column], str(value))
    return str(value)


def export_heads(view: View, columns: tuple[str, ...], flag: str) -> list[str]:
    """Heads of a download; moments name their zone, the flag comes last."""
    zone = view.reader.coverage.zone.key
    heads = []
    for name in columns:
        field = FIELDS[name]
        unit = f" ({zone})" if field.kind == "moment" else " (hours)" if field.kind == "hours" else ""
        heads.append(field.head + unit)
    return [*heads, flag[:1].upper() + flag[1:]] if flag else heads


def export_values(
    view: View, record: Record, columns: tuple[str, ...], flag: str
) -> list[Plain | dt.datetime]:
    """One row of a download as plain values: moments without zone as the organisation's clocks show them."""
    values: list[Plain | dt.datetime] = []
    for name in columns:
        value = record.get(name)
        if isinstance(value, dt.datetime):
            value = local(value, view.reader.coverage.zone).replace(microsecond=0)
        elif value is not None and name in _NAMED:
            value = view.name_of(_NAMED[name], str(value))
        elif value is not None and FIELDS[name].kind == "hours":
            value = round(float(value), 2)
        values.append(value)
    return [*values, "yes" if record["flagged"] else "no"] if flag else values
