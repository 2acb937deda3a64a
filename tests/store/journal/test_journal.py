"""The journal on both engines: migrated at opening, never lost, safe to open from two processes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select, text

from store.errors import StoreError, StoreTooNew
from store.journal import Journal, actions, dividers, log_access, open_journal, replace_entries, targets
from store.journal.opening import _MIGRATIONS, HEAD
from store.journal.tables import ACCESS_LOG, JOURNAL
from store.location import Location

NewLocation = Callable[[], Location]


@pytest.fixture
def journal(new_location: NewLocation) -> Journal:
    return open_journal(new_location())


def test_migrations_make_exactly_the_tables_the_code_uses(journal: Journal) -> None:
    with journal.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, JOURNAL) == []


def test_the_head_written_in_the_code_is_the_newest_migration() -> None:
    assert ScriptDirectory(str(_MIGRATIONS)).get_current_head() == HEAD


def test_entries_come_back_as_written_with_blanks_filled(journal: Journal) -> None:
    replace_entries(
        journal,
        "sample",
        actions=[
            {"kind": "blocker", "title": "No due date", "owner": "A"},
            {
                "kind": "preventive",
                "title": "Check addresses",
                "due": dt.date(2026, 5, 1),
                "live_on": dt.date(2026, 4, 1),
                "expected_effect": -0.35,
                "metric": "escalations_opened",
                "scope": "reason=address&marketplace=EU",
                "cases_held": 3,
                "gmv_held": 10.5,
            },
        ],
        targets=[
            {"metric": "resolution_sla", "valid_from": dt.date(2026, 1, 1), "value": 0.9},
            {"metric": "resolution_sla", "valid_from": dt.date(2025, 1, 1), "value": 0.85},
        ],
        dividers=[{"metric": "m", "on_day": dt.date(2026, 2, 2), "author": "B", "reason": "recount"}],
    )
    dated, undated = actions(journal)
    assert (dated.title, dated.due, dated.scope, dated.gmv_held) == (
        "Check addresses",
        dt.date(2026, 5, 1),
        "reason=address&marketplace=EU",
        10.5,
    )
    assert (undated.due, undated.status, undated.scope, undated.comparison) == (None, "open", "", "")
    assert [action.kind for action in actions(journal, ["blocker"])] == ["blocker"]
    assert [target.value for target in targets(journal, "resolution_sla")] == [0.85, 0.9]
    assert [(d.on_day, d.author, d.reason) for d in dividers(journal)] == [
        (dt.date(2026, 2, 2), "B", "recount")
    ]


def test_a_new_sample_replaces_its_own_entries_and_leaves_what_people_wrote(journal: Journal) -> None:
    january = dt.date(2026, 1, 1)
    own_target = {"metric": "reopen_rate", "valid_from": january, "value": 0.01}
    replace_entries(journal, "anna", actions=[{"kind": "decision", "title": "Mine"}], targets=[own_target])
    for value in (0.05, 0.06):
        replace_entries(
            journal,
            "sample",
            actions=[{"kind": "tooling", "title": "Sampled"}],
            targets=[
                {"metric": "reopen_rate", "valid_from": january, "value": value},
                {"metric": "backlog_open", "valid_from": january, "value": value},
            ],
        )
    assert sorted(action.title for action in actions(journal)) == ["Mine", "Sampled"]
    assert {target.metric: target.value for target in targets(journal)} == {
        "reopen_rate": 0.01,
        "backlog_open": 0.06,
    }


def test_a_failed_write_leaves_the_entries_before_it(journal: Journal) -> None:
    replace_entries(journal, "sample", actions=[{"kind": "tooling", "title": "Before"}])
    with pytest.raises(Exception, match=r"(?i)title"):
        replace_entries(
            journal,
            "sample",
            actions=[{"kind": "tooling", "title": "New"}, {"kind": "tooling", "title": None}],
        )
    assert [action.title for action in actions(journal)] == ["Before"]


def test_entries_survive_closing_and_opening_again(new_location: NewLocation) -> None:
    location = new_location()
    first = open_journal(location)
    log_access(first, "anna", "specialist 7", "opened the profile")
    first.engine.dispose()
    with open_journal(location).engine.connect() as connection:
        assert [row.subject for row in connection.execute(select(ACCESS_LOG))] == ["specialist 7"]


def test_a_journal_opened_by_eight_at_once_is_migrated_once(new_location: NewLocation) -> None:
    location = new_location()
    with ThreadPoolExecutor(8) as pool:
        journals = list(pool.map(lambda _: open_journal(location), range(8)))
    with journals[0].engine.connect() as connection:
        assert connection.execute(text("select version_num from alembic_version")).scalars().all() == [HEAD]
    for opened in journals:
        opened.engine.dispose()


def test_a_journal_of_a_newer_release_is_refused_with_the_cure(new_location: NewLocation) -> None:
    location = new_location()
    journal = open_journal(location)
    with journal.engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(StoreTooNew, match="upgrade Quarterdeck"):
        open_journal(location)


def test_sqlite_keeps_readers_and_a_writer_apart(tmp_path: Path) -> None:
    location = Location.parse(str(tmp_path / "store"))
    journal = open_journal(location)
    with journal.engine.connect() as connection:
        assert connection.exec_driver_sql("pragma journal_mode").scalar() == "wal"


def test_a_file_that_is_no_journal_is_named(tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite").write_text("these are no pages of a database, " * 50)
    with pytest.raises(StoreError, match=r"journal of .* cannot be opened .*not a database"):
        open_journal(Location.parse(str(tmp_path)))
