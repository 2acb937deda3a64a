"""Counts by week: under each dimension every case of a week once, with the weights of its audits."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from typing import Any

import pyarrow as pa
import pytest

from store.derive import weekly as derivation
from store.schema.weekly import EVERYONE, WEEKLY, Weekly
from store.settings import Settings
from tests.store.derivation import derived_in_memory

START = dt.datetime(2026, 1, 5)
SETTINGS = Settings.model_validate({"organisation": {"name": "T", "time_zone": "UTC"}})
MOMENT = pa.timestamp("us")
SIZE = 200


def _source() -> dict[str, pa.Table]:
    luck = random.Random(6)
    enforced = [START + dt.timedelta(days=luck.randrange(60)) for _ in range(SIZE)]
    decided = [at + dt.timedelta(days=luck.randrange(20)) if luck.random() < 0.8 else None for at in enforced]
    audited = [n for n in range(SIZE) if decided[n] and n % 3]
    return {
        "enforcements": pa.table(
            {
                "enforcement_id": [f"N{n}" for n in range(SIZE)],
                "enforced_at": pa.array(enforced, MOMENT),
                "policy": [luck.choice(("one", "two", None)) for _ in range(SIZE)],
                "marketplace": [luck.choice(("DE", "FR")) for _ in range(SIZE)],
            }
        ),
        "appeals": pa.table(
            {
                "appeal_id": [f"P{n}" for n in range(SIZE)],
                "enforcement_id": [f"N{n}" for n in range(SIZE)],
                "submitted_at": pa.array(enforced, MOMENT),
                "decided_at": pa.array(decided, MOMENT),
                "due_at": pa.array([at + dt.timedelta(days=7) for at in enforced], MOMENT),
                "outcome": [luck.choice(("upheld", "withdrawn", None)) if at else None for at in decided],
                "tier": [luck.choice(("strategic", "standard", None)) for _ in range(SIZE)],
            }
        ),
        "reviews": pa.table(
            {
                "review_id": [f"R{n}" for n in audited],
                "subject_id": [f"P{n}" for n in audited],
                "subject_kind": ["appeal"] * len(audited),
                "purpose": ["random"] * len(audited),
                "weight": pa.array([1 + n % 5 for n in audited], pa.float64()),
                "selected_at": pa.array([decided[n] for n in audited], MOMENT),
                "reviewed_at": pa.array([decided[n] for n in audited], MOMENT),
                "judged_wrong": [n % 2 == 0 for n in audited],
            }
        ),
    }


def _rows(connection: Any, name: str) -> list[dict[str, Any]]:
    return connection.execute(f"select * from final.{name}").to_arrow_table().to_pylist()


def _told_apart(weekly: Weekly, dimension: str, row: dict[str, Any]) -> tuple[Any, ...]:
    value = row[dimension] if dimension else None
    known = (row[name] is not None for name in weekly.known)
    return (value, row[f"{weekly.clock}_week"], *(row[name] for name in weekly.exact), *known)


def test_each_dimension_counts_every_case_of_a_week_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derivation, "LEAST_ROWS", 1)
    with derived_in_memory(_source(), SETTINGS) as connection:
        for weekly in WEEKLY:
            cases = [row for row in _rows(connection, weekly.fact) if row[f"{weekly.clock}_week"]]
            counts = _rows(connection, weekly.name)
            assert {row["dimension"] for row in counts} == {EVERYONE, *weekly.dimensions}
            for dimension in (EVERYONE, *weekly.dimensions):
                recount = Counter(_told_apart(weekly, dimension, row) for row in cases)
                own = [row for row in counts if row["dimension"] == dimension]
                found = {
                    (row["value"], row["week"], *(row[name] for name in weekly.columns)): row["cases"]
                    for row in own
                }
                assert found == recount
                assert len(own) == len(recount) > 1
                for sample in weekly.samples:
                    weights = [
                        row[f"{sample}_weight"] for row in cases if row[f"{sample}_weight"] is not None
                    ]
                    for name, expected in (
                        ("weighted", len(weights)),
                        ("weight", sum(weights)),
                        ("squares", sum(weight**2 for weight in weights)),
                    ):
                        summed = sum(row[f"{sample}_{name}"] or 0 for row in own)
                        assert summed == pytest.approx(expected)
        audited = [row for row in _rows(connection, "appeals") if row["audit_weight"] is not None]
        assert len(audited) > 50, "the example must hold audits with weights"


def test_views_of_one_dimension_lie_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derivation, "LEAST_ROWS", 1)
    with derived_in_memory(_source(), SETTINGS) as connection:
        for weekly in WEEKLY:
            rows = connection.execute(f"select dimension, value, week from final.{weekly.name}").fetchall()
            assert rows == sorted(rows, key=lambda row: (row[0], row[1] is None, row[1] or "", row[2]))


def test_facts_of_few_rows_are_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derivation, "LEAST_ROWS", SIZE + 1)
    with derived_in_memory(_source(), SETTINGS) as connection:
        assert [len(_rows(connection, weekly.name)) for weekly in WEEKLY] == [0] * len(WEEKLY)
