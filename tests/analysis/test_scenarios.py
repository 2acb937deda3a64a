"""Scenarios: what cannot be is refused in one sentence."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import pytest

from analysis.scenarios import (
    Change,
    DueShift,
    Hire,
    LessPreventable,
    Move,
    Overtime,
    Scenario,
    ScenarioError,
    StandardTime,
    Surroundings,
    check,
)

TODAY, END = dt.date(2026, 11, 16), dt.date(2027, 5, 16)
MONDAY = dt.date(2027, 1, 4)
AROUND = Surroundings(
    TODAY,
    END,
    {"emea-1": 9, "apac-2": 4},
    ("appeal", "escalation"),
    {"escalation": 0.3},
    {"emea-1": "EMEA one", "apac-2": "APAC two"},
    {},
)
GOOD: tuple[Change, ...] = (
    Hire("emea-1", 2, MONDAY),
    Move("emea-1", "apac-2", 9, MONDAY),
    StandardTime("appeal", 32.5, TODAY),
    LessPreventable(1.0, END),
    DueShift("escalation", -30, MONDAY),
    Overtime("emea-1", 20.0, MONDAY, MONDAY),
)


def test_what_can_be_is_accepted() -> None:
    check(Scenario(), AROUND)
    check(Scenario(GOOD), AROUND)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            Hire("emea-1", 2, TODAY - dt.timedelta(1)),
            "15 Nov 2026 is over: nothing can change before 16 Nov 2026",
        ),
        (
            Hire("emea-1", 2, END + dt.timedelta(1)),
            "17 May 2027 is beyond what is simulated, which ends on 16 May",
        ),
        (Hire("emea-1", 0, MONDAY), "0 people cannot start; it takes at least one."),
        (Hire("emea-1", -2, MONDAY), "−2 people cannot start; it takes at least one."),
        (Hire("emea-1", 201, MONDAY), "At most 200 people can start in one change, not 201."),
        (Hire("nowhere", 1, MONDAY), "There is no team “nowhere” among those shown."),
        (Move("nowhere", "emea-1", 1, MONDAY), "There is no team “nowhere” among those shown."),
        (Move("emea-1", "nowhere", 1, MONDAY), "There is no team “nowhere” among those shown."),
        (Move("emea-1", "emea-1", 1, MONDAY), "People of EMEA one are there already; choose another team."),
        (Move("emea-1", "apac-2", -1, MONDAY), "−1 people cannot move; it takes at least one."),
        (Move("apac-2", "emea-1", 5, MONDAY), "APAC two has 4 people; 5 cannot move from it."),
        (StandardTime("appeal", 0.0, MONDAY), "A standard time of 0 minutes is not possible"),
        (StandardTime("appeal", -3.5, MONDAY), "A standard time of −3.5 minutes is not possible"),
        (StandardTime("appeal", math.nan, MONDAY), "A standard time of nan minutes is not possible"),
        (StandardTime("appeal", 1441.0, MONDAY), "A standard time is at most 1440 minutes, one whole day."),
        (StandardTime("chat", 5.0, MONDAY), "There is no type of work “chat” here."),
        (LessPreventable(0.0, MONDAY), "0 % of the preventable cases cannot be cut"),
        (LessPreventable(-0.1, MONDAY), "−10 % of the preventable cases cannot be cut"),
        (LessPreventable(1.01, MONDAY), "101 % of the preventable cases cannot be cut"),
        (DueShift("chat", 3, MONDAY), "There is no type of work “chat” here."),
        (DueShift("appeal", 0, MONDAY), "Due days cannot be shifted by 0 working days; choose 1 to 30 later"),
        (DueShift("appeal", -31, MONDAY), "Due days cannot be shifted by −31 working days"),
        (Overtime("nowhere", 3.0, MONDAY, END), "There is no team “nowhere” among those shown."),
        (Overtime("emea-1", -3.0, MONDAY, END), "−3 hours of overtime a week are not possible"),
        (Overtime("emea-1", 21.0, MONDAY, END), "21 hours of overtime a week are not possible"),
        (
            Overtime("emea-1", 3.0, MONDAY, TODAY),
            "The overtime ends on 16 Nov 2026, before it starts on 4 Jan 2027.",
        ),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_in_one_sentence(change: Change, sentence: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        check(Scenario((GOOD[0], change)), AROUND)
    assert str(refused.value).startswith(sentence)
    assert str(refused.value).endswith(".") and "\n" not in str(refused.value)


def test_who_was_hired_into_a_team_or_moved_there_can_move_on() -> None:
    check(Scenario((Hire("apac-2", 3, TODAY), Move("apac-2", "emea-1", 7, MONDAY))), AROUND)
    check(Scenario((Move("emea-1", "apac-2", 9, TODAY), Move("apac-2", "emea-1", 13, MONDAY))), AROUND)
    more = Scenario((Hire("apac-2", 3, TODAY), Move("apac-2", "emea-1", 8, MONDAY)))
    with pytest.raises(ScenarioError, match="4 people, and 3 more with the changes; 8 cannot move from it"):
        check(more, AROUND)


def test_people_who_leave_a_team_in_two_moves_are_counted_together() -> None:
    twice = Scenario((Move("apac-2", "emea-1", 2, MONDAY), Move("apac-2", "emea-1", 3, END)))
    with pytest.raises(ScenarioError, match="APAC two has 4 people; 5 cannot move from it"):
        check(twice, AROUND)


def test_preventable_cases_are_cut_only_where_the_source_judges_them() -> None:
    with pytest.raises(ScenarioError, match="does not say which cases were preventable"):
        check(Scenario((LessPreventable(0.2, MONDAY),)), replace(AROUND, preventable={}))


def test_a_scenario_holds_at_most_twelve_changes() -> None:
    with pytest.raises(ScenarioError, match="at most 12 changes, this one 13"):
        check(Scenario((GOOD[0],) * 13), AROUND)
