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
    check_happened,
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
from store.journal.tables import ACCESS_LOG

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
KINDS: dict[type[Entry], str] = {
    OneOnOne: "1:1",
    FollowUp: "Follow-up",
    Goal: "Goal",
    Certification: "Certification",
    Career: "Career",
    CoachingMark: "Coaching mark",
}
"""How the log names a kind of entry."""
_FARTHEST_EAST = dt.timedelta(hours=14)
"""No clock is further ahead of UTC: what is after the day there is still to come everywhere."""
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

    The person of an entry never changes; the log of what was seen and done about them gains a line. Raises
    EntryRefused when it cannot be kept as it is, EntryChanged when it is no longer at that version,
    StoreError when the journal cannot be written; then nothing is.
    """
    sound = checked(entry)
    check_happened(sound, (at + _FARTHEST_EAST).date())
    values = _columns(sound)
    if sound.stamp is not None:
        del values["person"]
        return _changed(journal, sound, author, at, values, "changed")
    table, history = TABLES[type(entry)], _history(author, at)
    with _writing(journal) as connection:
        made = connection.execute(insert(table).values(**values, **history)).inserted_primary_key
        assert made is not None
        _log(connection, sound, author, at, "written")
        return _read(connection, type(entry), made[0])


def archive_entry(journal: Journal, entry: E, author: str, at: dt.datetime) -> E:
    """Take an entry off the lists; it stays in the journal. Raises what `save_entry` does."""
    return _changed(journal, entry, author, at, {"archived_at": at}, "removed")


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

    Each names its author and day in its stamp. What a person wrote or changed is never touched, and an entry
    that somebody changed or removed since it was put here does not come a second time.
    """
    with _writing(journal) as connection:
        for table in TABLES.values():
            connection.execute(delete(table).where(table.c.origin == origin))
        for kind, table in TABLES.items():
            kept = [dict(row) for row in connection.execute(select(table)).mappings()]
            rows = _not_there(kept, [_sampled(entry, origin) for entry in written if type(entry) is kind])
            if rows:
                connection.execute(insert(table), rows)


def _not_there(kept: list[dict[str, Any]], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows but for those the journal holds in a changed state, told by author, person and moment.

    Of several written at once the changed one is that which it is most like.
    """
    coming: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows:
        coming.setdefault(_first_written(row), []).append(row)
    for changed in kept:
        if alike := coming.get(_first_written(changed)):
            alike.remove(_most_like(changed, alike))
    return [row for same in coming.values() for row in same]


def _first_written(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["person"], row["author"], row["created_at"]


def _most_like(changed: dict[str, Any], rows: list[dict[str, Any]]) -> dict[str, Any]:
    return max(rows, key=lambda row: sum(changed[name] == value for name, value in row.items()))


def _changed(
    journal: Journal, entry: E, author: str, at: dt.datetime, values: dict[str, Any], doing: str
) -> E:
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
            _log(connection, entry, author, at, doing)
            return _read(connection, type(entry), stamp.entry_id)
        row = connection.execute(select(table).where(table.c.entry_id == stamp.entry_id)).mappings().first()
    if row is None:
        raise EntryChanged("this entry is no longer in the journal; reload the page")
    doing = "changed" if row["archived_at"] is None else "removed"
    raise EntryChanged(f"{doing} by {row['changed_by']} meanwhile; reload, then change what you see")


def _log(connection: Connection, entry: Entry, author: str, at: dt.datetime, doing: str) -> None:
    """A line for the person the entry is about: what kind of entry was written, changed or removed."""
    which = f" on {entry.case_kind[:-1]} {entry.case_id}" if isinstance(entry, CoachingMark) else ""
    connection.execute(
        insert(ACCESS_LOG).values(
            at=at, viewer=one_line(author), subject=entry.person, doing=f"{KINDS[type(entry)]}{which} {doing}"
        )
    )


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
