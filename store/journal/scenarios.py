"""Scenarios in the journal: named, changed only by who saw the newest state, archived and never deleted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from store.errors import StoreError
from store.journal.opening import Journal
from store.journal.tables import SCENARIOS

LONGEST_NAME = 80
LONGEST_AUTHOR = 80
LONGEST_CHANGES = 2000
_NAMES = 7_110_023  # lock of the names in use


class ScenarioRefused(StoreError):
    """The scenario cannot be kept as it is; the message says why."""

    exit_code = 2


class ScenarioChanged(StoreError):
    """Somebody changed the scenario since it was read; the message says who, and to reload."""

    exit_code = 2


@dataclass(frozen=True)
class ScenarioText:
    """What a person writes of a scenario: its name, the teams, the changes, the target it asks for.

    `scope` is a filter text ("team=emea-1"), empty for all; `changes` are steps as in the link; `target` is
    the share of cases to be done in time, None for the one in force.
    """

    name: str
    scope: str
    changes: str
    target: float | None = None


@dataclass(frozen=True)
class SavedScenario:
    """A scenario as the journal holds it; `version` is what a change of it must name. Times are UTC."""

    scenario_id: int
    text: ScenarioText
    author: str
    created_at: dt.datetime
    changed_by: str
    changed_at: dt.datetime
    archived_at: dt.datetime | None
    version: int


def save_scenario(journal: Journal, text: ScenarioText, author: str, at: dt.datetime) -> SavedScenario:
    """Keep a new scenario; `at` is the present (UTC, naive).

    Raises ScenarioRefused when a name is missing, too long or taken by a listed scenario.
    """
    checked, author = _checked(text), _name_of("author", author, LONGEST_AUTHOR)
    with journal.engine.connect().execution_options(writes=True) as connection, connection.begin():
        _refuse_taken(connection, checked.name, None)
        made = connection.execute(
            insert(SCENARIOS).values(
                **_columns(checked),
                author=author,
                created_at=at,
                changed_by=author,
                changed_at=at,
                version=1,
            )
        ).inserted_primary_key
        assert made is not None
        return _read(connection, made[0])


def change_scenario(
    journal: Journal, scenario_id: int, version: int, text: ScenarioText, author: str, at: dt.datetime
) -> SavedScenario:
    """Put `text` in place of the state `version` of a scenario.

    Raises ScenarioChanged when it is no longer at that version, ScenarioRefused as `save_scenario` does.
    """
    checked, author = _checked(text), _name_of("author", author, LONGEST_AUTHOR)
    with journal.engine.connect().execution_options(writes=True) as connection, connection.begin():
        _refuse_taken(connection, checked.name, scenario_id)
        return _written(connection, scenario_id, version, author, at, _columns(checked))


def archive_scenario(
    journal: Journal, scenario_id: int, version: int, author: str, at: dt.datetime
) -> SavedScenario:
    """Take a scenario off the list; it stays readable by its number.

    Raises ScenarioChanged when it is no longer at that version.
    """
    author = _name_of("author", author, LONGEST_AUTHOR)
    with journal.engine.connect().execution_options(writes=True) as connection, connection.begin():
        return _written(connection, scenario_id, version, author, at, {"archived_at": at})


def scenarios(journal: Journal) -> list[SavedScenario]:
    """The listed scenarios, by name."""
    query = (
        select(SCENARIOS)
        .where(SCENARIOS.c.archived_at.is_(None))
        .order_by(func.lower(SCENARIOS.c.name), SCENARIOS.c.scenario_id)
    )
    with journal.engine.connect() as connection:
        return [_record(row) for row in connection.execute(query).mappings()]


def scenario(journal: Journal, scenario_id: int) -> SavedScenario | None:
    """One scenario, listed or archived; None where there is none with this number."""
    with journal.engine.connect() as connection:
        row = (
            connection.execute(select(SCENARIOS).where(SCENARIOS.c.scenario_id == scenario_id))
            .mappings()
            .first()
        )
        return _record(row) if row is not None else None


def _written(
    connection: Connection,
    scenario_id: int,
    version: int,
    author: str,
    at: dt.datetime,
    values: dict[str, object],
) -> SavedScenario:
    """The scenario after a change of the state `version`: the comparison and the write are one statement."""
    changed = connection.execute(
        update(SCENARIOS)
        .where(
            SCENARIOS.c.scenario_id == scenario_id,
            SCENARIOS.c.version == version,
            SCENARIOS.c.archived_at.is_(None),
        )
        .values(**values, changed_by=author, changed_at=at, version=version + 1)
    ).rowcount
    if changed == 1:
        return _read(connection, scenario_id)
    row = (
        connection.execute(select(SCENARIOS).where(SCENARIOS.c.scenario_id == scenario_id)).mappings().first()
    )
    if row is None:
        raise ScenarioChanged("this scenario is not in the journal; reload the page")
    doing = "changed" if row["archived_at"] is None else "archived"
    raise ScenarioChanged(
        f"“{row['name']}” was {doing} by {row['changed_by']} meanwhile; reload, then change what you see"
    )


def _refuse_taken(connection: Connection, name: str, but: int | None) -> None:
    # Who names a scenario waits for the other who does, on SQLite since the transaction began.
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_NAMES)))
    held = select(SCENARIOS.c.scenario_id).where(
        SCENARIOS.c.archived_at.is_(None), func.lower(SCENARIOS.c.name) == func.lower(name)
    )
    if but is not None:
        held = held.where(SCENARIOS.c.scenario_id != but)
    if connection.execute(held).first() is not None:
        raise ScenarioRefused(f"a scenario named “{name}” exists already; choose another name")


def _checked(text: ScenarioText) -> ScenarioText:
    if len(text.changes) > LONGEST_CHANGES:
        raise ScenarioRefused(
            f"the changes are longer than {LONGEST_CHANGES} characters; make two scenarios of them"
        )
    return ScenarioText(_name_of("name", text.name, LONGEST_NAME), text.scope, text.changes, text.target)


def _name_of(what: str, written: str, longest: int) -> str:
    """A name on one line without what no database keeps (NUL) or no reader sees (control characters)."""
    name = " ".join("".join(letter if letter.isprintable() else " " for letter in written).split())
    if not name:
        raise ScenarioRefused(f"the scenario needs {'an author' if what == 'author' else 'a name'}")
    if len(name) > longest:
        raise ScenarioRefused(f"the {what} is longer than {longest} characters")
    return name


def _columns(text: ScenarioText) -> dict[str, object]:
    return {"name": text.name, "scope": text.scope, "changes": text.changes, "target": text.target}


def _read(connection: Connection, scenario_id: int) -> SavedScenario:
    query = select(SCENARIOS).where(SCENARIOS.c.scenario_id == scenario_id)
    return _record(connection.execute(query).mappings().one())


def _record(row: RowMapping) -> SavedScenario:
    values = dict(row)
    text = ScenarioText(*(values.pop(name) for name in ("name", "scope", "changes", "target")))
    return SavedScenario(text=text, **values)
