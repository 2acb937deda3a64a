"""Teams that live by hours: their history as a store holds it, and what became of them afterwards.

Written apart from the simulation: case by case and person by person, first come first served, levels of
arrivals drifting for each team and for all together, people ill and leaving. Only rows that a source has are
told; rates, spreads and drifts are for the reader to measure.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

END = dt.date(2026, 3, 16)  # a Monday, the first unknown day
WEEKS, AHEAD = 60, 13
PEOPLE, PAID, MEETINGS, CASE_SHARE = 4, 8.0, 1.5, 0.9
ILL, ILL_DAYS, LEAVING = 0.02, 3.0, 0.10  # per person and day at work; days; per year
OWN_DRIFT, COMMON_DRIFT = 0.015, 0.005  # relative, per week
WEEKDAYS = np.array([0.2, 0.19, 0.18, 0.17, 0.16, 0.05, 0.05])
MEAN_HOURS, SPREAD = 5.0, 0.6
PROMISE = 7  # calendar days
SETTINGS = """
default_calendar = "weekdays"
[organisation]
name = "Test"
time_zone = "UTC"
[calendars.weekdays]
time_zone = "UTC"
workdays = ["monday", "tuesday", "wednesday", "thursday", "friday"]
opens = "00:00"
closes = "24:00"
"""


@dataclass(frozen=True)
class Lived:
    """Source tables up to `END`, and by team the cases open at the end of each of the `AHEAD` weeks after."""

    tables: dict[str, pa.Table]
    open_cases: dict[str, np.ndarray]


def lived(seed: int, teams: int) -> Lived:
    """The history and the future of some teams."""
    random = np.random.default_rng(seed)
    common = np.exp(np.cumsum(random.normal(0, COMMON_DRIFT, WEEKS + AHEAD)))
    rows = _Rows([], [], [], [], [])
    open_cases = {f"t{place:03d}": _live(f"t{place:03d}", common, random, rows) for place in range(teams)}
    return Lived(rows.tables(sorted(open_cases)), open_cases)


@dataclass(frozen=True)
class _Rows:
    people: list[tuple[str, dt.date, dt.date | None]]
    places: list[tuple[str, str]]
    days: list[tuple[str, dt.date, str, float, str | None, float]]
    appeals: list[tuple[str, str, str | None, dt.datetime, dt.datetime | None]]
    items: list[tuple[str, str, dt.date, float]]

    def tables(self, teams: list[str]) -> dict[str, pa.Table]:
        """Rows as source tables."""
        person, hired, left = (list(column) for column in zip(*self.people, strict=True))
        member, team = (list(column) for column in zip(*self.places, strict=True))
        who, day, where, leave, kind, worked = (list(column) for column in zip(*self.days, strict=True))
        case, owner, by, came, ended = (list(column) for column in zip(*self.appeals, strict=True))
        done, doer, on, minutes = (list(column) for column in zip(*self.items, strict=True))
        begin = END - dt.timedelta(weeks=WEEKS)
        at_work = [not hours for hours in leave]
        moment = pa.timestamp("us")
        return {
            "teams": pa.table({"team": teams, "name": teams}),
            "specialists": pa.table({"specialist_id": person, "hired_on": hired, "left_on": left}),
            "specialist_history": pa.table(
                {
                    "specialist_id": member,
                    "team": team,
                    "fte": [1.0] * len(member),
                    "valid_from": pa.array([begin - dt.timedelta(days=700)] * len(member), pa.date32()),
                }
            ),
            "work_days": pa.table(
                {
                    "specialist_id": who,
                    "worked_on": day,
                    "team": where,
                    "paid_hours": [PAID] * len(who),
                    "leave_hours": leave,
                    "leave_kind": pa.array(kind, pa.string()),
                    "training_hours": [0.0] * len(who),
                    "meeting_hours": [MEETINGS * there for there in at_work],
                    "case_hours": worked,
                }
            ),
            "appeals": pa.table(
                {
                    "appeal_id": case,
                    "team": owner,
                    "specialist_id": pa.array(by, pa.string()),
                    "submitted_at": pa.array(came, moment),
                    "due_at": pa.array([one + dt.timedelta(days=PROMISE) for one in came], moment),
                    "decided_at": pa.array(ended, moment),
                    "outcome": pa.array([None if one is None else "upheld" for one in ended], pa.string()),
                }
            ),
            "work_items": pa.table(
                {
                    "work_item_id": done,
                    "case_kind": ["appeal"] * len(done),
                    "case_id": done,
                    "specialist_id": doer,
                    "worked_on": on,
                    "minutes": minutes,
                }
            ),
            "supplied_through": pa.table(
                {
                    "table_name": ["appeals", "work_days", "work_items"],
                    "first_at": pa.array([dt.datetime.combine(begin, dt.time())] * 3, moment),
                    "through_at": pa.array([dt.datetime.combine(END, dt.time())] * 3, moment),
                }
            ),
        }


def _live(team: str, common: np.ndarray, random: np.random.Generator, rows: _Rows) -> np.ndarray:
    """One team day by day; its rows up to `END` are put down, open cases at the later ends of weeks told."""
    begin = END - dt.timedelta(weeks=WEEKS)
    hours_a_day = (PAID - MEETINGS) * CASE_SHARE
    mean = MEAN_HOURS * np.exp(random.normal(0, 0.1))
    load = 0.93 * np.exp(random.normal(0, 0.08))
    usual = load * 5 * PEOPLE * hours_a_day * 0.94 / mean
    drift = np.cumsum(random.normal(0, OWN_DRIFT, WEEKS + AHEAD))
    level = usual * np.exp(drift - drift[WEEKS - 1]) * common / common[WEEKS - 1]
    people = [f"{team}p{place}" for place in range(PEOPLE)]
    rows.people.extend((person, begin - dt.timedelta(days=800), None) for person in people)
    rows.places.extend((person, team) for person in people)
    # Who left before was replaced at once and sits in the figures of leaving only.
    for gone in range(random.poisson(LEAVING * PEOPLE * 2)):
        left = END - dt.timedelta(days=int(random.integers(1, 728)))
        rows.people.append((f"{team}x{gone}", begin - dt.timedelta(days=800), left))
    leaves = random.exponential(365.25 / LEAVING, PEOPLE)
    away = np.zeros(PEOPLE, int)
    waiting: deque[list[object]] = deque()  # case, hours left, hours, came
    told = []
    number = 0
    for day in range((WEEKS + AHEAD) * 7):
        date = begin + dt.timedelta(days=day)
        known = date < END
        for _ in range(random.poisson(level[day // 7] * WEEKDAYS[day % 7])):
            need = random.gamma(1 / SPREAD**2, mean * SPREAD**2)
            moment = dt.datetime.combine(date, dt.time(9))
            waiting.append([f"{team}-{number}", need, need, moment])
            number += 1
        if day % 7 < 5:
            since = day - WEEKS * 7
            there = []
            for place in range(PEOPLE):
                if since >= leaves[place]:
                    continue
                if away[place] == 0 and random.random() < ILL:
                    away[place] = int(random.geometric(1 / ILL_DAYS))
                if away[place]:
                    away[place] -= 1
                else:
                    there.append(place)
            rest = most = hours_a_day * len(there)
            while waiting and rest >= waiting[0][1]:  # type: ignore[operator]
                case, left_over, need, came = waiting.popleft()
                rest -= left_over  # type: ignore[operator]
                if known:
                    by = people[there[number % len(there)]]
                    rows.appeals.append((case, team, by, came, dt.datetime.combine(date, dt.time(16))))  # type: ignore[arg-type]
                    rows.items.append((case, by, date, 60 * need))  # type: ignore[arg-type, operator]
                elif came < dt.datetime.combine(END, dt.time()):  # type: ignore[operator]
                    rows.appeals.append((case, team, None, came, None))  # type: ignore[arg-type]
            if waiting:
                waiting[0][1] -= rest  # type: ignore[operator]
                rest = 0.0
            if known:
                spent = (most - rest) / max(len(there), 1)
                for place, person in enumerate(people):
                    here = place in there
                    leave, kind = (0.0, None) if here else (PAID, "sick")
                    rows.days.append((person, date, team, leave, kind, spent if here else 0.0))
        if day % 7 == 6 and not known:
            told.append(len(waiting))
    for case, _, _, came in waiting:
        if came < dt.datetime.combine(END, dt.time()):  # type: ignore[operator]
            rows.appeals.append((case, team, None, came, None))  # type: ignore[arg-type]
    return np.array(told)
