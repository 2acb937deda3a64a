"""Where numbers stand, how they are written, and the random group of a seller."""

from __future__ import annotations

import datetime as dt
import hashlib

import pyarrow as pa
import pytest

from store.derive import numbers as derivation
from store.schema.numbers import NUMBERED
from store.settings import Settings
from tests.store.derivation import derived_in_memory, derived_once

SETTINGS = Settings.model_validate({"organisation": {"name": "T", "time_zone": "UTC"}})
MOMENT = pa.timestamp("us")
START = dt.datetime(2026, 1, 28)
SIZE = 40


def _source() -> dict[str, pa.Table]:
    at = [START + dt.timedelta(days=n) for n in range(SIZE)]
    return {
        "enforcements": pa.table(
            {
                "enforcement_id": [f"N{n}" for n in range(SIZE)],
                "enforced_at": pa.array(at, MOMENT),
                "seller_id": [None if n % 5 == 0 else f"S{n % 3}" for n in range(SIZE)],
            }
        ),
        "appeals": pa.table(
            {
                "appeal_id": [f"P{n}-{n % 7}" for n in range(SIZE)],
                "enforcement_id": [None if n == 3 else f"N{n // 4}" for n in range(SIZE)],
                "submitted_at": pa.array(at, MOMENT),
                "decided_at": pa.array(
                    [None if n % 6 == 0 else day + dt.timedelta(days=9) for n, day in enumerate(at)], MOMENT
                ),
                "seller_id": [f"S{n % 3}" for n in range(SIZE)],
            }
        ),
        "escalations": pa.table(
            {
                "escalation_id": [f"E{n // 2}" for n in range(SIZE)],
                "cycle": [1 + n % 2 for n in range(SIZE)],
                "enforcement_id": [f"N{n}" for n in range(SIZE)],
                "opened_at": pa.array(at, MOMENT),
                "resolved_at": pa.array([day + dt.timedelta(hours=3) for day in at], MOMENT),
            }
        ),
        "reviews": pa.table(
            {
                "review_id": [f"R{n}" for n in range(SIZE)],
                "subject_id": [f"P{n // 3}" for n in range(SIZE)],
                "subject_kind": ["appeal"] * SIZE,
                "selected_at": pa.array([None if n == 5 else day for n, day in enumerate(at)], MOMENT),
            }
        ),
        "surveys": pa.table(
            {
                "survey_id": [f"Q{n}" for n in range(SIZE)],
                "case_id": [f"P{n}" for n in range(SIZE)],
                "case_kind": ["appeal"] * SIZE,
                "sent_at": pa.array(at, MOMENT),
            }
        ),
    }


@pytest.mark.parametrize("numbered", NUMBERED, ids=lambda numbered: f"{numbered.table}.{numbered.column}")
def test_every_number_is_noted_on_each_day_its_rows_stand_on(numbered: tuple[str, str, str]) -> None:
    table, column, ordered_by = numbered
    connection = derived_once(_source(), SETTINGS)
    rows = connection.execute(f"select {column}, {ordered_by} from final.{table}").fetchall()
    noted = connection.execute(
        "select number, on_day from final.case_numbers where table_name = ? and column_name = ?",
        [table, column],
    ).fetchall()
    expected = {
        (number, at.date() if isinstance(at, dt.datetime) else at)
        for number, at in rows
        if number is not None
    }
    assert len(noted) == len(set(noted)) and set(noted) == expected
    assert expected or table == "investigations"
    assert [number for number, _ in noted] == sorted(number for number, _ in noted)


def test_numbers_are_kept_by_how_they_are_written() -> None:
    connection = derived_once(_source(), SETTINGS)
    found = connection.execute("select table_name, shape from final.number_shapes").fetchall()
    cases = ("appeals", "P0-0"), ("appeals", "P00-0"), ("enforcements", "N0"), ("enforcements", "N00")
    assert found == [*cases, ("escalations", "E0"), ("escalations", "E00")]


def test_numbers_written_in_many_ways_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derivation, "MOST_SHAPES", 1)
    with derived_in_memory(_source(), SETTINGS) as connection:
        assert connection.execute("select count(*) from final.number_shapes").fetchone() == (0,)


@pytest.mark.parametrize(
    ("table", "number"),
    [("appeals", "appeal_id"), ("enforcements", "enforcement_id"), ("escalations", "escalation_id")],
)
def test_a_seller_is_in_one_random_group_and_a_row_without_seller_in_its_own(table: str, number: str) -> None:
    connection = derived_once(_source(), SETTINGS)
    cycle = "cycle" if table == "escalations" else "null"
    rows = connection.execute(
        f"select seller_id, {number}, {cycle}, seller_group from final.{table}"
    ).fetchall()
    for seller, own, cycle, group in rows:
        named = seller or (own if cycle is None else f"{own} {cycle}")
        digest = hashlib.md5(named.encode(), usedforsecurity=False).digest()
        assert group == int.from_bytes(digest[8:], "little") % 1_024
    assert len({group for *_, group in rows}) >= 3
