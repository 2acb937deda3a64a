"""The second computation of the capacity metrics: pandas and loops, from the sentences of METRICS.md."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import statistics
from functools import cached_property
from typing import Any

import pandas as pd

from tests.queries.oracle_rows import Row
from tests.queries.oracle_statistics import NAN, Answer, Test
from tests.queries.oracle_strategic import DAY, SellerRows

UTILISATION, TARGET_DAYS = 0.8, 30
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
        """One row per person and day with the parts of its paid hours and whose day it was."""
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
        frame["known"] = frame["paid_hours"].notna()
        return frame

    @cached_property
    def hired(self) -> dict[str, dt.date | None]:
        """The first day of each person."""
        return {row["specialist_id"]: row["hired_on"] for row in self.rows("specialists")}

    def stretch(self, person: str | None, day: dt.date) -> int | None:
        """Which four weeks since the first day a day lies in; 7 for all from the 27th week on."""
        begins = self.hired.get(person or "")
        if begins is None or day < begins:
            return None
        weeks = (day - begins).days // 7
        return 7 if weeks >= 26 else weeks // 4

    @cached_property
    def ramp(self) -> dict[int, float]:
        """Standard hours ended per available hour of each stretch, as a share of the experienced."""
        done: dict[int | None, float] = {}
        for row in self.work:
            if row["ended"] is not None and row["hours_of_work"] is not None and row["person"]:
                stretch = self.stretch(row["person"], row["ended"])
                done[stretch] = done.get(stretch, 0.0) + row["hours_of_work"]
        had: dict[int | None, list[float]] = {}
        for row in self.days[self.days["known"]].to_dict("records"):
            had.setdefault(self.stretch(row["specialist_id"], row["worked_on"]), []).append(row["available"])
        pace = {
            stretch: done.get(stretch, 0.0) / sum(hours)
            for stretch, hours in had.items()
            if stretch is not None and len(hours) >= 30 and sum(hours) > 0
        }
        if not pace.get(7):
            return {}
        return {stretch: min(1.0, own / pace[7]) for stretch, own in pace.items() if stretch < 7}


class CapacityOracle:
    """Answers of one operation about its capacity."""

    def __init__(self, rows: CapacityRows) -> None:
        self.rows = rows

    def answer(self, key: str, start: dt.date, end: dt.date, keep: Test) -> Answer:
        """A metric over the business days [start, end), of the rows for which `keep` holds."""
        return getattr(self, f"_{key}")(start, end, keep)

    def _days(self, start: dt.date, end: dt.date, keep: Test) -> pd.DataFrame:
        frame = self.rows.days
        held = frame[frame["known"] & (frame["worked_on"] >= start) & (frame["worked_on"] < end)]
        return held[[bool(keep(row)) for row in held.to_dict("records")]] if len(held) else held

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
        return [row for row in self.rows.work if start <= row["arrived"] < end and keep(row)]

    def _workload_hours(self, start: dt.date, end: dt.date, keep: Test) -> Answer:
        total = added(self._arrived(start, end, keep))
        return Answer(total, total, n=total)

    def _open(self, end: dt.date, keep: Test) -> list[Row]:
        return [
            row
            for row in self.rows.work
            if row["arrived"] < end and (row["ended"] is None or row["ended"] >= end) and keep(row)
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
        days = self._days(start, end, keep).to_dict("records")
        ramped = sum(
            row["available"]
            * self.rows.ramp.get(self.rows.stretch(row["specialist_id"], row["worked_on"]) or 0, 1.0)
            if self.rows.stretch(row["specialist_id"], row["worked_on"]) is not None
            else row["available"]
            for row in days
        )
        there = sum(self._fte(start + DAY * k, keep) for k in range(length)) / length
        per_head = ramped * UTILISATION / there if there > 0 else NAN
        needed = work / per_head if per_head > 0 else NAN
        return Answer(needed - there, needed, there, there)

    def _fte(self, day: dt.date, keep: Test) -> float:
        """Working time of the people employed on a day whose hours are recorded at all."""
        recorded = {row["specialist_id"] for row in self.rows.rows("work_days")}
        total = 0.0
        for person in recorded:
            facts: Row = next((p for p in self.rows.rows("specialists") if p["specialist_id"] == person), {})
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
