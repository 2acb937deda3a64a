"""A small operation of twelve people, drawn at random, whose comparisons can be computed in plain Python."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from queries.measure import Reader, open_reader
from queries.scope import open_scope
from store.facts import open_facts
from store.location import Location
from store.schema import fact, source_columns
from tests.queries.small_store import UTC_SETTINGS

START = dt.datetime(2026, 1, 5)
WEEKS = 40
THROUGH = START + dt.timedelta(weeks=WEEKS, minutes=-1)
PEOPLE = [f"P{number:02d}" for number in range(12)]
REASONS = ("plan", "proof")
TIERS = ("standard", "strategic")
WORSE = "P03"
ARROW = {
    "VARCHAR": pa.string(),
    "DATETIME": pa.timestamp("us"),
    "INTEGER": pa.int32(),
    "DATE": pa.date32(),
    "BOOLEAN": pa.bool_(),
    "FLOAT": pa.float64(),
    "DOUBLE": pa.float64(),
}
Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class PeopleWorld:
    """A store of the operation on one engine, and its rows."""

    reader: Reader
    rows: Rows


def people_world(build_store: Callable[..., Location], rows: Rows) -> PeopleWorld:
    """Build and open a store of the rows."""
    tables = {name: typed(name, lines) for name, lines in rows.items() if lines}
    names = [
        name for name in ("appeals", "escalations", "reviews", "work_days", "investigations") if name in rows
    ]
    tables["supplied_through"] = pa.table(
        {
            "table_name": names,
            "first_at": pa.array([START] * len(names), pa.timestamp("us")),
            "through_at": pa.array([THROUGH] * len(names), pa.timestamp("us")),
        }
    )
    return PeopleWorld(open_reader(open_facts(build_store(tables, UTC_SETTINGS)), open_scope()), rows)


def typed(table: str, rows: list[dict[str, Any]]) -> pa.Table:
    """Rows as an Arrow table of the columns they name."""
    names = sorted({name for row in rows for name in row})
    kinds = {column.name: str(column.type) for column in source_columns(fact(table))}
    return pa.table({name: pa.array([row.get(name) for row in rows], ARROW[kinds[name]]) for name in names})


def random_people(seed: int = 4) -> Rows:
    """Appeals with audits and calibration, escalations, days of work: twelve people alike but one."""
    rng = np.random.default_rng(seed)
    appeals: list[dict[str, Any]] = []
    reviews: list[dict[str, Any]] = []
    escalations: list[dict[str, Any]] = []
    for week in range(WEEKS):
        for person in PEOPLE:
            for _ in range(int(rng.integers(1, 4))):
                appeals.append(_appeal(rng, week, person, len(appeals)))
                if rng.random() < 0.8 and appeals[-1]["decided_at"] is not None:
                    reviews.append(_audit(rng, appeals[-1], len(reviews)))
            opened = START + dt.timedelta(weeks=week, hours=float(rng.integers(0, 160)))
            late = float(rng.choice([10.0, 20.0, 40.0]))
            ended = opened + dt.timedelta(hours=late)
            escalations.append(
                {
                    "escalation_id": f"X{len(escalations):05d}",
                    "cycle": 1,
                    "severity": "high",
                    "reason": str(rng.choice(REASONS)),
                    "specialist_id": person,
                    "team": "one",
                    "opened_at": opened,
                    "resolved_at": ended if ended < THROUGH and rng.random() < 0.9 else None,
                    "end_kind": None,
                }
            )
            if escalations[-1]["resolved_at"] is not None:
                escalations[-1]["end_kind"] = "resolved"
    decided = [appeal for appeal in appeals if appeal["decided_at"] is not None]
    for appeal in decided[::9]:
        for rater in rng.choice(PEOPLE, 4, replace=False):
            if rater != appeal["specialist_id"]:
                reviews.append(
                    {
                        "review_id": f"C{len(reviews):05d}",
                        "subject_kind": "appeal",
                        "subject_id": appeal["appeal_id"],
                        "purpose": "calibration",
                        "selected_at": appeal["decided_at"],
                        "reviewed_at": appeal["decided_at"] + dt.timedelta(days=2),
                        "reviewer_id": str(rater),
                        "own_decision": str(rng.choice(["upheld", "upheld", "reversed_our_error"])),
                    }
                )
    days = [
        {
            "specialist_id": person,
            "worked_on": (START + dt.timedelta(days=day)).date(),
            "team": "one",
            "paid_hours": 8.0,
            "leave_hours": 8.0 if rng.random() < 0.1 else 0.0,
            "training_hours": 0.0,
            "meeting_hours": 1.0,
        }
        for person in PEOPLE[:10]
        for day in range(WEEKS * 7)
        if day % 7 < 5
    ]
    for line in days:
        line["meeting_hours"] = 0.0 if line["leave_hours"] else 1.0
    return {
        "teams": [
            {"team": "one", "name": "One", "position": 1},
            {"team": "two", "name": "Two", "position": 2},
        ],
        "specialists": [
            {"specialist_id": person, "name": f"Person {chr(90 - place)}", "hired_on": dt.date(2025, 1, 1)}
            for place, person in enumerate(PEOPLE)
        ],
        "specialist_history": [
            {"specialist_id": person, "team": "one", "valid_from": dt.date(2025, 1, 1)} for person in PEOPLE
        ],
        "appeals": appeals,
        "reviews": reviews,
        "escalations": escalations,
        "work_days": days,
        "standard_times": [
            {"work_type": "appeal", "valid_from": dt.date(2025, 1, 1), "minutes": 60.0},
            {"work_type": "escalation", "valid_from": dt.date(2025, 1, 1), "minutes": 120.0},
        ],
    }


def _appeal(rng: np.random.Generator, week: int, person: str, number: int) -> dict[str, Any]:
    submitted = START + dt.timedelta(weeks=week, hours=float(rng.integers(0, 168)))
    decided = submitted + dt.timedelta(hours=float(rng.exponential(50.0)))
    known = decided < THROUGH
    return {
        "appeal_id": f"A{number:05d}",
        "specialist_id": person,
        "team": "one",
        "tier": str(rng.choice(TIERS)),
        "submitted_at": submitted,
        "decided_at": decided if known else None,
        "outcome": str(rng.choice(["upheld", "reversed_our_error"])) if known else None,
        "reason": str(rng.choice(REASONS)) if known else None,
        "audit_stratum": "all",
        "level": 1,
    }


def _audit(rng: np.random.Generator, appeal: dict[str, Any], number: int) -> dict[str, Any]:
    chance = 0.6 if appeal["specialist_id"] == WORSE else 0.06
    return {
        "review_id": f"R{number:05d}",
        "subject_kind": "appeal",
        "subject_id": appeal["appeal_id"],
        "purpose": "random",
        "selected_at": appeal["decided_at"],
        "reviewed_at": min(appeal["decided_at"] + dt.timedelta(days=3), THROUGH),
        "reviewer_id": "P11",
        "blind": True,
        "judged_wrong": bool(rng.random() < chance),
        "error_type": "step_missed",
    }
