"""The drivers of a metric's last change, as the drawer shows them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from components import link, numbers, states, wording
from components.cases_link import cases_params, cases_text
from components.charts import drivers as drivers_chart
from components.choosing import pinned
from components.figure import figure
from components.numbers import NBSP
from components.plain_text import literal
from components.review.board import read_lines
from components.tables import Cell, Column, small_table
from components.theme import note, subtitle
from components.view import View
from queries.explain import (
    EARLIER,
    LATER,
    Explained,
    Split,
    candidate_splits,
    explain,
    main_drivers,
    rank_splits,
    split_label,
)
from queries.formulas import Count
from queries.measure import measure
from queries.model import Metric
from queries.scorecard import HISTORY_WEEKS, ScoreLine, lines_of_range
from queries.series import Series
from queries.time import Period, span_a_year_earlier

COMPARE = {"week": "The week before", "four": "4 weeks before", "year": "Last year"}
_BACK = {"week": 1, "four": 4, "year": 52}
MOST_PARTS = 10
MOST_SPLITS = 6


def _no_number(line: ScoreLine) -> None:
    """Why the metric has no number here: the source lacks it, or it cannot be told in this view."""
    lacking = line.series.reason.removeprefix("not supplied: ")
    if lacking != line.series.reason:
        states.not_supplied(lacking)
    else:
        note(f"{line.metric.label} {line.series.reason}.")


def drivers_of_change(view: View, key: str) -> None:
    """One sentence, split and comparison, parts that add up, what stands out, and the way to the cases."""
    line = _line(view, key)
    if line.series.reason:
        _no_number(line)
        return
    if line.place is None:
        states.immature(
            f"{line.metric.label} has no complete week in the {HISTORY_WEEKS} weeks shown."
            if view.span is None
            else wording.nothing_text(line)
        )
        return
    compared = _compared(view, line, _compare_control(view))
    if compared is None:
        what = "week" if view.span is None else "range"
        st.markdown(f"There is no complete {what} to compare with.")
        return
    later, earlier = (compared.periods[place] for place in (LATER, EARLIER))
    ranked = rank_splits(view.reader, key, later, earlier, view.filters)
    main = main_drivers(view.reader, [(key, later, earlier)], view.filters).get(key)
    first = [main.split] if main is not None else []
    split = _split_control(line.metric, view, [*first, *((found.dimension,) for found in ranked)])
    if split is None:
        st.markdown(f"{literal(line.metric.label)} cannot be split any further under these filters.")
        return
    explained = explain(view.reader, key, split, later, earlier, view.filters)
    st.markdown(_finding(view, compared, explained))
    _picture(view, explained, key)
    _stands_out(view, line, explained)
    _ways_on(view, line, later)


def _line(view: View, key: str) -> ScoreLine:
    """The line of the drawer: of the chosen range, else of the newest complete week."""
    if view.span is None:
        return read_lines(view, (key,))[0]
    return lines_of_range(view.reader, (key,), view.span, view.filters, view.journal.targets)[0]


def _compare_control(view: View) -> str:
    words = COMPARE
    if view.span is not None:
        before = wording.range_before(view.span)
        words = {"before": f"{before[0].upper()}{before[1:]}", "year": "52 weeks earlier"}
    first = next(iter(words))
    chosen = st.segmented_control(
        "Compare with",
        list(words),
        format_func=lambda option: literal(words[option]),
        default=first,
        required=True,
        key="drawer-compare" if view.span is None else "drawer-compare-range",
    )
    return chosen or first


def _compared(view: View, line: ScoreLine, choice: str) -> Series | None:
    """The line's metric over two periods, the earlier first; None when they cannot be compared."""
    assert line.place is not None
    later = line.series.periods[line.place]
    if view.span is None:
        back = _BACK[choice]
        if line.place < back or not line.series.usable[line.place - back]:
            return None
        earlier = line.series.periods[line.place - back]
    else:
        earlier = span_a_year_earlier(later) if choice == "year" else line.series.periods[0]
        if earlier.end > later.start:
            return None
    key = line.metric.key
    found = measure(view.reader, (key,), (earlier, later), (), view.filters).total(key)
    if (found.denominator == 0).any():  # a rate of nothing is not defined; counts have no denominator
        return None
    return found if view.span is None or found.usable.all() else None


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


def _finding(view: View, series: Series, explained: Explained) -> str:
    """The sentence on top: both values, both n, and how much was mix."""
    earlier, later = series.periods
    now, before = wording.at_text(series, LATER), wording.at_text(series, EARLIER)
    n_now, n_before = series.n[LATER], series.n[EARLIER]
    text = (
        f"**{literal(now)} in {literal(wording.period_text(later))} against {literal(before)} "
        f"in {literal(wording.earlier_text(earlier, later))}** "
        f"(n{NBSP}={NBSP}{numbers.count(n_now)} and {numbers.count(n_before)})."
    )
    found = explained.decomposition
    if found is None or series.metric.unit != "share" or isinstance(series.metric.formula, Count):
        return text
    mixes, rates = drivers_chart.written_points(_effects(view, explained))
    mix, rate = (numbers.points(sum(parts) / 100) for parts in (mixes, rates))
    text += f" Mix moved it by {literal(mix)}, rate by {literal(rate)}."
    if explained.mix_shift:
        text += " **This is a mix shift:** every part moved one way and the total the other."
    return text


def _picture(view: View, explained: Explained, key: str) -> None:
    found = explained.decomposition
    if found is None:
        note(f"No sum is shown: {explained.reason}.")
        return
    if explained.metric.unit == "share":
        effects = _effects(view, explained)
        figure(
            drivers_chart.table(effects),
            drivers_chart.spec(len(effects)),
            alt=f"Contributions to the change of {explained.metric.label} by {split_label(explained.split)}",
            key=f"drawer-drivers-{key}",
            title="Contribution to the change, points",
            remark="Rate: the group itself got better or worse. Mix: the group became a larger or smaller "
            "part of the whole. Mix + rate add up to the change exactly; no residual.",
        )
        return
    ordered = found.largest_first()
    shown, rest = ordered[:MOST_PARTS], ordered[MOST_PARTS:]
    names = _part_names(view, explained)
    _amounts(explained, shown, rest, names)


def _part_names(view: View, explained: Explained) -> dict[str, str]:
    assert explained.decomposition is not None
    return {
        driver.part: view.name_of_group(explained.split, group)
        for driver, group in zip(explained.decomposition.drivers, explained.groups, strict=True)
    }


def _effects(view: View, explained: Explained) -> list[drivers_chart.Effect]:
    """The largest parts in order and the rest pooled, as they are drawn and written."""
    assert explained.decomposition is not None
    names = _part_names(view, explained)
    drivers = explained.decomposition.drivers
    n_of = dict(zip((driver.part for driver in drivers), explained.n, strict=True))
    ordered = explained.decomposition.largest_first()
    shown, rest = ordered[:MOST_PARTS], ordered[MOST_PARTS:]
    effects = [
        drivers_chart.Effect(driver.part, names[driver.part], driver.mix, driver.rate, int(n_of[driver.part]))
        for driver in shown
    ]
    if rest:
        mix, rate = sum(driver.mix for driver in rest), sum(driver.rate for driver in rest)
        n = int(sum(n_of[driver.part] for driver in rest))
        effects.append(drivers_chart.Effect("others", f"Others ({len(rest)})", mix, rate, n))
    return effects


def _amounts(explained: Explained, shown: Sequence, rest: Sequence, names: dict[str, str]) -> None:
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
        name = view.name_of_group(explained.split, explained.group_of(top.part))
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
        words = literal(f"Open {text}")
        if text and st.button(words, icon=":material/list:", type="primary", key="drawer-cases"):
            st.switch_page(
                "../pages/cases.py", query_params=cases_params(line.metric.key, later, view.filters)
            )
        address = link.absolute(view.page, pinned(view), explain=line.metric.key)
        with st.popover("Copy link", icon=":material/link:"):
            st.code(address, language=None)
