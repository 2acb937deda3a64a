"""People's development in the journal: changed only by who saw the newest state, and never deleted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from sqlalchemy import Connection, RowMapping, Table, delete, insert, select, update
from sqlalchemy.exc import DatabaseError

from store.errors import StoreError
from store.journal.development_entries import (
    Career,
    Certification,
    CoachingMark,
    Entry,
    FollowUp,
    Goal,
    OneOnOne,
    Stamp,
    checked,
    one_line,
)
from store.journal.development_tables import (
    CAREERS,
    CERTIFICATIONS,
    COACHING_MARKS,
    FOLLOW_UPS,
    GOALS,
    ONE_ON_ONES,
)
from store.journal.opening import Journal

WRITTEN = "written"
"""Origin of what a person wrote or changed; a new sample leaves it alone."""

TABLES: dict[type[Entry], Table] = {
    OneOnOne: ONE_ON_ONES,
    FollowUp: FOLLOW_UPS,
    Goal: GOALS,
    Certification: CERTIFICATIONS,
    Career: CAREERS,
    CoachingMark: COACHING_MARKS,
}
_STAMP = tuple(field.name for field in fields(Stamp))
E = TypeVar("E", bound=Entry)


class EntryChanged(StoreError):
    """Somebody changed the entry since it was read; the message says who, and to reload."""

    exit_code = 2


@dataclass(frozen=True)
class Development:
    """All listed entries, each kind by person and in the order it is read."""

    one_on_ones: tuple[OneOnOne, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    goals: tuple[Goal, ...] = ()
    certifications: tuple[Certification, ...] = ()
    careers: tuple[Career, ...] = ()
    coaching_marks: tuple[CoachingMark, ...] = ()


def save_entry(journal: Journal, entry: E, author: str, at: dt.datetime) -> E:
    """Keep a new entry, or put it in place of the state its stamp names; `at` is the present (UTC, naive).

    The person of an entry never changes. Raises EntryRefused when it cannot be kept as it is, EntryChanged
    when it is no longer at that version, StoreError when the journal cannot be written; then nothing is.
    """
    sound = checked(entry)
    values = _columns(sound)
    if sound.stamp is not None:
        del values["person"]
        return _changed(journal, sound, author, at, values)
    table, history = TABLES[type(entry)], _history(author, at)
    with _writing(journal) as connection:
        made = connection.execute(insert(table).values(**values, **history)).inserted_primary_key
        assert made is not None
        return _read(connection, type(entry), made[0])


def archive_entry(journal: Journal, entry: E, author: str, at: dt.datetime) -> E:
    """Take an entry off the lists; it stays in the journal. Raises what `save_entry` does."""
    return _changed(journal, entry, author, at, {"archived_at": at})


def entries(journal: Journal, kind: type[E], person: str | None = None) -> list[E]:
    """The listed entries of a kind, of everyone or one person, oldest first."""
    table = TABLES[kind]
    query = select(table).where(table.c.archived_at.is_(None)).order_by(table.c.entry_id)
    if person is not None:
        query = query.where(table.c.person == person)
    with journal.engine.connect() as connection:
        return [_record(kind, row) for row in connection.execute(query).mappings()]


def development(journal: Journal) -> Development:
    """Every listed entry, as of one moment."""
    with journal.engine.connect() as connection, connection.begin():
        found = {
            kind: tuple(
                _record(kind, row)
                for row in connection.execute(
                    select(table)
                    .where(table.c.archived_at.is_(None))
                    .order_by(table.c.person, table.c.entry_id)
                ).mappings()
            )
            for kind, table in TABLES.items()
        }
    return Development(*found.values())  # type: ignore[arg-type]


def replace_development(journal: Journal, origin: str, written: Sequence[Entry]) -> None:
    """Put these entries in place of all earlier ones of the same origin, in one transaction.

    Each names its author and day in its stamp. What a person wrote or changed is never touched.
    """
    with _writing(journal) as connection:
        for table in TABLES.values():
            connection.execute(delete(table).where(table.c.origin == origin))
        for kind, table in TABLES.items():
            rows = [_sampled(entry, origin) for entry in written if type(entry) is kind]
            if rows:
                connection.execute(insert(table), rows)


def _changed(journal: Journal, entry: E, author: str, at: dt.datetime, values: dict[str, Any]) -> E:
    """The entry after a change of the state it names: the comparison and the write are one statement."""
    table, stamp = TABLES[type(entry)], entry.stamp
    if stamp is None:
        raise ValueError("an entry that was never kept cannot be changed")
    with _writing(journal) as connection:
        done = connection.execute(
            update(table)
            .where(
                table.c.entry_id == stamp.entry_id,
                table.c.version == stamp.version,
                table.c.archived_at.is_(None),
            )
            .values(
                **values,
                changed_by=one_line(author),
                changed_at=at,
                version=stamp.version + 1,
                origin=WRITTEN,
            )
        ).rowcount
        if done == 1:
            return _read(connection, type(entry), stamp.entry_id)
        row = connection.execute(select(table).where(table.c.entry_id == stamp.entry_id)).mappings().first()
    if row is None:
        raise EntryChanged("this entry is no longer in the journal; reload the page")
    doing = "changed" if row["archived_at"] is None else "removed"
    raise EntryChanged(f"{doing} by {row['changed_by']} meanwhile; reload, then change what you see")


@contextmanager
def _writing(journal: Journal) -> Iterator[Connection]:
    """A transaction that writes; what the engine cannot do becomes one sentence."""
    try:
        with journal.engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection
    except DatabaseError as fault:
        why = str(fault.orig).splitlines()[0]  # PostgreSQL adds the statement below it
        raise StoreError(
            f"the journal of {journal.location} cannot be written ({why}); nothing was saved"
        ) from fault


def _sampled(entry: Entry, origin: str) -> dict[str, Any]:
    if entry.stamp is None:
        raise ValueError("an entry to be put in place names its author and day")
    history = _history(entry.stamp.author, entry.stamp.created_at)
    return {**_columns(checked(entry)), **history, "origin": origin}


def _history(author: str, at: dt.datetime) -> dict[str, Any]:
    named = one_line(author)
    return {
        "author": named,
        "created_at": at,
        "changed_by": named,
        "changed_at": at,
        "version": 1,
        "origin": WRITTEN,
    }


def _columns(entry: Entry) -> dict[str, Any]:
    return {field.name: getattr(entry, field.name) for field in fields(entry) if field.name != "stamp"}


def _read(connection: Connection, kind: type[E], entry_id: int) -> E:
    table = TABLES[kind]
    row = connection.execute(select(table).where(table.c.entry_id == entry_id)).mappings().one()
    return _record(kind, row)


def _record(kind: type[E], row: RowMapping) -> E:
    values = {name: value for name, value in row.items() if name not in _STAMP and name != "archived_at"}
    return kind(**values, stamp=Stamp(**{name: row[name] for name in _STAMP}))
