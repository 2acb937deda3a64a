"""Every chart: a valid spec, colours only by role, and a table with exactly the columns the spec reads."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import altair as alt
import pyarrow as pa
import pytest

from components.charts import (
    bars,
    before_after,
    calibration,
    cohort_triangle,
    compared_lines,
    dot_interval,
    drivers,
    fan,
    flow,
    incidence,
    leave_calendar,
    load_strip,
    pareto,
    plan_months,
    ramp_curve,
    rate_interval,
    review_6_12,
    stacked_weeks,
    timeline,
    waterfall,
    work_capacity,
    xmr_trend,
)
from components.charts import grammar as g

WEEKS = [date(2026, 6, 1) + timedelta(days=7 * i) for i in range(12)]
LINES: tuple[tuple[str, incidence.Role], ...] = (("Year to 15 Nov", "c1"), ("Year before", "grey"))
CHARTS: dict[str, tuple[g.Spec, pa.Table]] = {
    "xmr_trend": (
        xmr_trend.spec("percent"),
        xmr_trend.table(
            [
                xmr_trend.Point(
                    str(i), day, None if i == 4 else 0.9 + i / 100, 90, 0.8, 0.9, 0.97, hollow=i > 9
                )
                for i, day in enumerate(WEEKS)
            ],
            "percent",
            0.9,
            "Target 90.0 %",
            [xmr_trend.Divider(WEEKS[3], "Tool outage")],
        ),
    ),
    "dot_interval": (
        dot_interval.spec("percent", 2),
        dot_interval.table(
            [
                dot_interval.Group("a", "A", 0.9, 0.8, 0.95, 20),
                dot_interval.Group("b", "B", None, n=3, remark="1 of 3"),
            ],
            "percent",
            0.9,
            "Target",
        ),
    ),
    "flow": (
        flow.LINES,
        flow.lines_table(
            [flow.FlowPoint(str(i), d, 10 + i % 3, 11, 50 + i, i == 11) for i, d in enumerate(WEEKS)]
        ),
    ),
    "backlog": (
        flow.BACKLOG,
        flow.backlog_table(
            [flow.FlowPoint(str(i), d, 10, 11, 50 + i, i == 11) for i, d in enumerate(WEEKS)],
            55,
            "Target ≤ 55",
        ),
    ),
    "pareto": (
        pareto.spec(3),
        pareto.table(
            [pareto.Cause("a", "A", 60, 50), pareto.Cause("b", "B", 30), pareto.Cause("c", "C", 10, 10)]
        ),
    ),
    "waterfall": (
        waterfall.SPEC,
        waterfall.table(
            [
                waterfall.Step("a", "Triage", 20, "ours", 9),
                waterfall.Step("b", "Legal", 40, "partner", 9, "up"),
            ],
            "hours",
            "Open to close",
        ),
    ),
    "drivers": (drivers.spec(1), drivers.table([drivers.Effect("a", "A", -0.01, 0.02, 5)])),
    "before_after": (
        before_after.spec("count"),
        before_after.table(
            [
                before_after.ActionPoint(str(i), d, 100.0 - i, "before" if i < 5 else "after", 90.0)
                for i, d in enumerate(WEEKS)
            ],
            "count",
            WEEKS[5],
            "live",
            before_after.Level(98, 90, 106, "Before: mean 98"),
            before_after.Level(92, 85, 99, "After: mean 92"),
            "Comparison",
            "good",
        ),
    ),
    "rate_interval": (
        rate_interval.spec("percent"),
        rate_interval.table(
            [rate_interval.RatePoint(str(i), d, 0.03, 0.02, 0.04, 400, i == 11) for i, d in enumerate(WEEKS)],
            "percent",
            0.025,
            "Target",
        ),
    ),
    "calibration": (
        calibration.SPEC,
        calibration.table(
            [
                calibration.Band("0.7 to 0.8", 0.75, 0.8, 0.7, 0.88, 40),
                calibration.Band("0.9 to 1.0", 0.95, 0.7, 0.6, 0.8, 50, "bad", "over-confident"),
            ]
        ),
    ),
    "stacked_weeks": (
        stacked_weeks.SPECS["money"],
        stacked_weeks.table(
            [stacked_weeks.Bar(str(i), d, (100.0, 50.0 + i), i == 11) for i, d in enumerate(WEEKS)],
            [stacked_weeks.Part("rightly", "grey"), stacked_weeks.Part("wrongly", "bad")],
            "money",
        ),
    ),
    "work_capacity": (
        work_capacity.SPEC,
        work_capacity.table(
            [
                *(
                    work_capacity.Week(
                        str(i), d, (20.0, 40.0 + i), 55.0, hollow=i == 3, warns="112 %" * (i == 7)
                    )
                    for i, d in enumerate(WEEKS[:8])
                ),
                *(
                    work_capacity.Week(str(i), d, (20.0, 40.0), None if i == 2 else 60.0, 50.0, 70.0)
                    for i, d in enumerate(WEEKS[8:])
                ),
            ],
            [work_capacity.Part("Appeals", "grey"), work_capacity.Part("Escalations", "c1")],
        ),
    ),
    "load_strip": (
        load_strip.spec(3),
        load_strip.table(
            [
                load_strip.Team("emea-1", "EMEA 1", (0.4, 0.7, 1.2), 0.7, "0.31"),
                load_strip.Team("emea-2", "EMEA 2", (0.5,), 0.5, "–"),
                load_strip.Team("emea-3", "EMEA 3", (), 0.0, "–"),
            ]
        ),
    ),
    "compared_lines": (
        compared_lines.SPECS["percent"],
        compared_lines.table(
            WEEKS,
            [
                compared_lines.Line("As it is", tuple(0.9 - i / 40 for i in range(12))),
                compared_lines.Line("Two hires in January", (None, *(0.9 for _ in range(11)))),
            ],
            "percent",
            0.9,
            "Target 90 %",
        ),
    ),
    "fan": (
        fan.SPEC,
        fan.table(
            100.0,
            WEEKS[0],
            [
                fan.FanPoint(str(i), day, 90.0 - i, 95.0 - i, 100.0, 105.0 + i, 110.0 + i)
                for i, day in enumerate(WEEKS[1:])
            ],
            70.0,
            "70: nothing waits",
        ),
    ),
    "plan_months": (
        plan_months.SPEC,
        plan_months.table(
            [
                plan_months.Month(
                    str(i), date(2026, 1 + i, 1), date(2026, 2 + i, 1), 110.0 + i, 118.0 if i else None, i > 4
                )
                for i in range(8)
            ]
        ),
    ),
    "leave_calendar": (
        leave_calendar.spec(2),
        leave_calendar.table(
            [
                leave_calendar.Line(
                    name,
                    name,
                    [
                        leave_calendar.Day(day, strength, "2 of 9 away", "German 1 of 2" if strength else "")
                        for day, strength in zip(WEEKS, (0.0, 0.2, 1.0) * 4, strict=True)
                    ],
                )
                for name in ("emea-1", "emea-2")
            ]
        ),
    ),
    "ramp_curve": (
        ramp_curve.SPEC,
        ramp_curve.table(
            ramp_curve.Ramp(
                "Oct 2025",
                [ramp_curve.Stretch(4 * i, 4 * i + 4, 0.3 + i / 9, 0.2, 0.9, 40) for i in range(6)],
            ),
            ramp_curve.Ramp(
                "usual", [ramp_curve.Stretch(4 * i, 4 * i + 4, 0.5 + i / 9, 0.4, 1, 400) for i in range(6)]
            ),
        ),
    ),
    "incidence": (
        incidence.spec(2),
        incidence.table(
            [
                incidence.Curve(
                    name,
                    name,
                    role,
                    [
                        incidence.DayPoint(
                            day, day / 1000, day / 1200, day / 800, 900 - day, thin=role == "c1" and day > 150
                        )
                        for day in range(181)
                    ],
                )
                for name, role in LINES
            ]
        ),
    ),
    "cohort_triangle": (
        cohort_triangle.spec(2),
        cohort_triangle.table(
            [
                cohort_triangle.Cohort(
                    name,
                    [
                        cohort_triangle.Cell(f"30{name}", "30 d", 0.05 + place / 10, 0.04, 0.06),
                        cohort_triangle.Cell(
                            f"60{name}", "60 d", 0.07, 0.06, 0.08, "14 Dec" if place else ""
                        ),
                        cohort_triangle.Cell(f"90{name}", "90 d", None, remark="1 of 3"),
                    ],
                )
                for place, name in enumerate(("Sep", "Oct"))
            ]
        ),
    ),
    "bars": (bars.SPEC, bars.table([bars.Bar("a", "0–3 d", 4), bars.Bar("b", "over 3 d", 2, "bad")])),
    "review_6_12": (
        review_6_12.spec("percent"),
        review_6_12.table(
            [review_6_12.Period(f"w{i}", f"wk {i}", 0.9, 0.88, 0.91) for i in range(6)],
            [review_6_12.Period(f"m{i}", f"m {i}", 0.92, None, 0.91) for i in range(12)],
            "percent",
            (0.88, 0.95),
            "Target 91.0 %",
        ),
    ),
}
each_chart = pytest.mark.parametrize("name", sorted(CHARTS))


def fields(node: Any) -> Iterator[str]:
    """All fields a spec reads from its rows."""
    if isinstance(node, dict):
        if isinstance(node.get("field"), str):
            yield node["field"]
        for key, value in node.items():
            if key != "select":
                yield from fields(value)
    elif isinstance(node, list):
        for value in node:
            yield from fields(value)


@each_chart
def test_the_spec_is_valid_vega_lite(name: str) -> None:
    spec, _ = CHARTS[name]
    alt.TopLevelLayerSpec.validate({"data": {"values": []}, **spec})


@pytest.mark.parametrize("slide", [False, True])
def test_the_review_is_valid_in_every_unit_and_size(slide: bool) -> None:
    for unit in g.UNITS:
        alt.TopLevelLayerSpec.validate({"data": {"values": []}, **review_6_12.spec(unit, slide)})


@each_chart
def test_no_colour_stands_in_a_spec(name: str) -> None:
    text = json.dumps(CHARTS[name][0])
    assert not re.search(r"#[0-9A-Fa-f]{3,8}\b|rgb|hsl", text)
    assert g.SCALE["domain"] == list(g.ROLES)
    assert json.dumps(g.SCALE["domain"]) in text


@each_chart
def test_every_field_the_spec_reads_is_a_column_and_every_layer_name_is_drawn(name: str) -> None:
    spec, table = CHARTS[name]
    assert set(fields(spec)) <= set(table.column_names)
    drawn = {
        match
        for layer in spec["layer"]
        for step in layer.get("transform", [])
        for match in re.findall(r"'([\w-]+)'", step["filter"])
    }
    assert set(table["layer"].to_pylist()) <= drawn


@each_chart
def test_a_click_yields_the_id_of_the_mark(name: str) -> None:
    spec, table = CHARTS[name]
    params = [(layer, p) for layer in spec["layer"] for p in layer.get("params", [])]
    assert [p["name"] for _, p in params] == [g.PICK]
    layer = re.findall(r"'([\w-]+)'", params[0][0]["transform"][0]["filter"])[0]
    rows = [row for row in table.to_pylist() if row["layer"] == layer]
    assert rows and all(row["id"] for row in rows)


@each_chart
def test_roles_of_rows_are_slots_of_the_palette(name: str) -> None:
    roles = set(CHARTS[name][1].to_pydict().get("role", [])) - {None}
    assert roles <= set(g.ROLES)


@each_chart
def test_an_axis_is_stated_once_and_titles_are_off_in_every_layer(name: str) -> None:
    spec, _ = CHARTS[name]
    for channel in ("x", "y"):
        stated = [one["encoding"][channel] for one in spec["layer"] if channel in one.get("encoding", {})]
        assert sum(bool(e.get("axis")) for e in stated) <= 1
        assert all(e.get("title", "missing") is None for e in stated if "field" in e)


def test_empty_input_gives_a_table_and_not_an_error() -> None:
    assert xmr_trend.table([], "percent").num_rows == 2
    assert dot_interval.table([], "percent").num_rows == 2
    assert flow.lines_table([]).num_rows == 2
    assert pareto.table([]).num_rows == 1
    assert review_6_12.table([], [], "percent").num_rows == 2
    assert bars.table([]).num_rows == 0


def test_words_that_lines_cross_stand_over_their_outline_and_after_the_lines() -> None:
    def places(spec: g.Spec, name: str, kind: str) -> list[int]:
        return [
            place
            for place, layer in enumerate(spec["layer"])
            if f"'{name}'" in str(layer.get("transform")) and layer["mark"]["type"] == kind
        ]

    for spec, words, lines in (
        (xmr_trend.SPECS["percent"], ("target-text",), ("line", "young")),
        (before_after.SPECS["percent"], ("above", "below"), ("line", "comparison")),
        (timeline.spec(3), ("due-0-left", "due-1-right"), ()),
    ):
        for name in words:
            outline, text = places(spec, name, "text")
            assert spec["layer"][outline]["encoding"]["stroke"] == g.slot("paper")
            assert "stroke" not in spec["layer"][text]["encoding"]
            assert all(place < outline for line in lines for place in places(spec, line, "line"))
