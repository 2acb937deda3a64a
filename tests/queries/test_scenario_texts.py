"""The text of a scenario in links and the journal: read back exactly, or refused in one sentence."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.scenarios import (
    DueShift,
    Hire,
    LessPreventable,
    Move,
    Overtime,
    Scenario,
    ScenarioError,
    StandardTime,
)
from queries.scenarios import read_scenario, scenario_text

MONDAY = dt.date(2027, 1, 4)
ALL_KINDS = Scenario(
    (
        Hire("emea-1", 2, MONDAY),
        Move("emea-1", "apac 2", 1, MONDAY),
        StandardTime("appeal", 32.5, MONDAY),
        LessPreventable(0.25, MONDAY),
        DueShift("escalation", 4, MONDAY),
        Overtime("emea-1", 4.0, MONDAY, dt.date(2027, 1, 29)),
    )
)
NAMES = st.text(min_size=1, max_size=12)
DAYS = st.dates()
CHANGES = st.one_of(
    st.builds(Hire, NAMES, st.integers(-999, 999), DAYS),
    st.builds(Move, NAMES, NAMES, st.integers(-999, 999), DAYS),
    st.builds(StandardTime, NAMES, st.floats(allow_nan=False, allow_infinity=False), DAYS),
    st.builds(LessPreventable, st.floats(allow_nan=False, allow_infinity=False), DAYS),
    st.builds(DueShift, NAMES, st.integers(-999, 999), DAYS),
    st.builds(Overtime, NAMES, st.floats(allow_nan=False, allow_infinity=False), DAYS, DAYS),
)


def test_the_text_is_as_short_as_a_link_should_be() -> None:
    assert scenario_text(Scenario(ALL_KINDS.changes[:1])) == "hire.2.emea-1.2027-01-04"
    assert scenario_text(Scenario()) == ""
    assert len(scenario_text(ALL_KINDS)) < 220


def test_every_kind_of_change_is_read_back() -> None:
    assert read_scenario(scenario_text(ALL_KINDS)) == ALL_KINDS
    assert read_scenario("") == Scenario()


@given(changes=st.lists(CHANGES, max_size=5))
def test_any_scenario_is_read_back_whatever_its_teams_are_called(changes: list[Hire]) -> None:
    scenario = Scenario(tuple(changes))
    assert read_scenario(scenario_text(scenario)) == scenario


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("hire.2.emea-1.2027-02-31", "“2027-02-31” is no day of the calendar; write a day as 2027-01-31."),
        ("hire.2.emea-1.31/02/2027", "“31/02/2027” is no day of the calendar; write a day as 2027-01-31."),
        ("hire.two.emea-1.2027-01-04", "“two” is no whole number."),
        ("hire.2%2E5.emea-1.2027-01-04", "“2.5” is no whole number."),
        ("hire.9999999999.emea-1.2027-01-04", "“9999999999” is no whole number."),
        ("minutes.nan.appeal.2027-01-04", "“nan” is no number."),
        ("prevent.inf.2027-01-04", "“inf” is no number."),
        ("hire.2.emea-1", "A change “hire” has 3 parts, this one 2."),
        ("fire.2.emea-1.2027-01-04", "“fire” is no kind of change; choose one of hire, move, minutes,"),
        ("~", "“” is no kind of change"),
        ("x" * 2001, "A scenario is at most 2000 characters long."),
    ],
)
def test_a_text_that_is_no_scenario_is_refused_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        read_scenario(text)
    assert str(refused.value).startswith(sentence)
    assert "\n" not in str(refused.value)


@given(text=st.text(max_size=60))
def test_any_text_is_a_scenario_or_a_sentence(text: str) -> None:
    try:
        read_scenario(text)
    except ScenarioError as refused:
        assert str(refused).endswith(".")
