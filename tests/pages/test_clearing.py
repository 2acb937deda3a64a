"""Every state of "When will the backlog clear?": clear, behind, never, narrowed, unheeded, failed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from components.capacity import clearing
from components.capacity.clearing_assumptions import assumptions
from components.view import View
from queries.capacity.clearing import Clearing, Outlook, outlook
from queries.capacity.days import Ahead, days_ahead
from queries.filters import Filters
from queries.journal import Journal
from queries.measure import Reader
from queries.time import Grain, Period
from tests.pages.conftest import RunBroken, RunPage
from tests.pages.reading import said

FIRST = dt.date(2026, 11, 16)
WEEKS = 4
AHEAD = Ahead(
    FIRST,
    tuple(
        Period(FIRST + dt.timedelta(weeks=week), FIRST + dt.timedelta(weeks=week + 1), Grain.week)
        for week in range(WEEKS)
    ),
)


def told(name: str = "Team A", **own: object) -> Clearing:
    """Futures of a team that are written down, not simulated."""
    flat = np.full((5, WEEKS), 30.0)
    known = Clearing(name, 30.0, 50.0, flat, np.zeros(WEEKS), np.full(WEEKS, 0.95), (), (0, 0, 0), 1.0)
    return replace(known, **own)  # type: ignore[arg-type]


def words(whole: Clearing, *teams: Clearing) -> str:
    """What the section says of these futures."""
    found = Outlook(None, whole, teams or (whole,))  # type: ignore[arg-type]
    return " ".join(clearing.answer(found, AHEAD)).replace("\u00a0", " ")


def test_a_backlog_within_its_level_is_clear_and_how_often_it_stays_so_is_said() -> None:
    assert words(told()) == (
        "There is no backlog to clear: 30 cases are open, no more than the 50 that are open when no work "
        "waits for hours. In 95 of 100 simulated runs no more than 50 are open on Sun 13 Dec, after 4 weeks."
    )


def test_one_case_is_told_in_the_singular() -> None:
    assert "1 case is open" in words(told(open_now=1.0))


def test_a_level_that_will_not_be_kept_is_told_with_what_will_be_open() -> None:
    growing = told(chance_backlog=np.array([0.9, 0.5, 0.2, 0.1]), open_cases=np.full((5, WEEKS), 80.0))
    assert "In 10 of 100" in words(growing)
    assert "On Sun 13 Dec 80 are open in the middle run, 80 % interval 80 to 80." in words(growing)


def test_a_backlog_that_clears_is_told_with_its_day_and_interval() -> None:
    behind = told(open_now=90.0, clears=(3, 9, 20))
    assert words(behind).startswith(
        "The backlog clears on Wed 25 Nov, 80 % interval Thu 19 Nov to Sun 6 Dec."
    )
    assert "Not within" not in words(behind)


def test_a_backlog_that_clears_late_in_some_runs_says_in_how_many_it_does_not() -> None:
    behind = told(open_now=90.0, clears=(3, 9, None), chance_cleared=0.7)
    assert "80 % interval Thu 19 Nov to after Sun 13 Dec." in words(behind)
    assert "Not within 4 weeks in 30 of 100 runs." in words(behind)


def test_a_backlog_that_mostly_never_clears_says_so_first() -> None:
    never = told(open_now=90.0, clears=(None, None, None), chance_cleared=0.0)
    assert words(never).startswith(
        "The backlog does not clear within 4 weeks in 100 of 100 runs. 90 cases are"
    )
    rare = told(open_now=90.0, clears=(20, None, None), chance_cleared=0.2)
    assert "in 80 of 100 runs." in words(rare)
    assert "One run in ten is there by Sun 6 Dec." in words(rare)


def test_a_team_behind_is_named_although_all_together_are_clear() -> None:
    behind = told("Team B", open_now=90.0, clears=(None, None, None), chance_cleared=0.0)
    text = words(told(""), told(), behind)
    assert text.startswith(
        "1 of 2 teams has a backlog to clear: Team B (not within 4 weeks in 100 of 100 runs)."
    )


def test_the_page_tells_the_section_with_its_seed_and_what_targets_mean(read_page: RunPage) -> None:
    text = said(read_page("capacity"))
    assert clearing.QUESTION in text
    assert "could not load" not in text
    assert "2,000 simulated runs, seed 1" in text
    assert "SLA of appeals: 88.0" in text.replace("\u00a0", " ")


@pytest.mark.parametrize("params", [{"team": "emea-1"}, {"org": "india"}, {"site": "Berlin"}])
def test_the_section_is_narrowed_to_the_teams_chosen(read_page: RunPage, params: dict[str, str]) -> None:
    text = said(read_page("capacity", **params))
    assert clearing.QUESTION in text
    assert "could not load" not in text
    assert "Hours and queues belong to teams" not in text


def test_filters_that_choose_no_teams_are_named(read_page: RunPage) -> None:
    text = said(read_page("capacity", tier="strategic", member="E0101a"))
    assert "Hours and queues belong to teams: not narrowed by team member, seller tier." in text


def test_an_earlier_week_says_that_the_futures_begin_at_the_end_of_the_data(read_page: RunPage) -> None:
    assert "whatever week is shown" in said(read_page("capacity", week="2026-W40"))


def test_a_section_that_fails_leaves_the_page_standing(run_broken: RunBroken) -> None:
    panels, _ = run_broken("components.capacity.clearing.contents", "capacity")
    assert panels == [clearing.QUESTION]


def test_every_assumption_is_a_whole_sentence_with_its_numbers(sample_reader: Reader) -> None:
    ahead = days_ahead(sample_reader)
    assert ahead is not None
    week = sample_reader.coverage.newest_week()
    assert week is not None
    view = View(sample_reader, Filters(), week, Journal(), "capacity")
    found = outlook(sample_reader, Filters(), ())
    texts = assumptions(view, found)
    assert len(texts) > 8
    for text in texts:
        assert text[0].isupper() or text[0].isdigit()
        assert text.endswith(".")
        assert "nan" not in text
