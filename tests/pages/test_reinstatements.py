"""Right, consistent, fast, to teach: every state of these sections of the Reinstatements page."""

from __future__ import annotations

import re
from typing import Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from components.cases_link import GO_TO
from queries.catalog import METRICS
from queries.measure import Reader
from store.location import Location
from tests.pages.conftest import RunBroken, RunPage
from tests.pages.reading import said, scorecard
from tests.pages.test_states import problems
from tests.pages.test_stores import facts_of, open_app, own_copy

__all__ = ["own_copy"]
QUESTIONS = ("Are decisions right?", "Are we consistent?", "Are we fast?", "What should we teach?")
VIEWS: list[dict[str, Any]] = [
    {},
    {"grain": "month"},
    {"grain": "quarter"},
    {"week": "2026-W40"},
    {"week": "2025-W30"},
    {"team": "emea-1"},
    {"org": "emea"},
    {"member": "E0304a"},
    {"appeal_reason": ["documents_insufficient", "(none)"], "outcome": "upheld"},
    {"enforcement_team": "TSI"},
    {"severity": "Sev-1"},
]


def section_of(words: str, question: str) -> str:
    """What stands between a question and the next one of the page."""
    after = words.split(question, 1)[1]
    return re.split(r"\n[A-Z][^\n]*\?\n", after, maxsplit=1)[0]


@pytest.mark.parametrize("params", VIEWS, ids=str)
def test_every_question_is_answered_in_every_view(params: dict[str, Any], read_page: RunPage) -> None:
    app = read_page("reinstatements", **params)
    assert problems(app) == []
    words = said(app)
    for question in QUESTIONS:
        assert question in words
    assert not re.search(r"\bnan\b|\bNone\b(?! \w)|\binf\b", words)


def test_the_newest_period_whose_audits_are_done_is_named(read_page: RunPage) -> None:
    words = section_of(said(read_page("reinstatements")), "Are decisions right?")
    assert re.search(
        r"[\d.]+ % of the decisions of week 4\d were wrong, as blind random audits judge "
        r"\(95 % interval [\d.]+ % to [\d.]+ %, n = \d+\)",
        words,
    )
    assert re.search(r"[\d.]+ % were wrongly reinstated, [\d.]+ % wrongly denied", words)
    assert re.search(r"\d+ of \d+ decisions were audited \([\d.]+ %\)\.", words)
    assert re.search(r"Week 4[0-5] is the newest whose audits are done\.", words)
    assert "Week 46 is the newest" not in words


def test_speed_is_never_shown_without_the_defect_rate(read_page: RunPage) -> None:
    words = said(read_page("reinstatements"))
    speed = section_of(words, "Are we fast?")
    assert re.search(r"Half of the appeals submitted in week 4\d were decided within [\d.]+ [hd]", speed)
    assert re.search(r"Of the decisions of week 4\d, [\d.]+ % were judged wrong", speed)
    assert re.search(r"judged wrong in audits [\d.]+ %", words), "the tile of the median"


def test_the_weekly_review_shows_no_speed_without_its_guard(read_page: RunPage) -> None:
    rows = scorecard(read_page())
    assert re.search(r"judged wrong in audits [\d.]+\u00a0%", rows["decision_hours_p50"]["note"])
    assert re.search(r"reopened within 14 days [\d.]+\u00a0%", rows["time_to_resolve_p50"]["note"])
    guards = rows["reinstatement_rate"]["note"]
    assert re.search(r"restumble within 30 days .*, wrongful denials .*", guards)
    areas = list(dict.fromkeys(METRICS[key].area for key in rows))
    assert areas[:3] == ["Escalations", "Reinstatement", "Enforcement"]


def test_agreement_on_few_appeals_is_called_indicative_and_claims_no_change(run_page: RunPage) -> None:
    app = run_page()
    app.session_state["further"] = True
    row = scorecard(app.run(), "further-scorecard")["agreement"]
    assert re.search(r"indicative, n\u00a0=\u00a0\d+", row["note"])
    assert "Not tested" in row["status"] or "Too few" in row["status"]


def test_few_audits_are_withheld_and_shown_as_they_are(read_page: RunPage) -> None:
    pages = [said(read_page("reinstatements", site=site)) for site in ("Berlin", "Austin", "Toronto")]
    words = "".join(section_of(page, "Are decisions right?") for page in pages)
    assert re.search(r"\d of \d audited decisions of week \d+ were wrong; too few for a rate\.", words)


def test_under_thirty_appeals_agreement_is_indicative(read_page: RunPage, sample_reader: Reader) -> None:
    words = section_of(said(read_page("reinstatements", team="emea-1")), "Are we consistent?")
    assert "indicative: fewer than 30 appeals" in words or "too few to say" in words


def test_about_one_person_no_week_is_judged(read_page: RunPage) -> None:
    words = said(read_page("reinstatements", member="E0304a"))
    assert "the 13 weeks to" in section_of(words, "Are decisions right?")
    assert "a rate about one person is not narrowed by appeal reason" in words


def test_a_click_on_a_reason_or_team_narrows_the_page_and_rows_open(run_page: RunPage) -> None:
    app = run_page("reinstatements")
    app.button(key="quality-cases").click().run()
    assert app.query_params["metric"] == "audit_defect_rate"
    assert "of" in said(app)
    app = run_page("reinstatements")
    app.button(key="agreement-cases").click().run()
    assert app.query_params["metric"] == "agreement"
    assert GO_TO not in app.session_state


def test_tables_behind_the_pictures_open_with_their_downloads(run_page: RunPage) -> None:
    app = run_page("reinstatements")
    keys = ("which-way", "quality-teams", "kinds-of-error", "split-reasons", "over-time-agreement")
    for key in keys:
        app.session_state[f"rows-{key}"] = True
    app.run()
    assert problems(app) == []
    words = said(app)
    assert words.count("CSV") >= len(keys) and words.count("XLSX") >= len(keys)


PARTS = [
    ("components.reinstatements.quality.measure", "Are decisions right?"),
    ("components.reinstatements.consistency.apart_from_the_rest", "Are we consistent?"),
    ("components.reinstatements.speed.trend_figure", "Are we fast?"),
    ("components.reinstatements.teaching.training_needs", "What should we teach?"),
]


@pytest.mark.parametrize(("part", "panel"), PARTS, ids=[part for part, _ in PARTS])
def test_a_failing_part_says_so_alone(part: str, panel: str, run_broken: RunBroken) -> None:
    failed, words = run_broken(part, "reinstatements")
    assert failed == [panel]
    for question in set(QUESTIONS) - {panel}:
        assert question in words


def emptied(location: Location, *statements: str) -> None:
    """The store as if its source had not supplied something."""
    with duckdb.connect(str(facts_of(location))) as connection:
        for statement in statements:
            connection.execute(statement)


def test_without_audits_the_sections_say_what_the_source_does_not_supply(
    own_copy: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    emptied(
        own_copy,
        "update appeals set audit_wrong = null, audit_drawn = null, audit_error = null, audit_side = null, "
        "decision_pattern = null, calibrated = null",
    )
    app: AppTest = open_app(own_copy, monkeypatch, page="reinstatements")
    assert problems(app) == []
    words = said(app)
    assert "Not supplied by the source: random audits of appeals." in words
    assert "Not supplied by the source: appeals decided by two people." in words
    assert "No audited defect rate stands beside it." in words
    assert "Half of the appeals submitted" in words


def test_without_due_times_and_trainings_the_rest_of_their_sections_stands(
    own_copy: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    emptied(own_copy, "update appeals set decision_met = null", "delete from trainings")
    app = open_app(own_copy, monkeypatch, page="reinstatements")
    assert problems(app) == []
    words = said(app)
    assert "Not supplied by the source: due times of appeals." in words
    assert "Not supplied by the source: trainings on reasons that appeals are decided for." in words
    assert "Half of the appeals submitted" in words


def test_filters_no_appeal_passes_are_said_to(read_page: RunPage) -> None:
    words = said(read_page("reinstatements", site="Atlantis"))
    assert "No appeals match these filters." in words
    assert "Are decisions right?" not in words
