"""Kinds: every row has one, which says of it what the row says itself."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pyarrow as pa
import pytest

from store.derive import kinds as derivation
from store.schema.kinds import HORIZONS, KINDS
from store.settings import Settings
from tests.store.derivation import derived_in_memory

START = dt.datetime(2026, 1, 5)
SETTINGS = Settings.model_validate({"organisation": {"name": "T", "time_zone": "UTC"}})
MOMENT = pa.timestamp("us")
_OUTCOMES = ("upheld", "withdrawn", "reversed_our_error", "reinstated_after_fix", None)


def rows_of(connection: Any, name: str) -> list[dict[str, Any]]:
    return connection.execute(f"select * from final.{name}").to_arrow_table().to_pylist()


def _source(size: int = 300) -> dict[str, pa.Table]:
    luck = random.Random(4)
    enforced = [START + dt.timedelta(days=luck.randrange(300), hours=n % 24) for n in range(size)]
    decided = [
        at + dt.timedelta(days=luck.randrange(1, 40)) if luck.random() < 0.8 else None for at in enforced
    ]
    sellers = [f"S{luck.randrange(40)}" for _ in range(size)]
    return {
        "enforcements": pa.table(
            {
                "enforcement_id": [f"N{n}" for n in range(size)],
                "seller_id": sellers,
                "enforced_at": pa.array(enforced, MOMENT),
                "level": [luck.choice(("account", "listing", None)) for _ in range(size)],
                "policy": [luck.choice(("one", "two", None)) for _ in range(size)],
                "risk_score": [luck.choice((0.2, 0.7, None)) for _ in range(size)],
                "reversal_kind": [luck.choice(("reversed_our_error", None)) for _ in range(size)],
            }
        ),
        "appeals": pa.table(
            {
                "appeal_id": [f"P{n}" for n in range(size)],
                "enforcement_id": [f"N{n}" for n in range(size)],
                "seller_id": sellers,
                "submitted_at": pa.array(enforced, MOMENT),
                "decided_at": pa.array(decided, MOMENT),
                "outcome": [luck.choice(_OUTCOMES) if at else None for at in decided],
                "audit_stratum": [luck.choice(("a", "b", None)) for _ in range(size)],
            }
        ),
    }


@pytest.mark.parametrize("months", [1, 3])
def test_the_kind_of_a_row_says_what_the_row_says(monkeypatch: pytest.MonkeyPatch, months: int) -> None:
    monkeypatch.setattr(derivation, "_MONTHS", months)
    with derived_in_memory(_source(), SETTINGS) as connection:
        for kinds in KINDS.values():
            of_kind = {row["kind"]: row for row in rows_of(connection, kinds.name)}
            rows = rows_of(connection, kinds.fact)
            assert len({tuple(row[name] for name in kinds.columns) for row in of_kind.values()}) == len(
                of_kind
            )
            assert set(of_kind) == {row["kind"] for row in rows} == set(range(len(of_kind)))
            assert 1 < len(of_kind) < len(rows) == 300
            for row in rows:
                kind = of_kind[row["kind"]]
                assert all(kind[name] == row[name] for name in kinds.exact)
                assert all(kind[flag] == (row[name] is not None) for name, flag in kinds.known.items())
                for name, within in kinds.within.items():
                    reached = [days for days in HORIZONS if row[name] is not None and row[name] <= days]
                    assert kind[within] == min(reached, default=None), (row[name], kind[within])
