"""Every state of hiring, onboarding and cover on the Capacity page."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.capacity import cover, hiring, leave, onboarding
from components.view import View
from queries.capacity.cover import Cell, Cover
from queries.capacity.hiring import Positions, TimeToFill
from queries.capacity.leave import LeaveAhead
from queries.filters import Filters
from queries.journal import Journal
from queries.measure import Reader
from queries.time import TimeRules
from tests.pages.conftest import RunBroken, RunPage
from tests.pages.reading import said

QUESTIONS = (hiring.QUESTION, onboarding.QUESTION, cover.QUESTION)


def problems(app: AppTest) -> list[str]:
    return [str(fault.value) for fault in app.exception] + re.findall(
        rf"(?:{'|'.join(map(re.escape, QUESTIONS))})”? could not load\.", said(app)
    )


@pytest.fixture
def view(sample_reader: Reader) -> View:
    week = sample_reader.coverage.newest_week()
    assert week is not None
    return View(sample_reader, Filters(), week, Journal(), "capacity")


@pytest.mark.parametrize(
    "params",
    [{}, {"week": "2026-W30"}, {"team": "amer-4"}, {"org": "emea"}, {"site": "Berlin"}, {"tier": "growth"}],
    ids=str,
)
def test_every_question_is_answered_in_every_view(params: dict[str, Any], read_page: RunPage) -> None:
    app = read_page("capacity", **params)
    assert problems(app) == []
    words = said(app)
    for question in QUESTIONS:
        assert question in words
    assert not re.search(r"\bnan\b|\bNone\b|\binf\b", words[words.index(QUESTIONS[0]) :])
    if "tier" in params:
        for what in ("Plans and positions", "New people", "Skills and leave"):
            assert f"{what} belong to teams: not narrowed by seller tier." in words


def test_filters_that_choose_no_team_leave_nothing_to_tell(view: View) -> None:
    nowhere = replace(view, filters=Filters().with_values("team", ("Atlantis",)))
    assert hiring.contents(nowhere) is None
    assert cover.contents(nowhere) is None
    assert onboarding.contents(nowhere).cohorts == ()


@pytest.mark.parametrize(
    ("part", "panel"),
    [
        ("components.capacity.hiring.answer", hiring.QUESTION),
        ("components.capacity.onboarding.contents", onboarding.QUESTION),
        ("components.capacity.cover.answer", cover.QUESTION),
    ],
)
def test_a_failing_part_spares_the_others(part: str, panel: str, run_broken: RunBroken) -> None:
    panels, words = run_broken(part, "capacity")
    assert panels == [panel]
    for question in QUESTIONS:
        assert question in words or question == panel


def test_the_team_with_three_leavers_is_furthest_below_its_plan(view: View) -> None:
    found = hiring.contents(view)
    assert found is not None
    lead, rest = hiring.answer(view, found)
    assert re.match(r"1\d\d\.\d FTE are there of 120\.0 planned in Nov.’26: \d\.\d too few\.", lead)
    assert "Furthest below its plan: Americas 4 Toronto" in rest
    assert "positions are open, the oldest for" in rest


def test_few_positions_give_no_time_to_fill_and_contradictions_are_told(view: View) -> None:
    few = Positions((), (), TimeToFill(40.0, None, None, 50.0, 4, 1), 2)
    text = hiring._fill_text(view, few)
    assert text.startswith("4\u00a0positions opened in two years: too few")
    assert "40" not in text
    assert "2\u00a0positions filled before being opened: left out" in text
    reached = Positions((), (), TimeToFill(None, None, None, 90.0, 9, 8), 0)
    assert "not filled within 90\u00a0days" in hiring._fill_text(view, reached)


def test_a_gap_is_told_as_too_few_more_than_planned_or_as_planned() -> None:
    assert hiring._gap_text(-1.24) == "1.2 too few"
    assert hiring._gap_text(0.6) == "0.6 more than planned"
    assert hiring._gap_text(-0.04) == "as planned"


def cell(skill: str, required: int, *people: str) -> Cell:
    return Cell("india-2", skill, required, people, (), ())


def told(view: View, *cells: Cell) -> tuple[str, str]:
    names = tuple((one.skill, one.skill.title()) for one in cells)
    return cover.answer(
        view, cover.CoverNow(view.week.last_day, Cover(names, cells, (), 0), LeaveAhead((), ()))
    )


def test_cover_is_said_to_be_short_thin_or_neither(view: View) -> None:
    short, thin = cell("german", 2, "a"), cell("related", 2, "a", "b")
    spare, unneeded = cell("identity", 1, "a", "b"), cell("payments", 0)
    lead, rest = told(view, short, thin, spare, unneeded)
    assert lead.startswith(
        "1 of 3 skills teams need have fewer qualified people than the team needs: German in"
    )
    assert "One absence breaks cover in 1 more: Related in India 2 Hyderabad (2 of 2)." in rest
    assert told(view, thin, spare)[0].startswith("One absence breaks cover in 1 of 2 skills teams need: ")
    assert told(view, spare, unneeded)[0].startswith("No: every team has at least one more")


def test_skills_and_leave_name_people_to_a_known_viewer_only(
    run_page: RunPage, sample_reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    everyone = set(sample_reader.directory.names.values())
    drawn: list[str] = []
    for module in (cover, leave):
        monkeypatch.setattr(module, "rows_behind", lambda *rows: drawn.append(repr(rows)))
    monkeypatch.setattr(
        leave, "figure", lambda lines, *_, **words: drawn.append(f"{lines.to_pylist()} {words}")
    )

    def shown() -> str:
        drawn.clear()
        words = said(run_page("capacity", team="amer-4"))
        return words[words.index(cover.QUESTION) :] + " ".join(drawn)

    known = shown()
    assert sum(name in known for name in everyone) > 3
    assert "A row per person on leave." in " ".join(drawn)
    monkeypatch.setattr(cover, "single_leader_mode", lambda: False)
    unknown = shown()
    assert not [name for name in everyone if name in unknown]
    assert "nobody could say who is looking" in unknown
    assert re.search(r"'\d+ of \d+'", " ".join(drawn))  # how many are away, in the table of leave


def test_leave_that_breaks_nothing_is_said_to(view: View) -> None:
    found = cover.contents(view)
    assert found is not None
    assert re.search(
        r"takes \d+.teams below minimum cover on \d+.working days", leave.leave_text(found.leave)
    )
    calm = LeaveAhead(tuple(one._replace(below=()) for one in found.leave.days), ())
    assert leave.leave_text(calm).endswith("takes no team below its minimum cover.")


def test_a_slow_cohort_is_named_with_its_interval_and_quality(view: View) -> None:
    found = onboarding.contents(view)
    assert found.cohorts
    first = found.cohorts[0]._replace(
        verdict="slower", pace=found.cohorts[0].pace._replace(value=0.52, low=0.44, high=0.62, cases=546)
    )
    lead, rest = onboarding.answer(found._replace(cohorts=(first, *found.cohorts[1:])))
    assert "get 52\u00a0% of the usual done" in lead and "44\u00a0% to 62\u00a0%" in lead
    calm = found._replace(cohorts=tuple(one._replace(verdict="") for one in found.cohorts))
    assert onboarding.answer(calm)[0] == "Yes: no cohort's ramp can be told from the usual one."
    assert rest


def test_a_cohort_of_too_few_cases_shows_no_pace(view: View) -> None:
    found = onboarding.contents(view)
    few = found.cohorts[0]._replace(
        people=3,
        withheld=True,
        pace=found.cohorts[0].pace._replace(value=None, low=None, high=None),
        quality=found.cohorts[0].quality._replace(share=None, low=None, high=None, worse=False),
    )
    dot = onboarding._pace_dot(few)
    assert (dot.value, dot.low, dot.high, dot.remark) == (None, None, None, "too few")
    assert onboarding._texts(few)[3:5] == ["too few", "–"]
    alone = few._replace(people=1)
    assert onboarding._texts(alone)[3:5] == ["one person", "–"]
    # What one person's audits found is told on their own page, where the view is logged.
    assert onboarding._texts(alone)[6:] == ["–", "one person"]
    assert (onboarding._quality_dot(alone).n, onboarding._quality_dot(alone).remark) == (None, "one person")
    assert re.fullmatch(r"\d+ of\u00a0\d+", onboarding._quality_dot(few).remark)
    assert onboarding._plain(few)[2:] == [None, None, "", few.verdict, None, None]  # no counts in a file


def test_the_quarter_of_a_fiscal_year_is_named_by_its_months(view: View) -> None:
    cohort = onboarding.contents(view).cohorts[0]
    winter = cohort._replace(hired=TimeRules(0, 1).quarter_of(dt.date(2026, 1, 5)))
    assert onboarding.name_of(winter) == "Nov\u00a0–\u00a0Jan\u00a02026"
