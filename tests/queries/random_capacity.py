"""Random people with their hours, on purpose as bad as sources are, beside everything about cases.

People in no team, in two teams, hired after their first case, gone before their last; days without rows, days
of nothing but leave, days whose parts are more than what was paid; a site on holiday; kinds of hours left
empty; standard times of 0, none at all, and none yet.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from tests.queries.random_draws import DAY, THROUGH, one
from tests.queries.random_operation import Operation
from tests.queries.random_sellers import seller_operation

FIRST, LAST = dt.date(2025, 9, 1), dt.date(2026, 4, 15)
HIRED_LATER, LEFT_EARLY = dt.date(2025, 12, 3), dt.date(2026, 2, 20)
HOLIDAY = dt.date(2025, 11, 11)
STANDARD_TIMES = (
    ("Escalation", dt.date(2025, 1, 1), 200.0),
    ("escalation", dt.date(2026, 1, 10), 255.5),
    ("escalation", dt.date(2026, 3, 1), 0.0),  # no standard time: the one before still holds
    ("escalation", dt.date(2026, 5, 1), 30.0),
    ("investigation", dt.date(2025, 9, 20), 410.0),
    ("appeal", dt.date(2025, 9, 1), None),
    ("review", dt.date(2025, 1, 1), 30.0),
)


@cache
def capacity_operation(seed: int) -> Operation:
    """An operation with sellers' cases and the hours of nine people: one for a seed, not to be changed."""
    base = seller_operation(seed)
    rng = np.random.default_rng(seed + 5000)
    tables = dict(base.tables)
    tables["specialists"] = pd.DataFrame(_people())
    tables["specialist_history"] = pd.DataFrame(_places())
    tables["work_days"] = pd.DataFrame(_days(rng))
    tables["standard_times"] = pd.DataFrame(
        [{"work_type": kind, "valid_from": day, "minutes": spent} for kind, day, spent in STANDARD_TIMES]
    )
    tables["investigations"] = _closed_before_winter(tables["investigations"])
    tables["work_items"] = pd.DataFrame(_items(rng, tables["appeals"]))
    tables["supplied_through"] = pd.concat(
        [
            tables["supplied_through"],
            pd.DataFrame([{"table_name": "work_days", "first_at": None, "through_at": THROUGH}]),
        ],
        ignore_index=True,
    )
    return Operation(tables, base.settings_toml)


def _closed_before_winter(investigations: pd.DataFrame) -> pd.DataFrame:
    """Those opened before their standard time do not stay open, else the backlog were never known."""
    early = investigations["opened_at"] < pd.Timestamp(2025, 9, 21)
    soon = investigations["opened_at"] + pd.Timedelta(hours=300)
    ends = investigations["closed_at"].where(~early | (investigations["closed_at"] < soon), soon)
    return investigations.assign(closed_at=ends)


def _people() -> list[dict[str, Any]]:
    hired = {3: HIRED_LATER, 5: dt.date(2025, 8, 20), 6: None}
    return [
        {
            "specialist_id": f"P{k}",
            "name": f"Person {k}",
            "hired_on": hired.get(k, dt.date(2024, 3, 1)),
            "left_on": LEFT_EARLY if k == 4 else None,
        }
        for k in range(8)
    ]


def _places() -> list[dict[str, Any]]:
    """P2 is in two teams at once, P7 in none, P6 has no working time of their own."""
    begin, moved = dt.date(2025, 1, 1), dt.date(2026, 1, 15)
    spans = [
        *((f"P{k}", "emea-1" if k % 2 else "amer-1", begin, moved, 1.0) for k in (0, 1, 3, 4, 5)),
        *((f"P{k}", "emea-2" if k < 3 else "apac-1", moved, None, 0.5) for k in (0, 1, 3, 4, 5)),
        ("P2", "emea-1", begin, None, 0.8),
        ("P2", "emea-2", dt.date(2025, 11, 1), dt.date(2026, 2, 1), 0.6),
        ("P6", "amer-1", begin, None, None),
    ]
    return [
        {
            "specialist_id": person,
            "team": team,
            "site": {"emea-1": "LUX", "amer-1": "AUS"}.get(team),
            "fte": fte,
            "valid_from": first,
            "valid_to": stop,
        }
        for person, team, first, stop, fte in spans
    ]


def _days(rng: np.random.Generator) -> list[dict[str, Any]]:
    rows = []
    for offset in range((LAST - FIRST).days + 1):
        day = FIRST + DAY * offset
        for k in range(9):
            usual = day.weekday() < 5 and rng.random() > 0.07
            if not usual and rng.random() > 0.03:
                continue
            paid = float(one(rng, [8.0, 8.0, 7.5, 9.25, 4.0]))
            leave = paid if rng.random() < 0.1 else one(rng, [0.0, 0.0, None, 2.0])
            if day == HOLIDAY and k in (1, 3, 5):
                leave = paid
            rows.append(
                {
                    "specialist_id": f"P{k}",
                    "worked_on": day,
                    "team": one(rng, [None, None, None, "emea-1", "amer-1"]),
                    "site": one(rng, [None, "HYD"]),
                    "paid_hours": paid if rng.random() > 0.03 else one(rng, [None, 0.0]),
                    "overtime_hours": one(rng, [None, 0.0, 1.0]),
                    "leave_hours": leave,
                    "leave_kind": "vacation" if leave else None,
                    "training_hours": one(rng, [0.0, None, 1.5, 6.0]),
                    "meeting_hours": one(rng, [0.0, 0.5, 1.25, None]),
                    "case_hours": one(rng, [None, 0.0, 3.0, 4.5, float(rng.uniform(0, 9))]),
                }
            )
    return rows


def _items(rng: np.random.Generator, appeals: pd.DataFrame) -> list[dict[str, Any]]:
    """Several people on one appeal, minutes of 0, items of no case, too few investigations for a median."""
    cases = [*appeals["appeal_id"].tolist()[:120], None, None, None]
    kinds = [("appeal", "Appeal "), ("appeal", None), ("appeal", "appeal"), ("Appeal", "review")]
    rows = []
    for number in range(260):
        kind, work_type = one(rng, kinds)
        rows.append(
            {
                "work_item_id": f"W{number}",
                "case_kind": kind,
                "case_id": one(rng, cases),
                "work_type": work_type,
                "specialist_id": f"P{int(rng.integers(0, 8))}",
                "worked_on": FIRST + DAY * int(rng.integers(0, 200)),
                "minutes": one(rng, [0.0, None, float(rng.lognormal(4, 0.4)), float(rng.lognormal(4, 0.4))]),
            }
        )
    for number in range(29):
        rows.append(
            {
                "work_item_id": f"V{number}",
                "case_kind": "investigation",
                "case_id": f"V{number:04d}",
                "work_type": "investigation",
                "specialist_id": "P1",
                "worked_on": FIRST,
                "minutes": 300.0,
            }
        )
    return rows
