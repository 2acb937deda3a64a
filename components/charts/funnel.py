"""Funnel: everyone's share against the volume of their cases, one person marked and named, nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from components import numbers
from components.charts import grammar as g

HEIGHT = 260


@dataclass(frozen=True)
class Point:
    """One person's volume and share."""

    volume: float
    share: float


@dataclass(frozen=True)
class Curve:
    """The limits at each volume: 95 % inside, 99.8 % outside."""

    volume: tuple[float, ...]
    lower_95: tuple[float, ...]
    upper_95: tuple[float, ...]
    lower_998: tuple[float, ...]
    upper_998: tuple[float, ...]


_TEXTS = ("role", "text", "line", "shown", "count")
_NUMBERS = ("x", "y")


def _build() -> g.Spec:
    x: g.Spec = {
        "field": "x",
        "type": "quantitative",
        "scale": {"zero": False, "nice": False},
        "title": None,
        "axis": g.plain_axis(**g.axis_unit("count", "x", 6), labelPadding=6, ticks=True, tickSize=4),
    }
    y = g.y_value("percent")
    line = {"field": "line", "type": "nominal"}
    tip = g.tooltip(shown="Share", count="Cases")
    end = {"value": {"expr": "width + 6"}}
    curve: g.Spec = {"type": "line", "interpolate": "monotone"}
    return g.chart(
        [
            g.layer("extent", {"type": "point", "opacity": 0, "size": 0}, x=x, y=y),
            g.layer("outer", {**curve, "strokeWidth": 1.2}, x=x, y=y, detail=line, color=g.slot("muted")),
            g.layer(
                "inner",
                {**curve, "strokeWidth": 1.2, "strokeDash": [4, 3]},
                x=x,
                y=y,
                detail=line,
                color=g.slot("grey"),
            ),
            g.layer("centre", {**curve, "strokeWidth": 1}, x=x, y=y, detail=line, color=g.slot("grey")),
            g.layer(
                "other",
                {"type": "circle", "size": 60, "opacity": 0.5},
                x=x,
                y=y,
                color=g.slot("grey"),
                tooltip=tip,
            ),
            g.layer(
                "member",
                {"type": "circle", "size": 150, "opacity": 1},
                x=x,
                y=y,
                color=g.slot("c1"),
                tooltip=tip,
            ),
            g.layer(
                "right",
                g.text_mark(fontSize=13, fontWeight=600, dx=12, dy=-12),
                x=x,
                y=y,
                text=g.text_of(),
                color=g.slot("c1"),
            ),
            g.layer(
                "left",
                g.text_mark(fontSize=13, fontWeight=600, dx=-12, dy=-12, align="right"),
                x=x,
                y=y,
                text=g.text_of(),
                color=g.slot("c1"),
            ),
            g.layer("name", g.text_mark(), x=end, y=y, text=g.text_of(), color=g.slot("muted")),
        ],
        HEIGHT,
    )


SPEC: g.Spec = _build()


def table(
    curve: Curve,
    centre: float,
    centre_text: str,
    others: Sequence[Point],
    member: Point | None,
    member_text: str,
    member_count: str,
) -> pa.Table:
    """The rows of the chart; others in the order of where they are, which tells nothing of who they are."""
    seen = [*others, *([member] if member else [])]
    top = g.nice_range([*curve.upper_998, centre, *(point.share for point in seen)], zero=True)
    first = min([*curve.volume, *(point.volume for point in seen)])
    last = max([*curve.volume, *(point.volume for point in seen)])
    rows: list[g.Row] = [
        {"layer": "extent", "x": first, "y": top.low},
        {"layer": "extent", "x": last, "y": top.high},
    ]
    for kind, line, values in (
        ("outer", "upper 99.8", curve.upper_998),
        ("outer", "lower 99.8", curve.lower_998),
        ("inner", "upper 95", curve.upper_95),
        ("inner", "lower 95", curve.lower_95),
        ("centre", "centre", (centre,) * len(curve.volume)),
    ):
        rows += [
            {"layer": kind, "line": line, "x": volume, "y": value}
            for volume, value in zip(curve.volume, values, strict=True)
        ]
    rows += [
        {
            "layer": "other",
            "x": point.volume,
            "y": point.share,
            "shown": f"about {numbers.percent(point.share)}",
            "count": f"about {numbers.count(point.volume)}",
        }
        for point in sorted(others, key=lambda point: (point.volume, point.share))
    ]
    if member is not None:
        at = {"x": member.volume, "y": member.share}
        side = "left" if member.volume > first + 0.6 * (last - first) else "right"
        shown = f"{numbers.percent(member.share)} like for like"
        rows.append({"layer": "member", "shown": shown, "count": member_count, **at})
        rows.append({"layer": side, "text": member_text, **at})
    rows += _names(curve, centre, centre_text, top)
    return g.rows_table(rows, _TEXTS, _NUMBERS)


def _names(curve: Curve, centre: float, centre_text: str, top: g.Range) -> list[g.Row]:
    """The limits named at the right end, moved apart where they are close."""
    ends = [(centre, centre_text), (curve.upper_95[-1], "95\u00a0%"), (curve.upper_998[-1], "99.8\u00a0%")]
    wanted = [top.pixels(value, HEIGHT) for value, _ in ends]
    return [
        {"layer": "name", "y": top.shifted(top.high, pixels, HEIGHT), "text": text}
        for pixels, (_, text) in zip(g.apart(wanted), ends, strict=True)
    ]
