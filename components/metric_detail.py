"""The parts of the drawer: drivers of the last change, the 6-12 review, the definition."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from analysis.review import Comparison, SixTwelve
from components import link, numbers, states, wording
from components.cases_link import cases_params, cases_text
from components.charts import drivers as drivers_chart
from components.charts import review_6_12
from components.figure import figure
from components.numbers import NBSP
from components.plain_text import literal
from components.review.board import read_lines
from components.tables import Cell, Column, small_table
from components.theme import note, subtitle
from components.view import View
from queries.catalog import METRICS
from queries.explain import (
    Explained,
    Split,
    candidate_splits,
    explain,
    main_drivers,
    rank_splits,
    split_label,
)
from queries.filters import NONE_VALUE
from queries.model import Count, Metric
from queries.scorecard import HISTORY_WEEKS, ScoreLine
from queries.six_twelve import review_of
from queries.time import Period

COMPARE = {"week": "The week before", "four": "4 weeks before", "year": "Last year"}
_BACK = {"week": 1, "four": 4, "year": 52}
MOST_PARTS = 10
MOST_SPLITS = 6


def drivers_of_change(view: View, key: str) -> None:
    """One sentence, split and comparison, parts that add up, what stands out, and the way to the cases."""
    (line,) = read_lines(view, (key,))
    if line.series.reason:
        states.not_supplied(line.series.reason.removeprefix("not supplied: "))
        return
    if line.place is None:
        states.immature(f"{line.metric.label} has no complete week in the {HISTORY_WEEKS} weeks shown.")
        return
    back = _BACK[_compare_control()]
    later = line.series.periods[line.place]
    earlier = line.series.periods[line.place - back] if line.place >= back else None
    if earlier is None or not line.series.usable[line.place - back]:
        st.markdown("There is no complete week to compare with.")
        return
    ranked = rank_splits(view.reader, key, later, earlier, view.filters)
    main = main_drivers(view.reader, [(key, later, earlier)], view.filters).get(key)
    first = [main.split] if main is not None else []
    split = _split_control(line.metric, view, [*first, *((found.dimension,) for found in ranked)])
    if split is None:
        st.markdown(f"{literal(line.metric.label)} cannot be split any further under these filters.")
        return
    explained = explain(view.reader, key, split, later, earlier, view.filters)
    st.markdown(_finding(line, explained, later, earlier, line.place - back))
    _picture(view, explained, key)
    _stands_out(view, line, explained)
    _ways_on(view, line, later)


def _compare_control() -> str:
    chosen = st.segmented_control(
        "Compare with",
        list(COMPARE),
        format_func=lambda option: COMPARE[option],
        default="week",
        required=True,
        key="drawer-compare",
    )
    return chosen or "week"


def _split_control(metric: Metric, view: View, ranked: Sequence[Split]) -> Split | None:
    """Choose how to split; the dimension that explains the change best stands first."""
    every = candidate_splits(metric, view.filters)
    options = list(dict.fromkeys([*ranked, *every]))[:MOST_SPLITS]
    if not options:
        return None
    names = {split_label(split): split for split in options}
    chosen = st.segmented_control(
        "Split by",
        list(names),
        default=next(iter(names)),
        required=True,
        key=f"drawer-split-{metric.key}",
    )
    return names.get(chosen or "", options[0])


def _finding(line: ScoreLine, explained: Explained, later: Period, earlier: Period, place: int) -> str:
    """The sentence on top: both values, both n, and how much was mix."""
    now, before = wording.at_text(line.series, line.place), wording.at_text(line.series, place)
    n_now, n_before = line.series.n[line.place or 0], line.series.n[place]
    text = (
        f"**{literal(now)} in {literal(wording.period_text(later))} against {literal(before)} "
        f"in {literal(wording.period_text(earlier))}** "
        f"(n{NBSP}={NBSP}{numbers.count(n_now)} and {numbers.count(n_before)})."
    )
    found = explained.decomposition
    if found is None or line.metric.unit != "share" or isinstance(line.metric.formula, Count):
        return text
    mix = sum(driver.mix for driver in found.drivers)
    rate = sum(driver.rate for driver in found.drivers)
    text += f" Mix moved it by {literal(numbers.points(mix))}, rate by {literal(numbers.points(rate))}."
    if explained.mix_shift:
        text += " **This is a mix shift:** every part moved one way and the total the other."
    return text


def _picture(view: View, explained: Explained, key: str) -> None:
    found = explained.decomposition
    if found is None:
        note(f"No sum is shown: {explained.reason}.")
        return
    names = {
        driver.part: " · ".join(
            view.name_of(dimension, value) for dimension, value in zip(explained.split, group, strict=True)
        )
        for driver, group in zip(found.drivers, explained.groups, strict=True)
    }
    n_of = dict(zip((driver.part for driver in found.drivers), explained.n, strict=True))
    ordered = found.largest_first()
    shown, rest = ordered[:MOST_PARTS], ordered[MOST_PARTS:]
    if explained.metric.unit == "share":
        effects = [
            drivers_chart.Effect(
                driver.part, names[driver.part], driver.mix, driver.rate, int(n_of[driver.part])
            )
            for driver in shown
        ]
        if rest:
            effects.append(
                drivers_chart.Effect(
                    "others",
                    f"Others ({len(rest)})",
                    sum(driver.mix for driver in rest),
                    sum(driver.rate for driver in rest),
                    int(sum(n_of[driver.part] for driver in rest)),
                )
            )
        figure(
            drivers_chart.table(effects),
            drivers_chart.spec(len(effects)),
            alt=f"Contributions to the change of {explained.metric.label} by {split_label(explained.split)}",
            key=f"drawer-drivers-{key}",
            title="Contribution to the change, points",
            remark="Rate: the group itself got better or worse. Mix: the group became a larger or smaller part "
            "of the whole. Mix + rate add up to the change exactly; no residual.",
        )
        return
    _amounts(explained, shown, rest, names)


def _amounts(explained: Explained, shown: Sequence, rest: Sequence, names: dict[str, str]) -> None:  # type: ignore[type-arg]
    """Counts and other units: the differences as a table that adds up."""
    assert explained.decomposition is not None
    metric = explained.metric
    rows: list[list[Cell]] = []
    for driver in shown:
        rows.append(
            [
                names[driver.part],
                wording.value_text(metric, driver.earlier),
                wording.value_text(metric, driver.later),
                numbers.signed(wording.value_text(metric, driver.total)),
            ]
        )
    if rest:
        rows.append(
            [
                f"Others ({len(rest)})",
                "",
                "",
                numbers.signed(wording.value_text(metric, sum(driver.total for driver in rest))),
            ]
        )
    total = explained.decomposition
    rows.append(
        [
            "Total",
            wording.value_text(metric, total.earlier),
            wording.value_text(metric, total.later),
            numbers.signed(wording.value_text(metric, total.change)),
        ]
    )
    subtitle("Contribution to the change")
    small_table(
        [
            Column(split_label(explained.split)),
            Column("Before", "right"),
            Column("Now", "right"),
            Column("Change", "right"),
        ],
        rows,
        f"Contributions to the change of {metric.label}",
    )
    note("The changes add up to the total exactly.")


def _stands_out(view: View, line: ScoreLine, explained: Explained) -> None:
    """At most three bullets: the largest part, the rule, the target."""
    bullets = []
    found = explained.decomposition
    if found is not None and found.change and found.drivers:
        top = found.largest_first()[0]
        share = top.total / found.change
        name = " · ".join(
            view.name_of(dimension, None if value == NONE_VALUE else value)
            for dimension, value in zip(explained.split, top.part.split(" · "), strict=False)
        )
        if share > 0:
            bullets.append(f"{name} alone makes {numbers.percent(share, 0)} of the change.")
    usual = wording.range_text(line)
    if line.assessment.signal is not None:
        bullets.append(
            f"Rule: {wording.rule_words(line)}. Usual range {usual}, {line.assessment.method} limits."
        )
    elif usual and not line.metric.is_stock:
        bullets.append(f"Within its usual range of {usual}: no detectable change by itself.")
    if line.target is not None and np.isfinite(line.value):
        side = wording.gap_text(line) if line.misses_target else "on target"
        bullets.append(
            f"Target {wording.target_text(line)}: {side}. Owner {line.target.owner or line.metric.owner}."
        )
    if bullets:
        subtitle("What stands out")
        st.markdown("\n".join(f"- {literal(bullet)}" for bullet in bullets[:3]))


def _ways_on(view: View, line: ScoreLine, later: Period) -> None:
    text = cases_text(line.series, line.place)
    with st.container(horizontal=True, gap="small"):
        if text:
            if st.button(literal(f"Open {text}"), icon=":material/list:", type="primary", key="drawer-cases"):
                st.switch_page(
                    "../pages/cases.py", query_params=cases_params(line.metric.key, later, view.filters)
                )
        address = link.address(view.page, view.filters.at_week(view.week), explain=line.metric.key)
        with st.popover("Copy link", icon=":material/link:"):
            st.code(address, language=None)


def six_twelve_section(view: View, key: str) -> None:
    """Six weeks beside twelve months, and the box under it."""
    (line,) = read_lines(view, (key,))
    if line.series.reason or line.period is None:
        return
    review = review_of(view.reader, key, line.period, view.filters)
    metric, unit = line.metric, wording.unit_of(line.metric)
    per_week = isinstance(metric.formula, Count)
    place = line.assessment.tested_index
    usual = None
    if not metric.is_stock and place is not None and line.assessment.tested:
        usual = (float(line.assessment.lower[place]), float(line.assessment.upper[place]))
    figure(
        review_6_12.table(
            [_week_point(line, comparison) for comparison in review.weeks],
            [_month_point(line, comparison, per_week=per_week) for comparison in review.months],
            unit,
            usual,
            f"Target{NBSP}{wording.value_text(metric, line.target.value)}" if line.target else "",
        ),
        review_6_12.spec(unit),
        alt=f"{metric.label}: six weeks and twelve months against the year before",
        key=f"drawer-six-twelve-{key}",
        title=f"{metric.label}, six weeks and twelve months",
        remark="Dashed: the year before. "
        + (
            "Months are shown as their average per week."
            if per_week
            else "Months are computed from their own rows."
        ),
    )
    _box(metric, review)


def _week_point(line: ScoreLine, comparison: Comparison) -> review_6_12.Period:
    target = line.target.value if line.target is not None else None
    return review_6_12.Period(
        comparison.start.isoformat(),
        numbers.short_week(comparison.start),
        comparison.now.value,
        comparison.prior.value,
        target,
        direction=None if target is None else ("up" if line.metric.good == "up" else "down"),
    )


def _month_point(line: ScoreLine, comparison: Comparison, *, per_week: bool) -> review_6_12.Period:
    days = (comparison.end - comparison.start).days + 1
    scale = 7 / days if per_week else 1.0
    now, prior = comparison.now.value, comparison.prior.value
    target = line.target.value if line.target is not None else None
    return review_6_12.Period(
        comparison.start.isoformat(),
        numbers.month_label(comparison.start),
        None if now is None else now * scale,
        None if prior is None else prior * scale,
        target,
        direction=None if target is None else ("up" if line.metric.good == "up" else "down"),
    )


def _box(metric: Metric, review: SixTwelve) -> None:
    """LastWk, WoW, YoY, MTD, QTD, YTD with what they were a year before."""
    heads = ("Last week", "WoW", "YoY", "Month to date", "Quarter to date", "Year to date")
    to_date = [
        f"{wording.value_text(metric, part.now.value)} ({wording.change_text(metric, part.change)})"
        if part.now.value is not None
        else numbers.MISSING
        for part in (review.mtd, review.qtd, review.ytd)
    ]
    values = [
        wording.value_text(metric, review.last_week.value),
        wording.change_text(metric, review.wow),
        wording.change_text(metric, review.yoy),
        *to_date,
    ]
    small_table([Column(head, "right") for head in heads], [values], f"{metric.label}: comparisons")
    note(
        "In brackets: change against the same dates a year earlier. A dash: nothing to compare with, or not complete."
    )


def definition(view: View, key: str) -> None:
    """What the number is, word by word."""
    metric = view.reader.available(key).metric
    beside = ", ".join(METRICS[other].label for other in metric.beside if other in METRICS)
    lines = [
        f"Definition: {metric.definition}",
        f"Counted by: {metric.clock}.",
    ]
    if metric.follow_up:
        lines.append(f"A period is complete {metric.follow_up} days after it ends.")
    if beside:
        lines.append(f"Read together with: {beside}.")
    if metric.note:
        lines.append(f"Here: {metric.note}.")
    note(" ".join(lines))
