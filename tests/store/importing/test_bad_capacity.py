"""What becomes of hours, people and standard times that cannot be right.

A day of 30 hours, hours below 0, a second row of one person's day and a standard time of 0 are refused, with
the words to mend them. A person whose dates do not fit the cases or days loads and is counted, because the
dates may be the wrong ones. A person in two teams is in the one they came to last, a person in none in none.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.store.importing.conftest import Desk
from tests.store.importing.test_bad_decisions import asked, load

DAYS = "specialist_id,worked_on,team,paid_hours,leave_hours,training_hours,meeting_hours,case_hours\n"
PEOPLE = "specialist_id,name,hired_on,left_on\n"
PLACES = "specialist_id,team,site,fte,valid_from,valid_to\n"
TIMES = "work_type,valid_from,minutes\n"
CASES = "escalation_id,specialist_id,opened_at,resolved_at\n"
PARTS = """select specialist_id, lost_to_leave, lost_to_training, lost_to_meetings, available_hours
           from final.work_days order by 1, worked_on"""
FOUND = "select table_name, rows, example, name from final.contradictions order by name"


@pytest.mark.parametrize(
    "column", ["paid_hours", "leave_hours", "training_hours", "meeting_hours", "case_hours"]
)
def test_a_day_has_no_more_than_24_hours_of_anything(desk: Desk, column: str) -> None:
    rows = "".join(f"P1,2026-02-0{day},{hours}\n" for day, hours in enumerate((30, 24, 0, ""), start=1))
    counts = load(desk, "work_days", f"specialist_id,worked_on,{column}\n{rows}")
    assert (counts.loaded, counts.quarantined) == (3, 1)
    assert desk.refusals() == [(2, column, "30", "is not within 0 to 24; mend it in the source")]


def test_hours_below_zero_are_refused(desk: Desk) -> None:
    counts = load(desk, "work_days", DAYS + "P1,2026-02-02,a,8,-1,0,0,4\nP1,2026-02-03,a,8,0,0,0,4\n")
    assert (counts.loaded, counts.quarantined) == (1, 1)
    line, column, value, reason = desk.refusals()[0]
    assert (line, column, value) == (2, "leave_hours", "-1")
    assert str(reason).startswith(
        "is below zero, which work_days.leave_hours cannot be; mend it in the source"
    )


def test_a_day_in_two_teams_is_refused_because_one_of_the_two_must_be_wrong(desk: Desk) -> None:
    counts = load(desk, "work_days", DAYS + "P1,2026-02-02,a,8,0,0,0,4\nP1,2026-02-02,b,8,0,0,0,4\n")
    assert counts.quarantined > 0
    assert "repeats the key" in str(desk.refusals()[0][3])
    assert len(desk.rows("select * from src.work_days")) < 2


@pytest.mark.parametrize("minutes", ["0", "0.0"])
def test_a_standard_time_of_zero_is_refused_with_the_way_out(desk: Desk, minutes: str) -> None:
    counts = load(desk, "standard_times", f"{TIMES}appeal,2026-01-01,{minutes}\nescalation,2026-01-01,90\n")
    assert (counts.loaded, counts.quarantined) == (1, 1)
    line, column, value, reason = desk.refusals()[0]
    assert (line, column, value) == (2, "minutes", minutes)
    assert "work that takes no time would need nobody" in str(reason)
    assert "leave the row out to have them estimated from work_items" in str(reason)


def test_leave_training_and_meetings_take_no_more_than_was_paid_in_that_order(desk: Desk) -> None:
    rows = (
        "P1,2026-02-02,a,8,1,2,0.5,4\n"  # fits
        "P2,2026-02-02,a,8,6,3,2,0\n"  # more than paid: training gets what leave left, meetings nothing
        "P3,2026-02-02,a,8,,,1,5\n"  # no leave and no training that day
        "P4,2026-02-02,a,,1,1,1,5\n"  # not known what was paid
        "P5,2026-02-02,a,0,8,0,0,0\n"
    )
    load(desk, "work_days", DAYS + rows)
    assert asked(desk, PARTS) == [
        ("P1", 1.0, 2.0, 0.5, 4.5),
        ("P2", 6.0, 2.0, 0.0, 0.0),
        ("P3", 0.0, 0.0, 1.0, 7.0),
        ("P4", None, None, None, None),
        ("P5", 0.0, 0.0, 0.0, 0.0),
    ]
    assert asked(desk, FOUND) == [("work_days", 2, "P2 on 2026-02-02", "work_day_of_more_than_paid")]


def test_a_kind_of_hours_that_is_never_given_is_unknown_not_zero(desk: Desk) -> None:
    load(desk, "work_days", "specialist_id,worked_on,paid_hours,leave_hours\nP1,2026-02-02,8,2\n")
    assert asked(desk, PARTS) == [("P1", 2.0, None, None, None)]


def test_a_person_in_two_teams_is_in_the_one_begun_last_and_a_person_in_none_in_none(desk: Desk) -> None:
    load(desk, "specialists", PEOPLE + "P1,A,,\nP2,B,,\n")
    load(
        desk,
        "specialist_history",
        PLACES + "P1,a,X,1,2026-01-01,\nP1,b,Y,0.5,2026-02-01,2026-03-01\n",
    )
    days = "specialist_id,worked_on,paid_hours\n" + "".join(
        f"{person},2026-0{month}-10,8\n" for person in ("P1", "P2") for month in (1, 2, 3)
    )
    load(desk, "work_days", days)
    assert asked(desk, "select specialist_id, team, site from final.work_days order by 1, worked_on") == [
        ("P1", "a", "X"),
        ("P1", "b", "Y"),
        ("P1", "a", "X"),
        *[("P2", None, None)] * 3,
    ]
    flows = "select flow, team, delta, on_day::varchar from final.staff_flow order by on_day, delta"
    assert asked(desk, flows) == [
        ("joined", "a", 1.0, "2026-01-01"),
        ("left", "a", -1.0, "2026-02-01"),
        ("joined", "b", 0.5, "2026-02-01"),
        ("left", "b", -0.5, "2026-03-01"),
        ("joined", "a", 1.0, "2026-03-01"),
    ]


def test_staff_begins_with_the_first_day_at_work_and_ends_with_the_last(desk: Desk) -> None:
    load(desk, "specialists", PEOPLE + "P1,A,2026-01-15,2026-02-20\nP2,B,,\nP3,C,2026-05-01,\n")
    load(
        desk,
        "specialist_history",
        PLACES + "P1,a,,0.8,2026-01-01,\nP2,a,,,2026-01-10,\nP3,a,,1,2026-01-01,2026-04-01\n",
    )
    load(
        desk,
        "work_days",
        "specialist_id,worked_on,paid_hours\nP1,2026-01-20,8\nP2,2026-01-20,8\nP3,2026-01-20,8\n",
    )
    flows = "select specialist_id, flow, delta, on_day::varchar from final.staff_flow order by on_day, 1"
    assert asked(desk, flows) == [
        ("P2", "joined", 1.0, "2026-01-10"),  # without working time of their own: full
        ("P1", "joined", 0.8, "2026-01-15"),
        ("P1", "left", -0.8, "2026-02-21"),  # the last day still counts; P3 left the team before the first
    ]


@pytest.mark.parametrize(
    ("hired", "left", "counted"),
    [
        ("2026-02-05", "", 0),  # took the case over after it began
        ("2026-02-11", "", 1),  # hired after it ended
        ("2026-01-01", "2026-02-05", 0),  # left before it ended
        ("2026-01-01", "2026-01-31", 1),  # left before it began
        ("", "", 0),
    ],
)
def test_cases_of_somebody_not_employed_load_and_are_counted(
    desk: Desk, hired: str, left: str, counted: int
) -> None:
    load(desk, "specialists", PEOPLE + f"P1,A,{hired},{left}\n")
    load(
        desk,
        "escalations",
        CASES.replace("_id,spec", "_id,cycle,spec") + "E1,1,P1,2026-02-01 10:00,2026-02-10 10:00\n",
    )
    wanted = [("escalations", 1, "E1", "escalation_of_nobody_employed")] * counted
    assert asked(desk, FOUND) == wanted
    assert asked(desk, "select specialist_id from final.escalations") == [("P1",)]


def test_days_outside_of_employment_count_and_are_told(desk: Desk) -> None:
    load(desk, "specialists", PEOPLE + "P1,A,2026-02-03,2026-02-05\n")
    load(desk, "work_days", DAYS + "".join(f"P1,2026-02-0{day},a,8,0,0,0,4\n" for day in (2, 3, 5, 6)))
    assert asked(desk, "select sum(available_hours) from final.work_days") == [(32.0,)]
    assert asked(desk, FOUND) == [("work_days", 2, "P1 on 2026-02-02", "work_day_outside_employment")]


STANDARD = "select escalation_id, standard_hours, standard_origin from final.escalations order by 1"


def cases(desk: Desk, *days: str) -> None:
    """Escalations E1, E2, … that arrive on these days."""
    rows = "".join(f"E{number},1,{day} 10:00\n" for number, day in enumerate(days, start=1))
    load(desk, "escalations", "escalation_id,cycle,opened_at\n" + rows)


def items(desk: Desk, *minutes: float | str, kind: str = "escalation") -> None:
    """Work on one case each."""
    rows = "".join(f"W{n},{kind},C{n},2026-02-01,{spent}\n" for n, spent in enumerate(minutes))
    load(desk, "work_items", "work_item_id,case_kind,case_id,worked_on,minutes\n" + rows)


def test_the_standard_time_of_an_arrival_is_the_one_valid_on_its_day(desk: Desk) -> None:
    load(
        desk,
        "standard_times",
        TIMES + "Escalation,2026-02-01,90\nescalation,2026-03-01,60\nappeal,2026-01-01,5\n",
    )
    cases(desk, "2026-02-01", "2026-02-28", "2026-03-01", "2026-01-31")
    assert asked(desk, STANDARD) == [
        ("E1", 1.5, "standard time"),
        ("E2", 1.5, "standard time"),
        ("E3", 1.0, "standard time"),
        ("E4", None, None),
    ]
    assert asked(desk, FOUND) == [("escalations", 1, "E4", "escalation_without_standard_time")]


@pytest.mark.parametrize(("count", "hours", "origin"), [(29, None, None), (30, 0.5, "median of 30 cases")])
def test_without_standard_time_the_median_of_thirty_cases_is_taken(
    desk: Desk, count: int, hours: Any, origin: Any
) -> None:
    cases(desk, "2026-02-01")
    items(desk, *([30] * (count - 1)), 900, 0, "")
    assert asked(desk, STANDARD) == [("E1", hours, origin)]
    assert asked(desk, FOUND) == []  # no standard time at all is not supplied, which metrics say themselves


def test_minutes_of_several_people_on_one_case_are_those_of_one_case(desk: Desk) -> None:
    cases(desk, "2026-02-01")
    rows = "".join(
        f"W{case}-{person},escalation,C{case},P{person},2026-02-01,20\n"
        for case in range(30)
        for person in range(3)
    )
    load(desk, "work_items", "work_item_id,case_kind,case_id,specialist_id,worked_on,minutes\n" + rows)
    assert asked(desk, STANDARD) == [("E1", 1.0, "median of 30 cases")]


def test_a_standard_time_that_begins_later_is_preceded_by_the_median(desk: Desk) -> None:
    load(desk, "standard_times", TIMES + "escalation,2026-02-10,90\n")
    cases(desk, "2026-02-09", "2026-02-10")
    items(desk, *[45] * 40)
    assert asked(desk, STANDARD) == [("E1", 0.75, "median of 40 cases"), ("E2", 1.5, "standard time")]


def test_new_people_count_at_what_people_of_their_tenure_get_done(desk: Desk) -> None:
    """The experienced end a case of 2 h on each of 40 days of 8 h, new ones on every second of theirs."""
    load(desk, "standard_times", TIMES + "escalation,2025-01-01,120\n")
    load(
        desk, "specialists", PEOPLE + "OLD,A,2025-01-01,\nNEW1,B,2026-01-01,\nNEW2,C,2026-01-01,\nLATE,D,,\n"
    )
    days, ended = [], []
    for day in range(1, 29):
        for person in ("OLD", "NEW1", "NEW2", "LATE"):
            days.append(f"{person},2026-01-{day:02d},a,8,0,0,0,4\n")
            if person == "OLD" or (person.startswith("NEW") and day % 2):
                number = f"{person}{day}"
                ended.append(f"{number},1,{person},2026-01-{day:02d} 08:00,2026-01-{day:02d} 12:00\n")
    days += [f"OLD,2026-02-{day:02d},a,8,0,0,0,4\n" for day in range(1, 13)]
    ended += [f"FEB{day},1,OLD,2026-02-{day:02d} 08:00,2026-02-{day:02d} 12:00\n" for day in range(1, 13)]
    load(desk, "work_days", DAYS + "".join(days))
    load(desk, "escalations", "escalation_id,cycle,specialist_id,opened_at,resolved_at\n" + "".join(ended))
    shares = """select specialist_id, max(ramped_hours), min(ramped_hours)
                from final.work_days group by 1 order by 1"""
    assert asked(desk, shares) == [
        ("LATE", 8.0, 8.0),  # nobody knows since when
        ("NEW1", 4.0, 4.0),
        ("NEW2", 4.0, 4.0),
        ("OLD", 8.0, 8.0),
    ]
    assert asked(desk, "select max(tenure_weeks) from final.work_days where specialist_id = 'NEW1'") == [(3,)]
