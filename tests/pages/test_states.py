"""Every state of the two review pages: full, empty, partial, immature, withheld, failed, stale, now."""

from __future__ import annotations

import datetime as dt
import re
from importlib import import_module
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components import filter_bar, footer, no_match
from components.escalations import promises, waiting
from queries import now as queries_now
from queries.catalog import METRICS
from queries.journal import read_journal
from queries.measure import Reader
from tests.pages.conftest import RunBroken, RunPage
from tests.pages.reading import said, scorecard

QUESTIONS = {
    "": ("What needs you", "Did we do what we said?", "Scorecard", "Which team or site?"),
    "escalations": (
        "Are we keeping our promises?",
        "Is the backlog healthy?",
        "What drives volume?",
        "Where do cases wait?",
        "Did our fixes work?",
        "What is blocked on leadership?",
    ),
}


def problems(app: AppTest) -> list[str]:
    """Exceptions and failed panels."""
    return [str(fault.value) for fault in app.exception] + re.findall(r".* could not load\.", said(app))


@pytest.mark.parametrize("page", QUESTIONS)
@pytest.mark.parametrize(
    "params",
    [
        {},
        {"grain": "month"},
        {"grain": "quarter"},
        {"week": "2026-W40"},
        {"team": "emea-1"},
        {"org": "emea"},
        {"member": "E0304a"},
        {"severity": ["Sev-1", "Sev-2"], "marketplace": "EU"},
        {"partner": "Legal"},
        {"root_cause": "(none)"},
        {"week": "2025-W20"},
    ],
    ids=str,
)
def test_a_page_answers_every_question_in_every_view(
    page: str, params: dict[str, Any], run_page: RunPage
) -> None:
    app = run_page(page, **params)
    assert problems(app) == []
    words = said(app)
    for question in QUESTIONS[page]:
        if question == "Did we do what we said?" and "week" in params:
            continue  # nothing was promised for old weeks
        assert question in words
    assert "No sign-in is configured" in words
    assert not re.search(r"\bnan\b|\bNone\b(?! shows)|\binf\b", words)


@pytest.mark.parametrize("page", QUESTIONS)
def test_filters_that_match_nothing_are_said_to_and_one_click_clears_them(
    page: str, run_page: RunPage
) -> None:
    app = run_page(page, site="Atlantis")
    assert problems(app) == []
    words = said(app)
    rows = "escalations" if page else "escalations, appeals or enforcements"
    assert f"No {rows} match these filters." in words
    assert re.search(r"\d[\d,]+ (escalations )?without them\.", words)
    assert QUESTIONS[page][0] not in words
    app.button(key="empty-filters").click().run()
    assert dict(app.query_params) == {}
    assert "match these filters" not in said(app)


@pytest.mark.parametrize(
    ("page", "params", "shown"),
    [("", {}, True), ("capacity", {}, True), ("escalations", {}, False), ("", {"severity": "Sev-1"}, False)],
)
def test_a_team_of_appeals_alone_is_told_no_lack_of_escalations_where_appeals_are_shown(
    page: str, params: dict[str, Any], shown: bool, run_page: RunPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A severity belongs to escalations: asked for, appeals do not have it and nothing matches."""
    monkeypatch.setattr(no_match.health, "anything_matches", lambda reader, filters, fact: fact == "appeals")
    words = said(run_page(page, team="emea-1", **params))
    assert ("No escalations match these filters." in words) != shown
    assert "or appeals" not in words


@pytest.mark.parametrize("page", QUESTIONS)
def test_the_week_with_the_missing_day_is_named_and_takes_no_part(
    page: str, run_page: RunPage, sample_reader: Reader
) -> None:
    loaded = sample_reader.coverage.loaded(("escalations",))
    assert loaded is not None
    day = max(loaded.incomplete)  # the one that was never delivered; earlier ones are holidays
    week = sample_reader.coverage.rules.week_of(day)
    app = run_page(page, week=week.label)
    assert problems(app) == []
    words = said(app)
    assert f"{day:%a} {day.day} {day:%b} is missing" in words  # the badge
    if page == "":
        assert "This week takes no part in comparisons" in words
        row = scorecard(app)["escalations_opened"]
        before = sample_reader.coverage.rules.before(week)
        while any(before.start <= other <= before.last_day for other in loaded.incomplete):
            before = sample_reader.coverage.rules.before(before)
        assert f"wk {before.label[-2:]}" in row["note"].replace("\u00a0", " ")


def test_a_metric_with_follow_up_is_shown_at_its_newest_complete_week(run_page: RunPage) -> None:
    rows = scorecard(run_page())
    assert "newest complete" in rows["repeat_rate"]["note"]
    assert rows["escalations_opened"]["note"] == ""


def test_a_rate_on_too_few_rows_is_withheld_and_its_rows_are_shown(run_page: RunPage) -> None:
    withheld = [row for row in scorecard(run_page(site="Berlin")).values() if "Too few" in row["status"]]
    assert len(withheld) >= 3
    for row in withheld:
        value, change, _, year, _ = row["cells"]
        assert re.fullmatch(r"\d of\u00a0\d|\d\u00a0cases?", value)
        assert (change, year) == ("–", "–")


def test_of_few_cases_the_sentences_tell_the_cases_and_no_rate_or_time(run_page: RunPage) -> None:
    app = run_page("escalations", member="E0304a")
    assert problems(app) == []
    words = said(app).replace("\u00a0", " ")
    due = "Of the cases due in the 13 weeks to 15 Nov, 0 of 1 were resolved in time; too few for a rate."
    assert due in words
    assert "Of the tagged cases, 1 of 1 was preventable; too few for a rate." in words
    assert "1 case was resolved in the 13 weeks to 15 Nov, too few for a mean time." in words
    assert "Mean time from open to close" not in words and "spent waiting on partners" not in words
    assert not re.search(r"\b1 of 1 cases|\d of \d of |\b0 (open )?cases? (is|are|was|were)|than n/a", words)


PARTS = [
    ("", "components.review.exceptions.cards", "What needs you", ("Scorecard", "Which team or site?")),
    ("", "components.review.commitments.due_actions", "Commitments", ("What needs you", "Scorecard")),
    ("", "components.review.breakdown._dots", "Which team or site", ("What needs you", "Scorecard")),
    ("escalations", "components.escalations.headline.contents", "Key figures", QUESTIONS["escalations"]),
    ("escalations", "components.escalations.promises.measure", "Are we keeping our promises?", ()),
    ("escalations", "components.escalations.backlog.backlog_flow", "Is the backlog healthy?", ()),
    ("escalations", "components.escalations.volume.repeat_sellers", "What drives volume?", ()),
    ("escalations", "components.escalations.waiting.waiting_now", "Where do cases wait?", ()),
    ("escalations", "components.escalations.fixes.measure_action", "Did our fixes work?", ()),
    ("escalations", "components.escalations.blocked.blocked_cases", "What is blocked on leadership?", ()),
]


@pytest.mark.parametrize(
    ("page", "trends"),
    [
        ("escalations", ("promises-trend", "first-response-trend")),
        (
            "reinstatements",
            ("quality-trend", "decision-median", "decision-guard", "decision-in-time", "decision-slowest"),
        ),
    ],
)
def test_every_trend_opens_a_table_of_the_weeks_it_draws(
    page: str, trends: tuple[str, ...], run_page: RunPage
) -> None:
    app = run_page(page)
    assert "Usual from" not in said(app)
    for trend in trends:
        app.session_state[f"rows-{trend}"] = True
    app.run()
    words = said(app)
    assert problems(app) == []
    assert words.count("Usual from") == words.count("CSV") == len(trends)
    assert words.count("week 45 of 2026") + words.count(" week 45 ") >= len(trends)


@pytest.mark.parametrize(("page", "part", "panel", "others"), PARTS, ids=[part[1] for part in PARTS])
def test_a_failing_part_says_so_alone_with_a_reference_that_is_in_the_log(
    page: str,
    part: str,
    panel: str,
    others: tuple[str, ...],
    run_broken: RunBroken,
) -> None:
    failed, words = run_broken(part, page)
    assert failed == [panel]
    for question in others or set(QUESTIONS[page]) - {panel}:
        assert question in words


def test_parts_that_fail_together_claim_only_what_the_rest_shows(run_broken: RunBroken) -> None:
    failed, words = run_broken("components.trends.lines_over", "escalations")
    assert len(failed) >= 3
    assert words.count("What else the page shows is complete.") == len(failed)


@pytest.mark.parametrize(
    ("page", "params", "part", "panel"),
    [
        ("cases", {}, "components.cases.case_list.case_list", "The list of cases"),
        ("cases", {"case": "E00035988"}, "components.cases.one_case.one_case", "The case"),
        ("cases", {"seller": "A0003000"}, "components.cases.seller.seller", "The history of the seller"),
        ("capacity", {"ask": "plan"}, "components.capacity.ask.ask", "Headcount ask"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_page_of_one_part_does_not_claim_other_numbers_when_it_fails(
    page: str, params: dict[str, Any], part: str, panel: str, run_broken: RunBroken
) -> None:
    failed, words = run_broken(part, page, **params)
    assert failed == [panel]
    assert "Other pages still work." in words and "else the page shows" not in words


def test_a_page_that_cannot_be_drawn_at_all_does_not_claim_its_numbers_are_complete(
    run_page: RunPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr("components.review.read_board", broken)
    words = said(run_page())
    assert "Weekly review could not load. Other pages still work." in words
    assert "are complete" not in words
    assert "No sign-in is configured" in words


def at_clock(monkeypatch: pytest.MonkeyPatch, hours_after_the_end: float) -> None:
    """Let the present be so many hours after the end of the data, on the panels and in the header."""

    def then(reader: Reader, fact: str = "escalations") -> queries_now.Now | None:
        loaded = reader.coverage.loaded(("escalations",))
        assert loaded is not None
        present = loaded.through_at + dt.timedelta(hours=hours_after_the_end)
        return queries_now.now_of(reader, clock=present, fact=fact)

    for module in (promises, waiting, filter_bar):
        monkeypatch.setattr(module, "now_of", then)


def test_old_data_closes_what_speaks_of_now_and_says_as_of(
    run_page: RunPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_clock(monkeypatch, 12 * 24)
    app = run_page("escalations")
    words = said(app)
    assert "Closed: the data ends Sun 15 Nov 23:59, 12 days ago." in words
    assert "within 8 h" not in words
    assert "Waiting when the data ends, by partner" in words
    assert "Waiting now" not in words
    assert "Data through Sun 15 Nov · 12 days old" in words


def test_an_older_week_tells_only_of_decisions_asked_for_by_its_end(
    run_page: RunPage, sample_reader: Reader
) -> None:
    waiting = read_journal(sample_reader.facts.location).decisions()
    asked = sum(action.created_on <= dt.date(2026, 9, 27) for action in waiting)
    assert 1 < asked < len(waiting)
    for week, many in ({"week": "2026-W39"}, asked), ({}, len(waiting)):
        assert f"{many} decisions wait, holding" in said(run_page("escalations", **week))
        assert f"{many} decisions wait for leadership" in said(run_page("", **week))


@pytest.mark.parametrize(("hours", "age"), [(23, ""), (25, "25 hours old"), (49, "2 days old")])
def test_the_badge_turns_orange_when_the_panels_of_now_close_and_not_before(
    hours: float, age: str, run_page: RunPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_clock(monkeypatch, hours)
    words = said(run_page("escalations"))
    assert ("Closed: the data ends" in words) == bool(age)
    assert ("Data through Sun 15 Nov · loaded" in words) != bool(age)
    assert not age or f"Data through Sun 15 Nov · {age}" in words


def test_fresh_data_opens_what_speaks_of_now(run_page: RunPage, monkeypatch: pytest.MonkeyPatch) -> None:
    at_clock(monkeypatch, 6)
    app = run_page("escalations")
    words = said(app)
    assert re.search(r"\d+ past due; \d+ within 8 h; \d+ 8–24 h; \d+ 24–48 h", words)
    assert "As of Sun 15 Nov 23:59." in words
    assert "Closed: the data ends" not in words
    assert "Waiting now, by partner" in words
    assert re.search(r"Data through Sun 15 Nov · loaded \d\d:\d\d", words)


@pytest.mark.parametrize(
    ("grain", "words"), [("month", "by due month"), ("quarter", "by due quarter"), ("week", "by due week")]
)
def test_trends_follow_the_grain(grain: str, words: str, run_page: RunPage) -> None:
    app = run_page("escalations", **({} if grain == "week" else {"grain": grain}))
    assert f"Resolved in time, {words}" in said(app)


def test_whose_numbers_these_are_and_that_nobody_is_asked_to_sign_in_is_said(run_page: RunPage) -> None:
    assert (
        "No sign-in is configured: this app answers only on this machine, and whoever opens it sees "
        in said(run_page())
    )
    assert run_page(team="emea-1").title[0].value.endswith("EMEA 1 Luxembourg")


def test_where_the_app_answers_beyond_this_machine_it_says_so(
    run_page: RunPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (footer, import_module("components.definitions.access")):
        monkeypatch.setattr(module, "single_leader_mode", lambda: False)
    words = said(run_page("definitions"))
    assert "this app answers beyond this machine, and whoever reaches it sees everything but what" in words
    assert "Whoever reaches this app sees everything but what is about one person." in words
    assert "only on this machine" not in words.replace("which says so", "")


@pytest.mark.parametrize("page", QUESTIONS)
def test_a_drawer_opens_from_the_link_on_every_page_with_drivers_and_the_six_twelve(
    page: str, run_page: RunPage
) -> None:
    app = run_page(page, explain="resolution_sla")
    assert problems(app) == []
    words = said(app)
    assert re.search(r"% in week 46 against .* in week 45", words)
    assert "six weeks and twelve months" in words
    assert "Definition: " in words


def test_every_metric_has_a_drawer(run_page: RunPage, sample_reader: Reader) -> None:
    faults = {}
    for key in METRICS:
        app = run_page(explain=key)
        if problems(app) or METRICS[key].label not in said(app):
            faults[key] = problems(app)
    assert faults == {}
