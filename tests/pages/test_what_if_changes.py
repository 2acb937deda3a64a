"""Every kind of change on screen: added through its form, told, refused, taken away, kept, archived."""

from __future__ import annotations

import datetime as dt
import importlib
import re
import threading
import time
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from analysis.scenarios import (
    LONGEST_MINUTES,
    DueShift,
    Hire,
    LessPreventable,
    Move,
    Overtime,
    Scenario,
    StandardTime,
)
from queries import scenarios as journal
from queries.scenarios import read_scenario, scenario_text
from store.errors import StoreError
from store.journal import ScenarioText
from store.location import Location
from tests.pages.conftest import LAST_DAY, RunPage
from tests.pages.test_what_if import TEAM, TWO, button, open_app, problems, section

FIRST = LAST_DAY + dt.timedelta(days=1)
LATER = FIRST + dt.timedelta(weeks=3)


def with_form(app: AppTest, kind: str, **fields: object) -> AppTest:
    """Choose a kind of change, fill its fields, and add it."""
    app.button_group("what-kind").set_value(kind).run()
    for name, value in fields.items():
        widget: Any = next(
            one for one in (*app.number_input, *app.selectbox, *app.date_input) if one.key == f"what-{name}"
        )
        widget.set_value(value)
    button(app, "Add change").click().run()  # type: ignore[attr-defined]
    return app


def changes(app: AppTest) -> tuple[object, ...]:
    """The changes the link holds."""
    return read_scenario("".join(app.query_params.get("what", ""))).changes


@pytest.mark.parametrize(
    ("kind", "fields", "change", "words"),
    [
        ("hire", {"people": 2, "team": TEAM, "on": LATER}, Hire(TEAM, 2, LATER), "2 hires in"),
        (
            "move",
            {"people": 1, "origin": "emea-2", "team": TEAM, "on": LATER},
            Move("emea-2", TEAM, 1, LATER),
            "1 person",
        ),
        (
            "overtime",
            {"hours": 3.5, "team": TEAM, "on": LATER, "until": LATER + dt.timedelta(days=20)},
            Overtime(TEAM, 3.5, LATER, LATER + dt.timedelta(days=20)),
            "overtime",
        ),
        (
            "minutes",
            {"work": "appeal", "minutes": 60.0, "on": LATER},
            StandardTime("appeal", 60.0, LATER),
            "60",
        ),
        ("prevent", {"share": 30, "on": LATER}, LessPreventable(0.3, LATER), "30"),
        ("due", {"work": "escalation", "shift": -1, "on": LATER}, DueShift("escalation", -1, LATER), "due"),
    ],
)
def test_each_kind_of_change_is_added_told_with_its_difference_and_taken_away(
    run_page: RunPage, kind: str, fields: dict[str, object], change: object, words: str
) -> None:
    app = with_form(run_page("capacity", org="emea"), kind, **fields)
    assert problems(app) == []
    assert changes(app) == (change,)
    told = section(app)
    assert words in told and "On screen" in told
    assert "80 % interval" in told.replace(" ", " ") or "no detectable change" in told
    app.button_group("what-chips").set_value([0]).run()
    assert problems(app) == []
    assert changes(app) == ()
    assert "Add a change to see what it does." in section(app)


def test_overtime_can_be_added_as_proposed_after_the_day_of_a_hire_was(run_page: RunPage) -> None:
    app = with_form(run_page("capacity", team=TEAM), "overtime")
    assert problems(app) == []
    (change,) = changes(app)
    assert isinstance(change, Overtime) and change.until == change.on + dt.timedelta(days=27)


def test_the_form_says_what_a_case_takes_now_and_what_can_be_prevented(run_page: RunPage) -> None:
    app = run_page("capacity", team=TEAM)
    app.button_group("what-kind").set_value("minutes").run()
    now = re.search(
        r"A case takes on average now: appeals ([\d,]+) min, escalations [\d,]+ min", section(app)
    )
    assert now
    proposed = app.number_input(key="what-minutes").value
    assert proposed == min(int(now[1].replace(",", "")), LONGEST_MINUTES)
    app.button_group("what-kind").set_value("prevent").run()
    assert re.search(r"Preventable were in the last half year: \d+ % of escalations\.", section(app))


def test_of_several_changes_only_the_one_clicked_is_taken_away(run_page: RunPage) -> None:
    two = scenario_text(Scenario((Hire(TEAM, 2, LATER), Overtime(TEAM, 2.0, FIRST, LATER))))
    app = run_page("capacity", team=TEAM, what=two)
    app.button_group("what-chips").set_value([0]).run()
    assert changes(app) == (Overtime(TEAM, 2.0, FIRST, LATER),)


def test_a_change_that_cannot_be_is_refused_under_the_form_and_nothing_is_lost(run_page: RunPage) -> None:
    app = with_form(run_page("capacity", team=TEAM, what=TWO), "overtime", hours=4.0, on=LATER, until=FIRST)
    assert problems(app) == []
    assert [str(one.value) for one in app.error] != []
    assert changes(app) == read_scenario(TWO).changes


def test_more_people_than_are_there_cannot_move(run_page: RunPage) -> None:
    app = with_form(
        run_page("capacity", org="emea"), "move", people=150, origin="emea-2", team=TEAM, on=LATER
    )
    assert problems(app) == []
    assert any("150" in str(one.value) for one in app.error)


def test_an_archived_scenario_leaves_the_list_and_its_name_is_free(own_store: Location) -> None:
    journal.save(own_store, ScenarioText("Two", f"team={TEAM}", TWO), "Ann")
    app = open_app(team=TEAM)
    button(app, "Archive").click().run()  # type: ignore[attr-defined]
    assert "“Two” is archived." in section(app) and "No scenario is saved yet." in section(app)
    assert journal.saved_scenarios(own_store) == []
    assert journal.save(own_store, ScenarioText("Two", f"team={TEAM}", TWO), "Ben").text.name == "Two"


def test_a_scenario_that_another_changed_is_not_archived(own_store: Location) -> None:
    seen = journal.save(own_store, ScenarioText("Two", f"team={TEAM}", TWO), "Ann")
    app = open_app(team=TEAM)
    journal.change(own_store, seen, ScenarioText("Two", f"team={TEAM}", ""), "Ben")
    button(app, "Archive").click().run()  # type: ignore[attr-defined]
    assert "“Two” was changed by Ben meanwhile; reload" in section(app)
    assert len(journal.saved_scenarios(own_store)) == 1


def test_a_scenario_without_a_name_is_not_saved(own_store: Location) -> None:
    app = open_app(team=TEAM, what=TWO)
    app.session_state["what-save-box"] = True
    app.run()
    app.text_input("what-name").set_value("  ")
    button(app, "Save as new").click().run()  # type: ignore[attr-defined]
    assert problems(app) == [] and app.error
    assert journal.saved_scenarios(own_store) == []


def save_at_once(location: Location, name: str, times: int) -> tuple[int, list[str]]:
    """Save the same name from several threads at the same moment: how many succeeded, and the refusals."""
    ready = threading.Barrier(times)
    saved: list[int] = []
    refused: list[str] = []

    def save(place: int) -> None:
        ready.wait()
        try:
            kept = journal.save(location, ScenarioText(name, f"team={TEAM}", TWO), f"Writer {place}")
        except StoreError as stopped:
            refused.append(str(stopped))
        else:
            saved.append(kept.scenario_id)

    threads = [threading.Thread(target=save, args=(place,)) for place in range(times)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return len(saved), refused


def test_of_several_who_save_one_name_at_once_one_does_and_the_others_read_why(
    new_location: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenarios = importlib.import_module("store.journal.scenarios")  # the package has a function of that name
    columns_of = scenarios._columns

    def slowly(text: ScenarioText) -> dict[str, object]:
        """Time for the others between the look at the names and the write."""
        time.sleep(0.2)
        return dict(columns_of(text))

    monkeypatch.setattr(scenarios, "_columns", slowly)
    location = new_location()
    journal.save(location, ScenarioText("First", "", ""), "Ann")  # the journal is there
    saved, refused = save_at_once(location, "Two in January", 4)
    assert saved == 1 and len(refused) == 3
    assert all("exists already; choose another name" in words for words in refused)
    assert [one.text.name for one in journal.saved_scenarios(location)] == ["First", "Two in January"]
