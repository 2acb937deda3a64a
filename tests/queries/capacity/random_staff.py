"""Random teams with plans, positions, skills and leave, on purpose as bad as sources are.

People in two teams at once, gone though history goes on, without working time, in no team; qualifications
expired, later, without dates, of people who left; a skill nobody has and one nobody needs; positions without
an opening day and filled before they were opened; leave that ends before it starts.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from tests.queries.random_capacity import capacity_operation
from tests.queries.random_draws import one
from tests.queries.random_operation import Operation

DAY = dt.timedelta(days=1)
TODAY = dt.date(2026, 3, 18)
TEAMS = ("emea-1", "emea-2", "amer-1", "apac-1")
SKILLS = ("german", "identity", "payments", "nobody_has")


def staff_operation(seed: int) -> Operation:
    """The operation of `capacity_operation` with thirty other people and all that is planned for them."""
    base = capacity_operation(seed)
    rng = np.random.default_rng(seed + 900)
    tables = dict(base.tables)
    people, places = _people(rng)
    tables["specialists"] = pd.concat([tables["specialists"], pd.DataFrame(people)], ignore_index=True)
    tables["specialist_history"] = pd.concat(
        [tables["specialist_history"], pd.DataFrame(places)], ignore_index=True
    )
    names = [person["specialist_id"] for person in people]
    tables["skills"] = pd.DataFrame([{"skill": skill, "name": skill.title()} for skill in SKILLS[:3]])
    tables["specialist_skills"] = pd.DataFrame(_skills(rng, names))
    tables["skill_requirements"] = pd.DataFrame(
        [
            {"team": team, "skill": skill, "people": one(rng, [0, 1, 2, 3])}
            for team in TEAMS
            for skill in SKILLS
            if rng.random() < 0.8
        ]
    )
    tables["planned_leave"] = pd.DataFrame(_leave(rng, names))
    tables["headcount_plan"] = pd.DataFrame(
        [
            {"team": team, "month": dt.date(2025 + month // 12, month % 12 + 1, 1), "fte": 4.5 + month / 10}
            for team in TEAMS[:3]
            for month in range(8, 22)
        ]
    )
    tables["requisitions"] = pd.DataFrame(_positions(rng))
    return Operation(tables, base.settings_toml)


def _people(rng: np.random.Generator) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    people: list[dict[str, Any]] = []
    places: list[dict[str, Any]] = []
    for number in range(30):
        person = f"S{number:02d}"
        hired = dt.date(2023, 1, 1) + DAY * int(rng.integers(0, 1000))
        left = hired + DAY * int(rng.integers(60, 1500)) if rng.random() < 0.4 else None
        people.append({"specialist_id": person, "name": f"Name {number}", "hired_on": hired, "left_on": left})
        moved = hired + DAY * int(rng.integers(30, 900))
        ends = one(rng, [None, None, moved + DAY * 300])
        first = {"team": one(rng, list(TEAMS)), "valid_from": hired, "valid_to": one(rng, [moved, ends])}
        second = {"team": one(rng, [*TEAMS, None]), "valid_from": moved, "valid_to": ends}
        for place in (first, second)[: 1 + int(rng.random() < 0.6)]:
            if place["valid_to"] is None or place["valid_to"] > place["valid_from"]:
                places.append(
                    {"specialist_id": person, "site": "LUX", "fte": one(rng, [1.0, 0.6, None]), **place}
                )
    return people, places


def _skills(rng: np.random.Generator, names: list[str]) -> list[dict[str, Any]]:
    rows = []
    for person in names:
        for skill in SKILLS[:3]:
            if rng.random() < 0.6:
                since = dt.date(2024, 1, 1) + DAY * int(rng.integers(0, 900))
                until = since + DAY * int(rng.integers(100, 1200))
                rows.append(
                    {
                        "specialist_id": person,
                        "skill": skill,
                        "qualified_on": one(rng, [since, since, None]),
                        "expires_on": one(rng, [until, until, None]),
                    }
                )
    return rows


def _leave(rng: np.random.Generator, names: list[str]) -> list[dict[str, Any]]:
    rows: dict[tuple[str, dt.date], dict[str, Any]] = {}
    for person in names * 2:
        starts = TODAY + DAY * int(rng.integers(-20, 95))
        ends = starts + DAY * int(rng.integers(-3, 25))
        rows[person, starts] = {
            "specialist_id": person,
            "starts_on": starts,
            "ends_on": ends,
            "leave_kind": one(rng, ["vacation", None]),
        }
    return list(rows.values())


def _positions(rng: np.random.Generator) -> list[dict[str, Any]]:
    rows = []
    for number in range(60):
        opened = TODAY - DAY * int(rng.integers(-30, 900))
        filled = opened + DAY * int(rng.integers(0, 150)) if rng.random() < 0.7 else None
        if number < 4:
            filled = opened - DAY * 3
        rows.append(
            {
                "requisition_id": f"R{number:03d}",
                "team": TEAMS[number] if number < 4 else one(rng, [*TEAMS, None]),
                "opened_on": opened if number < 4 else one(rng, [opened] * 9 + [None]),
                "filled_on": filled,
                "starts_on": None if filled is None else filled + DAY * int(rng.integers(0, 90)),
                "specialist_id": None,
            }
        )
    return rows
