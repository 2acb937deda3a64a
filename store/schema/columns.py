"""Column builders shared by the fact tables.

A column is either *source* (an import supplies it) or *derived* (computed at load by `store.derive`).
The mark lives in `Column.info["derived"]`, so the import contract, the templates and the published
table all come from one definition.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Date, DateTime, Double, Integer, MetaData, String, Table
from sqlalchemy.types import TypeEngine

FACTS = MetaData()


def text(name: str, comment: str, **kwargs: Any) -> Column[str]:
    """A text column supplied by the source."""
    return _column(name, String(), comment, **kwargs)


def moment(name: str, comment: str, **kwargs: Any) -> Column[Any]:
    """A UTC timestamp without zone."""
    return _column(name, DateTime(), comment, **kwargs)


def day(name: str, comment: str, **kwargs: Any) -> Column[Any]:
    """A calendar date."""
    return _column(name, Date(), comment, **kwargs)


def number(name: str, comment: str, **kwargs: Any) -> Column[Any]:
    """A double; the unit stands in the comment."""
    return _column(name, Double(), comment, **kwargs)


def whole(name: str, comment: str, **kwargs: Any) -> Column[Any]:
    """A whole number."""
    return _column(name, Integer(), comment, **kwargs)


def flag(name: str, comment: str, **kwargs: Any) -> Column[Any]:
    """True, false, or null where the source does not say."""
    return _column(name, Boolean(), comment, **kwargs)


def business_day(clock: str, source: str) -> list[Column[Any]]:
    """The two derived columns of a clock: its business date and the first day of its business week."""
    return [
        day(f"{clock}_on", f"business date of {source} in the organisation's zone", derived=True),
        day(f"{clock}_week", f"first day of the business week of {source}", derived=True),
    ]


def fact_table(
    name: str, comment: str, key: tuple[str, ...], order: tuple[str, ...], *columns: Column[Any]
) -> Table:
    """Register a fact table.

    `key` names the columns that identify a row (an import upserts by it); `order` is the order rows are
    written in, because a store clustered by (month, team, time) answers six times faster than a random one.
    """
    return Table(name, FACTS, *columns, comment=comment, info={"key": key, "order": order})


def _column(
    name: str,
    kind: TypeEngine[Any],
    comment: str,
    *,
    required: bool = False,
    derived: bool = False,
    unit: str | None = None,
    values: tuple[str, ...] | None = None,
    refers: str | None = None,
    positive: bool = False,
) -> Column[Any]:
    """`required`: a row without it is quarantined. `values`: the closed list of words allowed.
    `refers`: the master table whose key it names (an unknown one loads as "Unknown (id)").
    `positive`: a value below zero is quarantined."""
    info = {
        "required": required,
        "derived": derived,
        "unit": unit,
        "values": values,
        "refers": refers,
        "positive": positive,
    }
    return Column(name, kind, nullable=not required, comment=comment, info=info)
