"""Audits, completeness, flows, rollups and masters against plain Python."""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from store.derive import workbench
from store.settings import Settings
from tests.store.derivation import derived_in_memory

START = dt.datetime(2026, 1, 5)
SETTINGS = Settings.model_validate({"organisation": {"name": "T", "time_zone": "UTC"}})
MOMENT = pa.timestamp("us")
few = settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


def at(hours: int | None) -> dt.datetime | None:
    return None if hours is None else START + dt.timedelta(hours=hours)


def rows_of(connection: Any, name: str) -> list[dict[str, Any]]:
    return connection.execute(f"select * from final.{name}").to_arrow_table().to_pylist()


def test_only_random_audits_count_and_the_latest_finished_one_holds() -> None:
    opened = [START, START + dt.timedelta(days=10)]
    reviews = [  # number, subject, purpose, drawn on day, wrong
        ("R1", "E", "random", 5, True),
        ("R2", "E", "random", 6, False),
        ("R3", "E", "complaint", 7, True),
        ("R4", "E", "random", 30, True),
        ("R5", "E", "random", 31, None),
    ]
    source = {
        "escalations": pa.table(
            {
                "escalation_id": ["E", "E"],
                "cycle": pa.array([1, 2], pa.int32()),
                "opened_at": pa.array(opened, MOMENT),
                "resolved_at": pa.array([moment + dt.timedelta(days=2) for moment in opened], MOMENT),
            }
        ),
        "reviews": pa.table(
            {
                "review_id": [row[0] for row in reviews],
                "subject_kind": ["escalation"] * len(reviews),
                "subject_id": [row[1] for row in reviews],
                "purpose": [row[2] for row in reviews],
                "selected_at": pa.array([START + dt.timedelta(days=row[3]) for row in reviews], MOMENT),
                "judged_wrong": [row[4] for row in reviews],
            }
        ),
    }
    with derived_in_memory(source, SETTINGS) as connection:
        verdicts = {row["cycle"]: row["audit_wrong"] for row in rows_of(connection, "escalations")}
    assert verdicts == {1: False, 2: True}


@few
@given(
    st.lists(st.integers(0, 12), min_size=30, max_size=100),
    st.sets(st.integers(0, 99), max_size=3),
    st.integers(0, 1439),
)
def test_incomplete_days_follow_the_rule_of_the_trailing_weeks(
    counts: list[int], silent_days: set[int], last_minute: int
) -> None:
    counts = [0 if day in silent_days else count for day, count in enumerate(counts)]
    counts[0] = counts[0] or 1
    moments = [
        START + dt.timedelta(days=day, minutes=7 * n)
        for day, count in enumerate(counts)
        for n in range(count)
    ]
    through = START + dt.timedelta(days=len(counts) - 1, minutes=last_minute)
    source = {
        "work_items": pa.table({"work_item_id": ["W"], "worked_on": pa.array([START.date()])}),
        "investigations": pa.table(
            {
                "investigation_id": [f"I{n}" for n in range(len(moments))],
                "opened_at": pa.array(moments, MOMENT),
            }
        ),
        "supplied_through": pa.table(
            {"table_name": ["investigations"], "through_at": pa.array([through], MOMENT)}
        ),
        "incomplete_days": pa.table(
            {
                "table_name": ["investigations"],
                "on_day": pa.array([(START + dt.timedelta(days=3)).date()]),
                "why": ["the source was down"],
            }
        ),
    }
    with derived_in_memory(source, SETTINGS) as connection:
        days = [row for row in rows_of(connection, "loaded_days") if row["table_name"] == "investigations"]
        reach = {row["table_name"]: row for row in rows_of(connection, "data_through")}
    assert [row["on_day"] for row in days] == [
        (START + dt.timedelta(days=n)).date() for n in range(len(counts))
    ]
    assert [row["rows"] for row in days] == counts
    last_is_over = last_minute == 1439
    expected_last = len(counts) - 1 if last_is_over else len(counts) - 2
    assert reach["investigations"]["last_day"] == (START + dt.timedelta(days=expected_last)).date()
    assert reach["work_items"]["last_day"] == START.date()
    for number, row in enumerate(days):
        before = [counts[number - 7 * week] for week in range(1, 9) if number >= 7 * week]
        usual = len(before) >= 4 and statistics.median(before) >= 5
        expected = not (number == 3 or number > expected_last or (counts[number] == 0 and usual))
        assert row["complete"] == expected, (number, row)
        assert (row["why"] is None) == expected
    assert days[3]["why"] == "the source was down"


@pytest.mark.parametrize("rows_per_slice", [1_000_000, 1])
def test_flows_rollups_and_values_count_what_the_rows_say_in_one_slice_and_in_many(
    monkeypatch: pytest.MonkeyPatch, rows_per_slice: int
) -> None:
    monkeypatch.setattr(workbench, "_SLICE", rows_per_slice)
    size = 200
    source = {
        "escalations": pa.table(
            {
                "escalation_id": [f"E{n // 2}" for n in range(size)],
                "cycle": pa.array([1 + n % 2 for n in range(size)], pa.int32()),
                "opened_at": pa.array([at(n * 15) for n in range(size)], MOMENT),
                "resolved_at": pa.array([at(n * 15 + n % 9) if n % 4 else None for n in range(size)], MOMENT),
                "end_kind": ["merged" if n % 4 == 1 else "resolved" if n % 4 else None for n in range(size)],
                "team": [("a", "b", None)[n % 3] for n in range(size)],
            }
        )
    }
    with derived_in_memory(source, SETTINGS) as connection:
        escalations = rows_of(connection, "escalations")
        flows = Counter((row["flow"], row["delta"]) for row in rows_of(connection, "case_flow"))
        values = {
            row["value"]: row["rows"]
            for row in rows_of(connection, "distinct_values")
            if row["table_name"] == "escalations" and row["dimension"] == "team"
        }
        order = connection.execute("select opened_month, team, opened_at from final.escalations").fetchall()
        supplied = {
            row["column_name"]: row["rows"]
            for row in rows_of(connection, "supplied_columns")
            if row["table_name"] == "escalations"
        }
    assert len({month for month, _, _ in order}) == 5
    ended = sum(row["resolved_at"] is not None for row in escalations)
    assert flows == {
        ("opened", 1): 100,
        ("reopened", 1): 100,
        ("merged", -1): 50,
        ("resolved", -1): ended - 50,
    }
    assert values == {"a": 67, "b": 67}
    assert order == sorted(order, key=lambda row: (row[0], row[1] is None, row[1] or "", row[2]))
    assert (supplied["team"], supplied["due_at"], supplied["resolved_at"]) == (134, 0, ended)


def test_unknown_people_sellers_and_teams_get_a_name_until_their_row_arrives() -> None:
    source = {
        "escalations": pa.table(
            {
                "escalation_id": ["E"],
                "cycle": pa.array([1], pa.int32()),
                "opened_at": pa.array([START], MOMENT),
                "specialist_id": ["P9"],
                "seller_id": ["S9"],
                "team": ["t9"],
            }
        ),
        "specialists": pa.table({"specialist_id": ["P1"], "name": ["Anna"]}),
    }
    with derived_in_memory(source, SETTINGS) as connection:
        names = {
            name: [row["name"] for row in rows_of(connection, name)]
            for name in ("specialists", "sellers", "teams")
        }
        kept = connection.execute("select count(*) from src.specialists").fetchone()
    assert names == {
        "specialists": ["Anna", "Unknown (P9)"],
        "sellers": ["Unknown (S9)"],
        "teams": ["Unknown (t9)"],
    }
    assert kept == (1,)
