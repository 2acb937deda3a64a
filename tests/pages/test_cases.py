"""The Cases page: exactly the rows of the number, every choice in the link, one case, every state."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
from typing import Any
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from components import source
from components.cases.columns import sortable
from queries.cases import PAGE_ROWS, Behind, case_page, exported_cases
from queries.catalog import METRICS
from queries.filters import Filters
from queries.formulas import Agreed, Audited, Quantile
from queries.measure import Reader, measure
from queries.rows_behind import fact_behind, flag_label
from queries.time import Grain
from tests.pages.conftest import LAST_DAY, RunPage

QUARTER = {"from": "2026-07-01", "to": "2026-09-30"}
HOSTILE = "%_';drop table <b>x</b> **bold** :smile: [a](http://e.test)"


def texts(app: AppTest) -> str:
    """Everything said on the page, without the backslashes that keep it from being markup."""
    said = [part.value for part in (*app.markdown, *app.info, *app.warning, *app.error)]
    return " ".join(said).replace("\\", "").replace("\u00a0", " ").replace("\u2060", "")


def listed(app: AppTest, key: str = "cases-list") -> list[dict[str, Any]]:
    """Rows sent to the list of the page."""
    waiting: list[Any] = [app._tree]
    while waiting:
        node = waiting.pop()
        waiting.extend(getattr(node, "children", {}).values())
        if getattr(node, "type", "") == "bidi_component" and node.proto.id.endswith(key):
            rows: list[dict[str, Any]] = json.loads(node.proto.json)["rows"]
            return rows
    return []


def button(app: AppTest, key: str) -> Any:
    return app.button(key=key)


def params(app: AppTest) -> dict[str, str]:
    """The link, one value a name."""
    return {name: value[-1] if isinstance(value, list) else value for name, value in app.query_params.items()}


@pytest.mark.parametrize("key", list(METRICS))
def test_the_list_behind_a_metric_has_exactly_the_rows_it_counts(key: str, sample_reader: Reader) -> None:
    rules = sample_reader.coverage.rules
    available = sample_reader.available(key)
    if available.missing:
        pytest.skip(f"the sample has no {available.missing}")
    quarter = rules.quarter_of(dt.date(2026, 7, 1))
    number = measure(sample_reader, (key,), (quarter,)).total(key)
    found = case_page(sample_reader, Behind(available.metric, quarter, Filters()))
    metric = available.metric
    if isinstance(metric.formula, Audited):
        assert (found.total, found.flagged) == (number.n[0], number.numerator[0])
    elif isinstance(metric.formula, Agreed):  # flagged: not all decided alike
        assert found.total == number.n[0] and 0 < found.flagged < found.total
    elif flag_label(metric):
        hits = number.numerator[0]
        flagged = number.denominator[0] - hits if metric.good == "up" else hits
        assert (found.total, found.flagged) == (number.denominator[0], flagged)
    elif isinstance(metric.formula, Quantile):
        assert found.total == number.n[0]
    elif metric.unit == "count" and key != "reopenings":  # a case can be reopened more than once
        assert found.total == number.value[0]


def test_the_pages_of_a_list_hold_every_row_once_in_any_order(sample_reader: Reader) -> None:
    for key, fact in (("escalations_opened", "escalations"), ("partner_on_time", "partner_waits")):
        quarter = sample_reader.coverage.rules.quarter_of(dt.date(2026, 7, 1))
        behind = Behind(sample_reader.available(key).metric, quarter, Filters())
        whole = case_page(sample_reader, behind)
        for column in sortable(fact):
            rows = [
                json.dumps(row, default=str)
                for page in range(-(-whole.total // PAGE_ROWS) + 1)
                for row in case_page(sample_reader, behind, column, False, page).rows.to_pylist()
            ]
            exported = [
                json.dumps(row, default=str)
                for part in exported_cases(sample_reader, behind, column, False)
                for row in part.to_pylist()
            ]
            assert rows == exported and len(rows) == whole.total


def test_the_sentence_the_choices_and_the_rows_agree(run_page: RunPage, sample_reader: Reader) -> None:
    quarter = sample_reader.coverage.rules.quarter_of(dt.date(2026, 7, 1))
    sla = measure(sample_reader, ("resolution_sla",), (quarter,)).total("resolution_sla")
    missed, due = int(sla.denominator[0] - sla.numerator[0]), int(sla.denominator[0])
    app = run_page("cases", metric="resolution_sla", **QUARTER)
    assert f"**{missed} missed of {due}** due in 1 Jul – 30 Sep 2026." in texts(app)
    assert f"1–{min(due, 50)} of {due}" in texts(app) and len(listed(app)) == min(due, 50)
    app.segmented_control(key="cases-show").set_value("flagged").run()
    assert params(app)["show"] == "flagged"
    assert f"1–{min(missed, 50)} of {missed}" in texts(app) and len(listed(app)) == min(missed, 50)
    assert not app.exception and not app.error


def test_paging_and_sorting_are_in_the_link(run_page: RunPage) -> None:
    app = run_page("cases")
    assert button(app, "cases-First").disabled and button(app, "cases-Previous").disabled
    first = {row["key"] for row in listed(app)}
    button(app, "cases-Next").click().run()
    assert params(app)["page"] == "2" and "51–100 of" in texts(app)
    assert not {row["key"] for row in listed(app)} & first
    app.selectbox(key="cases-sort").set_value(("resolve_hours", True)).run()
    assert params(app) == {"sort": "resolve_hours"}
    button(app, "cases-Next").click().run()
    button(app, "cases-First").click().run()
    assert "page" not in params(app)


def test_a_page_beyond_the_end_shows_the_last_one_and_says_so(run_page: RunPage) -> None:
    app = run_page("cases", page="999999")
    assert "There is no page 999999; showing page" in texts(app)
    assert button(app, "cases-Next").disabled and listed(app)


def test_a_search_keeps_the_number_and_says_how_many_it_finds(run_page: RunPage) -> None:
    case = listed(run_page("cases"))[0]["cells"][0]["text"]
    app = run_page("cases", **QUARTER)
    whole = texts(app).split("**")[1]
    app.text_input(key="cases-search").set_value(case).run()
    assert params(app)["q"] == case and f"**{whole}**" in texts(app)
    app = run_page("cases", q=case.lower())
    assert {row["cells"][0]["text"] for row in listed(app)} == {case}


def test_nothing_found_offers_one_button_that_clears_the_search(run_page: RunPage) -> None:
    app = run_page("cases", q=HOSTILE)
    assert f"No cases contain “{HOSTILE}”." in texts(app) and not listed(app)
    button(app, "empty-cases").click().run()
    assert "q" not in params(app) and listed(app)


ONE_OF_A_SORT = {
    (type(metric.formula).__name__, fact_behind(metric)): key for key, metric in reversed(METRICS.items())
}


@pytest.mark.parametrize("key", ONE_OF_A_SORT.values(), ids=[" of ".join(sort) for sort in ONE_OF_A_SORT])
def test_every_sort_of_number_draws_its_list_and_its_rows_open_a_case(run_page: RunPage, key: str) -> None:
    year = {"from": "2025-11-01", "to": "2026-11-15"}
    app = run_page("cases", metric=key, **year)
    rows = listed(app)
    assert rows and not app.exception and not app.error, texts(app)
    if fact_behind(METRICS[key]) in (
        "work_days",
        "work_pace",
        "cover_days",
    ):  # a day is of many cases: opens none
        assert not any(row["href"] for row in rows)
        return
    assert all(re.search("[?&]case=", row["href"]) for row in rows)
    asked = dict(parse_qsl(rows[0]["href"][1:]))
    one = run_page("cases", **asked)
    assert one.header[0].value.replace("\\", "").endswith(f" {asked['case']}")
    assert not one.exception and not one.error, texts(one)


@pytest.mark.parametrize("kind", ["appeals", "enforcements", "investigations"])
def test_each_kind_is_listed_found_by_number_and_seller_and_opens(run_page: RunPage, kind: str) -> None:
    app = run_page("cases", kind=kind)
    rows = listed(app)
    assert len(rows) == PAGE_ROWS and f"{kind}** in all." in texts(app) and not app.exception
    number = rows[0]["cells"][0]["text"]
    seller = next(cell for cell in rows[0]["cells"] if "seller=" in cell["href"])["text"]
    found = run_page("cases", kind=kind, q=number.lower())
    assert {row["cells"][0]["text"] for row in listed(found)} == {number}
    theirs = listed(run_page("cases", kind=kind, q=seller))
    assert theirs and all(seller in [cell["text"] for cell in row["cells"]] for row in theirs)
    one = run_page("cases", kind=kind, case=number)
    assert one.header[0].value.replace("\\", "") == f"{kind[:-1].capitalize()} {number}"
    assert not one.exception and not one.error
    button(one, "case-back").click().run()
    assert params(one) == {"kind": kind} and listed(one)


def test_the_kind_is_chosen_above_the_list_and_keeps_the_words_searched_for(run_page: RunPage) -> None:
    app = run_page("cases", q="A00", sort="resolve_hours", page="2")
    app.segmented_control(key="cases-kind").set_value("appeals").run()
    assert params(app) == {"q": "A00", "kind": "appeals"} and listed(app)
    app.segmented_control(key="cases-kind").set_value("escalations").run()
    assert params(app) == {"q": "A00"}
    assert not [
        one for one in run_page("cases", metric="appeals_open").segmented_control if one.key == "cases-kind"
    ]


def test_a_number_of_another_kind_is_one_button_away(run_page: RunPage) -> None:
    number = listed(run_page("cases", kind="enforcements"))[0]["cells"][0]["text"]
    app = run_page("cases", q=number.lower())
    assert f"No cases contain “{number.lower()}”." in texts(app)
    button(app, "cases-open-enforcements").click().run()
    assert params(app) == {"q": number.lower(), "case": number, "of": "enforcements"}
    assert app.header[0].value.replace("\\", "") == f"Enforcement {number}"


def test_a_case_opens_the_history_of_its_seller_and_the_history_opens_cases(run_page: RunPage) -> None:
    row = listed(run_page("cases", kind="appeals", sort="decided_at"))[0]
    number = row["cells"][0]["text"]
    app = run_page("cases", kind="appeals", case=number)
    button(app, "case-seller").click().run()
    seller = params(app)["seller"]
    assert app.header[0].value.replace("\\", "") == f"Seller {seller}" and not app.exception
    events = listed(app, "seller-events")
    assert any(f"case={number}" in event["href"] for event in events)
    escalations = [event for event in events if "of=" in event["href"]]
    opened = dict(parse_qsl(escalations[0]["href"][1:]))
    app = run_page("cases", **opened)
    assert app.button(key="case-back").label == "Back to the seller" and not app.error
    button(app, "case-back").click().run()
    assert params(app) == {"kind": "appeals", "seller": seller} and listed(app, "seller-events")
    button(app, "seller-back").click().run()
    assert params(app) == {"kind": "appeals"} and listed(app)


def test_a_history_of_hundreds_of_events_is_paged(run_page: RunPage, sample_reader: Reader) -> None:
    ((part, *_), most) = (exported_cases(sample_reader, Behind(None, None, Filters(), kind="appeals")), {})
    for row in part.to_pylist():
        most[row["seller_id"]] = most.get(row["seller_id"], 0) + 1
    seller = max(most, key=lambda name: most[name])
    app = run_page("cases", seller=seller)
    whole = re.search(r"\*\*(\d+) events\*\* newest first\.", texts(app))
    assert whole and int(whole[1]) > 50 and len(listed(app, "seller-events")) == 50
    first = [row["key"] for row in listed(app, "seller-events")]
    button(app, "seller-Older").click().run()
    assert params(app) == {"seller": seller, "history": "2"}
    assert not {row["key"] for row in listed(app, "seller-events")} & set(first)
    app = run_page("cases", seller=seller, history="9999")
    assert "There is no page 9999; showing page" in texts(app) and listed(app, "seller-events")


@pytest.mark.parametrize("seller", ["nobody", HOSTILE, "x" * 5000, "\x00", "S%"])
def test_no_such_seller_and_not_yours_to_see_are_one_sentence(run_page: RunPage, seller: str) -> None:
    app = run_page("cases", seller=seller)
    assert re.search(r"\*\*No case of a seller “.*” is within what you may see\.\*\*", texts(app))
    assert not app.exception and not app.error
    button(app, "seller-back").click().run()
    assert listed(app)


@pytest.mark.parametrize("case", ["E-none", HOSTILE, "x" * 5000, "\x00"])
@pytest.mark.parametrize("of", ["appeals", "enforcements", "investigations"])
def test_no_such_case_of_any_kind_is_one_sentence(run_page: RunPage, of: str, case: str) -> None:
    app = run_page("cases", case=case, of=of)
    assert re.search(rf"\*\*No {of[:-1]} “.*” is within what you may see\.\*\*", texts(app))
    assert not app.exception and not app.error


def test_filters_that_match_nothing_offer_to_be_cleared_and_keep_the_number(run_page: RunPage) -> None:
    app = run_page("cases", metric="resolution_sla", team="nobody", **QUARTER)
    assert "No cases match these filters." in texts(app)
    button(app, "empty-cases").click().run()
    assert params(app) == {"metric": "resolution_sla", **QUARTER} and listed(app)


def test_filters_the_rows_cannot_obey_are_named_and_never_half_applied(run_page: RunPage) -> None:
    app = run_page("cases", metric="appeals_decided", severity="Sev-1")
    assert "Appeals cannot be filtered by severity." in texts(app) and not listed(app)
    button(app, "empty-refused").click().run()
    assert params(app) == {"metric": "appeals_decided"} and listed(app)
    assert all("case=P" in row["href"] for row in listed(app))


def test_a_hostile_link_opens_with_one_sentence_for_each_part(run_page: RunPage) -> None:
    app = run_page(
        "cases", metric="<script>alert(1)</script>", sort="password", page="-5", show="x", **{"from": "x"}
    )
    for words in ("“<script>alert(1)</script>”", "“password”", "counted from 1", "all or flagged", "dates"):
        assert words in texts(app)
    assert listed(app) and not app.exception and not app.error
    assert not any("<script>" in part.value for part in (*app.markdown, *app.info))


def test_a_metric_this_store_does_not_supply_says_what_is_missing(
    run_page: RunPage, sample_reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = dataclasses.replace(sample_reader.coverage, known_columns=frozenset())
    monkeypatch.setattr(source, "reader", lambda: dataclasses.replace(sample_reader, coverage=bare))
    app = run_page("cases", metric="pause_hygiene")
    assert "Not supplied by the source: pauses." in texts(app) and not listed(app)


def test_a_row_opens_its_case_and_back_returns_to_the_same_list(run_page: RunPage) -> None:
    app = run_page("cases", metric="resolution_sla", show="flagged", page="1", **QUARTER)
    row = listed(app)[0]
    case = row["cells"][0]["text"]
    assert row["href"].startswith("?") and f"case={case}" in row["href"] and "metric=" in row["href"]
    app = run_page("cases", metric="resolution_sla", show="flagged", case=case, **QUARTER)
    assert app.header[0].value.replace("\\", "") == f"Case {case}"
    button(app, "case-back").click().run()
    assert params(app) == {"metric": "resolution_sla", "show": "flagged", **QUARTER} and listed(app)


def test_a_case_shows_every_cycle_its_promises_and_its_events(
    run_page: RunPage, sample_reader: Reader
) -> None:
    (every, *_) = exported_cases(sample_reader, Behind(None, None, Filters()))
    reopened = next(row["escalation_id"] for row in every.to_pylist() if row["cycle"] == 2)
    app = run_page("cases", case=reopened)
    assert not app.exception and not app.error
    heads = [part.value for part in app.header]
    assert "Cycle 2" in heads and "Cycle 1" in heads and heads.index("Cycle 2") < heads.index("Cycle 1")
    tables = " ".join(part.proto.body for part in app.get("html"))
    assert "Due (Europe/Luxembourg)" in tables and "Reopened" in tables and "How it stands" in tables
    assert f"Data known up to {LAST_DAY.day} Nov 2026" in texts(app)


@pytest.mark.parametrize("case", ["E-does-not-exist", HOSTILE, "x" * 5000, "\x00"])
def test_no_such_case_and_not_yours_to_see_are_one_sentence(run_page: RunPage, case: str) -> None:
    app = run_page("cases", case=case)
    assert re.search(r"\*\*No case “.*” is within what you may see\.\*\*", texts(app))
    assert not app.exception and not app.error
    button(app, "case-back").click().run()
    assert listed(app)


def test_the_header_offers_filters_without_a_week(run_page: RunPage) -> None:
    app = run_page("cases")
    assert app.title[0].value == "Cases · All teams"
    assert not [one for one in app.selectbox if one.key == "week-choice"]
    assert not [one for one in app.multiselect if one.key == "filter-marketplace"]
    app = run_page("cases", metric="resolution_sla", q="held", **QUARTER)
    app.session_state["filters"] = True  # the popover is open
    app.run()
    app.multiselect(key="filter-marketplace").set_value(["EU"]).run()
    assert params(app) == {"marketplace": "EU", "metric": "resolution_sla", "q": "held", **QUARTER}


def test_a_week_is_named_by_its_number(run_page: RunPage, sample_reader: Reader) -> None:
    week = sample_reader.coverage.newest_week()
    assert week is not None and week.grain is Grain.week
    app = run_page(
        "cases", metric="backlog_open", **{"from": week.start.isoformat(), "to": week.last_day.isoformat()}
    )
    assert "cases open** at the end of week 46 (9–15 Nov 2026)." in texts(app)
