"""What the rows of the charts say: sums, gaps, hollow points, label positions."""

from __future__ import annotations

import itertools
import math
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import numbers
from components.charts import drivers, flow, pareto, review_6_12, waterfall, xmr_trend
from components.charts import grammar as g

WEEKS = [date(2026, 6, 1) + timedelta(days=7 * i) for i in range(12)]
amounts = st.floats(0, 500, allow_nan=False)


def rows(table: object, layer: str) -> list[dict[str, object]]:
    return [row for row in table.to_pylist() if row["layer"] == layer]  # type: ignore[attr-defined]


def written(text: object) -> float:
    return float(str(text).split("\u00a0")[0].replace("−", "-").replace("+", "").replace(",", ""))


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20), st.integers(2, 8))
def test_a_nice_range_holds_every_value_between_round_steps(values: list[float], ticks: int) -> None:
    span = g.nice_range(values, ticks)
    slack = 1e-9 * max(abs(span.low), abs(span.high), 1)
    assert span.low <= min(values) + slack and max(values) <= span.high + slack
    assert span.low < span.high


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.861, 0.946], (0.86, 0.96)),
        ([83.2, 95.9], (82.0, 96.0)),
        ([1.0, 9.6], (0.0, 10.0)),
        ([], (0.0, 1.0)),
    ],
)
def test_nice_ranges_are_those_of_d3(values: list[float], expected: tuple[float, float]) -> None:
    span = g.nice_range(values)
    assert (round(span.low, 9), round(span.high, 9)) == expected


@given(st.lists(st.floats(0, 400), min_size=1, max_size=6))
def test_labels_are_moved_apart_and_the_value_stays(wanted: list[float]) -> None:
    placed = g.apart(wanted)
    assert placed[0] == wanted[0]
    ordered = sorted(placed)
    assert all(b - a >= g.LABEL_GAP - 1e-9 for a, b in itertools.pairwise(ordered))


@given(st.lists(st.tuples(st.floats(-0.2, 0.2), st.floats(-0.2, 0.2)), min_size=1, max_size=9))
def test_driver_columns_and_rows_add_up_to_the_written_total(parts: list[tuple[float, float]]) -> None:
    table = drivers.table([drivers.Effect(str(i), str(i), m, r) for i, (m, r) in enumerate(parts)])
    *groups, total = rows(table, "group")
    for column in ("mix", "rate", "both"):
        assert math.isclose(sum(written(row[column]) for row in groups), written(total[column]), abs_tol=1e-9)
    for row in [*groups, total]:
        assert math.isclose(written(row["mix"]) + written(row["rate"]), written(row["both"]), abs_tol=1e-9)
    exact = 100 * math.fsum(v for pair in parts for v in pair)
    assert abs(written(total["both"]) - exact) <= 0.05 + 1e-9


@given(st.lists(amounts, min_size=1, max_size=9))
def test_waterfall_steps_add_up_as_written_and_as_drawn(hours: list[float]) -> None:
    table = waterfall.table(
        [waterfall.Step(str(i), str(i), h, "ours") for i, h in enumerate(hours)], "hours", "All"
    )
    *steps, total = rows(table, "bar")
    assert math.isclose(sum(written(s["shown"]) for s in steps), written(total["shown"]), abs_tol=1e-6)
    assert len({str(row["shown"])[-1] for row in [*steps, total]}) == 1
    assert math.isclose(float(str(steps[-1]["y2"])), float(str(total["y2"])), abs_tol=1e-6)
    assert total["y"] == 0.0


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=12))
def test_pareto_runs_to_the_whole_in_falling_order_with_the_rest_last(sizes: list[int]) -> None:
    causes = [pareto.Cause(str(i), str(i), size) for i, size in enumerate(sizes)]
    drawn = rows(pareto.table([pareto.Cause("rest", "Other", 5000, other=True), *causes]), "bar")
    assert drawn[-1]["id"] == "rest" and drawn[-1]["role"] == "grey" and written(drawn[-1]["running"]) == 100
    widths = [float(str(row["x2"])) for row in drawn[:-1]]
    assert widths == sorted(widths, reverse=True)


def test_pareto_is_blue_up_to_eighty_per_cent() -> None:
    causes = [
        pareto.Cause(k, k, v)
        for k, v in {"a": 1340, "b": 1005, "c": 718, "d": 622, "e": 431, "f": 712}.items()
    ]
    drawn = rows(pareto.table(causes), "bar")
    blue = [row["id"] for row in drawn if row["role"] == "c1"]
    assert blue == ["a", "b", "c", "f"]  # 28, 49, 63, 78 %; the next reaches 91 %


def test_a_gap_breaks_the_line_and_a_partial_week_is_hollow_and_dashed() -> None:
    values = [0.9, None, 0.91, 0.92, 0.93]
    points = [
        xmr_trend.Point(str(i), d, v, hollow=i == 4)
        for i, (d, v) in enumerate(zip(WEEKS, values, strict=False))
    ]
    table = xmr_trend.table(points, "percent")
    assert [row["y"] for row in rows(table, "line")] == [0.9, None, 0.91, 0.92, None]
    assert [row["y"] for row in rows(table, "young")] == [None, None, None, 0.92, 0.93]
    assert [row["y"] for row in rows(table, "hollow")] == [0.93]
    assert not rows(table, "signal")
    assert "usual" not in {row["words"] for row in rows(table, "hit")}


def test_a_value_older_than_the_right_end_says_its_week_there() -> None:
    old = [
        xmr_trend.Point(str(i), d, v) for i, (d, v) in enumerate(zip(WEEKS, [0.9, 1.0, None], strict=False))
    ]
    (said,) = [row["text"] for row in rows(xmr_trend.table(old, "percent"), "value")]
    assert said == f"100.0\u00a0%\u00a0· {numbers.short_week(WEEKS[1])}"
    (new,) = [row["text"] for row in rows(xmr_trend.table(old[:2], "percent"), "value")]
    assert new == "100.0\u00a0%"


def test_a_partial_week_in_the_past_dashes_only_its_own_neighbours() -> None:
    points = [xmr_trend.Point(str(i), d, 0.9, hollow=i == 2) for i, d in enumerate(WEEKS[:6])]
    table = xmr_trend.table(points, "percent")
    assert [row["y"] for row in rows(table, "line")] == [0.9, 0.9, None, 0.9, 0.9, 0.9]
    assert [row["y"] for row in rows(table, "young")] == [None, 0.9, 0.9, 0.9, None, None]


def test_a_constant_usual_range_is_one_rectangle_and_a_stepped_one_touches() -> None:
    limits = [(0.8, 0.9)] * 5 + [(0.82, 0.92)] * 7
    points = [
        xmr_trend.Point(str(i), d, 0.85, 9, lo, 0.85, hi)
        for i, (d, (lo, hi)) in enumerate(zip(WEEKS, limits, strict=True))
    ]
    bands = rows(xmr_trend.table(points, "percent"), "band")
    assert [(band["y"], band["y2"]) for band in bands] == [(0.8, 0.9), (0.82, 0.92)]
    assert bands[0]["x2"] == bands[1]["x"]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=2, max_size=12))
def test_the_filled_gap_has_the_area_by_which_opened_exceeds_resolved(counts: list[tuple[int, int]]) -> None:
    points = [flow.FlowPoint(str(i), WEEKS[i], o, r, None) for i, (o, r) in enumerate(counts)]
    by_piece: dict[object, list[tuple[float, float]]] = {}
    for row in rows(flow.lines_table(points), "gap"):
        by_piece.setdefault(row["piece"], []).append(
            (float(str(row["x"])), float(str(row["y"])) - float(str(row["y2"])))
        )
    filled = sum(
        (b[0] - a[0]) / (7 * 86_400_000) * (a[1] + b[1]) / 2
        for corners in by_piece.values()
        for a, b in itertools.pairwise(corners)
    )
    steps = 4000  # the same area by brute force
    expected = 0.0
    for (o0, r0), (o1, r1) in itertools.pairwise(counts):
        for k in range(steps):
            s = (k + 0.5) / steps
            expected += max((o0 - r0) + s * ((o1 - r1) - (o0 - r0)), 0) / steps
    assert math.isclose(filled, expected, rel_tol=1e-3, abs_tol=1e-3)


def test_six_twelve_puts_values_under_a_missed_target_and_names_missing_prior_years() -> None:
    weeks = [review_6_12.Period("w46", "wk 46", 0.861, None, 0.9, "bad", "down")]
    months = [review_6_12.Period("m10", "Oct", 0.912, 0.9, 0.9)]
    table = review_6_12.table(weeks, months, "percent")
    assert [row["text"] for row in rows(table, "under-newest")] == ["▼\u00a086.1"]
    assert [row["text"] for row in rows(table, "over-newest")] == ["91.2"]
    assert [row["was"] for row in rows(table, "hit")] == ["no prior year", "90.0\u00a0%"]
    with pytest.raises(ValueError, match="at most 6 weeks"):
        review_6_12.table(weeks * 7, months, "percent")


@pytest.mark.parametrize(("centre", "side"), [(0.88, 1), (0.86, -1), (None, -1)])
def test_the_targets_text_stands_on_the_side_its_centre_line_does_not_cross(
    centre: float | None, side: int
) -> None:
    points = [xmr_trend.Point(str(i), d, 0.94, 9, 0.80, centre, 0.96) for i, d in enumerate(WEEKS)]
    table = xmr_trend.table(points, "percent", 0.87, "Target 87.0 %")
    (text,) = rows(table, "target-text")
    (line,) = rows(table, "target")
    assert (text["y"] < line["y"]) == (side > 0)  # type: ignore[operator]


def test_chosen_days_are_shaded_within_the_axis_and_not_outside_of_it() -> None:
    points = [xmr_trend.Point(str(i), d, 0.9) for i, d in enumerate(WEEKS)]
    inside = xmr_trend.table(points, "percent", chosen=(WEEKS[3], WEEKS[5]))
    (strip,) = rows(inside, "chosen")
    assert (strip["x"], strip["x2"]) == (g.millis(WEEKS[3]), g.millis(WEEKS[5]))
    (cut,) = rows(xmr_trend.table(points, "percent", chosen=(date(2020, 1, 1), WEEKS[2])), "chosen")
    assert cut["x"] == g.millis(WEEKS[0])
    assert (
        rows(xmr_trend.table(points, "percent", chosen=(date(2020, 1, 1), date(2020, 2, 1))), "chosen") == []
    )
    flows = [flow.FlowPoint(str(i), d, 5, 6, 9) for i, d in enumerate(WEEKS)]
    for shaded in (
        flow.lines_table(flows, (WEEKS[3], WEEKS[5])),
        flow.backlog_table(flows, chosen=(WEEKS[3], WEEKS[5])),
    ):
        assert len(rows(shaded, "chosen")) == 1
