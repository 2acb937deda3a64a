"""Scenarios in words: as people say them, differences with their interval, and nothing claimed by chance."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from analysis.paired_runs import Earlier, Spread
from analysis.scenario_outcome import Comparison, Outcome, compare
from analysis.scenario_plan import Effort
from analysis.scenarios import (
    Change,
    DueShift,
    Hire,
    LessPreventable,
    Move,
    Overtime,
    Scenario,
    StandardTime,
    Surroundings,
)
from components.capacity.compare import table_rows
from components.capacity.scenario_words import (
    as_it_is,
    change_words,
    difference_words,
    earlier_words,
    kept_from,
    scenario_words,
)
from queries.time import Period
from tests.pages.reading import plain

DAY = dt.date(2027, 1, 4)
AROUND = Surroundings(
    DAY, DAY + dt.timedelta(180), {"a": 5, "b": 5}, ("appeal",), {}, {"a": "EMEA 1", "b": "APAC 2"}, {}
)
NONE = Spread(0, 0, 0)
WEEKS = tuple(DAY + dt.timedelta(weeks=place) for place in range(26))


def an_outcome(chance: float) -> Outcome:
    weeks = np.full(26, chance)
    runs = np.array([3, 5, -1])
    return Outcome(
        weeks,
        np.zeros((3, 26)),
        np.full(3, 0.9),
        runs,
        runs,
        runs * 1.0,
        runs * 1.0,
        runs,
        {},
        {},
        182,
        26,
        Effort(0, 0, 0),
    )


def a_comparison(
    weeks: Spread, open_at_end: Spread = NONE, at_least: bool = False, later_at_least: bool = False
) -> Comparison:
    earlier = Earlier(weeks, at_least or later_at_least, at_least, later_at_least, 0.4, 0.9)
    return Comparison(NONE, NONE, earlier, earlier, open_at_end, NONE, {}, {}, 990.0, 58.0, 242.0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Hire("a", 1, DAY), "1 hire in EMEA 1 from 4 Jan 2027"),
        (Hire("a", 2, DAY), "2 hires in EMEA 1 from 4 Jan 2027"),
        (Move("a", "b", 1, DAY), "1 person from EMEA 1 to APAC 2 from 4 Jan 2027"),
        (StandardTime("appeal", 32.5, DAY), "appeals in 32.5 min from 4 Jan 2027"),
        (LessPreventable(0.2, DAY), "20 % fewer preventable cases from 4 Jan 2027"),
        (DueShift("appeal", -1, DAY), "appeals due 1 working day earlier from 4 Jan 2027"),
        (DueShift("appeal", 3, DAY), "appeals due 3 working days later from 4 Jan 2027"),
        (Overtime("a", 4.0, DAY, DAY), "4 h a week overtime in EMEA 1, 4 Jan 2027 to 4 Jan 2027"),
    ],
)
def test_a_change_is_said_as_people_say_it(change: Change, words: str) -> None:
    assert plain(change_words(change, AROUND)) == words


def test_a_scenario_lists_its_changes() -> None:
    two = Scenario((DueShift("appeal", 1, DAY), Hire("a", 1, DAY)))
    assert plain(scenario_words(two, AROUND)) == (
        "Appeals due 1 working day later from 4 Jan 2027 and 1 hire in EMEA 1 from 4 Jan 2027"
    )
    assert scenario_words(Scenario(), AROUND) == "No change"


def test_chances_that_differ_are_told_first_where_the_week_may_be_the_same() -> None:
    words = said(a_comparison(Spread(0, 0, 8), Spread(-283, -312, -236)), 0.0, 0.72)
    assert words.startswith(
        "2 hires: the SLA target is kept at the end in 72 % of futures, 0 % without. From which week it is "
        "kept is less sure (80 % interval 0 to 8 weeks earlier). Of the backlog: 283 fewer open cases"
    )
    assert "no detectable" not in words


def said(found: Comparison, before: float = 0.4, after: float = 0.9) -> str:
    return plain(" ".join(difference_words("2 hires", an_outcome(before), an_outcome(after), found)))


def test_a_target_reached_earlier_is_told_with_its_interval_chances_and_cost() -> None:
    assert said(a_comparison(Spread(5, 3, 8))) == (
        "2 hires: the SLA target is reached 5 weeks earlier (80 % interval 3 to 8). It is kept at the end in "
        "90 % of futures, 40 % without. It gives 990 h for cases over the weeks simulated, after 58 h of "
        "mentoring and 242 h of ramp."
    )


def test_a_base_that_does_not_get_there_makes_it_at_least() -> None:
    assert "reached at least 5 weeks earlier (80 % interval 3 to at least 8)" in said(
        a_comparison(Spread(5, 3, 8), at_least=True)
    )


def test_later_is_said_without_a_sign() -> None:
    assert "reached 1 week later (80 % interval 1 to 4)" in said(a_comparison(Spread(-1, -4, -1)))


def test_a_target_never_reached_any_more_is_not_reached_later() -> None:
    words = said(a_comparison(Spread(-26, -26, -12), Spread(90, 60, 120), later_at_least=True), 0.99, 0.0)
    assert words.startswith(
        "2 hires: the SLA target is kept at the end in 0 % of futures, 99 % without. In the middle future it "
        "is no longer kept to the end within these weeks. Of the backlog: 90 more open cases at the end"
    )
    assert "reached" not in words


def test_futures_of_which_none_changes_its_week_give_no_interval_of_weeks() -> None:
    words = said(a_comparison(NONE), 0.0, 0.08)
    assert (
        "In 80 % of futures or more it is kept to the end from the same week as without, or not at all."
        in words
    )
    assert "0 to 0" not in words and "less sure" not in words
    words = (
        "no detectable change of the week from which the SLA target is kept (in 80 % of futures or more it "
        "is the same, or there is none). It is kept at the end in 2 % of futures"
    )
    assert words in said(a_comparison(NONE), 0.0, 0.02)


@pytest.mark.parametrize(
    ("weeks", "later", "words"),
    [
        (Spread(0, -13, 11), True, "at least 13 weeks later to at least 11 weeks earlier"),
        (Spread(0, -1, 2), False, "1 week later to at least 2 weeks earlier"),
        (Spread(0, -13, 0), True, "0 to at least 13 weeks later"),
        (Spread(0, 0, 1), False, "0 to at least 1 week earlier"),
        (Spread(-5, -8, -3), False, "3 to 8 weeks later"),
        (Spread(-26, -26, -26), True, "at least 26 weeks later"),
    ],
)
def test_an_interval_of_weeks_has_no_signs(weeks: Spread, later: bool, words: str) -> None:
    assert plain(earlier_words(Earlier(weeks, False, True, later, 0.4, 0.9))) == words


def test_an_interval_that_holds_zero_claims_nothing_and_tells_the_backlog() -> None:
    words = said(a_comparison(Spread(2, 0, 8), Spread(-283, -312, -236)), 0.4, 0.44)
    assert "no detectable change of the week from which the SLA target is kept (80 % interval 0 to 8" in words
    assert "It is kept at the end in 44 % of futures, 40 % without." in words
    assert "283 fewer open cases at the end (80 % interval 236 to 312)" in words


def test_an_interval_of_cases_that_is_written_with_zero_claims_nothing() -> None:
    words = said(a_comparison(Spread(2, 0, 8), Spread(89, 0.3, 284)), 0.4, 0.44)
    assert "no detectable change of the open cases at the end" in words
    assert "89 more open cases at the end (80 % interval 1 to 284)" in said(
        a_comparison(Spread(2, 0, 8), Spread(89, 0.6, 284)), 0.4, 0.44
    )


def test_a_target_out_of_reach_either_way_is_said_to_be() -> None:
    words = said(a_comparison(NONE), 0.0, 0.0)
    assert "kept at the end in none of the futures, with or without." in words
    assert "no detectable change of the open cases" in words


def test_without_a_promise_only_the_backlog_is_told() -> None:
    found = replace(a_comparison(NONE, Spread(12, 3, 20)), earlier=None)
    assert "2 hires: 12 more open cases at the end (80 % interval 3 to 20)." in said(found)


def test_of_several_teams_it_is_said_which_do_not_keep_their_promise() -> None:
    def told(*chances: float) -> str:
        teams = [(f"Team {place}", chance) for place, chance in enumerate(chances, 1)]
        return plain(as_it_is(an_outcome(0.4), teams)[1]).removesuffix("Add a change to see what it does.")

    assert told(0.1) == "", "one team is all there is"
    assert told(0.8, 0.9) == "Each of the 2 teams by itself keeps it in at least 80 % of futures. "
    assert told(0.9, 0.3, 0.8) == (
        "By themselves 2 of 3 teams keep it in at least 80 % of futures; not Team 2 (30 %). "
    )
    assert told(*[0.1] * 5).endswith("Team 4 (10 %) and Team 5 (10 %). ")
    assert told(0.9, *[0.1] * 6).endswith(
        "1 of 7 teams keep it in at least 80 % of futures; not Team 2 (10 %), Team 3 (10 %), Team 4 (10 %), "
        "Team 5 (10 %) and 2 more. "
    )


def test_as_it_is_says_the_chance_or_that_nothing_is_promised() -> None:
    assert plain(as_it_is(an_outcome(0.4))[0]).endswith("kept at the end in 40 % of 3 futures.")
    nothing = replace(an_outcome(0.4), chance=np.zeros(0))
    assert as_it_is(nothing)[0] == "No SLA target is set for this work."
    idle = replace(an_outcome(1.0), share=np.full(3, np.nan))
    assert as_it_is(idle)[1].startswith("In the last 13 weeks no case with a target is due. Add")


def test_where_nothing_falls_due_there_is_no_share_and_the_rest_is_compared() -> None:
    idle = replace(an_outcome(1.0), share=np.full(3, np.nan), kept_from=np.zeros(3, np.int64))
    found = compare(idle, idle)
    assert found.share is None and found.earlier is not None
    weeks = tuple(Period(day, day + dt.timedelta(weeks=1), "week") for day in WEEKS)
    rows = {row[0]: [plain(cell) for cell in row[1:]] for row in table_rows(idle, [("Hires", idle)], weeks)}
    assert rows["In time, last 13 weeks"] == ["–", "– (–)"]
    assert rows["Kept to the end from (middle future)"] == ["4 Jan 2027", "4 Jan 2027 (no detectable change)"]


def test_the_middle_future_names_the_week_or_none() -> None:
    assert plain(kept_from(an_outcome(0.4), WEEKS)) == "8 Feb 2027"
    never = replace(an_outcome(0.4), kept_from=np.array([-1, -1, 3]))
    assert kept_from(never, WEEKS) == "not within these weeks"
