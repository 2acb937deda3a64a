"""Draws in the journal, on both engines: kept whole, one per kind and week, never silently replaced."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select, text

from store.journal import AuditDraw, DrawExists, DrawItem, Journal, draws, open_journal, save_draw
from store.journal.tables import AUDIT_DRAW_ITEMS, AUDIT_DRAWS, JOURNAL
from store.location import Location

NewLocation = Callable[[], Location]
MONDAY = dt.date(2026, 11, 9)
FIRST_TABLES = {"actions", "targets", "dividers", "access_log"}


def a_draw(week: dt.date = MONDAY, kind: str = "audit", seed: int = 7, cases: int = 2) -> AuditDraw:
    items = tuple(
        DrawItem(f"{kind}-{seed}-{i}", "appeal", f"P{i}", "risky", "ann", "x", "docs", "ben", 0.25, 4.0)
        for i in range(cases)
    )
    return AuditDraw(
        kind,  # type: ignore[arg-type]
        week,
        week + dt.timedelta(days=7),
        seed,
        cases,
        2,
        3,
        1,
        40,
        "20261116T061000",
        dt.datetime(2026, 11, 16, 8, 30),
        week + dt.timedelta(days=34),
        items,
    )


def test_a_draw_comes_back_as_it_was_kept(journal: Journal) -> None:
    save_draw(journal, a_draw(seed=2**40))
    assert draws(journal) == [a_draw(seed=2**40)]


def test_the_newest_week_comes_first_and_older_ones_on_request(journal: Journal) -> None:
    weeks = [MONDAY - dt.timedelta(days=7 * i) for i in range(3)]
    for week in weeks:
        save_draw(journal, a_draw(week))
    save_draw(journal, a_draw(MONDAY, "calibration", cases=0))
    assert [(d.week_start, d.kind) for d in draws(journal)] == [
        (weeks[0], "audit"),
        (weeks[0], "calibration"),
        (weeks[1], "audit"),
        (weeks[2], "audit"),
    ]
    assert [d.week_start for d in draws(journal, since=weeks[1])] == [weeks[0], weeks[0], weeks[1]]


def test_a_week_is_drawn_once_and_what_was_replaced_stays(journal: Journal) -> None:
    save_draw(journal, a_draw())
    with pytest.raises(DrawExists, match="2026-11-09 has audit cases drawn already"):
        save_draw(journal, a_draw(seed=8))
    assert [d.seed for d in draws(journal)] == [7]
    again = replace(a_draw(seed=8), drawn_at=dt.datetime(2026, 11, 17))
    save_draw(journal, again, replace=True)
    assert draws(journal) == [again]
    with journal.engine.connect() as connection:
        kept = connection.execute(select(AUDIT_DRAWS.c.seed, AUDIT_DRAWS.c.replaced_at)).all()
        assert sorted(kept) == [(7, dt.datetime(2026, 11, 17)), (8, None)]
        assert connection.execute(select(func.count()).select_from(AUDIT_DRAW_ITEMS)).scalar() == 4


def test_a_journal_of_the_first_release_gains_the_tables_and_keeps_its_entries(
    new_location: NewLocation,
) -> None:
    location = new_location()
    journal = open_journal(location)
    with journal.engine.connect().execution_options(writes=True) as connection, connection.begin():
        for name in JOURNAL.tables.keys() - FIRST_TABLES:
            connection.execute(text(f"drop table {name}"))
        for statement in (
            "update alembic_version set version_num = '0001'",
            "insert into dividers (metric, on_day, author, reason, origin) "
            "values ('m', '2026-01-05', 'a', 'r', 'ann')",
        ):
            connection.execute(text(statement))
    journal.engine.dispose()
    upgraded = open_journal(location)
    save_draw(upgraded, a_draw())
    assert len(draws(upgraded)) == 1
    with upgraded.engine.connect() as connection:
        assert connection.execute(text("select count(*) from dividers")).scalar() == 1
