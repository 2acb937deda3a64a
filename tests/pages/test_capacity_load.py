"""Capacity: can we carry the load, and who is overloaded, in every state they have."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from analysis.even_out import even_out
from analysis.forecasting import forecast as forecast_of
from components.capacity import forecast, load, split, spread
from components.tables import Column, table_html
from components.view import View
from queries.capacity.arrivals import Expected
from queries.capacity.moves import Moves, moves
from queries.capacity.spread import spread_of
from queries.filters import Filters
from queries.journal import read_journal
from queries.measure import Reader
from store.build import begin, finish
from store.facts import read_store_settings
from store.location import Location
from tests.conftest import fill
from tests.pages.conftest import RunBroken, RunPage
from tests.pages.reading import elements, said
from tests.pages.test_stores import open_app
from tests.queries.random_operation import bare_operation

QUESTIONS = (load.QUESTION, spread.QUESTION)


def problems(app: AppTest) -> list[str]:
    """Exceptions and failed panels."""
    return [str(fault.value) for fault in app.exception] + re.findall(r".* could not load\.", said(app))


def part(app: AppTest, question: str, after: str) -> str:
    """What one section says."""
    words = said(app)
    return words[words.index(question) : words.index(after)]


def view_of(reader: Reader, filters: Filters | None = None) -> View:
    newest = reader.coverage.newest_week()
    assert newest is not None
    return View(reader, filters or Filters(), newest, read_journal(reader.facts.location), "capacity")


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"team": "emea-1"},
        {"org": "emea"},
        {"site": "Austin"},
        {"week": "2026-W40"},
        {"grain": "month"},
        {"tier": "growth"},
        {"marketplace": "EU"},
    ],
    ids=str,
)
def test_both_questions_are_answered_in_every_view(params: dict[str, Any], read_page: RunPage) -> None:
    app = read_page("capacity", **params)
    words = part(app, load.QUESTION, "When will the backlog clear?")
    assert problems(app) == []
    assert all(question in words for question in QUESTIONS)
    assert not re.search(r"\bnan\b|\bNone\b|\binf\b", words)


def test_the_answer_holds_what_is_expected_against_the_hours(
    read_page: RunPage, sample_reader: Reader
) -> None:
    view = view_of(sample_reader)
    found = load.contents(view)
    assert found.ahead is not None and not found.ahead.no_hours
    share = found.ahead.mean.sum() / found.ahead.available.sum()
    words = said(read_page("capacity"))
    assert f"is expected to take {share * 100:,.0f} % of the hours expected" in words
    assert ("No:" if share > 1 else "Barely:" if share > 0.85 else "Yes:") in words


def test_the_picture_is_13_weeks_behind_and_13_ahead(sample_reader: Reader) -> None:
    view = view_of(sample_reader)
    drawn = load.weeks_drawn(view, load.contents(view))
    assert [week.ahead for week in drawn] == [False] * 13 + [True] * 13
    assert all(week.available and week.available > 0 for week in drawn)
    for week in drawn[13:]:
        assert week.low is not None and week.high is not None
        assert week.low <= sum(week.hours) <= week.high


def test_the_backtest_is_on_screen(read_page: RunPage) -> None:
    words = said(read_page("capacity"))
    assert "How far the forecast can be trusted" in words
    assert "Seasonal naive" in words and "In the band" in words
    assert "of all teams; told from 30 cases on" in words


def test_an_older_week_has_no_forecast_and_says_so(read_page: RunPage) -> None:
    words = said(read_page("capacity", week="2026-W40"))
    assert "The forecast starts from the newest week; this view shows an older one." in words
    assert "of work came in for" in words


def test_filters_the_hours_cannot_obey_leave_the_work_and_are_named(read_page: RunPage) -> None:
    words = said(read_page("capacity", tier="growth"))
    assert "Hours ahead are known for teams, not by seller tier." in words
    assert "Available hours: cannot be split by seller tier." in words


def test_one_person_is_not_forecast(read_page: RunPage, sample_reader: Reader) -> None:
    person = next(iter(sorted(sample_reader.directory.names)))
    words = said(read_page("capacity", member=person))
    assert load.QUESTION not in words or "What single people will be given is not forecast." in words


@pytest.mark.parametrize(
    ("broken", "panel", "other"),
    [
        ("components.capacity.load.contents", load.QUESTION, spread.QUESTION),
        ("components.capacity.spread.contents", spread.QUESTION, load.QUESTION),
    ],
)
def test_a_failing_section_leaves_the_other(
    broken: str, panel: str, other: str, run_broken: RunBroken
) -> None:
    panels, words = run_broken(broken, "capacity")
    assert panels == [panel]
    assert other in words


def test_a_source_without_hours_and_standard_times_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    location = Location.parse(str(tmp_path / "store"))
    with begin(location, empty=True) as building:
        fill(building.connection, bare_operation(5).arrow())
        finish(building, read_store_settings(location), "test")
    app = open_app(location, monkeypatch, page="capacity")
    words = said(app)
    assert problems(app) == []
    assert words.count("Not supplied by the source:") >= 2
    assert "could not load" not in words and not re.search(r"\bnan\b", words)


def expected_of(counts: np.ndarray) -> Expected:
    return Expected("appeal", forecast_of(counts, 13), 0)


def test_five_weeks_are_said_to_be_too_short_to_test() -> None:
    rows = forecast.rows_of(expected_of(np.array([4.0, 5, 6, 5, 4])))
    assert rows == [["Appeals", "Mean of the weeks", "4.8", "–", "–", "Too short to test: 5\u00a0weeks"]]


def test_no_arrivals_at_all_and_a_spike_are_said() -> None:
    nothing = forecast.remarks(expected_of(np.zeros(60)))
    assert "Appeals: none has arrived lately, so none is expected." in nothing
    counts = np.random.default_rng(1).poisson(60, 156).astype(float)
    counts[100] = 9_000
    assert any("far from the weeks around" in words for words in forecast.remarks(expected_of(counts)))


def test_a_forecast_worse_than_the_naive_one_is_marked() -> None:
    one = expected_of(np.random.default_rng(1).poisson(60, 156).astype(float))
    assert one.forecast is not None
    tests = tuple(
        replace(test, error=2.0 if test.method == one.forecast.method else 1.0) for test in one.forecast.tests
    )
    marked = one._replace(forecast=replace(one.forecast, tests=tests))
    cell = forecast.rows_of(marked)[0][-1]
    assert getattr(cell, "word", "") == "In use, worse than seasonal naive"
    assert any("further off than repeating the past" in words for words in forecast.remarks(marked))


def test_people_stand_in_alphabetical_order_and_nowhere_by_load(
    read_page: RunPage, sample_reader: Reader
) -> None:
    view = view_of(sample_reader)
    team = spread.contents(view).teams[0].team
    app = read_page("capacity", team=team)
    names = [
        view.name_of("member", one.specialist_id) for one in moves(sample_reader, team, view.week).people
    ]
    words = part(app, spread.QUESTION, "When will the backlog clear?")
    table = words[words.index("alphabetical") :]
    places = [table.index(name) for name in sorted(names)]
    assert places == sorted(places) and len(names) > 1
    assert "Not a ranking" in words
    assert not re.search(r"\b(rank|worst|best|top) ", words.replace("ranking", ""))


def test_the_dots_of_people_bear_no_names(read_page: RunPage, sample_reader: Reader) -> None:
    app = read_page("capacity")
    everyone = set(sample_reader.directory.names.values())
    charts = [node for node in elements(app) if getattr(node, "type", "") == "vega_lite_chart"]
    strips = [chart for chart in charts if "unnamed" in chart.proto.alt]
    assert len(strips) == 1
    assert not any(name in str(strips[0].proto) for name in everyone)


def test_dots_stand_at_steps_of_five_per_cent_whoever_they_are() -> None:
    assert spread.at_steps((1.031, 0.424, 0.0, 0.426)) == (0.0, 0.4, 0.45, 1.05)
    assert spread.at_steps((0.426, 0.0, 1.031, 0.424)) == spread.at_steps((1.031, 0.424, 0.0, 0.426))


def test_what_each_person_carries_is_told_to_a_known_viewer_only(
    run_page: RunPage, sample_reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    everyone = set(sample_reader.directory.names.values())
    told = part(run_page("capacity"), spread.QUESTION, "When will the backlog clear?")
    assert any(name in told for name in everyone)
    monkeypatch.setattr(spread, "single_leader_mode", lambda: False)
    silent = part(run_page("capacity"), spread.QUESTION, "When will the backlog clear?")
    assert not [name for name in everyone if name in silent]
    assert "nobody could say who is looking" in silent


def test_load_by_person_is_offered_to_a_known_viewer_only(
    run_page: RunPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offered() -> list[str]:
        return list(run_page("capacity").button_group(key="load-by").options)

    assert any("Person" in label for label in offered())
    monkeypatch.setattr(split, "single_leader_mode", lambda: False)
    assert not any("Person" in label for label in offered())


def test_suggestions_tell_their_effect(sample_reader: Reader) -> None:
    view = view_of(sample_reader)
    told = [
        (spread.effect(found), found)
        for team in spread.contents(view).teams
        for found in [moves(sample_reader, team.team, view.week)]
    ]
    assert told
    for words, found in told:
        if found.suggestions:
            assert f"{found.evened.spread_before:.2f} to {found.evened.spread_after:.2f}" in words
            assert "The work itself stays the same." in words


def test_a_team_of_one_has_nobody_to_compare_or_pass_work_to(sample_reader: Reader) -> None:
    view = view_of(sample_reader)
    full = next(moves(sample_reader, team.team, view.week) for team in spread.contents(view).teams)
    one = full.people[:1]
    alone = Moves(one, (), even_out([], [one[0].available]))
    assert spread.effect(alone).startswith("One person alone has hours")
    found = spread.Found((spread_of(one[0].team, list(one)),))
    lead, rest = spread.answer(view, found)
    assert "nobody to be compared with" in rest and "nan" not in lead + rest


def test_names_of_people_and_teams_are_never_markup(sample_reader: Reader) -> None:
    view = view_of(sample_reader)
    people = moves(sample_reader, spread.contents(view).teams[0].team, view.week).people
    hostile = people[0]._replace(specialist_id="<b>x</b>", skills=frozenset({"<i>skill</i>"}))
    cells = spread.person_texts(view, hostile)
    page = table_html([Column(str(place)) for place in range(len(cells))], [cells], "people")
    assert "<b>" not in page and "<i>" not in page and html.escape("<b>x</b>") in page
