"""Finding cases by number, seller, person or words; what is typed is never a pattern.

A number or a seller that is typed whole is what is wanted, so nothing else is looked through then. Otherwise
rows match that contain the words. Columns of few values are looked up in the small table of their values and
sellers among the sellers, so that of ten million appeals only the numbers themselves are read.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, FromClause, Select, String, and_, cast, false, func, or_, select, true

from queries.listing import KINDS, LISTINGS, OWNER
from queries.measure import Reader
from queries.numbered import may_contain, numbered
from queries.remembering import remembered
from queries.scope import open_scope

LONGEST_SEARCH = 100
MOST_SELLERS = 1_000
"""Up to so many sellers are named in a statement one by one."""


@dataclass(frozen=True)
class Search:
    """What the words of a search turned out to be.

    `how`: the number of a case, the number of a seller, words that rows contain, or nothing typed. `numbers`
    with the business `days` they began on (of words: what numbers may contain), `sellers` (None: too many to
    name), and `values` by column, are what rows are found by.
    """

    words: str = ""
    how: Literal["", "number", "seller", "words"] = ""
    numbers: tuple[str, ...] = ()
    days: tuple[dt.date, ...] = ()
    sellers: tuple[str, ...] | None = ()
    values: tuple[tuple[str, tuple[str, ...]], ...] = ()


@remembered(1)
def understood(reader: Reader, fact: str, search: str, named: bool = True) -> Search:
    """What the words typed stand for among the rows of one table; not people where not `named`."""
    words = search.strip()[:LONGEST_SEARCH]
    if not words:
        return Search()
    listing, table = LISTINGS[fact], reader.scope.table(fact)
    key, day = table.c[listing.key[0]], table.c[f"{listing.clock}_on"]
    whole = numbered(reader.facts, reader.scope, fact, listing.key[0], _cases_of(words))
    exact = reader.scope.read(reader.facts, select(key, day).where(whole).distinct())
    if exact.num_rows:
        numbers, days = (tuple(dict.fromkeys(column.to_pylist())) for column in exact.columns)
        return Search(words, "number", numbers, days)
    sellers = open_scope().table("sellers")
    numbered_so = select(sellers.c.seller_id).where(sellers.c.seller_id.in_(_cases_of(words)))
    one = open_scope().read(reader.facts, numbered_so).column(0).to_pylist()
    if one:
        return Search(words, "seller", sellers=tuple(one))
    some = open_scope().read(reader.facts, _sellers(words).limit(MOST_SELLERS + 1)).column(0).to_pylist()
    looked_up = (column for column in listing.words if named or column != OWNER)
    values = tuple((column, _values(reader, fact, column, words)) for column in looked_up)
    sellers_found = tuple(some) if len(some) <= MOST_SELLERS else None
    written = tuple(case for case in _cases_of(words) if may_contain(reader.facts, fact, case))
    return Search(words, "words", written, sellers=sellers_found, values=values)


def found(table: FromClause, fact: str, search: Search) -> ColumnElement[bool]:
    """The rows of `table` that a search finds; all of them where nothing was typed."""
    listing = LISTINGS[fact]
    key = table.c[listing.key[0]]
    if search.how == "":
        return true()
    if search.how == "number":
        # The days let a store clustered by time skip all but a few rows.
        return and_(key.in_(search.numbers), table.c[f"{listing.clock}_on"].in_(search.days))
    either: list[ColumnElement[bool]] = []
    if search.how == "words":
        either += [_holds(key, words) for words in search.numbers]
        either += [_contains(table.c[column], search.words) for column in listing.text]
        either += [table.c[column].in_(values) for column, values in search.values if values]
    if "seller_id" not in table.c:
        return or_(false(), *either)
    if search.sellers is None:
        either.append(table.c.seller_id.in_(_sellers(search.words)))
    elif search.sellers:
        either.append(table.c.seller_id.in_(search.sellers))
    return or_(false(), *either)


def cases_numbered(reader: Reader, search: str) -> list[tuple[str, str]]:
    """The kind and number of every case in scope whose number is exactly the words, in either case."""
    words = search.strip()[:LONGEST_SEARCH]
    cases: list[tuple[str, str]] = []
    for kind in KINDS if words else ():
        table = reader.scope.table(kind)
        column = LISTINGS[kind].key[0]
        whole = numbered(reader.facts, reader.scope, kind, column, _cases_of(words))
        rows = reader.scope.read(reader.facts, select(table.c[column]).where(whole).distinct())
        cases += [(kind, str(number)) for number in rows.column(0).to_pylist()]
    return cases


def _cases_of(words: str) -> tuple[str, ...]:
    """The words as typed, in capitals and in small letters: numbers are written one way or the other."""
    return tuple(dict.fromkeys((words, words.upper(), words.lower())))


def _sellers(words: str) -> Select[Any]:
    """Numbers of the sellers whose number or name contains the words; the store names every seller."""
    sellers = open_scope().table("sellers")
    return select(sellers.c.seller_id).where(
        or_(_contains(sellers.c.seller_id, words), _contains(sellers.c.name, words))
    )


def _values(reader: Reader, fact: str, column: str, words: str) -> tuple[str, ...]:
    """The values of a column that contain the words; of people also those whose name does."""
    values = open_scope().table("distinct_values")
    statement = select(values.c.value).where(
        values.c.table_name == fact, values.c.dimension == column, _contains(values.c.value, words)
    )
    matching = set(open_scope().read(reader.facts, statement).column("value").to_pylist())
    if column == OWNER:
        lowered = words.casefold()
        matching |= {person for person, name in reader.directory.names.items() if lowered in name.casefold()}
    return tuple(sorted(matching))


def _contains(column: Any, words: str) -> ColumnElement[bool]:
    text = cast(column, String)
    return (
        text.icontains(words, autoescape=True)
        if _has_signs(words)
        else func.lower(text).contains(func.lower(words))
    )


def _holds(column: ColumnElement[str], words: str) -> ColumnElement[bool]:
    """Whether a text holds the words as they are written."""
    return column.contains(words, autoescape=_has_signs(words))


def _has_signs(words: str) -> bool:
    """Whether signs in the words need an escape sign; with one, a search takes twice as long."""
    return bool(set(words) & set("%_\\"))
