"""The second computation of the capacity metrics: pandas and loops, from the sentences of METRICS.md."""

from __future__ import annotations

import bisect
import datetime as dt
import itertools
import math
import statistics
from functools import cached_property, lru_cache
from typing import Any

import pandas as pd

from tests.queries.oracle_rows import Row
from tests.queries.oracle_statistics import NAN, Answer, Test
from tests.queries.oracle_strategic import DAY, SellerRows

UTILISATION, TARGET_DAYS = 0.8, 30
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
KINDS = {
    "escalations": ("escalation", "opened_at", "resolved_at"),
    "appeals": ("appeal", "submitted_at", "decided_at"),
    "investigations": ("investigation", "opened_at", "closed_at"),
}


class CapacityRows(SellerRows):
    """The rows of people and of their cases with everything the definitions need."""

    def _entry(self, table: str, key: str, value: str | None, day: dt.date | None) -> Row:
        """Of entries that hold on a day the one that began last: a person is in one team at a time."""
        held = [
            entry
            for entry in self.rows(table)
            if entry[key] == value
            and entry["valid_from"] <= day
            and (entry["valid_to"] is None or day < entry["valid_to"])
        ]
        return max(held, key=lambda entry: entry["valid_from"], default={})

    @cached_property
    def standards(self) -> dict[str, list[tuple[dt.date, float]]]:
        """Minutes valid from a day, by type of work; the median of 30 cases or more from the beginning."""
        found: dict[str, list[tuple[dt.date, float]]] = {}
        for kind, arrives, _ in KINDS.values():
            given = [
                (row["valid_from"], row["minutes"])
                for row in self.rows("standard_times")
                if row["work_type"].strip().lower() == kind and row["minutes"]
            ]
            spent: dict[Any, float] = {}
            for row in self.rows("work_items"):
                if (row["work_type"] or row["case_kind"]).strip().lower() == kind and row["minutes"]:
                    case = (row["case_kind"], row["case_id"] or ("item", row["work_item_id"]))
                    spent[case] = spent.get(case, 0.0) + row["minutes"]
            if len(spent) >= 30:
                given.append((dt.date(1, 1, 1), statistics.median(spent.values())))
            found[kind] = sorted(given)
            del arrives
        return found

    def standard_hours(self, kind: str, day: dt.date) -> float | None:
        """Hours of the newest standard time valid on a day."""
        valid = [minutes for begins, minutes in self.standards[kind] if begins <= day]
        return valid[-1] / 60 if valid else None

    @cached_property
    def work(self) -> list[Row]:
        """Every case as work: whose it is, the days it came and ended, its hours."""
        found = []
        for table, (kind, arrives, ends) in KINDS.items():
            rows = {"escalations": self.cycles, "appeals": self.appeals}.get(table, self.investigations)
            for row in rows:
                arrived = self.on(row[arrives])
                assert arrived is not None
                found.append(
                    row
                    | {
                        "person": row.get("specialist_id"),
                        "arrived": arrived,
                        "ended": self.on(row.get(ends)),
                        "hours_of_work": self.standard_hours(kind, arrived),
                    }
                )
        return found

    @cached_property
    def days(self) -> pd.DataFrame:
        """By day, one row per person and day paid for with the parts of its hours and whose day it was."""
        placed = []
        for row in self.rows("work_days"):
            entry = self._entry("specialist_history", "specialist_id", row["specialist_id"], row["worked_on"])
            team, site = row["team"] or entry.get("team"), entry.get("site") or row["site"]
            placed.append(row | {"team": team, "site": site, "member": row["specialist_id"]})
        frame = pd.DataFrame(placed).astype({"team": object, "site": object})
        frame = frame.where(frame.notna(), None)
        left = frame["paid_hours"].astype(float)
        for kind, given in (
            ("leave", "leave_hours"),
            ("training", "training_hours"),
            ("meetings", "meeting_hours"),
        ):
            hours = frame[given].astype(float).fillna(0.0)
            frame[kind] = hours.where(hours < left, left)
            left = left - frame[kind]
        frame["available"] = left
        known = frame[frame["paid_hours"].notna()]
        return known.sort_values("worked_on", kind="stable", ignore_index=True)

    @cached_property
    def hired(self) -> dict[str, dt.date | None]:
        """The first day of each person."""
        return {row["specialist_id"]: row["hired_on"] for row in self.rows("specialists")}

    def tenure(self, person: str | None, day: dt.date) -> int | None:
        """Whole weeks since the first day."""
        begins = self.hired.get(person or "")
        return None if begins is None or day < begins else (day - begins).days // 7

    def week_of(self, day: dt.date) -> dt.date:
        """First day of the week, which begins as the settings say."""
        return day - DAY * (
            (day.weekday() - WEEKDAYS.index(self.settings["organisation"]["week_starts_on"])) % 7
        )

    @cached_property
    def paced(self) -> list[Row]:
        """Days of people, those without hours on which they ended a case too, with the work ended on them."""
        known = self.days.to_dict("records")
        days = {
            (row["specialist_id"], row["worked_on"]): [row["team"], row["available"], 0.0] for row in known
        }
        recorded = {(row["specialist_id"], self.week_of(row["worked_on"])) for row in known}
        for row in self.work:
            person, day, hours = row["person"], row["ended"], row["hours_of_work"]
            if day is None or person is None or hours is None:
                continue
            if (person, day) not in days and (person, self.week_of(day)) in recorded:
                entry = self._entry("specialist_history", "specialist_id", person, day)
                days[person, day] = [entry.get("team"), 0.0, 0.0]
            if (person, day) in days:
                days[person, day][2] += hours
        return [
            {"person": person, "on": day, "team": team, "had": had, "done": done}
            for (person, day), (team, had, done) in days.items()
        ]

    def usual(self, team: str | None, day: dt.date) -> float | None:
        """Work the experienced of a team ended per hour they had, in the weeks around a day."""
        week = self.week_of(day)
        near = [
            row
            for row in self.paced
            if row["team"] == team
            and abs((self.week_of(row["on"]) - week).days) <= 14
            and (self.tenure(row["person"], row["on"]) or 0) >= 26
        ]
        had = sum(row["had"] for row in near)
        return sum(row["done"] for row in near) / had if had else None

    @cached_property
    def ramp(self) -> dict[int, float]:
        """What new people get done of what is usual, by four weeks since their first day."""
        found: dict[int, list[tuple[float, float]]] = {}
        for row in self.paced:
            weeks = self.tenure(row["person"], row["on"])
            pace = self.usual(row["team"], row["on"]) if row["team"] else None
            if weeks is not None and weeks < 26 and pace:
                found.setdefault(weeks // 4, []).append((row["done"], row["had"] * pace))
        shares = {}
        for step, days in found.items():
            usual = sum(one for _, one in days)
            if len(days) >= 30 and usual > 0:
                shares[step] = min(1.0, sum(done for done, _ in days) / usual)
        return shares

    @cached_property
    def ramped(self) -> list[float]:
        """The hours of each of `days`, a new person's at what people of their tenure get done."""
        return [self._ramped(row) for row in self.days.to_dict("records")]

    def _ramped(self, row: Row) -> float:
        weeks = self.tenure(row["specialist_id"], row["worked_on"])
        share = 1.0 if weeks is None or weeks >= 26 else self.ramp.get(weeks // 4, 1.0)
        return float(row["available"] * share)


class CapacityOracle:
    """Answers of one operation about its capacity."""

    def __init__(self, rows: CapacityRows) -> None:
        self.rows = rows

    def answer(self, key: str, start: dt.date, end: dt.date, keep: Test) -> Answer:
        """A metric over the business days [start, end), of the rows for which `keep` holds."""
        return getattr(self, f"_{key}")(start, end, keep)

    def _days(self, start: dt.date, end: dt.date, keep: Test) -> pd.DataFrame:
        days = self._days_kept(keep)
        first, last = (bisect.bisect_left(days["worked_on"].array, day) for day in (start, end))
        return days.iloc[first:last]

    @lru_cache(maxsize=256)  # noqa: B019 as long-lived as the oracle itself
    def _days_kept(self, keep: Test) -> pd.DataFrame:
        days = self.rows.days
        return days[[bool(keep(row)) for row in days.to_dict("records")]]

    @lru_cache(maxsize=256)  # noqa: B019
    def _work_kept(self, keep: Test) -> list[Row]:
        return [row for row in self.rows.work if keep(row)]

    def _available_hours(self, start: dt.date, end: dt.date, keep: Test) -> Answer:
        total = float(self._days(start, end, keep)["available"].sum())
        return Answer(total, total, n=total)

    def _utilisation(self, start: dt.date, end: dt.date, keep: Test) -> Answer:
        days = self._days(start, end, keep)
        days = days[days["case_hours"].notna()]
        return self._share(float(days["case_hours"].sum()), float(days["available"].sum()), len(days))

    def _share(self, part: float, whole: float, n: int) -> Answer:
        return Answer(part / whole if whole > 0 else NAN, part, whole, n)

    def _lost(self, start: dt.date, end: dt.date, keep: Test, *kinds: str) -> Answer:
        days = self._days(start, end, keep)
        lost = sum(float(days[kind].sum()) for kind in kinds)
        return self._share(lost, float(days["paid_hours"].sum()), len(days))

    def _shrinkage(self, start: dt.date, end: dt.date, keep: Test) -> Answer:
        return self._lost(start, end, keep, "leave", "training", "meetings")

    def _shrinkage_leave(self, start: dt.date, end: dt.date, keep: Test) -> Answer:
        return self._lost(start, end, keep, "leave")

    def _shrinkage_training(self, start: dt.date, end: dt.date, keep: Test) -> Answer:
        return self._lost(start, end, keep, "training")

    def _shrinkage_meetings(self, start: dt.date, end: dt.date, keep: Test) -> Answer:
        return self._lost(start, end, keep, "meetings")

    def _arrived(self, start: dt.date, end: dt.date, keep: Test) -> list[Row]:
        return [row for row in self._work_kept(keep) if start <= row["arrived"] < end]

    def _workload_hours(self, start: dt.date, end: dt.date, keep: Test) -> Answer:
        total = added(self._arrived(start, end, keep))
        return Answer(total, total, n=total)

    def _open(self, end: dt.date, keep: Test) -> list[Row]:
        return [
            row
            for row in self._work_kept(keep)
            if row["arrived"] < end and (row["ended"] is None or row["ended"] >= end)
        ]

    def _backlog_days(self, start: dt.date, end: dt.date, keep: Test) -> Answer:
        waiting = self._open(end, keep)
        held = added(waiting)
        daily = float(self._days(end - 28 * DAY, end, keep)["available"].sum()) / 28
        return Answer(held / daily if daily > 0 else NAN, held, daily, len(waiting))

    def _workload_spread(self, start: dt.date, end: dt.date, keep: Test) -> Answer:
        """Every pair of people of a team, one by one."""
        days = self._days(start, end, keep)
        days = days[days["team"].notna()]
        had = days.groupby(["team", "specialist_id"])["available"].sum()
        arrived = [row for row in self._arrived(start, end, keep) if row["team"] and row["person"]]
        apart = whole = 0.0
        people = 0
        for team in had.index.get_level_values(0).unique():
            loads = [
                added(row for row in arrived if (row["team"], row["person"]) == (team, person)) / hours
                for person, hours in had[team].items()
                if hours > 0
            ]
            if len(loads) > 1:
                people += len(loads)
                apart += sum(abs(a - b) for a, b in itertools.combinations(loads, 2)) / (len(loads) - 1)
                whole += sum(loads)
        if not people or math.isnan(added(arrived)):
            return Answer(NAN, NAN, NAN, people)
        return Answer(apart / whole if whole > 0 else NAN, apart, whole, people)

    def _headcount_gap(self, start: dt.date, end: dt.date, keep: Test) -> Answer:
        length = (end - start).days
        work = added(self._arrived(start, end, keep)) + added(self._open(end, keep)) * length / TARGET_DAYS
        ramped = sum(self.rows.ramped[place] for place in self._days(start, end, keep).index)
        there = sum(self._fte(start + DAY * k, keep) for k in range(length)) / length
        per_head = ramped * UTILISATION / there if there > 0 else NAN
        needed = work / per_head if per_head > 0 else NAN
        return Answer(needed - there, needed, there, there)

    @cached_property
    def _recorded(self) -> dict[str, Row]:
        people = {row["specialist_id"]: row for row in self.rows.rows("specialists")}
        return {
            row["specialist_id"]: people.get(row["specialist_id"], {}) for row in self.rows.rows("work_days")
        }

    @lru_cache(maxsize=1 << 14)  # noqa: B019
    def _fte(self, day: dt.date, keep: Test) -> float:
        """Working time of the people employed on a day whose hours are recorded at all."""
        total = 0.0
        for person, facts in self._recorded.items():
            entry = self.rows._entry("specialist_history", "specialist_id", person, day)
            begun = facts.get("hired_on") is None or facts["hired_on"] <= day
            left = facts.get("left_on") is not None and facts["left_on"] < day
            if entry and begun and not left and keep(entry | {"member": person}):
                total += 1.0 if entry["fte"] is None else entry["fte"]
        return total


def added(rows: Any) -> float:
    """Hours of work of some cases; unknown where one has no standard time."""
    hours = [row["hours_of_work"] for row in rows]
    return NAN if None in hours else math.fsum(hours)
