"""What a button promises is what it opens: its numbers against the rows of the list, metric by metric."""

from __future__ import annotations

import datetime as dt
import random
import re

import pytest

from components.cases.words import noun
from components.cases_link import cases_text
from components.numbers import NBSP
from queries.cases import Behind, counts_behind, exported_cases
from queries.catalog import METRICS
from queries.filters import NONE_VALUE, Filters
from queries.formulas import Ratio
from queries.health import distinct_values
from queries.measure import Reader, measure
from queries.model import Metric
from queries.rows_behind import counted_beside, fact_behind
from queries.scorecard import scorecard
from queries.time import Grain, Period
from tests.pages.conftest import RunPage
from tests.pages.reading import said

VIEWS = {
    "everyone": Filters(),
    "one site": Filters().with_values("site", ["Hyderabad"]),
    "a severity in a marketplace": Filters()
    .with_values("severity", ["Sev-2"])
    .with_values("marketplace", ["NA"]),
}
RANDOM_VIEWS = 8
LONG = Period(dt.date(2025, 11, 1), dt.date(2026, 11, 16), Grain.range)


def newest_week(reader: Reader) -> Period:
    week = reader.coverage.newest_week()
    assert week is not None
    return week


def check(reader: Reader, metric: Metric, period: Period, filters: Filters, text: str) -> None:
    """The numbers of `text` are those of the list."""
    total, flagged = counts_behind(reader, Behind(metric, period, filters))
    two = re.fullmatch(rf"([\d,]+) [a-z 0-9]+ of{NBSP}([\d,]+)", text)
    if two:
        promised = tuple(int(number.replace(",", "")) for number in two.groups())
        assert promised == (flagged, total), (metric.key, period, filters)
    else:
        assert text.replace(",", "") == f"{total}{NBSP}{noun(metric, total)}", (metric.key, period, filters)


@pytest.mark.parametrize("filters", VIEWS.values(), ids=VIEWS.keys())
def test_the_count_on_a_button_is_the_count_of_its_list(filters: Filters, sample_reader: Reader) -> None:
    promised = 0
    for line in scorecard(sample_reader, list(METRICS), newest_week(sample_reader), filters):
        text = cases_text(line.series, line.place)
        if not text or text.startswith("the "):
            continue
        assert line.period is not None
        check(sample_reader, line.metric, line.period, filters, text)
        promised += 1
    assert promised >= 12


@pytest.mark.parametrize("key", list(METRICS))
def test_every_metric_opens_its_own_rows_whatever_is_filtered(key: str, sample_reader: Reader) -> None:
    draw = random.Random(key)
    metric, missing = sample_reader.available(key)
    assert not missing, "the sample supplies every metric"
    opened = 0
    for place in range(RANDOM_VIEWS):
        filters = random_filters(draw, metric, sample_reader) if place else Filters()
        if isinstance(metric.formula, Ratio) and not metric.formula.adds_up:
            filters = filters.with_values("partner", ["Legal"])
        period = random_period(draw, filters, sample_reader) if place else LONG
        series = measure(sample_reader, (key,), [period], (), filters).total(key)
        text = cases_text(series, 0)
        if not text:
            assert series.reason or not series.n[0] > 0
        elif text.startswith("the "):
            rows = counts_behind(sample_reader, Behind(series.metric, period, filters))[0]
            assert rows > 0 or counted_beside(series.metric), "only a number of several tables may lack one"
            opened += rows > 0
        else:
            check(sample_reader, series.metric, period, filters, text)
            opened += 1
    assert opened >= 1


@pytest.mark.parametrize("verdict", ["", "_wrongly", "_rightly", "_unknown"])
def test_the_blocks_listed_hold_back_exactly_the_sales_of_the_number(
    verdict: str, sample_reader: Reader
) -> None:
    rules, coverage = sample_reader.coverage.rules, sample_reader.coverage
    key = f"gmv_days_blocked{verdict}"
    quarter = rules.quarter_of(dt.date(2026, 7, 1))
    number = measure(sample_reader, (key,), [quarter]).total(key)
    held = 0.0
    for part in exported_cases(sample_reader, Behind(number.metric, quarter, Filters())):
        for row in part.to_pylist():
            first = max(coverage.local(row["blocked_at"]).date(), quarter.start)
            lifted = coverage.local(row["lifted_at"]).date() if row["lifted_at"] else quarter.end
            days = (min(lifted, quarter.end) - first).days
            assert days > 0, row
            held += days * row["daily_gmv"]
    assert held == pytest.approx(number.value[0]) and held > 0


def random_filters(draw: random.Random, metric: Metric, reader: Reader) -> Filters:
    """Up to two of the dimensions the metric splits by, one or two values each, sometimes those without."""
    filters = Filters()
    fact = fact_behind(metric)
    for dimension in draw.sample(metric.drill, draw.randint(0, min(2, len(metric.drill)))):
        known = distinct_values(reader, dimension, (fact,))
        if known:
            values = draw.sample(known, min(len(known), draw.randint(1, 2)))
            filters = filters.with_values(dimension, values + [NONE_VALUE] * draw.randint(0, 1))
    return filters


def random_period(draw: random.Random, filters: Filters, reader: Reader) -> Period:
    """A closed week, month, quarter or block of the last year; about people only blocks."""
    newest, rules = newest_week(reader), reader.coverage.rules
    day = newest.start - draw.randint(13, 50) * (newest.end - newest.start)
    if filters.values("member"):
        return rules.period_of(day, Grain.block)
    return rules.period_of(day, draw.choice([Grain.week, Grain.month, Grain.quarter, Grain.block]))


@pytest.mark.parametrize("key", ["partner_wait_share", "elapsed_hours", "reopenings"])
def test_a_number_that_adds_up_hours_promises_no_count(key: str, sample_reader: Reader) -> None:
    assert cases_text(measure(sample_reader, (key,), [LONG]).total(key), 0) == "the cases"


def test_each_partner_opens_as_many_cases_as_waited_on_it(run_page: RunPage) -> None:
    buttons = [button.key for button in run_page("escalations").button if button.key.startswith("waited-on-")]
    assert len(buttons) > 1
    for key in buttons[:3]:
        app = run_page("escalations")
        (promised,) = re.findall(r"([\d,]+)\u00a0cases?$", app.button(key=key).label)
        app.button(key=key).click().run()
        assert app.query_params["partner"] == key.removeprefix("waited-on-")
        assert re.search(rf"^{promised} waits? of cases resolved", said(app), re.MULTILINE)
