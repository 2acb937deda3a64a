"""Lasting, and from upstream: every state of these sections of the Reinstatements page."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from dataclasses import replace
from typing import Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from components.reinstatements import hand_back, lasting_cohorts, lasting_curve, lasting_groups, upstream
from components.tables import csv_bytes
from components.view import View
from queries.filters import Filters
from queries.hand_back import cases_to_hand_back
from queries.journal import Journal
from queries.measure import Reader, measure
from queries.time import WEEK, Grain, Period
from store.location import Location
from tests.pages.conftest import RunBroken, RunPage
from tests.pages.reading import said
from tests.pages.test_states import problems
from tests.pages.test_stores import facts_of, open_app, own_copy

__all__ = ["own_copy"]
LAST, UPSTREAM = "Do they last?", "What comes from upstream?"
VIEWS: list[dict[str, Any]] = [
    {"grain": "month"},
    {"grain": "quarter"},
    {"week": "2026-W30"},
    {"week": "2025-W30"},
    {"from": "2026-03-01", "to": "2026-05-31"},
    {"from": "2026-10-01", "to": "2026-11-10"},
    {"team": "emea-1"},
    {"org": "emea"},
    {"member": "E0304a"},
    {"appeal_reason": ["documents_insufficient", "(none)"], "outcome": "reinstated_after_fix"},
    {"policy": ["identity", "(none)"]},
    {"enforcement_team": "SPIV", "detection_source": "SOCR"},
    {"severity": "Sev-1"},
    {"risk_band": "0.7 to 0.8"},
    {"error_type": "step_missed"},
]


def section_of(words: str, question: str) -> str:
    """What stands between a question and the next one of the page."""
    after = words.split(question, 1)[1]
    return re.split(r"\n(?:Are|What|Do) [^\n]*\?\n", after, maxsplit=1)[0]


def view_of(reader: Reader, **filters: str) -> View:
    """The view of the newest week, or of the filters given."""
    chosen = Filters()
    for dimension, value in filters.items():
        chosen = chosen.with_values(dimension, [value])
    week = reader.coverage.newest_week()
    assert week is not None
    return View(reader, chosen, week, Journal(), "reinstatements", (), "appeals", None)


@pytest.mark.parametrize("params", VIEWS, ids=str)
def test_both_questions_are_answered_in_every_view(params: dict[str, Any], read_page: RunPage) -> None:
    app = read_page("reinstatements", **params)
    assert problems(app) == []
    words = said(app)
    for question in (LAST, UPSTREAM):
        part = section_of(words, question)
        assert len(part) > 40, part
        assert not re.search(r"\bnan\b|\bNone\b(?! was)|\binf\b|–100|n = –", part), part


def test_the_answer_names_the_newest_week_followed_for_90_days_and_claims_no_change(
    read_page: RunPage,
) -> None:
    words = section_of(said(read_page("reinstatements")), LAST)
    assert re.search(
        r"[\d.]+ % of the sellers reinstated in week 3\d were enforced again within 90 days "
        r"\(95 % interval [\d.]+ % to [\d.]+ %, n = \d+\)",
        words,
    )
    assert re.search(r"Week 3\d is the newest that was followed for 90 days\.", words)
    assert re.search(r"on the year before \(95 % interval [−+\d.]+ pts to [−+\d.]+ pts\)", words)


def test_immature_months_say_when_they_mature(run_page: RunPage, sample_reader: Reader) -> None:
    app = run_page("reinstatements")
    app.session_state["rows-restumble-cohorts"] = True
    words = section_of(said(app.run()), LAST)
    assert re.search(r"Nov \(n = \d+\) +[\d.]+ % so far, complete 30 Dec", words)
    shown = lasting_cohorts.cohorts(view_of(sample_reader))
    assert [bool(cell.matures) for cell in shown[-1].cells] == [True] * 4
    assert [bool(cell.matures) for cell in shown[0].cells] == [False] * 4
    young = sum(bool(cell.matures) for cohort in shown for cell in cohort.cells)
    assert f"{young} cells not followed for so long yet" in words


def test_the_curve_compares_with_the_year_before_or_with_up_to_four_groups(run_page: RunPage) -> None:
    app = run_page("reinstatements")
    assert re.search(r"Year to 15 Nov: [\d.]+ % after 90 days, [\d.]+ % after 180; Year before", said(app))
    app.session_state["curve-by"] = "team"
    app.session_state["curve-variant"] = "same_policy"
    words = section_of(said(app.run()), LAST)
    assert problems(app) == []
    assert "Drawn: those apart from the whole at 90 days, then the largest; 8 more are not." in words
    assert "only enforcements under the policy that was first enforced count" in words
    (finding,) = re.findall(r"\n([^\n]* after 180)\n", words)
    assert finding.count("after 90 days") == 4


def test_a_group_too_small_for_a_rate_has_no_curve(sample_reader: Reader) -> None:
    view = view_of(sample_reader, tier="strategic", site="Berlin")
    week = view.week
    span = Period(week.end - 4 * WEEK, week.end, Grain.range)
    few = view.reader.facts.settings.small_numbers.group
    by = "appeal_reason"
    shown, left_out = lasting_curve.curves_shown(view, span, by, "net")
    for curve in shown:
        assert curve.points[0].at_risk >= few
    every = lasting_curve.restumble_curves(view.reader, span, view.filters, by, "net")
    assert len(shown) + left_out == sum(curve.episodes >= few for curve in every) < len(every)


def test_about_one_person_there_is_no_curve_and_it_says_why(read_page: RunPage) -> None:
    words = section_of(said(read_page("reinstatements", member="E0304a")), LAST)
    assert "one person's cases are too few for it" in words
    assert "after 180" not in words


def test_denials_stand_beside_restumble_by_team(read_page: RunPage) -> None:
    words = section_of(said(read_page("reinstatements")), LAST)
    assert "Does a low restumble come from denying?" in words
    assert re.search(r"has the lowest restumble, [\d.]+ %", words)
    assert "Wrongful denials" in words


def guard(name: str, restumble: float, reinstates: str | None, denies: str | None, reader: Reader) -> Any:
    """A team of the guard with a restumble of our choosing."""
    week = reader.coverage.newest_week()
    assert week is not None
    keys = (lasting_groups.RATE, lasting_groups.REINSTATED, lasting_groups.DENIED_WRONGLY)
    measures = measure(reader, keys, (Period(week.end - 52 * WEEK, week.end, Grain.range),))
    series = {key: measures.total(key) for key in measures.metrics}
    own = series[lasting_groups.RATE]
    return lasting_groups.TeamGuard(
        name,
        replace(own, value=own.value * 0 + restumble),
        series[lasting_groups.REINSTATED],
        series[lasting_groups.DENIED_WRONGLY],
        reinstates,
        denies,
    )


@pytest.mark.parametrize(
    ("reinstates", "denies", "words"),
    [
        ("below", "above", "It looks best because it denies."),
        ("below", None, "no detectable difference"),
        (None, None, "nothing says that it owes this to denying"),
        ("above", "below", "nothing says that it owes this to denying"),
    ],
)
def test_the_guard_speaks_of_the_team_with_the_lowest_restumble(
    reinstates: str | None, denies: str | None, words: str, sample_reader: Reader
) -> None:
    others = [guard(name, 0.12, "below", "above", sample_reader) for name in ("A", "B")]
    best = guard("C", 0.08, reinstates, denies, sample_reader)
    said_so = lasting_groups.guard_answer([*others, best])
    assert said_so.startswith("C has the lowest restumble, 8.0")
    assert words in said_so
    assert lasting_groups.guard_answer([best]) == ""


def test_each_view_of_wrong_enforcement_says_what_it_can_and_cannot_say(read_page: RunPage) -> None:
    words = section_of(said(read_page("reinstatements")), UPSTREAM)
    assert words.count("Can say:") == 3 and words.count("Cannot say") == 3
    for title in upstream.TITLES.values():
        assert title in words
    assert re.search(
        r"Between [\d.]+ % and [\d.]+ % of [\d,]+ enforcements were wrong, from appeals and [\d,]+ random",
        words,
    )
    assert re.search(
        r"Hollow: not complete yet, \w+ ’?2?\d? ?on \d+ \w+ 202\d|Hollow: not complete yet", words
    )


def test_cases_to_hand_back_are_listed_counted_and_exported_for_one_upstream_team(
    run_page: RunPage, sample_reader: Reader
) -> None:
    app = run_page("reinstatements")
    words = section_of(said(app), UPSTREAM)
    week = sample_reader.coverage.newest_week()
    assert week is not None
    rows = cases_to_hand_back(sample_reader, week, Filters())
    assert (
        f"Cases to hand back: reversed as our error in week 46\n{len(rows)} enforcements were reversed"
        in words
    )
    app.session_state["hand-back"] = True
    app.run()
    spiv = [row for row in rows if row.enforcement_team == "SPIV"]
    app.selectbox(key="hand-back-team").select("SPIV").run()
    assert f"{len(spiv)} cases of SPIV." in said(app)
    view = view_of(sample_reader)
    file = csv_bytes(hand_back.HEADS, [hand_back.exported(view, row) for row in spiv]).decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(file)))
    assert [line["Enforcement"] for line in lines] == [row.enforcement_id for row in spiv]
    assert {line["Upstream team"] for line in lines} == {"SPIV"}


def test_a_range_too_young_is_drawn_hollow_judged_nowhere_and_says_when_it_is_complete(
    read_page: RunPage, sample_reader: Reader
) -> None:
    days = {"from": "2026-11-09", "to": "2026-11-12"}
    words = said(read_page("reinstatements", **days))
    assert "wrong so far; appeals can still add to it until 10 Jun 2027." in words
    assert "the newest whose appeals are all decided" not in words
    assert "Hollow: audits still to come, complete 10 Dec 2026." in words
    assert "Not drawn: the 4 days 9–12 Nov 2026, after the last whole week." in words
    assert "Shaded: the 4 days" not in words
    span = Period(dt.date(2026, 8, 1), dt.date(2026, 11, 13), Grain.range)
    for key, hollow in (upstream.FLOOR, True), (upstream.ON_APPEAL, False):
        dots, _ = upstream.groups_of(view_of(sample_reader), key, "detection_source", span)
        assert dots and all(dot.hollow is hollow for dot in dots)
        assert not hollow or all(dot.role == "c1" and dot.label[0] not in "▲▼" for dot in dots)


def test_the_ways_on_open_exactly_the_rows_they_promise(run_page: RunPage) -> None:
    app = run_page("reinstatements")
    promised = app.button(key="lasting-cases").label
    app.button(key="lasting-cases").click().run()
    assert "restumble_rate_90" in app.query_params["metric"]
    hits, n = re.findall(r"\d+", promised)
    assert re.search(rf"{hits} restumbled of {n}\b", said(app))
    app = run_page("reinstatements")
    (promised,) = re.findall(r"\d+", app.button(key="hand-back-cases").label)
    app.button(key="hand-back-cases").click().run()
    assert "reversed_as_our_error" in app.query_params["metric"]
    assert re.search(rf"\b{promised}\b", said(app))


def test_tables_behind_the_pictures_open_with_their_downloads(run_page: RunPage) -> None:
    app = run_page("reinstatements")
    keys = (
        "restumble-curve",
        "restumble-cohorts",
        *(f"lasting-by-{by}" for by in lasting_groups.SPLITS),
        *(f"upstream-{key}" for key in upstream.KEYS),
        *(f"upstream-trend-{key}" for key in upstream.KEYS),
    )
    for key in keys:
        app.session_state[f"rows-{key}"] = True
    app.run()
    assert problems(app) == []
    words = said(app)
    assert words.count("CSV") >= len(keys) and words.count("XLSX") >= len(keys)


PARTS = [
    ("components.reinstatements.lasting_curve.restumble_curves", LAST),
    ("components.reinstatements.lasting_groups.unlike_the_rest", LAST),
    ("components.reinstatements.upstream.measure", UPSTREAM),
    ("components.reinstatements.hand_back.cases_to_hand_back", UPSTREAM),
]


@pytest.mark.parametrize(("part", "panel"), PARTS, ids=[part for part, _ in PARTS])
def test_a_failing_part_says_so_alone(part: str, panel: str, run_broken: RunBroken) -> None:
    failed, _ = run_broken(part, "reinstatements", week="2026-W45")
    assert failed == [panel]


def without(location: Location, *statements: str) -> None:
    """The store as if its source had not supplied something."""
    with duckdb.connect(str(facts_of(location))) as connection:
        for statement in statements:
            connection.execute(statement)


def page_of(location: Location, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    return open_app(location, monkeypatch, page="reinstatements")


def test_what_a_source_does_not_supply_is_named_and_never_zero(
    own_copy: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(
        own_copy,
        "update enforcements set level = null, audit_wrong = null",
        "update appeals set recheck_wrong = null",
    )
    app = page_of(own_copy, monkeypatch)
    assert problems(app) == []
    words = said(app)
    assert "Not supplied by the source: whether accounts or listings are enforced" in section_of(words, LAST)
    assert "Not supplied: random audits of enforcements." in section_of(words, UPSTREAM)
    assert "At least" in section_of(words, UPSTREAM)


def test_without_rechecks_the_guard_still_shows_how_much_each_team_reinstates(
    own_copy: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(own_copy, "update appeals set recheck_wrong = null, recheck_drawn = null")
    app = page_of(own_copy, monkeypatch)
    assert problems(app) == []
    words = section_of(said(app), LAST)
    assert "has the lowest restumble" in words
    assert "It looks best because it denies." not in words


def test_a_store_without_enforcements_says_so(own_copy: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    without(
        own_copy,
        "delete from enforcements",
        "update appeals set followed_days = null, latest_of_episode = null",
        "delete from reinstatement_episodes",
    )
    app = page_of(own_copy, monkeypatch)
    assert problems(app) == []
    words = said(app)
    assert "Not supplied by the source: reinstatements of known sellers" in words
    assert "Not supplied: why enforcements are lifted" in section_of(words, UPSTREAM)
