"""A page about a range of days: what it says, how it is chosen and left, and where else it goes along."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from streamlit.testing.v1 import AppTest

from components.cases_link import cases_text
from queries.cases import Behind, counts_behind
from queries.catalog import METRICS
from queries.filters import Filters
from queries.measure import Reader, measure
from queries.scorecard import lines_of_range
from queries.time import DAY, Grain, Period
from tests.pages.conftest import RunPage
from tests.pages.reading import said
from tests.pages.test_states import QUESTIONS, problems

FIRST, LAST = "2026-09-10", "2026-10-20"
SPAN = Period(dt.date(2026, 9, 10), dt.date(2026, 10, 21), Grain.range)
RANGE = {"from": FIRST, "to": LAST}
ESCALATION_METRICS = [key for key, metric in METRICS.items() if metric.area == "Escalations"]
WORDS = "10 Sep – 20 Oct 2026"


def params(app: AppTest) -> dict[str, str]:
    """The link's parameters, each of which has one value here."""
    return {name: str(app.query_params[name]) for name in app.query_params}


@pytest.mark.parametrize(
    "more",
    [{}, {"grain": "month"}, {"team": "emea-1"}, {"member": "E0304a"}, {"partner": "Legal"}],
    ids=str,
)
def test_escalations_answers_every_question_over_a_range(more: dict[str, str], run_page: RunPage) -> None:
    app = run_page("escalations", **RANGE, **more)
    assert problems(app) == []
    words = said(app)
    for question in QUESTIONS["escalations"]:
        assert question in words
    assert app.title[0].value.startswith("Escalations · ") and WORDS in words
    assert not re.search(r"\bnan\b|\bNone\b(?! shows)|\binf\b|last week", words)


def test_numbers_of_a_range_are_pooled_from_its_rows_and_compared_with_the_same_weekdays_before(
    run_page: RunPage, sample_reader: Reader
) -> None:
    words = said(run_page("escalations", **RANGE))
    series = measure(sample_reader, ("resolution_sla", "escalations_opened"), [SPAN])
    sla, opened = series.total("resolution_sla"), series.total("escalations_opened")
    assert f"{100 * sla.value[0]:.1f} % of {sla.n[0]:,.0f} cases due in the 41 days {WORDS}" in words
    assert f"{opened.value[0]:,.0f} cases were opened in the 41 days {WORDS}" in words
    lines = lines_of_range(sample_reader, ("escalations_opened",), SPAN, Filters())
    if lines[0].week_change.value is not None:
        assert "vs the same weekdays 6 weeks before" in words
    assert f"Shaded: the 41 days {WORDS}" in words


def test_an_incomplete_range_says_how_many_of_its_days_are_loaded(
    run_page: RunPage, sample_reader: Reader
) -> None:
    loaded = sample_reader.coverage.loaded(("escalations",))
    assert loaded is not None
    day = max(loaded.incomplete)
    first, last = day - 10 * DAY, day + 11 * DAY
    missing = sorted(other for other in loaded.incomplete if first <= other <= last)
    words = said(run_page("escalations", **{"from": first.isoformat(), "to": last.isoformat()}))
    whole = 22 - len(missing)
    assert f"{whole} of 22 days" in words and f"of which {whole} are loaded" in words
    assert f"{missing[0]:%a} {missing[0].day} {missing[0]:%b} is missing" in words
    assert "vs the same weekdays" not in words


def test_a_follow_up_that_still_runs_is_named_with_its_end(run_page: RunPage) -> None:
    words = said(run_page("escalations", **{"from": "2026-10-20", "to": "2026-11-12"}))
    assert "Too early, complete 10 Feb 2027." in words  # 90 days after the last one


def test_the_weekly_review_keeps_to_weeks_and_says_which(run_page: RunPage) -> None:
    app = run_page(**RANGE)
    assert problems(app) == []
    words = said(app)
    assert f"This page compares weeks. Of the range {WORDS} it shows week 42 · 12–18 Oct 2026" in words
    assert app.title[0].value.startswith("Week\u00a042")
    assert params(app) == {"from": FIRST, "to": LAST}


def test_steps_go_by_the_length_of_the_range_and_stop_where_the_data_ends(run_page: RunPage) -> None:
    app = run_page("escalations", **RANGE)
    app.button(key="week-previous").click().run()
    assert params(app) == {"from": "2026-07-31", "to": "2026-09-09"}
    app.button(key="week-next").click().run()
    app.button(key="week-next").click().run()
    assert params(app) == {"from": "2026-10-21", "to": "2026-11-30"}
    assert app.button(key="week-next").disabled
    assert "26 of 41 days" in said(app)


def test_first_and_last_day_can_be_picked_and_left_again(run_page: RunPage) -> None:
    app = run_page("escalations", site="Hyderabad")
    app.session_state["range"] = True
    app.run()
    app.date_input(key="range-first").set_value(dt.date(2026, 10, 1)).run()
    assert params(app) == {"from": "2026-10-01", "to": "2026-11-15", "site": "Hyderabad"}
    app.session_state["range"] = True
    app.run()
    app.date_input(key="range-last").set_value(dt.date(2026, 10, 20)).run()
    assert params(app) == {"from": "2026-10-01", "to": "2026-10-20", "site": "Hyderabad"}
    app.session_state["range"] = True
    app.run()
    app.button(key="range-off").click().run()
    assert params(app) == {"week": "2026-W42", "site": "Hyderabad"}


def test_the_chip_of_a_range_removes_it_and_keeps_the_filters(run_page: RunPage) -> None:
    app = run_page("escalations", **RANGE, site="Hyderabad")
    chips = next(node for node in app.get("button_group") if node.key == "chips")
    assert chips.proto.wrap, "chips on one row run off the page, the one that clears them all first"
    names = [option.content.replace("\u00a0", " ") for option in chips.proto.options]
    assert names[0].startswith(WORDS) and len(names) == 3


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (LAST, FIRST, "The link's range was ignored: the range ends"),
        ("yesterday", LAST, "is no day; a range is written from=2026-09-01"),
        ("2031-01-01", "2031-02-01", "none of its days is loaded"),
    ],
)
def test_a_hostile_range_opens_the_page_and_is_named(
    first: str, last: str, words: str, run_page: RunPage
) -> None:
    app = run_page("escalations", **{"from": first, "to": last})
    assert problems(app) == []
    assert words in said(app)
    assert "Escalations · week 46" in said(app)


def test_a_range_goes_along_to_another_page_and_through_the_list_of_cases_of_a_number(
    run_page: RunPage,
) -> None:
    app = run_page("escalations", **RANGE, site="Hyderabad")
    app.query_params.clear()
    app.switch_page("../pages/cases.py").run()
    assert params(app) == {"from": FIRST, "to": LAST, "site": "Hyderabad"}
    assert "cases opened in" in said(app).replace("\n", " ") or WORDS in said(app)
    for name, value in {"metric": "repeat_rate", "from": "2026-03-02", "to": "2026-03-08"}.items():
        app.query_params[name] = value
    app.run()
    app.query_params.clear()
    app.switch_page("../pages/escalations.py").run()
    assert params(app)["from"] == FIRST and params(app)["to"] == LAST


def test_a_drawer_explains_the_range_against_the_days_before(run_page: RunPage) -> None:
    app = run_page("escalations", **RANGE, explain="escalations_opened")
    assert problems(app) == []
    words = said(app)
    assert f"in the 41 days {WORDS}" in words or "no complete range to compare with" in words


def test_the_count_on_a_button_is_the_count_of_its_list_over_a_range(sample_reader: Reader) -> None:
    promised = 0
    for line in lines_of_range(sample_reader, ESCALATION_METRICS, SPAN, Filters()):
        found = re.search(r"(?:of\u00a0)?([\d,]+)(?:\u00a0[a-z]+)?$", cases_text(line.series, line.place))
        if found is None:
            continue
        total, _ = counts_behind(sample_reader, Behind(line.metric, SPAN, Filters(), False, ""))
        assert int(found[1].replace(",", "")) == total, line.metric.key
        promised += 1
    assert promised >= 8
