"""One view, one link: filters and links turn into each other, and no link can break a page."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from queries.filters import (
    DIMENSIONS,
    GRAINS,
    LONGEST_RANGE,
    LONGEST_VALUE,
    MOST_VALUES,
    Filters,
    over_days,
    parse_where,
    read_filters,
)
from queries.time import CALENDAR_GRAINS, DAY, Grain, Period, TimeError, TimeRules, span_a_year_earlier

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2080, 12, 31))
RULES = st.builds(TimeRules, st.integers(0, 6), st.integers(1, 12))
STORABLE = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), min_size=1, max_size=40
)
VALUES = st.lists(STORABLE, min_size=1, max_size=4, unique=True)


@st.composite
def views(draw: st.DrawFn) -> tuple[TimeRules, Filters]:
    """Any view a reader can come to, under any week start."""
    rules = draw(RULES)
    week = draw(st.none() | st.builds(rules.week_of, DAYS))
    filters = Filters(week, draw(st.sampled_from(GRAINS)))
    if draw(st.booleans()):
        first = draw(DAYS)
        days = draw(st.integers(1, LONGEST_RANGE))
        filters = over_days(filters, first, first + (days - 1) * DAY, rules)
    for dimension, values in draw(st.dictionaries(st.sampled_from(sorted(DIMENSIONS)), VALUES)).items():
        filters = filters.with_values(dimension, values)
    return rules, filters


@given(views())
@example((TimeRules(6, 12), Filters(TimeRules(6, 12).week_of(dt.date(2026, 12, 31)))))
def test_a_view_and_its_link_turn_into_each_other(view: tuple[TimeRules, Filters]) -> None:
    rules, filters = view
    read, problems = read_filters(filters.to_params(), rules)
    assert (read, problems) == (filters, [])
    assert hash(read) == hash(filters)


def test_defaults_are_never_written() -> None:
    assert Filters().to_params() == {}
    newest = TimeRules().week_of(dt.date(2026, 11, 9))
    assert read_filters({"week": [newest.label], "grain": ["week"]}, TimeRules(), newest)[0] == Filters()


def test_the_order_of_choosing_dimensions_does_not_matter() -> None:
    first = Filters().with_values("tier", ["a"]).with_values("site", ["b", "b", "c"])
    second = Filters().with_values("site", ["b", "c"]).with_values("tier", ["a"])
    assert first == second and hash(first) == hash(second)
    assert first.without("site", "b").values("site") == ("c",)
    assert first.without("site").dimensions == ("tier",)
    assert first.only(["site"]).dimensions == ("site",) and first.cleared() == Filters()


PARAMETERS = st.sampled_from(["week", "from", "to", "grain", *sorted(DIMENSIONS), "x"])


@given(st.dictionaries(PARAMETERS, st.lists(st.text())))
def test_no_link_raises_and_what_is_ignored_is_named(params: dict[str, list[str]]) -> None:
    filters, problems = read_filters(params, TimeRules(), TimeRules().week_of(dt.date(2026, 11, 9)))
    for key in DIMENSIONS:
        wanted = {value for value in params.get(key, []) if value}
        taken = set(filters.values(key))
        assert taken <= wanted
        assert taken == wanted or any(DIMENSIONS[key].label.lower() in words for words in problems)
    assert all(len(words) < 200 for words in problems)


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"week": ["2026-W54"]}, "is no week"),
        ({"week": ["2025-W53"]}, "is no week"),  # a year of 52 weeks
        ({"week": ["<script>alert(1)</script>"]}, "is no week"),
        ({"week": ["3026-W46"]}, "not loaded yet"),
        ({"week": ["10000-W01"]}, "is no week"),
        ({"grain": ["day; drop table x"]}, "week, month or quarter"),
        ({"grain": ["block"]}, "week, month or quarter"),
        ({"team": ["a\x00b"]}, "team filter could not be read"),
        ({"team": ["\ud800"]}, "team filter could not be read"),
        ({"team": ["a" * (LONGEST_VALUE + 1)]}, "team filter could not be read"),
        ({"team": [str(n) for n in range(MOST_VALUES + 1)]}, "team filter could not be read"),
    ],
)
def test_hostile_links_open_and_say_what_was_ignored(params: dict[str, list[str]], words: str) -> None:
    newest = TimeRules().week_of(dt.date(2026, 11, 9))
    filters, problems = read_filters(params, TimeRules(), newest)
    assert len(problems) == 1 and words in problems[0]
    assert filters.week is None and filters.grain is Grain.week
    assert len(filters.values("team")) <= MOST_VALUES


LOADED = Period(dt.date(2023, 11, 13), dt.date(2026, 11, 16), Grain.range)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-10-15", "2026-09-01", "ends (2026-09-01) before it starts"),
        ("2026-09-01", "", "is no day"),
        ("", "2026-09-01", "is no day"),
        ("2026-02-30", "2026-03-01", "'2026-02-30' is no day"),
        ("20260901", "20261015", "is no day"),
        ("2026-W36-1", "2026-10-15", "is no day"),
        ("٢٠٢٦-٠٩-٠١", "2026-10-15", "is no day"),
        ("<script>alert(1)</script>", "2026-10-15", "is no day"),
        ("9999-12-01", "9999-12-31", "has no day after it"),
        ("9998-12-01", "9998-12-31", "none of its days is loaded"),
        ("0001-01-01", "0001-02-01", "none of its days is loaded"),
        ("2026-11-16", "2026-11-20", "none of its days is loaded; there are 2023-11-13 to 2026-11-15"),
        ("0001-01-01", "9999-12-30", "more than five years"),
    ],
)
def test_a_range_that_cannot_be_shown_is_ignored_and_named(first: str, last: str, words: str) -> None:
    newest = TimeRules().week_of(dt.date(2026, 11, 9))
    params = {"from": [first], "to": [last], "team": ["a"]}
    filters, problems = read_filters(params, TimeRules(), newest, LOADED)
    assert len(problems) == 1 and words in problems[0] and "range was ignored" in problems[0]
    assert (filters.span, filters.week, filters.values("team")) == (None, None, ("a",))


def test_a_range_that_reaches_past_the_data_is_kept() -> None:
    params = {"from": ["2026-11-01"], "to": ["2026-11-30"]}
    filters, problems = read_filters(params, TimeRules(), None, LOADED)
    assert problems == [] and filters.to_params() == params


def test_the_days_of_one_week_are_that_week_and_the_newest_is_not_written() -> None:
    newest = TimeRules().week_of(dt.date(2026, 11, 9))
    older = {"from": ["2026-11-02"], "to": ["2026-11-08"]}
    assert read_filters(older, TimeRules(), newest, LOADED)[0].to_params() == {"week": ["2026-W45"]}
    last = {"from": ["2026-11-09"], "to": ["2026-11-15"]}
    assert read_filters(last, TimeRules(), newest, LOADED)[0] == Filters()


def test_of_a_week_and_a_range_the_range_is_shown_and_said_to_be() -> None:
    both = {"week": ["2026-W40"], "from": ["2026-09-01"], "to": ["2026-10-15"]}
    filters, problems = read_filters(both, TimeRules(), None, LOADED)
    assert filters.week is None and filters.span is not None
    assert problems == ["The link's week was ignored: it names a range of days too."]


def test_a_week_and_a_range_replace_each_other() -> None:
    span = Period(dt.date(2026, 9, 1), dt.date(2026, 10, 16), Grain.range)
    week = TimeRules().week_of(dt.date(2026, 11, 2))
    filters = Filters(week, Grain.month).over(span)
    assert (filters.week, filters.span, filters.grain) == (None, span, Grain.month)
    assert (filters.at_week(week).week, filters.at_week(week).span) == (week, None)
    assert filters.cleared().span == span


@given(DAYS, st.integers(1, 400))
def test_before_a_range_and_a_year_earlier_lie_as_many_days_of_the_same_weekdays(
    day: dt.date, days: int
) -> None:
    span = Period(day, day + days * DAY, Grain.range)
    before, year = TimeRules().before(span), span_a_year_earlier(span)
    assert (before.days, before.grain) == (days, Grain.range) and before.start.weekday() == day.weekday()
    assert before.end <= span.start < before.end + 7 * DAY
    assert (span.start - year.start).days == 364 and year.days == days
    assert year.start.weekday() == day.weekday()
    assert TimeRules().between(day, span.last_day, Grain.range) == [span]


def test_values_as_sources_write_them_survive_a_link() -> None:
    odd = ["Equipe\u00a0Sud", "two\nlines", "a=b&c=d?#%20+", "日本", "\u202eright to left", " padded "]
    filters = Filters().with_values("team", odd)
    assert read_filters(filters.to_params(), TimeRules()) == (filters, [])


def test_conditions_of_the_command_line() -> None:
    assert parse_where(["tier=strategic", "tier=growth", "reason=a=b"]) == (
        Filters().with_values("tier", ["strategic", "growth"]).with_values("reason", ["a=b"])
    )
    for text in ("tier", "planet=earth", "=x"):
        with pytest.raises(ValueError, match="is no condition; write dim=value"):
            parse_where([text])


def test_an_unknown_dimension_is_refused() -> None:
    with pytest.raises(KeyError, match="no dimension 'planet'"):
        Filters().with_values("planet", ["earth"])


@given(RULES, DAYS)
def test_a_week_has_seven_days_one_name_and_the_number_of_its_fourth_day(
    rules: TimeRules, day: dt.date
) -> None:
    week = rules.week_of(day)
    assert week.start <= day < week.end and week.days == 7
    assert week.start.weekday() == rules.week_start
    year, number = (week.start + dt.timedelta(days=3)).isocalendar()[:2]
    assert week.label == f"{year}-W{number:02d}"
    assert rules.parse_week(week.label) == week
    assert rules.parse_week(day.isoformat()) == week


@given(RULES, st.sampled_from(CALENDAR_GRAINS), DAYS, st.integers(1, 60))
def test_periods_before_each_other_touch_and_have_names_of_their_own(
    rules: TimeRules, grain: Grain, day: dt.date, count: int
) -> None:
    periods = rules.last(rules.period_of(day, grain), count)
    assert len(periods) == count and periods[-1].start <= day < periods[-1].end
    assert all(before.end == after.start for before, after in itertools.pairwise(periods))
    assert len({period.label for period in periods}) == count
    lengths = {Grain.day: {1}, Grain.week: {7}, Grain.block: {91}, Grain.month: {28, 29, 30, 31}}
    assert {period.days for period in periods} <= lengths.get(grain, {89, 90, 91, 92})


@given(RULES, st.sampled_from(CALENDAR_GRAINS), DAYS, st.integers(0, 800))
def test_days_are_covered_by_as_few_periods_as_can_be(
    rules: TimeRules, grain: Grain, first: dt.date, days: int
) -> None:
    last = first + dt.timedelta(days=days)
    periods = rules.between(first, last, grain)
    assert periods[0].start <= first < periods[0].end
    assert periods[-1].start <= last < periods[-1].end


@given(RULES, DAYS)
def test_a_fiscal_quarter_ends_with_the_fiscal_year(rules: TimeRules, day: dt.date) -> None:
    quarter = rules.quarter_of(day)
    months = [(quarter.start.year * 12 + quarter.start.month - 1 + k) % 12 + 1 for k in range(3)]
    assert day.month in months and quarter.start.day == 1
    assert (months[-1] - rules.fiscal_year_end_month) % 3 == 0


def test_a_range_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(TimeError, match="swap them"):
        TimeRules().between(dt.date(2026, 2, 1), dt.date(2026, 1, 1), Grain.week)


def test_year_of_53_weeks() -> None:
    rules = TimeRules()
    assert rules.parse_week("2026-W53") == Period(dt.date(2026, 12, 28), dt.date(2027, 1, 4), Grain.week)
    assert rules.before(rules.parse_week("2027-W01")).label == "2026-W53"
    assert TimeRules(6).parse_week("2026-W53").start == dt.date(2026, 12, 27)
