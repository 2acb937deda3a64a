"""Mini charts as SVG images: no Vega view, which costs 15 ms of drawing in the browser each.

The page keeps no inline SVG (`st.html` removes it), so a mini is an image with its texts beside it in the
page's font. An SVG image takes the colour scheme of the element it stands in: `light-dark()` switches with
the theme, and browsers that do not know it draw the mid-tones. Sparks always use the mid-tones.
The plot stretches with its box; strokes and dots do not (`vector-effect`, dots are zero-length strokes).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Literal

from components.charts.palette import role_css

Tone = Literal["good", "bad", "warn"]

_MID = {  # legible on both backgrounds, UI.md section 5
    "c1": "#4A83BF",
    "grey": "#7B8896",
    "ink": "#7B8896",
    "good": "#2E9B84",
    "bad": "#D2552B",
    "warn": "#B98A2E",
    "band": "#8491A0",
}
_STYLE = (
    "<style>:root{color-scheme:light dark}path{fill:none;vector-effect:non-scaling-stroke;"
    "stroke-linejoin:round;stroke-linecap:round}"
    + "".join(
        f".{role}{{stroke:{role_css(role)}}}"
        for role in ("c1", "grey", "ink", "paper", "good", "bad", "warn")
    )
    + f".band{{fill:{role_css('band')};fill-opacity:1}}</style>"
)
_URI_HEAD = "data:image/svg+xml;charset=utf-8,"
_WIDTH = 1000.0  # units of the stretched viewBox
_LABELS = 58  # px kept for the labels at the right of a card mini


@dataclass(frozen=True)
class MiniSeries:
    """What a mini draws. `values` has one entry per week, None where there is none.

    `centre`, `lower`, `upper` are the usual range (one number, or one per week for a stepped range);
    `signals` maps positions to the tone of their dot; positions from `hollow_from` on are partial or
    immature and drawn hollow and dashed. `beside` is another line to compare with, dashed grey.
    """

    values: Sequence[float | None]
    centre: float | None = None
    lower: float | Sequence[float] | None = None
    upper: float | Sequence[float] | None = None
    target: float | None = None
    signals: Mapping[int, Tone] = field(default_factory=dict)
    hollow_from: int | None = None
    beside: Sequence[float | None] = ()


@dataclass(frozen=True)
class MiniLabels:
    """Texts at the right of a card mini, already formatted.

    `place` is the position of the point that `value` and the limits belong to, by default the newest.
    """

    value: str = ""
    upper: str = ""
    lower: str = ""
    target: str = ""
    place: int | None = None


@dataclass(frozen=True)
class _Frame:
    """Maps values to viewBox units."""

    low: float
    high: float
    height: float
    pad: float
    count: int
    width: float
    inset: float

    def x(self, position: float) -> float:
        return self.inset + position * (self.width - 2 * self.inset) / max(self.count - 1, 1)

    def y(self, value: float) -> float:
        return self.pad + (self.high - value) / (self.high - self.low) * (self.height - 2 * self.pad)


def _steps(limit: float | Sequence[float] | None, count: int) -> list[float] | None:
    if limit is None:
        return None
    if isinstance(limit, int | float):
        return [float(limit)] * count
    return [float(step) for step in limit]


def _frame(series: MiniSeries, height: float, pad: float, width: float, inset: float) -> _Frame:
    count = len(series.values)
    seen = [v for v in series.values if v is not None and math.isfinite(v)]
    for limit in (_steps(series.lower, count), _steps(series.upper, count)):
        seen += limit or []
    seen += [v for v in (series.centre, series.target, *series.beside) if v is not None]
    low, high = (min(seen), max(seen)) if seen else (0.0, 1.0)
    if high - low < 1e-12 * max(abs(high), 1.0):
        low, high = low - 1.0, high + 1.0
    return _Frame(low, high, height, pad, count, width, inset)


def _runs(values: Sequence[float | None], first: int, last: int) -> list[list[int]]:
    """Positions first..last-1 cut where a value is missing: a gap is never bridged."""
    runs: list[list[int]] = [[]]
    for i in range(max(first, 0), last):
        v = values[i]
        if v is not None and math.isfinite(v):
            runs[-1].append(i)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _spots(frame: _Frame, values: Sequence[float | None]) -> list[str]:
    """Each value's place as "x y", written once for line and dots; empty where there is none."""
    return [
        f"{frame.x(i):.1f} {frame.y(v):.1f}" if v is not None and math.isfinite(v) else ""
        for i, v in enumerate(values)
    ]


def _path(spots: Sequence[str], runs: list[list[int]]) -> str:
    return "".join("M" + " ".join([spots[i] for i in run]) for run in runs)


def _dots(spots: Sequence[str], where: Sequence[int]) -> str:
    return "".join([f"M{spots[i]}h0" for i in where])


def _band(frame: _Frame, lower: list[float], upper: list[float]) -> str:
    """The usual range as one shape; steps where it changes from week to week."""
    if len(set(lower)) == 1 and len(set(upper)) == 1:
        left, right = frame.x(0) - frame.inset * 0.5, frame.x(frame.count - 1) + frame.inset * 0.5
        top, bottom = frame.y(upper[0]), frame.y(lower[0])
        return f"M{left:.1f} {top:.1f}H{right:.1f}V{bottom:.1f}H{left:.1f}Z"
    half = (frame.x(1) - frame.x(0)) / 2
    over = "".join(
        f"{'M' if i == 0 else 'L'}{frame.x(i) - half:.1f} {frame.y(v):.1f}H{frame.x(i) + half:.1f}"
        for i, v in enumerate(upper)
    )
    under = "".join(
        f"L{frame.x(i) + half:.1f} {frame.y(lower[i]):.1f}H{frame.x(i) - half:.1f}"
        for i in range(frame.count - 1, -1, -1)
    )
    return f"{over}{under}Z"


def _stroke(path: str, role: str, width: float, dash: str = "") -> str:
    if not path:
        return ""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path class="{role}" d="{path}" stroke="{_MID.get(role, "none")}" stroke-width="{width}"{dashes}/>'
    )


def _marks(series: MiniSeries, frame: _Frame, line: float, dot: float, signal: float) -> str:
    """Band, centre, target, line, dots: in this order, so that signals lie on top."""
    count, values = frame.count, series.values
    lower, upper = _steps(series.lower, count), _steps(series.upper, count)
    span = f"{frame.x(0) - frame.inset * 0.5:.1f}", f"{frame.x(max(count - 1, 0)) + frame.inset * 0.5:.1f}"
    parts = []
    if lower and upper:
        parts.append(
            f'<path class="band" d="{_band(frame, lower, upper)}" fill="{_MID["band"]}" fill-opacity=".16"/>'
        )
    if series.centre is not None:
        y = f"{frame.y(series.centre):.1f}"
        parts.append(_stroke(f"M{span[0]} {y}H{span[1]}", "grey", 1))
    if series.target is not None:
        y = f"{frame.y(series.target):.1f}"
        parts.append(_stroke(f"M{span[0]} {y}H{span[1]}", "ink", 1.2))
    if series.beside:
        others = _path(_spots(frame, series.beside), _runs(series.beside, 0, count))
        parts.append(_stroke(others, "grey", 1.4, "5 4"))
    spots = _spots(frame, values)
    cut = count if series.hollow_from is None else min(max(series.hollow_from, 0), count)
    whole, young = _runs(values, 0, cut), _runs(values, cut - 1, count) if cut < count else []
    parts.append(_stroke(_path(spots, whole), "c1", line))
    parts.append(_stroke(_path(spots, young), "c1", line, "2 4"))
    solid = [i for run in whole for i in run]
    hollow = [i for run in young for i in run if i >= cut]
    parts.append(_stroke(_dots(spots, solid), "c1", dot))
    parts.append(_stroke(_dots(spots, hollow), "c1", signal))
    parts.append(_stroke(_dots(spots, hollow), "paper", signal - 3.2))
    for tone in ("good", "bad", "warn"):
        where = [i for i in solid if series.signals.get(i) == tone]
        parts.append(_stroke(_dots(spots, where), tone, signal))
    return "".join(parts)


def _picture(marks: str, height: int, alt: str) -> str:
    """The plot as an image element filling what its row leaves."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:.0f} {height}" '
        f'preserveAspectRatio="none">'
    )
    source = f"{data_uri(head)}{_STYLE_ESCAPED}{_escaped(marks)}%3C/svg%3E"
    return (
        f'<img alt="{escape(alt)}" src="{source}" '
        f'style="display:block;flex:1 1 0;min-width:0;width:100%;height:{height}px">'
    )


def tile_html(series: MiniSeries, alt: str, height: int = 58) -> str:
    """The mini XmR of a metric tile as an HTML string: no axes, no texts; `alt` states the finding."""
    frame = _frame(series, height, 6, _WIDTH, 20)
    return f'<div style="display:flex">{_picture(_marks(series, frame, 1.6, 4, 7.5), height, alt)}</div>'


def _spread(wanted: list[tuple[float, str, str]], gap: float) -> list[tuple[float, str, str]]:
    """Limits moved 14 px away from the value where they would touch it; the value stays."""
    anchor = wanted[0][0]
    moved = [wanted[0]]
    for y, text, style in wanted[1:]:
        if abs(y - anchor) < gap:
            y = anchor + math.copysign(gap + 1, y - anchor if y != anchor else 1.0)
        moved.append((y, text, style))
    return moved


def card_html(series: MiniSeries, labels: MiniLabels, alt: str, height: int = 92) -> str:
    """The mini XmR of an exception card as an HTML string.

    Value and limits stand at the right, the target's text on its line at the left; `alt` states the finding.
    """
    frame = _frame(series, height, 12, _WIDTH, 14)
    marks = _marks(series, frame, 1.6, 4, 7.5)
    newest = labels.place + 1 if labels.place is not None else frame.count
    told = max((i for run in _runs(series.values, 0, newest) for i in run), default=None)
    tone = series.signals.get(told) if told is not None else None
    value_y = frame.y(series.values[told] or 0.0) if told is not None else height / 2
    texts = [(value_y, labels.value, f"color:{role_css(tone or 'ink')};font-size:13px;font-weight:600")]
    lower, upper = _steps(series.lower, frame.count), _steps(series.upper, frame.count)
    for limit, text in ((upper, labels.upper), (lower, labels.lower)):
        if limit and text:
            texts.append((frame.y(limit[newest - 1]), text, f"color:{role_css('muted')};font-size:11px"))
    written = "".join(
        _text(text, min(max(y, 7), height - 7) - 8, f"left:calc(100% - {_LABELS - 6}px)", style)
        for y, text, style in _spread(texts, 13)
        if text
    )
    if labels.target and series.target is not None:
        under = frame.y(series.target) + 1
        top = under if under + 16 <= height else under - 17
        written += _text(labels.target, top, "left:8px", f"color:{role_css('ink')};font-size:11px")
    return (
        f'<div style="display:flex;position:relative;padding-right:{_LABELS}px">'
        f"{_picture(marks, height, alt)}{written}</div>"
    )


def _text(text: str, top: float, place: str, style: str) -> str:
    """A short text set over or beside the plot."""
    return (
        f'<span style="position:absolute;{place};top:{top:.1f}px;line-height:16px;white-space:nowrap;'
        f'{style}">{escape(text)}</span>'
    )


def spark_svg(series: MiniSeries, title: str, width: int = 230, height: int = 34) -> str:
    """The 26-week spark of a scorecard row as a self-contained SVG document."""
    frame = _frame(series, height, 5, width, 6)
    count, values = frame.count, series.values
    lower, upper = _steps(series.lower, count), _steps(series.upper, count)
    right = width - 3
    parts = []
    if lower and upper:
        parts.append(f'<path d="{_band(frame, lower, upper)}" fill="{_MID["band"]}" fill-opacity=".16"/>')
    if series.target is not None:
        parts.append(f'<path d="M3 {frame.y(series.target):.1f}H{right}" stroke="{_MID["grey"]}"/>')
    spots = _spots(frame, values)
    cut = count if series.hollow_from is None else min(max(series.hollow_from, 0), count)
    whole, young = _runs(values, 0, cut), _runs(values, cut - 1, count) if cut < count else []
    line = f'fill="none" stroke="{_MID["c1"]}" stroke-width="1.6" stroke-linejoin="round"'
    parts.append(f'<path d="{_path(spots, whole)}" {line}/>')
    if young:
        parts.append(f'<path d="{_path(spots, young)}" {line} stroke-dasharray="2 3"/>')
    solid = [i for run in whole for i in run]
    for i in solid:
        tone = series.signals.get(i)
        if tone or i == count - 1:
            radius = 3.5 if i == count - 1 and tone else 2.2
            parts.append(
                f'<circle cx="{frame.x(i):.1f}" cy="{frame.y(values[i] or 0.0):.1f}" r="{radius}" '
                f'fill="{_MID[tone or "c1"]}"/>'
            )
    for i in (i for run in young for i in run if i >= cut):
        parts.append(
            f'<circle cx="{frame.x(i):.1f}" cy="{frame.y(values[i] or 0.0):.1f}" r="2.4" fill="none" '
            f'stroke="{_MID["c1"]}" stroke-width="1.4"/>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}"><title>{escape(title)}</title>{"".join(parts)}</svg>'
    )


def data_uri(svg: str) -> str:
    """An SVG document as the source of an image, safe inside a double-quoted attribute."""
    return _URI_HEAD + _escaped(svg)


def _escaped(svg: str) -> str:
    """Part of an SVG as it stands in a data address; chained `replace` is faster than `translate`."""
    svg = svg.replace("%", "%25").replace("#", "%23").replace("<", "%3C").replace(">", "%3E")
    return svg.replace("&", "%26").replace('"', "'")


_STYLE_ESCAPED = _escaped(_STYLE)  # the same in every mini
