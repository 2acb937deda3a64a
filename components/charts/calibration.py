"""Does a score mean what it says: per score band the share confirmed, with its interval, beside the score.

A dot on the diagonal keeps its promise. Below it the score promised more than came (over-confident).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from components import numbers
from components.charts import grammar as g

HEIGHT = 260


@dataclass(frozen=True)
class Band:
    """One score band: its mean score, the share confirmed and its 95 % interval, all 0 to 1, and n.

    `role` is "bad" only where the band was found over-confident; `words` says it in the tooltip.
    """

    label: str
    score: float
    share: float
    low: float
    high: float
    n: int
    role: Literal["c1", "bad"] = "c1"
    words: str = ""


_TEXTS = ("role", "text", "id", "band", "promised", "shown", "span", "count", "words")
_NUMBERS = ("x", "x2", "y", "y2")


def _build() -> g.Spec:
    x: g.Spec = {
        "field": "x",
        "type": "quantitative",
        "scale": {"zero": False, "nice": False},
        "title": None,
        "axis": g.plain_axis(**g.axis_unit("percent", "x"), labelPadding=6, ticks=True),
    }
    y = g.y_value("percent")
    tip = g.tooltip(
        band="Scores",
        promised="Mean score",
        shown="Confirmed",
        span="95 % interval",
        count="n",
        words="Note",
    )
    return g.chart(
        [
            g.layer("extent", {"type": "point", "opacity": 0, "size": 0}, x=x, y=y),
            g.layer(
                "diagonal",
                {"type": "rule", "strokeWidth": 1.2, "strokeDash": [4, 3]},
                x=x,
                x2=g.end_of("x2"),
                y=y,
                y2=g.end_of("y2"),
                color=g.slot("grey"),
            ),
            g.layer(
                "named",
                g.text_mark(align="right", dx=-6, dy=-8),
                x=x,
                y=y,
                text=g.text_of(),
                color=g.slot("muted"),
            ),
            g.layer(
                "span",
                {"type": "rule", "strokeWidth": 2, "opacity": 0.55},
                x=x,
                y=y,
                y2=g.end_of("y2"),
                color=g.ROLE_OF_ROW,
            ),
            g.layer(
                "over",
                {"type": "point", "shape": "triangle-down", "filled": True, "size": 110, "opacity": 1},
                x=x,
                y=y,
                color=g.ROLE_OF_ROW,
            ),
            g.layer("dot", {"type": "circle", "size": 90, "opacity": 1}, x=x, y=y, color=g.ROLE_OF_ROW),
            g.clickable(
                g.layer(
                    "hit",
                    {"type": "circle", "size": 500, "opacity": 0, "cursor": "pointer"},
                    x=x,
                    y=y,
                    tooltip=tip,
                )
            ),
        ],
        HEIGHT,
    )


SPEC = _build()


def table(bands: Sequence[Band]) -> pa.Table:
    """The rows of the chart, bands in the order given."""
    across = g.nice_range([band.score for band in bands])
    up = g.nice_range([*(end for band in bands for end in (band.low, band.high)), across.low, across.high])
    up = g.Range(max(up.low, 0.0), min(up.high, 1.0))
    across = g.Range(max(across.low, 0.0), min(across.high, 1.0))
    first, last = max(across.low, up.low), min(across.high, up.high)
    rows: list[g.Row] = [
        {"layer": "extent", "x": across.low, "y": up.low},
        {"layer": "extent", "x": across.high, "y": up.high},
        {"layer": "diagonal", "x": first, "x2": last, "y": first, "y2": last},
        {"layer": "named", "x": last, "y": last, "text": "confirmed as often as scored"},
    ]
    for band in bands:
        at = {
            "x": band.score,
            "y": band.share,
            "id": band.label,
            "role": band.role,
            "band": band.label,
            "promised": numbers.percent(band.score),
            "shown": numbers.percent(band.share),
            "span": f"{numbers.percent(band.low)} to {numbers.percent(band.high)}",
            "count": numbers.count(band.n),
            "words": band.words or "as scored, within chance",
        }
        rows.append({"layer": "span", "x": band.score, "y": band.low, "y2": band.high, "role": band.role})
        rows.append({"layer": "over" if band.role == "bad" else "dot", **at})
        rows.append({"layer": "hit", **at})
    return g.rows_table(rows, _TEXTS, _NUMBERS)
