"""A version that was derived before is taken only for the same rows, derived in the same way."""

from __future__ import annotations

import pyarrow as pa
import pytest

from store.derive import stamps, weekly
from tests.queries.derived_once import contents

TABLES = {"appeals": pa.table({"appeal_id": ["A1"]})}


def test_other_rows_settings_or_rules_of_derivation_are_other_contents(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [
        contents(TABLES, None),
        contents(TABLES, "x"),
        contents({"appeals": TABLES["appeals"][:0]}, None),
    ]
    monkeypatch.setattr(stamps, "SELLER_GROUPS", 3)
    found.append(contents(TABLES, None))
    monkeypatch.setattr(weekly, "LEAST_ROWS", 1)
    found.append(contents(TABLES, None))
    assert len(set(found)) == len(found)
    assert contents(dict(TABLES), None) == found[-1]
