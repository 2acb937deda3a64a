"""The funnel: a valid spec, one name, others in the order of their volume, and a table that fits the spec."""

from __future__ import annotations

import json
import re

import altair as alt
import pyarrow.compute as pc

from components.charts import funnel

CURVE = funnel.Curve((10.0, 20.0), (0.0, 0.0), (0.3, 0.2), (0.0, 0.0), (0.4, 0.3))


MEMBER = funnel.Point(18.0, 0.1)


def drawn(member: funnel.Point | None = MEMBER) -> funnel.pa.Table:
    others = [funnel.Point(19.0, 0.0), funnel.Point(11.0, 0.5), funnel.Point(11.0, 0.1)]
    return funnel.table(CURVE, 0.05, "Others 5.0 %", others, member, "Name 10.0 % (2 of 18)", "2 of 18")


def test_the_spec_is_valid_has_no_colour_of_its_own_and_reads_only_columns_of_the_table() -> None:
    alt.LayerChart.from_dict({**funnel.SPEC, "data": {"name": "rows"}})
    text = json.dumps(funnel.SPEC)
    assert not re.search(r"#[0-9A-Fa-f]{3,8}\b", text)
    fields = set(re.findall(r'"field": "(\w+)"', text))
    assert fields <= set(drawn().column_names)


def test_only_the_member_has_a_name_and_others_are_in_the_order_of_their_volume() -> None:
    rows = drawn()
    others = rows.filter(pc.equal(rows["layer"], "other")).to_pylist()
    assert [(row["x"], row["y"]) for row in others] == [(11.0, 0.1), (11.0, 0.5), (19.0, 0.0)]
    assert all(row["text"] is None and row["role"] is None for row in others)
    named = [row for row in rows.to_pylist() if row["text"] and row["layer"] in ("left", "right")]
    assert [row["layer"] for row in named] == ["left"]


def test_without_a_member_nobody_is_named() -> None:
    layers = set(drawn(None)["layer"].to_pylist())
    assert not layers & {"member", "left", "right"}


def test_everything_lies_inside_what_the_axes_span() -> None:
    rows = drawn().to_pylist()
    extent = [row for row in rows if row["layer"] == "extent"]
    low, high = extent[0], extent[1]
    for row in rows:
        if row["layer"] in ("other", "member", "outer", "inner"):
            assert low["x"] <= row["x"] <= high["x"]
            assert low["y"] <= row["y"] <= high["y"]
