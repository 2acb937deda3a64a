"""Every state of the Strategic sellers page: full, narrowed, withheld, immature, not supplied, failed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from components import source
from components.strategic import alike, briefs, risk_model, scope, stake, thorough, tiers
from components.view import View
from queries import now as queries_now
from queries.blocks import block_sums
from queries.filters import Filters
from queries.journal import read_journal
from queries.measure import Reader, measure
from store.build import begin, finish
from store.facts import read_store_settings
from store.location import Location
from tests.conftest import fill, use_settings
from tests.pages.conftest import RunBroken, RunPage
from tests.pages.reading import elements, said
from tests.pages.test_stores import open_app
from tests.queries.random_operation import THROUGH, Operation, bare_operation
from tests.queries.random_sellers import seller_operation

QUESTIONS = (
    tiers.QUESTION,
    stake.QUESTION,
    thorough.QUESTION,
    risk_model.QUESTION,
    alike.QUESTION,
    "Which policy gaps need a decision?",
)


def problems(app: AppTest) -> list[str]:
    """Exceptions and failed panels."""
    return [str(fault.value) for fault in app.exception] + re.findall(r".* could not load\.", said(app))


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"grain": "month"},
        {"grain": "quarter"},
        {"week": "2026-W40"},
        {"week": "2025-W30"},
        {"from": "2026-09-01", "to": "2026-10-15"},
        {"tier": "growth"},
        {"tier": ["growth", "(none)"]},
        {"marketplace": "EU", "policy": "identity"},
        {"account_manager": "Ravi Menon"},
        {"detection_source": "SOCR"},
        {"case_type": "sales_jump"},
        {"team": "emea-1"},
        {"severity": "Sev-1"},
    ],
    ids=str,
)
def test_the_page_answers_every_question_in_every_view(params: dict[str, Any], read_page: RunPage) -> None:
    app = read_page("strategic", **params)
    assert problems(app) == []
    words = said(app)
    for question in QUESTIONS:
        assert question in words
    assert not re.search(r"\bnan\b|\bNone\b|\binf\b", words)


def test_filters_that_match_no_enforcement_are_said_to_and_can_be_cleared(run_page: RunPage) -> None:
    app = run_page("strategic", marketplace="Atlantis")
    assert problems(app) == []
    assert "No enforcements match these filters." in said(app)
    assert QUESTIONS[0] not in said(app)
    app.button(key="empty-filters").click().run()
    assert QUESTIONS[0] in said(app)


def view_of(reader: Reader, filters: Filters | None = None) -> View:
    newest = reader.coverage.newest_week()
    assert newest is not None
    return View(
        reader,
        filters or Filters(),
        newest,
        read_journal(reader.facts.location),
        "strategic",
        fact="enforcements",
    )


def test_figures_on_top_are_of_strategic_sellers_unless_tiers_are_chosen(
    read_page: RunPage, sample_reader: Reader
) -> None:
    view = view_of(sample_reader)
    strategic = Filters().with_values("tier", ["strategic"])
    wanted = measure(sample_reader, ("blocks_open", "gmv_at_risk"), [view.week], (), strategic)
    words = said(read_page("strategic"))
    assert "Strategic sellers" in words
    assert f"{wanted.total('blocks_open').numerator[0]:,.0f} blocks" in words
    assert "Sellers of growth" in said(read_page("strategic", tier="growth"))


def test_amounts_by_verdict_add_up_to_what_the_answer_says(sample_reader: Reader) -> None:
    found = stake.contents(scope.of_tier(view_of(sample_reader)))
    assert found.reason == "" and found.whole > 0
    assert sum(found.amounts[key] for key, _, _ in stake.PARTS) == pytest.approx(found.whole)
    assert sum(found.bars[-1].amounts) == pytest.approx(found.whole)
    sums = block_sums(sample_reader, view_of(sample_reader).week.end, Filters(), "account_manager")
    assert sum(item.blocks for item in sums) >= sum(item.blocks for item in found.sums)


def test_windows_end_where_what_follows_is_known(sample_reader: Reader) -> None:
    view = view_of(sample_reader)
    for key in tiers.KEYS:
        period = scope.window(view, (key,), 13)
        assert period is not None and period.days == 91
        series = measure(sample_reader, (key,), (period,)).total(key)
        assert series.mature[0], key
        later = type(period)(period.start, period.end + dt.timedelta(days=7), period.grain)
        assert not measure(sample_reader, (key,), (later,)).total(key).mature[0], key


def test_a_chosen_range_too_young_is_drawn_hollow_and_says_when_it_is_complete(read_page: RunPage) -> None:
    words = said(read_page("strategic", **{"from": "2026-10-05", "to": "2026-11-08"}))
    assert "Hollow: not complete until 90 days after the period." in words


def test_rates_on_too_few_rows_are_withheld_and_their_rows_are_shown(sample_reader: Reader) -> None:
    narrow = Filters().with_values("category", ["Books"]).with_values("marketplace", ["LATAM"])
    compared = tiers.contents(view_of(sample_reader, narrow))
    withheld = [series for item in compared for _, series in item.tiers if series.withheld[0]]
    assert withheld
    for series in withheld:
        assert np.isnan(series.value[0]) and series.n[0] < 5


PARTS = [
    ("components.strategic.headline.contents", "Key figures"),
    ("components.strategic.tiers.contents", tiers.QUESTION),
    ("components.strategic.stake.open_blocks", stake.QUESTION),
    ("components.strategic.thorough.contents", thorough.QUESTION),
    ("components.strategic.risk_model.scores_by_source", risk_model.QUESTION),
    ("components.strategic.alike.fairness", alike.QUESTION),
    ("components.strategic.gaps.answer", "Which policy gaps need a decision?"),
]


@pytest.mark.parametrize(("part", "panel"), PARTS, ids=[part[0] for part in PARTS])
def test_a_failing_part_says_so_alone(part: str, panel: str, run_broken: RunBroken) -> None:
    # A view nothing else looks at: what is kept of it must not hide the fault.
    failed, words = run_broken(part, "strategic", week=f"2026-W{20 + PARTS.index((part, panel))}")
    assert failed == [panel]
    for question in set(QUESTIONS) - {panel}:
        assert question in words


def test_old_data_says_how_old_what_is_open_is(run_page: RunPage, monkeypatch: pytest.MonkeyPatch) -> None:
    def then(reader: Reader) -> queries_now.Now | None:
        loaded = reader.coverage.loaded(("escalations",))
        assert loaded is not None
        return queries_now.now_of(reader, clock=loaded.through_at + dt.timedelta(days=12))

    monkeypatch.setattr(stake, "now_of", then)
    assert "The facts are 12 days old: ask before you quote what is open." in said(run_page("strategic"))


def test_the_brief_of_a_source_reads_as_text_and_holds_every_band(sample_reader: Reader) -> None:
    found = risk_model.contents(view_of(sample_reader))
    assert found.reason == "" and found.period is not None and len(found.sources) > 2
    for scores in found.sources:
        name = risk_model.name_of(view_of(sample_reader), scores)
        brief = briefs.text(scores, name, scope.window_words(found.period))
        assert brief.startswith(f"# Risk scores of {name}, enforced ")
        assert sum(line.startswith("| 0.") for line in brief.splitlines()) == len(scores.bands)
        assert f"{scores.scored:,} enforcements carried a score" in brief
        assert len(briefs.rows(scores)) == len(scores.bands)
        assert all(len(row) == len(briefs.HEADS) for row in briefs.rows(scores))
    hostile = briefs.text(found.sources[0], "a | b\n# c", "today")
    assert hostile.splitlines()[0] == "# Risk scores of a / b # c, enforced today"


def test_the_list_of_an_account_manager_holds_that_managers_open_blocks(
    run_page: RunPage, sample_reader: Reader
) -> None:
    app = run_page("strategic")
    app.session_state["manager-list"] = True
    app.run()
    assert problems(app) == []
    sums = block_sums(
        sample_reader,
        view_of(sample_reader).week.end,
        Filters().with_values("tier", ["strategic"]),
        "account_manager",
    )
    names = [box for box in app.selectbox if box.key == "manager-chosen"]
    assert len(names) == 1 and names[0].value == sums[0].name
    many = sums[0].blocks
    assert f"{many} open block{'s' if many != 1 else ''}" in said(app)


def test_policy_gaps_come_from_the_journal_and_nothing_else_does(
    read_page: RunPage, sample_reader: Reader
) -> None:
    gaps = [action for action in view_of(sample_reader).decisions() if action.kind == "policy_gap"]
    words = said(read_page("strategic"))
    assert gaps and all(gap.title in words for gap in gaps)
    assert "Three people of amer-4 were not replaced" not in words


@pytest.fixture
def store_of(tmp_path: Path) -> Iterator[Callable[[Operation], Location]]:
    """Builds a store of an operation."""

    def build(operation: Operation) -> Location:
        location = Location.parse(str(tmp_path / "own"))
        use_settings(location, operation.settings_toml, tmp_path)
        with begin(location, empty=True) as building:
            fill(building.connection, operation.arrow())
            finish(building, read_store_settings(location), "test")
        return location

    yield build


def test_a_source_that_knows_nothing_of_sellers_says_so_in_every_section(
    store_of: Callable[[Operation], Location], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(store_of(bare_operation(3)), monkeypatch, page="strategic")
    assert problems(app) == []
    words = said(app)
    for what in ("daily sales of enforced sellers", "survey scores", "risk scores", "investigations"):
        assert what in words
    assert "No policy gap waits for a decision." in words
    assert "Too little is known of strategic or of standard sellers to compare them." in words
    assert not re.search(r"\bnan\b|\bNone\b", words)


def test_a_hostile_source_is_shown_as_it_is_and_never_as_markup(
    store_of: Callable[[Operation], Location], monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = seller_operation(4)
    frame = operation.tables["enforcements"]
    frame["detection_source"] = frame["detection_source"].replace(
        "SOCR", "<img src=x onerror=1> [a](http://b)"
    )
    operation.tables["sellers"]["name"] = "<b>Shop</b> `x`"
    app = open_app(store_of(operation), monkeypatch, page="strategic")
    assert problems(app) == []
    for node in elements(app):
        body = getattr(getattr(node, "proto", None), "body", "")
        assert "<img src=x" not in str(body) and "<b>Shop" not in str(body)
        if getattr(node, "type", "") == "markdown":
            assert "[a](http" not in str(node.value)
    source.reader().facts.close()


def surveys(outcome: str, tier: str, liked: int, answers: int) -> list[dict[str, Any]]:
    """Answers to surveys about cases that ended so, `liked` of them 5 and the others 1."""
    return [
        {
            "survey_id": f"{outcome}-{tier}-{number}",
            "tier": tier,
            "outcome": outcome,
            "sent_at": THROUGH - dt.timedelta(days=30),
            "answered_at": THROUGH - dt.timedelta(days=29),
            "score": 5 if number < liked else 1,
        }
        for number in range(answers)
    ]


@pytest.mark.parametrize(
    ("strategic_upheld", "said_of_it"),
    [
        (
            10,
            "only because their cases end differently: within the same outcome no difference is detectable.",
        ),
        (60, "Strategic sellers are satisfied more often"),
    ],
)
def test_a_gap_in_satisfaction_that_is_only_the_mix_of_outcomes_is_not_called_one(
    strategic_upheld: int,
    said_of_it: str,
    store_of: Callable[[Operation], Location],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nine in ten like a reinstatement and one in ten a refusal, whatever the tier; only the mix differs."""
    operation = bare_operation(6)
    operation.tables["surveys"] = pd.DataFrame(
        surveys("reversed_our_error", "strategic", 180, 200)
        + surveys("upheld", "strategic", strategic_upheld, 100)
        + surveys("reversed_our_error", "standard", 90, 100)
        + surveys("upheld", "standard", 50, 500)
    )
    known = pd.DataFrame([{"table_name": "surveys", "first_at": None, "through_at": THROUGH}])
    operation.tables["supplied_through"] = pd.concat([operation.tables["supplied_through"], known])
    words = said(open_app(store_of(operation), monkeypatch, page="strategic"))
    assert said_of_it in words
    is_mix = strategic_upheld == 10
    assert ("only because their cases end differently" in words) == is_mix
    assert ("times the odds of standard ones of being satisfied" in words) == (not is_mix)
