"""Plans side by side: the base in grey, one hue a plan, every week told for every plan."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from components.charts.compared_lines import HEIGHT, Line, table

WEEKS = [date(2026, 11, 16) + timedelta(days=7 * place) for place in range(3)]


def test_lines_take_the_colours_in_order_and_are_named_with_their_last_value() -> None:
    rows = table(
        WEEKS, [Line("As it is", (0.5, 0.4, 0.3)), Line("Two", (0.5, 0.6, 0.7))], "percent"
    ).to_pylist()
    assert [row["y"] for row in rows if row["layer"] == "line-grey"] == [0.5, 0.4, 0.3]
    assert [row["y"] for row in rows if row["layer"] == "line-c1"] == [0.5, 0.6, 0.7]
    ends = {row["role"]: row["text"] for row in rows if row["layer"] == "value"}
    assert ends == {"muted": "As it is\u00a030\u00a0%", "c1": "Two\u00a070\u00a0%"}


def test_labels_of_equal_ends_do_not_cover_each_other() -> None:
    rows = table(WEEKS, [Line("A", (1.0, 1.0, 1.0)), Line("B", (1.0, 1.0, 1.0))], "percent").to_pylist()
    tops = [row["y"] for row in rows if row["layer"] == "value"]
    assert tops[0] != tops[1]


def test_labels_of_lines_that_end_at_nothing_stay_inside_the_plot_and_apart() -> None:
    nothing = [Line(name, (0.4, 0.0, 0.0)) for name in "ABCD"]
    rows = table(WEEKS, nothing, "percent").to_pylist()
    tops = sorted(row["y"] for row in rows if row["layer"] == "value")
    assert tops[0] >= 0
    assert min(above - below for below, above in pairwise(tops)) * HEIGHT == pytest.approx(15)


def test_chances_are_drawn_on_their_whole_scale() -> None:
    rows = table(WEEKS, [Line("A", (0.01, 0.0, 0.0))], "percent").to_pylist()
    assert [row["y"] for row in rows if row["layer"] == "extent"] == [0.0, 1.0]


def test_a_week_tells_every_plan_and_missing_values_as_missing() -> None:
    rows = table(WEEKS, [Line("A", (12.0, 13.0, 14.0)), Line("B", (None, 5.0, 6.0))], "count").to_pylist()
    first = next(row for row in rows if row["layer"] == "hit")
    assert (first["first"], first["second"], first["third"]) == ("A: 12", "B: –", None)


def test_a_long_name_is_shortened_at_the_line_and_whole_in_the_week() -> None:
    rows = table(WEEKS, [Line("A name of many words", (1.0, 2.0, 3.0))], "count").to_pylist()
    assert next(row for row in rows if row["layer"] == "value")["text"] == "A name of many…\u00a03"
    assert next(row for row in rows if row["layer"] == "hit")["first"] == "A name of many words: 1"


def test_more_lines_than_colours_are_refused() -> None:
    with pytest.raises(ValueError, match="5 lines cannot be told apart; 4 can"):
        table(WEEKS, [Line(str(place), (1.0, 1.0, 1.0)) for place in range(5)], "count")
