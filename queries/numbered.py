"""Finding rows by a number in them: the store says on which days they stand, so only those are read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, DateTime, FromClause, and_, false, or_, select

from queries.scope import Scope, open_scope
from store.facts import Facts
from store.schema.numbers import NUMBERED, SHAPED

_ORDERED_BY = {(numbered.table, numbered.column): numbered.ordered_by for numbered in NUMBERED}
_AS_SHAPE = str.maketrans("123456789", "0" * 9)


def numbered(
    facts: Facts, scope: Scope, name: str, column: str, numbers: Collection[str]
) -> ColumnElement[bool]:
    """The rows of the table `name`, as the scope sees it, whose `column` holds one of the numbers.

    Asks the store first on which days such rows stand: they let it skip all but a few of many rows. The days
    of rows the viewer may not see are not told, they only lead to no row.
    """
    table = scope.table(name)
    ordered_by = _ORDERED_BY.get((name, column))
    named = table.c[column].in_(sorted(numbers))
    if ordered_by is None:
        return named
    places = open_scope().table("case_numbers")
    asked = select(places.c.on_day).where(
        places.c.table_name == name, places.c.column_name == column, places.c.number.in_(sorted(numbers))
    )
    days = set(open_scope().read(facts, asked.distinct()).column(0).to_pylist())
    return and_(named, _on(table, ordered_by, days))


def may_contain(facts: Facts, name: str, words: str) -> bool:
    """Whether some number of the table's cases is written so that it could contain the words."""
    if name not in SHAPED:
        return True
    shapes = open_scope().table("number_shapes")
    asked = select(shapes.c.shape).where(shapes.c.table_name == name)
    known: Sequence[str] = open_scope().read(facts, asked).column(0).to_pylist()
    return not known or any(words.translate(_AS_SHAPE) in shape for shape in known)


def _on(table: FromClause, ordered_by: str, days: set[dt.date | None]) -> ColumnElement[bool]:
    column = table.c[ordered_by]
    dated = sorted(day for day in days if day is not None)
    either: list[ColumnElement[bool]] = [column.is_(None)] if None in days else []
    if isinstance(column.type, DateTime):
        day = dt.timedelta(days=1)
        midnights = [dt.datetime.combine(date, dt.time()) for date in dated]
        either += [and_(column >= start, column < start + day) for start in midnights]
    elif dated:
        either.append(column.in_(dated))
    return or_(false(), *either)
