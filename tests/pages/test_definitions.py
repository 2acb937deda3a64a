"""Definitions and data: every metric explained, the data's state told, foreign text shown as text."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from components import security, source
from components.definitions import books
from components.definitions.formulas import COMPONENT_WORDS, formula_words
from queries import health
from queries.catalog import METRICS
from queries.filters import Filters
from queries.measure import Measures, Reader, measure
from queries.scope import scope_of
from queries.series import Series
from tests.pages.conftest import RunPage

HOSTILE = "<img src=x onerror=alert(1)> **bold** :smile:"


def html(app: AppTest) -> str:
    return " ".join(part.proto.body for part in app.get("html"))


def said(app: AppTest) -> str:
    return " ".join(part.value for part in app.markdown).replace("\\", "").replace("\u00a0", " ")


def test_the_page_answers_every_question_without_a_fault(run_page: RunPage) -> None:
    app = run_page("definitions")
    assert not app.exception and not app.error
    assert [part.value.replace("\\", "") for part in app.header] == [
        "What does each number mean?",
        "Is the data fresh and complete?",
        "Was anything refused?",
        "Do the books balance?",
        "What was loaded when?",
        "Who may see what?",
    ]
    assert app.title[0].value == "Definitions and data"
    assert not [one for one in app.button if one.key == "week-previous"]


def test_every_metric_stands_in_the_dictionary_word_by_word(run_page: RunPage) -> None:
    body = html(run_page("definitions"))
    for metric in METRICS.values():
        assert f">{metric.key}</dd>" in body and metric.label.split(",")[0] in body
    assert body.count("<details") == len(METRICS) and "<details open" not in body


def test_every_sum_of_the_catalog_has_words() -> None:
    known = [m for metric in METRICS.values() for m in (metric, metric.instead) if m is not None]
    squares = {getattr(metric.formula, "squares", None) for metric in known}  # only for the interval
    summed = {part.key for metric in known for part in metric.components if part not in squares}
    missing = summed - set(COMPONENT_WORDS)
    assert not missing, f"add words for {missing} to components/definitions/formulas.py"
    assert (
        formula_words(METRICS["resolution_sla"].formula)
        == "cycles due that were resolved in time ÷ cycles due"
    )


def test_a_search_leaves_the_entries_that_hold_all_its_words(run_page: RunPage) -> None:
    app = run_page("definitions", q="partner time")
    labels = re.findall(r"<strong[^>]*>(.*?)</strong>", html(app))
    assert "Partners on time" in labels and "Opened" not in labels
    app.text_input(key="definitions-search").set_value(HOSTILE).run()
    assert "No metric's entry contains" in said(app) and not re.search(
        r"(?<!\\)<img", "".join(m.value for m in app.markdown)
    )
    app.button(key="empty-definitions").click().run()
    assert html(app).count("<details") == len(METRICS) and "q" not in app.query_params


def test_the_link_unfolds_one_metric_with_the_steps_of_its_targets(run_page: RunPage) -> None:
    body = html(run_page("definitions", metric="resolution_sla"))
    unfolded = re.findall(r"<details[^>]* open>.*?</details>", body, re.DOTALL)
    assert len(unfolded) == 1 and "Resolution SLA" in unfolded[0]
    assert unfolded[0].count("in force") >= 1 and "Target since" in unfolded[0]
    assert "<details open" not in html(run_page("definitions", metric="<script>"))


def test_a_metric_that_is_not_supplied_names_the_missing_column(
    run_page: RunPage, sample_reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = sample_reader.coverage.known_columns - {"escalations.met_only_by_pauses"}
    less = dataclasses.replace(sample_reader.coverage, known_columns=known)
    monkeypatch.setattr(source, "reader", lambda: dataclasses.replace(sample_reader, coverage=less))
    app = run_page("definitions", metric="pause_hygiene")
    assert "not supplied: pauses (escalations.met_only_by_pauses)" in html(app)
    assert "1 not supplied by this store's sources." in said(app)


def test_the_missing_day_of_the_sample_is_listed_with_its_reason(
    run_page: RunPage, sample_reader: Reader
) -> None:
    loaded = sample_reader.coverage.loaded(("escalations",))
    assert loaded is not None and loaded.incomplete
    body = html(run_page("definitions"))
    for why in loaded.incomplete.values():
        assert why in body


def test_the_backlog_of_the_sample_balances_in_every_week(run_page: RunPage) -> None:
    assert "The backlog balances in all 52 weeks;" in said(run_page("definitions"))


def test_a_week_that_does_not_balance_is_shown_with_its_gap(
    run_page: RunPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Tampered(Measures):
        def total(self, key: str) -> Series:
            series = super().total(key)
            if key != "backlog_open":
                return series
            level = series.value.copy()
            level[-1] += 3
            return dataclasses.replace(series, value=level)

    def tampered(*asked: Any) -> Measures:
        answer = measure(*asked)
        return Tampered(**{f.name: getattr(answer, f.name) for f in dataclasses.fields(answer)})

    monkeypatch.setattr(books, "measure", tampered)
    app = run_page("definitions")
    assert "The backlog does not balance in 1 of 52 weeks;" in said(app)
    assert "+3 unexplained" in html(app)


def test_the_gap_of_an_import_is_what_was_read_and_is_nowhere() -> None:
    batch = {"rows_read": 100, "rows_loaded": 60, "rows_folded": 30, "rows_quarantined": None}
    assert books.batch_gap(batch) == 10
    assert books.batch_gap({**batch, "rows_quarantined": 10}) == 0


def _refuse_some(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"source": "s", "column_name": "opened_at", "reason": HOSTILE}
    monkeypatch.setattr(health, "quarantine_reasons", lambda _: pa.Table.from_pylist([{**row, "rows": 2}]))
    line = {**row, "batch_id": "b", "file": "f.csv", "line": 7, "value": HOSTILE, "raw": "=1+1"}
    monkeypatch.setattr(health, "quarantined_rows", lambda _: pa.Table.from_pylist([line]))


def test_refused_rows_are_shown_as_text(run_page: RunPage, monkeypatch: pytest.MonkeyPatch) -> None:
    _refuse_some(monkeypatch)
    app = run_page("definitions")
    assert "2 rows were refused" in said(app) and "<img" not in html(app) and "&lt;img" in html(app)
    app.session_state["refused-rows"] = True
    app.run()
    assert "f.csv" in html(app) and "The first 1 of 2" in said(app)


def test_beyond_this_machine_neither_refused_rows_nor_days_of_people_are_told(
    run_page: RunPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refused row can be a person's leave, and a contradicting day of work is known by its person."""
    _refuse_some(monkeypatch)
    wrong = {**CONTRADICTING, "table_name": "work_days", "example": "E0007 on 2026-11-09"}
    monkeypatch.setattr(health, "contradictions", lambda _: [wrong, {**wrong, "table_name": "appeals"}])
    for alone, days in ((True, 2), (False, 1)):
        with monkeypatch.context() as patch:
            patch.setattr(security, "_is_loopback", lambda host, alone=alone: alone)
            app = run_page("definitions")
            app.session_state["refused-rows"] = True
            app.run()
            assert html(app).count("E0007 on 2026-11-09") == days
            assert ("f.csv" in html(app)) is alone
            assert (
                "which can be about anyone, are shown only where the app answers" in said(app)
            ) is not alone


CONTRADICTING = {
    "name": "n",
    "table_name": "appeals",
    "rows": 1_200,
    "example": HOSTILE,
    "wrong": "submitted too early",
    "treated": "they count",
}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (1, "1 row was loaded although it contradicts another row"),
        (1_200, "1,200 rows were loaded although they contradict another row"),
    ],
)
def test_rows_loaded_with_a_contradiction_are_counted_and_explained_as_text(
    run_page: RunPage, monkeypatch: pytest.MonkeyPatch, rows: int, words: str
) -> None:
    monkeypatch.setattr(health, "contradictions", lambda _: [{**CONTRADICTING, "rows": rows}])
    app = run_page("definitions")
    assert words in said(app)
    assert ">submitted too early<" in html(app) and "&lt;img" in html(app) and "<img" not in html(app)


def test_the_sample_contradicts_itself_nowhere(run_page: RunPage, sample_reader: Reader) -> None:
    assert health.contradictions(sample_reader) == []
    assert "contradict" not in said(run_page("definitions"))


def test_refused_rows_stay_closed_to_whoever_may_not_see_everything(
    run_page: RunPage, sample_reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = next(iter(sample_reader.directory.names))
    narrow = dataclasses.replace(sample_reader, scope=scope_of(sample_reader.facts, person))
    monkeypatch.setattr(source, "reader", lambda: narrow)
    counted = pa.Table.from_pylist([{"source": "s", "column_name": "c", "reason": "r", "rows": 1}])
    monkeypatch.setattr(health, "quarantine_reasons", lambda _: counted)
    app = run_page("definitions")
    app.session_state["refused-rows"] = True
    app.run()
    assert "only leaders of the whole organisation see them" in said(app)


def test_the_balance_is_of_the_whole_store_whatever_is_filtered(sample_reader: Reader) -> None:
    view: Any = type("View", (), {"reader": sample_reader, "filters": Filters().with_values("team", ["x"])})
    weeks = books.backlog_balance(view)
    assert len(weeks) == 52 and all(np.isfinite(balance.after) and balance.after > 0 for balance in weeks)
