"""What if?: a scenario in the link, added to, saved, compared, refused, and printed as a headcount ask."""

from __future__ import annotations

import datetime as dt
import re

import pandas as pd
import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from analysis.scenarios import Hire, Scenario, StandardTime
from components.capacity import ask, saved
from components.documents import Document, document_pdf
from queries import scenarios as journal
from queries.capacity.what_if import sales_waiting
from queries.measure import Reader
from queries.scenarios import read_scenario, scenario_text
from store.journal import ScenarioText
from store.location import Location
from tests.pages.conftest import LAST_DAY, SHELL, RunBroken, RunPage
from tests.pages.reading import elements, said

TEAM = "emea-1"
START = LAST_DAY + dt.timedelta(days=50)
TWO = scenario_text(Scenario((Hire(TEAM, 2, START),)))


def open_app(**params: str) -> AppTest:
    """The first run of the Capacity page on the store in use."""
    app = AppTest.from_file(str(SHELL), default_timeout=60)
    app.switch_page("../pages/capacity.py")
    for name, value in params.items():
        app.query_params[name] = value
    return app.run()


def section(app: AppTest) -> str:
    """What the section says."""
    words = said(app)
    return words[words.index("What if?") :]


def problems(app: AppTest) -> list[str]:
    """Exceptions, and the section failed."""
    failed = re.findall(r"What if\?”? could not load\.", said(app))
    return [str(fault.value) for fault in app.exception] + failed


def button(app: AppTest, label: str) -> object:
    """The button of a form or page with this label."""
    return next(one for one in app.button if one.label == label)


def test_a_fault_of_the_section_is_its_own_sentence_and_nothing_of_streamlits(run_broken: RunBroken) -> None:
    """The section is redrawn alone, where the panel of the page around it catches nothing."""
    failed, words = run_broken("components.capacity.what_if.compared", "capacity", team=TEAM)
    assert failed == ["What if?"]
    assert "Are positions filled as planned?" in words


def test_without_a_scenario_the_section_says_how_it_is_and_what_to_do(run_page: RunPage) -> None:
    app = run_page("capacity", team=TEAM)
    assert problems(app) == []
    words = section(app)
    assert re.search(r"As things are, the SLA target is kept at the end in \d+ % of 2,000 futures\.", words)
    assert "Add a change to see what it does." in words
    assert "Compare with" not in words and "By themselves" not in words


def test_with_several_teams_it_is_said_which_of_them_do_not_keep_the_target(run_page: RunPage) -> None:
    kept = r"By themselves (\d+) of (\d+) teams keep it in at least 80 % of futures; not [A-Z].* \(\d+ %\)"
    told = re.search(kept, section(run_page("capacity")))
    assert told and int(told[1]) < int(told[2])


def test_a_scenario_of_the_link_is_told_with_its_difference_interval_and_cost(run_page: RunPage) -> None:
    words = section(run_page("capacity", team=TEAM, what=TWO))
    assert re.search(r"2 hires in .* from 4 Jan 2027: ", words)
    assert re.search(r"80 % interval|in 80 % of futures or more it is the same", words)
    assert re.search(r"It gives [\d,]+ h for cases over the weeks simulated, after \d+ h of mentoring", words)
    assert "On screen" in words and "As it is" in words
    assert not re.search(r"\bnan\b|\bNone\b|\binf\b", words.split("Are positions")[0])


def test_a_change_of_all_teams_is_compared_on_fewer_futures_and_says_so(run_page: RunPage) -> None:
    every = re.compile(r"The first 800 of 2,000 futures, because many teams change, the same for every")
    due = "due.2.escalation.2026-11-16"
    assert every.search(section(run_page("capacity", what=due)))
    alone = section(run_page("capacity", team=TEAM, what=due))
    assert "2,000 futures, the same for every plan" in alone and not every.search(alone)


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        (f"hire.-2.{TEAM}.2027-01-04", "−2 people cannot start; it takes at least one."),
        (f"hire.2.{TEAM}.2026-01-05", "5 Jan 2026 is over: nothing can change before 16 Nov 2026"),
        (f"hire.2.{TEAM}.2031-01-06", "6 Jan 2031 is beyond what is simulated"),
        (f"hire.2.{TEAM}.2027-02-31", "“2027-02-31” is no day of the calendar"),
        ("hire.2.atlantis.2027-01-04", "There is no team “atlantis” among those shown."),
        ("minutes.0.appeal.2027-01-04", "A standard time of 0 minutes is not possible"),
        ("<script>alert(1)</script>", "is no kind of change"),
    ],
)
def test_a_scenario_that_cannot_be_is_one_sentence_and_the_base_stays(
    what: str, sentence: str, run_page: RunPage
) -> None:
    app = run_page("capacity", team=TEAM, what=what)
    assert problems(app) == []
    assert sentence in section(app)
    assert "As things are, the SLA target is kept" in section(app)


def test_the_hires_needed_are_judged_on_the_work_of_their_own_team(run_page: RunPage) -> None:
    told = []
    for scope in ({"team": TEAM}, {}):
        app = run_page(
            "capacity", what=scenario_text(Scenario((StandardTime("appeal", 30.0, START),))), **scope
        )
        app.session_state["need"] = True
        button(app.run(), "Find").click().run()  # type: ignore[attr-defined]
        assert problems(app) == []
        told.append(
            re.search(r"(\d+ hires?|No hire is needed) into EMEA 1 Luxembourg.*?\.(?= [A-Z]|$)", section(app))
        )
        assert ("Judged on the work of this team alone" in section(app)) == (not scope)
    one, every = told
    assert one and every and one[0] == every[0], "other teams change nothing of it"


def test_the_target_of_the_hires_needed_is_the_one_asked_for_or_that_in_force(run_page: RunPage) -> None:
    app = run_page("capacity", team=TEAM)
    app.session_state["need"] = True
    app.run()
    field = app.number_input(key="need-goal")
    assert (field.value, field.min, field.max) == (None, 50, 100)
    field.set_value(60)
    button(app, "Find").click().run()  # type: ignore[attr-defined]
    assert problems(app) == [] and "".join(app.query_params["goal"]) == "60"
    assert "to reach 60 % in time over the four weeks" in section(app)
    app.number_input(key="need-goal").set_value(None)
    button(app, "Find").click().run()  # type: ignore[attr-defined]
    assert "to reach the SLA targets in force over the four weeks" in section(app)


def test_a_change_is_added_to_the_link_and_taken_away_again(run_page: RunPage) -> None:
    app = run_page("capacity", team=TEAM)
    app.number_input("what-people").set_value(3)
    button(app, "Add change").click().run()  # type: ignore[attr-defined]
    text = "".join(app.query_params["what"])
    (change,) = read_scenario(text).changes
    assert isinstance(change, Hire) and (change.team, change.people) == (TEAM, 3)
    assert "3 hires in" in section(app)


def test_a_scenario_is_saved_listed_and_compared(own_store: Location) -> None:
    journal.save(
        own_store, ScenarioText("Three, soon", f"team={TEAM}", TWO.replace("hire.2", "hire.3")), "Ann"
    )
    journal.save(own_store, ScenarioText("Elsewhere", "team=apac-1", "", None), "Ann")
    kept = journal.saved_scenarios(own_store)
    number = next(one.scenario_id for one in kept if one.text.name == "Three, soon")
    app = open_app(team=TEAM, what=TWO, beside=str(number))
    assert problems(app) == []
    words = section(app)
    assert "Saved scenarios (2)" in words
    heads = next(line for line in words.split("\n") if "Over the weeks simulated" in line)
    assert "As it is" in heads and "On screen" in heads and "Three, soon" in heads
    assert "Elsewhere" not in heads


def test_a_save_over_a_changed_scenario_is_refused_with_who_was_first(own_store: Location) -> None:
    seen = journal.save(own_store, ScenarioText("Mine", f"team={TEAM}", TWO), "Ann")
    app = open_app(team=TEAM)
    button(app, "Open").click().run()  # type: ignore[attr-defined]
    bens = journal.change(own_store, seen, ScenarioText("Mine", f"team={TEAM}", ""), "Ben")
    app.session_state["what-save-box"] = True
    app.run()
    next(one for one in app.button if "Save over" in one.label).click().run()
    assert "“Mine” was changed by Ben meanwhile; reload" in section(app)
    assert journal.saved_scenarios(own_store) == [bens]


def test_the_scenario_on_screen_is_saved_under_a_name_with_its_teams_and_target(own_store: Location) -> None:
    app = open_app(team=TEAM, what=TWO, goal="92")
    app.session_state["what-save-box"] = True
    app.run()
    app.text_input("what-name").set_value("Two in January")
    button(app, "Save as new").click().run()  # type: ignore[attr-defined]
    (kept,) = journal.saved_scenarios(own_store)
    assert kept.text == ScenarioText("Two in January", f"team={TEAM}", TWO, 0.92)
    assert "Saved as “Two in January”." in section(app)
    app.text_input("what-name").set_value("two in january")
    button(app, "Save as new").click().run()  # type: ignore[attr-defined]
    assert "exists already; choose another name." in section(app)


def test_what_people_wrote_is_never_markup(own_store: Location) -> None:
    hostile = "<img src=x onerror=alert(1)> **bold** :material/star: [a](https://example.org)"
    journal.save(own_store, ScenarioText(hostile[:80], f"team={TEAM}", TWO), "<b>Ann</b>")
    (one,) = journal.saved_scenarios(own_store)
    for params in ({"beside": str(one.scenario_id)}, {"ask": str(one.scenario_id)}):
        app = open_app(team=TEAM, **params)
        assert problems(app) == []
        for node in elements(app):
            body = getattr(getattr(node, "proto", None), "body", "")
            if isinstance(body, str):
                assert "<img src=x" not in body and "<b>Ann" not in body
                assert node.type == "html" or "**bold**" not in body


def test_the_headcount_ask_tells_need_hours_promise_sales_and_what_it_rests_on(
    own_store: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = journal.save(own_store, ScenarioText("Two in January", f"team={TEAM}", TWO, 0.9), "Ann")
    asked: list[Document] = []
    draw = ask._draw
    monkeypatch.setattr(ask, "_draw", lambda found: (asked.append(found), draw(found)))
    app = open_app(team=TEAM, ask=str(kept.scenario_id))
    words = said(app)
    for part in (
        "Headcount ask: Two in January",
        "written by Ann",
        "2 additional full-time people.",
        "SLA target kept at the end",
        "h that others spend on mentoring",
        "Data through 15 Nov 2026",
        "90 % in time for all work with a promise",
        "People leave at",
    ):
        assert part in words, part
    assert re.search(r"Value at stake behind them|source supplies no value at stake", words)
    assert re.search(r"Days that appeals wait beyond their due day, .* [\d,]+ without, [\d,]+ with it", words)
    assert "Sales that blocked sellers cannot make on these days" in words
    assert "Are positions filled" not in words
    # One page to hand over: as it stands it would take two.
    made = document_pdf(asked[-1], dt.datetime(2026, 11, 16), one_page=True)
    assert len(re.findall(rb"/Type /Page\b", made)) == 1


def test_sales_of_waiting_sellers_are_those_of_the_blocked_over_all_appeals(sample_reader: Reader) -> None:
    first, teams = LAST_DAY + dt.timedelta(days=1), ("emea-1", "emea-2")

    def rows(name: str, *columns: str) -> pd.DataFrame:
        table = sample_reader.scope.table(name)
        asked = select(*(table.c[column] for column in columns))
        return pd.DataFrame(sample_reader.scope.read(sample_reader.facts, asked).to_pylist())

    appeals = rows("appeals", "team", "submitted_on", "enforcement_id")
    since = first - dt.timedelta(weeks=26)
    here = appeals["team"].isin(teams) & (appeals["submitted_on"] >= since)
    joined = appeals[here].merge(rows("account_blocks", "enforcement_id", "daily_gmv"), how="left")
    found = sales_waiting(sample_reader, teams, first)
    assert found is not None
    assert found.mean == pytest.approx(joined["daily_gmv"].sum() / len(joined))
    assert (found.cases, found.of) == (joined["daily_gmv"].notna().sum(), len(joined))
    assert 0 < found.cases < found.of


@pytest.mark.parametrize("number", ["999", "x", "-1", "9" * 30, "²"])
def test_an_ask_for_no_scenario_says_so(number: str, run_page: RunPage) -> None:
    app = run_page("capacity", team=TEAM, ask=number)
    assert "holds no scenario with this number" in said(app)
    assert not app.exception


def test_an_ask_whose_day_has_passed_says_it_can_no_longer_be(own_store: Location) -> None:
    old = journal.save(own_store, ScenarioText("Old", f"team={TEAM}", f"hire.2.{TEAM}.2020-01-06"), "Ann")
    app = open_app(team=TEAM, ask=str(old.scenario_id))
    assert "“Old” can no longer be. 6 Jan 2020 is over" in said(app)


def test_what_the_print_rules_hold_is_static() -> None:
    assert "{" in ask._PRINT and "%s" not in ask._PRINT
    assert saved.AUTHOR
