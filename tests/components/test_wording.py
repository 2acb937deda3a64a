"""Statuses and sentences: what a reader is told about a number."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from components import mini_lines, wording
from components.numbers import NBSP
from queries.catalog import METRICS
from queries.filters import Filters
from queries.model import Metric
from queries.scorecard import ScoreLine, Target, assess_series
from queries.series import Series
from queries.time import Grain, Period, TimeRules

RULES = TimeRules()
NEWEST = RULES.week_of(dt.date(2026, 11, 9))


def series_of(metric: Metric, values: list[float], **more: object) -> Series:
    """Complete, mature weeks ending with week 46, each resting on 200 rows."""
    count = len(values)
    value = np.array(values, dtype=float)
    rows = np.full(count, 200.0)
    blank = np.full(count, np.nan)
    sure = np.ones(count, dtype=bool)
    parts: dict[str, object] = {
        "metric": metric,
        "group": (),
        "periods": tuple(RULES.last(NEWEST, count)),
        "numerator": value * rows if metric.unit == "share" else value,
        "denominator": rows,
        "value": value,
        "low": value - 0.05,
        "high": value + 0.05,
        "n": rows,
        "effective_n": rows,
        "at_least": blank,
        "complete": sure,
        "mature": sure,
        "withheld": ~sure,
        "days": np.full(count, 7),
        "places": (0,),
        **more,
    }
    return Series(**parts)  # type: ignore[arg-type]


def line_of(series: Series, target: float | None = None) -> ScoreLine:
    """The scorecard line of a series."""
    change = wording.Change(None, "points", "")
    goal = (
        None
        if target is None
        else Target(series.metric.key, Filters(), dt.date(2026, 1, 1), target, "A. Okafor")
    )
    place = series.newest()
    return ScoreLine(
        series.metric,
        series,
        place,
        assess_series(series, np.zeros(len(series.periods), bool)),
        0.0,
        change,
        change,
        goal,
    )


def usual(middle: float, spread: float, count: int = 44) -> list[float]:
    """A quiet series that moves by `spread` around `middle`."""
    return [middle + spread * (-1) ** place * (1 + place % 3) / 3 for place in range(count)]


def test_a_fall_of_a_rate_that_should_be_high_is_worse_and_points_down() -> None:
    status = wording.status_of(line_of(series_of(METRICS["resolution_sla"], [*usual(0.9, 0.02), 0.6])))
    assert (status.text, status.tone) == (f"▼{NBSP}Worse · below usual range", "bad")


def test_a_fall_of_a_rate_that_should_be_low_is_better() -> None:
    status = wording.status_of(line_of(series_of(METRICS["reopen_rate"], [*usual(0.2, 0.02), 0.02])))
    assert (status.text, status.tone) == (f"▼{NBSP}Better · below usual range", "good")


def test_a_change_of_a_number_without_good_direction_is_no_verdict() -> None:
    status = wording.status_of(line_of(series_of(METRICS["escalations_resolved"], [*usual(100, 5), 300])))
    assert (status.word, status.tone) == ("Changed · above usual range", "neutral")


def test_a_stock_is_judged_by_its_weekly_change_in_words_that_say_so() -> None:
    growing = [*usual(100, 2), 300]
    assert wording.rule_words(line_of(series_of(METRICS["backlog_open"], growing))) == "grew more than usual"


def test_within_the_usual_range_a_missed_target_is_named_with_its_gap() -> None:
    line = line_of(series_of(METRICS["resolution_sla"], [*usual(0.88, 0.02), 0.879]), target=0.9)
    status = wording.status_of(line)
    assert (status.text, status.tone) == (f"◆{NBSP}Usual · 2.1{NBSP}pts under target", "warn")
    assert wording.target_text(line) == f"≥{NBSP}90.0{NBSP}%"


def test_of_many_groups_a_target_is_missed_only_when_the_whole_interval_misses_it() -> None:
    series = series_of(METRICS["resolution_sla"], [*usual(0.88, 0.02), 0.88])
    assert wording.group_status(line_of(series, 0.9), None).word == "Usual · cannot tell from on target"
    assert wording.group_status(line_of(series, 0.95), None).tone == "warn"
    assert wording.group_status(line_of(series, 0.85), None).word == "Usual · on target"
    assert wording.group_status(line_of(series, 0.9), "below").word == "Worse · below own range"


@pytest.mark.parametrize(
    ("more", "text", "status"),
    [
        ({"reason": "not supplied: pauses"}, "–", "Not supplied"),
        ({"reason": "cannot be split by partner"}, "–", "Not split"),
        (
            {
                "withheld": np.array([False, True]),
                "n": np.array([9.0, 4.0]),
                "numerator": np.array([5.0, 1.0]),
            },
            f"1 of{NBSP}4",
            "Too few",
        ),
        ({"complete": np.array([False, False])}, "–", "Too early"),
        ({"complete": np.array([False, False]), "days": np.array([0, 0])}, "–", "Not loaded"),
    ],
)
def test_what_has_no_value_says_why(more: dict[str, object], text: str, status: str) -> None:
    line = line_of(series_of(METRICS["resolution_sla"], [0.5, 0.25], **more))
    assert wording.at_text(line.series, line.place) == text
    assert wording.status_of(line).word == status


def test_a_quantile_not_reached_is_at_least_its_longest_time() -> None:
    metric = METRICS["time_to_resolve_p50"]
    series = series_of(metric, [np.nan], at_least=np.array([120.0]))
    assert wording.at_text(series, 0) == f"≥{NBSP}5.0{NBSP}d"


def test_the_line_of_an_older_newest_week_names_it() -> None:
    settled = np.array([True, True, False])
    line = line_of(series_of(METRICS["reopen_rate"], [0.1, 0.1, 0.1], mature=settled))
    assert wording.maturity_note(line, NEWEST) == f"wk{NBSP}45, newest complete"


def test_minis_dash_only_the_young_end_and_leave_gaps_of_the_past_open() -> None:
    complete = np.array([True, False, True, True])
    mature = np.array([True, True, True, False])
    mini = mini_lines.series_of(
        line_of(series_of(METRICS["reopen_rate"], [0.1] * 4, complete=complete, mature=mature))
    )
    assert list(mini.values) == [0.1, None, 0.1, 0.1]
    assert mini.hollow_from == 3


def test_the_value_of_a_mini_belongs_to_the_newest_settled_point_not_to_a_younger_one() -> None:
    mature = np.array([True, True, True, False])
    line = line_of(series_of(METRICS["reopen_rate"], [0.1, 0.2, 0.3, 0.9], mature=mature))
    labels = mini_lines.labels_of(line)
    assert labels.place == 2
    assert mini_lines.series_of(line).values[labels.place] == 0.3
    assert labels.value == f"30.0{NBSP}%"


def test_one_is_singular() -> None:
    assert wording.things(1, "case") == f"1{NBSP}case"
    assert wording.things(1284, "case") == f"1,284{NBSP}cases"


def test_a_block_of_thirteen_weeks_is_named_with_its_days() -> None:
    block = Period(dt.date(2026, 8, 17), dt.date(2026, 11, 16), Grain.block)
    series = series_of(METRICS["reopen_rate"], [0.1], periods=(block,), days=np.array([90]))
    assert wording.maturity_note(line_of(series), NEWEST) == f"13 weeks to wk{NBSP}46 (90 of 91 days)"
