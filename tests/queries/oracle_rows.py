"""The second computation, first half: what each source row means, worked out row by row from METRICS.md.

No SQL and nothing derived by the store: business dates from zone rules, due times by walking through the
open hours of a calendar one day after the other, waits and pauses as unions of intervals.
"""

from __future__ import annotations

import bisect
import datetime as dt
import math
import tomllib
from collections.abc import Sequence
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from tests.queries.oracle_intervals import first, inside, length, minus, open_on, owners, split_equally
from tests.queries.random_operation import Operation

HOUR = dt.timedelta(hours=1)
Row = dict[str, Any]
OURS = ("us", "our", "ours", "")


def from_day_to_day(rows: list[Row], clock: str, start: dt.date, end: dt.date) -> list[Row]:
    """Of rows in the order of a clock those on days of [start, end)."""
    first, last = (bisect.bisect_left(rows, day, key=lambda row: row[clock]) for day in (start, end))
    return rows[first:last]


class OracleRows:
    """The rows of an operation with everything the definitions need, as plain Python records."""

    def __init__(self, operation: Operation) -> None:
        self.settings = tomllib.loads(operation.settings_toml)
        self.zone = ZoneInfo(self.settings["organisation"]["time_zone"])
        self.tables = {name: _records(frame) for name, frame in operation.tables.items()}
        self.through = {row["table_name"]: row["through_at"] for row in self.rows("supplied_through")}

    def rows(self, name: str) -> list[Row]:
        """A source table; none when it was not supplied."""
        return self.tables.get(name, [])

    def on(self, moment: dt.datetime | None) -> dt.date | None:
        """Business date of a UTC moment."""
        return None if moment is None else moment.replace(tzinfo=dt.UTC).astimezone(self.zone).date()

    def midnight(self, day: dt.date) -> dt.datetime:
        """The UTC moment at which a business day begins."""
        return dt.datetime.combine(day, dt.time(), self.zone).astimezone(dt.UTC).replace(tzinfo=None)

    @cached_property
    def events(self) -> dict[tuple[str, int], list[Row]]:
        """Events of each cycle in order."""
        found: dict[tuple[str, int], list[Row]] = {}
        for event in sorted(self.rows("escalation_events"), key=lambda event: event["position"]):
            found.setdefault((event["escalation_id"], event["cycle"]), []).append(event)
        return found

    def knows(self, kind: str) -> bool:
        """Whether the source records such events at all."""
        return any(event["kind"] == kind for event in self.rows("escalation_events"))

    @cached_property
    def cycles(self) -> list[Row]:
        """Every escalation cycle."""
        return [self._cycle(dict(row)) for row in self.rows("escalations")]

    @cached_property
    def appeals(self) -> list[Row]:
        """Every appeal, with what was true when it was decided (submitted while open)."""
        found = []
        for row in self.rows("appeals"):
            clock = row.get("decided_at") or row["submitted_at"]
            found.append(row | self.stamps(row, clock, None) | {"decided_on": self.on(row.get("decided_at"))})
        return found

    @cached_property
    def waits(self) -> list[Row]:
        """Every wait on a partner, with what is true of its cycle."""
        found = []
        for cycle in self.cycles:
            waiting = self._waiting(cycle, on_seller=False)
            shares = split_equally([(event["party"], *inside(event, cycle)) for event in waiting])
            for event, share in zip(waiting, shares, strict=True):
                found.append(self._wait(cycle, event) | {"split_hours": share})
        return found

    def _cycle(self, row: Row) -> Row:
        through = self.through["escalations"]
        events = self.events.get((row["escalation_id"], row["cycle"]), [])
        path = owners([event for event in events if event["kind"] == "transfer"])
        row |= self.stamps(row, row["opened_at"], path[-1] if path else None)
        row["kind"] = None if row.get("resolved_at") is None else row.get("end_kind") or "resolved"
        row["stop_at"] = row.get("resolved_at") or max(through, row["opened_at"])
        row["hours"] = (row["stop_at"] - row["opened_at"]) / HOUR
        self._promises(row, events)
        self._hands(row, events)
        if row.get("transfers") is None:
            row["transfers"] = max(0, len(path) - 1) if self.knows("transfer") else None
        row["sent_back"] = len(set(path)) < len(path) if self.knows("transfer") else None
        row["reopened_days"], row["repeated_days"] = self._reopened(row), self._repeated(row)
        row["drawn"], row["audit"] = self._audit(row)
        for clock in ("opened", "resolved", "due", "first_response_due"):
            row[f"{clock}_on"] = self.on(row.get(f"{clock}_at"))
        return row

    def stamps(self, row: Row, clock: dt.datetime, last_owner: str | None) -> Row:
        """Dated history wins for tier, account manager and site; the row's own word for the rest."""
        day = self.on(clock)
        seller = self._entry("seller_history", "seller_id", row.get("seller_id"), day)
        person = self._entry("specialist_history", "specialist_id", row.get("specialist_id"), day)
        home = next((s for s in self.rows("sellers") if s["seller_id"] == row.get("seller_id")), {})
        return {
            "tier": first(seller.get("tier"), row.get("tier")),
            "account_manager": first(seller.get("account_manager"), row.get("account_manager")),
            "site": first(person.get("site"), row.get("site")),
            "marketplace": first(row.get("marketplace"), home.get("marketplace")),
            "category": first(row.get("category"), home.get("category")),
            "team": first(row.get("team"), last_owner, person.get("team")),
            "member": row.get("specialist_id"),
        }

    def _entry(self, table: str, key: str, value: str | None, day: dt.date | None) -> Row:
        for entry in self.rows(table):
            ends = entry["valid_to"]
            if entry[key] == value and entry["valid_from"] <= day and (ends is None or day < ends):
                return entry
        return {}

    def _promises(self, row: Row, events: Sequence[Row]) -> None:
        through = self.through["escalations"]
        promise = self.settings["severities"].get(row.get("severity"))
        own_due = row.get("due_at")
        pauses = [(event["starts_at"], event["ends_at"]) for event in events if event["kind"] == "pause"]
        without = response = None
        due = own_due
        if promise:
            hours = promise["resolution_hours"]
            if own_due is None:
                due = self._after(row, hours, pauses)
                without = self._after(row, hours, []) if self.knows("pause") else None
            response = self._after(row, promise["first_response_hours"], [])
        row["due_at"] = due
        row["due_without"] = first(row.get("due_at_without_pauses"), without)
        row["first_response_due_at"] = first(row.get("first_response_due_at"), response)
        answered = first(row.get("first_response_at"), row.get("resolved_at"))  # an end is an answer too
        row["met"] = kept(row["kind"], row.get("resolved_at"), due, through)
        row["first_met"] = kept(row["kind"], answered, row["first_response_due_at"], through)
        if not any(other.get("first_response_at") for other in self.rows("escalations")):
            row["first_met"] = None

    def _after(self, row: Row, hours: float, pauses: list[tuple[dt.datetime, dt.datetime | None]]) -> Any:
        """When `hours` of open and unpaused time have passed; None while a pause lasts that comes first."""
        left = dt.timedelta(hours=hours)
        at = row["opened_at"]
        calendar = self._calendar(row["team"])
        zone = ZoneInfo(calendar["time_zone"])
        day = at.replace(tzinfo=dt.UTC).astimezone(zone).date() - dt.timedelta(days=1)
        for _ in range(1500):
            for begins, ends in minus(open_on(calendar, zone, day), pauses):
                begins = max(begins, at)
                if begins < ends:
                    if ends - begins >= left:
                        return begins + left
                    left -= ends - begins
            if any(stop is None and start <= self._utc_day_end(zone, day) for start, stop in pauses):
                return None
            day += dt.timedelta(days=1)
        raise AssertionError("no end of the clock found")

    @staticmethod
    def _utc_day_end(zone: ZoneInfo, day: dt.date) -> dt.datetime:
        next_day = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone)
        return next_day.astimezone(dt.UTC).replace(tzinfo=None)

    def _calendar(self, team: str | None) -> Row:
        named = next((row.get("calendar") for row in self.rows("teams") if row["team"] == team), None)
        return self.settings["calendars"][named or self.settings["default_calendar"]]

    def _hands(self, row: Row, events: Sequence[Row]) -> None:
        """Hours in whose hands: the source's figure, else from the waits."""
        for column in ("our_hours", "seller_hours", "partner_hours"):
            row.setdefault(column, None)
        if not self.knows("wait"):
            return
        waiting = self._waiting(row, on_seller=False)
        partners = length([inside(event, row) for event in waiting]) / HOUR
        waiting += self._waiting(row, on_seller=True)
        anyone = length([inside(event, row) for event in waiting]) / HOUR
        row["partner_hours"] = first(row["partner_hours"], partners)
        row["seller_hours"] = first(row["seller_hours"], anyone - partners)
        row["our_hours"] = first(row["our_hours"], row["hours"] - anyone)

    def _waiting(self, cycle: Row, *, on_seller: bool) -> list[Row]:
        events = self.events.get((cycle["escalation_id"], cycle["cycle"]), [])
        resolved = cycle.get("resolved_at")
        return [
            event
            for event in events
            if event["kind"] == "wait"
            and (event["party"] or "").lower() not in OURS
            and ((event["party"] or "").lower() == "seller") == on_seller
            and (resolved is None or event["starts_at"] <= resolved)
        ]

    def _wait(self, cycle: Row, event: Row) -> Row:
        begins, finishes = inside(event, cycle)
        ended = event["ends_at"]
        if cycle["resolved_at"] is not None:
            ended = min(ended, cycle["resolved_at"]) if ended is not None else cycle["resolved_at"]
        agreed = self.settings["partners"].get(event["party"], {}).get("agreed_hours")
        due = None if agreed is None else event["starts_at"] + agreed * HOUR
        return {
            **{key: value for key, value in cycle.items() if key not in ("hours", "met", "due_at", "due_on")},
            "partner": event["party"],
            "wait_hours": (finishes - begins) / HOUR,
            "ended": ended is not None,
            "due_on": self.on(due),
            "on_time": kept(None, ended, due, self.through["escalations"]),
        }

    def _reopened(self, row: Row) -> float | None:
        later = [c for c in self._same_case[row["escalation_id"]] if c["cycle"] > row["cycle"]]
        if row["resolved_at"] is None or not later:
            return None
        return (min(later, key=lambda c: c["cycle"])["opened_at"] - row["resolved_at"]) / HOUR / 24

    def _repeated(self, row: Row) -> float | None:
        if row["resolved_at"] is None or row.get("seller_id") is None:
            return None
        others = [
            other["opened_at"]
            for other in self._first_of_seller.get(row["seller_id"], [])
            if other["escalation_id"] != row["escalation_id"] and other["opened_at"] > row["resolved_at"]
        ]
        return (min(others) - row["resolved_at"]) / HOUR / 24 if others else None

    @cached_property
    def _same_case(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self.rows("escalations"):
            found.setdefault(row["escalation_id"], []).append(row)
        return found

    @cached_property
    def _first_of_seller(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for cycles in self._same_case.values():
            earliest = min(cycles, key=lambda c: c["cycle"])
            found.setdefault(earliest.get("seller_id"), []).append(earliest)
        return found

    def _audit(self, row: Row) -> tuple[bool, bool | None]:
        """Whether this is the last ended cycle of a random draw, and the verdict: of several the latest."""
        drawn, verdicts = False, []
        for review in self._audits.get(row["escalation_id"], []):
            ended = [
                cycle
                for cycle in self._same_case[row["escalation_id"]]
                if cycle["resolved_at"] is not None and cycle["resolved_at"] <= review["selected_at"]
            ]
            if ended and max(ended, key=lambda c: c["cycle"])["cycle"] == row["cycle"]:
                drawn = True
                if review["judged_wrong"] is not None:
                    done_at = first(review["reviewed_at"], review["selected_at"])
                    verdicts.append((done_at, review["review_id"], review["judged_wrong"]))
        return drawn, max(verdicts)[2] if verdicts else None

    @cached_property
    def _audits(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for review in self.rows("reviews"):
            if review["purpose"] == "random" and review["subject_kind"] == "escalation":
                found.setdefault(review["subject_id"], []).append(review)
        return found


def _records(frame: pd.DataFrame) -> list[Row]:
    return [{key: _plain(value) for key, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value


def kept(kind: str | None, done: Any, due: Any, through: dt.datetime) -> bool | None:
    if kind in ("cancelled", "merged") or due is None:
        return None
    if done is not None:
        return bool(done <= due)
    return False if due <= through else None
