"""Development on the Team page: written, changed from two tabs, hostile, refused; coaching; paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from components import source
from components.documents import Document
from components.team import access, brief, entry_form
from queries.development import CoachingMark, Goal, OneOnOne, archive, everyone, of_person, save, views_of
from queries.measure import Reader
from store.location import Location
from tests.pages.conftest import SHELL
from tests.pages.reading import plain, said

HOSTILE = "<script>alert(1)</script> **bold** :smile: [x](javascript:1) $x$ 👩‍🚀 مرحبا"
READ = plain(HOSTILE)
"""The same as `said` gives it back."""
Open = Callable[..., AppTest]


@pytest.fixture
def person(own_store: Location) -> str:
    """Somebody with an open goal."""
    return next(goal.person for goal in everyone(own_store).goals if goal.status == "open")


@pytest.fixture
def open_page(own_store: Location) -> Open:
    """Opens a page as one tab of a browser."""

    def opened(page: str, **params: str) -> AppTest:
        app = AppTest.from_file(str(SHELL), default_timeout=90)
        app.switch_page(f"../pages/{page}.py")
        for name, value in params.items():
            app.query_params[name] = value
        return app.run()

    return opened


def reader() -> Reader:
    return source.reader()


def only_goal(location: Location, person: str) -> Goal:
    """Replaces the sample's goals of the person by one."""
    for goal in of_person(location, person).goals:
        archive(location, goal, "Ann")
    return save(location, Goal(person, "Read invoices", "because"), "Ann")


def field(app: AppTest, kind: str, name: str) -> Any:
    """The field of the one open form that writes a column."""
    (found,) = [widget for widget in getattr(app, kind) if str(widget.key).endswith(f"-{name}")]
    return found


def press(app: AppTest, ending: str) -> AppTest:
    (button,) = [found for found in app.button if str(found.key).endswith(ending)]
    return button.click().run()


def edit_goal(app: AppTest, goal: Goal) -> AppTest:
    assert goal.stamp is not None
    return app.button(key=f"Goal-{goal.stamp.entry_id}-edit").click().run()


def test_two_tabs_on_one_goal_the_second_is_told_and_loses_nothing(
    own_store: Location, person: str, open_page: Open
) -> None:
    goal = only_goal(own_store, person)
    tabs = [edit_goal(open_page("team", person=person), goal) for _ in range(2)]
    field(tabs[0], "text_input", "title").set_value("First was faster")
    press(tabs[0], "-save")
    assert [found.title for found in of_person(own_store, person).goals] == ["First was faster"]

    typed = "A long thought\nof the second"
    field(tabs[1], "text_input", "title").set_value("Second")
    field(tabs[1], "text_area", "why").set_value(typed)
    second = press(tabs[1], "-save")
    told = plain(" ".join(found.value for found in second.warning))
    assert f"Not saved: changed by {access.LEADER} meanwhile." in told
    assert "Read invoices" in said(second) and "First was faster" in said(second)
    assert field(second, "text_input", "title").value == "Second"
    assert field(second, "text_area", "why").value == typed
    assert [found.title for found in of_person(own_store, person).goals] == ["First was faster"]

    press(second, "-save")  # having seen the other state, the same button says “Save mine over it”
    (kept,) = of_person(own_store, person).goals
    assert (kept.title, kept.why) == ("Second", typed)
    assert kept.stamp is not None and kept.stamp.version == 3


@pytest.mark.parametrize("fresh", [True, False])
def test_a_double_click_on_save_writes_once(
    fresh: bool, own_store: Location, person: str, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second click carries what the first carried: the form as it was drawn before either."""
    save_once = entry_form._save

    def twice(view: Any, form: Any) -> None:
        save_once(view, form)
        save_once(view, form)

    monkeypatch.setattr(entry_form, "_save", twice)
    goal = only_goal(own_store, person)
    app = open_page("team", person=person)
    app = app.button(key="add-Goals").click().run() if fresh else edit_goal(app, goal)
    field(app, "text_input", "title").set_value("Pressed twice")
    app = press(app, "-save")
    titles = sorted(found.title for found in of_person(own_store, person).goals)
    assert titles == (["Pressed twice", "Read invoices"] if fresh else ["Pressed twice"])
    assert not app.warning and not [found for found in app.text_input if str(found.key).endswith("-title")]
    kept = next(found for found in of_person(own_store, person).goals if found.title == "Pressed twice")
    assert kept.stamp is not None and kept.stamp.version == (1 if fresh else 2)


def test_a_talk_cannot_be_held_in_the_future(
    own_store: Location, person: str, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page("team", person=person)
    app = app.button(key="add-1:1s").click().run()
    held = field(app, "date_input", "held_on")
    assert held.max == today_of() and held.value == today_of()
    typed = entry_form._typed

    def ahead(form: Any, spec: Any, key: str) -> object:
        return today_of() + dt.timedelta(days=3) if spec.name == "held_on" else typed(form, spec, key)

    monkeypatch.setattr(entry_form, "_typed", ahead)
    before = of_person(own_store, person).one_on_ones
    app = press(app, "-save")  # a day that the field would not take
    assert of_person(own_store, person).one_on_ones == before
    assert "is still to come" in plain(" ".join(found.value for found in app.warning))


def test_a_goal_removed_in_another_tab_keeps_what_was_typed_and_can_be_saved_as_new(
    own_store: Location, person: str, open_page: Open
) -> None:
    goal = only_goal(own_store, person)
    one, other = (edit_goal(open_page("team", person=person), goal) for _ in range(2))
    press(one, "-remove")
    assert of_person(own_store, person).goals == ()
    field(other, "text_input", "title").set_value("Still mine")
    other = press(other, "-save")
    assert field(other, "text_input", "title").value == "Still mine"
    assert "removed by" in plain(" ".join(found.value for found in other.warning))
    press(other, "-save")
    assert [found.title for found in of_person(own_store, person).goals] == ["Still mine"]


def test_what_cannot_be_kept_is_said_and_the_form_stays(
    own_store: Location, person: str, open_page: Open
) -> None:
    app = open_page("team", person=person)
    before = of_person(own_store, person).goals
    app = app.button(key="add-Goals").click().run()
    field(app, "text_input", "evidence").set_value("javascript:alert(1)")
    field(app, "text_input", "title").set_value("  ")
    app = press(app, "-save")
    assert "Not saved: the goal is missing" in plain(app.warning[0].value)
    field(app, "text_input", "title").set_value("Short")
    app = press(app, "-save")
    assert "Not saved: the evidence must be a link" in plain(app.warning[0].value)
    assert of_person(own_store, person).goals == before
    field(app, "text_input", "evidence").set_value("/reinstatements?member=E1")
    press(app, "-save")
    assert "Short" in [goal.title for goal in of_person(own_store, person).goals]


def test_hostile_text_is_shown_letter_by_letter_and_never_as_markup(
    own_store: Location, person: str, open_page: Open
) -> None:
    save(own_store, OneOnOne(person, today_of(), HOSTILE + "\n" + "w" * 9_000), "Ann")
    save(own_store, Goal(person, HOSTILE, HOSTILE), HOSTILE)
    app = open_page("team", person=person)
    words = said(app)
    assert not app.exception and "could not load" not in words
    assert words.count(READ) >= 3 and "w" * 9_000 in words
    raw = "\n".join(found.value for found in app.markdown) + "\n".join(
        found.proto.body for found in app.get("html")
    )
    assert "<script>alert" not in raw and "**bold**" not in raw and "[x](javascript" not in raw


def today_of() -> dt.date:
    return dt.datetime.now(reader().coverage.zone).date()


def test_one_press_marks_a_follow_up_done(own_store: Location, open_page: Open) -> None:
    agreed = next(found for found in everyone(own_store).follow_ups if found.done_on is None)
    assert agreed.stamp is not None
    app = open_page("team", person=agreed.person)
    app.button(key=f"FollowUp-{agreed.stamp.entry_id}-check").click().run()
    (done,) = [
        found
        for found in of_person(own_store, agreed.person).follow_ups
        if found.stamp and found.stamp.entry_id == agreed.stamp.entry_id
    ]
    assert done.done_on == today_of()


def test_beyond_this_machine_nothing_is_shown_or_written(
    own_store: Location, person: str, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    goal = only_goal(own_store, person)
    app = edit_goal(open_page("team", person=person), goal)
    field(app, "text_input", "title").set_value("From elsewhere")
    for module in ("components.team.entry_form", "components.team.access", "components.cases.coaching"):
        monkeypatch.setattr(f"{module}.single_leader_mode", lambda: False)
    app = press(app, "-save")
    assert [found.title for found in of_person(own_store, person).goals] == ["Read invoices"]
    assert "Read invoices" not in said(app) and "Pages about people are closed" in said(app)
    mark = everyone(own_store).coaching_marks[0]
    case = open_page("cases", kind=mark.case_kind, case=mark.case_id)
    assert mark.case_id in said(case) and mark.note not in said(case)
    assert not [found for found in case.button if found.key == "coach-on-this"]


def test_a_marked_case_stands_on_its_page_and_in_the_brief_with_a_way_back(
    own_store: Location, open_page: Open
) -> None:
    mark = next(found for found in everyone(own_store).coaching_marks if found.done_on is None)
    case = open_page("cases", kind=mark.case_kind, case=mark.case_id)
    assert mark.note in said(case)
    case = case.button(key="coach-on-this").click().run()
    field(case, "text_area", "note").set_value(HOSTILE)
    case = press(case, "-save")
    assert READ in said(case)
    kept = [found for found in of_person(own_store, mark.person).open_marks if found.note == HOSTILE]
    assert [(found.person, found.case_kind, found.case_id) for found in kept] == [
        (mark.person, mark.case_kind, mark.case_id)
    ]
    logged = sorted(found.doing for found in views_of(own_store, mark.person, 10))
    assert logged == [f"Coaching mark on appeal {mark.case_id} {doing}" for doing in ("seen", "written")]
    page = open_page("team", person=mark.person)
    assert f"Appeal {mark.case_id}: {READ}" in said(page)
    page = page.button(key="brief-case-0").click().run()
    asked = {name: "".join(page.query_params[name]) for name in ("case", "kind")}
    assert asked == {"case": mark.case_id, "kind": mark.case_kind}


def test_an_escalation_and_an_investigation_can_be_marked_where_somebody_has_them(
    own_store: Location, open_page: Open
) -> None:
    for kind, key in (("escalations", "escalation_id"), ("investigations", "investigation_id")):
        table = reader().scope.table(kind)
        query = select(table.c[key], table.c.specialist_id).where(table.c.specialist_id.is_not(None)).limit(1)
        (row,) = reader().scope.read(reader().facts, query).to_pylist()
        app = open_page("cases", kind=kind, case=row[key])
        app = app.button(key="coach-on-this").click().run()
        press(app, "-save")
        assert CoachingMark(row["specialist_id"], kind, row[key]).case_id in [
            mark.case_id for mark in everyone(own_store).coaching_marks
        ]


def test_the_brief_has_its_parts_in_order_alone_when_printed(person: str, open_page: Open) -> None:
    headings = ["What changed", "What to praise", "What to ask", "Check together", "Open actions"]
    for params in ({}, {"print": "brief"}):
        words = said(open_page("team", person=person, **params))
        places = [words.index(f"\n{heading}\n") for heading in headings]
        assert places == sorted(places) and "no rating" in words
        assert ("How does" in words) is not bool(params)


def test_the_pack_opens_and_the_log_tells_who_looked(
    own_store: Location, person: str, open_page: Open
) -> None:
    app = open_page("team", person=person)
    seen = views_of(own_store, person, 10)
    assert [found.viewer for found in seen] == [access.LEADER]
    app.session_state["review-pack"] = True
    app.session_state["access-log"] = True
    words = said(app.run())
    assert "Measures, per 13 weeks" in words and "holds no rating, no rank" in words
    assert "1 line of views and changes since" in words and access.LEADER in words


def test_files_of_a_brief_are_logged_as_they_are_made_and_on_paper_it_is_one_page(
    own_store: Location, person: str, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: dict[str, Callable[[], bytes]] = {}
    pages: list[bool] = []

    def laid_out(document: Document, made_at: dt.datetime, *, one_page: bool = False) -> bytes:
        pages.append(one_page)
        return document.title.encode()

    monkeypatch.setattr(brief, "document_pdf", laid_out)
    monkeypatch.setattr(
        st, "download_button", lambda _, made, **kwargs: offered.update({kwargs["key"]: made})
    )
    assert not open_page("team", person=person).exception
    before = [view.doing for view in views_of(own_store, person, 100)]
    assert offered["brief-pdf"]() and offered["brief-html"]()
    assert pages == [True]
    after = [view.doing for view in views_of(own_store, person, 100)]
    assert after == ["1:1 brief downloaded"] * 2 + before


def test_succession_names_roles_without_cover(open_page: Open) -> None:
    words = said(open_page("team"))
    assert "4 of 15 roles have nobody who could step in." in words
    narrowed = said(open_page("team", team="emea-3"))
    assert "1 of 1 role has nobody who could step in." in narrowed


@pytest.mark.parametrize(
    ("part", "panel"),
    [
        ("components.team.development.of_person", "Development"),
        ("components.team.succession.succession", "Who could step in?"),
        ("components.team.brief_words.brief", "1:1 brief"),
    ],
)
def test_a_part_that_fails_says_so_and_spares_the_rest(
    part: str, panel: str, person: str, run_broken: Callable[..., tuple[list[str], str]]
) -> None:
    failed, _ = run_broken(part, "team", **({} if "step in" in panel else {"person": person}))
    assert failed == [panel]
