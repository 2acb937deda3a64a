"""Positions, qualifications and leave whose days cannot be right are refused, with the reason."""

from __future__ import annotations

import pytest

from tests.store.importing.conftest import Desk
from tests.store.importing.test_bad_decisions import load


@pytest.mark.parametrize(
    ("table", "rows", "column"),
    [
        (
            "requisitions",
            "requisition_id,team,opened_on,filled_on\nR1,a,2026-02-01,2026-01-20\nR2,a,2026-02-01,\n",
            "filled_on",
        ),
        (
            "specialist_skills",
            "specialist_id,skill,qualified_on,expires_on\nP1,german,2026-02-01,2026-01-20\nP2,german,,\n",
            "expires_on",
        ),
        (
            "planned_leave",
            "specialist_id,starts_on,ends_on\nP1,2026-02-01,2026-01-20\nP2,2026-02-01,2026-02-01\n",
            "ends_on",
        ),
    ],
)
def test_what_ends_before_it_begins_is_refused(desk: Desk, table: str, rows: str, column: str) -> None:
    counts = load(desk, table, rows)
    assert (counts.loaded, counts.quarantined) == (1, 1)
    assert desk.refusals()[0][:3] == (2, column, "2026-01-20")


def test_a_need_of_nobody_loads_and_one_below_nobody_is_refused(desk: Desk) -> None:
    counts = load(desk, "skill_requirements", "team,skill,people\na,german,0\na,french,-1\n")
    assert (counts.loaded, counts.quarantined) == (1, 1)
    assert desk.refusals()[0][:3] == (3, "people", "-1")
