"""Derived columns of escalations against a second computation in plain Python, on random operations."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from store.calendars import Pauses, add_business_hours_with_pauses
from store.settings import BusinessCalendar, Settings
from tests.store.derivation import derived_in_memory

START = dt.datetime(2026, 3, 25)  # the clocks change on 29 March
SETTINGS = Settings.model_validate(
    {
        "organisation": {"name": "T", "time_zone": "Europe/Luxembourg", "week_starts_on": "sunday"},
        "calendars": {"office": {"time_zone": "Europe/Luxembourg", "opens": "08:00", "closes": "18:00"}},
        "severities": {"Sev-1": {"first_response_hours": 2, "resolution_hours": 8}},
        "partners": {"Legal": {"agreed_hours": 20}, "Policy": {}},
    }
)
TEAMS = ("red", "blue", "green")


def at(minutes: int | None) -> dt.datetime | None:
    return None if minutes is None else START + dt.timedelta(minutes=minutes)


@dataclass
class Event:
    kind: str
    party: str | None = None
    starts: int = 0
    ends: int | None = None
    from_team: str | None = None
    to_team: str | None = None


@dataclass
class Cycle:
    case: str
    cycle: int
    opened: int
    resolved: int | None
    end_kind: str | None
    team: str | None
    severity: str | None
    seller: str | None
    responded: int | None
    due: int | None
    specialist: str | None
    tier: str | None
    events: list[Event] = field(default_factory=list)


@st.composite
def operations(draw: st.DrawFn) -> list[Cycle]:
    cycles = []
    for number in range(draw(st.integers(1, 15))):
        clock = draw(st.integers(0, 8000))
        for cycle in range(1, draw(st.integers(1, 3)) + 1):
            length = draw(st.one_of(st.none(), st.integers(0, 4000)))
            resolved = None if length is None else clock + length
            events = [
                Event(
                    "wait",
                    draw(st.sampled_from(["Legal", "Policy", "Bank", "seller", "us", None])),
                    begins,
                    ends,
                )
                for begins, ends in draw(_intervals(clock))
            ]
            events += [Event("pause", "seller", *interval) for interval in draw(_intervals(clock))]
            events += [
                Event(
                    "transfer",
                    None,
                    clock,
                    clock,
                    draw(st.sampled_from([None, *TEAMS])),
                    draw(st.sampled_from(TEAMS)),
                )
                for _ in range(draw(st.integers(0, 4)))
            ]
            cycles.append(
                Cycle(
                    f"E{number}",
                    cycle,
                    clock,
                    resolved,
                    None
                    if resolved is None
                    else draw(st.sampled_from(["resolved", "cancelled", "merged", None])),
                    draw(st.sampled_from([None, *TEAMS])),
                    draw(st.sampled_from([None, "Sev-1", "Sev-9"])),
                    draw(st.sampled_from([None, "S1", "S2"])),
                    draw(st.one_of(st.none(), st.integers(clock, clock + 500))),
                    draw(st.one_of(st.none(), st.none(), st.integers(clock, clock + 3000))),
                    draw(st.sampled_from([None, "P1", "P2"])),
                    draw(st.sampled_from([None, "own"])),
                    draw(st.permutations(events)),
                )
            )
            if resolved is None:
                break
            clock = resolved + draw(st.integers(0, 3000))
    return cycles


def _intervals(clock: int) -> st.SearchStrategy[list[tuple[int, int | None]]]:
    def interval(begins: int, length: int | None) -> tuple[int, int | None]:
        return begins, None if length is None else begins + length

    return st.lists(
        st.builds(
            interval,
            st.integers(clock - 100, clock + 4000),
            st.one_of(st.none(), st.integers(0, 2000)),
        ),
        max_size=3,
    )


def source_of(cycles: list[Cycle]) -> dict[str, pa.Table]:
    moment = pa.timestamp("us")
    rows = [
        {
            "escalation_id": c.case,
            "cycle": c.cycle,
            "opened_at": at(c.opened),
            "resolved_at": at(c.resolved),
            "end_kind": c.end_kind,
            "team": c.team,
            "severity": c.severity,
            "seller_id": c.seller,
            "first_response_at": at(c.responded),
            "due_at": at(c.due),
            "specialist_id": c.specialist,
            "tier": c.tier,
        }
        for c in cycles
    ]
    moments = ("opened_at", "resolved_at", "first_response_at", "due_at")
    kinds = {"cycle": pa.int32()} | dict.fromkeys(moments, moment)
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in rows[0]])
    events = [
        {
            "escalation_id": c.case,
            "cycle": c.cycle,
            "position": position,
            "kind": e.kind,
            "party": e.party,
            "starts_at": at(e.starts),
            "ends_at": at(e.ends),
            "from_team": e.from_team,
            "to_team": e.to_team,
        }
        for c in cycles
        for position, e in enumerate(c.events)
    ]
    event_kinds = {"cycle": pa.int32(), "position": pa.int32(), "starts_at": moment, "ends_at": moment}
    texts = dict.fromkeys(("escalation_id", "kind", "party", "from_team", "to_team"), pa.string())
    event_schema = pa.schema(list((event_kinds | texts).items()))
    day = dt.date
    return {
        "escalations": pa.Table.from_pylist(rows, schema),
        "escalation_events": pa.Table.from_pylist(events, event_schema),
        "teams": pa.table({"team": list(TEAMS), "calendar": ["office", None, "office"]}),
        "seller_history": pa.table(
            {
                "seller_id": ["S1", "S1", "S2"],
                "tier": ["gold", "silver", "bronze"],
                "valid_from": [day(2026, 3, 1), day(2026, 3, 28), day(2026, 3, 27)],
                "valid_to": [day(2026, 3, 29), None, day(2026, 3, 29)],
            }
        ),
        "specialist_history": pa.table(
            {
                "specialist_id": ["P1"],
                "team": ["green"],
                "site": ["LUX"],
                "valid_from": [day(2026, 3, 26)],
                "valid_to": [day(2026, 4, 2)],
            }
        ),
        "supplied_through": pa.table({"table_name": ["escalations"], "through_at": [at(THROUGH)]}),
    }


THROUGH = 9000


def derived(cycles: list[Cycle]) -> tuple[dict[tuple[str, int], dict[str, Any]], list[dict[str, Any]]]:
    with derived_in_memory(source_of(cycles), SETTINGS) as opened:
        rows = opened.execute("select * from final.escalations").to_arrow_table().to_pylist()
        waits = opened.execute("select * from final.partner_waits").to_arrow_table().to_pylist()
    return {(row["escalation_id"], row["cycle"]): row for row in rows}, waits


def covered(intervals: list[tuple[int, int]]) -> int:
    """Minutes in the union, counted one by one."""
    return len({minute for begins, ends in intervals for minute in range(begins, ends)})


def clipped(c: Cycle, e: Event) -> tuple[int, int]:
    stop = c.resolved if c.resolved is not None else max(THROUGH, c.opened)
    begins = min(max(e.starts, c.opened), stop)
    return begins, max(min(stop if e.ends is None else e.ends, stop), begins)


def waits_of(c: Cycle, *, partners_only: bool) -> list[Event]:
    return [
        e
        for e in c.events
        if e.kind == "wait"
        and e.party not in ("us", None)
        and not (partners_only and e.party == "seller")
        and (c.resolved is None or e.starts <= c.resolved)
    ]


def owners_of(c: Cycle) -> list[str]:
    moves = [e for e in c.events if e.kind == "transfer"]
    named = [moves[0].from_team, *(e.to_team for e in moves)] if moves else []
    owners: list[str] = []
    for team in named:
        if team is not None and (not owners or owners[-1] != team):
            owners.append(team)
    return owners


def local_day(minutes: int) -> dt.date:
    moment = at(minutes)
    assert moment is not None
    return moment.replace(tzinfo=dt.UTC).astimezone(ZoneInfo("Europe/Luxembourg")).date()


def due_of(c: Cycle, team: str | None) -> int | None:
    if c.due is not None:
        return c.due
    if c.severity != "Sev-1":
        return None
    calendar = SETTINGS.calendars["office"] if team in ("red", "green") else None
    pauses = [e for e in c.events if e.kind == "pause"]
    return _minutes_due(c.opened, 8, calendar, pauses)


def _minutes_due(
    opened: int, hours: int, calendar: BusinessCalendar | None, pauses: list[Event]
) -> int | None:
    # The arithmetic itself is proved in test_calendars against a walk along the wall clock.
    due = add_business_hours_with_pauses(
        [at(opened)],
        hours,
        calendar,
        Pauses(
            np.zeros(len(pauses), np.int64),
            np.array([at(e.starts) for e in pauses], "datetime64[us]"),
            np.array([at(e.ends) for e in pauses], "datetime64[us]"),
        ),
    )[0]
    return None if np.isnat(due) else round((due.astype(object) - START).total_seconds() / 60)


def kept(done: int | None, due: int | None, c: Cycle) -> bool | None:
    if due is None or c.end_kind in ("cancelled", "merged"):
        return None
    if done is not None:
        return done <= due
    return False if due <= THROUGH else None


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[*settings().suppress_health_check, HealthCheck.data_too_large],
)
@given(operations())
def test_derived_columns_of_escalations_equal_a_minute_by_minute_computation(cycles: list[Cycle]) -> None:
    rows, wait_rows = derived(cycles)
    assert len(rows) == len(cycles)
    any_wait = any(e.kind == "wait" for c in cycles for e in c.events)
    any_transfer = any(e.kind == "transfer" for c in cycles for e in c.events)
    any_pause = any(e.kind == "pause" for c in cycles for e in c.events)
    any_response = any(c.responded is not None for c in cycles)
    for c in cycles:
        row = rows[c.case, c.cycle]
        owners = owners_of(c)
        history_team = (
            "green"
            if c.specialist == "P1" and dt.date(2026, 3, 26) <= local_day(c.opened) < dt.date(2026, 4, 2)
            else None
        )
        team = c.team or (owners[-1] if owners else None) or history_team
        assert row["team"] == team
        assert row["site"] == ("LUX" if history_team else None)
        assert row["tier"] == _tier(c)
        assert row["transfers"] == (max(len(owners) - 1, 0) if any_transfer else None)
        assert row["returned_to_earlier_team"] == (len(set(owners)) < len(owners) if any_transfer else None)

        stop = c.resolved if c.resolved is not None else max(THROUGH, c.opened)
        partner = covered([clipped(c, e) for e in waits_of(c, partners_only=True)])
        anyone = covered([clipped(c, e) for e in waits_of(c, partners_only=False)])
        if any_wait:
            assert row["partner_hours"] * 60 == pytest.approx(partner)
            assert row["seller_hours"] * 60 == pytest.approx(anyone - partner)
            assert row["our_hours"] * 60 == pytest.approx(stop - c.opened - anyone)
        else:
            assert row["partner_hours"] is row["seller_hours"] is row["our_hours"] is None

        due = due_of(c, team)
        assert row["due_at"] == at(due)
        assert row["resolution_met"] == kept(c.resolved, due, c)
        response_due = None
        if c.severity == "Sev-1":
            calendar = SETTINGS.calendars["office"] if team in ("red", "green") else None
            response_due = _minutes_due(c.opened, 2, calendar, [])
        assert row["first_response_due_at"] == at(response_due)
        answered = c.responded if c.responded is not None else c.resolved
        assert row["first_response_met"] == (kept(answered, response_due, c) if any_response else None)
        without = None
        if c.severity == "Sev-1" and c.due is None and any_pause:
            calendar = SETTINGS.calendars["office"] if team in ("red", "green") else None
            without = _minutes_due(c.opened, 8, calendar, [])
        assert row["due_at_without_pauses"] == at(without)
        met = row["resolution_met"]
        rescued = None if met is None or without is None else bool(met and c.resolved > without)  # type: ignore[operator]
        assert row["met_only_by_pauses"] == rescued

        assert row["opened_on"] == local_day(c.opened)
        assert row["opened_week"] == local_day(c.opened) - dt.timedelta(
            days=local_day(c.opened).isoweekday() % 7
        )
        assert row["resolve_hours"] == (
            None if c.resolved is None else pytest.approx((c.resolved - c.opened) / 60)
        )
        hours = (stop - c.opened) / 60
        assert row["resolve_bucket"] == (
            -9999 if hours <= 1 / 60 else math.floor(math.log(hours) / math.log(1.02))
        )
        _check_follow_ups(row, c, cycles)
    _check_waits(wait_rows, cycles)


def _tier(c: Cycle) -> str | None:
    day = local_day(c.opened)
    if c.seller == "S1":  # silver begins before gold ends, and the one that began last holds
        return "silver" if day >= dt.date(2026, 3, 28) else "gold"
    if c.seller == "S2" and dt.date(2026, 3, 27) <= day < dt.date(2026, 3, 29):
        return "bronze"
    return c.tier


def _check_follow_ups(row: dict[str, Any], c: Cycle, cycles: list[Cycle]) -> None:
    again = [o.opened for o in cycles if o.case == c.case and o.cycle == c.cycle + 1]
    if c.resolved is None or not again:
        assert row["reopened_after_days"] is None
    else:
        assert row["reopened_after_days"] == pytest.approx((again[0] - c.resolved) / 1440)
    repeats = [
        o.opened
        for o in cycles
        if o.cycle == 1
        and o.case != c.case
        and o.seller == c.seller
        and c.resolved is not None
        and o.opened > c.resolved
    ]
    if c.seller is None or not repeats:
        assert row["repeated_after_days"] is None
    else:
        assert c.resolved is not None
        assert row["repeated_after_days"] == pytest.approx((min(repeats) - c.resolved) / 1440)


def _check_waits(wait_rows: list[dict[str, Any]], cycles: list[Cycle]) -> None:
    found = {(row["escalation_id"], row["cycle"], row["position"]): row for row in wait_rows}
    expected = 0
    for c in cycles:
        waits = [(p, e) for p, e in enumerate(c.events) if e in waits_of(c, partners_only=True)]
        expected += len(waits)
        spans = {p: clipped(c, e) for p, e in waits}
        shares = dict.fromkeys(spans, 0.0)
        for minute in range(
            min((b for b, _ in spans.values()), default=0), max((e for _, e in spans.values()), default=0)
        ):
            held = [p for p, (begins, ends) in spans.items() if begins <= minute < ends]
            parties = {c.events[p].party for p in held}
            for p in held:
                same = sum(c.events[q].party == c.events[p].party for q in held)
                shares[p] += 1 / len(parties) / same
        for p, e in waits:
            row = found[c.case, c.cycle, p]
            begins, ends = spans[p]
            assert row["partner"] == e.party
            assert row["wait_hours"] * 60 == pytest.approx(ends - begins)
            assert row["split_hours"] * 60 == pytest.approx(shares[p], abs=1e-6)
            ended = min((x for x in (e.ends, c.resolved) if x is not None), default=None)
            assert row["ends_at"] == at(ended)
            due = e.starts + 1200 if e.party == "Legal" else None
            assert row["due_at"] == at(due)
            late = (
                None
                if due is None
                else ended <= due
                if ended is not None
                else (False if due <= THROUGH else None)
            )
            assert row["on_time"] == late
        union = sum(shares.values())
        assert union == pytest.approx(covered(list(spans.values())))
    assert len(found) == len(wait_rows) == expected
